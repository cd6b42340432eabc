"""What is recorded of the fits inside searches and cross-validations: who, on which rows, how well, for how long."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import RFE, RFECV
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
    validation_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

import mltrack
from graph import Graph, Row, seq_of

Read = Callable[[], Graph]
X, y = make_classification(60, random_state=0)
TREE = DecisionTreeClassifier(random_state=0)


class Picky(DecisionTreeClassifier):
    """Refuses one depth."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, check_input: bool = True) -> Any:
        if self.max_depth == 7:
            raise ValueError("seven\nis too deep: really")
        return super().fit(X, y, sample_weight, check_input)


@pytest.fixture(autouse=True)
def recorded(run: mltrack.Run) -> Iterator[None]:
    with mltrack.autolog():
        yield


def only(read: Read, op: str) -> tuple[Graph, Row]:
    """The graph and its one outermost call, which is `op`."""
    graph = read()
    [call] = [call for call in graph.calls() if call.parent is None]
    assert call.op == op
    return graph, call


def trials(run: mltrack.Run, call: Row) -> list[Any]:
    return run.tracker.query().trials(f"{run.uid[:8]}:{call.seq}")


def scores(graph: Graph, seq: int) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in graph.metrics if metric["subject"] == seq}


def microseconds(seconds: Any) -> list[int]:
    return [int(one * 1e6) for one in seconds]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_randomized_search(n_jobs: int, run: mltrack.Run, read: Read) -> None:
    folds = KFold(3)
    space = {"max_depth": [1, 2, 3, 4, 5]}
    search = RandomizedSearchCV(
        TREE, space, n_iter=2, cv=folds, random_state=0, return_train_score=True, scoring=["accuracy", "f1"],
        refit="f1", n_jobs=n_jobs,
    ).fit(X, y)  # fmt: skip
    graph, call = only(read, "fit")
    told = trials(run, call)
    results = search.cv_results_
    assert [(trial.candidate, trial.fold) for trial in told] == [(i, k) for i in range(2) for k in range(3)]
    for trial in told:
        row = graph.nodes[seq_of(trial.ref)]
        assert graph.params(row)["max_depth"] == results["params"][trial.candidate]["max_depth"]
        assert scores(graph, row.seq) == {
            f"{'train_' if part == 'train' else ''}{name}": results[f"split{trial.fold}_{part}_{name}"][trial.candidate]
            for part in ("train", "test")
            for name in ("accuracy", "f1")
        }
    assert [(trial.train, trial.test) for trial in told[:3]] == [(a.tolist(), b.tolist()) for a, b in folds.split(X)]
    for i in range(2):
        mean = np.mean([trial.fit_us for trial in told if trial.candidate == i]) / 1e6
        assert mean == pytest.approx(results["mean_fit_time"][i], abs=2e-6)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_halving_search_numbers_its_candidates_over_all_rounds(n_jobs: int, run: mltrack.Run, read: Read) -> None:
    space = {"max_depth": [1, 2, 3]}
    search = HalvingGridSearchCV(TREE, space, cv=2, min_resources=20, random_state=0, n_jobs=n_jobs).fit(X, y)
    graph, call = only(read, "fit")
    told = trials(run, call)
    assert len(told) == 2 * len(search.cv_results_["params"])
    for trial in told:
        row = graph.nodes[seq_of(trial.ref)]
        assert graph.params(row)["max_depth"] == search.cv_results_["params"][trial.candidate]["max_depth"]
        assert (
            scores(graph, row.seq)["accuracy"] == search.cv_results_[f"split{trial.fold}_test_score"][trial.candidate]
        )
        resources = search.cv_results_["n_resources"][trial.candidate]
        assert len(trial.train) + len(trial.test) == resources
    assert seq_of(mltrack.ref(search.best_estimator_)) in {
        node for node, _ in graph.into(graph.out_of(call)["model"]).values()
    }


