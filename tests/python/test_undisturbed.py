"""What a program does that tracking must not notice, and must not be noticed by."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

import mltrack
from graph import Graph
from mltrack import _guard
from mltrack.leakage import _evidence
from mltrack.sklearn import _parallel

Python = Callable[..., Any]
Read = Callable[[], Graph]


@pytest.fixture
def autolog() -> Iterator[None]:
    with mltrack.autolog():
        yield


class Learner(BaseEstimator):
    """Fits anything."""

    def fit(self, X: Any, y: Any = None) -> Learner:
        return self

    def transform(self, X: Any) -> Any:
        return X


class Talker(Learner):
    """Says so when somebody looks at what it would rather not show."""

    def _looked_at(self) -> Any:
        warnings.warn("deprecated", FutureWarning, stacklevel=2)
        return None

    warm_start = cv_results_ = estimator = base_estimator = property(_looked_at)


LOOKING_FOR_PANDAS = """
import importlib.machinery, importlib.util, sys
import mltrack
mltrack.autolog()
spec = importlib.util.find_spec("pandas")
assert spec.loader.is_package("pandas") and spec.loader.path == spec.origin
import pandas
pandas.DataFrame({"a": [1.5]}).to_csv("a.csv")
assert pandas.DataFrame.drop_sync
assert not [finder for finder in sys.meta_path if getattr(finder, "awaits", "") == "pandas"]
assert type(pandas.__loader__) is type(pandas.__spec__.loader) is importlib.machinery.SourceFileLoader
"""


def test_a_library_that_is_looked_for_first_is_recorded(
    python: Python, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    python(LOOKING_FOR_PANDAS)
    assert [node.op for node in mltrack.query(store).calls()] == ["write"]


TWO_HOOKS = """
import sys
import mltrack

class Other:
    def find_spec(self, name, path=None, target=None):
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                return spec

