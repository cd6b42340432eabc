"""Recording of scikit-learn: methods on every estimator, functions beside scikit-learn's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.sklearn._functions import (
        compute_metric_sync,
        cross_val_score_sync,
        cross_validate_sync,
        train_test_split_sync,
    )

__all__ = ["compute_metric_sync", "cross_val_score_sync", "cross_validate_sync", "train_test_split_sync"]


def __getattr__(name: str) -> Any:
    """Imports scikit-learn when one of its functions is asked for, not before."""
    if name not in __all__:
        raise AttributeError(f"module 'mltrack.sklearn' has no attribute {name!r}")
    from mltrack.sklearn import _functions

    return getattr(_functions, name)
