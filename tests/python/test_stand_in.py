"""What stands in for a function passes for it: for inspect, warnings, tracebacks, pickles and whoever looks."""

from __future__ import annotations

import copy
import functools
import gc
import inspect
import pickle
import sys
import traceback
import types
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from unittest import mock

import cloudpickle
import dill
import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack
from mltrack._core import StandIn, swallowed_errors

log: list[Any] = []


def before(original: Any, args: Any, kwargs: Any) -> Any:
    log.append((original, args, kwargs))
    return "token"


def after(token: Any, result: Any, error: Any) -> None:
    log.append((token, result, error))


class Model:
    def fit(self, X: Any, y: Any = None, *, weight: int = 1) -> Model:
        """Fits."""
        warnings.warn("look here", stacklevel=2)
        if isinstance(X, Exception):
            raise X
        return self


plain = Model.fit
Model.fit = StandIn(plain, before, after)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def empty_log() -> Iterator[None]:
    log.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_hooks_see_the_call_and_the_caller_gets_the_very_result() -> None:
    model = Model()
    assert model.fit(1, weight=2) is model
    assert log == [(plain, (model, 1), {"weight": 2}), ("token", model, None)]


def test_exception_is_the_same_object_with_the_same_traceback() -> None:
    given = ValueError("no")
    with pytest.raises(ValueError, match="no") as caught:
        Model().fit(given)
    assert caught.value is given
    assert log[-1] == ("token", None, given)
    assert [frame.name for frame in traceback.extract_tb(given.__traceback__)] == [
        "test_exception_is_the_same_object_with_the_same_traceback",
        "fit",
    ]
    assert given.__context__ is None


def test_warning_points_at_the_script() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Model().fit(1)
    assert caught[0].filename == __file__


def test_it_passes_for_the_function() -> None:
    standing = vars(Model)["fit"]
    assert type(standing) is StandIn
    assert isinstance(standing, types.FunctionType)
    assert inspect.isfunction(Model.fit)
    assert inspect.ismethod(Model().fit)
    assert inspect.signature(Model.fit) == inspect.signature(plain)
    assert inspect.signature(Model().fit) == inspect.signature(types.MethodType(plain, 1))
    assert inspect.getsource(Model.fit) == inspect.getsource(plain)
    assert inspect.getdoc(Model.fit) == "Fits."
    assert ("fit", Model.fit) in inspect.getmembers(Model, inspect.isfunction)
    assert repr(Model.fit) == repr(plain)
    assert Model.fit.__mltrack__ is plain  # type: ignore[attr-defined]
    assert functools.wraps(Model.fit)(lambda: None).__wrapped__ is standing
    assert weakref.ref(standing)() is standing
    Model.fit.note = "kept"  # type: ignore[attr-defined]
    assert plain.note == "kept"  # type: ignore[attr-defined]


def test_it_can_be_patched_and_put_back() -> None:
    with mock.patch.object(Model, "fit", return_value=3):
        assert Model().fit(1) == 3
    assert type(vars(Model)["fit"]) is StandIn


def test_copies_and_pickles_are_by_reference() -> None:
    assert pickle.loads(pickle.dumps(Model.fit)) is Model.fit
    assert pickle.loads(pickle.dumps(Model().fit)).__func__ is Model.fit
    assert copy.deepcopy(Model.fit) is Model.fit
    assert copy.copy(Model.fit) is Model.fit


def test_call_goes_straight_on_while_the_gate_is_closed() -> None:
    gate: ContextVar[Any] = ContextVar("gate", default=None)
    gated = StandIn(lambda x: x + 1, before, after, gate)
    assert gated(1) == 2
    assert log == []
    token = gate.set("open")
    assert gated(1) == 2
    assert len(log) == 2
    gate.reset(token)
    assert gated(1) == 2
    assert len(log) == 2
    with pytest.raises(TypeError, match="ContextVar"):
        StandIn(len, before, after, 3)  # type: ignore[arg-type]


def test_token_none_leaves_after_out() -> None:
    assert StandIn(len, lambda *_: None, after)([1, 2]) == 2
    assert log == []


def test_errors_of_hooks_never_reach_the_user() -> None:
    count = swallowed_errors()
    assert StandIn(len, lambda *_: 1 / 0, after)([1]) == 1
    assert StandIn(len, before, lambda *_: 1 / 0)([1]) == 1
    with pytest.raises(TypeError, match="has no len"):
        StandIn(len, before, lambda *_: 1 / 0)(3)
    assert swallowed_errors() == count + 3


def test_exception_that_a_hook_returns_is_raised() -> None:
    ran = []

    def work() -> None:
        ran.append(1)

    with pytest.raises(RuntimeError, match="strict"):
        StandIn(work, lambda *_: RuntimeError("strict"), after)()
    assert ran == []
    with pytest.raises(RuntimeError, match="strict"):
        StandIn(work, before, lambda *_: RuntimeError("strict"))()
    assert ran == [1]
    with pytest.raises(TypeError, match="has no len"):
        StandIn(len, before, lambda *_: RuntimeError("strict"))(3)


