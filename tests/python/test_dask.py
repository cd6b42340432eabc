"""Work that joblib hands to Dask is recorded as if it had been done here, whether Dask's workers are threads of this
process or processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import mltrack
from graph import Graph

distributed = pytest.importorskip("distributed", reason="Dask's distributed scheduler is not installed")


@pytest.fixture(params=["threads", "processes"])
def cluster(request: Any) -> Iterator[Any]:
    """A cluster of this machine."""
    threads = request.param == "threads"
    shape = {"n_workers": 1, "threads_per_worker": 2} if threads else {"n_workers": 2, "threads_per_worker": 1}
    local = distributed.LocalCluster(processes=not threads, dashboard_address=None, protocol=None, **shape)
    with local as made, distributed.Client(made) as client:
        yield client


def outline(graph: Graph) -> list[Any]:
    """What a graph says, without times and without the numbers of rows that two searches share."""
    scores = {(metric["subject"], metric["name"]): metric["value"] for metric in graph.metrics}
    calls = [
        (call.seq, call.op, call.type, call.status, call.parent, sorted(graph.params(call).items(), key=str))
        for call in graph.calls()
    ]
    return [calls, scores]


def work(run: mltrack.Run, store: Any) -> list[Any]:
    """Several kinds of calls that hand work out."""
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    GridSearchCV(model, {"logisticregression__C": [0.1, 10.0]}, cv=3, n_jobs=2).fit(X, y)
    cross_validate(model, X, y, cv=3, n_jobs=2, return_estimator=True)
    members = [("one", LogisticRegression(max_iter=200)), ("two", DecisionTreeClassifier(random_state=0))]
    VotingClassifier(members, n_jobs=2).fit(X, y)
    return outline(Graph(store, run.uid))


def test_graph_is_that_of_one_process(cluster: Any, store: Any) -> None:
    with mltrack.autolog():
        with mltrack.start_run("project", strict=True) as run, joblib.parallel_config("sequential"):
            here = work(run, store)
        with mltrack.start_run("project", strict=True) as run, joblib.parallel_config("dask"):
            there = work(run, store)
    assert there == here
    roots = [call for call in there[0] if call[4] is None]
    assert [call[1] for call in roots] == ["read", "fit", "cross_validate", "fit"]


def test_times_come_from_the_workers(cluster: Any, store: Any) -> None:
    X, y = load_iris(return_X_y=True)
    with mltrack.start_run("project", strict=True) as run, mltrack.autolog(), joblib.parallel_config("dask"):
        results = cross_validate(LogisticRegression(max_iter=200), X, y, cv=3)
    [call] = mltrack.query().calls(where="op = 'cross_validate'")
    trials = run.tracker.query().trials(call)
    assert [trial.fit_us for trial in trials] == [int(seconds * 1e6) for seconds in results["fit_time"]]
    assert [trial.score_us for trial in trials] == [int(seconds * 1e6) for seconds in results["score_time"]]


def test_tasks_of_the_users_own_are_recorded(store: Any, run: mltrack.Run, read: Callable[[], Graph]) -> None:
    X, y = load_iris(return_X_y=True)
    with (
        mltrack.autolog(),
        distributed.LocalCluster(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as made,
        distributed.Client(made) as client,
    ):
        client.submit(lambda: DecisionTreeClassifier().fit(X, y).score(X, y)).result()
    assert [call.op for call in read().calls()] == ["fit", "score"]
