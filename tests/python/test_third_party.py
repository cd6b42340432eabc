"""Estimators of other packages are recorded as scikit-learn's own are: by `_sync` and under autolog."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack
from graph import Graph, seq_of

lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
skrub = pytest.importorskip("skrub", reason="skrub is not installed")
xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")

Read = Callable[[], Graph]


def booster(library: str, **params: Any) -> Any:
    """A small classifier; any more would test the library and not the record."""
    if library == "xgboost":
        return xgboost.XGBClassifier(n_estimators=5, n_jobs=1, **params)
    return lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1, **params)


BOOSTERS = pytest.mark.parametrize("library", ["xgboost", "lightgbm"])


@pytest.fixture
def parts() -> Any:
    """Iris, split in two."""
    X, y = load_iris(return_X_y=True)
    return train_test_split(X, y, random_state=0)


def table() -> Any:
    return pd.DataFrame(
        {
            "city": ["Bern", "Rome", "Oslo"] * 20,
            "day": pd.date_range("2020-01-01", periods=60).astype(str),
            "size": np.arange(60.0),
        }
    )


def outline(graph: Graph) -> list[Any]:
    """Every call with what it is called with: the same for graphs that say the same."""
    return [
        (call.op, call.type, call.status, call.parent, sorted(graph.into(call).items()), sorted(graph.out_of(call)))
        for call in graph.calls()
    ]


@BOOSTERS
def test_sync_and_autolog_say_the_same(library: str, parts: Any, store: Any) -> None:
    X_train, X_test, y_train, _ = parts
    graphs = []
    for suffix in ("_sync", ""):
        with mltrack.start_run("project", strict=True) as run, mltrack.autolog(disable=bool(suffix)):
            arrays = [part.copy() for part in parts]
            model = getattr(booster(library), f"fit{suffix}")(arrays[0], arrays[2])
            predicted = getattr(model, f"predict{suffix}")(arrays[1])
            getattr(model, f"predict_proba{suffix}")(arrays[1])
            getattr(model, f"score{suffix}")(arrays[1], arrays[3])
            graphs.append(Graph(store, run.uid))
        assert np.array_equal(predicted, booster(library).fit(X_train, y_train).predict(X_test))
    sync, plain = graphs
    fit, predict, probability, score = sync.calls()
    assert [call.op for call in sync.calls()] == ["fit", "predict", "predict_proba", "score"]
    assert all(sync.into(call)["model"] == (sync.out_of(fit)["model"], "object") for call in (predict, score))
    assert [metric["name"] for metric in sync.metrics] == ["accuracy"]
    assert [(call[0], call[1], call[2], call[5]) for call in outline(sync)] == [
        (call[0], call[1], call[2], call[5]) for call in outline(plain)
    ]
    assert sync.nodes[sync.out_of(fit)["model"]].digest == plain.nodes[plain.out_of(plain.calls()[0])["model"]].digest
    assert probability.type == predict.type


@BOOSTERS
def test_validation_sets_are_followed(library: str, parts: Any, run: mltrack.Run, read: Read) -> None:
    X, y = load_iris(return_X_y=True)
    with mltrack.autolog():
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        sets: dict[str, Any] = {"eval_set": [(X_test, y_test)]}
        if library == "xgboost":
            model = booster(library, early_stopping_rounds=2).fit(X_train, y_train, verbose=False, **sets)
        else:
            sets["callbacks"] = [lightgbm.early_stopping(2, verbose=False)]
            if hasattr(lightgbm.LGBMClassifier.fit, "__code__") and "eval_X" in _names(lightgbm.LGBMClassifier.fit):
                sets = {"eval_X": (X_test,), "eval_y": (y_test,), "callbacks": sets["callbacks"]}
            model = booster(library).fit(X_train, y_train, **sets)
    graph = read()
    split, fit = graph.calls()
    made = graph.out_of(split)
    given = {slot: node for slot, (node, via) in graph.into(fit).items() if via == "object"}
    assert given.pop("X") == made["train[0]"] and given.pop("y") == made["train[1]"]
    assert sorted(given.values()) == sorted([made["test[0]"], made["test[1]"]])
    assert all(slot.startswith("eval_") for slot in given)
    assert "callbacks" not in graph.into(fit)
    assert graph.nodes[graph.out_of(fit)["model"]].digest is not None
    assert mltrack.ref(model) is not None


def _names(function: Any) -> tuple[str, ...]:
    return function.__code__.co_varnames  # type: ignore[no-any-return]


@BOOSTERS
def test_a_model_is_known_after_a_pickle(library: str, parts: Any, run: mltrack.Run, read: Read) -> None:
    X_train, X_test, y_train, _ = parts
    model = booster(library).fit_sync(X_train, y_train)
    again = pickle.loads(pickle.dumps(model))
    again.predict_sync(X_test)
    graph = read()
    fit, predict = graph.calls()
    via = graph.into(predict)["model"]
    sources = {source for source, _, _ in graph.sources(via[0])} | {via[0]}
    assert graph.out_of(fit)["model"] in sources


_DIGESTS = """
import mltrack
from sklearn.datasets import load_iris
from test_third_party import booster, table
import skrub
X, y = load_iris(return_X_y=True)
for model in [booster(name).fit(X, y) for name in ("xgboost", "lightgbm")] + [skrub.TableVectorizer().fit(table())]:
    print(mltrack.digest(model))
