"""Functions of scikit-learn, recorded: splitting, cross-validation, metrics, loading."""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mltrack import _autolog, _cells, _core, _digest, _guard, _inputs, _open_calls, _recorder
from mltrack._arguments import named
from mltrack._names import caller, class_path
from mltrack._open_calls import Frame
from mltrack.sklearn import _found, _models, _parallel, _scores, _trials
from mltrack.sklearn._params import is_estimator, params_of

Begin = Callable[[Any, tuple[Any, ...], dict[str, Any], int, str], Frame]
End = Callable[[Frame, Any, int], None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """How the calls of a function are recorded: `begin` opens the record, `end` tells what came out."""

    begin: Begin
    end: End


def twin(function: Any, how: Recorded, depth: int = 1) -> Any:
    """`function` with its calls recorded, as a `_sync` door; `depth`: how far above it the user's line is."""
    before = functools.partial(_before_sync, how.begin, depth)
    return _core.StandIn(function, before, functools.partial(_recorder.after, how.end))


def _before_sync(begin: Begin, depth: int, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    if _open_calls.off():
        return None
    return _recorder.begun(begin, original, args, kwargs, began_ns, caller(depth))


def _before_plain(begin: Begin, function: Any, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    began_ns = time.perf_counter_ns()
    outer = _open_calls.stack.get()
    if (
        not _autolog.settings.on
        or (outer is not None and not _open_calls.goes_deeper(outer.session))
        or _open_calls.off()
    ):
        return None
    return _recorder.begun(begin, function, args, kwargs, began_ns, caller(1, _cells.BETWEEN))


def _begin_split(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str) -> Frame:
    given = [(f"array[{i}]", array) for i, array in enumerate(args)]
    params = {name: value for name, value in kwargs.items() if not _digest.is_data(value)}
    given += [(name, value) for name, value in kwargs.items() if name not in params]
    return _recorder.open_call(
        _open_calls.session(), "split", class_path(original), given, began_ns=began_ns, params=params, source=source
    )


def _end_split(frame: Frame, result: Any, took_us: int) -> None:
    outputs = [
        _inputs.output(frame, f"{'test' if i % 2 else 'train'}[{i // 2}]", part) for i, part in enumerate(result)
    ]
    _recorder.end_call(frame, outputs, [], took_us)


_DATA = frozenset({"X", "y", "groups"})
_NO_PARAMETERS = frozenset({"estimator", "verbose", "n_jobs", "pre_dispatch", "params", "fit_params"}) | _DATA


def _begin_validation(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str
) -> Frame:
    """A cross-validation: it fits copies of an estimator, which stays what it is."""
    given = dict(named(original, args, kwargs))
    estimator = given.get("estimator")
    options = {name: _option(value) for name, value in given.items() if name not in _NO_PARAMETERS}
    _parallel.watch()
    frame = _recorder.open_call(
        _open_calls.session(), original.__name__, class_path(type(estimator)), _data(given), began_ns=began_ns,
        params={**(params_of(estimator) if is_estimator(estimator) else {}), **options},
        subject=estimator, source=source,
    )  # fmt: skip
    frame.options = given
    _trials.follow(frame)
    return frame


def _data(given: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in given.items() if name in _DATA and value is not None]


def _option(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _end_validation(frame: Frame, result: Any, took_us: int) -> None:
    _trials.record(frame, frame.subject, _scores.scoring_name(frame.options.get("scoring"), frame.subject))
    _recorder.end_call(frame, [], [], took_us)


def _end_predictions(frame: Frame, result: Any, took_us: int) -> None:
    _trials.record(frame, frame.subject, "score")
    outputs = [_inputs.output(frame, "output", result)] if _digest.is_data(result) else []
    _recorder.end_call(frame, outputs, [], took_us)


def _end_permutations(frame: Frame, result: Any, took_us: int) -> None:
    """permutation_test_score: the score, and how often a permuted target reached it."""
    name = _scores.scoring_name(frame.options.get("scoring"), frame.subject)
    metrics = [
        _core.CallMetric(metric, float(value), subject=frame.call.ref)
        for metric, value in ((name, result[0]), ("p_value", result[2]))
    ]
    _recorder.end_call(frame, [], metrics, took_us)


def _begin_inspection(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str
) -> Frame:
    """A look at a fitted model."""
    given = dict(named(original, args, kwargs))
    estimator = given.get("estimator")
    session = _open_calls.session()
    return _recorder.open_call(
        session, original.__name__, class_path(type(estimator)), _data(given), began_ns=began_ns,
        params={name: _option(value) for name, value in given.items() if name not in _NO_PARAMETERS},
        models=[_models.model_flow(session, estimator)], model=estimator, subject=estimator, source=source,
    )  # fmt: skip


def _end_inspection(frame: Frame, result: Any, took_us: int) -> None:
    importances = result if hasattr(result, "importances_mean") else None
    outputs = [] if importances is None else [_inputs.output(frame, "importances", importances.importances_mean)]
    _recorder.end_call(frame, outputs, [], took_us)
    if outputs:
        _keep_importances(frame, outputs[0].obj)


def _keep_importances(frame: Frame, means: Any) -> None:
    """The mean importance of each column, as a series of what was returned: only its digest would be kept else."""
    entry = frame.session.registry.find(means)
    if entry is None or len(means) > _found.MOST_VALUES:
        return
    with frame.session.run.batch() as batch:
        for position, value in enumerate(means.tolist()):
            batch.log_metric("importance", value, step=position, subject=entry.node)


def _begin_load(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str) -> Frame:
    pairs = named(original, args, kwargs)
    return _recorder.open_call(
        _open_calls.session(), "read", class_path(original), (), began_ns=began_ns, params=dict(pairs), source=source
    )


def _end_load(frame: Frame, result: Any, took_us: int) -> None:
    """A loader returns a bunch with its data under known names, or the data and the target."""
    if hasattr(result, "keys"):
        found = [(name, result[name]) for name in ("frame", "data", "target", "images") if name in result]
    else:
        parts = result if isinstance(result, tuple) else (result,)
        found = [(name, part) for name, part in zip(("data", "target"), parts, strict=False)]
    outputs = [_inputs.output(frame, name, value) for name, value in found if _digest.is_data(value)]
    _recorder.end_call(frame, outputs, [], took_us)


def _begin_metric(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], began_ns: int, source: str, model: Any = None
) -> Frame:
    pairs = named(original, args, kwargs)
    given = [(name, value) for name, value in pairs if _digest.is_data(value)]
    params = {name: value for name, value in pairs if not _digest.is_data(value)}
    session = _open_calls.session()
    models = [_models.model_flow(session, model)] if model is not None else []
    frame = _recorder.open_call(
        session, "metric", class_path(original), given, began_ns=began_ns, params=params, models=models, model=model,
        source=source,
    )  # fmt: skip
    frame.options = {"name": _scores.metric_name(original), "model": model}
    return frame


def _end_metric(frame: Frame, result: Any, took_us: int) -> None:
    value = _scores.as_number(result)
    if value is None:
        outputs = [_inputs.output(frame, "output", result)] if _digest.is_data(result) else []
        _recorder.end_call(frame, outputs, [], took_us)
        return
    dataset = next((frame.inputs[slot] for slot in ("y_true", "labels_true", "X") if slot in frame.inputs), None)
    metric = _core.CallMetric(frame.options["name"], value, subject=_subject(frame), dataset=dataset)
    _recorder.end_call(frame, [], [metric], took_us)


def _subject(frame: Frame) -> _core.NodeRef | None:
    if frame.options["model"] is not None:
        return None  # the model that flowed in
    for slot, obj in frame.given:
        if slot in ("y_pred", "y_score", "y_prob", "y_proba", "labels_pred", "labels"):
            entry = frame.session.registry.find(obj)
            if entry is not None and entry.model is not None:
                return entry.model
            return _scores.predicted_by(frame.session, frame.inputs[slot]) or frame.inputs[slot]
    return None


METRIC = Recorded(_begin_metric, _end_metric)
LOAD = Recorded(_begin_load, _end_load)
NAMED = {
    "sklearn.model_selection": {
        "train_test_split": Recorded(_begin_split, _end_split),
        "cross_val_score": Recorded(_begin_validation, _end_validation),
        "cross_validate": Recorded(_begin_validation, _end_validation),
        "cross_val_predict": Recorded(_begin_validation, _end_predictions),
        "learning_curve": Recorded(_begin_validation, _end_validation),
        "validation_curve": Recorded(_begin_validation, _end_validation),
        "permutation_test_score": Recorded(_begin_validation, _end_permutations),
    },
    "sklearn.inspection": {"permutation_importance": Recorded(_begin_inspection, _end_inspection)},
}

_NO_METRICS = frozenset({"check_scoring", "get_scorer", "get_scorer_names", "make_scorer"})


def recorded_functions(module: Any) -> dict[str, Recorded]:
    """The functions of one of scikit-learn's public modules that are recorded, by name."""
    name = module.__name__
    if name in NAMED:
        return NAMED[name]
    functions = [public for public in module.__all__ if callable(getattr(module, public))]
    if name == "sklearn.datasets":
        return {public: LOAD for public in functions if public.startswith(("load_", "fetch_", "make_"))}
    return {public: METRIC for public in functions if is_metric(public, getattr(module, public))}


def is_metric(name: str, function: Any) -> bool:
    """True for a public function of sklearn.metrics that computes one: no class, no kernel, nothing about scorers."""
    return (
        name not in _NO_METRICS
        and not isinstance(function, type)
        and not function.__module__.startswith("sklearn.metrics.pairwise")
    )


_plain: dict[str, tuple[Any, Begin]] = {}  # the functions whose plain calls are recorded, by name


def record_plain(module: Any) -> None:
    """Makes the plain calls of a module's functions recordable, by whatever name they were imported before."""
    for name, how in recorded_functions(module).items():
        function = getattr(module, name)
        before = functools.partial(_before_plain, how.begin, function)
        _cells.replace(function, before, functools.partial(_recorder.after, how.end))
        _plain[name] = (function, how.begin)
    checks = importlib.import_module("sklearn.utils._param_validation")
    if type(checks.validate_parameter_constraints) is not _core.StandIn:
        _cells.replace(checks.validate_parameter_constraints, _before_check, _after_check)


def restore() -> None:
    """Takes back what `record_plain` did."""
    _cells.restore()
    _plain.clear()


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    params: dict[str, Any]


def _before_check(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Parameters are checked before the function itself is met: a refusal is a call that failed, too."""
    name = kwargs.get("caller_name")
    if name not in _plain or not _autolog.settings.on or _open_calls.stack.get() is not None or _open_calls.off():
        return None
    return _Check(name, args[1])


def _after_check(check: _Check, result: object, error: BaseException | None) -> Exception | None:
    if error is None:
        return None
    function, begin = _plain[check.name]
    try:
        source = caller(1, _cells.BETWEEN)
        frame = begin(function, (), check.params, time.perf_counter_ns(), source)
        return _recorder.after(lambda *_: None, frame, None, error)
    except Exception as failure:
        return _guard.problem(failure)


def __getattr__(name: str) -> Any:
    """The `_sync` twins of single functions, made when they are first asked for."""
    plain = name.removesuffix("_sync")
    for module, functions in NAMED.items():
        if plain != name and plain in functions:
            made = twin(getattr(importlib.import_module(module), plain), functions[plain])
            globals()[name] = made
            return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def compute_metric_sync(metric: Any, *args: Any, model: Any = None, **kwargs: Any) -> Any:
    """Computes a metric of scikit-learn (by name, `accuracy` or `accuracy_score`, or by function) and records it.

    The metric is about `model`, else about the model whose prediction `y_pred` is, else about `y_pred` itself. Returns
    and raises exactly what the metric's function does.
    """
    function = _metric(metric)
    if _guard.disabled():
        return function(*args, **kwargs)
    how = Recorded(functools.partial(_begin_metric, model=model), _end_metric)
    return twin(function, how, depth=2)(*args, **kwargs)


def _metric(metric: Any) -> Any:
    if callable(metric):
        return metric
    metrics = importlib.import_module("sklearn.metrics")
    for name in (metric, f"{metric}_score"):
        function = getattr(metrics, name, None)
        if callable(function):
            return function
    raise ValueError(
        f"{metric!r} is not a metric of sklearn.metrics; give its name, such as 'accuracy' or 'log_loss', or a function"
    )
