"""Methods of frames, recorded: `drop_sync`, and `to_csv_sync` and the others that write a file."""

from __future__ import annotations

import functools
import time
from typing import Any

from mltrack import _core, _guard, _inputs, _open_calls, _recorder
from mltrack._arguments import named
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack.pandas import _files


class SyncMethod:
    """A recorded method beside a plain one."""

    def __init__(self, plain: str, media_type: str | None) -> None:
        self._plain = plain
        self._media_type = media_type
        self.__doc__ = f"`{plain}`, recorded: the same arguments, the same result, the same exceptions."

    def __get__(self, frame: Any, owner: type | None = None) -> Any:
        method = getattr(owner if frame is None else frame, self._plain)
        if _guard.disabled():
            return method
        if self._media_type is not None:
            return _core.StandIn(method, *_files.writing(self._media_type, False, frame))
        return _core.StandIn(method, functools.partial(_before_drop, frame), _after_drop)


def install(pandas: Any) -> None:
    """Gives frames their recorded methods."""
    for kind, media_type in _files.FORMATS.items():
        setattr(pandas.DataFrame, f"to_{kind}_sync", SyncMethod(f"to_{kind}", media_type))
    pandas.DataFrame.drop_sync = SyncMethod("drop", None)


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
