"""The views of a store: what they show, that they agree with the questions, and that they look things up."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

X = np.random.default_rng(7).normal(size=(120, 3))
y = (X[:, 0] > 0).astype(int)


@pytest.fixture
def recorded(store: Path) -> mltrack.Run:
    """A run with a pipeline, a failed call, odd parameters and a metric that is no number."""
    with mltrack.start_run("project", "experiment", name="odd", strict=True) as run:
        run.log_params({"none": None, "yes": True, "large": 2**70, "nan": math.nan, "text": "a'b", "half": 0.5})
        run.log_metric("loss", math.nan)
        run.log_metric("accuracy", 0.75)
        mltrack.autolog()
        try:
            make_pipeline(StandardScaler(), LogisticRegression(C=2)).fit(X, y)
            with pytest.raises(ValueError, match="C"):
                LogisticRegression(C=-1).fit(X, y)
        finally:
            mltrack.autolog(disable=True)
    return run


def ask(store: Path, sql: str, *bound: Any) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(store)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, bound)]


def test_refs_of_views_are_refs(store: Path, recorded: mltrack.Run) -> None:
    rows = ask(store, "SELECT ref, kind, op, type FROM v_nodes")
    assert {row["kind"] for row in rows} == {"run", "call", "dataset", "model"}
    for row in rows:
        node = mltrack.query().node(row["ref"])
        assert (node.kind, node.op, node.type) == (row["kind"], row["op"], row["type"])


def test_v_runs(store: Path, recorded: mltrack.Run) -> None:
    (row,) = ask(store, "SELECT * FROM v_runs WHERE name = 'odd'")
    node = mltrack.query().node(row["ref"])
    assert row["uid"] == recorded.uid.replace("-", "")
    assert (row["project"], row["experiment"], row["status"]) == ("project", "experiment", "finished")
    assert pd.Timestamp(row["started"]) == pd.Timestamp(row["started_us"], unit="us", tz="UTC")
    assert pd.Timestamp(row["started"]) == pd.Timestamp(node.at)
    assert row["ended_us"] - row["started_us"] == row["took_us"]
    assert row["part_of"] is None


def test_v_calls_and_v_models_agree_with_the_questions(store: Path, recorded: mltrack.Run) -> None:
    calls = {mltrack.query().node(row["ref"]).ref: row for row in ask(store, "SELECT * FROM v_calls")}
    for node in mltrack.query().calls():
        row = calls.pop(node.ref)
        assert (row["op"], row["type"], row["status"]) == (node.op, node.type, node.status)
        assert (row["took_us"], row["overhead_us"], row["source"]) == (node.took_us, node.overhead_us, node.source)
        assert (row["error_type"], row["error"]) == (node.error_type, node.error)
        parent = row["parent_ref"] and mltrack.query().node(row["parent_ref"]).ref
        assert parent == node.parent
    assert not calls
    models = {mltrack.query().node(row["ref"]).ref: row for row in ask(store, "SELECT * FROM v_models")}
    assert len(models) == 3
    for node in mltrack.query().models():
        row = models.pop(node.ref)
        assert (row["type"], row["digest"], row["run_name"]) == (node.type, node.digest, "odd")
        assert (row["rows"], row["columns"]) == (120, 3)
        assert mltrack.query().node(row["call_ref"]).op in {"fit", "fit_transform"}
    assert not models


def test_v_edges_are_the_edges_of_the_lineage(store: Path, recorded: mltrack.Run) -> None:
    (pipeline,) = ask(store, "SELECT id, ref FROM v_models WHERE type LIKE '%Pipeline'")
    rows = ask(
        store,
        "WITH RECURSIVE above (id) AS (SELECT ? UNION SELECT e.src FROM above JOIN edge AS e ON e.dst = above.id)"
        " SELECT e.* FROM above JOIN v_edges AS e ON e.dst = above.id",
        pipeline["id"],
    )
    lineage = mltrack.query().ancestors(pipeline["ref"])
    short = {row["ref"]: mltrack.query().node(row["ref"]).ref for row in ask(store, "SELECT ref FROM v_nodes")}
    found = {(short[row["src_ref"]], short[row["dst_ref"]], row["slot"], row["via"]) for row in rows}
    assert found == {(edge.src, edge.dst, edge.slot, edge.via) for edge in lineage.edges}
    assert len(found) == len(rows) > 4


def test_v_params_show_every_value(store: Path, recorded: mltrack.Run) -> None:
    rows = ask(store, "SELECT name, type, value, shown FROM v_params WHERE kind = 'run'")
    assert {row["name"]: (row["type"], row["value"], row["shown"]) for row in rows} == {
        "none": ("none", None, "None"),
        "yes": ("bool", 1, "True"),
        "large": ("int", float(2**70), str(2**70)),
        "nan": ("float", None, "nan"),
        "text": ("str", "a'b", "a'b"),
        "half": ("float", 0.5, "0.5"),
    }
    fits = ask(store, "SELECT op, value FROM v_params WHERE name = 'C' AND estimator LIKE '%LogisticRegression'")
    assert sorted(row["value"] for row in fits) == [-1, 2]
    assert {row["op"] for row in fits} == {"fit"}


def test_v_metrics_show_nan(store: Path, recorded: mltrack.Run) -> None:
    rows = ask(store, "SELECT name, value, shown, subject_kind, points FROM v_metrics WHERE subject_kind = 'run'")
    assert {row["name"]: (row["value"], row["shown"]) for row in rows} == {
        "loss": (None, "nan"),
        "accuracy": (0.75, 0.75),
    }


def test_pandas_reads_the_views(store: Path, recorded: mltrack.Run) -> None:
    with closing(sqlite3.connect(store)) as connection:
        for view in ("v_runs", "v_nodes", "v_models", "v_calls", "v_edges", "v_params", "v_metrics"):
            frame = pd.read_sql(f"SELECT * FROM {view}", connection)
            assert len(frame) > 0, view
        losses = pd.read_sql("SELECT value FROM v_metrics WHERE subject_kind = 'run' ORDER BY name", connection)
    assert losses["value"].dtype == float
    assert losses["value"].isna().tolist() == [False, True]


LOOKED_UP = [
    "SELECT * FROM v_runs WHERE name = ?",
    "SELECT * FROM v_runs WHERE id = ?",
    "SELECT * FROM v_runs WHERE started_us > ?",
    "SELECT * FROM v_nodes WHERE id = ?",
    "SELECT * FROM v_models WHERE id = ?",
    "SELECT * FROM v_models WHERE type = ?",
    "SELECT * FROM v_models WHERE run_name = ?",
    "SELECT * FROM v_calls WHERE id = ?",
    "SELECT * FROM v_calls WHERE parent = ?",
    "SELECT * FROM v_edges WHERE dst = ?",
    "SELECT * FROM v_edges WHERE src = ?",
    "SELECT * FROM v_params WHERE node = ?",
    "SELECT * FROM v_params WHERE name = ?",
    "SELECT * FROM v_metrics WHERE name = ?",
    "SELECT * FROM v_metrics WHERE name = 'accuracy' AND value > ?",
    "SELECT * FROM v_metrics WHERE subject = ?",
]


@pytest.mark.parametrize("sql", LOOKED_UP)
def test_a_condition_is_looked_up(store: Path, recorded: mltrack.Run, sql: str) -> None:
    plan = [row["detail"] for row in ask(store, f"EXPLAIN QUERY PLAN {sql}", 1)]
    assert any(step.startswith("SEARCH") for step in plan)
    assert [step for step in plan if step.startswith(("SCAN", "MATERIALIZE"))] == []
