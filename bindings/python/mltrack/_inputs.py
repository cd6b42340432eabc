"""Which node a live object is that goes into a call, and which one it means when it came out.

Each object is looked at once per outermost call; what is found by its content alone is the store's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mltrack import _core, _digest, _guard, _links, _open_calls
from mltrack._names import class_path
from mltrack._open_calls import Frame, Session
from mltrack._registry import Entry, Registry, raw_digest, takes_reference


def input_flows(session: Session, given: tuple[tuple[str, object], ...], outer: Frame | None) -> list[_core.Flow]:
    """The flows of a call's inputs, which are given by slot."""
    flows: list[_core.Flow] = []
    for i, (slot, obj) in enumerate(given):
        twin = next((k for k in range(i) if given[k][1] is obj), None)
        if twin is not None:  # fit(X, X): one node, not two that look alike
            node = flows[twin].node
            if node is None:
                node = flows[twin].node = session.run.log_node(flows[twin])
            flows.append(_core.Flow.known(slot, node))
        else:
            flows.append(input_flow(session, slot, obj, outer))
    return flows


def input_flow(session: Session, slot: str, obj: object, outer: Frame | None) -> _core.Flow:
    """Which node an input is, by the rules that need the object; the store knows the rest."""
    entry = session.registry.find(obj)
    if entry is not None and entry.checked == session.number:
        return _core.Flow.known(slot, entry.node)
    if entry is not None and entry.raw is not None and entry.raw == raw_digest(obj):
        entry.checked = session.number
        return _core.Flow.known(slot, entry.node)
    taken = outer.took(obj) if outer is not None and entry is None else None
    if taken is not None:
        return _core.Flow.known(slot, taken)
    data, kind = described(obj, session.strict)
    if entry is not None:
        if (None if data is None else data.content) == entry.content:
            entry.checked = session.number
            entry.raw = raw_digest(obj)
            return _core.Flow.known(slot, entry.node)
        return _core.Flow.dataset(slot, data, kind, [_core.Source(entry.node, "edited", "from")])
    sources = _derived_from(session.registry, obj) or _enclosing(slot, outer)
    return _core.Flow(slot, data=data, type=kind, sources=sources, untracked=not takes_reference(obj))


def _derived_from(registry: Registry, obj: object) -> list[_core.Source]:
    link = _links.find(obj, registry)
    if link is not None:
        via = "frame:" + ",".join(link.operations) if link.operations else "frame"
        return [_core.Source(node, via, "from") for node in link.nodes]
    return [_core.Source(node, "view", "from") for node in registry.viewed(obj)]


def _enclosing(slot: str, outer: Frame | None) -> list[_core.Source]:
    if outer is None:
        return []
    node = outer.inputs.get(slot) or outer.inputs.get("X")
    return [_core.Source(node, "enclosing", "from")] if node is not None else []


def is_view(flow: _core.Flow) -> bool:
    """True for what shows the memory of another object."""
    return any(source.via == "view" for source in flow.sources)


@dataclass(slots=True, eq=False)
class Produced:
    """An output: the flow to record and the object that it is from now on."""

    flow: _core.Flow
    obj: object
    content: str | None = None


def output(frame: Frame, slot: str, obj: object) -> Produced:
    """An object that came out of a call: new, a new version of an input, or what a call inside returned."""
    session = frame.session
    entry = session.registry.find(obj)
    sources = []
    if entry is not None:
        taken = [frame.inputs[name] for name, given in frame.given if given is obj]
        if entry.node in taken:
            sources = [_core.Source(entry.node, "edited", "from")]
        elif entry.data is not None and entry.checked == session.number:
            same = _core.Source(entry.node, "object", "same")
            return Produced(_core.Flow.dataset(slot, entry.data, "", [same]), obj)
    data, kind = described(obj, session.strict)
    return Produced(_core.Flow.dataset(slot, data, kind, sources), obj)


def described(obj: object, strict: bool) -> tuple[_core.DatasetDigest | None, str]:
    """The digest of an object's values; without one, the name of its class, which is then all that is known of it."""
    try:
        data = _digest.describe(obj)
    except Exception as error:  # an object of the user's may refuse to be looked at, in its own way
        _guard.raise_or_warn(error, strict=strict)
        data = None
    return data, "" if data is not None else class_path(type(obj))


def now_means(
    session: Session, obj: object, node: _core.NodeRef, data: _core.DatasetDigest | None, *, shown: bool = False
) -> None:
    """From now on `obj` is `node`, whose values have the digest `data`; `shown`: it shows another object's memory."""
    registry = session.registry
    known = registry.find(obj)
    if known is not None and known.node == node:
        return
    entry = registry.add(obj, node, content=data.content if data is not None else None, checked=session.number)
    if entry is None:
        return
    entry.data = data
    session.kept.append(entry)
    registry.add_memory(obj, node, shown=shown)
    if hasattr(obj, "_mgr"):
        _links.listen(registry)


def find(obj: object) -> Entry | None:
    """What is known about a live object, in whichever store it was recorded last."""
    for registry in _open_calls.registries():
        entry = registry.find(obj)
        if entry is not None:
            return entry
    return None


def origins(obj: object) -> list[_core.NodeRef]:
    """The nodes that an object which was never recorded was made from, as far as its links and its memory tell."""
    for registry in _open_calls.registries():
        sources = _derived_from(registry, obj)
        if sources:
            return [source.node for source in sources]
    return []


def ref(obj: object) -> str | None:
    """The reference (`run:seq`) of the node that a live object is, or None when it was never recorded."""
    entry = find(obj)
    return None if entry is None else str(entry.node)


def node_now(session: Session, obj: object) -> _core.NodeRef:
    """The node of an object as it is now, which is recorded where it has none."""
    flow = input_flow(session, "from", obj, None)
    node: _core.NodeRef = flow.node if flow.node is not None else session.run.log_node(flow)
    now_means(session, obj, node, flow.data)
    return node


def derive(new: Any, *old: object) -> Any:
    """Declares that `new` was made from `old`, where no recorded call shows it, and returns `new`.

    Raises TypeError when `new` takes no weak reference (a list, a number): it could not be recognised again.
    """
    if _guard.disabled():
        return new
    if not takes_reference(new):
        raise TypeError(f"derive() cannot follow a {type(new).__name__}; give an array, a frame or a series")
    now = _open_calls.session()
    sources = []
    for obj in old:
        sources.append(_core.Source(node_now(now, obj), "declared", "from"))
    data, kind = described(new, True)
    now_means(now, new, now.run.log_node(_core.Flow.dataset("output", data, kind, sources)), data)
    if _open_calls.stack.get() is None:  # else the calls that are open still need what it keeps
        _open_calls.release(now)
    return new
