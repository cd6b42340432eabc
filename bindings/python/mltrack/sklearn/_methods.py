"""The methods of estimators, recorded: what a call of one begins with, and what it leaves.

Every recorded method runs as before, original, after (`_core.StandIn`): no Python frame of ours is on the stack while
the user's code runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from mltrack import _autolog, _core, _digest, _inputs, _open_calls, _recorder
from mltrack._arguments import named
from mltrack._inputs import Produced
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack._ops import FITS, PREDICTS
from mltrack.sklearn import _features, _models, _scores, _trials
from mltrack.sklearn._params import is_estimator, params_of
from mltrack.sklearn.state import state_digest

METHODS = (
    "fit",
    "partial_fit",
    "fit_transform",
    "fit_predict",
    "transform",
    "inverse_transform",
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score_samples",
    "score",
)
_TRANSFORMS = frozenset({"fit_transform", "transform"})


def before_sync(
    op: str, subject: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], depth: int = 1
) -> Any:
    """What the `_sync` twin of a method begins with."""
    began_ns = time.perf_counter_ns()
    if _open_calls.in_worker():
        return None
    outer = _open_calls.stack.get()
    if outer is not None and outer.holds(subject):
        return None
    return _recorder.begun(begin, op, subject, original, args, kwargs, began_ns, caller(depth))


def before_plain(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a plain method of an instrumented class begins with: outside every recorded call while autolog is on, and
    inside of one where that is followed."""
    if not args:
        return None
    began_ns = time.perf_counter_ns()
    outer = _open_calls.stack.get()
    if outer is None:
        if not _autolog.settings.on or _open_calls.off():
            return None
    elif outer.holds(args[0]) or not _follows(outer, op, args[0]) or _open_calls.in_worker():
        return None
    source = caller(1) if outer is None else ""
    return _recorder.begun(begin, op, args[0], original, args[1:], kwargs, began_ns, source)


def _follows(outer: Frame, op: str, subject: object) -> bool:
    return outer.composes or _models.is_refit(op, outer, subject) or _open_calls.goes_deeper(outer.session)


def begin(
    op: str, subject: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str
) -> Frame:
    """Records that a method begins."""
    session = _open_calls.session()
    composes = _models.composes(subject)
    fits = op in FITS
    searches = fits and _models.searches(subject)
    if composes or searches:
        _instrument_members(subject)
    takes_model = not fits or (_models.continues(op, subject) and session.registry.find(subject) is not None)
    frame = _recorder.open_call(
        session,
        op,
        class_path(type(subject)),
        _given(op, original, args, kwargs),
        began_ns=began_ns,
        params=params_of(subject) if fits and is_estimator(subject) else None,
        models=[_models.model_flow(session, subject)] if takes_model else [],
        model=subject,
        subject=subject,
        composes=composes,
        source=source,
    )
    if searches:
        _trials.follow(frame)
    return frame


def _instrument_members(subject: Any) -> None:
    from mltrack.sklearn import _classes  # it puts this module's functions into classes

    _classes.instrument_members(subject)


def after(frame: Frame, result: object, error: BaseException | None) -> Exception | None:
    """Records that a method returned or raised."""
    return _recorder.after(_end, frame, result, error)


def _end(frame: Frame, result: object, took_us: int) -> None:
    if frame.op == "score":
        _recorder.end_call(frame, [], _scores.score_metrics(frame, result), took_us)
        return
    fits = frame.op in FITS
    outputs: list[Produced] = [_fitted(frame)] if fits else []
    if result is not frame.subject:
        outputs.extend(_outputs(frame, result))
    metrics = _trials.best_score(frame.subject) if fits and _models.searches(frame.subject) else []
    nodes = _recorder.end_call(frame, outputs, metrics, took_us)
    if fits:
        _features.remember(frame, frame.subject)
    if frame.op in PREDICTS:
        _recorder.made_by(frame, outputs)
    elif frame.op in _TRANSFORMS:
        _features.name_outputs(frame, outputs)
    if fits and _autolog.settings.models != "none":
        _keep(frame, nodes[0])


def _keep(frame: Frame, node: _core.NodeRef) -> None:
    """Stores the model of a fit, where autolog is asked to; those of inner fits when the outermost call is done, for
    while it runs scikit-learn leaves on them what belongs to the call."""
    from mltrack.sklearn import _stored

    session, settings = frame.session, _autolog.settings
    if _stored.kept(settings.models, outermost=frame.outer is None):
        session.to_store.append((frame.subject, node))
    if frame.outer is None:
        for model, made in session.to_store:
            _stored.store_model(session, model, made, settings.format)


def _fitted(frame: Frame) -> Produced:
    """The model a fit made: a new node every time; only partial_fit and warm_start go on from the old one."""
    subject: Any = frame.subject
    _features.look(frame)
    if _models.searches(subject):
        _trials.of_search(frame, subject)
    sources = _models.sources(frame, subject)
    old = frame.session.registry.find(subject)
    if old is not None and _models.continues(frame.op, subject):
        sources.append(_core.Source(old.node, "object", "from"))
    digest = state_digest(subject) if frame.outer is None else None
    flow = _core.Flow.model(class_path(type(subject)), digest, sources)
    said = _features.fitted(frame, subject)
    if said is not None:
        flow.fitted = said
    return Produced(flow, subject, digest)


def _outputs(frame: Frame, result: object) -> list[Produced]:
    if isinstance(result, (list, tuple)) and result and all(hasattr(part, "shape") for part in result):
        return [_inputs.output(frame, f"output[{i}]", part) for i, part in enumerate(result)]
    return [_inputs.output(frame, "output", result)]


def _given(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs = [("y" if name == "Y" else name, arg) for name, arg in named(original, args, kwargs, method=True)]
    if op == "partial_fit":  # which classes there are is no data: the fitted model says so
        pairs = [(name, arg) for name, arg in pairs if name != "classes"]
    parts = [part for name, arg in pairs for part in _parts(name, arg)]
    return [(name, arg) for name, arg in parts if _digest.is_data(arg) or (name == "X" and arg is not None)]


def _parts(name: str, arg: Any) -> Iterator[tuple[str, Any]]:
    """What an argument holds: itself, or each of the arrays that it lists, such as the validation sets of boosters,
    `eval_set=[(X, y)]`. A list of functions holds no data."""
    if name in ("X", "y") or not isinstance(arg, (list, tuple)) or not arg:
        yield name, arg
    elif all(_is_array(item) for item in arg):
        yield from ((f"{name}[{i}]", item) for i, item in enumerate(arg))
    elif all(isinstance(item, (list, tuple)) and item and all(_is_array(part) for part in item) for item in arg):
        yield from ((f"{name}[{i}][{k}]", part) for i, item in enumerate(arg) for k, part in enumerate(item))
    elif not any(callable(item) for item in arg):
        yield name, arg


def _is_array(obj: Any) -> bool:
    return not isinstance(obj, (list, tuple)) and _digest.is_data(obj)
