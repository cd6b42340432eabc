"""Questions and their answers."""

from __future__ import annotations

import copy
import datetime
import os
import sqlite3

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack import _core


def flow(slot, seed, **extra):
    data = mltrack.describe(np.random.default_rng(seed).normal(size=(20, 2)))
    return _core.Flow(slot, data=data, **extra)


@pytest.fixture
def graph(store, tmp_path):
    """A file that is read, scaled and fitted, with a prediction; and a second model of the same data."""
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n")
    made = {"path": path}
    with mltrack.start_run("penguins", "baseline", name="first", tags={"stage": "test"}) as run:
        sha256, size = _core.digest_file(path)
        file = _core.Flow(
            "file", kind="artifact", name="data.csv", digest=sha256, size_bytes=size, location=os.fspath(path)
        )
        read = run.begin("read", "pandas.read_csv", inputs=[file])
        made["frame"] = read.end([flow("output", 1, name="frame")])
        made["file"] = read.inputs[0]
        scale = run.begin("transform", "some.Scaler", inputs=[_core.Flow("X", node=made["frame"])])
        made["scaled"] = scale.end([flow("output", 2)])
        fit = run.begin("fit", "some.Model", {"C": 2.0, "clf__gamma": 0.5}, [_core.Flow("X", node=made["scaled"])])
        made["model"] = fit.end()
        made["fit"] = fit.ref
        predict = run.begin(
            "predict",
            "some.Model",
            inputs=[_core.Flow("model", node=made["model"], kind="model"), _core.Flow("X", node=made["scaled"])],
        )
        made["prediction"] = predict.end([flow("output", 3)])
        other = run.begin("fit", "other.Model", {"C": 8.0}, [_core.Flow("X", node=made["scaled"])])
        made["other"] = other.end()
        run.log_metric("accuracy", 0.75, subject=made["model"], dataset=made["scaled"])
        run.log_metric("accuracy", 0.5, subject=made["other"])
        run.log_param("seed", 7)
        made["run"] = run
    made["query"] = mltrack.query(store)
    return made


def test_listings(graph):
    query = graph["query"]
    assert [node.ref for node in query.projects()] == ["penguins"]
    assert [node.ref for node in query.experiments()] == ["penguins/baseline"]
    (run,) = query.runs()
    assert (run.name, run.status, run.run) == ("first", "finished", graph["run"].uid)
    assert run.params == {"seed": 7}
    assert run.tags == {"stage": "test"}
    assert {node.type for node in query.models()} == {"some.Model", "other.Model"}
    assert {node.op for node in query.calls()} == {"read", "transform", "fit", "predict"}
    assert len(query.datasets()) == 3
    assert [node.name for node in query.artifacts()] == ["data.csv"]


def test_filters_order_and_limits(graph):
    query = graph["query"]
    assert [node.type for node in query.models(where="params.C > 4")] == ["other.Model"]
    assert [node.type for node in query.models(where="params.gamma = 0.5")] == ["some.Model"]
    assert [node.type for node in query.models(where="metrics.accuracy >= 0.75")] == ["some.Model"]
    assert [node.type for node in query.models(order_by="params.C")] == ["some.Model", "other.Model"]
    assert [node.type for node in query.models(order_by="params.C desc", limit=1)] == ["other.Model"]
    assert len(query.models(where=f"derived_from('{graph['path']}')")) == 2
    with pytest.raises(TypeError):
        query.models("params.C > 4")


def test_a_bad_filter_points_at_the_column(graph):
    with pytest.raises(ValueError, match=r"\^|column") as caught:
        graph["query"].models(where="params.C >> 4")
    assert isinstance(caught.value, mltrack.errors.BadFilterError)


def test_a_node_has_the_fields_of_the_design(graph):
    node = graph["query"].node(graph["frame"])
    assert (node.kind, node.op, node.name, node.rows, node.columns) == ("dataset", None, "frame", 20, 2)
    assert node.type == "float"
    assert node.run == graph["run"].uid
    assert len(node.digest) == 32
    assert node.at.tzinfo is datetime.timezone.utc
    assert abs((datetime.datetime.now(datetime.timezone.utc) - node.at).total_seconds()) < 60
    model = graph["query"].node(graph["model"])
    assert model.metrics == {"accuracy": 0.75}
    (metric,) = model.metric_values
    assert (metric.name, metric.value, metric.dataset) == ("accuracy", 0.75, graph["query"].node(graph["scaled"]).ref)
    assert model.params == {"C": 2.0, "clf__gamma": 0.5}


def test_nodes_are_frozen(graph):
    node = graph["query"].node(graph["frame"])
    with pytest.raises(AttributeError):
        node.name = "other"
    node.params["C"] = 3
    assert node.params == {}


def test_representations_say_what_matters(graph):
    query = graph["query"]
    assert repr(query.node(graph["frame"])) == f"<dataset {query.node(graph['frame']).ref} float frame 20 x 2>"
    fit = repr(query.node(graph["fit"]))
    assert "call" in fit and "fit" in fit and "some.Model" in fit and "finished" in fit
    assert "2 nodes" in repr(query.models())
    assert "nodes" in repr(query.ancestors(graph["model"]))


