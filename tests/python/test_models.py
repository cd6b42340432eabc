"""Models whose bytes are stored: they load as the node they were, and only when they are sound and trusted."""

from __future__ import annotations

import os
import sqlite3
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import mltrack
from mltrack import _environment, errors
from mltrack.sklearn import _stored


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 3)), columns=["age", "height", "weight"])
    return X, (X["age"] > 0).astype(int)


class Ours(ClassifierMixin, BaseEstimator):
    """An estimator that skops has never heard of."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def artifact_of(run, model_ref):
    """The stored bytes of a model."""
    (edge,) = [edge for edge in run.tracker.query().details(model_ref).out_edges if edge.slot == "dump"]
    return run.tracker.query().details(edge.dst)


@pytest.mark.parametrize(("format", "trusted"), [("skops", False), ("joblib", True)])
def test_a_model_loads_as_what_it_was(run, data, format, trusted):
    X, y = data
    model = LogisticRegression().fit_sync(X, y)
    fitted = mltrack.ref(model)
    assert str(run.log_model(model, format=format)) == fitted
    stored = artifact_of(run, fitted)
    assert stored.node.type == f"application/x-{format}"
    assert stored.node.name == f"LogisticRegression.{format}"
    assert stored.dump.format == format
    assert stored.dump.columns == 3
    assert stored.dump.inputs == [("age", "float"), ("height", "float"), ("weight", "float")]
    assert stored.dump.language == _environment.language()
    assert stored.dump.packages["numpy"] == np.__version__
    assert {"scikit-learn", format} <= stored.dump.packages.keys()

    loaded = mltrack.load_model(fitted, trusted=trusted)
    assert loaded is not model
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert mltrack.ref(loaded) == fitted
    for ref in (fitted, stored.node.ref, stored.node.digest, run.tracker.query().node(fitted).digest[:8], run, model):
        np.testing.assert_array_equal(mltrack.load_model(ref, trusted=trusted).coef_, model.coef_)


def test_without_a_format_only_the_digest_is_stored(run, data, read):
    model = LogisticRegression().fit_sync(*data)
    run.log_model(model)
    assert [node.kind for node in read().nodes.values()].count("artifact") == 0
    with pytest.raises(errors.NotFoundError, match=r"keeps no bytes .* format='skops'"):
        mltrack.load_model(model)


def test_predictions_of_a_loaded_model_lead_to_the_fit_in_another_process(run, data, python):
    X, y = data
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(X, y)
    run.log_model(model, format="skops")
    fitted = mltrack.ref(model)
    run.finish()
    program = f"""
import mltrack, numpy as np
with mltrack.start_run("project", "later", strict=True) as run:
    model = mltrack.load_model({fitted!r})
    predicted = model.predict_sync(np.ones((4, 3)))
    print(mltrack.ref(predicted))
