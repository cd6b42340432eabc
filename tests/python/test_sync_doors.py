"""The `_sync` doors beside functions: cross-validation, curves, inspection, metrics, and pandas' files and frames."""

from __future__ import annotations

import functools
import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, learning_curve, validation_curve
from sklearn.tree import DecisionTreeClassifier

import mltrack
from graph import Graph, seq_of
from mltrack import _core
from mltrack.pandas import _files

Read = Callable[[], Graph]
X, y = load_iris(return_X_y=True)


def tree() -> DecisionTreeClassifier:
    return DecisionTreeClassifier(max_depth=2, random_state=0)


def test_predictions_of_a_cross_validation(run: mltrack.Run, read: Read) -> None:
    predicted = mltrack.cross_val_predict_sync(tree(), X, y, cv=3)
    assert np.array_equal(predicted, cross_val_predict(tree(), X, y, cv=3))
    graph = read()
    whole, *trials = graph.calls()
    assert [call.op for call in trials] == ["trial"] * 3
    assert graph.into(seq_of(mltrack.ref(predicted))) == {"output": (whole.seq, None)}
    rows = run.tracker.query().trials(f"{run.uid[:8]}:{whole.seq}")
    assert sorted(row for trial in rows for row in trial.test or ()) == list(range(150))


def test_learning_curve(run: mltrack.Run, read: Read) -> None:
    options: dict[str, Any] = {"cv": 3, "train_sizes": [30, 60], "shuffle": True, "random_state": 0}
    sizes, _, scores = mltrack.learning_curve_sync(tree(), X, y, **options)
    assert np.array_equal(scores, learning_curve(tree(), X, y, **options)[2])
    graph = read()
    trials = run.tracker.query().trials(f"{run.uid[:8]}:{graph.calls()[0].seq}")
    assert [(trial.candidate, trial.fold) for trial in trials] == [(size, fold) for size in (0, 1) for fold in range(3)]
    assert [len(trial.train or ()) for trial in trials] == [size for size in sizes for _ in range(3)]
    measured = {metric["subject"]: metric["value"] for metric in graph.metrics if metric["name"] == "accuracy"}
    assert [measured[seq_of(trial.ref)] for trial in trials] == scores.ravel().tolist()


def test_validation_curve(run: mltrack.Run, read: Read) -> None:
    options: dict[str, Any] = {"param_name": "max_depth", "param_range": [1, 3], "cv": 3}
    _, scores = mltrack.validation_curve_sync(tree(), X, y, **options)
    assert np.array_equal(scores, validation_curve(tree(), X, y, **options)[1])
    graph = read()
    trials = graph.calls("trial")
    assert [graph.params(trial)["max_depth"] for trial in trials].count(3) == 3
    stored = run.tracker.query().trials(f"{run.uid[:8]}:{graph.calls()[0].seq}")
    measured = {metric["subject"]: metric["value"] for metric in graph.metrics if metric["name"] == "accuracy"}
    assert [measured[seq_of(trial.ref)] for trial in stored] == scores.ravel().tolist()


def test_permutation_importance_is_about_the_model(run: mltrack.Run, read: Read) -> None:
    model = tree().fit_sync(X, y)
    found = mltrack.permutation_importance_sync(model, X, y, n_repeats=2, random_state=0)
    graph = read()
    call = graph.calls()[-1]
    assert call.op == "permutation_importance"
    assert graph.into(call)["model"][0] == seq_of(mltrack.ref(model))
    assert seq_of(mltrack.ref(found.importances_mean)) == graph.out_of(call)["importances"]


def test_every_metric_has_its_twin(run: mltrack.Run, read: Read) -> None:
    names = dir(mltrack.metrics)
    plain = {
        name
        for name in sklearn.metrics.__all__
        if callable(getattr(sklearn.metrics, name)) and not isinstance(getattr(sklearn.metrics, name), type)
    }
    left_out = plain - {name.removesuffix("_sync") for name in names}
    assert {"check_scoring", "get_scorer", "make_scorer", "pairwise_distances"} <= left_out
    assert {"f1_score", "roc_curve", "silhouette_score", "mean_squared_error", "classification_report"}.isdisjoint(
        left_out
    )
    assert mltrack.metrics.f1_score_sync([0, 1, 1], [0, 1, 0], average="macro") == sklearn.metrics.f1_score(
        [0, 1, 1], [0, 1, 0], average="macro"
    )
    assert [metric["name"] for metric in read().metrics] == ["f1"]
    with pytest.raises(AttributeError, match="no metric 'f2_score'"):
        mltrack.metrics.f2_score_sync  # noqa: B018
    with pytest.raises(AttributeError, match="add _sync"):
        mltrack.metrics.f1_score  # noqa: B018


