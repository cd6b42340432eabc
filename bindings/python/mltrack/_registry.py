"""The live objects whose nodes are known. An address alone proves nothing: it is used again as soon as it is free."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mltrack import _core

_MOST_STRETCHES = 64


def takes_reference(obj: object) -> bool:
    """True for what can be recognised again: lists, numbers and texts take no weak reference."""
    return bool(getattr(type(obj), "__weakrefoffset__", 0))


@dataclass(slots=True, eq=False)
class Entry:
    """What is known about one live object."""

    ref: weakref.ref[Any]
    node: _core.NodeRef
    content: str | None = None  # its digest when it was last looked at; None where it has none
    checked: int = 0  # the outermost call that looked last
    data: _core.DatasetDigest | None = None  # kept until that call ends
    model: _core.NodeRef | None = None  # of a prediction: the model that made it
    features: Any = None  # of a model: what is known of its columns; of what it made: their names
    raw: object = None  # of an array seen unchanged: its memory's digest, which is quicker to look at again


@dataclass(slots=True, eq=False)
class Extent:
    """A stretch of memory that holds the values of a node, as long as its owner lives."""

    low: int
    high: int
    node: _core.NodeRef


class Registry:
    """The known objects of one store. Holds no object alive."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._extents: dict[int, tuple[weakref.ref[Any], list[Extent]]] = {}

    def find(self, obj: object) -> Entry | None:
        """The entry of this very object."""
        entry = self._entries.get(id(obj))
        return entry if entry is not None and entry.ref() is obj else None

    def add(self, obj: object, node: _core.NodeRef, *, content: str | None = None, checked: int = 0) -> Entry | None:
        """Makes `obj` mean `node` from now on; None for an object that takes no weak reference."""
        key = id(obj)

        def forget(gone: weakref.ref[Any]) -> None:
            entry = self._entries.get(key)
            if entry is not None and entry.ref is gone:
                del self._entries[key]

        try:
            ref = weakref.ref(obj, forget)
        except TypeError:
            return None
        entry = Entry(ref, node, content, checked)
        self._entries[key] = entry
        return entry

    def add_memory(self, obj: object, node: _core.NodeRef, *, shown: bool = False) -> None:
        """Lets views of the memory of `obj` find `node`, also after `obj` itself is gone. `shown`: it is the memory of
        a known object, from which views of all of it stay derived."""
        for array in buffers(obj):
            owner = root(array)
            low, high = span(array)
            if low == high:
                continue
            known = self._extents.get(id(owner))
            if known is None or known[0]() is not owner:
                known = (weakref.ref(owner, self._forgetter(id(owner))), [])
                self._extents[id(owner)] = known
            stretches = known[1]
            if shown and any((extent.low, extent.high) == (low, high) for extent in stretches):
                continue
            stretches[:] = [extent for extent in stretches if (extent.low, extent.high) != (low, high)]
            stretches.append(Extent(low, high, node))
            if len(stretches) > _MOST_STRETCHES:
                del stretches[1]  # the first one is most often the whole

    def _forgetter(self, key: int) -> Any:
        def forget(gone: weakref.ref[Any]) -> None:
            known = self._extents.get(key)
            if known is not None and known[0] is gone:
                del self._extents[key]

        return forget

    def viewed(self, obj: object) -> list[_core.NodeRef]:
        """The nodes whose memory `obj` shows: for each of its buffers the smallest known stretch around it, else every
        stretch it touches. Empty when it shares memory with nothing that is known."""
        nodes: dict[_core.NodeRef, None] = {}
        for array in buffers(obj):
            owner = root(array)
            known = self._extents.get(id(owner))
            if known is None or known[0]() is not owner:
                continue
            low, high = span(array)
            around = [extent for extent in known[1] if extent.low <= low and high <= extent.high]
            if around:  # of equals the newest, which is the last one
                nodes[min(reversed(around), key=lambda extent: extent.high - extent.low).node] = None
            else:
                for extent in known[1]:
                    if extent.low < high and low < extent.high:
                        nodes[extent.node] = None
        return list(nodes)


def raw_digest(obj: Any) -> object:
    """A digest of all the memory of an array of numbers, with how it is laid out; None for other objects. Equal ones
    prove equal values, unequal ones prove nothing."""
    numpy = sys.modules.get("numpy")
    if numpy is None or type(obj) is not numpy.ndarray or obj.dtype.kind not in "biufc":
        return None
    if not obj.flags.c_contiguous:
        if not obj.flags.f_contiguous:
            return None
        return _core.digest_bytes("raw", obj.T), obj.shape, obj.strides, obj.dtype
    return _core.digest_bytes("raw", obj), obj.shape, obj.strides, obj.dtype


def buffers(obj: Any) -> Iterator[Any]:
    """The numpy arrays in which the values of an array, a frame, a series or a sparse matrix lie."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return
    if isinstance(obj, numpy.ndarray):
        yield obj
        return
    blocks = getattr(getattr(obj, "_mgr", None), "blocks", None)
    if blocks is None:
        data = getattr(obj, "data", None)
        if isinstance(data, numpy.ndarray):
            yield data
        return
    for block in blocks:
        values = block.values
        inner = (
            values if isinstance(values, numpy.ndarray) else getattr(values, "_ndarray", getattr(values, "_data", None))
        )
        if isinstance(inner, numpy.ndarray):
            yield inner


def root(array: Any) -> Any:
    """The array that owns the memory. `base` alone skips views of views, or does not: only roots compare."""
    while type(array.base).__module__ == "numpy" and hasattr(array.base, "base"):
        array = array.base
    return array


def span(array: Any) -> tuple[int, int]:
    """The first address of an array's values and the one behind the last."""
    if array.size == 0:
        return 0, 0
    low = high = array.__array_interface__["data"][0]
    for length, stride in zip(array.shape, array.strides, strict=True):
        if stride < 0:
            low += (length - 1) * stride
        else:
            high += (length - 1) * stride
    return low, high + array.itemsize
