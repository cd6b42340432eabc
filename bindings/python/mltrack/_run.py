"""The run that is being written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from mltrack import _check, _context, _core, _guard
from mltrack._batch import Batch
from mltrack._calls import Calls
from mltrack.errors import InvalidArgumentError

if TYPE_CHECKING:
    from mltrack._alarms import Alarm, AlarmTable
    from mltrack._answers import Node
    from mltrack._gathering import Gathering
    from mltrack._tracker import Tracker

Status = Literal["finished", "failed", "interrupted"]


class Run(Calls):
    """One execution of a program or notebook. Start one with `mltrack.start_run` or `Tracker.start_run`.

    As a context manager it is the active run inside the block, and ends with it: finished, failed when an exception
    leaves the block, interrupted for a KeyboardInterrupt. Threads may share a run. What returned is committed.
    `subject`, `dataset` and `node` take a live object, a reference, a node of an answer or a handle.
    """

    def __init__(
        self, run: _core.Run, tracker: Tracker, *, strict: bool = False, gather: bool = False, diff: bool = False
    ) -> None:
        super().__init__(run)
        self.tracker = tracker
        self.strict = strict
        self._pid = os.getpid()
        self._tokens: list[Token[Run | None]] = []
        self._gathering = self._gather(diff) if gather else None
        _context.opened(self)

    def belongs_here(self) -> bool:
        """True in the process that started the run, or attached to it; False in a child that was forked since."""
        return self._pid == os.getpid()

    def __enter__(self) -> Run:
        self._tokens.append(_context.enter(self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tokens:
            _context.leave(self._tokens.pop())
        if self.status == "running" and self.belongs_here():
            try:
                self.finish(_context.ending(error))
            except Exception as failure:
                if error is None:
                    raise
                _guard.problem(failure)  # the exception that leaves the block is the user's

    def finish(self, status: str = "finished") -> None:
        """Ends the run as finished, failed or interrupted; power-safe when it returns. Waits up to two seconds for
        the record of the code and the environment; signs of leakage are looked for, and stored."""
        from mltrack import leakage

        failure = None
        found: list[Alarm] = []
        try:
            if self.status == "running":
                failure = self._complete()
                found = leakage.at_end(self)
        finally:
            super().finish(status)
            _context.closed(self)
            leakage.forget(self)
        if failure is not None:
            raise failure
        if status == "finished":
            leakage.tell(self, found)

    def detach(self) -> None:
        """Gives up this handle without ending the run, which goes on elsewhere (`Tracker.attach`)."""
        from mltrack import leakage

        _context.closed(self)
        self._complete()
        super().detach()
        leakage.forget(self)

    def _gather(self, diff: bool) -> Gathering | None:
        try:
            from mltrack._gathering import Gathering

            return Gathering(self, diff=diff)
        except Exception as error:
            _guard.problem(error)
            return None

    def _complete(self) -> Exception | None:
        """Completes the record of the code and the environment; a failure of that is answered in strict runs only."""
        gathering, self._gathering = self._gathering, None
        if gathering is None:
            return None
        gathering.complete()
        return None if gathering.problem is None else _guard.problem(gathering.problem, strict=self.strict)

    def log_metric(
        self, name: str, value: float, step: int | None = None, *, subject: Any = None, dataset: Any = None
    ) -> None:
        """Appends a point to the series (subject, name, dataset) and makes it the metric's value. Without a step it is
        the number of points so far; without a subject the metric is about the run."""
        super().log_metric(
            _check.text(name, "the metric's name"),
            _check.number(value, f"metric {name!r}"),
            step=_check.whole(step, "the step"),
            subject=self._node(subject),
            dataset=self._node(dataset),
        )

    def log_metrics(
        self, metrics: Mapping[str, float], step: int | None = None, *, subject: Any = None, dataset: Any = None
    ) -> None:
        """The same for several metrics, in one commit."""
        super().log_metrics(
            _check.metrics(metrics),
            step=_check.whole(step, "the step"),
            subject=self._node(subject),
            dataset=self._node(dataset),
        )

    def log_param(self, name: str, value: Any) -> None:
        """Records a parameter of the run. Another value for a name that has one is refused."""
        super().log_param(_check.text(name, "the parameter's name"), value)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """The same for several parameters, in one commit."""
        super().log_params(_check.named(params, "the parameters"))

    def set_tag(self, key: str, value: object, node: Any = None) -> None:
        """Labels the run, another node, or each of a list of them. The last value of a key counts."""
        if isinstance(node, list):
            self.tracker.set_tag(key, value, [self._required(one) for one in node])
        else:
            super().set_tag(_check.text(key, "the tag's key"), str(value), self._node(node))

    def log_note(self, text: str, *, node: Any = None, author: str = "") -> None:
        """Adds a note to the run, to another node, or to each of a list of them, in one commit."""
        if isinstance(node, list):
            self.tracker.log_note(text, [self._required(one) for one in node], author=author)
        else:
            super().log_note(
                _check.text(text, "the note"), node=self._node(node), author=_check.text(author, "the author")
            )

    def log_dataset(self, data: Any, *, name: str = "", sources: tuple[Any, ...] = ()) -> _core.NodeRef:
        """Records a live object as a dataset. `sources` are what it was made from; without any, it is looked up among
        what is known, by identity and by its values. From then on the object means the node that is returned."""
        from mltrack import _objects

        return _objects.log_dataset(self, data, name, [self._node(source) for source in sources])

    def log_artifact(
        self,
        path: str | os.PathLike[str],
        *,
        name: str = "",
        media_type: str = "",
        sources: Any = (),
        store: bool = True,
    ) -> _core.NodeRef:
        """Records a file by its digest; with `store`, keeps its bytes too."""
        return super().log_artifact(
            os.fspath(path), name=name, media_type=media_type, sources=self._sources(sources), store=store
        )

    def log_model(
        self,
        estimator: Any,
        *,
        name: str = "",
        digest: str | None = None,
        sources: Any = (),
        format: str | None = None,
    ) -> _core.NodeRef:
        """Records a model: a live estimator, or the dotted name of a class with a digest.

        Without a format only the digest of its state is stored. With format="skops" (needs the package skops) or
        "joblib" its bytes are kept too, and `mltrack.load_model` loads it again. An estimator whose fit was recorded is
        the node of that fit; with a name, a new node that is the same."""
        from mltrack import _objects

        if isinstance(estimator, str):
            if format is not None:
                raise InvalidArgumentError(
                    f"{estimator!r} is the name of a class, which has no state to store as {format!r}; give the model"
                )
            return super().log_model(estimator, name=name, digest=digest, sources=self._sources(sources))
        return _objects.log_model(self, estimator, name, self._sources(sources), format)

    def alarms(self, *, reuse_limit: int | None = None) -> AlarmTable:
        """The signs of leakage in the run, the gravest first. While it is open they are looked for now, and stored;
        `reuse_limit` is how many models may be scored on one test set without a note (None: MLTRACK_TEST_SET_REUSE,
        else 5). An empty answer is never a certificate."""
        from mltrack import leakage
        from mltrack._alarms import AlarmTable

        if self.status != "running":
            return self.tracker.query().alarms(run=self)
        return AlarmTable(leakage.audit(self, _check.whole(reuse_limit, "the reuse limit", least=1)))

    def batch(self) -> Batch:  # type: ignore[override]
        """Gathers many small records in memory and commits them together."""
        return Batch(super().batch())

    def node(self) -> Node:
        """The run as a query shows it: status, parameters, metrics, tags."""
        return self.tracker.query().node(self)

    def __repr__(self) -> str:
        return f"<Run {self.uid[:8]} {self.project}/{self.experiment} {self.name} {self.status}>"

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.run(self.tracker.query(), self)

    def _node(self, obj: Any) -> _core.NodeRef | None:
        if obj is None or isinstance(obj, _core.NodeRef):
            return obj
        from mltrack import _objects, _refs

        return _objects.node_of_linked(self, obj) or _refs.node_of(obj, self.tracker.query())

    def _sources(self, sources: Any) -> list[_core.Source]:
        return [
            source if isinstance(source, _core.Source) else _core.Source(self._required(source)) for source in sources
        ]

    def _required(self, obj: Any) -> _core.NodeRef:
        node = self._node(obj)
        if node is None:
            raise TypeError("None is no node; give a node, a reference or a recorded object")
        return node
