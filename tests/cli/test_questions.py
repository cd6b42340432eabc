"""Every question has the same answer in C++, in Python and from the program, byte for byte, on the demo's store."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mltrack
from transcript import BUILD, PROGRAM, ROOT

EXAMPLES = ROOT / "examples"
MORE = Path(__file__).with_name("more_models.py")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that the Python example makes, with some more models, and the file beside it."""
    folder = tmp_path_factory.mktemp("demo")
    store = folder / "demo.db"
    data = folder / "penguins.csv"
    data.write_bytes((EXAMPLES / "data" / "penguins.csv").read_bytes())
    for program in (EXAMPLES / "python" / "penguins.py", MORE):
        done = subprocess.run(
            [sys.executable, program, data, store], capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
    return store


def rows(answer: Any) -> str:
    """An answer as the program prints it."""
    return "[" + ",".join(node.to_json() for node in answer) + "]"


def table(answer: mltrack.Table) -> str:
    return answer.to_json().replace("\n", "")


def named(q: mltrack.Query, estimator: str) -> str:
    """The newest model of a class that is part of no other one, or else of any."""
    return q.models(where=f"estimator = '{estimator}'", limit=1)[0].ref


def first(q: mltrack.Query) -> str:
    return q.runs(order_by="started", limit=1)[0].ref


def graph(answer: mltrack.Lineage) -> str:
    """A part of the graph as JSON, by its nodes and edges."""
    edges = [{"src": e.src, "dst": e.dst, "slot": e.slot, "via": e.via} for e in answer.edges]
    nodes = ",".join(node.to_json() for node in answer)
    told = json.dumps(edges, separators=(",", ":"), ensure_ascii=False)
    notes = json.dumps(list(answer.notes), separators=(",", ":"))
    return f'{{"root":{answer.root.to_json()},"nodes":[{nodes}],"edges":{told},"notes":{notes}}}'


Ask = Callable[[mltrack.Query], str]

# Words in braces stand for the newest model of that class, {first} for the first run.
QUESTIONS: dict[str, Ask] = {
    "projects": lambda q: rows(q.projects()),
    "experiments": lambda q: rows(q.experiments()),
    "runs where=\"experiment = 'more'\"": lambda q: rows(q.runs(where="experiment = 'more'")),
    "overview": lambda q: table(q.overview()),
    "ancestors {LinearRegression}": lambda q: graph(q.ancestors(named(q, "LinearRegression"))),
    "descendants penguins.csv kind=model": lambda q: graph(q.descendants("penguins.csv", kind="model")),
    "lineage {KMeans} kind=dataset": lambda q: graph(q.lineage(named(q, "KMeans"), kind="dataset")),
    "common-ancestor {LinearRegression} {KMeans}": lambda q: rows(
        q.common_ancestor(named(q, "LinearRegression"), named(q, "KMeans"))
    ),
    "models where=\"derived_from('penguins.csv')\"": lambda q: rows(q.models(where="derived_from('penguins.csv')")),
    "training-rows": lambda q: table(q.training_rows()),
    "training-rows {first}": lambda q: table(q.training_rows(first(q))),
    "training-rows where=\"estimator = 'Ridge'\"": lambda q: table(q.training_rows(where="estimator = 'Ridge'")),
    "convergence": lambda q: table(q.convergence()),
    "problem-types": lambda q: table(q.problem_types()),
    "compare {LogisticRegression} {SGDClassifier} params=": lambda q: table(
        q.compare_params(named(q, "LogisticRegression"), named(q, "SGDClassifier"))
    ),
    "compare {LinearRegression} {Ridge} params= only_differences=": lambda q: table(
        q.compare_params(named(q, "LinearRegression"), named(q, "Ridge"), only_differences=True)
    ),
    "compare {LinearRegression} {RandomForestClassifier} features=": lambda q: table(
        q.compare_features(named(q, "LinearRegression"), named(q, "RandomForestClassifier"))
    ),
    "compare {LinearRegression} {Ridge} importances=": lambda q: table(
        q.compare_importances(named(q, "LinearRegression"), named(q, "Ridge"))
    ),
    "features {Pipeline}": lambda q: table(q.features(named(q, "Pipeline"))),
    "features {first} original=": lambda q: table(q.features(first(q), original=True)),
    "similar {Ridge}": lambda q: table(q.similar(named(q, "Ridge"))),
    "similar {Pipeline} limit=3": lambda q: table(q.similar(named(q, "Pipeline"), limit=3)),
    "importances {RandomForestClassifier}": lambda q: table(q.importances(named(q, "RandomForestClassifier"))),
    "importances {LogisticRegression}": lambda q: table(q.importances(named(q, "LogisticRegression"))),
    "rank metric=accuracy on=test": lambda q: table(q.rank("accuracy", on="test")),
    "rank metric=accuracy on=train limit=2": lambda q: table(q.rank("accuracy", on="train", limit=2)),
    "rank metric=r2 smallest_first=": lambda q: table(q.rank("r2", smallest_first=True)),
    "confidence-intervals {LinearRegression}": lambda q: table(q.confidence_intervals(named(q, "LinearRegression"))),
    "confidence-intervals {LogisticRegression} level=0.9": lambda q: table(
        q.confidence_intervals(named(q, "LogisticRegression"), level=0.9)
    ),
    "pipeline {first}": lambda q: q.pipeline(first(q)).to_json(),
    "pipeline {GridSearchCV}": lambda q: q.pipeline(named(q, "GridSearchCV")).to_json(),
}


def filled(q: mltrack.Query, word: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: first(q) if match[1] == "first" else named(q, match[1]), word)


def options(words: list[str]) -> list[str]:
    """`name=value` as the program takes it; a name alone is a flag."""
    taken = []
    for word in words:
        name, equals, value = word.partition("=")
        plain = not equals or any(c in name for c in " .:")
        taken += [word] if plain else [f"--{name.replace('_', '-')}"] + ([value] if value else [])
    return taken


def by_cpp(store: Path, words: list[str]) -> str:
    done = subprocess.run([BUILD / "tests" / "ask", store, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\n", "")


def by_program(store: Path, words: list[str]) -> str:
    command = [PROGRAM, "query", *options(words), "--store", store, "--format", "json"]
    clean = {name: value for name, value in os.environ.items() if name not in ("MLTRACK_STORE", "COLUMNS")}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, cwd=store.parent, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\n", "")


@pytest.mark.parametrize("question", QUESTIONS)
def test_three_languages_say_the_same(demo: Path, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo.parent)
    asked = mltrack.query(demo)
    words = [filled(asked, word) for word in shlex.split(question)]
    said = by_program(demo, words)
    assert len(json.loads(said)) > 0
    assert by_cpp(demo, words) == said
    assert QUESTIONS[question](asked) == said
