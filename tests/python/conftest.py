"""Every test has a store of its own, and no run is open when it begins or ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mltrack
from graph import Graph
from mltrack import _context

PENGUINS = Path(__file__).resolve().parents[2] / "examples" / "data" / "penguins.csv"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The default store of this test."""
    path = tmp_path / "store.db"
    monkeypatch.setenv("MLTRACK_STORE", str(path))
    monkeypatch.delenv("MLTRACK_DISABLE", raising=False)
    monkeypatch.delenv("MLTRACK_STRICT", raising=False)
    yield path
    for run in reversed(_context._open.copy()):
        run.finish()


@pytest.fixture
def run(store: Path) -> Iterator[mltrack.Run]:
    """An open run in the default store, in which a failure of tracking is a failure of the test."""
    with mltrack.start_run("project", "experiment", strict=True) as run:
        yield run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with penguins.csv, in which a failure of tracking is a failure of the test."""
    shutil.copy(PENGUINS, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLTRACK_STRICT", "1")
    return tmp_path


@pytest.fixture
def read(store: Path, run: mltrack.Run) -> Callable[[], Graph]:
    """Reads what is written of the run so far."""
    return lambda: Graph(store, run.uid)


@pytest.fixture
def python(store: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program in a fresh interpreter with the test's store."""

    def run_program(program: str, *, check: bool = True, **extra: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **extra}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run_program
