"""What kind of problem an estimator is for, as it says itself."""

from __future__ import annotations

import sys
from typing import Any

from mltrack._memo import per_object

_WORDS = {
    "classifier": "classification",
    "regressor": "regression",
    "clusterer": "clustering",
    "outlier_detector": "outlier detection",
    "density_estimator": "density estimation",
}


def problem_type(estimator: Any) -> str | None:
    """The problem type of an estimator of somebody else's class; that of scikit-learn's own is known by its name."""
    return None if type(estimator).__module__.startswith("sklearn.") else _said(type(estimator), estimator)


def _said(cls: type, estimator: Any) -> str | None:
    kind = _type_of(estimator)
    if kind in _WORDS:
        return _WORDS[kind]
    return "transformer" if _transforms(cls) else None


def _type_of(estimator: Any) -> str:
    utils = sys.modules.get("sklearn.utils")
    tags = getattr(utils, "get_tags", None)
    if tags is None:
        return str(getattr(estimator, "_estimator_type", ""))
    try:
        return str(tags(estimator).estimator_type or "")
    except Exception:  # it does not derive from scikit-learn's classes
        return str(getattr(estimator, "_estimator_type", ""))


@per_object
def _transforms(cls: Any) -> bool:
    return callable(getattr(cls, "transform", None))
