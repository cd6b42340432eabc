"""scikit-learn's checks of a few estimators, for every day. `sklearn.tests.test_common` runs them on all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks


@parametrize_with_checks(
    [
        LogisticRegression(),
        SGDClassifier(max_iter=20),
        DecisionTreeClassifier(),
        StandardScaler(),
        PCA(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2),
    ]
)
def test_estimator(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)
