"""Plain calls are recorded while autolog is on, as their `_sync` twins would be, and nothing is left when it is off."""

from __future__ import annotations

import _thread
import inspect
import subprocess
import sys
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
import sklearn.model_selection
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import mltrack
from graph import Graph
from mltrack import _autolog, _core

Read = Callable[[], Graph]


@pytest.fixture
def autolog(run: mltrack.Run) -> Iterator[None]:
    """Autolog is on, inside a strict run."""
    with mltrack.autolog():
        yield


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    """No test leaves it on."""
    yield
    assert not _autolog.settings.on


def ops(read: Read, parent: int | None = None) -> list[str | None]:
    return [call.op for call in read().calls() if call.parent == parent]


def patched() -> list[str]:
    """Everything of scikit-learn and pandas that has a stand-in of ours."""
    found = []
    for module in list(sys.modules.values()):
        if not module.__name__.startswith(("sklearn", "pandas", "joblib")):
            continue
        for name, value in vars(module).items():
            cells = value.__closure__ or () if type(value) is types.FunctionType else ()
            if type(value) is _core.StandIn or any(type(cell.cell_contents) is _core.StandIn for cell in cells):
                found.append(f"{module.__name__}.{name}")
            if isinstance(value, type):
                found.extend(f"{name}.{key}" for key, held in vars(value).items() if _is_stand_in(held))
    return found


def _is_stand_in(held: Any) -> bool:
    return _core.StandIn in (type(held), type(getattr(held, "__func__", None)), type(getattr(held, "fn", None)))


def test_a_plain_script_is_recorded_from_loader_to_metric(autolog: None, read: Read) -> None:
    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(X_train, y_train)
    accuracy = accuracy_score(y_test, model.predict(X_test))
    graph = read()
    assert ops(read) == ["read", "split", "fit", "predict", "metric"]
    fit = graph.calls("fit")[0]
    assert [call.type for call in graph.calls() if call.parent == fit.seq] == [
        "sklearn.preprocessing.StandardScaler",
        "sklearn.linear_model.LogisticRegression",
    ]
    [metric] = [metric for metric in graph.metrics if metric["name"] == "accuracy"]
    assert metric["value"] == accuracy
    assert metric["subject"] == graph.out_of(fit)["model"]
    assert all(
        call.source and call.source.startswith(("tests", "test_", "/")) for call in graph.calls() if not call.parent
    )


def test_source_lines_are_the_users(autolog: None, read: Read) -> None:
    accuracy_score([0, 1, 1], [0, 1, 1])
    line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
    [call] = read().calls("metric")
    assert call.source is not None and call.source.endswith(f"test_autolog.py:{line}")


def test_subclasses_are_one_call_and_late_classes_are_seen(autolog: None, read: Read) -> None:
    class Late(LogisticRegression):
        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
            return super().fit(X, y, sample_weight)

    class Scaler(TransformerMixin, BaseEstimator):
        def fit(self, X: Any, y: Any = None) -> Any:
            self.mean_ = X.mean()
            return self

        def transform(self, X: Any) -> Any:
            return X - self.mean_

    X, y = load_iris(return_X_y=True)
    Late(max_iter=200).fit(X, y)
    shifted = Scaler().fit_transform(X)
    assert ops(read) == ["read", "fit", "fit_transform"]
    assert mltrack.ref(shifted) is not None


def test_late_transformer_with_output_container_is_recorded_as_the_user_gets_it(autolog: None, read: Read) -> None:
    class Doubler(TransformerMixin, BaseEstimator):
        def fit(self, X: Any, y: Any = None) -> Any:
            self.columns_ = list(X.columns)
            return self

        def transform(self, X: Any) -> Any:
            return np.asarray(X) * 2

        def get_feature_names_out(self, input_features: Any = None) -> Any:
            return np.asarray(self.columns_, dtype=object)

    frame = load_iris(as_frame=True).data
    doubler = Doubler().set_output(transform="pandas").fit(frame)
    doubled = doubler.transform(frame)
    assert isinstance(doubled, pd.DataFrame)
    [call] = read().calls("transform")
    assert mltrack.ref(doubled) == f"{mltrack.active_run().uid[:8]}:{read().out_of(call)['output']}"  # type: ignore[union-attr]


