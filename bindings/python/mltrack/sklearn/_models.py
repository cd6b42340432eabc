"""The node of an estimator: which model it is now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from mltrack import _core
from mltrack._recorder import WAIT_MS, Frame, Session, class_path
from mltrack.sklearn.state import state_digest


def model_flow(session: Session, model: object) -> _core.Flow:
    """The flow of a model into a call. A model that was never recorded is looked up by the digest of its state, and so
    is one whose state is no longer what it was when it was recorded."""
    entry = session.registry.find(model)
    if entry is not None and (entry.checked == session.number or entry.content is None):
        return _core.Flow("model", node=entry.node, kind="model", via="object")
    digest = state_digest(model)
    kind = class_path(type(model))
    if entry is None:
        return _core.Flow("model", kind="model", type=kind, digest=digest)
    if digest == entry.content:
        entry.checked = session.number
        return _core.Flow("model", node=entry.node, kind="model", via="object")
    source = _core.Source(entry.node, "edited", "from")
    return _core.Flow("model", kind="model", type=kind, digest=digest, sources=[source])


def continues(op: str, model: Any) -> bool:
    """True when a fit goes on from what the model has learnt already."""
    return op == "partial_fit" or bool(getattr(model, "warm_start", False))


def composes(estimator: object) -> bool:
    """True where the calls an estimator makes of others are the user's own steps."""
    return isinstance(estimator, _composing())


def iterates(estimator: object) -> bool:
    """True for a search over parameters."""
    module = sys.modules.get("sklearn.model_selection._search")
    return module is not None and isinstance(estimator, module.BaseSearchCV)


def _composing() -> tuple[type, ...]:
    kinds: list[type] = []
    for module, names in (
        ("sklearn.pipeline", ("Pipeline", "FeatureUnion")),
        ("sklearn.compose", ("ColumnTransformer", "TransformedTargetRegressor")),
    ):
        loaded = sys.modules.get(module)
        kinds.extend(getattr(loaded, name) for name in names if hasattr(loaded, name))
    return tuple(kinds)


def steps(estimator: Any) -> Iterator[tuple[str, Any]]:
    """The estimators a composing one is made of, by name: fitted where they already are."""
    if hasattr(estimator, "steps"):
        pairs = [(step[0], step[1]) for step in estimator.steps]
    elif hasattr(estimator, "transformer_list"):
        pairs = [(step[0], step[1]) for step in estimator.transformer_list]
    elif hasattr(estimator, "transformers_"):
        pairs = [(step[0], step[1]) for step in estimator.transformers_]
    elif hasattr(estimator, "transformers"):
        pairs = [(step[0], step[1]) for step in estimator.transformers] + [("remainder", estimator.remainder)]
    else:
        pairs = [
            ("regressor", getattr(estimator, "regressor_", getattr(estimator, "regressor", None))),
            ("transformer", getattr(estimator, "transformer_", getattr(estimator, "transformer", None))),
        ]
    for name, step in pairs:
        if step is not None and not isinstance(step, (str, type)):
            yield name, step


def step_sources(frame: Frame, estimator: object) -> list[_core.Source]:
    """An edge from each step's model to the model of the whole. A step that was fitted out of sight (in a worker, or
    taken from a cache) is recorded now, as a fit inside the call."""
    sources = []
    for name, step in steps(estimator):
        entry = frame.session.registry.find(step)
        live = entry is not None and entry.checked == frame.session.number
        node = entry.node if entry is not None and live else _adopt(frame, step)
        sources.append(_core.Source(node, "object", f"step:{name}"))
    return sources


def _adopt(frame: Frame, step: object) -> _core.NodeRef:
    from mltrack.sklearn._params import params_of

    session = frame.session
    sources = step_sources(frame, step) if composes(step) else []
    digest = state_digest(step)
    kind = class_path(type(step))
    inputs = [_core.Flow(slot, node=node, via="enclosing") for slot, node in frame.inputs.items() if slot in ("X", "y")]
    made = _core.Flow("model", kind="model", type=kind, digest=digest, sources=sources)
    node: _core.NodeRef = session.run.log_call(
        "fit",
        kind,
        params_of(step) if hasattr(step, "get_params") else {},
        inputs=inputs,
        outputs=[made],
        parent=frame.call.ref,
        took_us=0,
        wait_ms=WAIT_MS,
    )
    session.registry.add(step, node, content=digest, checked=session.number)
    return node
