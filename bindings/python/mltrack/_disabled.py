"""What MLTRACK_DISABLE puts in the place of a run: the same doors, and nothing behind them."""

from __future__ import annotations

from contextvars import Token
from typing import Any

from mltrack import _context


class _Nothing:
    """Answers every method with None and every `with` with itself."""

    inputs: tuple[()] = ()
    outputs: tuple[()] = ()
    ref = None

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing


class DisabledCall(_Nothing):
    """A call that is not recorded."""


class DisabledQuery(_Nothing):
    """Questions to no store: every answer is an empty table."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _no_rows


class DisabledTracker(_Nothing):
    """No store."""

    path = ""
    read_only = True

    def start_run(
        self, project: str = "default", experiment: str | None = None, *, name: str | None = None, **_options: Any
    ) -> DisabledRun:
        """A run that is not recorded."""
        return DisabledRun(self, project, experiment or "default", name or "")

    def attach(self, uid: str) -> DisabledRun:
        """A run that is not gone on with."""
        return DisabledRun(self, "", "", "", uid)

    def query(self) -> DisabledQuery:
        """Questions without answers."""
        return DisabledQuery()


class DisabledRun(_Nothing):
    """A run that is not recorded."""

    strict = False

    def __init__(self, tracker: Any, project: str, experiment: str, name: str, uid: str = "") -> None:
        self.tracker = DisabledTracker() if tracker is None else tracker
        self.project = project
        self.experiment = experiment
        self.name = name
        self.uid = uid
        self.status = "running"
        self._tokens: list[Token[Any]] = []
        _context.opened(self)  # type: ignore[arg-type]

    def belongs_here(self) -> bool:
        """True: ending it anywhere changes nothing."""
        return True

    def __enter__(self) -> DisabledRun:
        self._tokens.append(_context.enter(self))  # type: ignore[arg-type]
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._tokens:
            _context.leave(self._tokens.pop())
        if self.status == "running":
            self.finish(_context.ending(error))

    def finish(self, status: str = "finished") -> None:
        """Ends nothing."""
        self.status = status
        _context.closed(self)  # type: ignore[arg-type]

    def detach(self) -> None:
        """Gives up nothing."""
        _context.closed(self)  # type: ignore[arg-type]

    def begin(self, *_given: Any, **_options: Any) -> DisabledCall:
        """A call that is not recorded."""
        return DisabledCall()

    begin_fit = begin_transform = begin_predict = begin_score = begin_split = begin_read = begin

    def alarms(self, *, reuse_limit: int | None = None) -> Any:
        """No alarms."""
        from mltrack._alarms import AlarmTable

        return AlarmTable(())

    def batch(self) -> DisabledCall:
        """A batch that is not recorded."""
        return DisabledCall()

    def __repr__(self) -> str:
        return f"<Run {self.project}/{self.experiment} switched off by MLTRACK_DISABLE>"


def _nothing(*_given: Any, **_options: Any) -> None:
    return None


def _no_rows(*_given: Any, **_options: Any) -> Any:
    from mltrack._answers import NodeTable

    return NodeTable(())