def test_off_leaves_no_patch_behind() -> None:
    before = patched()  # recorded calls may follow frames without autolog
    with mltrack.autolog():
        assert len(patched()) > 100
        mltrack.autolog(depth="all")
    assert patched() == before
    mltrack.autolog()
    mltrack.autolog(disable=True)
    assert patched() == before


def test_off_leaves_what_recorded_calls_need(read: Read, tmp_path: Path) -> None:
    pd.DataFrame({"a": [1.5, np.nan, 4], "b": [1, 0, 0]}).to_csv(tmp_path / "a.csv", index=False)
    frame = mltrack.read_csv_sync(tmp_path / "a.csv")
    with mltrack.autolog():
        load_iris()
    whole = frame.dropna()
    LogisticRegression().fit_sync(whole[["a"]], whole["b"])
    graph = read()
    (fit,) = graph.calls("fit")
    table = graph.out_of(graph.calls("read")[0])["output"]
    assert graph.into(graph.into(fit)["X"][0]) == {"from": (table, "frame:dropna,getitem")}


def test_blocks_nest() -> None:
    with mltrack.autolog():
        with mltrack.autolog(depth="all"):
            assert _autolog.settings.depth == "all"
        assert _autolog.settings.on and _autolog.settings.depth == 0
        with mltrack.autolog(disable=True):
            assert not _autolog.settings.on
        assert _autolog.settings.on


def test_a_library_that_comes_after_switching_twice_is_recorded_once(python: Any, store: Path) -> None:
    python(
        "import mltrack\nmltrack.autolog()\nmltrack.autolog(disable=True)\nmltrack.autolog()\n"
        "from sklearn.metrics import accuracy_score\nfrom sklearn.tree import DecisionTreeClassifier\n"
        "accuracy_score([0, 1], DecisionTreeClassifier().fit([[0], [1]], [0, 1]).predict([[0], [1]]))"
    )
    assert [call.op for call in mltrack.query().calls(order_by="started")] == ["fit", "predict", "metric"]


def test_wrong_choices_are_named() -> None:
    for wrong in ({"depth": 1}, {"models": "some"}, {"format": "onnx"}, {"max_calls": 0}):
        [(name, value)] = wrong.items()
        with pytest.raises(ValueError, match=f"{name}={value!r}"):
            mltrack.autolog(**wrong)  # type: ignore[arg-type]


def test_nothing_under_disable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_DISABLE", "1")
    before = patched()
    with mltrack.autolog():
        assert patched() == before


def test_depth_all_records_inner_calls_up_to_a_bound(run: mltrack.Run, read: Read) -> None:
    X, y = load_iris(return_X_y=True)
    with mltrack.autolog(depth="all"):
        cross_val_score(LogisticRegression(max_iter=500), X, y, cv=3)
    [outer] = [call for call in read().calls() if call.op == "cross_val_score"]
    inner = [call for call in read().calls() if call.seq != outer.seq and call.op != "trial"]
    assert [call.op for call in inner].count("fit") >= 3
    with mltrack.autolog(depth="all", max_calls=2):
        cross_val_score(LogisticRegression(max_iter=500), X, y, cv=3)
    outer = [call for call in read().calls() if call.op == "cross_val_score"][-1]
    node = run.tracker.query().node(f"{run.uid[:8]}:{outer.seq}")
    assert "inner calls not recorded" in node.tags["cut"]
    assert len([call for call in read().calls() if call.seq > outer.seq and call.op != "trial"]) == 2


@pytest.mark.parametrize("format", ["skops", "joblib"])
def test_models_are_stored_as_asked(format: Any, run: mltrack.Run) -> None:
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1.0]}, cv=2)
    with mltrack.autolog(models="best", format=format):
        search.fit(X, y)
        expected = search.predict(X)
    with mltrack.autolog(models="none"):
        LogisticRegression(max_iter=500).fit(X, y)
    stored = run.tracker.query().artifacts()
    assert len(stored) == 1
    loaded = mltrack.load_model(search, trusted=True)
    assert np.array_equal(loaded.predict_sync(X), expected)
    with mltrack.autolog(models="all", format=format):
        make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    assert len(run.tracker.query().artifacts()) == 1 + 3


