"""When tracking itself fails: the science goes on, one warning says so, and strict raises."""

from __future__ import annotations

import os
import sqlite3
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import StandardScaler

import mltrack
from graph import Graph
from mltrack import _core, _guard, _recorder
from mltrack.sklearn import _methods


@pytest.fixture
def run(store: Path) -> Iterator[mltrack.Run]:
    """A run that is not strict: here tracking is meant to fail."""
    with mltrack.start_run("project", "experiment") as run:
        yield run


@pytest.fixture
def data() -> tuple[Any, Any]:
    features = np.random.default_rng(0).normal(size=(60, 3))
    return features, (features[:, 0] > 0).astype(int)


@pytest.fixture(autouse=True)
def no_problems_yet() -> Iterator[None]:
    _guard._counts.clear()
    yield
    _guard._counts.clear()


class Broken(dict[str, Any]):
    """Parameters that cannot be looked through."""

    def items(self) -> Any:
        raise RuntimeError("no parameters here")


class Unreadable(LogisticRegression):
    """Its parameters cannot be read: tracking must fail, fitting must not."""

    def get_params(self, deep: bool = True) -> Any:
        if deep:  # scikit-learn itself asks for the flat ones
            return Broken()
        return super().get_params(deep=False)


def test_result_survives_with_one_warning_and_a_count(data: Any, store: Path) -> None:
    with mltrack.start_run() as run, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            model = Unreadable()
            assert model.fit_sync(*data) is model
    mine = [warning for warning in caught if warning.category is mltrack.TrackingWarning]
    assert len(mine) == 1
    assert mine[0].filename == __file__
    assert "no parameters here" in str(mine[0].message)
    assert list(mltrack.tracking_problems().values()) == [3]
    assert Graph(store, run.uid).calls() == []


def test_strict_run_raises(data: Any) -> None:
    with mltrack.start_run(strict=True), pytest.raises(RuntimeError, match="no parameters here"):
        Unreadable().fit_sync(*data)
    assert mltrack.tracking_problems() == {}


