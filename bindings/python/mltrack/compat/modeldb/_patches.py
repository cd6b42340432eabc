"""The names that ModelDB put into pandas."""

from __future__ import annotations

import functools
import time
from typing import Any

import pandas

from mltrack import _core, _guard, _recorder
from mltrack._recorder import Frame
from mltrack.pandas import read_csv_sync


def install() -> None:
    """Gives pandas `read_csv_sync`, and its frames `drop_sync` where they do not have it."""
    pandas.read_csv_sync = read_csv_sync
    if not hasattr(pandas.DataFrame, "drop_sync"):
        end = functools.partial(_recorder.after, _end)
        pandas.DataFrame.drop_sync = _core.StandIn(pandas.DataFrame.drop, _before, end)


def _before(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    if _recorder.off():
        return None
    try:
        params = dict(zip(("labels", "axis"), args[1:], strict=False)) | kwargs
        return _recorder.open_call(
            _recorder.session(), "transform", "pandas.DataFrame.drop", [("X", args[0])], began_ns=began_ns,
            params=params, source=_recorder.caller(1),
        )  # fmt: skip
    except Exception as error:
        return _guard.problem(error, strict=_recorder.strict(_recorder.stack.get()))


def _end(frame: Frame, result: Any, took_us: int) -> None:
    outputs = [] if result is None else [_recorder.output(frame, "output", result)]
    _recorder.end_call(frame, outputs, [], took_us)
