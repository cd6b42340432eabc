"""ModelDB's client on top of mltrack: the syncer, its light API, its files and the functions beside it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

import mltrack
from graph import Graph
from mltrack import _recorder
from mltrack.compat.modeldb import (
    Dataset,
    DefaultExperiment,
    ExistingExperiment,
    ExistingExperimentRun,
    ExistingProject,
    Model,
    ModelConfig,
    ModelMetrics,
    NewExperimentRun,
    NewOrExistingExperiment,
    NewOrExistingProject,
    SyncableMetrics,
    SyncableRandomSplit,
    Syncer,
    ThriftConfig,
    VersioningConfig,
)


@pytest.fixture
def syncer(here):
    return Syncer.create_syncer("light", "ada", "by hand")


def test_errors_are_those_of_the_plain_call(syncer, store):
    with pytest.raises(ValueError) as plain:
        accuracy_score([1, 2], [1])
    with pytest.raises(ValueError) as recorded:
        SyncableMetrics.compute_metrics(LogisticRegression(), accuracy_score, [1, 2], [1], None, "", "")
    assert str(recorded.value) == str(plain.value)
    (call,) = Graph(store, syncer.run.uid).calls("metric")
    assert (call.status, call.error_type) == ("failed", "ValueError")


def test_a_failure_of_tracking_is_told_and_the_result_stays(syncer, monkeypatch):
    def broken(*_given, **_options):
        raise OSError("no room")

    monkeypatch.delenv("MLTRACK_STRICT")
    monkeypatch.setattr(_recorder, "open_call", broken)
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    with pytest.warns(mltrack.TrackingWarning, match="no room") as told:
        assert SyncableMetrics.compute_metrics(LogisticRegression(), accuracy_score, [1, 2], [1, 3], None) == 0.5
        (first, second), _ = SyncableRandomSplit.random_split(frame, [1, 1], 0)
    assert len(first) + len(second) == 2
    assert {warning.filename for warning in told} == {__file__}


def test_nothing_is_recorded_when_switched_off(here, store, monkeypatch):
    monkeypatch.setenv("MLTRACK_DISABLE", "1")
    syncer = Syncer(ExistingProject("p"), ExistingExperiment("e"), NewExperimentRun())
    model = LogisticRegression().fit_sync([[0.0], [1.0]], [0, 1])
    syncer.add_tag(model, "model")
    syncer.sync_datasets({"train": Dataset("penguins.csv")})
    syncer.sync_model("train", ModelConfig("NN", {"a": 1}), Model("NN", "net", "penguins.csv"))
    assert SyncableMetrics.compute_metrics(model, accuracy_score, [0, 1], model.predict([[0.0], [1.0]]), None) == 1
    assert len(SyncableRandomSplit.random_split(list(range(9)), [1, 1], 0)[0]) == 2
    syncer.sync()
    assert not store.exists()


def test_random_split_holds_every_row_once(syncer, store):
    X = pd.DataFrame({"a": np.arange(1000.0) ** 2, "b": np.arange(1000)})
    np.random.seed(7)
    state = np.random.get_state()[1].tolist()
    parts, targets = SyncableRandomSplit.random_split(X, [3, 1, 1], 42, y=X["b"].to_numpy())
    assert np.random.get_state()[1].tolist() == state
    assert sorted(pd.concat(parts)["b"]) == list(range(1000))
    assert all((part["b"].to_numpy() == target).all() for part, target in zip(parts, targets, strict=True))
    assert 550 < len(parts[0]) < 650 and 150 < len(parts[1]) < 250
    again, none = SyncableRandomSplit.random_split(X, [3, 1, 1], 42)
    assert all(one.equals(other) for one, other in zip(parts, again, strict=True)) and none == [None] * 3
    first, second = Graph(store, syncer.run.uid).calls("split")
    graph = Graph(store, syncer.run.uid)
    assert set(graph.out_of(first)) == {f"{slot}[{part}]" for slot in "Xy" for part in range(3)}
    assert set(graph.into(second)) == {"X"}
    assert graph.params(first)["seed"] == 42


def test_two_parts_are_those_of_modeldb(syncer):
    drawn = np.random.RandomState(3).rand(50)
    (first, second), _ = SyncableRandomSplit.random_split(np.arange(50), [0.7, 0.3], 3)
    assert first.tolist() == np.flatnonzero(drawn <= 0.7).tolist()
    assert second.tolist() == np.flatnonzero(drawn > 0.7).tolist()


@pytest.mark.parametrize(
    ("weights", "y", "said"),
    [([], None, "[]"), ([0.5, -1], None, "-1"), ([0, 0], None, "more than 0"), ([1, 1], [1], "3 rows and y has 1")],
)
def test_random_split_refuses(syncer, weights, y, said):
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        SyncableRandomSplit.random_split([1, 2, 3], weights, 0, y)


def test_folds_of_scripts_that_knew_them_from_the_start():
    from mltrack.compat.modeldb.cross_validation import KFold, StratifiedKFold

    folds = KFold(10, n_folds=5, random_state=1)
    assert len(folds) == 5 and sorted(row for _, test in folds for row in test) == list(range(10))
    assert [train.tolist() for train, _ in folds] == [train.tolist() for train, _ in folds]
    classes = np.array([0] * 8 + [1] * 4)
    assert [classes[test].sum() for _, test in StratifiedKFold(classes, n_folds=4)] == [1] * 4
    shuffled = [test.tolist() for _, test in KFold(10, n_folds=5, shuffle=True, random_state=1)]
    assert shuffled == [test.tolist() for _, test in KFold(10, n_folds=5, shuffle=True, random_state=1)]
    assert shuffled != [test.tolist() for _, test in folds]


def test_light_api(syncer, store):
    datasets = {
        "train": Dataset("penguins.csv", {"num_cols": 8, "dist": "random"}),
        "test": Dataset("https://user:s3same@example.org/test.csv?token=s3same"),
    }
    Path("model.bin").write_bytes(b"weights")
    saved = Model("NN", "net one", "model.bin", tag="first")
    elsewhere = Model("NN", "net two", "/models/net-two")
    syncer.sync_datasets(datasets)
    for model, width in ((saved, 10), (elsewhere, 20)):
        syncer.sync_model("train", ModelConfig("NN", {"l1": width, "layers": [1, 2]}), model)
        syncer.sync_metrics("test", model, ModelMetrics({"accuracy": width / 25}))
    syncer.sync()

    q = mltrack.query(store)
    first, second = q.models(order_by="name")
    assert (first.type, first.name, first.tags, first.metrics) == ("NN", "net one", {"tag": "first"}, {"accuracy": 0.4})
    assert (second.tags, second.metrics) == ({"path": "/models/net-two"}, {"accuracy": 0.8})
    (file,) = (node for node in q.ancestors(first) if node.kind == "artifact")
    assert (file.name, file.tags) == ("penguins.csv", {"tag": "train", "num_cols": "8", "dist": "random"})
    assert [call.params for call in q.calls(where="op = 'fit'", order_by="started")] == [
        {"l1": 10, "layers": [1, 2]},
        {"l1": 20, "layers": [1, 2]},
    ]
    assert [node.name for node in q.descendants(first) if node.kind == "artifact"] == ["model.bin"]
    assert "https://example.org/test.csv" in {node.name for node in q.artifacts()}
    assert b"s3same" not in store.read_bytes()
    assert syncer.get_modeldb_id_for_object(saved) == first.ref
    assert syncer.get_modeldb_id_for_object(object()) == -1


def test_a_live_estimator_in_the_light_api(syncer, store):
    fitted = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    syncer.sync_datasets(Dataset("penguins.csv"))
    syncer.sync_model("default", ModelConfig("logistic", {"C": 1.0}), Model("logistic", fitted))
    node = mltrack.query(store).node(fitted)
    assert node.type == "sklearn.linear_model.LogisticRegression" and node.digest == mltrack.digest(fitted)


def test_a_model_that_was_never_synced_has_its_metrics(syncer, store):
    model = Model("NN", "net")
    syncer.sync_datasets({"default": Dataset("penguins.csv")})
    syncer.sync_metrics("default", model, ModelMetrics({"loss": 0.5}))
    (node,) = mltrack.query(store).models()
    assert (node.type, node.metrics) == ("NN", {"loss": 0.5})


def test_an_unknown_tag_is_told(syncer, store):
    with pytest.warns(UserWarning, match="no dataset has the tag 'train', there is no dataset") as told:
        syncer.sync_model("train", ModelConfig("NN", {}), Model("NN", "net"))
    assert told[0].filename == __file__
    syncer.sync_datasets({"default": Dataset("penguins.csv")})
    with pytest.warns(UserWarning, match="there is 'default'; 'default' is recorded"):
        syncer.sync_metrics("tset", Model("NN", "net"), ModelMetrics({"loss": 1.0}))


DOCUMENT = {
    "DATASETS": [
        {"FILENAME": "penguins.csv", "TAG": "train", "METADATA": {"source": "Palmer"}},
        {"FILENAME": "/data/test.csv", "TAG": "test"},
    ],
    "MODEL": {
        "TYPE": "NN",
        "NAME": "net",
        "TAG": "train",
        "PATH": "/models/net",
        "CONFIG": {"l1": 10, "activation": "relu"},
        "METRICS": [{"TYPE": "accuracy", "VALUE": 0.8}, {"TYPE": "loss", "VALUE": 1}],
        "FRAMEWORK": "by hand",
    },
}
YAML = """
DATASETS:
  - {FILENAME: penguins.csv, TAG: train, METADATA: {source: Palmer}}
  - {FILENAME: /data/test.csv, TAG: test}
