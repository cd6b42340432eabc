"""Digests of Python objects: numpy arrays, pandas frames, sparse matrices, Arrow data, lists and scalars.

Nothing is imported for it: an object of a library can only exist once the library is in `sys.modules`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from mltrack._core import Columns, DatasetDigest
from mltrack._digest_foreign import host_array, is_arrow, is_buffer
from mltrack._digest_sparse import Sparse, sparse_of

_SCALARS = (type(None), bool, int, float, str, bytes)
_CALENDAR_UNITS = ("W", "M", "Y")
_MOST_KEYS = 4096  # of records: as many names as columns are kept one by one
_MOST_CELLS = 2**24


def describe(obj: Any) -> DatasetDigest | None:
    """What `obj` is as a dataset, or None for what cannot be digested by value.

    Equal values give equal `.values`, whether they lie in a frame, an array or a list. Numbers are digested where they
    are, without a copy.
    """
    columns = columns_of(obj)
    return None if columns is None else columns.digest()


def row_hashes(obj: Any) -> Any:
    """One 64-bit hash for each row of `obj`, as an array of numpy's uint64; None for what cannot be digested by value.

    Rows of equal values have equal hashes, whatever holds them: a number is the same in an integer and in a float
    column, and every missing value is the same.
    """
    columns = columns_of(obj)
    return None if columns is None else columns.row_hashes()


def is_data(obj: object) -> bool:
    """True for what holds values: arrays, frames, sparse matrices, lists; not for scalars, texts and estimators."""
    if isinstance(obj, (list, tuple)):
        return True
    if obj is None or isinstance(obj, (str, bytes, bool, int, float, complex, dict, type)):
        return False
    # Asked of the class: a lazy frame computes its columns, and warns.
    return bool(getattr(obj, "ndim", 0)) or hasattr(type(obj), "columns") or is_arrow(type(obj)) or is_buffer(obj)


def is_at_hand(obj: Any) -> bool:
    """True for lists, arrays of numpy and frames and series of pandas: their values lie in this process's memory. To
    look at those of other containers may compute them, or fetch them from a device."""
    numpy = sys.modules.get("numpy")
    return isinstance(obj, (list, tuple)) or (numpy is not None and isinstance(obj, numpy.ndarray)) or is_pandas(obj)


def is_pandas(obj: object) -> bool:
    """True for frames and series of pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(obj, (pandas.DataFrame, pandas.Series))


