"""The recorded methods and functions one by one: what they return and what they write."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score, make_scorer
from sklearn.model_selection import cross_validate, train_test_split
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import KernelDensity
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import mltrack
from graph import Graph, seq_of


@pytest.fixture
def data() -> tuple[Any, Any]:
    features = np.random.default_rng(2).normal(size=(80, 3))
    return features, (features[:, 0] + features[:, 1] > 0).astype(int)


def test_fit(data: Any, read: Callable[[], Graph]) -> None:
    model = LogisticRegression(C=0.25, max_iter=500)
    assert model.fit_sync(*data) is model
    graph = read()
    (fit,) = graph.calls()
    assert (fit.op, fit.type, fit.status) == ("fit", "sklearn.linear_model.LogisticRegression", "finished")
    assert graph.out_of(fit) == {"model": seq_of(mltrack.ref(model))}
    assert graph.params(fit) | {"C": 0.25, "max_iter": 500} == graph.params(fit)
    assert graph.nodes[seq_of(mltrack.ref(model))].digest is not None
    assert fit.source is not None
    assert fit.source.rpartition(":")[0].endswith("test_fit_sync.py")


def test_transform_predict_and_score(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    scaler = StandardScaler()
    scaled = scaler.fit_transform_sync(features)
    again = scaler.transform_sync(features)
    np.testing.assert_array_equal(scaled, again)
    model = LogisticRegression().fit_sync(scaled, labels)
    predicted = model.predict_sync(scaled)
    proba = model.predict_proba_sync(scaled)
    value = model.score_sync(scaled, labels)
    graph = read()
    fitted = seq_of(mltrack.ref(model))
    assert graph.into(graph.calls("transform")[0])["model"] == (seq_of(mltrack.ref(scaler)), "object")
    assert graph.into(graph.calls("predict")[0])["model"] == (fitted, "object")
    assert graph.out_of(graph.calls("predict")[0]) == {"output": seq_of(mltrack.ref(predicted))}
    assert graph.out_of(graph.calls("predict_proba")[0]) == {"output": seq_of(mltrack.ref(proba))}
    assert graph.metrics == [
        {"name": "accuracy", "value": value, "subject": fitted, "dataset": seq_of(mltrack.ref(scaled))}
    ]


def test_names_of_scores(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    LinearRegression().fit_sync(features, features[:, 0] * 2).score_sync(features, features[:, 0] * 2)
    KernelDensity().fit_sync(features).score_sync(features)
    KMeans(2, n_init=1, random_state=0).fit_sync(features).score_sync(features)
    assert [metric["name"] for metric in read().metrics] == ["r2", "score", "score"]


def test_fit_predict(data: Any, read: Callable[[], Graph]) -> None:
    model = KMeans(2, n_init=1, random_state=0)
    labels = model.fit_predict_sync(data[0])
    np.testing.assert_array_equal(labels, model.labels_)
    graph = read()
    (call,) = graph.calls()
    assert graph.out_of(call) == {"model": seq_of(mltrack.ref(model)), "output": seq_of(mltrack.ref(labels))}


def test_called_on_the_class(data: Any, read: Callable[[], Graph]) -> None:
    model = LogisticRegression()
    assert LogisticRegression.fit_sync(model, *data) is model
    (fit,) = read().calls()
    assert str(fit.source).rpartition(":")[0].endswith("test_fit_sync.py")


def test_methods_that_depend_on_parameters() -> None:
    assert not hasattr(SVC(), "predict_proba_sync")
    with pytest.raises(AttributeError):
        SVC().predict_proba_sync  # noqa: B018
    assert not hasattr(StandardScaler, "predict_sync")
    assert hasattr(LogisticRegression, "predict_sync")


def test_unfitted_model_is_used(data: Any, read: Callable[[], Graph]) -> None:
    model = LogisticRegression().fit(*data)
    model.predict_sync(data[0])
    model.predict_sync(data[0])
    graph = read()
    first, second = (graph.into(call)["model"] for call in graph.calls())
    assert first == (second[0], "source")
    assert graph.nodes[first[0]].type == "sklearn.linear_model.LogisticRegression"


def test_split(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    parts = mltrack.train_test_split_sync(features, labels, test_size=0.25, random_state=3, stratify=labels)
    for mine, plain in zip(parts, train_test_split(features, labels, test_size=0.25, random_state=3, stratify=labels), strict=True):  # fmt: skip # noqa: E501
        np.testing.assert_array_equal(mine, plain)
    graph = read()
    (split,) = graph.calls()
    assert (split.op, split.type) == ("split", "sklearn.model_selection.train_test_split")
    assert graph.out_of(split) == {
        slot: seq_of(mltrack.ref(part))
        for slot, part in zip(("train[0]", "test[0]", "train[1]", "test[1]"), parts, strict=True)
    }
    assert set(graph.into(split)) == {"array[0]", "array[1]", "stratify"}
    assert graph.params(split) == {"test_size": 0.25, "random_state": 3}


def test_metric_is_about_the_model_that_predicted(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = LogisticRegression().fit_sync(features, labels)
    predicted = model.predict_sync(features)
    by_name = mltrack.compute_metric_sync("f1", labels, predicted)
    assert by_name == mltrack.compute_metric_sync(f1_score, y_true=labels, y_pred=predicted)
    guess = np.ones_like(labels)
    mltrack.compute_metric_sync("accuracy_score", labels, guess)
    mltrack.compute_metric_sync("accuracy", labels, guess, model=model)
    graph = read()
    truth, fitted = seq_of(mltrack.ref(labels)), seq_of(mltrack.ref(model))
    assert [(m["name"], m["subject"], m["dataset"]) for m in graph.metrics] == [
        ("f1", fitted, truth),
        ("f1", fitted, truth),
        ("accuracy", seq_of(mltrack.ref(guess)), truth),
        ("accuracy", fitted, truth),
    ]


def test_metric_that_is_no_number(data: Any, read: Callable[[], Graph]) -> None:
    matrix = mltrack.compute_metric_sync(confusion_matrix, data[1], data[1])
    np.testing.assert_array_equal(matrix, confusion_matrix(data[1], data[1]))
    graph = read()
    assert graph.metrics == []
    assert graph.out_of(graph.calls()[0]) == {"output": seq_of(mltrack.ref(matrix))}


def test_metric_that_does_not_exist(data: Any, read: Callable[[], Graph]) -> None:
    with pytest.raises(ValueError, match="'acuracy' is not a metric"):
        mltrack.compute_metric_sync("acuracy", data[1], data[1])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        mltrack.compute_metric_sync("accuracy", data[1], data[1][1:])
    (call,) = read().calls()
    assert call.status == "failed"


def test_cross_validate(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    scoring = {"right": "accuracy", "f": make_scorer(f1_score)}
    mine = mltrack.cross_validate_sync(LogisticRegression(), features, labels, cv=3, scoring=scoring)
    plain = cross_validate(LogisticRegression(), features, labels, cv=3, scoring=scoring)
    np.testing.assert_array_equal(mine["test_f"], plain["test_f"])
    graph = read()
    trials = graph.calls("trial")
    assert len(trials) == 3
    expected = [(t.seq, n, mine[f"test_{n}"][i]) for i, t in enumerate(trials) for n in ("f", "right")]
    assert sorted((m["subject"], m["name"], m["value"]) for m in graph.metrics) == expected


def test_read_csv(tmp_path: Path, read: Callable[[], Graph], store: Path) -> None:
    import hashlib
    import sqlite3

    (tmp_path / "a b.csv").write_text("x,y\n1,2\n3,4\n5,7\n")
    frame = mltrack.read_csv_sync(tmp_path / "a b.csv", usecols=["x"])
    pd.testing.assert_frame_equal(frame, pd.read_csv(tmp_path / "a b.csv", usecols=["x"]))
    graph = read()
    (call,) = graph.calls()
    (file,) = (source for source, _, _ in graph.sources(call))
    assert graph.nodes[file].digest == hashlib.sha256((tmp_path / "a b.csv").read_bytes()).digest()
    assert graph.out_of(call) == {"output": seq_of(mltrack.ref(frame))}
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT uri FROM location").fetchall() == [(os.fspath(tmp_path / "a b.csv"),)]


def test_read_csv_of_a_stream_and_of_nothing(read: Callable[[], Graph]) -> None:
    frame = mltrack.read_csv_sync(io.StringIO("x\n1\n2\n"))
    assert frame["x"].tolist() == [1, 2]
    with pytest.raises(FileNotFoundError):
        mltrack.read_csv_sync("$(touch nowhere).csv")
    graph = read()
    assert [call.status for call in graph.calls()] == ["finished", "failed"]
    assert not Path("nowhere").exists()


def test_address_is_kept_without_its_secrets() -> None:
    from mltrack.pandas._files import _file_flow

    flow = _file_flow("https://me:secret@host.example/data.csv?signature=abc#part", "text/csv")
    assert flow.name == "https://host.example/data.csv"


def test_objects_without_a_digest_are_opaque_nodes(read: Callable[[], Graph]) -> None:
    class Anything:
        shape = (3, 1)
        ndim = 2

    class Taking(StandardScaler):
        def fit(self, X: Any, y: Any = None) -> Any:
            return self

    thing = Anything()
    Taking().fit_sync(thing)
    Taking().fit_sync(thing)
    graph = read()
    first, second = (graph.into(call)["X"] for call in graph.calls())
    assert first[0] == second[0]
    assert str(graph.nodes[first[0]].type).endswith("Anything")
    assert graph.nodes[first[0]].digest is None


def test_a_target_is_one_however_a_class_names_its_parameter(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    ClassifierChain(LogisticRegression()).fit_sync(features, np.column_stack([labels, 1 - labels]))
    (fit,) = read().calls("fit")
    assert set(read().into(fit)) == {"X", "y"}


def test_attached_whatever_is_imported_first(python: Callable[..., Any]) -> None:
    for order in ("import mltrack, sklearn.linear_model", "import sklearn.linear_model, mltrack"):
        done = python(
            f"""
import sys
{order}
assert sklearn.linear_model.Ridge.fit_sync
assert not [finder for finder in sys.meta_path if type(finder).__module__.startswith("mltrack")]
"""
        )
        assert done.stderr == ""


def test_process_without_a_run_gets_its_own(python: Callable[..., Any], store: Path) -> None:
    done = python(
        """
import mltrack
from sklearn.preprocessing import StandardScaler
StandardScaler().fit_sync([[1.0], [2.0]])
print(mltrack.active_run().uid)
"""
    )
    (fit,) = Graph(store, done.stdout.strip()).calls()
    assert fit.status == "finished"
