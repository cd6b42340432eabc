"""`mltrack query alarms`: signs of leakage in every format."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from transcript import Shell

ADVICE = "a scaler was fitted before its rows were split"


@pytest.fixture(scope="module", autouse=True)
def stored(shell: Shell) -> None:
    """Two alarms of the store's first run, as an audit files them."""
    database = sqlite3.connect(Path(shell.folder) / "mltrack.db")
    (run,) = database.execute("SELECT id FROM run WHERE name = 'first'").fetchone()
    calls = database.execute(
        "SELECT c.id FROM call AS c JOIN node AS n ON n.id = c.id WHERE n.run = ?", [run]
    ).fetchall()
    for grade, kind, counted, total in (("mild", "fitted_before_split", None, None), ("note", "test_set_reused", 7, 9)):
        row = [run, kind, calls[0][0], grade, counted, total, ADVICE, 1793622660000000]
        made = database.execute(
            "INSERT INTO alarm (run, kind, subject, grade, counted, total, advice, at_us)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        database.execute("INSERT INTO alarm_node VALUES (?, 'fit', ?)", [made.lastrowid, calls[0][0]])
    database.commit()
    database.close()


def test_the_table_has_the_gravest_first(shell: Shell) -> None:
    head, *lines = shell.run("mltrack query alarms").stdout.splitlines()
    assert head.split() == ["grade", "kind", "subject", "counted", "advice"]
    assert [line.split()[:2] for line in lines] == [["mild", "fitted_before_split"], ["note", "test_set_reused"]]
    assert "7 of 9" in lines[1]


@pytest.mark.parametrize(
    ("option", "kinds"),
    [
        ("--at-least mild", ["fitted_before_split"]),
        ("--kind test_set_reused", ["test_set_reused"]),
        ("--run 3f9c2e1a", ["fitted_before_split", "test_set_reused"]),
        ("--run 81d00b52", []),
        ("--where \"project = 'penguins'\" --limit 1", ["fitted_before_split"]),
        ("--where \"project = 'odd'\"", []),
    ],
)
def test_options_choose(shell: Shell, option: str, kinds: list[str]) -> None:
    done = shell.run(f"mltrack query alarms {option} --format json")
    assert [alarm["kind"] for alarm in json.loads(done.stdout)] == kinds
    assert ("no certificate" in done.stderr) == (kinds == [])


def test_formats_say_the_same(shell: Shell) -> None:
    (row, _) = csv.DictReader(shell.run("mltrack query alarms --format csv").stdout.splitlines())
    line = json.loads(shell.run("mltrack query alarms --format jsonl").stdout.splitlines()[0])
    assert row["advice"] == line["advice"] == ADVICE
    assert row["subject"] == line["subject"] == line["nodes"][0]["ref"]
    assert row["at"] == line["at"]


def test_an_unknown_grade_is_named(shell: Shell) -> None:
    done = shell.run("mltrack query alarms --at-least grave")
    assert done.returncode == 1
    assert "'grave' is not a grade; the grades are note, mild and alarm" in done.stderr


def test_pages_and_columns(shell: Shell) -> None:
    first = shell.run("mltrack query alarms --limit 1 --select kind,grade --format csv")
    assert first.stdout.splitlines() == ["kind,grade", "fitted_before_split,mild"]
    place = first.stderr.split("--after ")[1].split()[0]
    second = shell.run(f"mltrack query alarms --limit 1 --after {place} --format json")
    assert [alarm["kind"] for alarm in json.loads(second.stdout)] == ["test_set_reused"]
    assert "--after" not in second.stderr
    refused = shell.run(f"mltrack query alarms --at-least mild --after {place}")
    assert refused.returncode != 0 and "this place is one of another question" in refused.stderr
