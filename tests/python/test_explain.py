"""Why two runs differ: single changes to a real script and its data, each of which is named first."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd  # noqa: F401  the children have it
import pytest
import sklearn.compose
import sklearn.decomposition
import sklearn.linear_model
import sklearn.model_selection
import sklearn.pipeline
import sklearn.preprocessing  # noqa: F401

import mltrack
from conftest import PENGUINS

SCRIPT = """
import sys
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import mltrack
import units

mltrack.autolog()
with mltrack.start_run("penguins", "explain"):
    frame = pd.read_csv("penguins.csv")
    known = frame.dropna()
    X = known[["bill_length_mm", "flipper_length_mm", "body_mass_g"]]
    y = known["species"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
    scaler = StandardScaler().fit(X_train)
    model = make_pipeline(units.Units(), LogisticRegression(C=1.0, max_iter=500))
    model.fit(scaler.transform(X_train), y_train)
    model.score(scaler.transform(X_test), y_test)
"""

UNITS = """
import os
from sklearn.base import BaseEstimator, TransformerMixin

class Units(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        if os.environ.get("TZ") == "Mars":
            raise RuntimeError("no time there")
        self.factor_ = FACTOR
        return self

    def transform(self, X):
        return X * self.factor_
"""


class Place:
    """A folder with the data, the script and a small package of its own, in which runs are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = SCRIPT
        self.store = folder / "store.db"
        shutil.copy(PENGUINS, folder / "penguins.csv")
        self.package("1.0", 1.0)

    def package(self, version: str, factor: float) -> None:
        site = self.folder / "site-packages"
        shutil.rmtree(site, ignore_errors=True)
        about = site / f"units-{version}.dist-info"
        about.mkdir(parents=True)
        (site / "units.py").write_text(UNITS.replace("FACTOR", str(factor)))
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: units\nVersion: {version}\n")
        (about / "RECORD").write_text("units.py,,\n")

    def edit(self, old: str, new: str) -> None:
        assert old in self.script
        self.script = self.script.replace(old, new)

    def data(self, change: Callable[[list[str]], list[str]]) -> None:
        path = self.folder / "penguins.csv"
        path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    def run(self, **variables: str) -> str:
        """Runs the script and gives the reference of its run. In a child of this process, which has the libraries."""
        (self.folder / "train.py").write_text(self.script)
        child = os.fork()
        if child == 0:
            self._run_here(variables)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with mltrack.open(self.store, read_only=True) as tracker:
            return tracker.query().runs()[0].ref

    def _run_here(self, variables: dict[str, str]) -> NoReturn:
        status = 1
        try:
            os.chdir(self.folder)
            os.environ.update(variables, MLTRACK_STORE=os.fspath(self.store))
            sys.path.insert(0, os.fspath(self.folder / "site-packages"))
            sys.argv = ["train.py"]
            np.random.seed()  # children would draw the same numbers
            runpy.run_path("train.py", run_name="__main__")
            status = 0
        except RuntimeError as error:
            status = 0 if "no time there" in str(error) else 1
        finally:
            os._exit(status)

    def explain(self, a: str, b: str) -> mltrack.Explanation:
        with mltrack.open(self.store, read_only=True) as tracker:
            return tracker.query().explain(a, b)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which the script ran once."""
    place = Place(tmp_path_factory.mktemp("recorded"))
    return place.folder, place.run()


@pytest.fixture
def place(recorded: tuple[Path, str], tmp_path: Path) -> Place:
    folder, _ = recorded
    made = Place(tmp_path)
    shutil.copy(folder / "store.db", made.store)
    return made


@pytest.fixture
def first(recorded: tuple[Path, str]) -> str:
    return recorded[1]


def replaced(line: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert old in lines[line]
        return [*lines[:line], lines[line].replace(old, new, 1), *lines[line + 1 :]]

    return change


def columns(change: Callable[[list[str]], list[str]]) -> Callable[[list[str]], list[str]]:
    return lambda lines: [",".join(change(line.split(","))) for line in lines]


def with_column(cells: list[str]) -> list[str]:
    return [*cells, "bill_area" if cells[0] == "species" else str(len(cells[2]) * 3)]


def in_grams(cells: list[str]) -> list[str]:
    return [cell if cells[0] == "species" or at != 1 else f"{len(cell)}" for at, cell in enumerate(cells)]


DATA = {
    "file": (lambda lines: [lines[0], *reversed(lines[1:])], "file", "penguins.csv"),
    "rows appended": (lambda lines: [*lines, *lines[1:6]], "rows", ""),
    "rows dropped": (lambda lines: lines[:-7], "rows", ""),
    "row edited": (replaced(1, "39.1", "39.7"), "columns", "bill_length_mm"),
    "column added": (columns(with_column), "columns", "bill_area"),
    "column dropped": (columns(lambda cells: cells[:-1]), "columns", None),
    "column renamed": (replaced(0, "island", "place"), "columns", "island"),
    "column retyped": (columns(in_grams), "columns", "island"),
    "columns reordered": (columns(lambda cells: [cells[0], *reversed(cells[1:])]), "columns", ""),
}
SCRIPTS = {
    "split": ("test_size=0.25", "test_size=0.3", "split", "test_size"),
    "seed": ("random_state=0", "random_state=1", "seed", "random_state"),
    "param": ("C=1.0", "C=0.5", "param", "logisticregression__C"),
    "step added": ("units.Units(), Log", "units.Units(), PCA(2), Log", "step", "pca"),
    "step removed": ("units.Units(), ", "", "step", "units"),
    "step exchanged": ("StandardScaler()", "MinMaxScaler()", "step", "StandardScaler"),
    "pandas step": ("frame.dropna()", "frame.dropna().head(300)", "step", "head"),
    "code": ("y = known", "X = pd.DataFrame(np.log1p(X.to_numpy()), columns=X.columns); y = known", "code", "digest"),
    "what is scored": ("X_test), y_test)", "X_train), y_train)", "code", ""),
}


def test_identical_rerun(place: Place, first: str) -> None:
    found = place.explain(first, place.run())
    assert list(found) == []
    assert found.aligned >= 10
    assert found.call_a is None
    assert found.call_b is None
    assert "no difference" in repr(found)


@pytest.mark.parametrize("name", DATA)
def test_data(place: Place, first: str, name: str) -> None:
    change, kind, about = DATA[name]
    place.data(change)
    found = place.explain(first, place.run())
    assert [cause.kind for cause in found] == [kind], found
    assert about is None or found[0].name == about
    assert found.call_a is not None
    assert found.call_a.op == "read"
    assert found[0].call_a == found.call_a.ref
    assert "penguins.csv" in found[0].text


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(place: Place, first: str, name: str) -> None:
    old, new, kind, about = SCRIPTS[name]
    place.edit(old, new)
    found = place.explain(first, place.run())
    assert found[0].kind == kind, found
    assert about is None or found[0].name == about
    assert {cause.kind for cause in found[1:]} <= {"code"}, found
    assert ("code", "digest") in [(cause.kind, cause.name) for cause in found]


def test_other_file(place: Place, first: str) -> None:
    lines = (place.folder / "penguins.csv").read_text().splitlines(keepends=True)
    (place.folder / "more.csv").write_text("".join([*lines, *lines[1:6]]))
    place.edit("penguins.csv", "more.csv")
    found = place.explain(first, place.run())
    assert (found[0].kind, found[0].a, found[0].b) == ("file", "penguins.csv", "more.csv")
    assert "5 more" in found[0].text


def test_package(place: Place, first: str) -> None:
    place.package("2.0", 1000.0)
    found = place.explain(first, place.run())
    assert [(cause.kind, cause.name, cause.a, cause.b) for cause in found] == [("package", "units", "1.0", "2.0")]
    assert found.call_a is not None
    assert found.call_a.op in ("fit", "fit_transform")


def test_environment(place: Place, first: str) -> None:
    found = place.explain(place.run(OMP_NUM_THREADS="1"), place.run(OMP_NUM_THREADS="2"))
    assert [(cause.kind, cause.name) for cause in found] == [("environment", "OMP_NUM_THREADS")]
    assert found.call_a is None


def test_failure(place: Place, first: str) -> None:
    found = place.explain(first, place.run(TZ="Mars"))
    assert found[0].kind == "failure"
    assert "no time there" in (found[0].b or "")
    assert {cause.kind for cause in found[1:]} <= {"environment"}


def test_without_seed(place: Place) -> None:
    place.edit(", random_state=0", "")
    found = place.explain(place.run(), place.run())
    assert [(cause.kind, cause.name) for cause in found] == [("seed", "random_state")]
    assert found.call_a is not None
    assert found.call_a.op == "split"


def test_models_datasets_and_predictions(place: Place, first: str) -> None:
    place.edit("C=1.0", "C=0.5")
    second = place.run()
    with mltrack.open(place.store, read_only=True) as tracker:
        query = tracker.query()
        models = query.models(where="type = 'sklearn.pipeline.Pipeline'", order_by="started")
        found = query.explain(*models)
        assert (found[0].kind, found[0].name) == ("param", "logisticregression__C")
        splits = [query.lineage(ref).nodes for ref in (first, second)]
        train = [next(node for node in nodes if node.rows == 249 and node.columns == 3) for nodes in splits]
        assert list(query.explain(*train)) == []
        with pytest.raises(mltrack.Error, match="only nodes of one kind"):
            query.explain(models[0], train[0])


def test_the_program_says_the_same(place: Place, first: str) -> None:
    place.edit("C=1.0", "C=0.5")
    second = place.run()
    said = subprocess.run(
        ["mltrack", "query", "explain", first, second, "--format", "json", "--store", os.fspath(place.store)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = place.explain(first, second)
    assert json.loads(said) == json.loads(found.to_json())
    assert list(found.to_pandas()["kind"]) == [cause.kind for cause in found]


def test_compare_several(place: Place, first: str) -> None:
    refs = [first]
    for size in ("0.3", "0.4"):
        place.script = SCRIPT.replace("0.25", size)
        refs.append(place.run())
    with mltrack.open(place.store, read_only=True) as tracker:
        query = tracker.query()
        table = query.compare(*refs)
        only = query.compare(*refs, only_differences=True)
        assert table.columns == only.columns == ("what", "name", *refs)
        assert 0 < len(only) < len(table)
        for row in only:
            assert len({row[ref] for ref in refs}) > 1
        assert {(row["what"], row["name"]) for row in only} >= {("code", "digest"), ("metric", "accuracy")}
        with pytest.raises(mltrack.Error, match="named twice"):
            query.compare(first, first, only_differences=True)
    said = subprocess.run(
        ["mltrack", "query", "compare", *refs, "--only-differences", "--format", "json", "--store", place.store],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(said) == json.loads(only.to_json())
