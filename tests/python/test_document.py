"""mltrack.run/1: runs as documents, and back without a loss."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import numpy
import pandas
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schema" / "json" / "mltrack.run-1.schema.json").read_text())
UNTOLD = {"project", "experiment", "object", "feature_list", "feature", "name"}  # told as members of others
TABLE = re.compile(r'(?:owned|on_nodes|Part|part)\(\s*"[^"]*",\s*"(\w+)"')


def validate(text: str) -> dict[str, Any]:
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def rows(store: Path) -> dict[str, list[Any]]:
    """Everything in a store."""
    with sqlite3.connect(store) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, file.execute(f"SELECT * FROM {name}"))) for name in names}


def counts(store: Path) -> dict[str, int]:
    return {name: len(found) for name, found in rows(store).items()}


@pytest.fixture
def everything(here: Path) -> mltrack.Run:
    """A run with a row in every table that a run can fill."""
    X, y = load_iris(return_X_y=True, as_frame=True)
    with mltrack.start_run("plants", "search", name="all", tags={"who": "me\x00"}, strict=True) as run:
        run.log_params({"big": 2**70, "nan": math.nan, "minus": -0.0, "text": "\ud800x", "none": None, "yes": True})
        run.log_params({"inf": -math.inf, "list": [1, math.nan, "\udc80"], "type": dict, "other": object()})
        train, test, y_train, y_test = mltrack.train_test_split_sync(X, y, random_state=0)
        search = GridSearchCV(LogisticRegression(max_iter=200), {"C": [0.1, 1.0]}, cv=2)
        model = make_pipeline(StandardScaler(), search).fit_sync(train, y_train)
        model.score_sync(test, y_test)
        run.log_model(model, format="joblib")
        run.log_artifact("penguins.csv")
        run.log_dataset(mltrack.read_csv_sync("penguins.csv").dropna(), name="penguins")
        for step, loss in enumerate([1.0, math.nan, math.inf, -0.0]):
            run.log_metric("loss", loss, step=step)
        run.log_metric("loss", 0.5, step=1)
        run.log_note("a note", author="me")
        run.set_tag("stage", 'a "quoted" one', node=model)
        scaled = StandardScaler().fit_transform_sync(X)  # before the split: a sign of leakage
        a, b, y_a, y_b = mltrack.train_test_split_sync(scaled, y, random_state=1)
        LogisticRegression().fit_sync(a, y_a).score_sync(b, y_b)
        wide = pandas.DataFrame(numpy.random.default_rng(0).normal(size=(10, 300)))
        run.log_dataset(wide.to_numpy(), name="wide")
    return run


def test_a_round_trip_loses_nothing(everything, store, tmp_path):
    text = mltrack.export_run(everything, objects=True)
    document = validate(text)
    other = tmp_path / "other.db"
    imported = mltrack.import_run(text, store=other)
    assert everything.uid in imported.runs
    assert mltrack.export_run(everything.uid, objects=True, store=other) == text
    assert imported.nodes == sum(len(run["nodes"]) for run in document["runs"])

    here, there = counts(store), counts(other)
    run_tables = set(here) - {"name", "experiment", "project", "feature_list", "feature"}
    assert {name: there[name] for name in run_tables} == {name: here[name] for name in run_tables}
    assert {name for name in run_tables if not here[name]} == set()


def test_importing_twice_changes_nothing(everything, store, tmp_path):
    text = mltrack.export_run(everything, objects=True)
    before = rows(store)
    assert mltrack.import_run(text, store=store).nodes == 0
    assert rows(store) == before
    other = tmp_path / "other.db"
    mltrack.import_run(text, store=other)
    once = rows(other)
    assert mltrack.import_run(text, store=other).nodes == 0
    assert rows(other) == once


def test_answers_are_the_same_in_the_other_store(everything, tmp_path):
    mltrack.import_run(mltrack.export_run(everything), store=tmp_path / "other.db")
    here, there = mltrack.query(), mltrack.query(tmp_path / "other.db")
    mine, theirs = here.node(everything.uid), there.node(everything.uid)
    assert str(mine.params) == str(theirs.params)
    assert mine.params["big"] == 2**70
    assert theirs.params["text"] == "\ud800x"
    assert math.copysign(1, theirs.params["minus"]) == -1
    assert math.isnan(theirs.params["nan"])
    assert mine.tags == theirs.tags
    model = here.models(where="type = 'sklearn.pipeline.Pipeline'")[0]
    again = there.models(where="type = 'sklearn.pipeline.Pipeline'")[0]
    assert [node.to_json() for node in here.lineage(model).nodes] == [n.to_json() for n in there.lineage(again).nodes]
    assert [tuple(t) for t in here.trials(here.calls(where="op = 'fit' and estimator = 'GridSearchCV'")[0])] == [
        tuple(t) for t in there.trials(there.calls(where="op = 'fit' and estimator = 'GridSearchCV'")[0])
    ]
    assert str(here.points(everything.uid, "loss")) == str(there.points(everything.uid, "loss"))


def test_stored_models_load_from_the_other_store(everything, store, tmp_path):
    other = tmp_path / "other.db"
    text = mltrack.export_run(everything)
    assert text.notes == (f"{counts(store)['object']} stored objects are left out",)
    mltrack.import_run(mltrack.export_run(everything, objects=True), store=other)
    assert not mltrack.export_run(everything, objects=True).notes
    for row in sqlite3.connect(other).execute("SELECT hex(c.digest) FROM object JOIN content c ON c.id = content"):
        sha256 = row[0].lower()
        assert mltrack.open(other).read_object(sha256) == mltrack.open(store).read_object(sha256)


def test_python_and_the_program_write_the_same(everything, store, tmp_path):
    def program(*words: str) -> str:
        done = subprocess.run(["mltrack", *words], capture_output=True, text=True, check=True)
        return done.stdout

    text = mltrack.export_run(everything)
    assert program("export", everything.uid) == text
    file = tmp_path / "run.json"
    program("export", everything.uid, "--output", str(file))
    assert file.read_text() == text
    assert program("import", str(file), "--store", str(tmp_path / "new.db")).startswith("1 run, ")
    assert mltrack.export_run(everything.uid, store=tmp_path / "new.db") == text


def test_a_table_of_the_store_is_in_the_document_or_accounted_for(store):
    mltrack.start_run().finish()
    parts = (ROOT / "libtrack" / "src" / "exchange" / "parts.cpp").read_text()
    told = set(TABLE.findall(parts))
    assert set(counts(store)) - told == UNTOLD


def test_runs_that_it_depends_on_come_with_it(here, tmp_path):
    X = numpy.random.default_rng(0).normal(size=(50, 3))
    y = X[:, 0] > 0
    with mltrack.start_run("p", "first", strict=True) as first:
        scaled = StandardScaler().fit_sync(X).transform_sync(X)
    with mltrack.start_run("p", "second", strict=True) as second:
        LogisticRegression().fit_sync(scaled, y)
    text = mltrack.export_run(second)
    assert [run["uid"] for run in validate(text)["runs"]] == [first.uid, second.uid]
    mltrack.import_run(text, store=tmp_path / "both.db")
    assert mltrack.export_run(second.uid, store=tmp_path / "both.db") == text

    alone = mltrack.export_run(second, alone=True)
    assert [run["uid"] for run in validate(alone)["runs"]] == [second.uid]
    assert alone.notes == ("1 runs that these depend on are left out; an import needs them",)
    with pytest.raises(mltrack.errors.NotFoundError, match=f"of the run {first.uid}"):
        mltrack.import_run(alone, store=tmp_path / "none.db")
    assert sum(counts(tmp_path / "none.db").values()) == 0
    mltrack.import_run(mltrack.export_run(first), store=tmp_path / "none.db")
    mltrack.import_run(alone, store=tmp_path / "none.db")
    assert mltrack.export_run(second.uid, store=tmp_path / "none.db") == text
    everything = mltrack.export_run("p")
    assert everything == text


def test_what_was_recorded_since_is_added(here, tmp_path):
    other = tmp_path / "other.db"
    with mltrack.start_run(strict=True) as run:
        run.log_metric("loss", 1.0)
        mltrack.import_run(mltrack.export_run(run), store=other)
        assert mltrack.query(other).node(run.uid).status == "running"
        StandardScaler().fit_sync([[1.0], [2.0]])
        run.log_metric("loss", 0.5)
    text = mltrack.export_run(run)
    mltrack.import_run(text, store=other)
    assert mltrack.export_run(run.uid, store=other) == text
    assert mltrack.query(other).node(run.uid).status == "finished"


def spoilt(document: dict[str, Any], path: str, value: Any) -> str:
    """The document with another value, or without one, at a place."""
    copy = json.loads(json.dumps(document))
    *above, last = path.strip("/").split("/")
    at = copy
    for key in above:
        at = at[int(key) if isinstance(at, list) else key]
    if value is None:
        del at[last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    return json.dumps(copy)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/format", "mltrack.run/2", "/format: '\"mltrack.run/2\"' is not 'mltrack.run/1'"),
        ("/extra", 1, "at its top: the member 'extra' is not known; expected format, runs"),
        ("/runs/0/uid", "x", "/runs/0/uid: '\"x\"' is not a uid"),
        ("/runs/0/status", "done", "/runs/0/status: '\"done\"' is not one of running, finished"),
        ("/runs/0/metrics/0/points", [], "the store refuses it: CHECK constraint failed: points > 0"),
        ("/runs/0/started_us", "now", "/runs/0/started_us: '\"now\"' is not an integer"),
        ("/runs/0/nodes/0/seq", None, "/runs/0/nodes/0: the member 'seq' is missing"),
        ("/runs/0/nodes/1/seq", 1, "/runs/0/nodes/1/seq: '1' is not a number above"),
        ("/runs/0/nodes/0/kind", "table", "/runs/0/nodes/0/kind: 'table' is not a kind"),
        ("/runs/0/nodes/0/content", "0" * 32, "/runs/0/nodes/0/content: .* is not the digest of a content"),
        ("/runs/0/edges/0/dst", 9999, "/runs/0/edges/0/dst: '9999' is not the number of a node of this run"),
        ("/runs/0/edges/0/src", 999, "is not a node with a smaller number"),
        ("/runs/0/edges/0/src", "penguins", "is not the number of a node, or <uid>:<number>"),
        ("/runs/0/started_us", 2**70, "/runs/0/started_us: '1180591620717411303424' is not an integer"),
        ("/runs/0/metrics/0/value", 10**400, "/runs/0/metrics/0/value: '1000.*' is not a number"),
        ("/runs/0/metrics/0/value", "big", "/runs/0/metrics/0/value: '\"big\"' is not a number"),
        ("/runs/0/params/0/type", "complex", "/runs/0/params/0/type: '\"complex\"' is not one of none, bool"),
        ("/runs/0/tags/0/key", "", "a tag needs a key"),
        ("/runs/0/project", "a/b", "/runs/0: the project name 'a/b'"),
    ],
)
def test_a_bad_document_changes_nothing_and_is_told_where(everything, tmp_path, path, value, message):
    other = tmp_path / "other.db"
    mltrack.open(other).close()
    before = rows(other)
    document = json.loads(mltrack.export_run(everything))
    bad = spoilt(document, path, value)
    with pytest.raises(mltrack.errors.InvalidArgumentError, match=message):
        mltrack.import_run(bad, store=other)
    assert rows(other) == before


def test_bytes_that_were_altered_are_refused(everything, tmp_path):
    document = json.loads(mltrack.export_run(everything, objects=True))
    digest = next(iter(document["objects"]))
    bad = spoilt(document, f"/objects/{digest}", "AAAA")
    with pytest.raises(mltrack.errors.InvalidArgumentError, match=f"/objects/{digest}: these bytes have the digest"):
        mltrack.import_run(bad, store=tmp_path / "other.db")


def test_what_is_no_document_is_refused(store):
    mltrack.open(store).close()
    for text, message in (("", "not a JSON text"), ("[]", "is not an object"), ("{}", "'format' is missing")):
        with pytest.raises(mltrack.errors.InvalidArgumentError, match=message):
            mltrack.import_run(text, store=store)
    with pytest.raises(mltrack.errors.NotFoundError, match=r"none\.json"):
        mltrack.import_run(Path("none.json"), store=store)
    with pytest.raises(mltrack.errors.NotFoundError):
        mltrack.export_run("0123abcd", store=store)
    with pytest.raises(mltrack.errors.InvalidArgumentError, match="run, openlineage and prov"):
        mltrack.export_run("0123abcd", as_="csv", store=store)


def test_two_runs_that_took_from_each_other(store, tmp_path):
    """Their nodes are placed alternately, as every source must come first."""
    first, second = mltrack.start_run("p", "a", strict=True), mltrack.start_run("p", "b", strict=True)
    rows = numpy.random.default_rng(0).normal(size=(20, 2))
    one = first.log_dataset(rows, name="one")
    two = second.log_dataset(rows + 1, name="two", sources=(one,))
    first.log_dataset(rows + 2, name="three", sources=(two,))
    for run in (first, second):
        run.finish()
    text = mltrack.export_run(second)
    assert [len(run["nodes"]) for run in validate(text)["runs"]] == [2, 1]
    mltrack.import_run(text, store=tmp_path / "other.db")
    assert mltrack.export_run(first.uid, store=tmp_path / "other.db") == text

    circle = json.loads(text)
    circle["runs"][0]["edges"][0]["dst"] = 1
    with pytest.raises(mltrack.errors.InvalidArgumentError, match="come from each other in a circle"):
        mltrack.import_run(json.dumps(circle), store=tmp_path / "third.db")
