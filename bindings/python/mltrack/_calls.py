"""Explicit records of calls, for work that no `_sync` method records: begin and end, or both at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mltrack import _check, _core, _guard
from mltrack._names import failure_of
from mltrack.errors import WrongStateError

if TYPE_CHECKING:
    from mltrack._run import Run

Inputs = Mapping[str, Any] | Sequence[_core.Flow]
Outputs = Mapping[str, Any] | Sequence[_core.Flow]
Metrics = Mapping[str, float] | Sequence[_core.CallMetric]


class Call(_core.Call):
    """One operation that has begun. As a context manager it ends with the block: failed when an exception leaves it."""

    def __init__(self, call: _core.Call, run: Run) -> None:
        super().__init__(call)
        self._run = run

    def end(
        self,
        outputs: Outputs = (),
        metrics: Metrics = (),
        model_digest: str | None = None,
        took_us: int = -1,
        overhead_us: int = 0,
    ) -> _core.NodeRef | None:
        """Commits the outputs (live objects by slot), the metrics (values by name) and the status. Returns the first
        output; a fit that lists no model among its outputs gets one. The objects mean their nodes from now on."""
        from mltrack import _objects

        flows = _objects.outputs(self._run, outputs)
        first = super().end(flows, _objects.metrics(metrics), model_digest, took_us, overhead_us)
        made = self.outputs
        _objects.now_mean(self._run, outputs, flows, made[len(made) - len(flows) :])  # a fit's own model comes first
        return first

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if error is None:
            super().__exit__(kind, error, trace)
            return
        try:
            self.fail(*failure_of(error))
        except WrongStateError:  # it was ended inside the block
            pass
        except Exception as failure:
            _guard.problem(failure)  # the exception that leaves the block is the user's


class Calls(_core.Run):
    """The part of a run that records calls. `inputs` are live objects, references or handles by slot."""

    def begin_fit(self, estimator: str, **call: Any) -> Call:
        """Commits that a fit began. Options: `params`, `inputs`, `name`, `parent`, `source`."""
        return self._begin("fit", estimator, **call)

    def begin_transform(self, estimator: str, **call: Any) -> Call:
        """Commits that a transform began. Options as for `begin_fit`."""
        return self._begin("transform", estimator, **call)

    def begin_predict(self, estimator: str, **call: Any) -> Call:
        """Commits that a predict began. Options as for `begin_fit`."""
        return self._begin("predict", estimator, **call)

    def begin_score(self, estimator: str, **call: Any) -> Call:
        """Commits that a score began. Options as for `begin_fit`."""
        return self._begin("score", estimator, **call)

    def begin_split(self, function: str, **call: Any) -> Call:
        """Commits that a split began. Options as for `begin_fit`."""
        return self._begin("split", function, **call)

    def begin_read(self, function: str, **call: Any) -> Call:
        """Commits that a read began. Options as for `begin_fit`."""
        return self._begin("read", function, **call)

    def log_fit(self, estimator: str, **call: Any) -> _core.NodeRef | None:
        """Records a fit that is done, in one commit, and returns its model. Options: those of `begin_fit`, and
        `outputs`, `metrics`, `model_digest`, `took_us` as `Call.end` takes them."""
        return self._log("fit", estimator, **call)

    def log_transform(self, estimator: str, **call: Any) -> _core.NodeRef | None:
        """Records a transform that is done. Options as for `log_fit`."""
        return self._log("transform", estimator, **call)

    def log_predict(self, estimator: str, **call: Any) -> _core.NodeRef | None:
        """Records a predict that is done. Options as for `log_fit`."""
        return self._log("predict", estimator, **call)

    def log_score(self, estimator: str, **call: Any) -> _core.NodeRef | None:
        """Records a score that is done. Options as for `log_fit`."""
        return self._log("score", estimator, **call)

    def log_read(self, path: str | os.PathLike[str], data: Any, *, function: str = "read") -> _core.NodeRef | None:
        """Records that `data` was read from a file."""
        digest, size = _core.digest_file(path)
        where = os.fspath(path)
        file = _core.Flow(
            "file", kind="artifact", name=os.path.basename(where), digest=digest, size_bytes=size, location=where
        )
        return self._log("read", function, inputs=[file], outputs={"output": data})

    def log_call(self, op: str, estimator: str = "", params: Any = None, **call: Any) -> _core.NodeRef | None:
        """Records any operation that is done. Options as for `log_fit`."""
        return self._log(op, estimator, params=params, **call)

    def begin(
        self,
        op: str,
        estimator: str = "",
        params: Mapping[str, Any] | None = None,
        inputs: Inputs = (),
        name: str = "",
        parent: _core.NodeRef | _core.Call | None = None,
        source: str = "",
        wait_ms: int | None = None,
    ) -> Call:
        """Commits that any operation began. `wait_ms`: how long to wait for another writer; None as the store was
        opened."""
        return self._begin(
            op, estimator, params=params, inputs=inputs, name=name, parent=parent, source=source, wait_ms=wait_ms
        )

    def _begin(self, op: str, estimator: str, *, inputs: Inputs = (), **call: Any) -> Call:
        from mltrack import _objects

        _check.call(op, estimator, call)
        run: Any = self
        flows = _objects.inputs(run, inputs)
        begun = Call(super().begin(op, estimator, inputs=flows, **call), run)
        _objects.now_mean(run, inputs, flows, begun.inputs)
        return begun

    def _log(
        self, op: str, estimator: str, *, inputs: Inputs = (), outputs: Outputs = (), metrics: Metrics = (), **call: Any
    ) -> _core.NodeRef | None:
        from mltrack import _objects

        _check.call(op, estimator, call)
        run: Any = self
        given, made = _objects.inputs(run, inputs), _objects.outputs(run, outputs)
        _, taken, out = self.record_call(
            op, estimator, inputs=given, outputs=made, metrics=_objects.metrics(metrics), **call
        )
        _objects.now_mean(run, inputs, given, taken)
        _objects.now_mean(run, outputs, made, out[len(out) - len(made) :])
        return out[0] if out else None
