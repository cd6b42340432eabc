"""Which node is this input? Every case that a simple rule gets wrong, with the exact edges and how they were found."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import mltrack
from graph import Graph, seq_of


@pytest.fixture
def data() -> tuple[Any, Any]:
    rng = np.random.default_rng(7)
    features = rng.normal(size=(200, 4))
    return features, (features[:, 0] > 0).astype(int)


def only(graph: Graph, op: str) -> int:
    (call,) = graph.calls(op)
    return call.seq


def test_predictions_of_a_perfect_model_are_not_taken_for_the_truth(data: Any, read: Callable[[], Graph]) -> None:
    x_train, x_test, y_train, y_test = mltrack.train_test_split_sync(*data, random_state=0)
    model = DecisionTreeClassifier(random_state=0).fit_sync(x_train, y_train)
    predicted = model.predict_sync(x_test)
    assert (predicted == y_test).all()
    mltrack.compute_metric_sync("accuracy", y_test.copy(), predicted)
    mltrack.compute_metric_sync("accuracy", y_test.tolist(), predicted)
    mltrack.compute_metric_sync("accuracy", pickle.loads(pickle.dumps(y_test)), predicted)
    graph = read()
    assert len(graph.calls("metric")) == 3
    for call in graph.calls("metric"):
        assert graph.into(call)["y_true"] == (seq_of(mltrack.ref(y_test)), "content")
        assert graph.into(call)["y_pred"] == (seq_of(mltrack.ref(predicted)), "object")


def test_the_live_prediction_may_become_an_input(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = LogisticRegression().fit_sync(features, labels)
    predicted = model.predict_sync(features)
    LogisticRegression().fit_sync(features, predicted)
    graph = read()
    assert graph.into(graph.calls("fit")[1])["y"] == (seq_of(mltrack.ref(predicted)), "object")


def test_zeros_are_not_other_zeros(data: Any, read: Callable[[], Graph]) -> None:
    _, labels = data
    zeros = StandardScaler().fit_transform_sync(np.zeros((200, 3)))
    assert (zeros == 0).all()
    LogisticRegression().fit_sync(np.zeros((200, 3)), labels)
    graph = read()
    source, via = graph.into(only(graph, "fit"))["X"]
    assert via == "source"
    assert graph.into(source) == {}


def test_output_that_equals_the_input_does_not_merge_histories(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    imputed = SimpleImputer().fit_transform_sync(features)
    assert (imputed == features).all()
    LogisticRegression().fit_sync(features, labels)
    graph = read()
    assert graph.into(only(graph, "fit"))["X"] == (seq_of(mltrack.ref(features)), "object")
    assert mltrack.ref(features) != mltrack.ref(imputed)


def test_array_edited_in_place_is_a_new_version(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    scaler = StandardScaler().fit_sync(features)
    before = seq_of(mltrack.ref(features))
    features *= 2
    scaler.transform_sync(features)
    graph = read()
    after, via = graph.into(only(graph, "transform"))["X"]
    assert via == "object"
    assert after != before
    assert graph.into(after) == {"from": (before, "edited")}


def test_array_edited_after_it_was_seen_often(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    scaler = StandardScaler()
    for _ in range(4):
        scaler.fit_sync(features)
    before = seq_of(mltrack.ref(features))
    features[17, 2] += 1e-9
    scaler.fit_sync(features)
    graph = read()
    fits = [graph.into(call)["X"][0] for call in graph.calls("fit")]
    assert fits[:4] == [before] * 4
    assert graph.into(fits[4]) == {"from": (before, "edited")}


def test_fit_of_an_array_to_itself(data: Any, read: Callable[[], Graph]) -> None:
    from sklearn.linear_model import LinearRegression

    features, _ = data
    LinearRegression().fit_sync(features, features)
    graph = read()
    inputs = graph.into(only(graph, "fit"))
    assert inputs["X"][0] == inputs["y"][0] == seq_of(mltrack.ref(features))
    assert [node.kind for node in graph.nodes.values()].count("dataset") == 1


def test_view(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    LogisticRegression().fit_sync(features, labels)
    LogisticRegression().fit_sync(features[:, 1:3], labels)
    graph = read()
    view, via = graph.into(graph.calls("fit")[1])["X"]
    assert via == "object"
    assert graph.into(view) == {"from": (seq_of(mltrack.ref(features)), "view")}


def test_view_of_a_view_whose_maker_is_gone(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    flat = features.reshape(-1)
    scaled = StandardScaler().fit_transform_sync(features)
    whole = seq_of(mltrack.ref(scaled))
    part = scaled.T[1:].T
    del scaled
    LogisticRegression().fit_sync(part, labels)
    LogisticRegression().fit_sync(flat.reshape(200, 4), labels)
    graph = read()
    first, second = graph.calls("fit")
    assert graph.into(graph.into(first)["X"][0]) == {"from": (whole, "view")}
    assert graph.into(graph.into(second)["X"][0]) == {"from": (seq_of(mltrack.ref(features)), "view")}


def test_frame_and_its_values(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    frame = pd.DataFrame(features, columns=list("abcd"))
    LogisticRegression().fit_sync(frame, labels)
    LogisticRegression().fit_sync(frame.values, labels)
    graph = read()
    values, via = graph.into(graph.calls("fit")[1])["X"]
    assert via == "object"
    assert graph.into(values) == {"from": (seq_of(mltrack.ref(frame)), "frame:to_numpy")}


def test_copy_of_an_output_is_found_by_content(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    scaled = StandardScaler().fit_transform_sync(features)
    LogisticRegression().fit_sync(scaled.copy(), labels)
    LogisticRegression().fit_sync(pd.DataFrame(scaled.tolist()), labels)
    graph = read()
    for call in graph.calls("fit"):
        assert graph.into(call)["X"] == (seq_of(mltrack.ref(scaled)), "content")


def test_two_outputs_with_equal_content_are_ambiguous(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    first = StandardScaler().fit_transform_sync(features)
    second = StandardScaler().fit_transform_sync(features)
    LogisticRegression().fit_sync(second.copy(), labels)
    graph = read()
    assert graph.into(only(graph, "fit"))["X"] == (seq_of(mltrack.ref(first)), "ambiguous")


def test_some_columns(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    scaled = StandardScaler().fit_transform_sync(features)
    fresh = np.column_stack([scaled[:, 0], scaled[:, 2], np.random.default_rng(1).normal(size=200)])
    LogisticRegression().fit_sync(fresh, labels)
    graph = read()
    node, _ = graph.into(only(graph, "fit"))["X"]
    assert graph.into(node) == {"from": (seq_of(mltrack.ref(scaled)), "columns 2/3")}


def test_list_is_one_source(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    as_list = labels.tolist()
    rows = features.tolist()
    LogisticRegression().fit_sync(rows, as_list)
    LogisticRegression().fit_sync(rows, as_list)
    graph = read()
    first, second = (graph.into(call) for call in graph.calls("fit"))
    assert first["X"] == (second["X"][0], "source")
    assert second["X"][1] == "content"


def test_folds_of_a_cross_validation(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    scores = mltrack.cross_val_score_sync(LogisticRegression(), features, labels, cv=3)
    graph = read()
    whole = only(graph, "cross_val_score")
    trials = graph.calls("trial")
    assert [trial.parent for trial in trials] == [whole] * 3
    for trial, score in zip(trials, scores, strict=True):
        assert graph.into(trial) == {
            "X": (seq_of(mltrack.ref(features)), "enclosing"),
            "y": (seq_of(mltrack.ref(labels)), "enclosing"),
        }
        assert {"name": "accuracy", "value": score, "subject": trial.seq} in [
            {key: metric[key] for key in ("name", "value", "subject")} for metric in graph.metrics
        ]


class Resampling(TransformerMixin, BaseEstimator):
    """Trains its own scaler on a resample, recorded by the user."""

    def fit(self, X: Any, y: Any = None) -> Resampling:
        chosen = np.random.default_rng(0).permutation(len(X))[:50]
        self.scaler_ = StandardScaler().fit_sync(X[chosen])
        return self

    def transform(self, X: Any) -> Any:
        return self.scaler_.transform(X)


def test_resample_inside_a_call_comes_from_the_enclosing_input(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    Resampling().fit_sync(features)
    graph = read()
    outer, inner = graph.calls("fit")
    assert inner.parent == outer.seq
    resample, via = graph.into(inner)["X"]
    assert via == "object"
    assert graph.into(resample) == {"from": (seq_of(mltrack.ref(features)), "enclosing")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(120, 3)), columns=["a", "b", "c"])
    frame.loc[::10, "b"] = np.nan
    frame["label"] = np.where(frame["a"] > 0, "yes", "no")
    frame.to_csv(tmp_path / "data.csv", index=False)
    return tmp_path / "data.csv"


def test_frame_whose_temporaries_are_gone(file: Path, read: Callable[[], Graph]) -> None:
    clean = mltrack.read_csv_sync(file).dropna()
    gc.collect()
    LogisticRegression().fit_sync(clean[["a", "c"]], clean["label"])
    graph = read()
    read_call = only(graph, "read")
    artifact, via = graph.into(read_call)["file"]
    assert (graph.nodes[artifact].kind, via) == ("artifact", "source")
    table = graph.out_of(read_call)["output"]
    fit = graph.into(only(graph, "fit"))
    assert graph.into(fit["X"][0]) == {"from": (table, "frame:dropna,getitem")}
    assert graph.into(fit["y"][0]) == {"from": (table, "frame:dropna,getitem")}


def test_frames_joined_from_two(file: Path, read: Callable[[], Graph]) -> None:
    left = mltrack.read_csv_sync(file)
    right = mltrack.read_csv_sync(file, usecols=["a", "c"])
    stacked = pd.concat([left, right])
    merged = left.merge(right, on="a")
    StandardScaler().fit_sync(stacked[["a", "c"]])
    StandardScaler().fit_sync(merged[["a", "c_x"]])
    graph = read()
    frames = {seq_of(mltrack.ref(left)), seq_of(mltrack.ref(right))}
    for call, operation in zip(graph.calls("fit"), ("concat", "merge"), strict=True):
        sources = graph.sources(graph.into(call)["X"][0])
        assert {source for source, _, _ in sources} == frames
        assert all(operation in str(via) and str(via).startswith("frame:") for _, _, via in sources)


def test_one_artifact_for_one_file(file: Path, read: Callable[[], Graph]) -> None:
    mltrack.read_csv_sync(file)
    mltrack.read_csv_sync(str(file))
    graph = read()
    first, second = graph.calls("read")
    assert graph.into(first)["file"][0] == graph.into(second)["file"][0]


def test_declared_source(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    LogisticRegression().fit_sync(features, labels)
    centred = features - features.mean(axis=0)
    assert mltrack.derive(centred, features) is centred
    LogisticRegression().fit_sync(centred, labels)
    graph = read()
    node, via = graph.into(graph.calls("fit")[1])["X"]
    assert (node, via) == (seq_of(mltrack.ref(centred)), "object")
    assert graph.into(node) == {"from": (seq_of(mltrack.ref(features)), "declared")}
    with pytest.raises(TypeError, match="list"):
        mltrack.derive([1, 2], features)


def test_refitted_model_is_another_model(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = LogisticRegression()
    model.fit_sync(features, labels)
    first = seq_of(mltrack.ref(model))
    model.fit_sync(features, 1 - labels)
    second = seq_of(mltrack.ref(model))
    model.predict_sync(features)
    graph = read()
    assert first != second
    assert graph.into(second) == {"model": (graph.calls("fit")[1].seq, None)}
    assert graph.into(only(graph, "predict"))["model"] == (second, "object")


def test_model_refitted_out_of_sight(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = LogisticRegression().fit_sync(features, labels)
    recorded = seq_of(mltrack.ref(model))
    model.fit(features, 1 - labels)
    model.predict_sync(features)
    graph = read()
    node, via = graph.into(only(graph, "predict"))["model"]
    assert via == "object"
    assert graph.into(node) == {"from": (recorded, "edited")}


@pytest.mark.parametrize("op", ["partial_fit", "warm_start"])
def test_fit_that_goes_on_has_an_edge_from_the_old_model(op: str, data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = SGDClassifier(random_state=0, warm_start=op == "warm_start")
    fit = model.partial_fit_sync if op == "partial_fit" else model.fit_sync
    options = {"classes": np.array([0, 1])} if op == "partial_fit" else {}
    fit(features, labels, **options)
    first = seq_of(mltrack.ref(model))
    fit(features, labels, **options)
    second = seq_of(mltrack.ref(model))
    graph = read()
    assert graph.into(second)["from"] == (first, "object")
    assert set(graph.into(first)) == {"model"}


def test_output_that_is_the_input_object_is_a_new_version(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    LogisticRegression().fit_sync(features, labels)
    before = seq_of(mltrack.ref(features))
    scaler = StandardScaler(copy=False)
    assert scaler.fit_transform_sync(features) is features
    scaled = seq_of(mltrack.ref(features))
    assert FunctionTransformer().fit_transform_sync(features) is features
    passed = seq_of(mltrack.ref(features))
    graph = read()
    first, second = graph.calls("fit_transform")
    assert graph.into(first)["X"] == (before, "object")
    assert graph.into(scaled) == {"output": (first.seq, None), "from": (before, "edited")}
    assert graph.into(passed) == {"output": (second.seq, None), "from": (scaled, "edited")}


def test_address_used_again_is_another_object(read: Callable[[], Graph]) -> None:
    rng = np.random.default_rng(11)
    addresses: dict[int, int] = {}
    reused = 0
    for _ in range(50):
        array = rng.normal(size=(40, 2))
        reused += id(array) in addresses
        StandardScaler().fit_sync(array)
        addresses[id(array)] = 1
        del array
    graph = read()
    assert reused > 0
    nodes = [graph.into(call)["X"] for call in graph.calls("fit")]
    assert len({node for node, _ in nodes}) == 50
    assert {via for _, via in nodes} == {"source"}


def test_model_dumped_here_and_used_in_another_process(
    data: Any, tmp_path: Path, store: Path, python: Callable[..., Any], read: Callable[[], Graph]
) -> None:
    import joblib

    features, labels = data
    model = LogisticRegression().fit_sync(features, labels)
    joblib.dump(model, tmp_path / "model.joblib")
    program = f"""