"""


def test_digests_are_the_same_in_every_process(python: Callable[..., Any]) -> None:
    import os

    here = os.path.dirname(__file__)
    path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
    answers = {python(_DIGESTS, PYTHONHASHSEED=seed, PYTHONPATH=path).stdout for seed in ("1", "2")}
    assert len(answers) == 1
    [answer] = answers
    assert len(set(answer.split())) == 3 and "None" not in answer


@BOOSTERS
def test_digests_tell_models_apart_and_outlive_a_prediction(library: str, parts: Any) -> None:
    X_train, X_test, y_train, _ = parts
    model = booster(library).fit(X_train, y_train)
    before = mltrack.digest(model)
    model.predict(X_test)
    assert mltrack.digest(model) == before == mltrack.digest(pickle.loads(pickle.dumps(model)))
    assert mltrack.digest(booster(library).fit(X_train[1:], y_train[1:])) != before


@BOOSTERS
def test_boosters_inside_pipelines_and_searches(library: str, parts: Any, run: mltrack.Run, read: Read) -> None:
    X_train, _, y_train, _ = parts
    with mltrack.autolog():
        GridSearchCV(make_pipeline(StandardScaler(), booster(library)), {}, cv=2).fit(X_train, y_train)
    graph = read()
    whole = graph.calls()[0]
    assert [call.op for call in graph.calls() if call.parent == whole.seq] == ["fit", "trial", "trial"]
    refit = next(call for call in graph.calls("fit") if call.parent == whole.seq)
    steps = [call.type for call in graph.calls() if call.parent == refit.seq]
    assert steps == ["sklearn.preprocessing.StandardScaler", graph.calls("fit")[-1].type]


def test_tables_are_vectorized(run: mltrack.Run, read: Read) -> None:
    frame = table()
    with mltrack.autolog():
        model = make_pipeline(skrub.TableVectorizer(), booster("xgboost")).fit(frame, [0, 1] * 30)
        model.predict(frame)
        vectorizer = skrub.TableVectorizer()
        made = vectorizer.fit_transform(frame)
        again = vectorizer.transform(frame)
    graph = read()
    assert [call.op for call in graph.calls() if call.parent is None] == [
        "fit",
        "predict",
        "fit_transform",
        "transform",
    ]
    assert {call.type for call in graph.calls() if call.op == "fit_transform"} == {"skrub.TableVectorizer"}
    vectorized, transformed = graph.calls("fit_transform")[-1], graph.calls("transform")[-1]
    assert graph.nodes[graph.out_of(vectorized)["model"]].digest is not None
    assert graph.into(transformed)["model"] == (graph.out_of(vectorized)["model"], "object")
    assert seq_of(mltrack.ref(made)) == graph.out_of(vectorized)["output"]
    assert seq_of(mltrack.ref(again)) == graph.out_of(transformed)["output"]


def test_text_encoders_have_their_twins(run: mltrack.Run, read: Read) -> None:
    encoder = skrub.MinHashEncoder(n_components=4)
    made = encoder.fit_transform_sync(table()["city"])
    assert [call.type for call in read().calls()] == ["skrub.MinHashEncoder"]
    assert np.array_equal(
        np.asarray(made), np.asarray(skrub.MinHashEncoder(n_components=4).fit_transform(table()["city"]))
    )