def test_failed_calls_are_stored_with_their_error(autolog: None, read: Read) -> None:
    with pytest.raises(ValueError, match="inconsistent numbers"):
        LogisticRegression().fit([[1.0], [2.0]], [1])
    [call] = read().calls("fit")
    assert (call.status, call.error_type) == ("failed", "ValueError")


def test_refused_parameters_of_a_function_are_a_failed_call(autolog: None, read: Read) -> None:
    with pytest.raises(ValueError, match="'normalize' parameter of accuracy_score") as caught:
        accuracy_score([0, 1], [0, 1], normalize="often")
    [call] = read().calls("metric")
    assert (call.status, call.error) == ("failed", str(caught.value))
    assert call.source is not None and "test_autolog.py" in call.source


@pytest.mark.parametrize("steps", [5, [5], [("only a name",)], [("class", LogisticRegression)]])
def test_pipelines_that_are_none_raise_what_they_raise(autolog: None, steps: Any, read: Read) -> None:
    with mltrack.autolog(disable=True), pytest.raises(Exception) as plain:
        Pipeline(steps).fit([[1.0], [2.0]], [0, 1])
    with pytest.raises(type(plain.value)) as recorded:
        Pipeline(steps).fit([[1.0], [2.0]], [0, 1])
    assert str(recorded.value) == str(plain.value)
    assert {call.status for call in read().calls()} == {"failed"}


def test_no_frame_of_ours_in_tracebacks(autolog: None) -> None:
    class Failing(ClassifierMixin, BaseEstimator):
        def fit(self, X: Any, y: Any) -> Any:
            raise RuntimeError("inside fit")

    for call in (
        lambda: Failing().fit([[1.0]], [1]),
        lambda: make_pipeline(Failing()).fit([[1.0]], [1]),
        lambda: cross_val_score(Failing(), np.eye(9), [0, 1, 0] * 3, cv=3, error_score="raise"),
        lambda: accuracy_score([1, 2], [1]),
        lambda: pd.read_csv("no such file.csv"),
        lambda: sklearn.model_selection.cross_val_predict(Failing(), np.eye(4), [0, 0, 0, 0], cv=99),
    ):
        with pytest.raises(Exception) as caught:
            call()
        files = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert [name for name in files if f"{Path(mltrack.__file__).parent}" in name] == []


def test_warnings_point_where_they_did(autolog: None) -> None:
    class Warning(ClassifierMixin, BaseEstimator):
        def fit(self, X: Any, y: Any) -> Any:
            warnings.warn("look here", stacklevel=2)
            return self

    with pytest.warns(UserWarning, match="look here") as caught:
        Warning().fit([[1.0]], [1])
    assert caught[0].filename == __file__


def test_threads_of_joblib_belong_to_the_call(autolog: None, read: Read) -> None:
    from joblib import parallel_config

    X, y = load_iris(return_X_y=True)
    with parallel_config("threading", n_jobs=2):
        cross_val_score(LogisticRegression(max_iter=500), X, y, cv=3)
    assert ops(read) == ["read", "cross_val_score"]
    [outer] = read().calls("cross_val_score")
    assert ops(read, outer.seq) == ["trial"] * 3


def test_threads_do_not_get_the_callers_error_state(autolog: None) -> None:
    """numpy keeps its error state in a context variable; a pool's threads start with the default one."""
    from joblib import Parallel, delayed

    class Asks(BaseEstimator):
        def fit(self, X: Any, y: Any = None) -> Any:
            with np.errstate(divide="ignore"):
                self.seen_ = Parallel(n_jobs=2, backend="threading")(delayed(np.geterr)() for _ in range(2))
            return self

    plain = {error["divide"] for error in Asks().fit([[1.0]]).seen_}
    with mltrack.autolog(disable=True):
        assert plain == {error["divide"] for error in Asks().fit([[1.0]]).seen_}


