"""Functions of scikit-learn, recorded: splitting, cross-validation and metrics."""

from __future__ import annotations

import functools
import time
from typing import Any

import sklearn.metrics
import sklearn.model_selection

from mltrack import _core, _guard, _recorder
from mltrack._recorder import Frame, class_path
from mltrack.sklearn import _methods, _models, _scores, _search
from mltrack.sklearn._params import params_of


def _recorded(begin: Any, end: Any, original: Any) -> Any:
    """`original` with its calls recorded: `begin` opens the record, `end` tells what came out."""
    return _core.StandIn(original, functools.partial(_before, begin), functools.partial(_recorder.after, end))


def _before(begin: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    if _recorder.off():
        return None
    try:
        return begin(original, args, kwargs, began_ns)
    except Exception as error:
        return _guard.problem(error, strict=_recorder.strict(_recorder.stack.get()))


def _begin_split(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int) -> Frame:
    given = [(f"array[{i}]", array) for i, array in enumerate(args)]
    params = {name: value for name, value in kwargs.items() if not _recorder.is_data(value)}
    given += [(name, value) for name, value in kwargs.items() if name not in params]
    return _recorder.open_call(
        _recorder.session(), "split", class_path(original), given, began_ns=began_ns, params=params,
        source=_recorder.caller(2),
    )  # fmt: skip


def _end_split(frame: Frame, result: Any, took_us: int) -> None:
    outputs = [
        _recorder.output(frame, f"{'test' if i % 2 else 'train'}[{i // 2}]", part) for i, part in enumerate(result)
    ]
    _recorder.end_call(frame, outputs, [], took_us)


train_test_split_sync = _recorded(_begin_split, _end_split, sklearn.model_selection.train_test_split)


_OPTIONS = ("cv", "scoring", "n_jobs", "error_score", "return_train_score")


def _begin_validation(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int) -> Frame:
    named = dict(zip(("estimator", "X", "y"), args, strict=False)) | kwargs
    estimator = named.get("estimator")
    options = {name: named[name] for name in _OPTIONS if name in named and not _recorder.is_data(named[name])}
    given = [(name, named[name]) for name in ("X", "y", "groups") if named.get(name) is not None]
    frame = _recorder.open_call(
        _recorder.session(), original.__name__, class_path(type(estimator)), given, began_ns=began_ns,
        params={**(params_of(estimator) if hasattr(estimator, "get_params") else {}), **options},
        subject=estimator, source=_recorder.caller(2),
    )  # fmt: skip
    frame.options = named
    return frame


def _end_scores(frame: Frame, result: Any, took_us: int) -> None:
    name = _scores.scoring_name(frame.options.get("scoring"), frame.subject)
    _search.folds(frame, frame.subject, {name: result}, ())
    _recorder.end_call(frame, [], [], took_us)


def _end_validation(frame: Frame, result: Any, took_us: int) -> None:
    single = _scores.scoring_name(frame.options.get("scoring"), frame.subject)
    scores = {
        single if key == "test_score" else key.removeprefix("test_"): values
        for key, values in result.items()
        if key.startswith("test_")
    }
    seconds = [float(fit + score) for fit, score in zip(result["fit_time"], result["score_time"], strict=True)]
    _search.folds(frame, frame.subject, scores, seconds)
    _recorder.end_call(frame, [], [], took_us)


cross_val_score_sync = _recorded(_begin_validation, _end_scores, sklearn.model_selection.cross_val_score)
cross_validate_sync = _recorded(_begin_validation, _end_validation, sklearn.model_selection.cross_validate)


def compute_metric_sync(metric: Any, *args: Any, model: Any = None, **kwargs: Any) -> Any:
    """Computes a metric of scikit-learn (by name, `accuracy` or `accuracy_score`, or by function) and records it.

    The metric is about `model`, else about the model whose prediction `y_pred` is, else about `y_pred` itself. Returns
    and raises exactly what the metric's function does.
    """
    function = _metric(metric)
    if _guard.disabled():
        return function(*args, **kwargs)
    return _recorded(functools.partial(_begin_metric, model), _end_metric, function)(*args, **kwargs)


def _metric(metric: Any) -> Any:
    if callable(metric):
        return metric
    for name in (metric, f"{metric}_score"):
        function = getattr(sklearn.metrics, name, None)
        if callable(function):
            return function
    raise ValueError(
        f"{metric!r} is not a metric of sklearn.metrics; give its name, such as 'accuracy' or 'log_loss', or a function"
    )


def _begin_metric(model: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int) -> Frame:
    pairs = _methods.named(original, args, kwargs)
    given = [(name, value) for name, value in pairs if _recorder.is_data(value)]
    params = {name: value for name, value in pairs if not _recorder.is_data(value)}
    session = _recorder.session()
    models = [_models.model_flow(session, model)] if model is not None else []
    frame = _recorder.open_call(
        session, "metric", class_path(original), given, began_ns=began_ns, params=params, models=models, model=model,
        source=_recorder.caller(3),
    )  # fmt: skip
    frame.options = {"name": _scores.metric_name(original), "model": model}
    return frame


def _end_metric(frame: Frame, result: Any, took_us: int) -> None:
    value = _scores.as_number(result)
    if value is None:
        outputs = [_recorder.output(frame, "output", result)] if _recorder.is_data(result) else []
        _recorder.end_call(frame, outputs, [], took_us)
        return
    metric = _core.CallMetric(frame.options["name"], value, subject=_subject(frame), dataset=frame.inputs.get("y_true"))
    _recorder.end_call(frame, [], [metric], took_us)


def _subject(frame: Frame) -> _core.NodeRef | None:
    if frame.options["model"] is not None:
        return None  # the model that flowed in
    for slot, obj in frame.given:
        if slot in ("y_pred", "y_score", "y_prob", "y_proba"):
            entry = frame.session.registry.find(obj)
            return entry.model if entry is not None and entry.model is not None else frame.inputs[slot]
    return None
