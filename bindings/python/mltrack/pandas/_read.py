"""Reading a file, recorded: the file's content flows into the call, the frame comes out of it."""

from __future__ import annotations

import functools
import os
import re
import time
from typing import Any

import pandas

from mltrack import _core, _guard, _recorder
from mltrack._recorder import Frame, class_path

_SECRET = frozenset({"storage_options"})
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")


def _before(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    if _recorder.off() or not (args or "filepath_or_buffer" in kwargs):
        return None
    try:
        where = args[0] if args else kwargs["filepath_or_buffer"]
        params = {k: v for k, v in kwargs.items() if k != "filepath_or_buffer" and k not in _SECRET}
        return _recorder.open_call(
            _recorder.session(), "read", class_path(original), (), began_ns=began_ns, params=params,
            models=[_file_flow(where)], source=_recorder.caller(1),
        )  # fmt: skip
    except Exception as error:
        return _guard.problem(error, strict=_recorder.strict(_recorder.stack.get()))


def _end(frame: Frame, result: object, took_us: int) -> None:
    outputs = [_recorder.output(frame, "output", result)] if _recorder.is_data(result) else []
    _recorder.end_call(frame, outputs, [], took_us)


def _file_flow(where: Any) -> _core.Flow:
    """A regular file by its content; an address or an open stream, which cannot be read twice, by what it is called."""
    if not isinstance(where, (str, os.PathLike)):
        return _core.Flow("file", kind="artifact", type=class_path(type(where)), name=str(getattr(where, "name", "")))
    path = os.fsdecode(where)
    if _ADDRESS.match(path):
        return _core.Flow("file", kind="artifact", type="address", name=_without_secrets(path))
    local = os.path.expanduser(path)
    if not os.path.isfile(local):
        return _core.Flow("file", kind="artifact", type="file", name=path)
    sha256, size_bytes = _core.digest_file(local)
    return _core.Flow(
        "file", kind="artifact", type="text/csv", name=os.path.basename(path), digest=sha256,
        size_bytes=size_bytes, location=path,
    )  # fmt: skip


def _without_secrets(address: str) -> str:
    """An address without user, password, query and fragment: signed addresses carry keys there."""
    scheme, _, rest = address.partition("://")
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


read_csv_sync = _core.StandIn(pandas.read_csv, _before, functools.partial(_recorder.after, _end))
