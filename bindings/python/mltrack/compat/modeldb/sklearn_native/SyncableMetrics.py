"""Metrics of predictions, recorded."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from mltrack import _core, _digest, _open_calls, _recorder
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack.sklearn import _models, _scores


def compute_metrics(
    model: Any,
    metric_func: Callable[..., Any],
    actual: Any,
    predicted: Any,
    X: Any,
    prediction_col: str = "",
    label_col: str = "",
    **params: Any,
) -> Any:
    """Computes `metric_func(actual, predicted, **params)` and records it as a metric of the model on X.

    Returns and raises what `metric_func` does. The names of the columns are recorded with the parameters.
    """
    if _open_calls.off():
        return metric_func(actual, predicted, **params)
    columns = {"prediction_col": prediction_col, "label_col": label_col}
    given = {**params, **{name: column for name, column in columns.items() if column}}
    before = functools.partial(_recorder.begun, _begin, model, X, given, caller(1))
    return _core.StandIn(metric_func, before, functools.partial(_recorder.after, _end))(actual, predicted, **params)


def _begin(
    model: Any,
    X: Any,
    params: dict[str, Any],
    source: str,
    original: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Frame:
    began_ns = time.perf_counter_ns()
    session = _open_calls.session()
    data = [("y_true", args[0]), ("y_pred", args[1]), ("X", X)]
    frame = _recorder.open_call(
        session, "metric", class_path(original), [one for one in data if _digest.is_data(one[1])],
        began_ns=began_ns, params=params, models=[_models.model_flow(session, model)], model=model, source=source,
    )  # fmt: skip
    frame.options = {"name": _scores.metric_name(original)}
    return frame


def _end(frame: Frame, result: Any, took_us: int) -> None:
    value = _scores.as_number(result)
    dataset = frame.inputs.get("X") or frame.inputs.get("y_true")
    metrics = [] if value is None else [_core.CallMetric(frame.options["name"], value, dataset=dataset)]
    _recorder.end_call(frame, [], metrics, took_us)
