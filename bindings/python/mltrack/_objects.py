"""Live objects in explicit records: which flow an object is, and what it means afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mltrack import _check, _core, _digest, _inputs, _open_calls
from mltrack._names import class_path
from mltrack._refs import node_of
from mltrack.sklearn._params import is_estimator

if TYPE_CHECKING:
    from mltrack._run import Run


def session_of(run: Run) -> _open_calls.Session:
    """What an explicit record of `run` knows about live objects."""
    return _open_calls.Session(run, _open_calls.registry_of(run), run.strict)


def inputs(run: Run, given: Mapping[str, Any] | Sequence[_core.Flow]) -> list[_core.Flow]:
    """The flows of a call's inputs: objects, references or handles by slot, or flows as they are."""
    _check.flows(given, "the inputs")
    if not isinstance(given, Mapping):
        return list(given)
    session = session_of(run)
    flows = [_input(session, slot, obj) for slot, obj in given.items()]
    _open_calls.release(session)
    return flows


def outputs(run: Run, made: Mapping[str, Any] | Sequence[_core.Flow]) -> list[_core.Flow]:
    """The flows of a call's outputs: objects by slot, or flows as they are."""
    _check.flows(made, "the outputs")
    if not isinstance(made, Mapping):
        return list(made)
    return [_described(slot, obj) for slot, obj in made.items()]


def metrics(values: Mapping[str, float] | Sequence[_core.CallMetric]) -> list[_core.CallMetric]:
    """A call's metrics: values by name, or as they are."""
    if isinstance(values, Sequence) and all(isinstance(one, _core.CallMetric) for one in values):
        return list(values)
    return [_core.CallMetric(name, value) for name, value in _check.metrics(values).items()]


def now_mean(run: Run, objects: Any, flows: Sequence[_core.Flow], nodes: Sequence[_core.NodeRef | None]) -> None:
    """Live objects that went through a call mean its nodes from now on."""
    if not isinstance(objects, Mapping):
        return
    session = session_of(run)
    for obj, flow, node in zip(objects.values(), flows, nodes, strict=False):
        if node is None or isinstance(obj, (str, _core.NodeRef, _core.Node, _core.Flow)):
            continue
        if flow.kind == "model":
            session.registry.add(obj, node, content=flow.digest)
        else:
            _inputs.now_means(session, obj, node, flow.data)
    _open_calls.release(session)


def node_of_linked(run: Run, obj: Any) -> _core.NodeRef | None:
    """The node of an object that was made from recorded ones out of sight, which is recorded now; else None."""
    session = session_of(run)
    if _inputs.find(obj) is not None or not _inputs.origins(obj):
        return None
    node = _inputs.node_now(session, obj)
    _open_calls.release(session)
    return node


def log_dataset(run: Run, data: Any, name: str, sources: list[Any]) -> _core.NodeRef:
    """Records `data` as a dataset of the run; the object means the node from then on."""
    session = session_of(run)
    if sources:
        flow = _described("from", data)
        flow.sources = [_core.Source(source) for source in sources]
    else:
        flow = _inputs.input_flow(session, "from", data, None)
    flow.name = name
    node = run.log_node(flow) if flow.node is None else flow.node
    _inputs.now_means(session, data, node, flow.data)
    _open_calls.release(session)
    return node


def log_model(
    run: Run, estimator: Any, name: str, sources: list[_core.Source], format: str | None = None
) -> _core.NodeRef:
    """Records a live estimator as a model of the run; the object means the node from then on. With a format its bytes
    are stored; where that fails, nothing is recorded."""
    from mltrack.sklearn import _formats, _models

    session = session_of(run)
    data = None if format is None else _formats.dumped(estimator, _formats.format_named(format))
    flow = _models.model_flow(session, estimator)
    known, flow.name = flow.node, name
    if known is None:
        flow.sources = [*flow.sources, *sources]
        node = run.log_node(flow)  # or one of another run whose state is equal
    else:
        node = known
    if (known is not None and sources) or (name and run.tracker.query().node(node).name != name):
        same = _core.Source(node, "content" if known is None else "object", "same")
        flow = _described("model", estimator, kind="model")
        flow.name, flow.sources = name, [same, *sources]
        node = run.log_node(flow)
    if node != known:
        session.registry.add(estimator, node, content=flow.digest)
    if format is not None:
        from mltrack.sklearn._stored import store_model

        store_model(run, estimator, node, format, name=name, data=data)
    return node


def _input(session: _open_calls.Session, slot: str, obj: Any) -> _core.Flow:
    if isinstance(obj, _core.Flow):
        return obj
    if isinstance(obj, (str, _core.NodeRef, _core.Node, _core.Call)):
        return _core.Flow.known(slot, node_of(obj, session.run.tracker.query()), "")
    if not is_estimator(obj):
        return _inputs.input_flow(session, slot, obj, None)
    from mltrack.sklearn._models import model_flow

    flow = model_flow(session, obj)
    flow.slot = slot
    return flow


def _described(slot: str, obj: Any, kind: str = "") -> _core.Flow:
    """An object as a new node of its own."""
    if isinstance(obj, _core.Flow):
        return obj
    if kind == "model" or is_estimator(obj):
        from mltrack.sklearn.state import state_digest

        return _core.Flow.model(class_path(type(obj)), state_digest(obj), slot=slot)
    data = _digest.describe(obj)
    return _core.Flow.dataset(slot, data, "" if data is not None else class_path(type(obj)))
