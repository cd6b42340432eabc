"""What MLTRACK_DISABLE puts in the place of a run: the same doors, and nothing behind them."""

from __future__ import annotations

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


class DisabledRun(_Nothing):
    """A run that is not recorded."""

    uid = ""

    def __init__(self, tracker: Any, project: str, experiment: str, name: str) -> None:
        self.tracker = tracker
        self.project = project
        self.experiment = experiment
        self.name = name
        self.status = "running"

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.status = _context.ending(error)

    def finish(self, status: str = "finished") -> None:
        """Ends nothing."""
        self.status = status

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
