"""An estimator that learns nothing in no time, and small data for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator


class Stub(BaseEstimator):  # type: ignore[misc]
    """Its fit takes as long as a call does."""

    def __init__(self, C: float = 1.0, kernel: str = "rbf") -> None:
        self.C = C
        self.kernel = kernel

    def fit(self, X: object, y: object = None) -> Stub:
        return self


def small_data() -> tuple[Any, Any]:
    """569 x 30 numbers and two classes."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(569, 30)), rng.integers(0, 2, 569)
