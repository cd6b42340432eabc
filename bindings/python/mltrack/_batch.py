"""Many small records in few commits."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from mltrack import _core, _guard


class Batch:
    """Gathers metrics, parameters and tags of a run in memory and commits them together: at 500 of them, with the first
    one that comes more than 200 ms after the oldest, before any call or question, on `flush` and at the end of its
    block. For one thread at a time. What the store refuses is left out; the next use of the batch raises it."""

    def __init__(self, batch: _core.Batch) -> None:
        self._batch = batch

    def log_metric(
        self, name: str, value: float, *, step: int | None = None, subject: Any = None, dataset: Any = None
    ) -> None:
        """Appends a point as `Run.log_metric` does; `subject` and `dataset` are handles."""
        self._batch.log_metric(name, value, step=step, subject=subject, dataset=dataset)

    def log_param(self, name: str, value: Any) -> None:
        """Records a parameter of the run."""
        self._batch.log_param(name, value)

    def set_tag(self, key: str, value: str) -> None:
        """Labels the run."""
        self._batch.set_tag(key, value)

    def flush(self) -> None:
        """Commits what was gathered. When that fails because the store is locked or the disk full, it is kept."""
        self._batch.flush()

    def __enter__(self) -> Batch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.flush()
        except Exception as failure:
            if kind is None:
                raise
            _guard.problem(failure)  # the exception that leaves the block is the user's