"""
    predicted = python(program).stdout.strip()
    ancestors = mltrack.query().ancestors(predicted)
    here = [(node.op or node.kind, node.type.rpartition(".")[2]) for node in ancestors if node.run == run.uid]
    assert mltrack.query().node(fitted) in ancestors.nodes
    assert ("fit", "Pipeline") in here
    later = {
        node.ref: node.type.rpartition(".")[2] for node in ancestors if node.run != run.uid and node.kind == "call"
    }
    assert sorted(later.values()) == ["LogisticRegression", "Pipeline", "StandardScaler"]
    models = {edge.dst: edge.src for edge in ancestors.edges if edge.dst in later and edge.slot == "model"}
    types = {later[call]: mltrack.query().node(model) for call, model in models.items()}
    assert {kind: (model.type.rpartition(".")[2], model.run) for kind, model in types.items()} == {
        kind: (kind, run.uid) for kind in later.values()
    }


def test_the_models_inside_are_what_they_were_too(run, data):
    X, y = data
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(X, y)
    refs = [mltrack.ref(step) for _, step in model.steps]
    assert None not in refs
    run.log_model(model, name="scaled", format="skops")
    loaded = mltrack.load_model(model)
    assert [mltrack.ref(step) for _, step in loaded.steps] == refs


def test_the_best_model_of_a_search_is_what_it_was(run, data):
    X, y = data
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit_sync(X, y)
    run.log_model(search, format="joblib")
    loaded = mltrack.load_model(search, trusted=True)
    assert mltrack.ref(loaded.best_estimator_) == mltrack.ref(search.best_estimator_) is not None
    assert loaded.best_params_ == search.best_params_


def test_a_name_is_a_node_that_is_the_same_model(run, data, read):
    X, y = data
    model = LogisticRegression().fit_sync(X, y)
    fitted = mltrack.ref(model)
    named = run.log_model(model, name="it's mine", format="skops")
    assert read().into(named) == {"same": (int(fitted.rpartition(":")[2]), "object")}
    assert run.tracker.query().node(named).name == "it's mine"
    assert artifact_of(run, named).dump.inputs[0] == ("age", "float")
    assert mltrack.ref(mltrack.load_model("it's mine")) == str(named)
    assert str(run.log_model(model, name="it's mine", format="skops")) == str(named)
    assert str(run.log_model(model)) == str(named)


def test_a_name_means_the_newest_model_that_is_stored(run, data):
    X, y = data
    for C in (0.1, 1.0):
        run.log_model(LogisticRegression(C=C).fit(X, y), name="classifier", format="skops")
    run.log_model(LogisticRegression(C=10.0).fit(X, y), name="classifier")
    assert mltrack.load_model("classifier").C == 1.0


def test_a_model_without_a_recorded_fit_says_itself_what_it_takes(run, data):
    X, y = data
    named = artifact_of(run, run.log_model(LogisticRegression().fit(X, y), format="skops")).dump
    assert (named.columns, named.inputs) == (3, [("age", None), ("height", None), ("weight", None)])
    plain = artifact_of(run, run.log_model(LogisticRegression().fit(X.to_numpy() * 2, y), format="skops")).dump
    assert (plain.columns, plain.inputs) == (3, [])


def test_which_columns_a_stored_model_takes_is_a_question_to_the_file(run, data, store):
    run.log_model(LogisticRegression().fit_sync(*data), format="skops")
    rows = sqlite3.connect(store).execute(
        "SELECT d.format FROM dump_input i JOIN dump d ON d.node = i.dump JOIN name n ON n.id = i.name "
        "WHERE n.text = 'weight'"
    )
    assert rows.fetchall() == [("skops",)]


@pytest.mark.parametrize("size", ["inside", "beside"])
def test_altered_bytes_are_never_loaded(run, data, store, size, monkeypatch):
    X, y = data
    if size == "beside":
        X = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 40_000)))
    model = LogisticRegression(max_iter=1).set_params()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    node = run.log_model(model, format="joblib")
    digest = artifact_of(run, node).node.digest
    large = store.parent / "store.db.objects" / digest[:2] / digest
    assert large.exists() == (size == "beside")
    if size == "beside":
        large.write_bytes(b"malice" + large.read_bytes()[6:])
    else:
        with sqlite3.connect(store) as connection:
            connection.execute("UPDATE object SET blob = CAST('malice' AS BLOB)")
    import joblib

    def never(*_):
        raise AssertionError("altered bytes were deserialised")

    monkeypatch.setattr(joblib, "load", never)
    with pytest.raises(errors.DamagedError, match="altered"):
        mltrack.load_model(str(node), trusted=True)
    if size == "beside":
        large.unlink()
        with pytest.raises(errors.NotFoundError, match="missing"):
            mltrack.load_model(str(node), trusted=True)


def test_a_pickle_is_loaded_when_it_is_trusted_and_not_before(run, data, monkeypatch):
    node = str(run.log_model(LogisticRegression().fit(*data), format="joblib"))
    import joblib

    monkeypatch.setattr(joblib, "load", lambda *_: "loaded")
    for trusted in (False, ["sklearn.linear_model.LogisticRegression"]):
        with pytest.raises(errors.UntrustedError, match="trusted=True"):
            mltrack.load_model(node, trusted=trusted)
    with pytest.raises(errors.WrongTypeError, match="'yes'"):
        mltrack.load_model(node, trusted="yes")


def test_skops_names_the_types_that_it_does_not_know(run, data):
    X, y = data
    model = make_pipeline(FunctionTransformer(np.cbrt), Ours()).fit(X, y)
    node = str(run.log_model(model, format="skops"))
    with pytest.raises(errors.UntrustedError, match=r"test_models\.Ours") as caught:
        mltrack.load_model(node)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(errors.UntrustedError, match=r"test_models\.Ours"):
        mltrack.load_model(node, trusted=["some.other.Type"])
    listed = f"{Ours.__module__}.Ours"
    assert mltrack.load_model(node, trusted=[listed]).predict(X).tolist() == model.predict(X).tolist()
    assert mltrack.load_model(node, trusted=True).predict(X).tolist() == model.predict(X).tolist()


def test_other_versions_are_a_warning(run, data, monkeypatch):
    node = str(run.log_model(LogisticRegression().fit(*data), format="skops"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mltrack.load_model(node)
    real, asked = _environment.packages, set()

    def other(modules):
        asked.update(modules)
        return [(name, "0.1" if name == "numpy" else version) for name, version in real(modules)]

    monkeypatch.setattr(_environment, "packages", other)
    with pytest.warns(mltrack.VersionWarning, match=rf"numpy {np.__version__} \(now 0\.1\)") as caught:
        mltrack.load_model(node)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert "skops" in asked
    assert not {name for name in asked if "." in name or name in sys.stdlib_module_names}  # each costs a search
    monkeypatch.setattr(_environment, "language", lambda: "CPython 2.7.18")
    with pytest.warns(mltrack.VersionWarning, match=r"now CPython 2\.7\.18"):
        mltrack.load_model(node)


def test_without_the_package_the_error_names_it(run, data, monkeypatch, read):
    model = LogisticRegression().fit(*data)
    node = str(run.log_model(model, format="skops"))
    before = len(read().nodes)
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(errors.MissingPackageError, match="pip install skops"):
        mltrack.load_model(node)
    with pytest.raises(ImportError, match="to store a model as skops needs the package skops"):
        run.log_model(LogisticRegression(C=3).fit(*data), format="skops")
    assert len(read().nodes) == before


def test_bad_arguments_are_named(run, data, read):
    model = LogisticRegression().fit(*data)
    with pytest.raises(errors.InvalidArgumentError, match=r"'pickle' .* 'skops' or 'joblib'"):
        run.log_model(model, format="pickle")
    with pytest.raises(errors.InvalidArgumentError, match=r"'sklearn\.svm\.SVC' is the name of a class"):
        run.log_model("sklearn.svm.SVC", format="skops")
    with pytest.raises(errors.NotFoundError, match="no-such-model"):
        mltrack.load_model("no-such-model")
    assert len(read().nodes) == 1
    X = run.log_dataset(data[0])
    with pytest.raises(errors.NotFoundError, match="dataset"):
        mltrack.load_model(X)
    for C in (1.0, 2.0):
        run.log_model(LogisticRegression(C=C).fit(*data), format="skops")
    with pytest.raises(errors.AmbiguousError, match="stored several models"):
        mltrack.load_model(run)


def test_a_model_that_a_format_cannot_hold_leaves_nothing_behind(run, data, read):
    model = LogisticRegression().fit(*data)
    model.lock_ = os.scandir(".")
    with pytest.raises(TypeError):
        run.log_model(model, format="joblib")
    assert len(read().nodes) == 1


def test_which_models_autolog_keeps():
    table = {
        (models, outermost): _stored.kept(models, outermost=outermost)
        for models in ("none", "best", "all")
        for outermost in (True, False)
    }
    assert [key for key, value in table.items() if value] == [("best", True), ("all", True), ("all", False)]
