"""An answer in rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from mltrack import _core
from mltrack._formats import Rows

__all__ = ["Table"]


class Table(Rows, Sequence[dict[str, Any]]):
    """An answer in rows and columns. Rows are dicts; what is missing is None. A notebook shows it as a table, and
    `.to_pandas()` makes a frame of it."""

    __slots__ = ("_columns", "_table")

    def __init__(self, table: _core.Table) -> None:
        self._table = table
        self._columns: dict[str, list[Any]] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self._table.columns)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know: a cut, what could not be told."""
        return tuple(self._table.notes)

    @property
    def next(self) -> str | None:
        """Of a listing that its limit cut: what `after` takes to go on; else None."""
        return self._table.next

    def column(self, name: str) -> list[Any]:
        """The values of a column. Raises KeyError for one that is not there."""
        return self._values()[name]

    def _values(self) -> dict[str, list[Any]]:
        if self._columns is None:
            self._columns = {column.name: column.values for column in self._table.columns}
        return self._columns

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"the table has {len(self)} rows, none with number {index}")
        return {name: values[index] for name, values in self._values().items()}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self._values().keys()
        return (dict(zip(names, row, strict=True)) for row in zip(*self._values().values(), strict=True))

    def _answer(self) -> _core.Table:
        return self._table

    def to_pandas(self) -> Any:
        """A frame with the table's rows and columns. Integers that miss some values are floats with NaN, as pandas has
        them; times are in UTC."""
        import pandas

        columns = {column.name: _to_pandas(column) for column in self._table.columns}
        return pandas.DataFrame(columns, columns=list(columns))

    def __repr__(self) -> str:
        shown = [repr(row) for row in self[:20]]
        if len(self) > len(shown):
            shown.append(f"... {len(self) - len(shown)} more")
        return "\n".join([f"<{len(self)} rows of {', '.join(self.columns)}>", *shown])

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.rows(self)


def _to_pandas(column: _core.TableColumn) -> Any:
    """A column as pandas takes it, numbers without an object for each."""
    import numpy
    import pandas

    if column.type == "str":
        return column.values
    missing = numpy.frombuffer(column.missing, dtype=bool)
    if column.type == "bool" and missing.size:
        return column.values
    values = numpy.frombuffer(memoryview(column), dtype="float64" if column.type == "float" else "int64")
    if column.type == "time":
        times = values.astype("datetime64[us]")
        times[missing.nonzero()] = numpy.datetime64("NaT")
        return pandas.Series(times).dt.tz_localize("UTC")
    if column.type == "bool":
        return values.astype(bool)
    if missing.size:
        values = values.astype("float64")
        values[missing] = numpy.nan
    return values
