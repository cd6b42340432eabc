"""The candidates of a search and the folds of a cross-validation, told from what scikit-learn returns.

They ran inside one opaque call, perhaps in other processes; recording them afterwards makes the graph the same
whatever `n_jobs` and the backend were, and fits nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mltrack import _core
from mltrack._recorder import WAIT_MS, Frame, class_path
from mltrack.sklearn import _scores
from mltrack.sklearn._params import params_of
from mltrack.sklearn.state import state_digest


def record(frame: Frame, search: Any) -> list[_core.Source]:
    """One `trial` call per candidate and fold of a fitted search, and the best estimator as a source of its model."""
    results = getattr(search, "cv_results_", None)
    if isinstance(results, dict):
        base = params_of(search.estimator) if hasattr(search.estimator, "get_params") else {}
        kind = class_path(type(search.estimator))
        for i, chosen in enumerate(results["params"]):
            shown = {name: type(value) if hasattr(value, "get_params") else value for name, value in chosen.items()}
            times = (results["mean_fit_time"][i] + results["mean_score_time"][i],)
            for fold in range(int(search.n_splits_)):
                scores = _fold_scores(results, i, fold, _scores.scoring_name(search.scoring, search.estimator))
                trial(frame, f"candidate {i} fold {fold}", kind, {**base, **shown}, scores, float(times[0]))
    best = getattr(search, "best_estimator_", None)
    if best is None:
        return []
    digest = state_digest(best)
    kind = class_path(type(best))
    inputs = _parent_inputs(frame)
    made = _core.Flow("model", kind="model", type=kind, digest=digest)
    took_us = int(getattr(search, "refit_time_", 0.0) * 1e6)
    node = frame.session.run.log_call(
        "fit",
        kind,
        params_of(best) if hasattr(best, "get_params") else {},
        inputs=inputs,
        outputs=[made],
        parent=frame.call.ref,
        took_us=took_us,
        wait_ms=WAIT_MS,
    )
    frame.session.registry.add(best, node, content=digest, checked=frame.session.number)
    return [_core.Source(node, "object", "best")]


def best_score(search: Any) -> list[_core.CallMetric]:
    """The mean score of the best candidate, under the name of what the search chose it by."""
    value = _scores.as_number(getattr(search, "best_score_", None))
    if value is None:
        return []
    if isinstance(search.refit, str):
        return [_core.CallMetric(search.refit, value)]
    return [_core.CallMetric(_scores.scoring_name(search.scoring, search.estimator), value)]


def _fold_scores(results: Mapping[str, Any], candidate: int, fold: int, single: str) -> dict[str, float]:
    scores = {}
    for key, values in results.items():
        prefix = f"split{fold}_test_"
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            scores[single if name == "score" else name] = float(values[candidate])
    return scores


def folds(frame: Frame, estimator: Any, scores: Mapping[str, Sequence[float]], seconds: Sequence[float]) -> None:
    """One `trial` call per fold of a cross-validation."""
    params = params_of(estimator) if hasattr(estimator, "get_params") else {}
    count = len(next(iter(scores.values()), ()))
    for fold in range(count):
        own = {name: float(values[fold]) for name, values in scores.items()}
        took = float(seconds[fold]) if fold < len(seconds) else 0.0
        trial(frame, f"fold {fold}", class_path(type(estimator)), params, own, took)


def trial(
    frame: Frame, name: str, estimator: str, params: Mapping[str, Any], scores: Mapping[str, float], seconds: float
) -> None:
    """Records one fit and score inside an opaque call. Its metrics are about the trial itself: no model is left."""
    call = _core.Run.begin(
        frame.session.run,
        "trial",
        estimator,
        dict(params),
        _parent_inputs(frame),
        name=name,
        parent=frame.call.ref,
        wait_ms=WAIT_MS,
    )
    x = frame.inputs.get("X")
    metrics = [_core.CallMetric(metric, value, subject=call.ref, dataset=x) for metric, value in scores.items()]
    call.end(metrics=metrics, took_us=int(seconds * 1e6))


def _parent_inputs(frame: Frame) -> list[_core.Flow]:
    return [_core.Flow(slot, node=node, via="enclosing") for slot, node in frame.inputs.items() if slot in ("X", "y")]
