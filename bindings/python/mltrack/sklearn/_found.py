"""What a fit found: coefficients, importances, classes, iterations, the course of the loss."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

MOST_VALUES = 4_096  # as the store keeps
_VALUES = (
    "coef_",
    "intercept_",
    "feature_importances_",
    "classes_",
    "n_iter_",
    "best_iteration_",
    "alpha_",
    "C_",
    "explained_variance_ratio_",
)
_SERIES = {
    "loss_curve_": "loss",
    "train_score_": "train_score",
    "validation_score_": "validation_score",
    "validation_scores_": "validation_score",
}
_FORESTS = {"sklearn.ensemble": ("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier",
                                "ExtraTreesRegressor")}  # fmt: skip
_TREES = {
    "sklearn.tree": ("DecisionTreeClassifier", "DecisionTreeRegressor"),
    "sklearn.ensemble": ("GradientBoostingClassifier", "GradientBoostingRegressor"),
}
_BOOSTED = {"sklearn.ensemble": ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")}


class Value(NamedTuple):
    """An attribute with its values row by row; None where there are too many, or of no kind that is kept."""

    name: str
    shape: tuple[int, ...]
    items: list[Any] | None


def values(estimator: Any) -> list[Value]:
    """Those of an estimator, small ones with all their values, others with their shape."""
    known = vars(estimator)
    found = [(name, known[name]) for name in _VALUES if known.get(name) is not None]
    found += [(name, value()) for name, value in _computed(estimator) if name not in known]
    return [value for value in (_value(name, value) for name, value in found) if value is not None]


def series(estimator: Any) -> list[tuple[str, list[float]]]:
    """The course of the loss and of scores, and how many iterations there were."""
    known = vars(estimator)
    found = []
    for name, metric in _SERIES.items():
        course = _numbers(known.get(name))
        if course:
            found.append((metric, course if len(course) <= MOST_VALUES else course[-1:]))
    count = known["n_iter_"] if "n_iter_" in known else len(known["_predictors"]) if _is(estimator, _BOOSTED) else None
    iterations = _numbers(count if hasattr(count, "__len__") or count is None else [count])
    if iterations:
        found.append(("n_iter", [max(iterations)]))
    return found


def _computed(estimator: Any) -> list[tuple[str, Any]]:
    """Properties of scikit-learn's own classes that compute and keep nothing."""
    if _is(estimator, _FORESTS):
        return [("feature_importances_", lambda: _of_forest(estimator))]
    if _is(estimator, _TREES):
        return [("feature_importances_", lambda: estimator.feature_importances_)]
    return []


def _of_forest(forest: Any) -> Any:
    """What its property says, without the threads it starts for that."""
    numpy: Any = sys.modules["numpy"]
    trees = [tree.tree_ for tree in forest.estimators_ if tree.tree_.node_count > 1]
    if not trees:
        return numpy.zeros(forest.n_features_in_)
    mean = numpy.mean([tree.compute_feature_importances() for tree in trees], axis=0, dtype=numpy.float64)
    return mean / numpy.sum(mean)


def _is(estimator: object, kinds: Mapping[str, tuple[str, ...]]) -> bool:
    return any(
        type(estimator) is getattr(sys.modules.get(module), name, None)
        for module, names in kinds.items()
        for name in names
    )


def _value(name: str, value: Any) -> Value | None:
    """A number, a text, or an array of them; None for anything else."""
    if isinstance(value, (bool, int, float, str)):
        return Value(name, (), [value])
    if hasattr(value, "toarray") and hasattr(value, "shape"):
        return Value(name, value.shape, None)  # sparse: never made dense
    if isinstance(value, list):
        value = _array_of(value)
    if not hasattr(value, "dtype") or not hasattr(value, "ravel") or value.dtype.kind not in "biufOUS":
        return None
    if value.size > MOST_VALUES:
        return Value(name, value.shape, None)
    items = value.ravel().tolist()
    if not all(isinstance(item, (bool, int, float, str)) for item in items):
        return Value(name, value.shape, None)
    return Value(name, value.shape, items)


def _array_of(values: list[Any]) -> Any:
    """None for a list of lists that are not equally long, as the classes of several targets."""
    numpy: Any = sys.modules["numpy"]
    try:
        return numpy.asarray(values)
    except ValueError:
        return None


def _numbers(course: Any) -> list[float]:
    given = course.tolist() if hasattr(course, "tolist") else course
    if not isinstance(given, (list, tuple)) or not all(isinstance(value, (int, float)) for value in given):
        return []
    return [float(value) for value in given]
