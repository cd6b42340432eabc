"""How long `explain` of two runs takes. Usage: explain_bench.py [CALLS], 1,000 a run unless given.

Prints a row for each kind of difference as run.py does: the median of 9 questions, each from a Query of its own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import mltrack
from mltrack import _core


def data(slot: str, seed: int) -> _core.Flow:
    values = np.random.default_rng(seed).normal(size=(50, 4))
    return _core.Flow(slot, data=mltrack.describe(values))


def record(tracker: mltrack.Tracker, calls: list[tuple[str, float]], start: int) -> str:
    """A chain: every third call fits, the next transforms with it, and what comes out is what the next takes."""
    with tracker.start_run("bench", "explain") as run:
        flow, seed = data("X", start), start
        for step, by in calls:
            seed = (seed * 31 + hash((step, by))) % 2**31
            op = "fit" if step.endswith(("0", "3", "6", "9")) else "transform"
            call = run.begin(op, f"some.{step}", {"by": by, "copy": True, "tol": 1e-4}, [flow])
            out = call.end([data("output", seed)])
            if op == "transform":
                flow = _core.Flow("X", node=out)
    return run.uid


def timed(path: Path, a: str, b: str) -> tuple[float, mltrack.Explanation]:
    times = []
    for _ in range(9):
        query = mltrack.query(path)
        start = time.perf_counter()
        found = query.explain(a, b)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), found


def main(count: int) -> None:
    steps = [(f"Step{at % 20}", float(at % 7)) for at in range(count)]
    middle = count // 2
    changes = {
        "identical": (steps, 1),
        "first data": (steps, 2),
        "a parameter in the middle": ([*steps[:middle], (steps[middle][0], 99.0), *steps[middle + 1 :]], 1),
        "a call more in the middle": ([*steps[:middle], ("New", 1.0), *steps[middle:]], 1),
        "every tenth call another": ([("Other", 1.0) if at % 10 == 5 else one for at, one in enumerate(steps)], 1),
        "every parameter": ([(name, by + 1) for name, by in steps], 1),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with mltrack.open(path) as tracker:
            first = record(tracker, steps, 1)
            runs = {name: record(tracker, *made) for name, made in changes.items()}
        for name, uid in runs.items():
            took, found = timed(path, first, uid)
            what = f"explain two runs of {count:,} calls: {name}, {len(found)} differences named"
            print(what, f"{took:.1f} ms", "-", "-", "< 50 ms", sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
