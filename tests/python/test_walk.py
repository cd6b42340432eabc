"""`walk` finds what `ancestors` and `descendants` find, node by node; questions answer wherever a store lies."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

import mltrack

X = np.random.default_rng(3).normal(size=(60, 3))
y = X @ [1.0, 2.0, 3.0]


@pytest.fixture
def model(store: Path) -> str:
    """Two runs over the same data; the reference of the second one's model."""
    for name in ("first", "second"):
        with mltrack.start_run("project", "experiment", name=name, strict=True):
            scaled = StandardScaler().fit_transform_sync(X)
            regression = LinearRegression().fit_sync(scaled, y)
            regression.predict_sync(scaled)
            ref = mltrack.ref(regression)
    return str(ref)


def every_ref() -> list[str]:
    query = mltrack.query()
    listings = (query.runs, query.calls, query.datasets, query.models)
    return [node.ref for listing in listings for node in listing()]


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("kind", ["", "model", "call"])
@pytest.mark.parametrize("depth", [None, 1])
def test_a_walk_passes_what_the_closure_holds(model: str, up: bool, kind: str, depth: int | None) -> None:
    query = mltrack.query()
    found = 0
    for ref in every_ref():
        if ":" not in ref or ref.endswith(":0"):
            continue
        closure = query.ancestors(ref, depth=depth) if up else query.descendants(ref, depth=depth)
        expected = [
            (node.ref, node.kind, node.op, node.type, node.name, node.run)
            for node in closure.nodes
            if kind in ("", node.kind)
        ]
        passed: list[tuple[object, ...]] = []
        assert query.walk(ref, passed.append, up=up, depth=depth, kind=kind) == len(expected)
        assert [tuple(node) for node in passed] == expected
        assert query.walk(ref, up=up, depth=depth, kind=kind) == len(expected)
        found += len(expected)
    assert found > 0


def test_a_walk_ends_where_it_is_told_to(model: str) -> None:
    query = mltrack.query()
    total = query.walk(model, up=True)
    seen: list[str] = []

    def two(node: object) -> bool:
        seen.append(node.ref)  # type: ignore[attr-defined]
        return len(seen) < 2

    assert query.walk(model, two, up=True) == total > 2
    assert len(seen) == 2

    def fail(node: object) -> None:
        raise KeyError(node)

    with pytest.raises(KeyError):
        query.walk(model, fail, up=True)
    with pytest.raises(mltrack.Error, match="note the references"):
        query.walk(model, lambda node: query.node(node.ref), up=True)
    assert query.walk(model, up=True) == total  # the snapshots of these three are closed


def test_wrong_words_are_named(model: str) -> None:
    with pytest.raises(mltrack.Error, match="modle"):
        mltrack.query().walk(model, kind="modle")
    with pytest.raises(mltrack.errors.NotFoundError):
        mltrack.query().walk("nothing/there")


def test_the_program_walks(store: Path, model: str) -> None:
    def mltrack_program(*words: str) -> str:
        command = ["mltrack", "query", "walk", model, "--up", *words, "--store", str(store)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    passed: list[tuple[object, ...]] = []
    total = mltrack.query().walk(model, passed.append, up=True)
    assert mltrack_program("--count") == f"{total}\n"
    rows = [dict(zip(("ref", "kind", "op", "type", "name", "run"), node, strict=True)) for node in passed]
    assert [json.loads(line) for line in mltrack_program("--format", "jsonl").splitlines()] == rows
    assert json.loads(mltrack_program("--format", "json")) == rows
    assert [line.split(",")[0] for line in mltrack_program("--format", "csv").splitlines()[1:]] == [
        row["ref"] for row in rows
    ]
    assert [line.split()[0] for line in mltrack_program().splitlines()] == [row["ref"] for row in rows]


def answers(path: Path, model: str) -> tuple[object, ...]:
    query = mltrack.query(path)
    return (
        [node.ref for node in query.runs()],
        [node.ref for node in query.ancestors(model).nodes],
        query.walk(model, up=True),
        query.node(model).params,
    )


def test_a_copied_file_answers_the_same(store: Path, model: str, tmp_path: Path) -> None:
    expected = answers(store, model)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(store, tmp_path / "copy.db")
    assert answers(tmp_path / "copy.db", model) == expected
    assert expected[2] > 4  # type: ignore[operator]


def test_a_store_beside_which_nothing_can_be_written_answers_the_same(store: Path, model: str, tmp_path: Path) -> None:
    expected = answers(store, model)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = tmp_path / "archive"
    folder.mkdir()
    shutil.copy(store, folder / "store.db")
    os.symlink(folder / "missing" / "shm", folder / "store.db-shm")  # no lock file can be made, not even by root
    folder.chmod(0o555)
    try:
        assert answers(folder / "store.db", model) == expected
    finally:
        folder.chmod(0o755)


WRITER = """
import sys, numpy as np, mltrack
from sklearn.linear_model import LinearRegression
X = np.random.default_rng(3).normal(size=(60, 3))
with mltrack.start_run("project", "experiment", name="writer", strict=True) as run:
    while not sys.stdin.closed:
        LinearRegression().fit_sync(X, X.sum(axis=1))
        run.log_metric("loss", 1.0)
        print("wrote", flush=True)
        if sys.stdin.readline() == "":
            break
"""


def test_a_store_that_another_process_writes_answers(store: Path, model: str) -> None:
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        counts = []
        for _ in range(4):
            assert writer.stdout.readline() == "wrote\n"
            query = mltrack.query(store)
            (run,) = query.runs(where="name = 'writer'")
            assert run.status == "running"
            counts.append(sum(node.run == run.run for node in query.calls()))
            assert query.walk(model, up=True) > 4
            writer.stdin.write("more\n")
            writer.stdin.flush()
        writer.stdin.close()
        assert writer.wait(60) == 0
    assert counts == sorted(set(counts))
    assert len(counts) == 4
