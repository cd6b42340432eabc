"""Which store the program opens, and what doctor says of it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from transcript import Shell


def test_the_nearest_store_upward_is_asked(shell: Shell) -> None:
    below = shell.folder / "a" / "b"
    below.mkdir(parents=True)
    assert "penguins" in replace(shell, folder=below).run("mltrack query projects").stdout


def test_the_environment_names_a_store(shell: Shell, tmp_path: Path) -> None:
    elsewhere = replace(shell, folder=tmp_path)
    store = str(shell.folder / "mltrack.db")
    assert "penguins" in elsewhere.run("mltrack query projects", MLTRACK_STORE=store).stdout
    assert "penguins" in elsewhere.run(f"mltrack query projects --store {store}", MLTRACK_STORE="other.db").stdout


def test_without_a_store_the_program_says_where_it_looked(shell: Shell, tmp_path: Path) -> None:
    elsewhere = replace(shell, folder=tmp_path.resolve())
    done = elsewhere.run("mltrack query runs")
    assert (done.returncode, done.stdout) == (1, "")
    assert str(elsewhere.folder) in done.stderr
    assert "$MLTRACK_STORE is not set" in done.stderr
    assert "MLTRACK_STORE" in elsewhere.run("mltrack doctor", MLTRACK_STORE="gone.db").stderr
    assert list(tmp_path.iterdir()) == []


def test_questions_do_not_change_the_store(shell: Shell) -> None:
    before = (shell.folder / "mltrack.db").read_bytes()
    for line in ("query runs", "query descendants penguins.csv", "show 3f9c2e1a:9", "doctor"):
        assert shell.run(f"mltrack {line}").returncode == 0
    assert (shell.folder / "mltrack.db").read_bytes() == before


def test_doctor_finds_a_sound_store_sound(shell: Shell) -> None:
    done = shell.run("mltrack doctor --format json")
    health = json.loads(done.stdout)
    assert done.returncode == 0
    assert health["problems"] == []
    assert health["sqlite_version"] == sqlite3.sqlite_version
    assert "libsqlite3" in health["sqlite_library"]
    assert health["counts"]["run"] == 3
    assert health["schema"] == 3
    assert ["problems", "none"] in [line.split() for line in shell.run("mltrack doctor").stdout.splitlines()]
    assert "rows of run,3" in shell.run("mltrack doctor --format csv").stdout.splitlines()


@pytest.fixture
def copy(shell: Shell, tmp_path: Path) -> Path:
    return Path(shutil.copy(shell.folder / "mltrack.db", tmp_path / "copy.db"))


def test_doctor_names_what_is_wrong(shell: Shell, copy: Path) -> None:
    database = sqlite3.connect(copy)
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("DELETE FROM name WHERE text = 'train_test_split' OR text LIKE '%.train_test_split'")
    database.commit()
    database.close()
    done = shell.run(f"mltrack doctor --store {copy}")
    assert done.returncode == 1
    assert "problem  " in done.stdout
    assert "problems" in done.stderr


@pytest.mark.parametrize("content", [b"", b"just some text", b"SQLite format 3\x00" + bytes(5000)])
def test_other_files_are_refused(shell: Shell, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    for command in ("query runs", "doctor"):
        done = shell.run(f"mltrack {command} --store {path}")
        assert done.returncode == 1
        assert str(path) in done.stderr
        assert re.search("name another file|restore a backup|remove it", done.stderr)
    assert path.read_bytes() == content
