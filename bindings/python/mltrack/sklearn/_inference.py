"""What confidence intervals and standardised coefficients of a linear model need later, kept at its fit on request."""

from __future__ import annotations

import sys
from typing import Any

from mltrack import _autolog, _digest
from mltrack._open_calls import Frame
from mltrack.sklearn._found import MOST_VALUES, Value

_LEAST_SQUARES = ("LinearRegression", "Ridge")
_LOGISTIC = ("LogisticRegression",)


def kept(frame: Frame, estimator: Any) -> list[Value]:
    """The standard deviations of the columns, X'X or, of a logistic model, X'WX with a column of ones behind the others
    where there is an intercept, and the variance of the residuals. Nothing unless `autolog(inference=True)` was said,
    and of fits whose data is not at hand or whose rows have weights."""
    if not _autolog.settings.inference or estimator is not frame.subject or not hasattr(estimator, "coef_"):
        return []
    given = dict(frame.given)
    X = _matrix(given.get("X"))
    if X is None or "sample_weight" in given or X.shape[1] != estimator.coef_.shape[-1]:
        return []
    deviations = Value("column_std", (X.shape[1],), X.std(axis=0).tolist())
    if X.shape[1] > MOST_VALUES:
        return []
    return [deviations, *_information(estimator, X, given.get("y"))]


def _matrix(data: Any) -> Any:
    """Data as a dense matrix of finite numbers; None for anything else."""
    numpy: Any = sys.modules["numpy"]
    if not _digest.is_at_hand(data):
        return None
    try:
        matrix = numpy.asarray(data, dtype=numpy.float64)
    except (TypeError, ValueError):
        return None
    return matrix if matrix.ndim == 2 and matrix.size and numpy.isfinite(matrix).all() else None


def _information(estimator: Any, X: Any, y: Any) -> list[Value]:
    numpy: Any = sys.modules["numpy"]
    name = type(estimator).__name__
    size = X.shape[1] + bool(estimator.fit_intercept)
    one = estimator.coef_.size == X.shape[1]
    if name not in (*_LEAST_SQUARES, *_LOGISTIC) or not one or size * size > MOST_VALUES:
        return []
    design = numpy.column_stack([X, numpy.ones(len(X))]) if estimator.fit_intercept else X
    predicted = X @ estimator.coef_.ravel() + numpy.ravel(estimator.intercept_)[0]
    if name in _LOGISTIC:
        chance = 1 / (1 + numpy.exp(-predicted))
        return [_square(design.T @ (design * (chance * (1 - chance))[:, None]))]
    freedom = len(X) - size
    if freedom <= 0 or not _digest.is_at_hand(y):
        return []
    residuals = numpy.asarray(y, dtype=numpy.float64).ravel() - predicted
    return [
        _square(design.T @ design),
        Value("residual_variance", (), [float(residuals @ residuals) / freedom]),
        Value("residual_freedom", (), [freedom]),
    ]


def _square(matrix: Any) -> Value:
    return Value("information", matrix.shape, matrix.ravel().tolist())
