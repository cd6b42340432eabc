"""Files that pandas reads and writes, recorded: a file's content flows into a read, and comes out of a write."""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import pandas

from mltrack import _autolog, _cells, _core, _digest, _inputs, _open_calls, _recorder
from mltrack._arguments import named
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack._secrets import bare_address

# The formats whose files are recorded, with their media types.
FORMATS = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "feather": "application/vnd.apache.arrow.file",
}
# Formats that are recorded when they are read.
READ_ONLY = {
    "table": "text/tab-separated-values",
    "fwf": "text/plain",
    "html": "text/html",
    "xml": "application/xml",
    "orc": "application/orc",
    "pickle": "application/octet-stream",
    "sas": "application/x-sas",
    "spss": "application/x-spss",
    "stata": "application/x-stata-dta",
}
# pandas' names for the file.
_WHERE = ("filepath_or_buffer", "path_or_buf", "path_or_buffer", "path", "io", "excel_writer")
_SECRET = frozenset({"storage_options"})
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")

Before = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]


def reading(media_type: str, plain: bool, function: Any = None) -> tuple[Before, Any]:
    """What the calls of a reading function go through. `plain`: recorded only while autolog is on; `function`: the
    public one, where another is stood in for."""
    before = functools.partial(_before_read, media_type, plain, function)
    return before, functools.partial(_recorder.after, _end_read)


def writing(media_type: str, plain: bool, frame: Any = None) -> tuple[Before, Any]:
    """The same for a method of a frame that writes one; `frame` is it where the method is bound."""
    before = functools.partial(_before_write, media_type, plain, frame)
    return before, functools.partial(_recorder.after, functools.partial(_end_write, media_type))


def is_recorded(plain: bool) -> bool:
    """True where a call is to be recorded: of plain ones, those outside every recorded call while autolog is on."""
    return not _open_calls.off() and (not plain or (_autolog.settings.on and _open_calls.stack.get() is None))


def _before_read(
    media_type: str, plain: bool, function: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    began_ns = time.perf_counter_ns()
    if not is_recorded(plain):
        return None
    where, params = _where(named(function or original, args, kwargs))
    if where is None:
        return None
    source = caller(1, _cells.BETWEEN)
    return _recorder.begun(_begin_read, function or original, where, media_type, params, began_ns, source)


def _begin_read(
    function: Any, where: Any, media_type: str, params: dict[str, Any], began_ns: int, source: str
) -> Frame:
    file = _file_flow(where, media_type)
    return _recorder.open_call(
        _open_calls.session(), "read", class_path(function), (), began_ns=began_ns, params=params, models=[file],
        source=source,
    )  # fmt: skip


def _end_read(frame: Frame, result: object, took_us: int) -> None:
    """A frame, several by the names of their sheets, or a list of them."""
    parts: Iterable[tuple[Any, Any]] = [("output", result)]
    if isinstance(result, dict):
        parts = result.items()
    elif isinstance(result, list):
        parts = ((f"output[{i}]", part) for i, part in enumerate(result))
    outputs = [_inputs.output(frame, str(slot), part) for slot, part in parts if _digest.is_data(part)]
    _recorder.end_call(frame, outputs, [], took_us)


def _before_write(
    media_type: str, plain: bool, bound: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    began_ns = time.perf_counter_ns()
    if not is_recorded(plain):
        return None
    data, rest = (bound, args) if bound is not None else (args[0], args[1:])
    where, params = _where(named(original, rest, kwargs, method=True))
    if where is None:
        return None
    return _recorder.begun(_begin_write, original, data, where, params, began_ns, caller(1))


def _begin_write(original: Any, data: Any, where: Any, params: dict[str, Any], began_ns: int, source: str) -> Frame:
    frame = _recorder.open_call(
        _open_calls.session(), "write", class_path(getattr(original, "__func__", original)), [("data", data)],
        began_ns=began_ns, params=params, source=source,
    )  # fmt: skip
    frame.options["where"] = where
    return frame


def _end_write(media_type: str, frame: Frame, result: object, took_us: int) -> None:
    flow = _file_flow(frame.options["where"], media_type)
    flow.slot = "output"
    _recorder.end_call(frame, [_inputs.Produced(flow, flow)], [], took_us)


def _where(given: list[tuple[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """The file, and what else was given."""
    where = next((value for name, value in given if name in _WHERE), None)
    return where, {name: value for name, value in given if name not in _WHERE and name not in _SECRET}


def _file_flow(where: Any, media_type: str) -> _core.Flow:
    """A regular file by its content; an address or an open stream, which cannot be read twice, by what it is called."""
    if not isinstance(where, (str, os.PathLike)):
        return _core.Flow("file", kind="artifact", type=class_path(type(where)), name=str(getattr(where, "name", "")))
    path = os.fsdecode(where)
    if _ADDRESS.match(path):
        return _core.Flow("file", kind="artifact", type="address", name=bare_address(path))
    local = os.path.expanduser(path)
    if not os.path.isfile(local):
        return _core.Flow("file", kind="artifact", type="file", name=path)
    sha256, size_bytes = _core.digest_file(local)
    return _core.Flow(
        "file", kind="artifact", type=media_type, name=os.path.basename(path), digest=sha256,
        size_bytes=size_bytes, location=path,
    )  # fmt: skip


def __getattr__(name: str) -> Any:
    """`read_csv_sync` and the others: pandas' own readers, recorded."""
    plain = name.removesuffix("_sync")
    media_type = (FORMATS | READ_ONLY).get(plain.removeprefix("read_"))
    if plain == name or media_type is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()[name] = _core.StandIn(getattr(pandas, plain), *reading(media_type, plain=False))
    return made
