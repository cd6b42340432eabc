"""Every estimator scikit-learn has, made and with data it can be fitted on."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

_CLASSIFIER = DecisionTreeClassifier(max_depth=3, random_state=0)
_REGRESSOR = Ridge()
_CLASSIFIERS = [("one", _CLASSIFIER), ("two", GaussianNB())]
_REGRESSORS = [("one", _REGRESSOR), ("two", DecisionTreeRegressor(max_depth=2, random_state=0))]

_GIVEN: dict[str, dict[str, Any]] = {
    "ClassifierChain": {"estimator": _CLASSIFIER},
    "ColumnTransformer": {"transformers": [("scale", StandardScaler(), [0, 1]), ("pca", PCA(1), [2, 3])]},
    "FeatureUnion": {"transformer_list": [("scale", StandardScaler()), ("pca", PCA(2))]},
    "FixedThresholdClassifier": {"estimator": _CLASSIFIER},
    "FrozenEstimator": {"estimator": _CLASSIFIER},
    "GaussianRandomProjection": {"n_components": 2},
    "GridSearchCV": {"estimator": _CLASSIFIER, "param_grid": {"max_depth": [1, 2]}, "cv": 2},
    "HalvingGridSearchCV": {"estimator": _CLASSIFIER, "param_grid": {"max_depth": [1, 2]}, "cv": 2},
    "HalvingRandomSearchCV": {"estimator": _CLASSIFIER, "param_distributions": {"max_depth": [1, 2]}, "cv": 2},
    "MultiOutputClassifier": {"estimator": _CLASSIFIER},
    "MultiOutputRegressor": {"estimator": _REGRESSOR},
    "OneVsOneClassifier": {"estimator": _CLASSIFIER},
    "OneVsRestClassifier": {"estimator": _CLASSIFIER},
    "OutputCodeClassifier": {"estimator": _CLASSIFIER},
    "Pipeline": {"steps": [("scale", StandardScaler()), ("model", _CLASSIFIER)]},
    "RandomizedSearchCV": {
        "estimator": _CLASSIFIER,
        "param_distributions": {"max_depth": [1, 2]},
        "cv": 2,
        "n_iter": 2,
    },
    "RegressorChain": {"estimator": _REGRESSOR},
    "RFE": {"estimator": _CLASSIFIER},
    "RFECV": {"estimator": _CLASSIFIER, "cv": 2},
    "SelectFromModel": {"estimator": _CLASSIFIER},
    "SelfTrainingClassifier": {"estimator": _CLASSIFIER},
    "SequentialFeatureSelector": {"estimator": KNeighborsClassifier(), "n_features_to_select": 2, "cv": 2},
    "SparseRandomProjection": {"n_components": 2},
    "SparseCoder": {"dictionary": np.eye(4)},
    "CalibratedClassifierCV": {"estimator": GaussianNB(), "cv": 2},
    "StackingClassifier": {"estimators": _CLASSIFIERS, "cv": 2},
    "StackingRegressor": {"estimators": _REGRESSORS, "cv": 2},
    "TransformedTargetRegressor": {"regressor": _REGRESSOR, "transformer": StandardScaler()},
    "TunedThresholdClassifierCV": {"estimator": _CLASSIFIER, "cv": 2},
    "VotingClassifier": {"estimators": _CLASSIFIERS},
    "VotingRegressor": {"estimators": _REGRESSORS},
}
_QUICK: dict[str, Any] = {
    "random_state": 0,
    "n_estimators": 5,
    "max_iter": 20,
    "n_init": 1,
    "n_iter_no_change": 3,
    "n_resampling": 3,
}
_OWN: dict[str, Any] = {
    "OrthogonalMatchingPursuitCV": {"max_iter": None},
    "TSNE": {"max_iter": 250},
}


@cache
def classes() -> dict[str, Any]:
    """Every public estimator class by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dict(all_estimators())


def make(name: str) -> BaseEstimator:
    """An instance that is quick to fit and, with a seed where it takes one, fits the same way every time."""
    estimator = classes()[name](**_GIVEN.get(name, {}))
    if name == "FrozenEstimator":
        estimator.estimator.fit(*iris())
        return estimator
    known = estimator.get_params(deep=False)
    quick = {key: value for key, value in _QUICK.items() if key in known and not isinstance(known[key], str)}
    return estimator.set_params(**{**quick, **_OWN.get(name, {})})


@cache
def iris() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Every other row of iris: 25 of each kind."""
    features, labels = load_iris(return_X_y=True)
    return features[::2].copy(), labels[::2].copy()


def data() -> list[tuple[Any, ...]]:
    """What estimators can be fitted on; each finds its own among these."""
    features, labels = iris()
    halves = (labels > 0).astype(int)
    positive = np.abs(features) + 0.1
    counts = np.column_stack([halves, 1 - halves])
    texts = ["red green", "green blue", "blue red red", "white"] * 5
    return [
        (features, labels),
        (features, halves),
        (positive, positive[:, 0]),
        (features[:, 0], features[:, 1]),
        (features, counts),
        (features, features[:, :2]),
        (features[:, :2], features[:, 2:]),
        (features @ features.T,),
        (texts,),
        ([{"a": 1, "b": 2.0}, {"b": 3.0}] * 5,),
        (sparse.csr_matrix(positive), halves),
    ]


_fitting: dict[str, tuple[Any, ...]] = {}


def fitting(name: str) -> tuple[Any, ...]:
    """The arguments with which an instance of the class can be fitted."""
    if name not in _fitting:
        errors = []
        for arguments in data():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    make(name).fit(*arguments)  # type: ignore[attr-defined]
            except Exception as error:
                errors.append(repr(error))
            else:
                _fitting[name] = arguments
                break
        else:
            raise AssertionError(f"nothing fits {name}: {errors}")
    return _fitting[name]