def test_interrupts_are_the_users() -> None:
    def interrupt(*_given: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        StandIn(len, interrupt, after)([1])
    with pytest.raises(KeyboardInterrupt):
        StandIn(len, before, interrupt)([1])


def test_deep_recursion_ends_like_the_plain_one() -> None:
    def down(n: int) -> int:
        return standing(n + 1)

    standing = StandIn(down, lambda *_: "token", lambda *_: None)
    with pytest.raises(RecursionError):
        standing(0)


def test_nothing_leaks() -> None:
    class Thing:
        def use(self, *given: Any, **options: Any) -> Any:
            return given

    Thing.use = StandIn(Thing.use, lambda *_: "token", lambda *_: None)  # type: ignore[method-assign]
    probe = object()

    def work() -> None:
        for _ in range(500):
            Thing().use(probe, 1, key=probe)
            with pytest.raises(TypeError):
                StandIn(len, lambda *_: "token", lambda *_: None)(probe)

    work()
    gc.collect()
    references, blocks = sys.getrefcount(probe), sys.getallocatedblocks()
    work()
    gc.collect()
    assert sys.getrefcount(probe) == references
    assert sys.getallocatedblocks() - blocks < 200
    gone = weakref.ref(StandIn(len, before, after))
    assert gone() is None


# A real estimator, in a script of its own, with its class instrumented by a pipeline that was recorded.
_INSTRUMENTED = """
import warnings, numpy, mltrack
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import make_pipeline

class Mine(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        warnings.warn("look here", stacklevel=2)
        self.classes_ = numpy.unique(y)
        self.is_fitted_ = True
        return self

    def predict(self, X):
        return numpy.zeros(len(X), dtype=int)

X, y = numpy.arange(20.0).reshape(10, 2), numpy.arange(10) % 2
with mltrack.start_run(strict=True):
    make_pipeline(Mine()).fit_sync(X, y)
assert type(vars(Mine)["fit"]).__name__ == "StandIn"
"""


@pytest.mark.parametrize("pickler", ["cloudpickle", "dill"])
def test_class_of_a_script_is_unpickled_where_mltrack_is_absent(
    pickler: str, python: Callable[..., Any], tmp_path: Path
) -> None:
    python(
        _INSTRUMENTED
        + f"""
import {pickler}
open({str(tmp_path / "model")!r}, "wb").write({pickler}.dumps(Mine().fit(X, y)))
"""
    )
    done = python(
        f"""
import sys
sys.modules["mltrack"] = None
import numpy  # dill takes a script's names from the script that loads
import {pickler}
model = {pickler}.loads(open({str(tmp_path / "model")!r}, "rb").read())
assert model.is_fitted_ and list(model.predict([[1, 2]])) == [0]
print(type(vars(type(model))["fit"]).__name__)
"""
    )
    assert done.stdout.strip() == "function"


def test_instrumented_class_works_in_loky_workers(python: Callable[..., Any]) -> None:
    python(
        _INSTRUMENTED
        + """
from joblib import Parallel, delayed
models = Parallel(n_jobs=2)(delayed(Mine().fit)(X, y) for _ in range(2))
assert all(model.is_fitted_ for model in models)
"""
    )


def test_joblib_and_dill_of_an_instrumented_estimator(tmp_path: Path, run: mltrack.Run) -> None:
    features = np.random.default_rng(0).normal(size=(40, 2))
    labels = (features[:, 0] > 0).astype(int)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(features, labels)
    assert type(vars(LogisticRegression)["fit"]) is StandIn
    joblib.dump(pipeline, tmp_path / "pipeline")
    for again in (
        joblib.load(tmp_path / "pipeline"),
        dill.loads(dill.dumps(pipeline)),
        cloudpickle.loads(cloudpickle.dumps(pipeline)),
        copy.deepcopy(pipeline),
    ):
        assert (again.predict(features) == pipeline.predict(features)).all()
    assert pickle.loads(pickle.dumps(LogisticRegression.fit)) is LogisticRegression.fit


def test_no_frame_of_ours_while_a_recorded_method_runs(run: mltrack.Run) -> None:
    seen: list[str] = []

    class Looking(BaseEstimator):
        def fit(self, X: Any, y: Any = None) -> Looking:
            frame = inspect.currentframe()
            while frame is not None:
                seen.append(frame.f_globals.get("__name__", ""))
                frame = frame.f_back
            warnings.warn("look here", stacklevel=2)
            return self

        def transform(self, X: Any) -> Any:
            return X

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Looking().fit_sync([[1.0], [2.0]])
    assert caught[0].filename == __file__
    make_pipeline(Looking()).fit_sync([[1.0], [2.0]])
    assert seen
    assert not [name for name in seen if name.split(".")[0] == "mltrack"]


def test_recorded_method_shows_what_the_plain_one_shows() -> None:
    model = LogisticRegression()
    assert inspect.signature(model.fit_sync) == inspect.signature(model.fit)  # type: ignore[attr-defined]
    assert inspect.signature(LogisticRegression.fit_sync) == inspect.signature(LogisticRegression.fit)  # type: ignore[attr-defined]
    assert model.fit_sync.__doc__ == model.fit.__doc__  # type: ignore[attr-defined]
    assert model.fit_sync.__self__ is model  # type: ignore[attr-defined]
