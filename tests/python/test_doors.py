"""Opening stores, starting runs, and what a run can be told."""

from __future__ import annotations

import os
import sqlite3

import numpy as np
import pytest

import mltrack
from mltrack import errors


def test_open_creates_and_shares(tmp_path):
    path = tmp_path / "a.db"
    one, two = mltrack.open(path), mltrack.open(str(path))
    assert one.path == two.path == os.fspath(path)
    run = one.start_run("p")
    assert [node.ref for node in two.query().runs()] == [one.query().node(run).ref]
    run.finish()


def test_default_store_is_the_environments(store):
    assert not store.exists()
    with mltrack.start_run("p"):
        assert store.exists()
    assert mltrack.open().path == os.fspath(store)


def test_default_store_is_the_nearest_upward(tmp_path, monkeypatch):
    monkeypatch.delenv("MLTRACK_STORE")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    mltrack.open(tmp_path / "a" / "mltrack.db").close()
    monkeypatch.chdir(inner)
    assert mltrack.open().path == os.fspath(tmp_path / "a" / "mltrack.db")


def test_start_run_takes_a_path_or_a_tracker(tmp_path):
    with mltrack.start_run("p", store=tmp_path / "x.db") as run:
        assert run.tracker.path == os.fspath(tmp_path / "x.db")
    tracker = mltrack.open(tmp_path / "y.db")
    with mltrack.start_run("p", store=tracker) as run:
        assert run.tracker is tracker


def test_a_store_is_a_context(tmp_path):
    with mltrack.open(tmp_path / "a.db") as tracker:
        tracker.start_run("p").finish()
    with pytest.raises(errors.WrongStateError):
        tracker.start_run("p")


def test_read_only(tmp_path):
    path = tmp_path / "a.db"
    mltrack.open(path).close()
    tracker = mltrack.open(path, read_only=True)
    assert tracker.read_only
    with pytest.raises(PermissionError) as caught:
        tracker.start_run("p")
    assert isinstance(caught.value, mltrack.Error)
    assert caught.value.code == "read_only"


@pytest.mark.parametrize("content", [b"", b"not a database, just some text that is long enough" * 100])
def test_foreign_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"other\.db"):
        mltrack.open(path)
    assert path.read_bytes() == content


