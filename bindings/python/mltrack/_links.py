"""Which frames were derived from which, as pandas itself tells it.

pandas calls `__finalize__(result, source, method)` after most of its operations to hand on metadata. Listening to that
call links a result to its source, although neither the temporary objects in between nor their values survive.
"""

from __future__ import annotations

import sys
import weakref
from dataclasses import dataclass
from typing import Any

from mltrack import _core
from mltrack._registry import Registry


@dataclass(slots=True, eq=False)
class Link:
    """What an object was derived from, whole: chains are followed when the link is made."""

    ref: weakref.ref[Any]
    registry: Registry
    nodes: tuple[_core.NodeRef, ...]
    operations: tuple[str, ...]


_links: dict[int, Link] = {}
_registries: weakref.WeakSet[Registry] = weakref.WeakSet()


def find(obj: object, registry: Registry) -> Link | None:
    """The link of this very object into the store of `registry`."""
    link = _links.get(id(obj))
    return link if link is not None and link.ref() is obj and link.registry is registry else None


def listen(registry: Registry) -> None:
    """From now on results of pandas operations on objects known to `registry` are linked to them."""
    frames = sys.modules.get("pandas.core.generic")
    if frames is None:
        return
    _registries.add(registry)
    original = frames.NDFrame.__dict__["__finalize__"]
    if type(original) is not _core.StandIn:
        frames.NDFrame.__finalize__ = _core.StandIn(original, _before, _after)


def unlisten() -> None:
    """Takes back what `listen` did, until it is called again."""
    frames = sys.modules.get("pandas.core.generic")
    if frames is not None:
        held = frames.NDFrame.__dict__["__finalize__"]
        if type(held) is _core.StandIn:
            frames.NDFrame.__finalize__ = held.__mltrack__


def _before(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("other")


def _after(other: Any, result: object, error: BaseException | None) -> None:
    if error is not None:
        return
    sources = _sources(other)
    for registry in list(_registries):
        _link(registry, result, sources)


def _operation() -> str:
    """The pandas function that the user called: the outermost of the pandas frames that lead here."""
    frame = sys._getframe(1)
    while frame.f_back is not None and not frame.f_globals.get("__name__", "").startswith("pandas."):
        frame = frame.f_back
    name = "pandas"
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pandas."):
        name, frame = frame.f_code.co_name, frame.f_back  # type: ignore[assignment]
    return name.strip("_<>")


def _sources(other: Any) -> list[Any]:
    if hasattr(other, "_mgr"):  # a frame may well have columns called left and right
        return [other]
    for name in ("input_objs", "objs"):
        many = getattr(other, name, None)
        if isinstance(many, (list, tuple)):
            return list(many)
    if hasattr(other, "left") and hasattr(other, "right"):
        return [other.left, other.right]
    return [other]


def _link(registry: Registry, result: Any, sources: list[Any]) -> None:
    nodes: dict[_core.NodeRef, None] = {}
    operations: dict[str, None] = {}
    for source in sources:
        if source is result:
            return
        entry = registry.find(source)
        if entry is not None:
            nodes[entry.node] = None
            continue
        link = find(source, registry)
        if link is not None:
            nodes.update(dict.fromkeys(link.nodes))
            operations.update(dict.fromkeys(link.operations))
    if not nodes:
        return
    operations[_operation()] = None
    key = id(result)

    def forget(gone: weakref.ref[Any]) -> None:
        link = _links.get(key)
        if link is not None and link.ref is gone:
            del _links[key]

    _links[key] = Link(weakref.ref(result, forget), registry, tuple(nodes), tuple(operations))