def test_closures(graph):
    query = graph["query"]
    up = query.ancestors(graph["prediction"])
    assert {node.name for node in up if node.kind == "artifact"} == {"data.csv"}
    assert graph["model"] in up and graph["file"] in up and graph["frame"] in up
    assert graph["other"] not in up
    assert graph["prediction"] not in up
    assert up.root.ref == query.node(graph["prediction"]).ref
    refs = [up.root.ref, *(node.ref for node in up)]
    assert all(edge.src in refs and edge.dst in refs for edge in up.edges)
    assert {edge.slot for edge in up.edges} >= {"X", "model", "file"}
    down = query.descendants(graph["frame"])
    assert graph["prediction"] in down and graph["other"] in down and graph["file"] not in down
    both = query.lineage(graph["scaled"])
    assert graph["file"] in both and graph["prediction"] in both
    assert len(query.ancestors(graph["prediction"], depth=1)) == 1


def test_lineage_is_in_topological_order(graph):
    lineage = graph["query"].descendants(graph["file"])
    position = {node.ref: i for i, node in enumerate(lineage)}
    assert all(position[e.src] < position[e.dst] for e in lineage.edges if e.src in position and e.dst in position)


@pytest.mark.parametrize("kind", ["text", "handle", "node", "path", "string path", "digest", "long uid"])
def test_every_kind_of_reference(graph, kind):
    query = graph["query"]
    frame, file = graph["frame"], graph["file"]
    node = query.node(file if "path" in kind else frame)
    reference = {
        "text": node.ref,
        "handle": frame,
        "node": node,
        "path": graph["path"],
        "string path": os.fspath(graph["path"]),
        "digest": node.digest[:12],
        "long uid": f"{frame.run}:{frame.seq}",
    }[kind]
    assert query.node(reference) == node
    assert graph["prediction"] in query.descendants(reference)


def test_runs_and_calls_as_references(graph):
    query, run = graph["query"], graph["run"]
    for reference in (run, run.ref, run.uid, run.uid[:8], query.runs()[0]):
        assert query.node(reference).kind == "run"
        assert graph["model"] in query.descendants(reference)
    assert query.node("penguins/baseline").kind == "experiment"
    assert query.node("penguins").kind == "project"


def test_a_live_object_as_a_reference(store):
    with mltrack.start_run("p") as run:
        array = np.random.default_rng(0).normal(size=(30, 2))
        run.log_dataset(array, name="mine")
        assert run.tracker.query().node(array).name == "mine"


def test_references_that_name_nothing(graph):
    query = graph["query"]
    for reference in ("nothing", "ffffffff:1", "penguins/none", f"{graph['run'].uid}:999"):
        with pytest.raises(LookupError) as caught:
            query.node(reference)
        assert reference in str(caught.value)


def test_ambiguous_references_list_their_candidates(store):
    for _ in range(2):
        mltrack.start_run("p").finish()
    mltrack.open(store).close()
    with sqlite3.connect(store) as plain:
        plain.execute("UPDATE run SET uid = CAST(x'abcd' || substr(uid, 3) AS BLOB)")
    query = mltrack.query(store)
    with pytest.raises(mltrack.errors.AmbiguousError) as caught:
        query.node("abcd")
    assert all(node.run[:8] in str(caught.value) for node in query.runs())


def test_common_ancestor(graph):
    query = graph["query"]
    assert [node.ref for node in query.common_ancestor(graph["model"], graph["other"])] == [
        query.node(graph["scaled"]).ref
    ]


def test_compare(graph):
    comparison = graph["query"].compare(graph["model"], graph["other"])
    found = {(difference.what, difference.name): (difference.a, difference.b) for difference in comparison}
    assert found["param", "C"] == ("2.0", "8.0")
    assert found["metric", "accuracy"] == ("0.75", "0.5")
    assert len(comparison) == len(comparison.to_pandas())
    assert "param" in repr(comparison)
    assert len(graph["query"].compare(graph["model"], graph["model"])) == 0


def test_details(graph):
    details = graph["query"].details(graph["frame"])
    assert [column.type for column in details.columns] == ["float", "float"]
    assert len(details.in_edges) == 1 and len(details.out_edges) == 1
    assert graph["query"].details(graph["file"]).locations == (os.fspath(graph["path"]),)
    with pytest.raises(AttributeError):
        details.node = None


def test_tables(graph):
    models = graph["query"].models(order_by="params.C")
    assert len(models) == 2
    assert models[0] in models and models[0].ref in models
    assert models[-1].type == "other.Model"
    assert [node.type for node in models[:1]] == ["some.Model"]
    assert isinstance(models[:1], mltrack.NodeTable)
    assert models == graph["query"].models(order_by="params.C")
    assert len(set(models) | set(models)) == 2
    assert copy.copy(models) == models


def test_tables_as_frames(graph):
    frame = graph["query"].models(order_by="params.C").to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["params.C"]) == [2.0, 8.0]
    assert list(frame["metrics.accuracy"]) == [0.75, 0.5]
    assert list(frame["kind"]) == ["model", "model"]
    empty = graph["query"].models(where="params.C > 100").to_pandas()
    assert len(empty) == 0 and "ref" in empty.columns
    assert len(graph["query"].ancestors(graph["model"]).to_pandas()) == len(graph["query"].ancestors(graph["model"]))


def test_series_of_points(store):
    with mltrack.start_run("p") as run:
        model = run.log_model("some.Model")
        run.log_metric("loss", 1.0, 5, subject=model)
        run.log_metric("loss", 2.0, 5, subject=model)
        points = run.tracker.query().points(model, "loss")
    assert [(point.step, point.nth, point.value) for point in points] == [(5, 0, 1.0), (5, 1, 2.0)]


def test_one_record_as_json(graph):
    import json

    record = json.loads(graph["query"].node(graph["model"]).to_json())
    assert record["params"] == {"C": 2.0, "clf__gamma": 0.5}
    assert record["kind"] == "model"
