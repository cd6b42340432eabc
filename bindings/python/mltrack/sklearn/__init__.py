"""Recording of scikit-learn: methods on every estimator, functions beside scikit-learn's own."""

from __future__ import annotations

from typing import Any

from mltrack.sklearn._curve import ConvergenceCurve

__all__ = [
    "ConvergenceCurve",
    "compute_metric_sync",
    "cross_val_predict_sync",
    "cross_val_score_sync",
    "cross_validate_sync",
    "learning_curve_sync",
    "permutation_importance_sync",
    "permutation_test_score_sync",
    "train_test_split_sync",
    "validation_curve_sync",
]


def __getattr__(name: str) -> Any:
    """Imports scikit-learn when one of its functions is asked for, not before."""
    if name not in __all__:
        raise AttributeError(f"module 'mltrack.sklearn' has no attribute {name!r}")
    from mltrack.sklearn import _functions

    return getattr(_functions, name)
