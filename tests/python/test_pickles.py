"""What is pickled while autolog is on loads where mltrack is absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_SAVES = """
import mltrack
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
import numpy

class Mine(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = numpy.unique(y)
        return self
    def predict(self, X):
        return numpy.full(len(X), self.classes_[0])

def double(X):
    return X * 2

def models():
    yield Mine()
    yield make_pipeline(FunctionTransformer(double), StandardScaler(), Mine())
    yield GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {}, cv=2)

X, y = numpy.arange(20.0).reshape(10, 2), numpy.arange(10) % 2
with mltrack.start_run(strict=True), mltrack.autolog():
    fitted = [model.fit(X, y) for model in models()]
    assert type(vars(Mine)["fit"]).__name__ == "StandIn"
    save(fitted, [model.predict(X).tolist() for model in fitted])
"""

_LOADS = """
import sys
sys.modules["mltrack"] = None
import numpy  # dill takes a script's names from the script that loads
X = numpy.arange(20.0).reshape(10, 2)
fitted, predicted = load()
assert [model.predict(X).tolist() for model in fitted] == predicted
assert not any(name.startswith("mltrack.") for name in sys.modules)
print([type(type(model).fit).__name__ for model in fitted])
"""


@pytest.mark.parametrize("pickler", ["cloudpickle", "dill"])
def test_classes_of_a_script(pickler: str, python: Callable[..., Any], tmp_path: Path) -> None:
    file = str(tmp_path / "models")
    python(f"import {pickler}\ndef save(*both): open({file!r}, 'wb').write({pickler}.dumps(both))\n" + _SAVES)
    done = python(f"import {pickler}\ndef load(): return {pickler}.loads(open({file!r}, 'rb').read())\n" + _LOADS)
    assert done.stdout.strip() == str(["function"] * 3)


@pytest.mark.parametrize("pickler", ["joblib", "pickle"])
def test_classes_of_a_module(pickler: str, python: Callable[..., Any], tmp_path: Path) -> None:
    file = str(tmp_path / "models")
    saves = _SAVES.replace("    yield Mine()\n", "").replace("FunctionTransformer(double), ", "").replace(
        "StandardScaler(), Mine()", "StandardScaler(), LogisticRegression()"
    )  # fmt: skip
    opened = {"joblib": (file, file), "pickle": (f"open({file!r}, 'wb')", f"open({file!r}, 'rb')")}[pickler]
    written, read = (repr(one) if one == file else one for one in opened)
    python(f"import {pickler}\ndef save(*both): {pickler}.dump(both, {written})\n" + saves)
    done = python(f"import {pickler}\ndef load(): return {pickler}.load({read})\n" + _LOADS)
    assert done.stdout.strip() == str(["function"] * 2)
