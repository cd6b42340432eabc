"""A model that a fit takes as it is: no fit of its own, but a source of what was made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sklearn
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import estimators
import mltrack
from graph import Graph, seq_of

X, Y = estimators.iris()


def frozen(model: Any) -> Any:
    module = pytest.importorskip("sklearn.frozen", reason="FrozenEstimator is there from scikit-learn 1.6 on")
    return module.FrozenEstimator(model)


def from_models(graph: Graph, model: Any) -> dict[str, int]:
    """The models that a model came from, by slot."""
    seq = seq_of(mltrack.ref(model))
    return {slot: src for slot, (src, _) in graph.into(seq).items() if graph.nodes[src].kind == "model"}


def fitted() -> Any:
    return RandomForestClassifier(5, random_state=0).fit_sync(X, Y)


def test_a_stack_of_fitted_models(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    forest = fitted()
    stack = StackingClassifier([("forest", forest)], LogisticRegression(), cv="prefit").fit_sync(X, Y)
    graph = read()
    assert from_models(graph, stack)["step:forest"] == seq_of(mltrack.ref(forest))
    assert [str(call.type).rpartition(".")[2] for call in graph.calls("fit")] == [
        "RandomForestClassifier",
        "StackingClassifier",
        "LogisticRegression",
    ]


@pytest.mark.parametrize("record", ["sync", "autolog"])
def test_what_is_put_together_from_fitted_models(record: str, run: mltrack.Run, read: Callable[[], Graph]) -> None:
    pipeline = make_pipeline(StandardScaler(), PCA(2), LogisticRegression()).fit_sync(X, Y)
    before = pipeline[:-1]
    if record == "sync":
        before.transform_sync(X)
    else:
        with mltrack.autolog():
            before.transform(X)
    scaler, pca = (seq_of(mltrack.ref(step)) for step in pipeline[:-1])
    assert from_models(read(), before) == {"step:standardscaler": scaler, "step:pca": pca}


def test_a_part_that_was_fitted_anew_out_of_sight(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    scaler, model = StandardScaler().fit_sync(X), LogisticRegression().fit_sync(X, Y)
    before = seq_of(mltrack.ref(scaler))
    scaler.fit(X + 1)
    pipeline = make_pipeline(scaler, model)
    pipeline.predict_sync(X)
    graph = read()
    now = from_models(graph, pipeline)["step:standardscaler"]
    assert graph.into(now) == {"from": (before, "edited")}


def test_parts_of_parts_and_frozen_ones(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    scaler = StandardScaler().fit_sync(X)
    inner = make_pipeline(scaler)
    outer = make_pipeline(inner)
    outer.transform_sync(X)
    held = make_pipeline(frozen(scaler))
    held.transform_sync(X)
    graph = read()
    [middle] = from_models(graph, outer).values()
    assert {src for src, _ in graph.into(middle).values()} == {seq_of(mltrack.ref(scaler))}
    assert from_models(graph, held) == {"step:frozenestimator": seq_of(mltrack.ref(scaler))}


class WithClasses(BaseEstimator):
    def fit(self, X: Any, y: Any, classes: Any = None) -> Any:
        self.fitted_ = True
        return self


def test_classes_of_another_method_may_be_data(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    WithClasses().fit_sync(X, Y, classes=X[:10].copy())
    graph = read()
    assert "classes" in graph.into(graph.calls("fit")[0])


def test_the_classes_of_a_partial_fit_are_no_data(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    model = SGDClassifier(random_state=0)
    for _ in range(2):
        model.partial_fit_sync(X, Y, classes=[0, 1, 2])
    graph = read()
    assert [set(graph.into(call)) - {"model"} for call in graph.calls("partial_fit")] == [{"X", "y"}] * 2
    assert sum(node.kind == "dataset" for node in graph.nodes.values()) == 2


def test_selection_by_a_fitted_model(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    forest = fitted()
    selection = SelectFromModel(forest, prefit=True).fit_sync(X, Y)
    assert from_models(read(), selection) == {"estimator": seq_of(mltrack.ref(forest))}


def test_selection_that_fits_takes_nothing(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    selection = SelectFromModel(fitted()).fit_sync(X, Y)
    assert from_models(read(), selection) == {}


def test_a_calibrated_model(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    forest = fitted()
    prefit = tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 6)
    given = CalibratedClassifierCV(forest, cv="prefit") if prefit else CalibratedClassifierCV(frozen(forest))
    given.fit_sync(X, Y)
    assert from_models(read(), given) == {"estimator": seq_of(mltrack.ref(forest))}


def test_a_frozen_step_of_a_pipeline(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    forest = fitted()
    pipeline = make_pipeline(frozen(forest)).fit_sync(X, Y)
    graph = read()
    step = from_models(graph, pipeline)["step:frozenestimator"]
    assert graph.into(step)["estimator"][0] == seq_of(mltrack.ref(forest))


def test_a_frozen_member_of_a_stack_that_nobody_saw_being_fitted(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    forest = RandomForestClassifier(5, random_state=0).fit(X, Y)
    stack = StackingClassifier([("forest", frozen(forest))], LogisticRegression()).fit_sync(X, Y)
    graph = read()
    node = graph.nodes[from_models(graph, stack)["step:forest"]]
    assert str(node.type).endswith("RandomForestClassifier") and graph.sources(node) == set()
    assert len(graph.calls("fit")) == 2
