"""The node of an estimator: which model it is now."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mltrack import _core, _open_calls
from mltrack._memo import per_object
from mltrack._names import class_path
from mltrack._open_calls import Frame, Session
from mltrack._ops import FITS
from mltrack._recorder import WAIT_MS, end_bare
from mltrack.sklearn._params import is_estimator, params_of
from mltrack.sklearn.state import state_digest


def model_flow(session: Session, model: object) -> _core.Flow:
    """The flow of a model into a call. A model that was never recorded is looked up by the digest of its state, and so
    is one whose state is no longer what it was when it was recorded."""
    entry = session.registry.find(model)
    if entry is not None and (entry.checked == session.number or entry.content is None):
        return _core.Flow.known("model", entry.node, "object", "model")
    digest = state_digest(model)
    kind = class_path(type(model))
    if entry is None:
        return _core.Flow.model(kind, digest, _enclosing() or _known_parts(session, model))
    if digest == entry.content:
        entry.checked = session.number
        return _core.Flow.known("model", entry.node, "object", "model")
    return _core.Flow.model(kind, digest, [_core.Source(entry.node, "edited", "from")])


def _enclosing() -> list[_core.Source]:
    """Of a model that nobody saw being fitted, inside a call of a known one: it is a part of that."""
    outer = _open_calls.stack.get()
    node = outer.inputs.get("model") if outer is not None else None
    return [_core.Source(node, "enclosing", "from")] if node is not None else []


def _known_parts(session: Session, model: object) -> list[_core.Source]:
    """Of a model that was put together from fitted ones, such as a slice of a pipeline: the ones that are known."""
    known = [(slot, part) for slot, part in _parts(model) if _is_known(session, part)]
    return [_core.Source(_node_now(session, part), "object", slot) for slot, part in known]


def _is_known(session: Session, model: object) -> bool:
    return session.registry.find(model) is not None or any(_is_known(session, part) for _, part in _parts(model))


def _parts(model: object) -> Iterator[tuple[str, Any]]:
    """The models that another holds, by slot."""
    if composes(model) or gathers(model):
        yield from ((f"step:{name}", unwrapped(step)) for name, step in _steps_before_a_check(model))
    else:
        yield from fitted_before(model)


def continues(op: str, model: Any) -> bool:
    """True when a fit goes on from what the model has learnt already."""
    return op == "partial_fit" or bool(getattr(model, "__dict__", {}).get("warm_start"))


def composes(estimator: object) -> bool:
    """True where the calls an estimator makes of others are the user's own steps, one after the other."""
    return _role(type(estimator)) == "composes"


def gathers(estimator: object) -> bool:
    """True where an estimator's members work side by side, perhaps in other processes: told when all are done."""
    return _role(type(estimator)) == "gathers"


def searches(estimator: object) -> bool:
    """True for a search over parameters."""
    return _role(type(estimator)) == "searches"


_ROLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "composes": {"sklearn.pipeline": ("Pipeline",), "sklearn.compose": ("TransformedTargetRegressor",)},
    "gathers": {
        "sklearn.pipeline": ("FeatureUnion",),
        "sklearn.compose": ("ColumnTransformer",),
        "sklearn.ensemble": ("VotingClassifier", "VotingRegressor", "StackingClassifier", "StackingRegressor"),
    },
    "searches": {"sklearn.model_selection._search": ("BaseSearchCV",)},
    "takes": {
        "sklearn.calibration": ("CalibratedClassifierCV",),
        "sklearn.feature_selection": ("SelectFromModel",),
        "sklearn.model_selection": ("FixedThresholdClassifier", "TunedThresholdClassifierCV"),
    },
}


@per_object
def _role(cls: Any) -> str:
    """What a class does with other estimators. It derives from none whose module is not there yet."""
    for role, kinds in _ROLES.items():
        for module, names in kinds.items():
            loaded = sys.modules.get(module)
            if loaded is not None and any(issubclass(cls, getattr(loaded, name, ())) for name in names):
                return role
    return ""


def is_refit(op: str, outer: Frame, subject: object) -> bool:
    """True when a search fits its best candidate again, on all the data: a search sets it just before."""
    return op in FITS and outer.op in FITS and getattr(outer.subject, "__dict__", {}).get("best_estimator_") is subject


def members(estimator: Any) -> Iterator[tuple[str, Any]]:
    """The estimators that are called inside recorded calls of another, by name."""
    if composes(estimator):
        yield from _steps_before_a_check(estimator)
    elif searches(estimator):
        yield "best", estimator.estimator


def _steps_before_a_check(estimator: Any) -> list[tuple[str, Any]]:
    """None where the steps are not what they should be: the call itself says so, in its own words."""
    try:
        return list(steps(estimator))
    except (TypeError, IndexError, KeyError):
        return []


def made_inside(estimator: object) -> list[type]:
    """The classes of the steps that an estimator makes for itself."""
    compose = sys.modules.get("sklearn.compose")
    if compose is None or not isinstance(estimator, compose.TransformedTargetRegressor):
        return []
    names = (("sklearn.preprocessing", "FunctionTransformer"), ("sklearn.linear_model", "LinearRegression"))
    return [getattr(sys.modules[module], name) for module, name in names if module in sys.modules]


def steps(estimator: Any) -> Iterator[tuple[str, Any]]:
    """The estimators that a composing or gathering one is made of, by name: fitted where they already are."""
    for name, step in _named_steps(estimator):
        if step is not None and not isinstance(step, (str, type)):
            yield name, step