def test_missing_store_for_questions(tmp_path):
    with pytest.raises(LookupError, match=r"none\.db"):
        mltrack.query(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_bad_options_name_the_good_ones(tmp_path, run):
    with pytest.raises(ValueError, match="normal or full"):
        mltrack.open(tmp_path / "a.db", durability="sometimes")
    with pytest.raises(ValueError, match="finished, failed or interrupted"):
        run.finish("done")
    with pytest.raises(ValueError, match="dataset"):
        mltrack._core.Flow("X", kind="spec")


def test_every_error_is_what_its_users_expect():
    expected = {
        "invalid_argument": ValueError,
        "not_found": LookupError,
        "ambiguous": ValueError,
        "bad_filter": ValueError,
        "not_a_store": OSError,
        "damaged": OSError,
        "too_new": OSError,
        "read_only": PermissionError,
        "busy": TimeoutError,
        "wrong_state": RuntimeError,
        "io": OSError,
    }
    assert expected.keys() == errors.BY_CODE.keys()
    for code, kind in expected.items():
        assert issubclass(errors.BY_CODE[code], kind)
        assert issubclass(errors.BY_CODE[code], mltrack.Error)


def test_run_says_what_it_is(run):
    assert (run.project, run.experiment, run.status) == ("project", "experiment", "running")
    assert run.uid.startswith(str(run.ref).partition(":")[0])
    assert run.ref.seq == 0
    assert run.name
    assert "project/experiment" in repr(run)
    with mltrack.start_run("p", name="mine", tags={"level": 3}) as named:
        assert named.name == "mine"
    assert named.node().tags == {"level": "3"}
    assert named.node().status == "finished"


def test_run_parameters(run):
    run.log_params({"C": 1.0, "kernel": "rbf"})
    run.log_param("C", 1.0)
    with pytest.raises(ValueError, match="C"):
        run.log_param("C", 2.0)
    assert run.node().params == {"C": 1.0, "kernel": "rbf"}


def test_metrics_and_their_series(run):
    query = run.tracker.query()
    for value in (0.5, 0.25):
        run.log_metric("loss", value)
    run.log_metric("loss", 0.125, 10)
    run.log_metrics({"accuracy": np.float32(0.5), "n": np.int64(3)}, step=np.int64(1))
    assert run.node().metrics == {"loss": 0.125, "accuracy": 0.5, "n": 3.0}
    assert [(point.step, point.value) for point in query.points(run, "loss")] == [(0, 0.5), (1, 0.25), (10, 0.125)]
    assert query.points(run, "loss")[0].at.tzinfo is not None


def test_metrics_of_something_about_something(run):
    train = run.log_dataset(np.random.default_rng(0).normal(size=(20, 2)), name="train")
    model = run.log_model("some.Model", name="model")
    run.log_metric("loss", 0.5, subject=model, dataset=train)
    run.log_metric("loss", 0.75, subject=model)
    node = run.tracker.query().node(model)
    assert {(metric.value, metric.dataset is None) for metric in node.metric_values} == {(0.5, False), (0.75, True)}
    run.log_metric("other", 1.0, subject=run.tracker.query().node(model))
    run.log_metric("third", 1.0, subject=f"{model.run}:{model.seq}")
    assert set(run.tracker.query().node(model).metrics) == {"loss", "other", "third"}


def test_tags_and_notes(run):
    model = run.log_model("some.Model")
    run.set_tag("stage", "first")
    run.set_tag("stage", "second")
    run.set_tag("good", True, model)
    run.log_note("looks fine", node=model, author="me")
    assert run.node().tags == {"stage": "second"}
    details = run.tracker.query().details(model)
    assert details.node.tags == {"good": "True"}
    assert [(note.text, note.author) for note in details.notes] == [("looks fine", "me")]


def test_live_objects_mean_their_nodes(run):
    array = np.random.default_rng(0).normal(size=(50, 3))
    node = run.log_dataset(array, name="train")
    assert mltrack.ref(array) == str(node)
    again = run.log_dataset(array)
    assert again == node
    run.set_tag("seen", "yes", array)
    found = run.tracker.query().node(array)
    assert (found.name, found.kind, found.rows, found.columns) == ("train", "dataset", 50, 3)
    assert found.tags == {"seen": "yes"}
    with pytest.raises(LookupError, match="never recorded"):
        run.tracker.query().node(np.zeros(3))


def test_declared_sources(run):
    raw = np.random.default_rng(0).normal(size=(50, 3))
    clean = raw - raw.mean(0)
    node = run.log_dataset(raw, name="raw")
    made = run.log_dataset(clean, name="clean", sources=(raw,))
    assert node != made
    assert raw in run.tracker.query().ancestors(clean)


def test_artifacts(run, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    node = run.log_artifact(path, media_type="text/plain")
    found = run.tracker.query().node(node)
    assert (found.kind, found.name, found.type) == ("artifact", "notes.txt", "text/plain")
    assert run.tracker.read_object(found.digest) == b"hello"
    assert run.tracker.query().node(path).digest == found.digest
    with pytest.raises(LookupError, match=r"gone\.txt"):
        run.log_artifact(tmp_path / "gone.txt")


def test_calls_begin_and_end(run):
    data = mltrack.describe(np.random.default_rng(0).normal(size=(20, 2)))
    flow = mltrack._core.Flow("X", data=data, name="train")
    call = run.begin("fit", "some.Estimator", {"C": 2.0}, [flow], name="first", source="script.py:3")
    query = run.tracker.query()
    assert query.node(call.ref).status == "running"
    model = call.end(metrics=[mltrack._core.CallMetric("loss", 0.5)], took_us=1500, overhead_us=20)
    node = query.node(call)
    assert (node.op, node.type, node.params, node.status) == ("fit", "some.Estimator", {"C": 2.0}, "finished")
    assert (node.took_us, node.overhead_us, node.source) == (1500, 20, "script.py:3")
    assert call.outputs == [model]
    assert len(call.inputs) == 1
    with pytest.raises(mltrack.Error):
        call.end()


def test_a_call_is_a_context(run):
    with run.begin("transform", "some.Scaler") as outer, run.begin("fit", "some.Step", parent=outer) as inner:
        pass
    query = run.tracker.query()
    assert query.node(inner).parent == query.node(outer).ref
    with pytest.raises(ZeroDivisionError), run.begin("fit", "some.Estimator") as broken:
        1 / 0  # noqa: B018
    found = query.node(broken)
    assert (found.status, found.error_type, found.error) == ("failed", "ZeroDivisionError", "division by zero")


def test_calls_in_one_commit(run):
    model = run.log_call("fit", "some.Estimator", {"C": 1}, took_us=10)
    found = run.tracker.query().node(model)
    assert (found.kind, found.type) == ("model", "some.Estimator")


def test_calls_of_live_objects(run):
    from sklearn.linear_model import LogisticRegression

    X = np.random.default_rng(0).normal(size=(30, 2))
    y = (X[:, 0] > 0).astype(int)
    with run.begin_fit("sklearn.linear_model.LogisticRegression", params={"C": 2.0}, inputs={"X": X, "y": y}) as fit:
        model = LogisticRegression(C=2.0).fit(X, y)
        fit.end({"model": model}, {"loss": 0.5})
    predicted = model.predict(X)
    run.log_predict(
        "sklearn.linear_model.LogisticRegression", inputs={"model": model, "X": X}, outputs={"y": predicted}
    )
    query = run.tracker.query()
    assert query.node(model).params == {"C": 2.0}
    assert run.node().metrics == {"loss": 0.5}
    assert query.node(model).digest == mltrack.digest(model)
    above = query.ancestors(predicted)
    assert X in above and y in above and model in above
    score = run.begin_score(
        "some.Model", inputs={"model": query.node(model), "X": str(run.ref)[:8] + f":{fit.inputs[0].seq}"}
    )
    assert score.inputs == [fit.outputs[0], fit.inputs[0]]
    score.fail("ValueError", "no")


def test_reads_and_transforms_in_one_commit(run, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a\n1\n")
    raw = np.random.default_rng(0).normal(size=(30, 2))
    scaled = raw / 2
    run.log_read(path, raw, function="my.reader")
    run.log_transform("my.Scaler", inputs={"X": raw}, outputs={"output": scaled})
    model = run.log_fit("my.Model", params={"C": 1}, inputs={"X": scaled}, model_digest="0" * 32)
    run.log_score("my.Model", inputs={"model": model, "X": scaled}, metrics={"accuracy": 0.5})
    above = run.tracker.query().ancestors(model)
    assert {node.name for node in above if node.kind == "artifact"} == {"data.csv"}
    assert raw in above and scaled in above
    assert run.tracker.query().node(model).metrics == {"accuracy": 0.5}


def test_batches(run):
    with run.batch() as batch:
        for i in range(1000):
            batch.log_metric("loss", 1.0 / (i + 1), step=i)
        batch.log_param("C", 1.0)
        batch.set_tag("stage", "batched")
    node = run.node()
    assert (node.params, node.tags) == ({"C": 1.0}, {"stage": "batched"})
    assert len(run.tracker.query().points(run, "loss")) == 1000


def test_a_question_sees_what_a_batch_holds(run):
    batch = run.batch()
    batch.log_metric("loss", 0.5)
    assert run.node().metrics == {"loss": 0.5}


def test_backup_is_a_closed_copy(run, tmp_path):
    run.log_param("C", 1.0)
    run.tracker.backup(tmp_path / "copy.db")
    copy = mltrack.query(tmp_path / "copy.db")
    assert copy.node(run.uid).params == {"C": 1.0}
    with pytest.raises(ValueError, match=r"copy\.db"):
        run.tracker.backup(tmp_path / "copy.db")


def test_the_file_is_plain_sqlite(run, store):
    run.log_param("C", 1.5)
    run.flush()
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as plain:
        assert plain.execute("SELECT value FROM run_param").fetchall() == [(1.5,)]


def test_hostile_names_are_data(run):
    name = "x'; DROP TABLE run; --"
    run.log_param(name, name)
    run.set_tag(name, name)
    assert run.node().params == {name: name}
    assert run.node().tags == {name: name}


@pytest.mark.parametrize("value", ["1", None])
def test_values_that_are_no_metrics(run, value):
    with pytest.raises((TypeError, ValueError)):
        run.log_metric("m", value)


def test_parts_of_a_run(tmp_path, run):
    other = mltrack.open(tmp_path / "worker.db")
    part = other.start_run("project", part_of=run.uid, part_call=1)
    part.finish()
    assert other.query().runs()[0].run == part.uid


def test_disabled_is_a_true_no_op(store, monkeypatch):
    monkeypatch.setenv("MLTRACK_DISABLE", "1")
    with mltrack.start_run("p", "e", name="n") as run:
        assert (run.project, run.experiment, run.name) == ("p", "e", "n")
        run.log_param("C", 1)
        run.log_metric("m", 0.5, subject=run)
        run.log_dataset(np.zeros(3))
        with run.begin("fit", "x") as call:
            assert call.end() is None
        with run.batch() as batch:
            batch.log_metric("m", 1)
        active = mltrack.active_run()
        assert active is run and not active.strict
        active.log_metric("m", 1)
        assert list(run.tracker.query().runs()) == []
        with run.tracker.attach("a" * 32) as attached:
            assert attached.uid == "a" * 32
    assert run.status == "finished"
    opened = mltrack.start_run("p")
    mltrack.active_run().log_metric("m", 1)
    opened.finish()
    assert mltrack.active_run() is None
    assert mltrack.import_run("{}") == ((), 0)
    assert not store.exists()


def test_disabled_writes_nothing_to_a_store_that_is_there(store, monkeypatch):
    tracker = mltrack.open(store)
    with tracker.start_run("p") as run:
        pass
    document = tracker.export_run(run)
    monkeypatch.setenv("MLTRACK_DISABLE", "1")
    with tracker.attach(run.uid) as again:
        again.log_param("C", 1)
    tracker.set_tag("key", "value", [run])
    tracker.log_note("a note", [run])
    assert tracker.import_run(document.replace(run.uid, "0" * 32)) == ((), 0)
    with mltrack.start_run("p", store=tracker) as other:
        assert [node.run for node in other.tracker.query().runs()] == [run.uid]
    assert tracker.export_run(run) == document


def test_records_in_one_commit_remember_what_they_took_and_made(run, store):
    rng = np.random.default_rng(5)
    raw, left, right, extra = (rng.normal(size=(30, 2)) for _ in range(4))
    run.log_transform("my.Splitter", inputs={"X": raw}, outputs={"left": left, "right": right})
    run.log_fit("my.Model", inputs={"X": raw})
    run.log_predict("my.Model", inputs={"X": raw}, outputs={"output": extra})
    seen = [mltrack.ref(one) for one in (raw, left, right, extra)]
    assert None not in seen and len(set(seen)) == 4
    calls = run.tracker.query().lineage(raw)
    assert sum(edge.src == calls.root.ref and edge.slot == "X" for edge in calls.edges) == 3
    assert len(run.tracker.query().datasets()) == 4


def test_outputs_beside_a_models_own_node(run):
    residuals = np.random.default_rng(6).normal(size=30)
    model = run.log_fit("my.Model", outputs={"residuals": residuals})
    assert run.tracker.query().node(model).kind == "model"
    assert run.tracker.query().node(residuals).kind == "dataset"
    again = residuals * 2
    with run.begin_fit("my.Model") as fit:
        fit.end({"residuals": again})
    assert run.tracker.query().node(again).kind == "dataset"
