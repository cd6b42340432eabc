"""A process is killed while it records: what it was told is committed is there, and the store is sound."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import threading
from pathlib import Path

import numpy as np
from sklearn.naive_bayes import GaussianNB

import mltrack

_CYCLES = 10


def write(end: int) -> None:
    """Records without an end, and tells through a pipe what is committed."""

    def tell(kind: str, what: object) -> None:
        os.write(end, f"{kind} {what}\n".encode())

    X, y = np.random.default_rng(0).normal(size=(50, 3)), np.arange(50) % 2
    run = mltrack.start_run("killed")
    tell("run", run.uid)
    for i in range(100_000):
        tell("model", mltrack.ref(GaussianNB().fit_sync(X, y)))
        run.log_metric("m", i)
        tell("point", i)


def killed_after(seconds: float) -> dict[str, list[str]]:
    """What a child acknowledged that was killed so long after its first commit of a fit."""
    told: dict[str, list[str]] = {"run": [], "model": [], "point": []}
    ours, childs = os.pipe()
    child = multiprocessing.get_context("fork").Process(target=write, args=(childs,))
    child.start()
    os.close(childs)
    with open(ours) as lines:
        for line in lines:
            if line.endswith("\n"):  # a torn last line acknowledges nothing
                kind, what = line.split()
                if kind == "model" and not told["model"]:
                    threading.Timer(seconds, child.kill).start()
                told[kind].append(what)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    return told


def test_nothing_acknowledged_is_lost_when_a_process_is_killed(store: Path) -> None:
    chance = random.Random(20261124)
    cycles = [killed_after(chance.uniform(0, 0.08)) for _ in range(_CYCLES)]
    query = mltrack.query(store)
    models = {node.ref for node in query.models(limit=1_000_000)}
    for told in cycles:
        (uid,) = told["run"]
        assert query.node(uid).status == "lost"
        assert set(told["model"]) <= models
        if told["point"]:
            assert [point.value for point in query.points(uid, "m")][: len(told["point"])] == [
                float(i) for i in range(len(told["point"]))
            ]
    assert sum(len(told["point"]) for told in cycles) > _CYCLES  # the children did write
    assert len(query.runs()) == _CYCLES
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        half = "SELECT count(*) FROM call WHERE status = 'finished' AND id NOT IN (SELECT src FROM edge)"
        assert connection.execute(half).fetchone() == (0,)