class Share:
    """A metric that is no function, and has no hash."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y_true: Any, y_pred: Any) -> float:
        return float(np.mean(y_true == y_pred))


def test_metrics_that_are_no_functions(run: mltrack.Run, read: Read) -> None:
    beta = functools.partial(functools.partial(sklearn.metrics.fbeta_score, average="macro"), beta=2)
    assert mltrack.compute_metric_sync(beta, y, y) == mltrack.compute_metric_sync(Share(), y, y) == 1
    graph = read()
    first, second = graph.calls("metric")
    assert first.type == "sklearn.metrics.fbeta_score"
    assert graph.params(first) == {"average": "macro", "beta": 2}
    assert second.type == f"{__name__}.Share"
    assert [metric["name"] for metric in graph.metrics] == ["fbeta", "Share"]


def test_functions_are_not_kept_alive(run: mltrack.Run) -> None:
    large = np.ones(1000)

    def metric(y_true: Any, y_pred: Any) -> float:
        return float(large[0])

    class Local(DecisionTreeClassifier):
        offset = metric

    mltrack.compute_metric_sync(metric, y, y)
    Local().fit_sync(X, y)
    alive = weakref.ref(metric), weakref.ref(Local)
    del metric, Local
    gc.collect()
    assert [ref() for ref in alive] == [None, None]


@pytest.mark.parametrize("kind", ["csv", "parquet", "json", "excel", "feather"])
def test_a_file_that_was_written_is_known_when_it_is_read(
    kind: str, run: mltrack.Run, read: Read, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.25, 4.0], "b": ["x", "y", "z"]})
    path = tmp_path / f"data.{'xlsx' if kind == 'excel' else kind}"
    options = {"index": False} if kind in ("csv", "excel") else {}
    getattr(frame, f"to_{kind}_sync")(path, **options)
    again = getattr(mltrack, f"read_{kind}_sync")(path)
    pd.testing.assert_frame_equal(again, frame)
    graph = read()
    assert [call.op for call in graph.calls()] == ["write", "read"]
    write, reading = graph.calls()
    assert graph.into(reading)["file"][0] == graph.out_of(write)["output"]
    assert seq_of(mltrack.ref(frame)) in {
        node.ref and seq_of(node.ref) for node in run.tracker.query().ancestors(again)
    }


def test_arguments_of_readers_and_writers_are_told_by_name(run: mltrack.Run, read: Read, tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.25, 4.0], "b": ["x", "y", "z"]})
    frame.to_excel_sync(tmp_path / "a.xlsx", sheet_name="second", index=False)
    pd.testing.assert_frame_equal(mltrack.read_excel_sync(tmp_path / "a.xlsx", "second"), frame)
    frame.drop_sync([0])
    graph = read()
    assert [graph.params(call) for call in graph.calls()] == [
        {"sheet_name": "second", "index": 0},
        {"sheet_name": "second"},
        {"labels": "[0]"},
    ]


def test_tables_of_a_page(run: mltrack.Run, read: Read, tmp_path: Path) -> None:
    def read_html(io: Path) -> list[pd.DataFrame]:
        return [pd.DataFrame({"a": [1.5, 2.25]}), pd.DataFrame({"b": ["x", "y"]})]

    tables = _core.StandIn(read_html, *_files.reading("text/html", plain=False))(tmp_path / "page.html")
    graph = read()
    (call,) = graph.calls()
    assert graph.out_of(call) == {f"output[{i}]": seq_of(mltrack.ref(table)) for i, table in enumerate(tables)}


def test_columns_that_are_dropped(run: mltrack.Run, read: Read) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.25, 4.0], "b": ["x", "y", "z"]})
    less = frame.drop_sync(columns=["b"])
    assert list(less.columns) == ["a"]
    frame.drop_sync(columns="a", inplace=True)
    graph = read()
    first, second = graph.calls("transform")
    assert graph.out_of(first) == {"output": seq_of(mltrack.ref(less))}
    assert graph.out_of(second) == {"output": seq_of(mltrack.ref(frame))}
    assert graph.params(first) == {"columns": '["b"]'}
    with pytest.raises(KeyError, match="nowhere"):
        frame.drop_sync(columns="nowhere")
    assert read().calls("transform")[-1].status == "failed"


def test_every_method_of_an_estimator_has_its_twin(run: mltrack.Run, read: Read) -> None:
    model = LogisticRegression(max_iter=500).fit_sync(X, y)
    for method in ("predict_log_proba", "decision_function"):
        assert np.array_equal(getattr(model, f"{method}_sync")(X), getattr(model, method)(X))
    assert [call.op for call in read().calls()] == ["fit", "predict_log_proba", "decision_function"]
