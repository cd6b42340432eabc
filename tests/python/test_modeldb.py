"""Scripts of the kinds that came with ModelDB's client, in modeldb/, on top of mltrack."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline

import mltrack
from graph import Graph
from mltrack.compat.modeldb import Syncer

SCRIPTS = Path(__file__).with_name("modeldb")


@pytest.fixture
def play(here, store):
    """Runs a script; its variables, the questions to the store, and what is in the file."""

    def run(name):
        made = SimpleNamespace(**runpy.run_path(str(SCRIPTS / f"{name}.py")))
        made.q = mltrack.query(mltrack.open(store))
        if hasattr(made, "syncer"):
            made.graph = Graph(store, made.syncer.run.uid)
        return made

    return run


def files_of(made, obj):
    return {node.name for node in made.q.ancestors(obj) if node.kind == "artifact"}


def ops(made):
    return [(call.op, call.type.rpartition(".")[2]) for call in made.graph.calls() if call.op != "trial"]


def test_a_recorded_script_gives_what_the_plain_one_gives(play):
    plain, recorded = play("simple_plain"), play("simple")
    assert recorded.score == plain.score
    assert (recorded.model.coef_ == plain.model.coef_).all() and (recorded.y_pred == plain.y_pred).all()
    assert [run.project for run in recorded.q.runs()] == ["simple sample"]  # the plain one left none


def test_simple(play):
    made = play("simple")
    assert ops(made) == [
        ("read", "read_csv"),
        ("split", "train_test_split"),
        ("fit", "LogisticRegression"),
        ("predict", "LogisticRegression"),
        ("metric", "accuracy_score"),
    ]
    assert files_of(made, made.model) == files_of(made, made.y_pred) == {"penguins.csv"}
    assert made.q.node(made.model).metrics == {"accuracy": made.score, "n_iter": made.model.n_iter_.max()}
    tags = {"author": "ada", "project_description": "sex of a penguin", "description": "first try"}
    assert made.syncer.run.node().tags == tags
    assert (made.syncer.project.id, made.syncer.experiment.id) == ("simple sample", "simple sample/default")


def test_a_metric_is_about_the_model_on_the_frame(play):
    made = play("simple")
    (call,) = made.graph.calls("metric")
    assert set(made.graph.into(call)) == {"model", "y_true", "y_pred", "X"}
    (metric,) = made.graph.metrics
    assert metric["subject"] == int(mltrack.ref(made.model).rpartition(":")[2])
    assert metric["dataset"] == int(mltrack.ref(made.x_test).rpartition(":")[2])
    assert made.graph.params(call) == {"prediction_col": "features", "label_col": "sex"}
    script, _, line = call.source.rpartition(":")
    assert "compute_metrics" in Path(script).read_text().splitlines()[int(line) - 1]


def test_grid_search(play):
    made = play("grid_search")
    trials = made.graph.calls("trial")
    assert len(trials) == 5 * 3
    assert [call for call in ops(made) if call[1] == "SVC"] == [("fit", "SVC")]  # the refit
    assert made.q.node(made.search).metrics["precision"] == made.score
    assert mltrack.ref(made.x_test) in {node.ref for node in made.q.ancestors(made.y_pred)}


def test_search_over_a_pipeline(play):
    made = play("pipeline_search")
    assert len(made.graph.calls("trial")) == 4 * 5
    assert ("fit", "GridSearchCV") in ops(made)
    assert made.q.node(made.search).metrics == {"precision_weighted": made.search.best_score_}


def test_a_pipeline_is_fitted_once_and_its_weights_are_kept(play):
    made = play("anova")
    assert ops(made)[1:4] == [("fit", "Pipeline"), ("fit_transform", "SelectKBest"), ("fit", "SVC")]
    assert len([call for call in ops(made) if call[0].startswith("fit")]) == 3
    pipeline, _, svc = (call for call in made.graph.calls() if call.op.startswith("fit"))
    assert "svc__sample_weight" in made.graph.into(pipeline) and "sample_weight" in made.graph.into(svc)
    plain = clone(made.pipeline).fit(made.x_train, made.y_train, svc__sample_weight=made.weights)
    assert (plain[-1].dual_coef_ == made.clf.dual_coef_).all()
    assert made.q.node(made.pipeline).metrics == {"f1": made.f1, "precision": made.precision}


def test_tags_of_what_was_not_fitted_yet(play):
    made = play("anova")
    tags = {name: made.q.node(getattr(made, name)).tags for name in ("X", "x_train", "anova", "pipeline", "clf")}
    assert tags == {
        "X": {"tag": "generated"},
        "x_train": {"tag": "training data"},
        "anova": {"tag": "the filter"},
        "pipeline": {"tag": "filter and classifier"},
        "clf": {},
    }
    assert made.syncer.get_tag_for_object(made.anova) == "the filter"
    assert made.syncer.get_modeldb_id_for_object(made.pipeline) == mltrack.ref(made.pipeline)


def test_census(play):
    made = play("census")
    assert ops(made).count(("fit", "LabelEncoder")) == ops(made).count(("transform", "LabelEncoder")) == 2
    assert ops(made).count(("fit", "Pipeline")) == ops(made).count(("fit_transform", "PCA")) == 1
    assert files_of(made, made.pipe) == {"penguins.csv"}


def test_a_file_that_was_not_read_in_the_open_is_no_ancestor(play):
    made = play("label_encoding")
    assert files_of(made, made.lr) == set()
    assert made.q.node(made.lr).metrics == {
        "precision": made.precision,
        "recall": made.recall,
        "n_iter": made.lr.n_iter_.max(),
    }


def test_one_hot(play):
    made = play("one_hot")
    assert files_of(made, made.logreg) == files_of(made, made.test_pred) == {"penguins.csv"}
    assert made.q.node(made.logreg).metrics == {"accuracy": made.accuracy, "n_iter": made.logreg.n_iter_.max()}


def test_linear(play):
    made = play("linear")
    (fit,) = (call for call in made.graph.calls("fit") if call.type.endswith("LinearRegression"))
    assert "sample_weight" in made.graph.into(fit)
    plain = LinearRegression().fit(made.x_train, made.y_train, sample_weight=made.weights)
    assert (plain.coef_ == made.model.coef_).all()
    assert made.rows.format == "csr"  # as it came, never made dense
    named = [node.tags.get("tag") for node in made.q.ancestors(made.x_train) if node.kind == "dataset"]
    assert "diabetes" in named
    assert made.q.node(made.encoder).tags == {"tag": "sex"}
    assert made.q.node(made.model).tags == {"tag": "linear regression"}


def test_calibration(play):
    made = play("calibration")
    assert files_of(made, made.bag) == files_of(made, made.calibrated_proba) == {"penguins.csv"}
    assert made.q.node(made.bag).metrics == {"log_loss": made.bag_loss}
    assert made.q.node(made.calibrated).metrics == {"log_loss": made.calibrated_loss}
    tags = [node.tags["tag"] for node in made.q.ancestors(made.x_train) if "tag" in node.tags]
    assert tags == ["original", "without target"]
    assert made.syncer.experiment.name == "forests"


def test_titanic(play):
    made = play("titanic")
    fits = [call for call in made.graph.calls("fit") if call.type.endswith("LinearRegression")]
    assert len({made.graph.out_of(call)["model"] for call in fits}) == len(fits) == 3
    assert files_of(made, made.algorithm) == {"penguins.csv"}
    (validation,) = made.q.calls(where="op = 'cross_val_score'")
    assert {node.name for node in made.q.ancestors(validation) if node.kind == "artifact"} == {"penguins.csv"}
    assert [call.metrics["accuracy"] for call in made.q.calls(where="op = 'trial'", order_by="started")] == [
        *made.scores
    ]
    assert made.syncer.run.node().tags["sha"] == "4f2c9d1"


def test_iris(play):
    made = play("iris")
    assert "clean.csv" in files_of(made, made.search)
    assert made.q.node(made.all_inputs).tags == {"tag": "inputs"}
    assert made.q.node(made.tree).metrics == {"accuracy": made.score}
    assert len(made.graph.calls("trial")) == 4 + 4 * 4


def test_a_fitted_step_is_fitted_once(here):
    class Counting(TransformerMixin, BaseEstimator):
        fits = transforms = 0

        def fit(self, X, y=None):
            Counting.fits += 1
            return self

        def transform(self, X):
            Counting.transforms += 1
            return X

    Syncer.create_syncer("counts", "ada")
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    pipeline = Pipeline([("count", Counting()), ("model", LogisticRegression())])
    assert pipeline.fit_sync(X, y) is pipeline
    assert (Counting.fits, Counting.transforms) == (1, 1)
