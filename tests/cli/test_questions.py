"""Every question has the same answer in C++, in Python and from the program, byte for byte, on the demo's store."""

from __future__ import annotations

import json
import os
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
    return answer.to_json()


def first(q: mltrack.Query) -> str:
    return q.runs(order_by="started", limit=1)[0].ref


Ask = Callable[[mltrack.Query], str]

QUESTIONS: dict[str, Ask] = {
    "training-rows": lambda q: table(q.training_rows()),
    "training-rows FIRST": lambda q: table(q.training_rows(first(q))),
    "training-rows where=\"estimator = 'Ridge'\"": lambda q: table(q.training_rows(where="estimator = 'Ridge'")),
}


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
    return done.stdout.removesuffix("\n")


def by_program(store: Path, words: list[str]) -> str:
    command = [PROGRAM, "query", *options(words), "--store", store, "--format", "json"]
    clean = {name: value for name, value in os.environ.items() if name not in ("MLTRACK_STORE", "COLUMNS")}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, cwd=store.parent, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\n", "")


@pytest.mark.parametrize("question", QUESTIONS)
def test_three_languages_say_the_same(demo: Path, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo.parent)
    words = [word.replace("FIRST", first(mltrack.query(demo))) for word in shlex.split(question)]
    said = by_program(demo, words)
    assert len(json.loads(said)) > 0
    assert by_cpp(demo, words) == said
    assert QUESTIONS[question](mltrack.query(demo)) == said