def test_strict_environment_raises(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_STRICT", "1")
    with mltrack.start_run(), pytest.raises(RuntimeError, match="no parameters here"):
        Unreadable().fit_sync(*data)


class Finishing(LogisticRegression):
    """Ends the run while its own fit is being recorded: what comes after cannot be written."""

    def fit(self, X: Any, y: Any) -> Any:
        run = mltrack.active_run()
        assert run is not None
        run.finish()
        return super().fit(X, y)


def test_failure_after_the_fit(data: Any) -> None:
    model = Finishing()
    with mltrack.start_run(), pytest.warns(mltrack.TrackingWarning, match="WrongStateError"):
        assert model.fit_sync(*data) is model
    with mltrack.start_run(strict=True), pytest.raises(RuntimeError, match="finished"):
        model.fit_sync(*data)


class Locking(LogisticRegression):
    """Leaves the store in another writer's hands."""

    def fit(self, X: Any, y: Any) -> Any:
        self.other = sqlite3.connect(os.environ["MLTRACK_STORE"], isolation_level=None)
        self.other.execute("BEGIN IMMEDIATE")
        return super().fit(X, y)


def test_a_call_that_went_well_never_failed(
    data: Any, run: mltrack.Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_recorder, "WAIT_MS", 50)
    once_more = _recorder.end_bare
    first, second = Locking(), Locking()
    with pytest.warns(mltrack.TrackingWarning, match="locked"), monkeypatch.context() as patch:
        patch.setattr(_recorder, "end_bare", lambda *given: (first.other.execute("ROLLBACK"), once_more(*given)))
        assert first.fit_sync(*data) is first
    assert second.fit_sync(*data) is second
    second.other.execute("ROLLBACK")
    monkeypatch.setattr(_methods._features, "fitted", lambda *_: 1 / 0)
    with pytest.warns(mltrack.TrackingWarning, match="division by zero"):
        LogisticRegression().fit_sync(*data)
    run.finish()
    assert [call.status for call in Graph(store, run.uid).calls("fit")] == ["finished", "lost", "finished"]


def test_a_member_that_was_fitted_never_failed(
    data: Any, run: mltrack.Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_methods._features, "fitted", lambda *_: 1 / 0)
    with pytest.warns(mltrack.TrackingWarning, match="division by zero"):
        FeatureUnion([("scaler", StandardScaler())]).fit_sync(*data)
    run.finish()
    assert [call.status for call in Graph(store, run.uid).calls("fit")] == ["finished", "finished"]


def test_a_call_that_failed_says_why_whatever_else_was_to_be_told(
    data: Any, store: Path, run: mltrack.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_methods._trials, "_of_failing", lambda *_: 1 / 0)
    with pytest.warns(mltrack.TrackingWarning, match="division by zero"), pytest.raises(ValueError, match="mss"):
        mltrack.cross_val_score_sync(LogisticRegression("mss"), *data, error_score="raise")
    (call,) = Graph(store, run.uid).calls()
    assert (call.status, call.error_type) == ("failed", "sklearn.utils._param_validation.InvalidParameterError")


def test_exception_of_the_user_wins_over_one_of_tracking(data: Any) -> None:
    with mltrack.start_run(strict=True), pytest.raises(ValueError, match="inconsistent numbers of samples"):
        Finishing().fit_sync(data[0], data[1][:-1])


def test_disabled_is_nothing_at_all(data: Any, monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("MLTRACK_DISABLE", "1")
    model = LogisticRegression()
    assert model.fit_sync == model.fit
    with mltrack.start_run():
        assert model.fit_sync(*data) is model
        parts = mltrack.train_test_split_sync(*data, random_state=0)
        assert mltrack.compute_metric_sync("accuracy", data[1], model.predict_sync(data[0])) > 0.5
        mltrack.cross_val_score_sync(model, *data, cv=2)
        assert mltrack.derive(parts[0], data[0]) is parts[0]
    assert mltrack.ref(model) is None
    assert not store.exists()


def test_store_in_another_writers_hands(data: Any, store: Path) -> None:
    import sqlite3

    model = LogisticRegression()
    with mltrack.open(store, wait_ms=100) as tracker, tracker.start_run() as run:
        other = sqlite3.connect(store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.warns(mltrack.TrackingWarning, match="could not record a call"):
            assert model.fit_sync(*data) is model
        other.execute("ROLLBACK")
        other.close()
        model.fit_sync(*data)
        run.finish()
    (fit,) = Graph(store, run.uid).calls()
    assert fit.status == "finished"


def test_forked_worker_inside_a_call_records_nothing(data: Any, store: Path) -> None:
    class Forking(LogisticRegression):
        def fit(self, X: Any, y: Any) -> Any:
            child = os.fork()
            if child == 0:
                StandardScaler().fit_sync(X)
                os._exit(0)
            os.waitpid(child, 0)
            return super().fit(X, y)

    with mltrack.start_run(strict=True) as run:
        Forking().fit_sync(*data)
    assert [call.type for call in Graph(store, run.uid).calls()] == [f"{__name__}.test_forked_worker_inside_a_call_records_nothing.<locals>.Forking"]  # fmt: skip # noqa: E501


def test_recording_never_consumes_an_iterator(run: mltrack.Run) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    model = CountVectorizer()
    model.fit_sync(text for text in ("red green", "blue"))
    assert sorted(model.vocabulary_) == ["blue", "green", "red"]


def test_arguments_that_refuse_everything(run: mltrack.Run) -> None:
    class Refusing(np.ndarray):
        def __getattribute__(self, name: str) -> Any:
            if name in ("dtype", "shape", "strides", "__array_interface__"):
                raise RuntimeError(name)
            return super().__getattribute__(name)

    class Accepting(StandardScaler):
        def fit(self, X: Any, y: Any = None) -> Any:
            return self

    model = Accepting()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mltrack.TrackingWarning)
        assert model.fit_sync(np.zeros((2, 2)).view(Refusing)) is model


def test_hooks_swallow_nothing_silently(data: Any, run: mltrack.Run, store: Path) -> None:
    before = _core.swallowed_errors()
    LogisticRegression().fit_sync(*data)
    assert _core.swallowed_errors() == before


def test_keyboard_interrupt_is_recorded_and_raised(data: Any, store: Path, run: mltrack.Run) -> None:
    class Interrupted(LogisticRegression):
        def fit(self, X: Any, y: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Interrupted().fit_sync(*data)
    (fit,) = Graph(store, run.uid).calls()
    assert (fit.status, fit.error_type) == ("failed", "KeyboardInterrupt")


def test_threads_keep_their_calls_apart(data: Any, store: Path, run: mltrack.Run) -> None:
    import threading

    def work() -> None:
        for _ in range(5):
            StandardScaler().fit_sync(data[0])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fits = Graph(store, run.uid).calls("fit")
    assert len(fits) == 20
    assert all(fit.parent is None and fit.status == "finished" for fit in fits)


def test_a_locked_store_holds_the_work_up_for_a_moment_only(
    data: Any, run: mltrack.Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _recorder.WAIT_MS == 2_000
    monkeypatch.setattr(_recorder, "WAIT_MS", 50)
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.warns(mltrack.TrackingWarning, match="locked"):
        LogisticRegression().fit_sync(*data).predict_sync(data[0])
    assert time.monotonic() - began < 5  # an explicit record would wait for 10 seconds
    other.execute("ROLLBACK")
    other.close()


def test_the_store_itself_is_no_input(run: mltrack.Run, store: Path) -> None:
    with pytest.raises(ValueError, match="store itself"):
        run.log_read(store, [1.0])
    with pytest.raises(ValueError, match="store itself"):
        run.log_artifact(store)
