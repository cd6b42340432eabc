"""The queries of docs/sql.md answer what the page says, asked by any program that reads SQLite."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from sql_page import answer, make_store, queries, settled


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("sql"))


def test_twenty_queries_answer_what_the_page_says(demo: Path) -> None:
    assert len(queries()) >= 20
    for sql, expected in queries():
        assert settled(answer(demo, sql)) == settled(expected), sql


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is not installed")
def test_the_shell_answers_the_same(demo: Path) -> None:
    for sql, expected in queries():
        command = ["sqlite3", "-readonly", "-header", "-separator", " | ", str(demo)]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=True)
        assert settled(done.stdout) == settled(expected), sql


def test_pandas_reads_what_the_page_says(demo: Path) -> None:
    with closing(sqlite3.connect(f"file:{demo}?mode=ro", uri=True)) as connection:
        frame = pd.read_sql("SELECT * FROM v_metrics WHERE name = 'accuracy'", connection)
        best = pd.read_sql(queries()[0][0], connection)
    assert frame["value"].between(0, 1).all()
    assert frame[frame["subject_kind"] == "run"]["value"].max().round(3) == best["accuracy"][0]


def test_datasette_shows_the_views(demo: Path) -> None:
    pytest.importorskip("datasette", reason="Datasette is not installed")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(demo), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            rows = fetch(f"http://127.0.0.1:{port}/{demo.stem}/v_runs.json?_shape=array&name=search")
        finally:
            server.terminate()
    assert [(row["project"], row["experiment"], row["status"]) for row in rows] == [("penguins", "forest", "finished")]


def fetch(address: str) -> list[dict[str, object]]:
    """What the server says, when it has come up."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answered:
                found: list[dict[str, object]] = json.load(answered)
                return found
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
