"""`fit_sync` and the others: the plain method of an estimator, recorded.

Every recorded method runs as before, original, after (`_core.StandIn`): no Python frame of ours is on the stack while
the user's code runs.
"""

from __future__ import annotations

import functools
import inspect
import time
from typing import Any

from mltrack import _core, _guard, _recorder
from mltrack._recorder import Frame, Produced, class_path
from mltrack.sklearn import _models, _scores, _search, _steps
from mltrack.sklearn._params import params_of
from mltrack.sklearn.state import state_digest

SYNC = (
    "fit",
    "partial_fit",
    "fit_transform",
    "fit_predict",
    "transform",
    "predict",
    "predict_proba",
    "score",
)
_FITS = frozenset({"fit", "partial_fit", "fit_transform", "fit_predict"})


class SyncMethod:
    """A recorded method beside a plain one: there exactly where the plain one is, on classes as on instances."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self.__doc__ = f"`{plain}`, recorded: the same arguments, the same result, the same exceptions."

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name

    def __get__(self, obj: object, owner: type | None = None) -> Any:
        method = getattr(owner if obj is None else obj, self._plain)
        if _guard.disabled():
            return method
        if obj is None:
            return _core.StandIn(method, functools.partial(_before_unbound, self._plain), after)
        return _core.StandIn(method, functools.partial(_before_sync, self._plain, obj), after)


def install(base: type) -> None:
    """Gives scikit-learn's BaseEstimator the recorded methods."""
    for plain in SYNC:
        method = SyncMethod(plain)
        setattr(base, f"{plain}_sync", method)
        method.__set_name__(base, f"{plain}_sync")


def _before_unbound(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        return None
    return _before_sync(op, args[0], original, args[1:], kwargs, depth=2)


def _before_sync(
    op: str, subject: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], depth: int = 1
) -> Any:
    began_ns = time.perf_counter_ns()
    if _recorder.in_worker():
        return None
    outer = _recorder.stack.get()
    if outer is not None and outer.holds(subject):
        return None
    try:
        return begin(op, subject, original, args, kwargs, began_ns, _recorder.caller(depth))
    except Exception as error:
        return _guard.problem(error, strict=_recorder.strict(outer))


def before_step(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The same for a method of a class whose instances are steps: asked only below a recorded call."""
    outer = _recorder.stack.get()
    if outer is None or not outer.composes or not args or outer.holds(args[0]) or _recorder.in_worker():
        return None
    began_ns = time.perf_counter_ns()
    try:
        return begin(op, args[0], original, args[1:], kwargs, began_ns, "")
    except Exception as error:
        return _guard.problem(error, strict=_recorder.strict(outer))


def begin(
    op: str, subject: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str
) -> Frame:
    """Records that a method begins."""
    session = _recorder.session()
    composes = _models.composes(subject)
    if composes:
        _steps.instrument(subject)
    takes_model = op not in _FITS or (_models.continues(op, subject) and session.registry.find(subject) is not None)
    models = [_models.model_flow(session, subject)] if takes_model else []
    return _recorder.open_call(
        session,
        op,
        class_path(type(subject)),
        _given(original, args, kwargs),
        began_ns=began_ns,
        params=params_of(subject) if op in _FITS and hasattr(subject, "get_params") else None,
        models=models,
        model=subject,
        subject=subject,
        composes=composes,
        source=source,
    )


def after(frame: Frame, result: object, error: BaseException | None) -> Exception | None:
    """Records that a method returned or raised."""
    return _recorder.after(_end, frame, result, error)


def _end(frame: Frame, result: object, took_us: int) -> None:
    outputs: list[Produced] = []
    if frame.op in _FITS:
        outputs.append(_fitted(frame))
    if frame.op == "score":
        _recorder.end_call(frame, [], _scores.score_metrics(frame, result), took_us)
        return
    if result is not frame.subject:
        outputs.extend(_outputs(frame, result))
    searched = frame.op in _FITS and _models.iterates(frame.subject)
    _recorder.end_call(frame, outputs, _search.best_score(frame.subject) if searched else [], took_us)
    if frame.op not in _FITS and frame.op.startswith("predict"):
        _recorder.made_by(frame, outputs)


def _fitted(frame: Frame) -> Produced:
    """The model a fit made: a new node every time; only partial_fit and warm_start go on from the old one."""
    subject: Any = frame.subject
    sources = _models.step_sources(frame, subject) if frame.composes else []
    if _models.iterates(subject):
        sources = _search.record(frame, subject)
    old = frame.session.registry.find(subject)
    if old is not None and _models.continues(frame.op, subject):
        sources.append(_core.Source(old.node, "object", "from"))
    digest = state_digest(subject) if frame.outer is None else None
    flow = _core.Flow("model", kind="model", type=class_path(type(subject)), digest=digest, sources=sources)
    return Produced(flow, subject, digest)


def _outputs(frame: Frame, result: object) -> list[Produced]:
    if isinstance(result, (list, tuple)) and result and all(hasattr(part, "shape") for part in result):
        return [_recorder.output(frame, f"output[{i}]", part) for i, part in enumerate(result)]
    return [_recorder.output(frame, "output", result)]


@functools.lru_cache(maxsize=4096)
def _names(function: Any, bound: bool) -> tuple[tuple[str, ...], str | None]:
    """The names of a function's positional parameters, and that of its `*args`."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1 if bound else 0 :]
    except (TypeError, ValueError):
        return (), None
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    return tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)), rest


def named(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, method: bool = False
) -> list[tuple[str, Any]]:
    """The arguments of a call by the names of its parameters; for a method `args` are without self."""
    function = getattr(original, "__func__", original)
    names, rest = _names(getattr(function, "__mltrack__", function), method)
    pairs = list(zip(names, args, strict=False))
    pairs.extend((f"{rest or 'argument'}[{i}]", arg) for i, arg in enumerate(args[len(names) :]))
    pairs.extend(kwargs.items())
    return pairs


def _given(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs = named(original, args, kwargs, method=True)
    return [(name, arg) for name, arg in pairs if _recorder.is_data(arg) or (name == "X" and arg is not None)]