def columns_of(obj: Any) -> Columns | Sparse | None:
    """The values of `obj` where they are; None for what cannot be digested by value."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(obj, numpy.ndarray):
        return _array(obj, None)
    if isinstance(obj, (list, tuple)):
        return _list(obj)
    if isinstance(obj, _SCALARS):
        return Columns.of_list([obj])
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if isinstance(obj, pandas.DataFrame):
            return _frame(obj)
        if isinstance(obj, (pandas.Series, pandas.Index)):
            return _series(obj, pandas)
        if isinstance(obj, pandas.api.extensions.ExtensionArray):
            return _columns([([0], obj)], 1, None)
    if numpy is not None and isinstance(obj, numpy.generic):
        return _array(numpy.asarray(obj), None)
    return _foreign(obj)


def _foreign(obj: Any) -> Columns | Sparse | None:
    if is_arrow(type(obj)):
        return Columns.of_arrow(obj)
    if is_buffer(obj):
        return Columns.of_array(obj)
    sparse = sparse_of(obj)
    if sparse is not None:
        return sparse
    array = host_array(obj)
    return None if array is None else _array(array, None)


def _list(values: list[Any] | tuple[Any, ...]) -> Columns | None:
    if values and all(type(value) is dict for value in values):
        return _records(values)
    columns = Columns.of_list(values)
    numpy = sys.modules.get("numpy")
    if columns is not None or numpy is None or not values:
        return columns
    first = values[0]
    if not isinstance(first, (numpy.ndarray, numpy.generic)):
        return None
    if not all(type(value) is type(first) and value.shape == first.shape for value in values):
        return None
    return _array(numpy.asarray(values), None)


def _records(records: list[dict[Any, Any]] | tuple[dict[Any, Any], ...]) -> Columns | None:
    """Dicts are rows; their keys, in the order of first appearance, are the columns."""
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) > _MOST_KEYS or len(names) * len(records) > _MOST_CELLS:
        return None
    if not all(type(name) is str for name in names):
        return None
    columns = Columns(len(names), names)
    if all(columns.add_objects(i, [record.get(name) for record in records]) for i, name in enumerate(names)):
        return columns
    return None


def _is_masked(array: Any) -> bool:
    masked = sys.modules.get("numpy.ma")
    return masked is not None and isinstance(array, masked.MaskedArray)


def _array(array: Any, names: list[str | None] | None) -> Columns | None:
    if not _is_masked(array):
        array = array.view(sys.modules["numpy"].ndarray)  # a matrix keeps two dimensions, whatever is taken from it
        columns = Columns.of_array(array, names)
        if columns is not None:
            return columns
    if array.dtype.names is not None:
        return _structured(array)
    if array.ndim > 2:
        return _deep(array)
    flat = array.reshape(-1, 1) if array.ndim < 2 else array
    return _columns([(range(flat.shape[1]), flat.T)], flat.shape[1], names)


def _deep(array: Any) -> Columns | None:
    """Three dimensions and more whose numbers do not lie in even steps: rows x the rest of a copy."""
    copy = array.copy("C")
    return Columns.of_array(copy) if array.dtype.kind in "biufc" and copy.dtype.isnative else None


def _structured(array: Any) -> Columns | None:
    if array.ndim == 0:
        array = array.reshape(1)
    if array.ndim != 1:
        return None
    fields = dict(_fields(array, ""))
    return _columns([([i], values) for i, values in enumerate(fields.values())], len(fields), list(fields))


def _fields(array: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """The columns of a structured array: `a`, of a field with fields `a.b`, of one with an array `a[0]`, `a[1]`."""
    for name in array.dtype.names:
        part = array[name]
        parts = {prefix + name: part}
        if part.ndim > 1:
            flat = part.reshape(len(part), math.prod(part.shape[1:]))
            parts = {f"{prefix}{name}[{i}]": flat[:, i] for i in range(flat.shape[1])}
        for label, values in parts.items():
            if values.dtype.names is None:
                yield label, values
            else:
                yield from _fields(values, label + ".")


def _frame(frame: Any) -> Columns | None:
    names = _names(frame.columns)
    blocks = [(block.mgr_locs, block.values) for block in frame._mgr.blocks]
    if len(blocks) == 1 and blocks[0][0].is_slice_like and type(blocks[0][1]).__name__ == "ndarray":
        columns = Columns.of_array(blocks[0][1], names, True)
        if columns is not None:
            return columns
    return _columns([(locs.as_array.tolist(), values) for locs, values in blocks], frame.shape[1], names)


def _names(labels: Any) -> list[str] | None:
    """Column labels as texts; the numbers pandas gives to columns without names are none."""
    if type(labels).__name__ == "RangeIndex" and labels.start == 0 and labels.step == 1:
        return None
    return [label if type(label) is str else str(label) for label in labels.tolist()]


def _series(series: Any, pandas: Any) -> Columns | None:
    if isinstance(series, pandas.MultiIndex):
        return _frame(series.to_frame(index=False))
    names = None if series.name is None else [str(series.name)]
    values = series._values
    if type(values).__name__ == "ndarray":
        columns = Columns.of_array(values, names)
        if columns is not None:
            return columns
    return _columns([([0], values)], 1, names)


def _columns(blocks: list[tuple[Any, Any]], count: int, names: Any) -> Columns | None:
    columns = Columns(count, names)
    return columns if all(_add(columns, positions, values) for positions, values in blocks) else None


def _add(columns: Columns, positions: Any, values: Any) -> bool:
    """Adds an array whose rows are the columns at `positions`, or one extension array."""
    if hasattr(values, "dtype") and hasattr(values.dtype, "kind") and hasattr(values, "strides"):
        return _add_array(columns, positions, values)
    name = type(values).__name__
    if name in ("DatetimeArray", "TimedeltaArray"):
        aware = getattr(values, "tz", None) is not None
        return columns.add_times(positions, values.asi8, values.unit, aware, name == "TimedeltaArray")
    if hasattr(values, "_mask") and hasattr(values, "_data") and hasattr(values._data, "strides"):
        return columns.add_numbers(positions, values._data, values._mask)
    if name == "Categorical":
        return _add_categorical(columns, positions, values)
    if name == "SparseArray":
        return _add(columns, positions, values.to_dense())
    if name in ("IntervalArray", "PeriodArray"):
        rows = values if values.ndim == 2 else [values]  # a frame keeps periods in blocks, as it does times
        return all(
            columns.add_objects(position, _ranges(row), "object") for position, row in zip(positions, rows, strict=True)
        )
    arrow = getattr(values, "_pa_array", None)
    if arrow is not None and is_arrow(type(arrow)):
        return columns.add_arrow(positions[0], arrow)
    text = getattr(values.dtype, "kind", "") == "O" and str(values.dtype) in ("str", "string")
    return columns.add_objects(positions[0], values.astype(object).tolist(), "string" if text else "", text)


def _ranges(values: Any) -> list[str | None]:
    """Intervals and periods as texts: `(0, 10]`, and of a period its first moment and the next one's."""
    if type(values).__name__ == "IntervalArray":
        texts = [str(value) for value in values]
    else:
        first, behind = values.to_timestamp(how="start"), (values + 1).to_timestamp(how="start")
        texts = [
            f"{start.isoformat()}/{end.isoformat()}" if missing is False else ""
            for start, end, missing in zip(first, behind, values.isna().tolist(), strict=True)
        ]
    return [None if missing else text for text, missing in zip(texts, values.isna().tolist(), strict=True)]


