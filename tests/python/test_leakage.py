"""Signs of leakage: the labelled scripts of tests/leakage, and how findings are kept and told."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sqlite3
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.preprocessing import StandardScaler

import mltrack
from mltrack.leakage import _evidence, _learnt, _rows, _target

ROOT = Path(__file__).resolve().parents[2]
CORPUS = sorted((ROOT / "tests" / "leakage").glob("*.py"))

Found = set[tuple[str, str]]  # kind and grade


@dataclass(frozen=True)
class Label:
    """What the first line of a script says: the leak and its grade, or clean, and what may be found besides."""

    leak: tuple[str, str] | None
    allowed: frozenset[tuple[str, str]]

    @staticmethod
    def of(path: Path) -> Label:
        first, *rest = path.read_text().splitlines()[0].removeprefix("# label: ").split(", ")
        allowed = frozenset((kind, grade) for grade, kind in (word.split() for word in rest))
        if first == "clean":
            return Label(None, allowed)
        kind, grade = first.split()
        return Label((kind, grade), allowed)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What is found in each script, which is run as it is, in a run of its own."""
    return {path.stem: found_in(path, tmp_path_factory.mktemp(path.stem) / "store.db") for path in CORPUS}


def found_in(path: Path, store: Path) -> Found:
    with mltrack.start_run("leakage", path.stem, store=store, strict=True):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                runpy.run_path(str(path), run_name="__main__")
        finally:
            mltrack.autolog(disable=True)
    return {(alarm.kind, alarm.grade) for alarm in mltrack.query(store).alarms()}


def test_the_corpus_has_twenty_clean_scripts_and_five_of_each_leak() -> None:
    labels = [Label.of(path).leak for path in CORPUS]
    counts = {kind: sum(leak is not None and leak[0] == kind for leak in labels) for kind in KINDS}
    assert (labels.count(None), counts) == (20, dict.fromkeys(KINDS, 5))


KINDS = ("fitted_before_split", "test_rows_in_training", "target_in_features", "selection_outside_cv")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_leak_is_named_and_nothing_clean_is_alarmed(path: Path, corpus: dict[str, Found]) -> None:
    label = Label.of(path)
    found = corpus[path.stem]
    if label.leak is not None:
        assert label.leak in found
    grave = {(kind, grade) for kind, grade in found if grade != "note"}
    assert grave - label.allowed <= ({label.leak} if label.leak else set())
    assert {one for one in label.allowed if one[1] == "note"} <= found


def test_the_page_says_how_the_corpus_came_out(corpus: dict[str, Found]) -> None:
    assert table(corpus) in (ROOT / "docs" / "alarms.md").read_text()