import joblib, mltrack, numpy
with mltrack.start_run("elsewhere", strict=True) as run:
    model = joblib.load({str(tmp_path / "model.joblib")!r})
    model.predict_sync(numpy.random.default_rng(1).normal(size=(30, 4)))
    print(run.uid)
"""
    uid = python(program).stdout.strip()
    graph = Graph(store, uid)
    predict = only(graph, "predict")
    assert graph.into(predict)["model"] == (seq_of(mltrack.ref(model)), "content")
    assert graph.foreign(predict) == {("model", "content")}


def test_same_object_from_an_inner_and_an_outer_call(data: Any, read: Callable[[], Graph]) -> None:
    from sklearn.pipeline import make_pipeline

    features, labels = data
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(features, labels)
    predicted = pipeline.predict_sync(features)
    graph = read()
    outer, inner = graph.calls("predict")
    node = seq_of(mltrack.ref(predicted))
    below = graph.out_of(inner)["output"]
    assert graph.into(node) == {"output": (outer.seq, None), "same": (below, "object")}
    assert graph.nodes[node].digest == graph.nodes[below].digest


def test_one_object_in_two_calls_is_one_node(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    LogisticRegression().fit_sync(features, labels)
    StandardScaler().fit_sync(features)
    graph = read()
    first, second = graph.calls("fit")
    assert graph.into(first)["X"] == (graph.into(second)["X"][0], "source")
    assert graph.into(second)["X"][1] == "object"


def test_model_changed_out_of_sight_is_one_new_node(data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    model = LogisticRegression().fit_sync(features, labels)
    model.fit(features, 1 - labels)
    model.predict_sync(features)
    model.predict_sync(features)
    graph = read()
    first, second = (graph.into(call)["model"] for call in graph.calls("predict"))
    assert first == second


def test_many_views_of_one_array(data: Any, read: Callable[[], Graph]) -> None:
    features, _ = data
    StandardScaler().fit_sync(features)
    whole = seq_of(mltrack.ref(features))
    for row in range(100):
        StandardScaler().fit_sync(features[row : row + 50])
    graph = read()
    for call in graph.calls("fit")[1:]:
        assert graph.into(graph.into(call)["X"][0]) == {"from": (whole, "view")}


@pytest.mark.parametrize("gone", [False, True])
def test_prediction_put_beside_its_inputs(gone: bool, data: Any, read: Callable[[], Graph]) -> None:
    features, labels = data
    frame = pd.DataFrame(features, columns=list("abcd"))
    model = LogisticRegression().fit_sync(frame, labels)
    before = seq_of(mltrack.ref(frame))
    chances = model.predict_proba_sync(frame)
    made = seq_of(mltrack.ref(chances))
    frame["p"] = chances[:, 1]
    if gone:
        frame = frame[frame["a"] > 0].reset_index(drop=True)
        frame["q"] = LogisticRegression().fit(frame, np.arange(len(frame)) % 2).predict_proba(frame)[:, 1]
    else:
        assert seq_of(mltrack.active_run().log_dataset(frame)) == seq_of(mltrack.ref(frame))
    DecisionTreeClassifier().fit_sync(frame, np.arange(len(frame)) % 2)
    graph = read()
    sources = graph.sources(graph.into(graph.calls("fit")[1])["X"][0])
    if gone:  # neither the rows nor the values are those of the prediction any more
        assert {(src, via.partition(":")[0]) for src, _, via in sources} == {(before, "frame")}
    else:
        assert sources == {(before, "from", "edited"), (made, "from", "columns 1/5")}


def test_frame_known_only_through_its_links(file: Path, run: mltrack.Run, read: Callable[[], Graph]) -> None:
    table = mltrack.read_csv_sync(file)
    clean = table.dropna()
    query = run.tracker.query()
    assert [node.ref for node in query.ancestors(clean)] == [node.ref for node in query.ancestors(table)]
    assert query.node(clean) == query.node(table)
    assert mltrack.ref(clean) is None  # asking records nothing
    run.log_metric("rows", len(clean), subject=clean)
    run.set_tag("clean", "yes", clean)
    (file.parent / "plot.txt").write_text("a plot")
    plot = run.log_artifact(file.parent / "plot.txt", sources=[clean])
    summary = run.log_dataset(clean.describe(), name="summary", sources=(clean,))
    graph = read()
    node = seq_of(mltrack.ref(clean))
    assert graph.into(node) == {"from": (seq_of(mltrack.ref(table)), "frame:dropna")}
    assert graph.into(plot.seq) == graph.into(summary.seq) == {"from": (node, "declared")}
    assert query.node(clean).metrics == {"rows": len(clean)} and query.node(clean).tags == {"clean": "yes"}


def test_question_about_a_frame_of_several_origins(file: Path, run: mltrack.Run) -> None:
    left, right = mltrack.read_csv_sync(file), mltrack.read_csv_sync(file, usecols=["a", "c"])
    with pytest.raises(mltrack.errors.AmbiguousError, match="log_dataset") as caught:
        run.tracker.query().ancestors(pd.concat([left, right]))
    assert str(mltrack.ref(left)) in str(caught.value) and str(mltrack.ref(right)) in str(caught.value)
    view = np.arange(30.0).reshape(10, 3) ** 2
    run.log_dataset(view)
    assert run.tracker.query().node(view[2:]) == run.tracker.query().node(view)