def test_runs_are_compared_by_what_a_search_found_not_by_its_trials(store: Path) -> None:
    runs = []
    for depth in (1, 3):
        with mltrack.start_run("p") as run:
            search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [depth, depth + 1]}, cv=3)
            search.fit(X, y)
        runs.append((run, search.best_score_))
    metrics = [one for one in mltrack.query().compare(*(run for run, _ in runs)).differences if one.what == "metric"]
    assert [one.name for one in metrics] == ["accuracy"]
    assert [float(metrics[0].a), float(metrics[0].b)] == [score for _, score in runs]


def test_runs_are_compared_by_the_folds_of_a_cross_validation(store: Path) -> None:
    runs = []
    for depth in (1, 3):
        with mltrack.start_run("p") as run:
            cross_validate(DecisionTreeClassifier(max_depth=depth, random_state=0), X, y, cv=3)
        runs.append(run)
    [told] = [one for one in mltrack.query().compare(*runs).differences if one.what == "metric"]
    assert (told.name, len(told.a.split(", ")), len(told.b.split(", "))) == ("accuracy", 3, 3)


def test_a_trial_is_shown_without_its_rows(run: mltrack.Run) -> None:
    cross_validate(DecisionTreeClassifier(), X, y, cv=3)
    [call] = mltrack.query().calls(where="op = 'cross_validate'")
    trials = mltrack.query().trials(call)
    assert repr(trials[1]) == f"<trial {trials[1].ref}: candidate 0, fold 1, fitted on 40 rows, scored on 20>"


def test_halving_over_another_resource(run: mltrack.Run, read: Read) -> None:
    search = HalvingRandomSearchCV(
        TREE, {"max_depth": [1, 2, 3]}, cv=2, random_state=0, resource="max_leaf_nodes", max_resources=12,
        min_resources=4, n_candidates=3,
    ).fit(X, y)  # fmt: skip
    graph, call = only(read, "fit")
    for trial in trials(run, call):
        params = graph.params(graph.nodes[seq_of(trial.ref)])
        assert params["max_leaf_nodes"] == search.cv_results_["n_resources"][trial.candidate]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_failed_candidates_say_why(n_jobs: int, run: mltrack.Run, read: Read) -> None:
    search = GridSearchCV(Picky(random_state=0), {"max_depth": [7, 2]}, cv=2, n_jobs=n_jobs)
    with pytest.warns(match="2 fits failed"):
        search.fit(X, y)
    graph, call = only(read, "fit")
    rows = [graph.nodes[seq_of(trial.ref)] for trial in trials(run, call)]
    assert [(row.status, row.error_type, row.error) for row in rows] == [
        *[("failed", "ValueError", "seven\nis too deep: really")] * 2,
        *[("finished", None, None)] * 2,
    ]
    assert call.status == "finished"


def test_trials_are_told_when_every_fit_failed(run: mltrack.Run, read: Read) -> None:
    with pytest.raises(ValueError, match="All the 2 fits failed"):
        GridSearchCV(Picky(), {"max_depth": [7]}, cv=2).fit(X, y)
    graph, call = only(read, "fit")
    assert (call.status, call.error_type) == ("failed", "ValueError")
    told = trials(run, call)
    assert [(trial.candidate, trial.fold, len(trial.train)) for trial in told] == [(0, 0, 30), (0, 1, 30)]
    rows = [graph.nodes[seq_of(trial.ref)] for trial in told]
    assert {(row.status, row.error, graph.params(row)["max_depth"]) for row in rows} == {
        ("failed", "seven\nis too deep: really", 7)
    }


def test_cross_validation_that_failed_everywhere(run: mltrack.Run, read: Read) -> None:
    with pytest.raises(ValueError, match="All the 2 fits failed"):
        cross_val_score(Picky(max_depth=7), X, y, cv=2)
    graph, call = only(read, "cross_val_score")
    assert call.status == "failed"
    assert [graph.nodes[seq_of(trial.ref)].error_type for trial in trials(run, call)] == ["ValueError"] * 2


