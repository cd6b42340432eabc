"""Methods of frames, recorded: `drop_sync`, and `to_csv_sync` and the others that write a file."""

from __future__ import annotations

import functools
import time
from typing import Any

from mltrack import _core, _inputs, _open_calls, _recorder
from mltrack._arguments import named
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack._sync_method import SyncMethod
from mltrack.pandas import _files


def install(pandas: Any) -> None:
    """Gives frames their recorded methods."""
    for kind, media_type in _files.FORMATS.items():
        method = SyncMethod(f"to_{kind}", functools.partial(_writing, media_type))
        setattr(pandas.DataFrame, f"to_{kind}_sync", method)
    pandas.DataFrame.drop_sync = SyncMethod("drop", _dropping)


def _writing(media_type: str, method: Any, frame: Any) -> Any:
    return _core.StandIn(method, *_files.writing(media_type, False, frame))


def _dropping(method: Any, frame: Any) -> Any:
    return _core.StandIn(method, functools.partial(_before_drop, frame), _after_drop)


def _before_drop(bound: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    if _open_calls.off():
        return None
    frame, rest = (bound, args) if bound is not None else (args[0], args[1:])
    params = dict(named(original, rest, kwargs, method=True))
    return _recorder.begun(_begin_drop, frame, original, params, began_ns, caller(1))


def _begin_drop(frame: Any, original: Any, params: dict[str, Any], began_ns: int, source: str) -> Frame:
    return _recorder.open_call(
        _open_calls.session(), "transform", class_path(getattr(original, "__func__", original)), [("X", frame)],
        began_ns=began_ns, params=params, source=source,
    )  # fmt: skip


def _end_drop(frame: Frame, result: Any, took_us: int) -> None:
    given = frame.given[0][1]
    outputs = [_inputs.output(frame, "output", given if result is None else result)]  # None: dropped in place
    _recorder.end_call(frame, outputs, [], took_us)


_after_drop = functools.partial(_recorder.after, _end_drop)
