"""What a score is called and what it is about."""

from __future__ import annotations

import functools
import math
import sys
from typing import Any

from mltrack import _core
from mltrack._open_calls import Frame, Session
from mltrack._ops import PREDICTS
from mltrack._refs import node_of, reference

_FAR = 8  # steps from a prediction to what was made of it: a column, a copy, a rounded one


def score_metrics(frame: Frame, result: Any) -> list[_core.CallMetric]:
    """The metric of a `score` call: about the model that flowed in, on the data it was given."""
    value = as_number(result)
    return [] if value is None else [_core.CallMetric(score_name(frame.subject), value)]


def predicted_by(session: Session, node: _core.NodeRef) -> _core.NodeRef | None:
    """The model that made a prediction, or the one that this was derived from; None for what is none."""
    query = session.run.tracker.query()
    at = reference(node)
    for _ in range(_FAR):
        sources = query.details(at).in_edges
        if len(sources) != 1:
            return None
        at = sources[0].src
        if sources[0].via is None:
            call = query.details(at)
            edges = [*call.in_edges, *call.out_edges] if call.node.op in PREDICTS else []
            model = next((edge for edge in edges if edge.slot == "model"), None)
            if model is None:
                return None
            return node_of(model.src if model.dst == call.node.ref else model.dst, query)
    return None


def as_number(value: Any) -> float | None:
    """A scalar as a float; None for anything else."""
    if isinstance(value, bool) or not hasattr(value, "__float__") or getattr(value, "ndim", 0) != 0:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def score_name(estimator: Any) -> str:
    """`accuracy` or `r2` where the method that scores is scikit-learn's own, else `score`."""
    base = sys.modules["sklearn.base"]
    for _ in range(20):
        if all(hasattr(estimator, name) for name in ("refit", "scoring", "estimator")):  # a search scores as it chose
            return (
                estimator.refit
                if isinstance(estimator.refit, str)
                else scoring_name(estimator.scoring, estimator.estimator)
            )
        own = _plain(getattr(type(estimator), "score", None))
        if own is _plain(base.ClassifierMixin.score):
            return "accuracy"
        if own is _plain(base.RegressorMixin.score):
            return "r2"
        estimator = _scorer_of(estimator)
        if estimator is None:
            return "score"
    return "score"


def _plain(function: Any) -> Any:
    return getattr(function, "__mltrack__", function)


def _scorer_of(estimator: Any) -> Any:
    """The estimator whose score a pipeline hands on."""
    if hasattr(estimator, "steps"):
        last = estimator.steps[-1][1]
        return None if isinstance(last, str) else last
    return None


def scoring_name(scoring: Any, estimator: Any) -> str:
    """The name of the metric that a `scoring` argument stands for."""
    if scoring is None:
        return score_name(estimator)
    if isinstance(scoring, str):
        return scoring
    function = getattr(scoring, "_score_func", scoring)
    return metric_name(function)


def metric_name(function: Any) -> str:
    """`accuracy` for accuracy_score, the function's own name elsewhere; `score` for one without a name."""
    while isinstance(function, functools.partial):
        function = function.func
    name = str(getattr(function, "__name__", None) or type(function).__name__)
    return (name.removesuffix("_score") or name) if name.isidentifier() else "score"