def test_an_error_that_is_to_be_raised_is_the_calls(run: mltrack.Run, read: Read) -> None:
    with pytest.raises(ValueError, match=r"^seven\nis too deep: really$"):
        GridSearchCV(Picky(), {"max_depth": [2, 7]}, cv=2, error_score="raise").fit(X, y)
    _, call = only(read, "fit")
    assert (call.status, call.error) == ("failed", "seven\nis too deep: really")


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_cross_validate_adopts_the_models_it_returns(n_jobs: int, run: mltrack.Run, read: Read) -> None:
    results = cross_validate(
        TREE, X, y, cv=2, return_estimator=True, return_train_score=True, scoring=["accuracy", "f1"], n_jobs=n_jobs
    )
    graph, call = only(read, "cross_validate")
    told = trials(run, call)
    assert [trial.fit_us for trial in told] == microseconds(results["fit_time"])
    assert [trial.score_us for trial in told] == microseconds(results["score_time"])
    for trial, model in zip(told, results["estimator"], strict=True):
        row = graph.nodes[seq_of(trial.ref)]
        assert seq_of(mltrack.ref(model)) == graph.out_of(row)["model"]
        assert scores(graph, row.seq) == {
            name.removeprefix("test_"): results[name][trial.fold] for name in results if name[:4] in ("test", "trai")
        }
    results["estimator"][1].predict(X)
    predict = read().calls("predict")[0]
    assert read().into(predict)["model"] == (seq_of(mltrack.ref(results["estimator"][1])), "object")


def test_learning_curve(run: mltrack.Run, read: Read) -> None:
    sizes, train, test = learning_curve(TREE, X, y, cv=2, train_sizes=[0.4, 1.0])
    graph, call = only(read, "learning_curve")
    told = trials(run, call)
    assert [len(trial.train) for trial in told] == [size for size in sizes for _ in range(2)]
    for trial in told:
        found = scores(graph, seq_of(trial.ref))
        assert found == {
            "accuracy": test[trial.candidate][trial.fold],
            "train_accuracy": train[trial.candidate][trial.fold],
        }


def test_validation_curve(run: mltrack.Run, read: Read) -> None:
    _, test = validation_curve(TREE, X, y, cv=2, param_name="max_depth", param_range=[1, 3])
    graph, call = only(read, "validation_curve")
    for trial in trials(run, call):
        row = graph.nodes[seq_of(trial.ref)]
        assert graph.params(row)["max_depth"] == [1, 3][trial.candidate]
        assert scores(graph, row.seq)["accuracy"] == test[trial.candidate][trial.fold]


def test_folds_that_share_their_test_rows(run: mltrack.Run, read: Read) -> None:
    held = np.arange(40, 60)
    cross_val_score(TREE, X, y, cv=[(np.arange(20), held), (np.arange(20, 40), held)])
    _, call = only(read, "cross_val_score")
    assert [(trial.candidate, trial.fold) for trial in trials(run, call)] == [(0, 0), (0, 1)]


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_cross_val_predict(method: str, run: mltrack.Run, read: Read) -> None:
    predicted = cross_val_predict(TREE, X, y, cv=3, method=method)
    graph, call = only(read, "cross_val_predict")
    assert [len(trial.test) for trial in trials(run, call)] == [20, 20, 20]
    assert seq_of(mltrack.ref(predicted)) == graph.out_of(call)["output"]


def test_permutations(run: mltrack.Run, read: Read) -> None:
    score, _, p_value = permutation_test_score(TREE, X, y, cv=2, n_permutations=3, random_state=0)
    graph, call = only(read, "permutation_test_score")
    assert scores(graph, call.seq) == {"accuracy": score, "p_value": p_value}


def test_permutation_importance(run: mltrack.Run, read: Read) -> None:
    model = DecisionTreeClassifier(random_state=0).fit(X, y)
    importances = permutation_importance(model, X, y, n_repeats=2, random_state=0).importances_mean
    graph = read()
    fit, inspection = graph.calls()
    assert graph.into(inspection)["model"] == (graph.out_of(fit)["model"], "object")
    assert seq_of(mltrack.ref(importances)) == graph.out_of(inspection)["importances"]


