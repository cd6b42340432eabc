"""What composes is recorded step by step, as it happens: nothing is fitted twice for it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import mltrack
from graph import Graph, seq_of

fits: Counter[str] = Counter()


class CountingScaler(TransformerMixin, BaseEstimator):
    def __init__(self, factor: float = 2.0) -> None:
        self.factor = factor

    def fit(self, X: Any, y: Any = None) -> CountingScaler:
        fits["scaler"] += 1
        self.fitted_ = True
        return self

    def transform(self, X: Any) -> Any:
        fits["transform"] += 1
        return np.asarray(X) * self.factor


class CountingClassifier(ClassifierMixin, BaseEstimator):
    def fit(self, X: Any, y: Any) -> CountingClassifier:
        fits["classifier"] += 1
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return self.classes_[(np.asarray(X)[:, 0] > 0).astype(int)]


@pytest.fixture(autouse=True)
def no_fits_yet() -> None:
    fits.clear()


@pytest.fixture
def data() -> tuple[Any, Any]:
    features = np.random.default_rng(5).normal(size=(90, 3))
    return features, (features[:, 0] > 0).astype(int)


def outline(graph: Graph) -> list[tuple[str | None, str, str | None]]:
    """Every call: what it did, with which class, inside of which."""
    calls = {call.seq: call for call in graph.calls()}
    return [
        (call.op, str(call.type).rpartition(".")[2], calls[call.parent].op if call.parent else None)
        for call in calls.values()
    ]


def test_steps_are_fitted_once_and_recorded_live(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    pipeline = Pipeline([("scaler", CountingScaler()), ("model", CountingClassifier())])
    assert pipeline.fit_sync(features, labels) is pipeline
    assert fits == {"scaler": 1, "transform": 1, "classifier": 1}
    assert pipeline.score_sync(features, labels) == 1.0
    assert fits == {"scaler": 1, "transform": 2, "classifier": 1}
    graph = read()
    assert outline(graph) == [
        ("fit", "Pipeline", None),
        ("fit_transform", "CountingScaler", "fit"),
        ("fit", "CountingClassifier", "fit"),
        ("score", "Pipeline", None),
        ("transform", "CountingScaler", "score"),
        ("score", "CountingClassifier", "score"),
    ]


def test_edges_of_a_fitted_pipeline(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    pipeline = Pipeline([("scaler", StandardScaler()), ("none", "passthrough"), ("model", LogisticRegression(C=2))])
    pipeline.fit_sync(features, labels)
    graph = read()
    whole, scaling, fitting = graph.calls()
    scaler, scaled = graph.out_of(scaling)["model"], graph.out_of(scaling)["output"]
    model = graph.out_of(fitting)["model"]
    x, y = seq_of(mltrack.ref(features)), seq_of(mltrack.ref(labels))
    assert graph.into(whole) == {"X": (x, "source"), "y": (y, "source")}
    assert graph.into(scaling) == {"X": (x, "object"), "y": (y, "object")}
    assert graph.into(fitting) == {"X": (scaled, "object"), "y": (y, "object")}
    assert graph.into(seq_of(mltrack.ref(pipeline))) == {
        "model": (whole.seq, None),
        "step:scaler": (scaler, "object"),
        "step:model": (model, "object"),
    }
    assert mltrack.ref(pipeline["model"]) is not None
    assert graph.params(fitting)["C"] == 2
    assert graph.params(whole)["model__C"] == 2
    assert graph.params(whole)["scaler"].endswith("StandardScaler")


def test_nothing_is_recorded_outside_a_recorded_call(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(features, labels)
    count = len(read().nodes)
    make_pipeline(StandardScaler(), LogisticRegression()).fit(features, labels)
    StandardScaler().fit_transform(features)
    assert len(read().nodes) == count


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_column_transformer(n_jobs: int | None, read: Callable[[], Graph]) -> None:
    frame = pd.DataFrame({"size": np.arange(40.0), "kind": ["a", "b"] * 20, "rest": 1.5})
    frame["size"] = frame["size"] ** 2
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["size"]), ("kinds", OneHotEncoder(), ["kind"])], n_jobs=n_jobs
    )
    out = columns.fit_transform_sync(frame)
    graph = read()
    whole = graph.calls()[0]
    steps = [call for call in graph.calls() if call.parent == whole.seq and str(call.op).startswith("fit")]
    assert [str(call.type).rpartition(".")[2] for call in steps] == ["StandardScaler", "OneHotEncoder"]
    assert graph.into(seq_of(mltrack.ref(columns))) == {
        "model": (whole.seq, None),
        "step:numbers": (graph.out_of(steps[0])["model"], "object"),
        "step:kinds": (graph.out_of(steps[1])["model"], "object"),
    }
    assert graph.into(seq_of(mltrack.ref(out)))["output"] == (whole.seq, None)
    assert graph.into(steps[0])["X"] == (seq_of(mltrack.ref(frame)), "enclosing")
    assert len(graph.calls()) == 3


def test_union_inside_a_pipeline(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    union = FeatureUnion([("one", CountingScaler(1.0)), ("two", CountingScaler(3.0))])
    pipeline = Pipeline([("union", union), ("model", CountingClassifier())]).fit_sync(features, labels)
    assert fits["scaler"] == 2
    graph = read()
    assert outline(graph) == [
        ("fit", "Pipeline", None),
        ("fit_transform", "FeatureUnion", "fit"),
        ("fit", "CountingScaler", "fit_transform"),
        ("fit", "CountingScaler", "fit_transform"),
        ("fit", "CountingClassifier", "fit"),
    ]
    union_model = graph.into(seq_of(mltrack.ref(pipeline)))["step:union"][0]
    assert set(graph.into(union_model)) == {"model", "step:one", "step:two"}


def test_transformed_target(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    target = np.exp(features[:, 1])
    model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp)
    model.fit_sync(features, target)
    graph = read()
    assert set(graph.into(seq_of(mltrack.ref(model)))) == {"model", "step:regressor", "step:transformer"}
    (inner,) = [call for call in graph.calls("fit") if str(call.type).endswith("LinearRegression")]
    assert inner.parent == graph.calls()[0].seq
    y, _ = graph.into(inner)["y"]
    assert y != seq_of(mltrack.ref(target))


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(5, random_state=0),
        BaggingClassifier(LogisticRegression(), 3),
        OneVsRestClassifier(CountingClassifier()),
    ],
)
def test_what_iterates_is_one_call(estimator: Any, data: Any, read: Callable[[], Graph]) -> None:
    make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(*data)  # their classes have stand-ins from now on
    before = len(read().calls())
    estimator.fit_sync(*data)
    assert len(read().calls()) == before + 1


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_members_of_a_stack_are_told_when_it_is_fitted(
    n_jobs: int | None, data: Any, read: Callable[[], Graph]
) -> None:
    members = [("one", LogisticRegression()), ("two", CountingClassifier())]
    stack = StackingClassifier(members, LogisticRegression(C=3), cv=2, n_jobs=n_jobs).fit_sync(*data)
    graph = read()
    whole, one, two, final = graph.calls()
    assert {call.parent for call in (one, two, final)} == {whole.seq}
    assert set(graph.into(seq_of(mltrack.ref(stack)))) == {"model", "step:one", "step:two", "step:final_estimator"}
    assert graph.params(final)["C"] == 3
    assert {slot: src for slot, (src, _) in graph.into(final).items()} == {
        "y": seq_of(mltrack.ref(data[1])),
        "model[0]": graph.out_of(one)["model"],
        "model[1]": graph.out_of(two)["model"],
    }


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_search_is_one_call_with_its_trials(n_jobs: int, data: Any, read: Callable[[], Graph]) -> None:
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()),
        {"logisticregression__C": [0.1, 10.0]},
        cv=3,
        n_jobs=n_jobs,
    )
    search.fit_sync(*data)
    graph = read()
    whole = graph.calls()[0]
    trials = graph.calls("trial")
    (refit,) = [call for call in graph.calls("fit") if call.parent == whole.seq]
    assert {call.parent for call in trials} == {whole.seq}
    assert {call.parent for call in graph.calls()} == {None, whole.seq, refit.seq}
    assert [graph.params(trial)["logisticregression__C"] for trial in trials] == [0.1] * 3 + [10.0] * 3
    scores = {metric["subject"]: metric["value"] for metric in graph.metrics if metric["name"] == "accuracy"}
    assert scores[trials[4].seq] == search.cv_results_["split1_test_score"][1]
    best = graph.out_of(refit)["model"]
    assert graph.into(seq_of(mltrack.ref(search))) == {"model": (whole.seq, None), "best": (best, "object")}
    assert seq_of(mltrack.ref(search.best_estimator_)) == best


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "accuracy"),
        ({"scoring": "f1_macro"}, "f1_macro"),
        ({"scoring": ["recall", "accuracy"], "refit": "recall"}, "recall"),
        ({"scoring": {"mine": "precision", "other": "recall"}, "refit": "mine"}, "mine"),
        ({"scoring": lambda model, X, y: 0.75}, "score"),
        ({"scoring": lambda model, X, y: {"a": 0.5, "b": 0.25}, "refit": "b"}, "b"),
    ],
)
def test_best_score_of_a_search(
    options: Any, name: str, data: Any, run: mltrack.Run, read: Callable[[], Graph]
) -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 10.0]}, cv=2, **options).fit_sync(*data)
    graph = read()
    model, inputs = seq_of(mltrack.ref(search)), graph.into(graph.calls()[0])
    (found,) = [metric for metric in graph.metrics if metric["subject"] == model]
    assert found == {"name": name, "value": search.best_score_, "subject": model, "dataset": inputs["X"][0]}
    (node,) = run.tracker.query().models(where=f"metrics.{name} > 0.2")
    assert node == run.tracker.query().node(search)


def test_search_without_a_best_score(data: Any, read: Callable[[], Graph]) -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 10.0]}, cv=2, refit=False, scoring=["recall", "accuracy"])
    model = seq_of(mltrack.ref(search.fit_sync(*data)))
    assert [metric for metric in read().metrics if metric["subject"] == model] == []


def test_cached_step_is_recorded_though_it_did_not_run(data: Any, read: Callable[[], Graph], tmp_path: Path) -> None:
    features, labels = data
    for _ in range(2):
        pipeline = Pipeline(
            [("scaler", StandardScaler()), ("model", LogisticRegression())], memory=str(tmp_path / "cache")
        ).fit_sync(features, labels)
        assert set(read().into(seq_of(mltrack.ref(pipeline)))) == {"model", "step:scaler", "step:model"}


def test_user_subclass_that_calls_super_is_one_call(data: Any, read: Callable[[], Graph]) -> None:
    class Mine(LogisticRegression):
        def fit(self, X: Any, y: Any) -> Any:
            return super().fit(X, y)

    make_pipeline(Mine()).fit_sync(*data)
    assert outline(read()) == [("fit", "Pipeline", None), ("fit", "Mine", "fit")]


def test_failing_step_fails_both_calls(data: Any, read: Callable[[], Graph]) -> None:
    class Failing(TransformerMixin, BaseEstimator):
        def fit(self, X: Any, y: Any = None) -> Any:
            raise ZeroDivisionError("by hand")

        def transform(self, X: Any) -> Any:
            return X

    with pytest.raises(ZeroDivisionError, match="by hand"):
        make_pipeline(Failing(), LogisticRegression()).fit_sync(*data)
    assert [(call.status, call.error_type) for call in read().calls()] == [("failed", "ZeroDivisionError")] * 2


def test_results_with_and_without(data: Any, run: mltrack.Run) -> None:
    features, labels = data
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=1)).fit(features, labels)
        recorded = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=1))
        recorded.fit_sync(features, labels)
        np.testing.assert_array_equal(plain.predict_proba(features), recorded.predict_proba_sync(features))


def test_sample_weight_reaches_the_step_it_is_meant_for(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    weight = np.linspace(0.5, 2.0, len(labels))
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    pipeline.fit_sync(features, labels, logisticregression__sample_weight=weight)
    graph = read()
    node = seq_of(mltrack.ref(weight))
    assert graph.into(graph.calls()[0])["logisticregression__sample_weight"] == (node, "source")
    assert graph.into(graph.calls("fit")[1])["sample_weight"] == (node, "object")


class Deriving(Pipeline):
    """Declares a source of its own while it runs."""

    def transform(self, X: Any) -> Any:
        made = super().transform(X)
        mltrack.derive(X * 2, X)
        return made


def test_a_source_declared_inside_a_call(data: Any, run: mltrack.Run, read: Callable[[], Graph]) -> None:
    model = Deriving([("scale", CountingScaler())]).fit_sync(*data)
    made = model.transform_sync(data[0])
    graph = read()
    outer, inner = graph.calls("transform")
    steps = graph.out_of(inner)["output"]
    assert graph.sources(seq_of(mltrack.ref(made))) == {(outer.seq, "output", None), (steps, "same", "object")}
