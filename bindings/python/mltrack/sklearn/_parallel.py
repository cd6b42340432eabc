"""Follows recorded calls into joblib's tasks.

Tasks that run in threads are told which call they are inside of: a new thread knows nothing of its maker's context.
Of cross-validations the tasks are noted with what the workers report, wherever those run.
"""

from __future__ import annotations

import contextvars
import functools
import sys
from collections.abc import Iterable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from mltrack import _core, _guard, _open_calls
from mltrack._open_calls import Frame
from mltrack.sklearn._params import shown_params

Task = tuple[Any, tuple[Any, ...], dict[str, Any]]

# scikit-learn's names of the tasks that fit one fold and score it, or predict it.
SCORES = "_fit_and_score"
PREDICTS = "_fit_and_predict"

_watched_by: ContextVar[Frame | None] = ContextVar("mltrack_parallel", default=None)
_original: Any = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What is kept of a task: not its estimator, which must be free to go when the task is done."""

    function: str
    train: Any  # numbers of the rows; None where the task has none
    test: Any
    chosen: dict[str, Any] | None = None  # the candidate's own parameters


@dataclass(slots=True, eq=False)
class Batch:
    """The tasks of one `Parallel` call in order, and what they returned."""

    tasks: list[Noted] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Watching:
    batch: Batch | None
    token: Token[Frame | None] | None


def record_plain(_joblib: Any) -> None:
    """Follows tasks while autolog is on."""
    watch()


def watch() -> None:
    """From now on the tasks of recorded calls are followed."""
    global _original
    joblib = sys.modules.get("joblib")
    if _original is None and joblib is not None:
        _original = vars(joblib.Parallel)["__call__"]
        joblib.Parallel.__call__ = _core.StandIn(_original, _before, _after, _open_calls.stack)


def restore() -> None:
    """Takes back what `watch` did."""
    global _original
    joblib = sys.modules.get("joblib")
    if joblib is not None and type(vars(joblib.Parallel).get("__call__")) is _core.StandIn:
        joblib.Parallel.__call__ = _original
    _original = None


def _before(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    frame = _open_calls.stack.get()
    if frame is None or len(args) != 2:
        return None
    try:
        parallel, tasks = args
        batch = None
        if frame.batches is not None and _watched_by.get() is not frame:
            batch = Batch()
            frame.batches.append(batch)
        threads = _in_threads(parallel)
        if batch is None and not threads:
            return None
        watched_by = _watched_by.get() if batch is None else frame
        followed = _followed(tasks, batch, frame if threads else None, watched_by)
        token = _watched_by.set(frame) if batch is not None else None
        return _Watching(batch, token), (parallel, followed)
    except Exception as error:
        return _guard.problem(error, strict=frame.session.strict)


def _after(watching: _Watching, result: object, error: BaseException | None) -> None:
    if watching.token is not None:
        _watched_by.reset(watching.token)
    if watching.batch is not None and isinstance(result, list):
        watching.batch.results = result


def _in_threads(parallel: Any) -> bool:
    backend = parallel._backend
    if not getattr(backend, "uses_threads", False) or type(backend).__name__ == "SequentialBackend":
        return False
    return bool(backend.effective_n_jobs(parallel.n_jobs) != 1)


def _followed(
    tasks: Iterable[Task], batch: Batch | None, frame: Frame | None, watched_by: Frame | None
) -> Iterable[Task]:
    """The same tasks, each seen when it is dispatched. `map` is no frame of ours in the traceback of an error that
    making the tasks raises."""
    followed = map(functools.partial(_seen, batch, frame, watched_by), tasks)
    return list(followed) if hasattr(tasks, "__len__") else followed


def _seen(batch: Batch | None, frame: Frame | None, watched_by: Frame | None, task: Task) -> Task:
    function, args, kwargs = task
    if batch is not None:
        batch.tasks.append(_noted(function, args, kwargs, watched_by))
    if frame is None:
        return task
    # A context of its own with nothing but our variables: others, such as numpy's error state, are not handed on to
    # threads, and must not be because of us. Running in it leaves no frame of ours either.
    context = contextvars.Context()
    context.run(_open_calls.stack.set, frame)
    context.run(_watched_by.set, watched_by)
    return context.run, (function, *args), kwargs


def _noted(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], watched_by: Frame | None) -> Noted:
    """What is kept of a task. joblib is dispatching it, inside the user's call: a failure must not end that."""
    name = getattr(function, "__name__", "")
    try:
        if name == PREDICTS:
            train, test = args[3:5]  # estimator, X, y, train, test
            return Noted(name, train, test)
        if name == SCORES:
            chosen = kwargs.get("parameters")
            shown = None if chosen is None else shown_params(chosen)
            return Noted(name, kwargs.get("train"), kwargs.get("test"), shown)
    except Exception as error:
        _guard.raise_or_warn(error, strict=watched_by is not None and watched_by.session.strict)
    return Noted(name, None, None)