MODEL:
  TYPE: NN
  NAME: net
  TAG: train
  PATH: /models/net
  CONFIG: {l1: 10, activation: relu}
  METRICS:
    - {TYPE: accuracy, VALUE: 0.8}
    - {TYPE: loss, VALUE: 1}
  FRAMEWORK: by hand
"""


@pytest.mark.parametrize(("name", "text"), [("all.json", json.dumps(DOCUMENT)), ("all.yaml", YAML)])
def test_sync_all(syncer, store, name, text):
    Path(name).write_text(text)
    syncer.sync_all(name)
    syncer.sync()
    q = mltrack.query(store)
    (model,) = q.models()
    assert (model.type, model.name, model.metrics) == ("NN", "net", {"accuracy": 0.8, "loss": 1.0})
    assert model.tags == {"tag": "train", "path": "/models/net", "FRAMEWORK": "by hand"}
    (call,) = q.calls()
    assert (call.op, call.params) == ("fit", {"l1": 10, "activation": "relu"})
    assert [node.name for node in q.ancestors(model) if node.kind == "artifact"] == ["penguins.csv"]
    assert {node.name for node in q.artifacts()} == {"penguins.csv", "/data/test.csv"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MODEL: {", "is not JSON"),
        ("[1]", "holds a list"),
        ('{"MODEL": {}}', "has no 'DATASETS'"),
        ('{"DATASETS": 3, "MODEL": {}}', "'DATASETS' in 'all.json' is int"),
        ('{"DATASETS": [{}], "MODEL": {}}', "a dataset has no 'FILENAME'"),
        ('{"DATASETS": [], "MODEL": {"TYPE": "NN"}}', "'MODEL' has no 'CONFIG'"),
        ('{"DATASETS": [], "MODEL": {"TYPE": "NN", "CONFIG": {}, "METRICS": [{"TYPE": "a"}]}}', "has no 'VALUE'"),
    ],
)
def test_sync_all_says_what_a_file_lacks(syncer, text, said):
    Path("all.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        syncer.sync_all("all.json")


def test_yaml_without_pyyaml(python, tmp_path):
    (tmp_path / "all.yaml").write_text(YAML)
    program = f"""