sys.meta_path.insert(0, Other())
import pandas
assert pandas.DataFrame.drop_sync
"""


def test_another_import_hook_may_ask_all_the_others(python: Python) -> None:
    python(TWO_HOOKS)


LAZY = """
import importlib.util, sys
sys.path.insert(0, FOLDER)
spec = importlib.util.find_spec("slow_to_load")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = sys.modules["slow_to_load"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
import pandas, mltrack
with mltrack.autolog(), mltrack.start_run():
    pass
print("untouched")
print(module.value)
"""


def test_a_module_that_is_loaded_when_it_is_used_is_not_loaded_by_tracking(python: Python, tmp_path: Path) -> None:
    (tmp_path / "slow_to_load.py").write_text("print('loaded')\nvalue = 1")
    program = LAZY.replace("FOLDER", repr(str(tmp_path)))
    assert python(program).stdout == "untouched\nloaded\n1\n"


def test_nobody_looks_at_attributes_that_are_computed(autolog: None, run: mltrack.Run) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Talker().fit(np.eye(30), np.arange(30)).transform(np.eye(30))


@pytest.mark.parametrize("extreme", [np.inf, 1e308])
def test_arithmetic_of_ours_warns_of_nothing(extreme: float, autolog: None, run: mltrack.Run) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 4)), rng.normal(size=60)
    y[3:6] = extreme, extreme, -extreme
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        Learner().fit(X, y)
        train_test_split(X, y)


def test_arithmetic_about_models_warns_of_nothing(run: mltrack.Run) -> None:
    corners, opposite = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    with mltrack.autolog(inference=True), warnings.catch_warnings():
        warnings.simplefilter("error")
        RandomForestClassifier(3, max_depth=1, bootstrap=False, random_state=0).fit(corners, opposite)
        LogisticRegression().fit([[-2000.0], [-1.0], [1.0], [2000.0]], [0, 0, 1, 1])


def test_an_array_that_a_call_took_is_resized_by_copying_it(run: mltrack.Run) -> None:
    X = np.random.default_rng(0).normal(size=(30, 4))
    Learner().fit_sync(X)
    with pytest.raises(ValueError, match="cannot resize"):  # as docs/faq.md says
        X.resize((60, 4), refcheck=False)
    assert np.resize(X, (60, 4)).shape == (60, 4)


def test_targets_of_unequal_lengths(autolog: None, run: mltrack.Run, read: Read) -> None:
    Learner().fit(np.eye(30), [["a"] * (i % 3) for i in range(30)])
    assert [call.status for call in read().calls()] == ["finished"]


class Elsewhere:
    """An array that has to be computed, or fetched, before it can be looked at."""

    def __init__(self, values: Any) -> None:
        self._values = values
        self.shape, self.ndim, self.dtype = values.shape, values.ndim, values.dtype
        self.iloc, self.columns = values, list(range(values.shape[-1]))
        self.fetched = 0

    def __len__(self) -> int:
        return len(self._values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        self.fetched += 1
        raise TypeError("take it from the device first")


class Linear(Learner):
    """Takes its arguments as they are; what is kept of linear models is of interest."""

    def fit(self, X: Any, y: Any = None) -> Linear:
        self.coef_, self.intercept_, self.fit_intercept = np.zeros(4), 0.0, True
        return self


Linear.__name__ = "LinearRegression"


@pytest.mark.parametrize("at_hand", ["X", "y", "neither"])
def test_data_that_lies_elsewhere_is_left_there(at_hand: str, run: mltrack.Run) -> None:
    rng = np.random.default_rng(0)
    given = {"X": rng.normal(size=(60, 4)), "y": rng.normal(size=60)}
    given = {slot: values if slot == at_hand else Elsewhere(values) for slot, values in given.items()}
    with mltrack.autolog(inference=True):
        Linear().fit(**given)
    assert [values.fetched for values in given.values() if isinstance(values, Elsewhere)] in ([0], [0, 0])


def test_looking_for_leakage_may_fail_without_the_rest_of_a_record(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_evidence, "observe", lambda *_: 1 / 0)
    with (
        mltrack.start_run() as run,
        mltrack.autolog(models="all", format="joblib"),
        pytest.warns(mltrack.TrackingWarning, match="ZeroDivisionError"),
    ):
        DummyClassifier().fit(np.eye(30), np.arange(30) % 2)
    assert [call.status for call in Graph(store, run.uid).calls()] == ["finished"]
    assert len(mltrack.query(store).artifacts()) == 1


def test_a_problem_raises_nothing_where_warnings_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_guard, "_counts", type(_guard._counts)())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _guard.problem(ValueError("as a test")) is None
    assert len(mltrack.tracking_problems()) == 1


def test_the_users_exception_leaves_a_run_that_cannot_be_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_guard, "_counts", type(_guard._counts)())
    tracker = mltrack.open(tmp_path / "other.db", wait_ms=1)
    other = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ZeroDivisionError), tracker.start_run():
            other.execute("BEGIN IMMEDIATE")
            raise ZeroDivisionError
    other.execute("ROLLBACK")
    assert any(cause.startswith("BusyError") for cause in mltrack.tracking_problems())


class Speechless(Exception):
    """Cannot say what it is about."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_the_users_exception_leaves_the_block_of_a_call(run: mltrack.Run, read: Read) -> None:
    with pytest.raises(Speechless), run.begin_fit("m"):
        raise Speechless
    with pytest.raises(KeyError), run.begin_fit("m"):
        raise KeyError("a")
    with pytest.raises(Speechless), run.begin_fit("m") as call:
        call.end()
        raise Speechless
    assert [(call.status, call.error_type, call.error) for call in read().calls()] == [
        ("failed", f"{__name__}.Speechless", ""),
        ("failed", "KeyError", "'a'"),
        ("finished", None, None),
    ]


def test_the_users_exception_leaves_blocks_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_guard, "_counts", type(_guard._counts)())
    run = mltrack.open(tmp_path / "other.db", wait_ms=1).start_run()
    other = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ZeroDivisionError), run.begin_fit("m"):
            other.execute("BEGIN IMMEDIATE")
            raise ZeroDivisionError
        other.execute("ROLLBACK")
        with pytest.raises(ZeroDivisionError), run.batch() as batch:
            batch.log_metric("m", 1.0)
            other.execute("BEGIN IMMEDIATE")
            raise ZeroDivisionError
        other.execute("ROLLBACK")
    assert sum(mltrack.tracking_problems().values()) == 2


LOCKED = """
import sqlite3
import mltrack
mltrack.open("first.db").start_run()
mltrack.open("locked.db", wait_ms=1).start_run()
other = sqlite3.connect("locked.db", isolation_level=None)
other.execute("BEGIN IMMEDIATE")
"""


def test_a_run_that_cannot_be_ended_keeps_no_other_from_it(
    python: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    errors = python(LOCKED).stderr
    assert "TrackingWarning" in errors and "Traceback" not in errors
    assert [node.status for node in mltrack.query("first.db").runs()] == ["finished"]


def test_what_took_the_place_of_a_stand_in_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joblib.Parallel, "__call__", joblib.Parallel.__call__)
    with mltrack.autolog():
        replaced = lambda self, tasks: []  # noqa: E731
        monkeypatch.setattr(joblib.Parallel, "__call__", replaced)
    assert vars(joblib.Parallel)["__call__"] is replaced
    assert _parallel._original is None
