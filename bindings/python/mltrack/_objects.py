"""Recording live objects on their own, without a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mltrack import _core, _recorder

if TYPE_CHECKING:
    from mltrack._run import Run


def log_dataset(run: Run, data: Any, name: str, sources: list[Any]) -> _core.NodeRef:
    """Records `data` as a dataset of the run; the object means the node from then on."""
    session = _recorder.Session(run, _recorder.registry_of(run), run.strict)
    flow = _recorder.input_flow(session, "from", data, None)
    if sources:
        flow.node = None
        flow.data = describe_again(data)
        flow.sources = [_core.Source(source) for source in sources]
    flow.name = name
    node = run.log_node(flow) if flow.node is None else flow.node
    _recorder.now_means(session, data, node, flow.data)
    _recorder.release(session)
    return node


def describe_again(data: Any) -> _core.DatasetDigest | None:
    """The digest of an object that was resolved by identity alone."""
    from mltrack import _digest

    return _digest.describe(data)


def log_model(run: Run, estimator: Any, name: str, sources: list[_core.Source]) -> _core.NodeRef:
    """Records a live estimator as a model of the run; the object means the node from then on."""
    from mltrack.sklearn.state import state_digest

    digest = state_digest(estimator)
    flow = _core.Flow(
        "model",
        kind="model",
        type=_recorder.class_path(type(estimator)),
        name=name,
        digest=digest,
        sources=sources,
    )
    node = run.log_node(flow)
    _recorder.registry_of(run).add(estimator, node, content=digest)
    return node
