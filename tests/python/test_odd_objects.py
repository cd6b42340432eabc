"""Objects that say less of themselves than others, or too much, are recorded all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import RidgeClassifier
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import estimators
import mltrack
from graph import Graph
from mltrack.leakage import _learnt, _target
from mltrack.sklearn.state import state_digest


def test_transformers_beside_each_other_that_were_all_given_no_columns(run: mltrack.Run) -> None:
    features, _ = estimators.iris()
    nothing = ColumnTransformer([("scale", StandardScaler(), [])]).fit_sync(features)
    answer = mltrack.query().fitted(nothing)
    assert (answer.taken, answer.made) == (4, 0)
    assert nothing.transform_sync(features).shape == (75, 0)


def test_a_transformer_that_makes_no_columns(run: mltrack.Run) -> None:
    features, _ = estimators.iris()
    nothing = PolynomialFeatures((2, 3), interaction_only=True, include_bias=False).fit_sync(features[:, :1])
    answer = mltrack.query().fitted(nothing)
    assert (answer.taken, answer.made) == (1, 0)


def test_a_function_that_names_columns_is_not_called(run: mltrack.Run) -> None:
    name = Mock(return_value=0)
    encoder = OneHotEncoder(feature_name_combiner=name).fit_sync(pd.DataFrame({"colour": ["red", "blue"]}))
    answer = mltrack.query().fitted(encoder)
    assert (answer.made, answer.names_in, answer.names_out) == (2, ("colour",), ())
    name.assert_not_called()


def test_a_parameter_that_answers_to_any_name_is_not_asked(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    features, labels = estimators.iris()
    most = Mock(side_effect=lambda X: 2)
    chosen = SelectFromModel(RandomForestClassifier(5, random_state=0), max_features=most, threshold=-np.inf)
    assert chosen.fit_transform_sync(features, labels).shape == (75, 2)
    assert most.mock_calls == most.call_args_list == [((features,), {})]  # nothing but what scikit-learn asked
    (call,) = read().calls("fit_transform")
    assert read().params(call)["estimator__n_estimators"] == 5


def test_a_parameter_that_is_an_estimator_is_a_pattern_of_its_copies() -> None:
    features, labels = estimators.iris()
    inner = DecisionTreeClassifier(random_state=0)
    chosen = SelectFromModel(inner).fit(features, labels)
    before = state_digest(chosen)
    inner.fit(features, labels)
    assert state_digest(chosen) == before
    assert state_digest(SelectFromModel(clone(inner).set_params(max_depth=2)).fit(features, labels)) != before


@pytest.mark.filterwarnings("error")
def test_classes_of_several_targets(run: mltrack.Run) -> None:
    features, labels = estimators.iris()
    targets = np.column_stack([labels, labels > 0])
    forest = RandomForestClassifier(3, random_state=0).fit_sync(features, targets)
    assert [len(classes) for classes in forest.classes_] == [3, 2]
    answer = mltrack.query().fitted(forest)
    assert "classes_" not in answer.values
    assert answer.values["feature_importances_"] == forest.feature_importances_.tolist()


def test_a_transformer_without_tags() -> None:
    class Plain(TransformerMixin):  # type: ignore[misc]
        def fit(self, X: Any, y: Any = None) -> Plain:
            self.mean_ = X.mean(axis=0)
            return self

        def transform(self, X: Any) -> Any:
            return X - self.mean_

    class Greedy(Plain):
        def fit(self, X: Any, y: Any = None) -> Plain:
            self.mean_ = X[y == 1].mean(axis=0)
            return self

    features, labels = estimators.iris()
    assert [_learnt.of(kind().fit(features, labels)) for kind in (Plain, Greedy)] == ["rows", "target"]


def test_what_only_looks_like_a_frame_is_not_searched_for_the_target() -> None:
    class Rows:
        """Indexed as a frame is, without its columns."""

        def __init__(self, values: Any) -> None:
            self.values, self.shape, self.iloc = values, values.shape, values

    labels = np.arange(60) // 2 % 2
    table = np.column_stack([labels, np.ones(60)])
    assert _target.columns_like_target(pd.DataFrame(table), labels, RidgeClassifier()) == (["0"], 2)
    assert _target.columns_like_target(Rows(table), labels, RidgeClassifier()) == ([], 0)


def test_the_method_of_a_frozen_estimator_belongs_to_the_one_inside(
    run: mltrack.Run, read: Callable[[], Graph]
) -> None:
    frozen = pytest.importorskip("sklearn.frozen", reason="FrozenEstimator is there from scikit-learn 1.6 on")
    features, labels = estimators.iris()
    inner = DecisionTreeClassifier(random_state=0).fit_sync(features, labels)
    frozen.FrozenEstimator(inner).predict_sync(features)
    graph = read()
    assert graph.into(graph.calls("predict")[0])["model"] == (graph.out_of(graph.calls("fit")[0])["model"], "object")


class Handing(BaseEstimator):  # type: ignore[misc]
    """Hands a method on that belongs to no estimator."""

    def fit(self, X: Any, y: Any) -> Handing:
        self.known_ = dict(zip(map(tuple, X), y, strict=True))
        return self

    @property
    def predict(self) -> Any:
        return self.known_.get


def test_a_method_that_belongs_to_no_estimator(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    features, labels = estimators.iris()
    model = Handing().fit_sync(features, labels)
    assert model.predict_sync(tuple(features[0])) == labels[0]
    graph = read()
    assert graph.into(graph.calls("predict")[0])["model"] == (graph.out_of(graph.calls("fit")[0])["model"], "object")


def test_a_frame_that_got_a_column_that_cannot_be_digested_is_another_one(
    run: mltrack.Run, read: Callable[[], Graph]
) -> None:
    frame = pd.DataFrame({"a": np.random.default_rng(0).normal(size=20)})
    labels = np.arange(20) % 2
    DummyClassifier().fit_sync(frame, labels)
    frame["b"] = [{"any": "thing"}] * 20
    DummyClassifier().fit_sync(frame, labels)
    DummyClassifier().fit_sync(frame, labels)
    graph = read()
    first, second, third = (graph.into(call)["X"][0] for call in graph.calls())
    assert graph.into(second) == {"from": (first, "edited")}
    assert third == second


class Speechless(Exception):
    """Cannot say what it is about."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class Failing(BaseEstimator):  # type: ignore[misc]
    def fit(self, X: Any, y: Any = None) -> Failing:
        raise Speechless


def test_an_exception_without_words_is_recorded(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    with pytest.raises(Speechless):
        Failing().fit_sync(np.eye(3))
    (call,) = read().calls()
    assert (call.status, call.error_type, call.error) == ("failed", f"{__name__}.Speechless", "")