def _add_categorical(columns: Columns, positions: Any, values: Any) -> bool:
    """A categorical is its values; only the logical type tells that there are categories."""
    categories = values.categories
    of_ranges = type(categories).__name__ in ("IntervalIndex", "PeriodIndex")
    shown = _ranges(categories._values) if of_ranges else categories.astype(object).tolist()
    text = not shown or isinstance(shown[0], str)
    shown.append(None)
    return columns.add_objects(positions[0], [shown[code] for code in values.codes.tolist()], "category", text)


def _add_array(columns: Columns, positions: Any, values: Any) -> bool:
    missing = None
    if _is_masked(values):
        missing = sys.modules["numpy"].ma.getmaskarray(values)
        values = values.data
    if values.dtype.kind in "biufc":
        return _add_numbers(columns, positions, values, missing)
    if missing is not None:
        values = values.astype(object)
        values[missing] = None
    if values.dtype.kind in "mM":
        return _add_times(columns, positions, values)
    if values.dtype.kind not in "OSUT":
        return False
    rows = values.reshape(1, -1) if values.ndim == 1 else values
    return all(
        columns.add_objects(position, row.tolist(), "", values.dtype.kind in "UT")
        for position, row in zip(positions, rows, strict=True)
    )


def _add_numbers(columns: Columns, positions: Any, values: Any, missing: Any) -> bool:
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    if values.dtype.char == "g":
        rounded = values.astype("f8")
        if not ((rounded == values) | (values != values)).all():
            return False
        values = rounded
    if not values.flags.aligned:
        values = values.copy()
    return columns.add_numbers(positions, values, missing)


def _add_times(columns: Columns, positions: Any, values: Any) -> bool:
    numpy = sys.modules["numpy"]
    kind = values.dtype.kind
    unit, count = numpy.datetime_data(values.dtype)
    if unit == "generic":
        values, unit, count = values.astype(f"{kind}8[s]"), "s", 1
    if unit in _CALENDAR_UNITS:
        if kind == "m" and unit != "W":
            return False
        values, unit, count = values.astype(f"{kind}8[D]"), "D", 1
    if count != 1 or not values.dtype.isnative:
        values = values.astype(f"={kind}8[{unit}]")
    return columns.add_times(positions, values.view("i8"), unit, False, kind == "m")
