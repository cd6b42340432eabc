"""What questions cost in large stores. Prints rows as the benchmark programs do: what, mltrack, reference, ratio, bar.

Usage: run.py [EDGES [ANCESTORS]]. The store of so many edges (ten millions unless given) is made anew in $TMPDIR and
removed at the end; ANCESTORS (1400) is how many the model that is asked about has, about.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MLTRACK_BENCH_BUILD", ROOT / "build" / "release"))
PROGRAMS = BUILD / "benchmarks"
MLTRACK = BUILD / "cli" / "mltrack"
CANDIDATES = 200  # models from which the one that is asked about is chosen
ROUNDS = 21


def row(what: str, ours: str, reference: str = "-", ratio: str = "-", bar: str = "-") -> None:
    print(what, ours, reference, ratio, bar, sep="\t", flush=True)


def median_ms(command: list[str]) -> float:
    """Median milliseconds of a whole process."""
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1e3


def refs(store: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return [ref for (ref,) in connection.execute(sql)]


def make_store(folder: Path, edges: int) -> Path:
    store = folder / "edges.db"
    begin = time.perf_counter()
    made = subprocess.run([PROGRAMS / "edges_store", store, str(edges)], check=True, capture_output=True, text=True)
    size = store.stat().st_size
    row(f"making a store: {made.stdout.strip()}", f"{time.perf_counter() - begin:.0f} s")
    row("its size for each edge, with nodes, calls, contents and indexes", f"{size / edges:.0f} B")
    return store


def lineage_rows(folder: Path, edges: int, ancestors: int) -> None:
    store = make_store(folder, edges)
    models = refs(
        store,
        "SELECT ref FROM v_models WHERE type LIKE '%RandomForestClassifier' AND id IN"
        f" (SELECT id FROM node WHERE kind = 'model' ORDER BY id DESC LIMIT {20 * CANDIDATES})"
        f" ORDER BY id DESC LIMIT {CANDIDATES}",
    )
    (popular,) = refs(store, "SELECT ref FROM v_nodes WHERE kind = 'dataset' ORDER BY id LIMIT 1")
    command: list[str | Path] = [PROGRAMS / "edges_bench", store, str(ancestors), popular, *models]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout, end="", flush=True)
    program_rows(store, done.stderr.split("\t")[1].strip(), popular)


def program_rows(store: Path, model: str, popular: str) -> None:
    """The program as a whole, started each time."""
    asked = ["--store", str(store)]
    for words, bar in (
        (["show", model], "< 30 ms"),
        (["query", "walk", model, "--up"], "< 30 ms"),
        (["query", "ancestors", model], "< 30 ms"),
        (["query", "ancestors", model, "--depth", "3"], "< 30 ms"),
    ):
        shown = " ".join(word if word != model else "MODEL" for word in words)
        row(f"mltrack {shown}, whole process", f"{median_ms([str(MLTRACK), *words, *asked]):.1f} ms", bar=bar)
    begin = time.perf_counter()
    with subprocess.Popen(
        [MLTRACK, "query", "walk", popular, "--format", "jsonl", *asked], stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        size = sum(len(piece) for piece in iter(lambda: program.stdout.read(1 << 20), b""))
        _, _, used = os.wait4(program.pid, 0)
        program.returncode = 0
    row(
        "mltrack query walk DATASET --format jsonl, all descendants, whole process",
        f"{time.perf_counter() - begin:.2f} s, {size / 1e6:.0f} MB written, {used.ru_maxrss / 1024:.0f} MB of memory",
    )


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    edges, ancestors = [*given, *(10_000_000, 1_400)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="mltrack-questions-") as folder:
        lineage_rows(Path(folder), edges, ancestors)
    for script in ("runs_bench.py", "explain_bench.py"):
        subprocess.run([sys.executable, Path(__file__).with_name(script)], check=True)


if __name__ == "__main__":
    main()