import sys
sys.modules["yaml"] = None
from mltrack.compat.modeldb import Syncer
try:
    Syncer.create_syncer("p", "ada").sync_all({str(tmp_path / "all.yaml")!r})
except ImportError as error:
    print(error)
"""
    assert "takes PyYAML, which is not installed" in python(program).stdout


def test_from_a_configuration(here):
    configuration = {
        "thrift": {"host": "localhost", "port": 6543},
        "project": {"name": "a/b", "author": "ada", "description": "from a file"},
        "experiment": {"name": "first", "description": "of many"},
        "git": {"username": "default", "accessToken": "secret"},
    }
    Path("syncer.json").write_text(json.dumps(configuration))
    syncer = Syncer.create_syncer_from_config(sha="4f2c9d1")
    assert (syncer.run.project, syncer.run.experiment) == ("a-b", "first")
    assert syncer.run.node().tags == {
        "author": "ada",
        "project_description": "from a file",
        "experiment_description": "of many",
        "sha": "4f2c9d1",
    }
    Path("bare.json").write_text('{"project": {"name": "bare"}}')
    assert Syncer.create_syncer_from_config("bare.json").experiment.id == "bare/default"
    Path("none.json").write_text('{"thrift": {}}')
    with pytest.raises(ValueError, match=r"has no 'project' in 'none\.json'"):
        Syncer.create_syncer_from_config("none.json")


def test_existing_project_and_experiment(here):
    first = Syncer(NewOrExistingProject("p", "ada", ""), NewOrExistingExperiment("e"), NewExperimentRun())
    second = Syncer(ExistingProject(first.project.id), ExistingExperiment(first.experiment.id), NewExperimentRun())
    assert (second.project, second.experiment) == (first.project, first.experiment)
    assert second.experiment_run != first.experiment_run
    assert Syncer(ExistingProject("p"), ExistingExperiment("e"), NewExperimentRun()).experiment == first.experiment
    with pytest.raises(mltrack.errors.NotFoundError, match="no project 'q'; it has 'p'"):
        Syncer(ExistingProject("q"), DefaultExperiment(), NewExperimentRun())
    with pytest.raises(mltrack.errors.NotFoundError, match="no experiment 'f'; it has 'e'"):
        Syncer(ExistingProject("p"), ExistingExperiment("f"), NewExperimentRun())


def test_existing_run(here, store):
    first = Syncer.create_syncer("p", "ada")
    uid = first.experiment_run.id
    assert Syncer.create_syncer_for_experiment_run(uid, "localhost", 6543).experiment_run.id == uid
    first.closeThriftClient()
    assert first.run.status == "finished"
    later = Syncer(None, None, ExistingExperimentRun(uid))
    assert later.experiment_run.id != uid and later.project == first.project
    with pytest.raises(mltrack.errors.NotFoundError):
        Syncer.create_syncer_for_experiment_run(17)
    with pytest.raises(mltrack.errors.NotFoundError, match="'p' is a project"):
        Syncer.create_syncer_for_experiment_run("p")


def test_a_syncer_says_what_it_lacks(here):
    with pytest.raises(ValueError, match="experiment_config must not be None"):
        Syncer(NewOrExistingProject("p"), None, NewExperimentRun())


def test_the_newest_syncer_is_the_instance_and_records(here, store):
    old = Syncer.create_syncer("old", "ada")
    new = Syncer(NewOrExistingProject("new"), DefaultExperiment(), NewExperimentRun(), ThriftConfig("nowhere", 1))
    assert Syncer.instance is new
    LogisticRegression().fit_sync([[0.0], [1.0]], [0, 1])
    assert len(Graph(store, new.run.uid).calls()) == 1 and Graph(store, old.run.uid).calls() == []


def test_a_tag_follows_its_model(syncer, store):
    model = LogisticRegression()
    syncer.add_tag(model, "twice")
    refs = []
    for target in ([0, 1], [1, 0]):
        refs.append(mltrack.ref(model.fit_sync([[0.0], [1.0]], target)))
        syncer.sync()
    assert [mltrack.query(store).node(ref).tags for ref in refs] == [{"tag": "twice"}] * 2


def test_a_tag_needs_neither_sync_nor_the_object(python, store):
    program = """
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *
syncer = Syncer.create_syncer("p", "ada")
def train():
    model = LogisticRegression()
    syncer.add_tag(model, "gone by then")
    model.fit_sync([[0.0], [1.0]], [0, 1])
