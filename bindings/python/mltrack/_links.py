"""Which frames were derived from which, as pandas itself tells it.

pandas calls `__finalize__(result, source, method)` after most of its operations to hand on metadata. Listening to that
call links a result to its source, although neither the temporary objects in between nor their values survive.
"""

from __future__ import annotations

import sys
import weakref
from dataclasses import dataclass
from typing import Any

from mltrack import _autolog, _core
from mltrack._registry import Registry, takes_reference


@dataclass(slots=True, eq=False)
class Link:
    """What an object was derived from, whole: chains are followed when the link is made."""

    ref: weakref.ref[Any]
    registry: Registry
    nodes: tuple[_core.NodeRef, ...]
    operations: tuple[str, ...]


_links: dict[int, Link] = {}
_registries: weakref.WeakSet[Registry] = weakref.WeakSet()
_kept = False  # a call that was recorded without autolog needs it, whatever becomes of autolog


def find(obj: object, registry: Registry) -> Link | None:
    """The link of this very object into the store of `registry`."""
    link = _links.get(id(obj))
    return link if link is not None and link.ref() is obj and link.registry is registry else None


def listen(registry: Registry) -> None:
    """From now on results of pandas operations on objects known to `registry`, and arrays made of such objects, are
    linked to them."""
    global _kept
    frames = sys.modules.get("pandas.core.generic")
    if frames is None:
        return
    _registries.add(registry)
    _kept = _kept or not _autolog.settings.on
    if _held:
        return
    _stand_in(frames.NDFrame, "__finalize__", _after)
    for owner in (sys.modules["pandas"].DataFrame, sys.modules["pandas"].Series):
        for name in ("to_numpy", "values"):
            _stand_in(next(base for base in owner.__mro__ if name in vars(base)), name, _after_array)


_held: list[tuple[type, str, Any]] = []  # what stood there before


def _stand_in(owner: type, name: str, after: Any) -> None:
    original: Any = vars(owner)[name]
    _held.append((owner, name, original))
    standing: Any
    if type(original) is property:
        read: Any = original.fget
        standing = property(_core.StandIn(read, _before, after), doc=original.__doc__)
    else:
        standing = _core.StandIn(original, _before if after is _after_array else _before_finalize, after)
    setattr(owner, name, standing)


def unlisten() -> None:
    """Takes back what `listen` did for plain calls, until it is called again."""
    if _kept:
        return
    for owner, name, original in _held:
        held = vars(owner).get(name)
        if type(held.fget if isinstance(held, property) else held) is _core.StandIn:
            setattr(owner, name, original)
    _held.clear()


def _before(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else None


def _before_finalize(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("other")


def _after(other: Any, result: object, error: BaseException | None) -> None:
    if error is None:
        sources = _sources(other)
        for registry in list(_registries):
            _link(registry, result, sources, "")


def _after_array(frame: Any, result: object, error: BaseException | None) -> None:
    if error is None and takes_reference(result):
        for registry in list(_registries):
            _link(registry, result, [frame], "to_numpy")


_INNER = frozenset({"wrapper", "new_method"})  # what pandas wraps its functions in


def _operation() -> str:
    """The pandas function that the user called: the outermost of the pandas frames that lead here."""
    frame = sys._getframe(1)
    while frame.f_back is not None and not frame.f_globals.get("__name__", "").startswith("pandas."):
        frame = frame.f_back
    name = "pandas"
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pandas."):
        if frame.f_code.co_name not in _INNER:
            name = frame.f_code.co_name
        frame = frame.f_back  # type: ignore[assignment]
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


def _link(registry: Registry, result: Any, sources: list[Any], operation: str) -> None:
    nodes: dict[_core.NodeRef, None] = {}
    operations: dict[str, None] = {}
    told = find(result, registry)
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
    if told is not None:  # of an operation on two frames, pandas tells of one after the other
        if nodes.keys() <= set(told.nodes):
            return
        nodes = {**dict.fromkeys(told.nodes), **nodes}
        operations = {**dict.fromkeys(told.operations), **operations}
    if not nodes:
        return
    operations[operation or _operation()] = None
    key = id(result)

    def forget(gone: weakref.ref[Any]) -> None:
        link = _links.get(key)
        if link is not None and link.ref is gone:
            del _links[key]

    _links[key] = Link(weakref.ref(result, forget), registry, tuple(nodes), tuple(operations))
