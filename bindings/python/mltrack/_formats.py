"""Answers in rows, for other programs."""

from __future__ import annotations

import os
from typing import Any

from mltrack import _core
from mltrack.errors import MissingPackageError


class Rows:
    """What answers in rows have in common: they go to files and to other libraries."""

    __slots__ = ()

    def _answer(self) -> Any:
        """What the library formats: a table, or a list of nodes."""
        raise NotImplementedError

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Comma-separated values as the program prints them, the names first; with a path they are written there."""
        return written(_core.to_csv(self._answer()), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """A JSON array of objects, as the program prints it; with a path it is written there."""
        return written(_core.to_json(self._answer()), path)

    def to_jsonl(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """A JSON object a line, as the program prints them; with a path they are written there."""
        return written(_core.to_jsonl(self._answer()), path)

    def to_polars(self) -> Any:
        """A polars frame. Raises MissingPackageError where polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise MissingPackageError("to_polars needs the package polars, which is not installed") from error
        return polars.DataFrame(_Stream(self))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows for whoever reads Arrow's C stream interface, without pyarrow: columns are bool, int64, float64,
        utf8 and timestamp[us, UTC]. Another schema that is asked for is not heeded, as the interface allows."""
        return _core.arrow_stream(self._answer())


class _Stream:
    """Only the stream of an answer: polars asks what is a sequence for its items instead."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._rows.__arrow_c_stream__(requested_schema)


def written(text: str, path: str | os.PathLike[str] | None) -> str | None:
    """The text, or nothing where it went to a file."""
    if path is None:
        return text
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return None