def test_users_threads_record_in_the_open_run(autolog: None, read: Read) -> None:
    thread = threading.Thread(target=lambda: accuracy_score([0, 1], [0, 1]))
    thread.start()
    thread.join()
    assert ops(read) == ["metric"]


@pytest.mark.parametrize("method", ["fit", "fit_sync"])
def test_a_thread_that_starts_with_a_method(method: str, autolog: None, read: Read) -> None:
    X, y = load_iris(return_X_y=True)
    _thread.start_new_thread(getattr(LogisticRegression(max_iter=500), method), (X, y))
    end = time.monotonic() + 20
    while not any(call.status == "finished" for call in read().calls("fit")) and time.monotonic() < end:
        time.sleep(0.01)
    (fit,) = read().calls("fit")
    assert (fit.status, fit.source) == ("finished", None)


def test_sync_twins_are_not_recorded_twice(autolog: None, read: Read) -> None:
    X, y = load_iris(return_X_y=True)
    mltrack.train_test_split_sync(X, y)
    LogisticRegression(max_iter=500).fit_sync(X, y)
    mltrack.metrics.accuracy_score_sync([0, 1], [0, 1])
    assert ops(read) == ["read", "split", "fit", "metric"]


def test_results_and_random_state_are_the_plain_ones(autolog: None) -> None:
    X, y = load_iris(return_X_y=True)

    def work() -> list[Any]:
        np.random.seed(3)
        parts = train_test_split(X, y)
        tree = DecisionTreeClassifier(max_features=1).fit(parts[0], parts[2])
        return [*parts, tree.predict_proba(parts[1]), np.random.random(3)]

    tracked = work()
    with mltrack.autolog(disable=True):
        plain = work()
    assert all(np.array_equal(a, b) for a, b in zip(tracked, plain, strict=True))


def test_nothing_is_stored_on_estimators(autolog: None) -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(X, y)
    with mltrack.autolog(disable=True):
        plain = clone(model).fit(X, y)
    assert vars(model).keys() == vars(plain).keys()


def test_pandas_files_are_read_and_written(autolog: None, read: Read, tmp_path: Path) -> None:
    from pandas import read_csv

    pd.DataFrame({"a": [1.5, 2, 4], "b": [1, 0, 1]}).to_csv(tmp_path / "a.csv", index=False)
    frame = read_csv(tmp_path / "a.csv")
    frame.to_parquet(tmp_path / "a.parquet")
    again = pd.read_parquet(tmp_path / "a.parquet")
    assert ops(read) == ["write", "read", "write", "read"]
    graph = mltrack.active_run().tracker.query().ancestors(again)  # type: ignore[union-attr]
    assert {node.name for node in graph.nodes if node.kind == "artifact"} == {"a.csv", "a.parquet"}


def test_a_script_runs_unmodified(tmp_path: Path, store: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import sys\nfrom sklearn.datasets import load_iris\nfrom sklearn.tree import DecisionTreeClassifier\n"
        "X, y = load_iris(return_X_y=True)\n"
        "print(sys.argv[1], __name__, DecisionTreeClassifier().fit(X, y).score(X, y))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mltrack", str(script), "word"], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("word __main__ 1.0\n", "", 0)
    [run] = mltrack.query().runs()
    assert (run.name, run.status) == ("train", "finished")
    assert [call.op for call in mltrack.query().calls(order_by="started")] == ["read", "fit", "score"]


def test_a_failing_script_fails_as_python_shows_it(tmp_path: Path, store: Path) -> None:
    script = tmp_path / "fails.py"
    script.write_text(
        "from sklearn.linear_model import LinearRegression\n"
        "LinearRegression().fit([[1]], [1])\nraise KeyError('gone')\n"
    )
    plain = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    done = subprocess.run(
        [sys.executable, "-m", "mltrack", str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (plain.returncode, plain.stderr)
    assert [run.status for run in mltrack.query().runs()] == ["failed"]


def test_no_script_is_an_error(store: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mltrack", "nothing.py"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "there is no file 'nothing.py'" in done.stderr