def _named_steps(estimator: Any) -> list[tuple[str, Any]]:
    for attribute in ("steps", "transformer_list", "transformers_"):
        if hasattr(estimator, attribute):
            return [(step[0], step[1]) for step in getattr(estimator, attribute)]
    if hasattr(estimator, "named_estimators_"):
        final = [("final_estimator", estimator.final_estimator_)] if hasattr(estimator, "final_estimator_") else []
        return [*estimator.named_estimators_.items(), *final]
    return [
        (name, getattr(estimator, f"{name}_", getattr(estimator, name, None))) for name in ("transformer", "regressor")
    ]


def fitted_before(estimator: object) -> Iterator[tuple[str, Any]]:
    """The models that a fit of an estimator takes as they are, by name: it learns from them, and fits them not."""
    if is_frozen(estimator) or _role(type(estimator)) == "takes":
        model = getattr(estimator, "estimator", None)
        if is_frozen(estimator) or is_frozen(model) or _is_prefit(estimator):
            yield "estimator", unwrapped(model)


def is_frozen(estimator: object) -> bool:
    """True for scikit-learn's wrapper (from 1.6 on) of a model that is to be fitted no more."""
    frozen = sys.modules.get("sklearn.frozen")
    return frozen is not None and isinstance(estimator, frozen.FrozenEstimator)


def unwrapped(model: Any) -> Any:
    """The model inside of scikit-learn's wrappers that freeze it."""
    while is_frozen(model):
        model = model.estimator
    return model


def _is_prefit(estimator: Any) -> bool:
    return getattr(estimator, "cv", None) == "prefit" or getattr(estimator, "prefit", None) is True


def sources(
    frame: Frame, estimator: object, adopted: _core.NodeRef | None = None, after: _core.NodeRef | None = None
) -> list[_core.Source]:
    """An edge from each model that a fit made or took to the model of the whole; `adopted` and `after` as in
    `_step_sources`."""
    if composes(estimator) or gathers(estimator):
        return _step_sources(frame, estimator, adopted, after)
    if searches(estimator):
        return _best_source(frame, estimator)
    taken = [(name, _node_now(frame.session, model)) for name, model in fitted_before(estimator)]
    return [_core.Source(node, "object", name) for name, node in taken]


def _node_now(session: Session, model: object) -> _core.NodeRef:
    """The node of a model that is fitted already: recorded as it is where nobody saw that."""
    flow = model_flow(session, model)
    if flow.node is not None:
        return flow.node
    node: _core.NodeRef = session.run.log_node(flow)
    session.registry.add(model, node, content=flow.digest, checked=session.number)
    return node


def _step_sources(
    frame: Frame, estimator: object, adopted: _core.NodeRef | None = None, after: _core.NodeRef | None = None
) -> list[_core.Source]:
    """An edge from each step's model to the model of the whole. A step that was fitted out of sight (beside others, in
    a worker, or taken from a cache) is recorded now, as a fit inside the call, or inside `adopted`: the call of an
    estimator that was itself fitted out of sight. `after`: the step whose output the whole took, where no dataset shows
    that."""
    found: list[_core.Source] = []
    beside = gathers(estimator)
    for name, step in steps(estimator):
        entry = None if beside or adopted is not None else frame.session.seen(step)
        if entry is not None:
            node = entry.node
        elif is_frozen(step) or (_is_prefit(estimator) and name != "final_estimator"):
            node = _node_now(frame.session, unwrapped(step))
        else:
            others = [source.node for source in found]
            last = name == "final_estimator"
            took = others[-1] if others and hasattr(estimator, "steps") else after
            node = _adopt(frame, step, adopted, others if last or not beside else [], took, only_these=last)
        found.append(_core.Source(node, "object", f"step:{name}"))
    return found


def _best_source(frame: Frame, search: Any) -> list[_core.Source]:
    """An edge from the model that a search fitted last, on all the data, to the model of the search."""
    best = getattr(search, "best_estimator_", None)
    if best is None:
        return []
    entry = frame.session.seen(best)
    node = entry.node if entry is not None else _adopt(frame, best)
    return [_core.Source(node, "object", "best")]


def _adopt(
    frame: Frame,
    step: object,
    parent: _core.NodeRef | None = None,
    before: Sequence[_core.NodeRef] = (),
    after: _core.NodeRef | None = None,
    *,
    only_these: bool = False,
) -> _core.NodeRef:
    """Records the fit of a step after it was done, with its own steps inside. `before`: the models that X went through
    on its way; with `only_these` it learnt from what they predicted, not from X. `after`: the one whose output it
    took."""
    from mltrack.sklearn import _features  # it asks this module what an estimator is made of

    session = frame.session
    kind = class_path(type(step))
    slots = ("y",) if only_these else ("X", "y")
    inputs = [_core.Flow.known(slot, node, "enclosing") for slot, node in frame.inputs.items() if slot in slots]
    inputs += [_core.Flow.known(f"model[{i}]", node, "object", "model") for i, node in enumerate(before)]
    params = params_of(step) if is_estimator(step) else {}
    call = _core.Run.begin(session.run, "fit", kind, params, inputs, parent=parent or frame.call.ref, wait_ms=WAIT_MS)
    try:
        came_from = [] if searches(step) else sources(frame, step, call.ref, after)
        digest = state_digest(step)
        made = _core.Flow.model(kind, digest, came_from)
        said = _features.fitted(frame, step, after)
        if said is not None:
            made.fitted = said
        call.end([made], took_us=0)
    except Exception:
        end_bare(call, 0, 0)
        raise
    node: _core.NodeRef = call.outputs[0]
    session.registry.add(step, node, content=digest, checked=session.number)
    _features.remember(frame, step)
    return node
