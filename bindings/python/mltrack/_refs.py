"""What may stand for a node: a reference, a handle, a result, a run, a live object."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mltrack import _core
from mltrack.errors import AmbiguousError, NotFoundError

if TYPE_CHECKING:
    from mltrack._query import Query


def reference(obj: Any) -> str:
    """The text by which a query finds what `obj` stands for."""
    if isinstance(obj, str):
        return obj
    if isinstance(obj, os.PathLike):
        return str(os.fspath(obj))
    if isinstance(obj, _core.NodeRef):
        return f"{obj.run}:{obj.seq}"
    if isinstance(obj, (_core.Run, _core.Call)):
        return reference(obj.ref)
    if isinstance(obj, _core.Node):
        return obj.ref if obj.run is None else f"{obj.run}:{obj.ref.rpartition(':')[2]}"
    return reference(recorded(obj))


def node_of(obj: Any, query: Query) -> _core.NodeRef:
    """The handle of what `obj` stands for."""
    if isinstance(obj, _core.NodeRef):
        return obj
    if isinstance(obj, (_core.Run, _core.Call)):
        return obj.ref
    if not isinstance(obj, (str, os.PathLike, _core.Node)):
        return recorded(obj)
    node = obj if isinstance(obj, _core.Node) else query.node(obj)
    if node.run is None:
        raise NotFoundError(f"{node.ref} is a {node.kind}; expected a run or something inside one")
    return _core.NodeRef(node.run, int(node.ref.rpartition(":")[2]))


def recorded(obj: Any) -> _core.NodeRef:
    """The node that a live object is in the store it was recorded in; of one that is not recorded itself, the node it
    was made from."""
    from mltrack import _inputs

    entry = _inputs.find(obj)
    if entry is not None:
        return entry.node
    origins = _inputs.origins(obj)
    if len(origins) == 1:
        return origins[0]
    this = f"this {type(obj).__name__}"
    if origins:
        several = ", ".join(map(str, origins))
        raise AmbiguousError(f"{this} was made from {several} and is not recorded itself; Run.log_dataset records it")
    raise NotFoundError(f"{this} was never recorded; pass it to a _sync call, Run.log_dataset or derive first")