def test_nested_cross_validation(run: mltrack.Run, read: Read) -> None:
    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2, scoring="f1")
    found = cross_val_score(search, X, y, cv=3)
    graph, call = only(read, "cross_val_score")
    told = trials(run, call)
    assert [scores(graph, seq_of(trial.ref)) for trial in told] == [{"f1": score} for score in found]
    assert {node.parent for node in graph.calls("trial")} == {call.seq}


@pytest.mark.parametrize(
    "estimator",
    [
        RFE(TREE, n_features_to_select=18),
        RFECV(TREE, cv=2, min_features_to_select=18),
        CalibratedClassifierCV(LinearSVC(), cv=2),
        CalibratedClassifierCV(LinearSVC(), cv=2, ensemble=False),
        OneVsRestClassifier(SGDClassifier(random_state=0)),
        BaggingClassifier(TREE, n_estimators=2, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.parametrize("workers", ["none", "loky", "threading"])
def test_what_iterates_inside_is_one_call(estimator: Any, workers: str, read: Read) -> None:
    model = clone(estimator)
    if "n_jobs" in model.get_params(deep=False):
        model.set_params(n_jobs=1 if workers == "none" else 2)
    if isinstance(model, RFECV) and workers == "threading" and sklearn.__version__.startswith("1.5."):
        pytest.skip("scikit-learn 1.5 lets the threads of RFECV share one selector, and fails by itself")
    with nullcontext() if workers == "none" else joblib.parallel_config(workers):
        predicted = model.fit(X, y).predict(X)
    calls = [(call.op, call.parent) for call in read().calls()]
    assert calls == [("fit", None), ("predict", None)]
    with mltrack.autolog(disable=True), warnings.catch_warnings():
        assert np.array_equal(predicted, clone(estimator).fit(X, y).predict(X))


def test_transformed_target(read: Read) -> None:
    model = TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1).fit(X, y + 1.0)
    model.predict(X)
    graph = read()
    fit, predict = [call for call in graph.calls() if call.parent is None]
    inner = [call for call in graph.calls("fit") if call.parent == fit.seq]
    assert [call.type.rpartition(".")[2] for call in inner if call.type] == ["FunctionTransformer", "LinearRegression"]
    assert [call.op for call in graph.calls() if call.parent == predict.seq] == ["predict", "inverse_transform"]


def warm(parameters: Any) -> Any:
    """A task of somebody else's, whose arguments only look familiar."""
    return parameters


def _fit_and_score(parameters: Any) -> Any:
    """Has scikit-learn's name and other arguments."""
    return parameters


class Warming(GridSearchCV):
    """Runs tasks of its own before those of the search."""

    task = staticmethod(warm)

    def fit(self, X: Any, y: Any = None, **params: Any) -> Any:
        assert joblib.Parallel()(joblib.delayed(self.task)(parameters=[1, 2]) for _ in range(2)) == [[1, 2]] * 2
        assert joblib.Parallel()([joblib.delayed(self.task)(parameters=[1, 2])]) == [[1, 2]]
        return super().fit(X, y, **params)


def test_tasks_that_fit_no_fold_are_none_of_the_trials(run: mltrack.Run, read: Read) -> None:
    Warming(TREE, {"max_depth": [1, 2]}, cv=2).fit(X, y)
    _, search = only(read, "fit")
    assert search.status == "finished"
    assert [(trial.candidate, trial.fold) for trial in trials(run, search)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_task_that_cannot_be_noted_is_a_problem_of_the_records_alone(store: Path) -> None:
    with mltrack.start_run() as run, pytest.warns(mltrack.TrackingWarning, match="shown_params"):
        lenient = Warming(TREE, {"max_depth": [1, 2]}, cv=2)
        lenient.task = _fit_and_score  # type: ignore[method-assign]
        lenient.fit(X, y)
    search, _ = Graph(store, run.uid).calls("fit")
    assert search.status == "finished"
    assert len(trials(run, search)) == 4
