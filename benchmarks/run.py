"""Runs every benchmark of the release build and prints one Markdown table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent.parent / "build" / "release" / "benchmarks"
HEADER = ("what", "mltrack", "reference", "ratio", "bar")
BARE_FIT = "C++ begin_fit + end, new spec of 20 parameters"


def rows_of(command: list[str]) -> list[list[str]]:
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [line.split("\t") for line in output.splitlines()]


def print_table(rows: list[list[str]]) -> None:
    print("| " + " | ".join(HEADER) + " |")
    print("|" + "---|" * len(HEADER))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main() -> None:
    rows: list[list[str]] = []
    for program in ("track_bench", "digest_bench"):
        rows += rows_of([str(PROGRAMS / program)])
    bare = next(row[2] for row in rows if row[0] == BARE_FIT)
    os.environ["MLTRACK_BENCH_BARE_FIT_US"] = bare.split()[0]
    for script in ("python_bench.py", "autolog_bench.py"):
        rows += rows_of([sys.executable, str(Path(__file__).with_name(script))])
    rows += rows_of([sys.executable, str(Path(__file__).parent / "questions" / "run.py")])
    print_table(rows)


if __name__ == "__main__":
    main()
