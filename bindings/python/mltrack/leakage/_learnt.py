"""What a fitted transformer has learnt from: the shape of its data, its rows, or the target."""

from __future__ import annotations

import dis
import inspect
from numbers import Integral
from typing import Any

from mltrack._memo import per_object
from mltrack.sklearn import _models
from mltrack.sklearn._params import is_estimator

_SHAPE = frozenset({"n_features_in_", "feature_names_in_", "n_samples_seen_", "n_samples_"})
_SETTINGS = ("_sklearn", "_skl_", "_metadata", "_parent_callback")  # what scikit-learn itself keeps on an estimator


def of(estimator: Any) -> str | None:
    """`shape`, `rows` or `target` (if it was given one); None where that cannot be told."""
    composed = _models.composes(estimator) or _models.gathers(estimator)
    kinds = [of(step) for _, step in _models.steps(estimator)] if composed else []
    if kinds:
        for kind in ("target", None, "rows"):
            if kind in kinds:
                return kind
        return "shape"
    if _uses_target(estimator):
        return "target"
    return "rows" if _knows_rows(estimator) else "shape"


def _uses_target(estimator: Any) -> bool:
    """True for what needs a target, wraps what does, or whose own `fit` reads it."""
    for name in ("estimator", "base_estimator"):
        inner = getattr(estimator, "__dict__", {}).get(name)
        if is_estimator(inner):
            return _uses_target(inner)
    kind = type(estimator)
    if kind.__module__.startswith("sklearn.feature_selection."):
        return kind.__name__ != "VarianceThreshold"
    if kind.__module__.startswith("sklearn."):
        return _requires_target(estimator)
    return _requires_target(estimator) or _reads_target(kind)


def _requires_target(estimator: Any) -> bool:
    try:
        from sklearn.utils import get_tags  # noqa: F401
    except ImportError:
        from sklearn.utils._tags import _safe_tags  # scikit-learn 1.5

        return bool(_safe_tags(estimator, "requires_y"))
    try:
        return bool(estimator.__sklearn_tags__().target_tags.required)
    except AttributeError:  # a class of one's own that says nothing of itself
        return False


@per_object
def _reads_target(kind: Any) -> bool:
    """True where a fit written in Python loads its `y`, or cannot be looked into."""
    for name in ("fit", "fit_transform", "fit_resample"):
        if name not in vars(kind):
            continue
        function = inspect.unwrap(getattr(vars(kind)[name], "__mltrack__", vars(kind)[name]))
        code = getattr(function, "__code__", None)
        if code is None or any(_loads_target(one) for one in dis.get_instructions(code)):
            return True
    bases = [base for base in kind.__mro__[1:] if not base.__module__.startswith(("sklearn.", "builtins"))]
    return any(_reads_target(base) for base in bases)


def _loads_target(one: dis.Instruction) -> bool:
    names = one.argval if isinstance(one.argval, tuple) else (one.argval,)
    return one.opname.startswith("LOAD_FAST") and "y" in names


def _knows_rows(estimator: Any) -> bool:
    """True when its state holds more than numbers of features: learnt values, categories, a vocabulary."""
    params = set(estimator.get_params(deep=False)) if is_estimator(estimator) else set()
    return any(
        not (value is None or isinstance(value, Integral))
        for name, value in vars(estimator).items()
        if name not in params and name not in _SHAPE and not name.startswith(_SETTINGS)
    )
