"""For every estimator of scikit-learn: with mltrack everything is as without it, by `_sync` and under autolog."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from threadpoolctl import threadpool_limits

import estimators
import mltrack
from graph import Graph
from mltrack.sklearn.state import state_digest

METHODS = (
    "fit",
    "partial_fit",
    "fit_transform",
    "fit_predict",
    "transform",
    "inverse_transform",
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score_samples",
    "score",
)
NAMES = sorted(estimators.classes())
DOORS = ("sync", "autolog")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        yield


def outcome(call: Any, *arguments: Any) -> tuple[Any, bytes]:
    """What a call returned or raised, and where the global random state is afterwards."""
    np.random.seed(5)
    try:
        result = call(*arguments)
    except Exception as error:
        result = (type(error), str(error), len(inspect.getinnerframes(error.__traceback__)))  # type: ignore[arg-type]
    return result, pickle.dumps(np.random.get_state())


def recorded_outcome(door: str, obj: Any, method: str, *arguments: Any) -> tuple[Any, bytes]:
    """The same of a recorded call."""
    if door == "sync":
        return outcome(getattr(obj, f"{method}_sync"), *arguments)
    with mltrack.autolog():
        return outcome(getattr(obj, method), *arguments)


def assert_alike(plain: Any, recorded: Any) -> None:
    assert type(plain) is type(recorded)
    if isinstance(plain, (list, tuple)):
        assert len(plain) == len(recorded)
        for one, other in zip(plain, recorded, strict=True):
            assert_alike(one, other)
    elif hasattr(plain, "toarray"):
        np.testing.assert_array_equal(plain.toarray(), recorded.toarray())
    elif isinstance(plain, BaseEstimator):
        assert state_digest(plain) == state_digest(recorded)
    else:
        np.testing.assert_array_equal(plain, recorded)


def offered(obj: Any) -> tuple[set[str], set[str]]:
    plain = {name for name in METHODS if hasattr(obj, name)}
    return plain, {name for name in METHODS if hasattr(obj, f"{name}_sync")}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_fit(name: str, door: str, run: mltrack.Run, store: Path) -> None:
    plain, recorded = estimators.make(name), estimators.make(name)
    arguments = estimators.fitting(name)
    copy = pickle.loads(pickle.dumps(arguments))

    expected, state = outcome(plain.fit, *arguments)  # type: ignore[attr-defined]
    result, random_state = recorded_outcome(door, recorded, "fit", *copy)

    assert expected is plain
    assert result is recorded
    assert random_state == state
    assert list(vars(recorded)) == list(vars(plain))
    assert repr(recorded.get_params()) == repr(plain.get_params())
    assert state_digest(recorded) == state_digest(plain) != None  # noqa: E711
    assert b"mltrack" not in pickle.dumps(recorded)
    assert repr(clone(recorded).get_params()) == repr(clone(plain).get_params())
    graph = Graph(store, run.uid)
    fit = graph.calls("fit")[0]
    assert (fit.status, fit.parent) == ("finished", None)
    assert len(graph.into(fit)) == len(arguments)
    assert graph.out_of(fit).keys() == {"model"}


def given_to(method: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return arguments if method == "score" or "fit" in method else arguments[:1]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_other_methods(name: str, door: str, run: mltrack.Run) -> None:
    arguments = estimators.fitting(name)
    plain, recorded = estimators.make(name), estimators.make(name)
    for method in ("transform", "predict", "score"):  # not fitted yet: the same refusal, or the same result
        if hasattr(plain, method):
            given = given_to(method, arguments)
            expected = outcome(getattr(plain, method), *given)
            assert_alike(expected, recorded_outcome(door, recorded, method, *given))
    np.random.seed(1)
    plain.fit(*arguments)  # type: ignore[attr-defined]
    np.random.seed(1)
    recorded.fit(*arguments)  # type: ignore[attr-defined]
    for method in METHODS[2:]:
        if hasattr(plain, method):
            given = given_to(method, arguments)
            expected = outcome(getattr(plain, method), *given)
            assert_alike(expected, recorded_outcome(door, recorded, method, *given))


@pytest.mark.parametrize("name", NAMES)
def test_both_doors_record_the_same(name: str, tmp_path: Path) -> None:
    arguments = estimators.fitting(name)
    kept = []
    for door in DOORS:
        estimator = estimators.make(name)
        path = tmp_path / f"{door}.db"
        with mltrack.open(path).start_run("contract", strict=True) as run:
            for method in METHODS:
                if hasattr(estimator, method):
                    recorded_outcome(door, estimator, method, *given_to(method, arguments))
        kept.append(content(Graph(path, run.uid)))
    assert kept[0] == kept[1]
    assert len(kept[0]["nodes"]) > len(arguments)


def content(graph: Graph) -> dict[str, Any]:
    """What is kept of a run, but for the lines that called."""
    rows = graph.nodes.values()
    return {
        "nodes": [replace(row, source=None, spec=None) for row in rows],
        "params": [graph.params(row) for row in rows if row.spec is not None],
        "edges": graph.all_edges,
        "metrics": graph.metrics,
    }


@pytest.mark.parametrize("name", NAMES)
def test_recorded_methods_are_there_exactly_where_the_plain_ones_are(name: str) -> None:
    cls = estimators.classes()[name]
    plain, recorded = offered(cls)
    assert plain == recorded
    assert "fit" in plain
    estimator = estimators.make(name)
    plain, recorded = offered(estimator)
    assert plain == recorded
    estimator.fit(*estimators.fitting(name))  # type: ignore[attr-defined]
    plain, recorded = offered(estimator)
    assert plain == recorded


@pytest.mark.parametrize("door", DOORS)
def test_exceptions_are_the_same_and_a_frame_is_not_added(door: str, run: mltrack.Run, store: Path) -> None:
    features, labels = estimators.iris()
    plain, _ = outcome(estimators.make("LinearSVC").fit, features, labels[:-1])  # type: ignore[attr-defined]
    recorded, _ = recorded_outcome(door, estimators.make("LinearSVC"), "fit", features, labels[:-1])
    assert plain == recorded
    assert plain[0] is ValueError
    (fit,) = Graph(store, run.uid).calls()
    assert (fit.status, fit.error_type, fit.error) == ("failed", "ValueError", plain[1])


def test_nothing_is_missing_from_the_list_of_methods() -> None:
    added = {name for name in vars(BaseEstimator) if name.endswith("_sync")}
    assert added == {f"{name}_sync" for name in METHODS}
