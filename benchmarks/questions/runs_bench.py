"""A store of many runs with metrics and parameters, and how long questions about its runs take.

Usage: runs_bench.py [RUNS [FILE]]. Makes the store (100,000 runs unless given: about 2 GB), in FILE where that is not
there yet, and prints rows as run.py does. Metrics are even in [0, 1); parameters take ten values, p1 the letters from q
to z.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mltrack

METRICS, PARAMS = 100, 20
WHERE = "metrics.m1 > 0.9 and params.p1 = 'x'"
ORDER_BY = "metrics.m2"
START_US, MINUTE_US = 1_700_000_000_000_000, 60_000_000


def runs(first: int, count: int, experiment: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for i in range(count):
        began = START_US + i * MINUTE_US
        uid = uuid.UUID(int=chance.getrandbits(128), version=4).bytes
        yield first + i, uid, experiment, f"run {i}", "finished", began, began + MINUTE_US


def names(db: sqlite3.Connection, texts: list[str]) -> list[int]:
    db.executemany("INSERT OR IGNORE INTO name (text) VALUES (?)", [(text,) for text in texts])
    return [db.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()[0] for text in texts]


def fill(path: Path, count: int) -> None:
    with mltrack.open(path) as tracker:
        tracker.start_run(project="p", experiment="e", name="first").finish()
    chance = random.Random(2026)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -800000; BEGIN")
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('metric', 'run_param') AND sql <> ''"
    ).fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    experiment = db.execute("SELECT id FROM experiment").fetchone()[0]
    first = db.execute("SELECT max(id) FROM node").fetchone()[0] + 1
    metric_names = names(db, [f"m{i}" for i in range(METRICS)])
    param_names = names(db, [f"p{i}" for i in range(PARAMS)])
    db.executemany(
        "INSERT INTO node (id, run, seq, kind) VALUES (?1, ?1, 0, 'run')", ((first + i,) for i in range(count))
    )
    db.executemany(
        "INSERT INTO run (id, uid, experiment, name, status, started_us, ended_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
        runs(first, count, experiment, chance),
    )
    db.executemany(
        "INSERT INTO run_param (run, name, type, value) VALUES (?, ?, ?, ?)",
        (
            (first + i, name, "str", "qrstuvwxyz"[chance.randrange(10)])
            if k % 2
            else (first + i, name, "float", chance.randrange(10) / 10)
            for i in range(count)
            for k, name in enumerate(param_names)
        ),
    )
    db.executemany(
        "INSERT INTO metric (subject, name, value, points, at_us) VALUES (?, ?, ?, 1, ?)",
        ((first + i, name, chance.random(), START_US + i * MINUTE_US) for i in range(count) for name in metric_names),
    )
    for _, sql in indexes:
        db.execute(sql)
    db.execute("COMMIT")
    db.close()


def seconds(ask: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main(count: int, path: Path) -> None:
    if not path.exists():
        fill(path, count)
    query = mltrack.open(path, read_only=True).query()
    few: dict[str, Any] = {"where": WHERE, "order_by": f"{ORDER_BY} desc", "limit": 50}
    columns = "name, metrics.m1, metrics.m2, params.p1"
    rows: list[tuple[str, Callable[[], Any], int, str]] = [
        (f"{WHERE}, by {ORDER_BY}, first 50", lambda: query.runs(**few), 9, "< 50 ms"),
        ("the same, four columns of them", lambda: query.runs(**few, select=columns), 9, "-"),
        ("the newest 100", lambda: query.runs(limit=100), 9, "-"),
        ("all, name and one metric, to pandas", lambda: query.table("runs", select="name, metrics.m1").to_pandas(), 3,
         "-"),
        ("all, everything, to pandas", lambda: query.table("runs").to_pandas(), 3, "< 3 s"),
    ]  # fmt: skip
    held = f"{count:,} runs with {METRICS} metrics and {PARAMS} parameters"
    for what, ask, times, bar in rows:
        print(f"{held}: {what}", f"{seconds(ask, times) * 1e3:.1f} ms", "-", "-", bar, sep="\t", flush=True)


def given() -> tuple[int, Path | None]:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    return count, Path(sys.argv[2]) if len(sys.argv) > 2 else None


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mltrack-runs-") as folder:
        count, kept = given()
        main(count, kept or Path(folder) / "runs.db")