train()
"""
    python(program, MLTRACK_STRICT="1")
    (model,) = mltrack.query(store).models()
    assert model.tags == {"tag": "gone by then"}
    (run,) = mltrack.query(store).runs()
    assert run.status == "finished"


def test_the_light_api_loads_no_science_package(python):
    program = """
import sys
from mltrack.compat.modeldb.basic import *
from mltrack.compat.modeldb.basic.Structs import Model
from mltrack.compat.modeldb.basic.ModelDbSyncerBase import *
Syncer.create_syncer("p", "ada").sync_datasets({"train": Dataset("nowhere.csv")})
print(sorted({name.partition(".")[0] for name in sys.modules} & {"numpy", "pandas", "sklearn", "yaml"}))
"""
    assert python(program).stdout == "[]\n"


def test_every_door_of_v1_opens(python):
    program = """
from mltrack.compat.modeldb import *
from mltrack.compat.modeldb.sklearn_native import *
assert SyncableMetrics.compute_metrics and SyncableRandomSplit.random_split and cross_validation.KFold
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *
names = "np pd sklearn datasets linear_model cross_validation Pipeline GridSearchCV LabelEncoder SVC Syncer"
assert all(name in globals() for name in names.split())
assert pd.read_csv_sync and pd.DataFrame.drop_sync
assert cross_validation.cross_val_score_sync and cross_validation.train_test_split_sync
"""
    python(program)


def test_an_access_token_is_not_shown():
    assert "secret" not in repr(VersioningConfig("ada", "repo", "secret", "out", "in"))