def table(corpus: dict[str, Found]) -> str:
    """Precision and recall by kind, over scripts. A script counts as found where its kind was named in any grade but
    note; as wrong where a kind was named that its label does not have."""
    labels = {path.stem: Label.of(path) for path in CORPUS}
    lines = [
        "| kind | scripts with it | named | named elsewhere, as mild | alarmed elsewhere |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in KINDS:
        having = {name for name, label in labels.items() if label.leak and label.leak[0] == kind}
        named = {name for name, found in corpus.items() if {(kind, "alarm"), (kind, "mild")} & found}
        alarmed = {name for name, found in corpus.items() if (kind, "alarm") in found}
        lines.append(
            f"| `{kind}` | {len(having)} | {len(named & having)} | {len(named - alarmed - having)} | "
            f"{len(alarmed - having)} |"
        )
    clean = [name for name, label in labels.items() if label.leak is None]
    quiet = sum(not any(grade == "alarm" for _, grade in corpus[name]) for name in clean)
    return "\n".join([*lines, "", f"Of {len(clean)} clean scripts {quiet} raise no alarm."])


@pytest.fixture
def leaky(store: Path) -> Iterator[mltrack.Run]:
    """An open run in which columns were chosen by the labels of all rows."""
    with mltrack.start_run("leaky", "chosen", store=store, strict=True) as run:
        X, y = load_breast_cancer(return_X_y=True)
        chosen = SelectKBest(k=5).fit_transform_sync(X, y)
        X_train, X_test, y_train, y_test = mltrack.train_test_split_sync(chosen, y, random_state=0)
        model = LogisticRegression().fit_sync(X_train, y_train)
        model.score_sync(X_test, y_test)
        yield run


def test_an_alarm_says_what_where_and_what_to_do(leaky: mltrack.Run) -> None:
    (alarm,) = leaky.alarms()
    assert (alarm.kind, alarm.grade, alarm.run) == ("fitted_before_split", "alarm", leaky.uid)
    assert "SelectKBest" in alarm.advice and "pipeline" in alarm.advice
    assert {(call.role, call.op) for call in alarm.calls} == {
        ("fit", "fit_transform"),
        ("split", "split"),
        ("score", "score"),
    }
    assert len(alarm.sources) == 3 and all("test_leakage.py:" in source for source in alarm.sources)
    assert alarm.subject in {call.ref for call in alarm.calls if call.role == "fit"}


def test_nothing_is_kept_of_rows_when_the_run_has_ended(store: Path) -> None:
    features, labels = np.random.default_rng(0).normal(size=(60, 5)), np.arange(60) % 2
    with mltrack.start_run() as run:
        mltrack.train_test_split_sync(features, labels)
        assert _evidence.of(run).held
    assert run not in _evidence._of_run


def test_finding_it_again_changes_nothing(leaky: mltrack.Run, store: Path) -> None:
    dump = lambda: list(sqlite3.connect(store).execute("SELECT * FROM alarm JOIN alarm_node ON alarm = id"))  # noqa: E731
    leaky.alarms()
    before = dump()
    leaky.alarms()
    leaky.finish()
    assert before == dump() != []
    assert [alarm.kind for alarm in leaky.alarms()] == ["fitted_before_split"]


def test_alarms_are_asked_for_by_run_kind_and_grade(leaky: mltrack.Run, store: Path) -> None:
    leaky.finish()
    with mltrack.start_run("tidy", "nothing", store=store):
        pass
    query = mltrack.query(store)
    assert [len(query.alarms(**how)) for how in (
        {}, {"where": "project = 'leaky'"}, {"where": "project = 'tidy'"}, {"run": leaky},
        {"kind": "target_in_features"}, {"at_least": "alarm"}, {"limit": 1},
    )] == [1, 1, 0, 1, 0, 1, 1]  # fmt: skip
    assert query.alarms(limit=1).next is None
    table = query.alarms(kind="fitted_before_split", select="grade, project")
    assert list(table) == [{"grade": "alarm", "project": "leaky"}]
    assert list(query.table("alarms", where="grade = 'alarm'", select="kind")) == [{"kind": "fitted_before_split"}]
    with pytest.raises(mltrack.Error, match="'grave' is not a grade; the grades are note, mild and alarm"):
        query.alarms(at_least="grave")
    with pytest.raises(mltrack.Error, match="names a project, not a run"):
        query.alarms(run="leaky")


def test_answers_are_shown_as_text_table_and_json(leaky: mltrack.Run) -> None:
    alarms = leaky.alarms()
    assert repr(alarms).startswith("<1 alarm, 0 mild, 0 notes; that nothing else is listed is no certificate")
    assert "<td>fitted_before_split</td>" in alarms._repr_html_()
    assert json.loads(alarms[0].to_json())["nodes"][0]["role"] in ("fit", "split", "score", "test")
    frame = alarms.to_pandas()
    assert list(frame["kind"]) == ["fitted_before_split"] and len(frame["sources"][0]) == 3


def test_an_interactive_session_is_warned_once_at_the_end(leaky: mltrack.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.ps1", ">>> ", raising=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leaky.finish()
    assert [one.category for one in caught] == [mltrack.LeakageWarning]
    assert "fitted_before_split" in str(caught[0].message) and caught[0].filename == __file__


def test_a_script_is_told_behind_its_own_code(python, store: Path) -> None:  # type: ignore[no-untyped-def]
    script = ROOT / "tests" / "leakage" / "leak_rows_fitted_on_everything.py"
    program = f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__'); print('the end')"
    done = python(program)
    assert done.stdout.endswith("the end\n")
    line = next(line for line in done.stderr.splitlines() if "LeakageWarning" in line)
    place, _, words = line.partition(": LeakageWarning: ")
    assert Path(place.rpartition(":")[0]).name == script.name
    assert "shows signs of leakage (test_rows_in_training): its results" in words and "mltrack query alarms" in words
    assert [alarm.kind for alarm in mltrack.query(store).alarms()] == ["test_rows_in_training"]
    assert (
        python(program.replace("import runpy", "import runpy, warnings; warnings.simplefilter('error')")).stderr == ""
    )


def test_the_test_set_may_be_used_as_often_as_one_says(run: mltrack.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = mltrack.train_test_split_sync(X, y, random_state=0)
    for alpha in (0.1, 1.0, 10.0):
        RidgeClassifier(alpha).fit_sync(X_train, y_train).score_sync(X_test, y_test)
    assert len(run.alarms()) == 0
    monkeypatch.setenv("MLTRACK_TEST_SET_REUSE", "2")
    (note,) = run.alarms()
    assert (note.kind, note.grade, note.counted) == ("test_set_reused", "note", 3)
    monkeypatch.setenv("MLTRACK_TEST_SET_REUSE", "few")
    with pytest.raises(ValueError, match="MLTRACK_TEST_SET_REUSE is 'few'; give a whole number"):
        run.alarms()
    monkeypatch.delenv("MLTRACK_TEST_SET_REUSE")


def test_scores_on_training_data_are_noted(run: mltrack.Run) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    model = RidgeClassifier().fit_sync(X, y)
    model.score_sync(X.copy(), y)
    (note,) = run.alarms()
    assert (note.kind, note.grade) == ("scored_on_training", "note")


def test_data_of_another_run_is_not_taken_for_a_node_of_this_one(store: Path) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    with mltrack.start_run(store=store) as before:
        for number in range(3):
            before.log_dataset([number])
        before.log_dataset(X)
    with mltrack.start_run(store=store, strict=True) as run:
        X_train, X_test, y_train, y_test = mltrack.train_test_split_sync(X.copy(), y, random_state=0)
        model = RidgeClassifier().fit_sync(X_train, y_train)
        model.score_sync(X_test, y_test)
        RidgeClassifier().fit_sync(X, y)
        assert mltrack.ref(X) == f"{before.uid[:8]}:4" and mltrack.ref(X_train) == f"{run.uid[:8]}:4"
        assert len(run.alarms()) == 0


def test_columns_chosen_from_one_frame_are_the_same_rows(run: mltrack.Run) -> None:
    """The scaler gets other columns than the split, but all rows of the frame that both were taken from."""
    frame = load_breast_cancer(as_frame=True).frame
    run.log_dataset(frame)
    scaler = StandardScaler().fit_sync(frame[["mean radius", "mean texture"]])
    train, test = mltrack.train_test_split_sync(frame, random_state=0)
    columns = ["mean radius", "mean texture"]
    model = LogisticRegression().fit_sync(scaler.transform_sync(train[columns]), train["target"])
    model.score_sync(scaler.transform_sync(test[columns]), test["target"])
    assert [(alarm.kind, alarm.grade) for alarm in run.alarms()] == [("fitted_before_split", "mild")]


def test_what_a_transformer_learnt_from() -> None:
    from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, Normalizer, TargetEncoder

    X, y = load_breast_cancer(return_X_y=True)
    kinds = [
        Normalizer(),
        FunctionTransformer(np.log1p),
        StandardScaler(),
        KBinsDiscretizer(3),
        SelectKBest(),
        TargetEncoder(),
    ]
    assert [_learnt.of(kind.fit(X, y)) for kind in kinds] == ["shape", "shape", "rows", "rows", "target", "target"]


def test_own_transformers_are_read_for_what_they_do_with_the_target() -> None:
    from sklearn.base import BaseEstimator, TransformerMixin

    class Ignores(TransformerMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, X, y=None):  # type: ignore[no-untyped-def]
            self.mean_ = X.mean(axis=0)
            return self

        def transform(self, X):  # type: ignore[no-untyped-def]
            return X - self.mean_

    class Uses(Ignores):
        def fit(self, X, y=None):  # type: ignore[no-untyped-def]
            self.mean_ = X[y == 1].mean(axis=0)
            return self

    X, y = load_breast_cancer(return_X_y=True)
    assert [_learnt.of(kind().fit(X, y)) for kind in (Ignores, Uses)] == ["rows", "target"]


def test_equal_rows_are_telling_only_where_chance_makes_none() -> None:
    rng = np.random.default_rng(0)
    measured, coded = rng.normal(size=(500, 6)), rng.integers(0, 4, (500, 6)).astype(float)
    powers = np.column_stack([coded[:, 0] * 7 + coded[:, 1] * 13 + coded[:, 2] * 29] * 6) ** np.arange(1, 7)
    assert [_rows.rarely_equal(data, 500) for data in (measured, coded, powers)] == [True, False, False]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda y: y.astype(float), True),
        (lambda y: np.where(y == 1, 7.0, -3.0), True),
        (lambda y: np.where(np.arange(len(y)) == 0, 1 - y, y), False),
        (lambda y: np.zeros(len(y)), False),
    ],
    ids=["equal", "coded", "but one", "constant"],
)
def test_columns_that_say_what_a_class_says(make, expected: bool) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 60)
    X = np.column_stack([rng.normal(size=60), make(y)])
    assert _target.columns_like_target(X, y, RidgeClassifier()) == (["1"] if expected else [], 2)
    assert _target.columns_like_target(X, np.sort(y), RidgeClassifier())[0] == []  # too few steps to mean anything


def test_large_tables_are_left_alone(run: mltrack.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_evidence, "CELLS_A_TABLE", 1_000)
    X, y = load_breast_cancer(return_X_y=True)
    mltrack.train_test_split_sync(np.concatenate([X, X]), np.concatenate([y, y]), random_state=0)
    assert _evidence.of(run).held == [] and len(run.alarms()) == 0
