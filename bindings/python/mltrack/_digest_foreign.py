"""Data of other libraries, found without importing any: by Arrow's C interface, by DLPack or by the array interface."""

from __future__ import annotations

import sys
from typing import Any

from mltrack._memo import per_object

# Those that export their data as often as they are asked. A reader of batches exports by the same interface and is
# used up by it, and a lazy frame would have to be computed.
_ARROW = {
    "polars": frozenset({"DataFrame", "Series"}),
    "pyarrow": frozenset({"Array", "ChunkedArray", "RecordBatch", "Table"}),
}
_HOST_MEMORY = (1, 3)  # DLPack's numbers for the processor's memory and for such that a GPU may read


@per_object
def is_arrow(kind: type) -> bool:
    """True for a class of data that can be read by Arrow's C interface at any time."""
    if not hasattr(kind, "__arrow_c_stream__") and not hasattr(kind, "__arrow_c_array__"):
        return False
    return any(base.__name__ in _ARROW.get(base.__module__.partition(".")[0], ()) for base in kind.__mro__)


def is_buffer(obj: Any) -> bool:
    """True for the standard library's own arrays of numbers."""
    array = sys.modules.get("array")
    return isinstance(obj, memoryview) or (array is not None and isinstance(obj, array.array))


def host_array(obj: Any) -> Any:
    """The numpy array that shows the memory of another library's array; None where there is none without a copy, a
    transfer or a computation. Never raises."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    try:
        if hasattr(type(obj), "__dlpack_device__"):
            return _by_dlpack(obj, numpy)
        if isinstance(getattr(obj, "__array_interface__", None), dict):
            return numpy.asarray(obj)
    except Exception:  # whatever the library has against it
        pass
    return None


def _by_dlpack(obj: Any, numpy: Any) -> Any:
    if int(obj.__dlpack_device__()[0]) not in _HOST_MEMORY:
        return None
    # A tensor that takes part in a gradient hands out only what is taken out of it, which shares its memory.
    return numpy.from_dlpack(obj.detach() if getattr(obj, "requires_grad", False) else obj)
