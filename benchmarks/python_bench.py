"""What tracking costs a Python user. Prints rows: what, mltrack, reference, ratio, bar (tab-separated)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MEGABYTE = 1_000_000


def row(what: str, ours: str, reference: str = "-", ratio: str = "-", bar: str = "-") -> None:
    print(what, ours, reference, ratio, bar, sep="\t", flush=True)


def pair_up(rounds: int, plain: Callable[[int], object], tracked: Callable[[int], object]) -> tuple[float, float]:
    """Medians in microseconds of two functions called in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for i in range(rounds):
        for work, taken in zip((plain, tracked), times, strict=True):
            begin = time.perf_counter()
            work(i)
            taken.append(time.perf_counter() - begin)
    return statistics.median(times[0]) * 1e6, statistics.median(times[1]) * 1e6


def bench_fit_sync() -> None:
    from stub import Stub, small_data

    import mltrack

    parameters = [f"p{i:02}" for i in range(20)]
    source = "def __init__(self, " + ", ".join(f"{name}=0.5" for name in parameters) + "):\n"
    source += "".join(f"    self.{name} = {name}\n" for name in parameters)
    namespace: dict[str, object] = {}
    exec(source, namespace)  # twenty parameters in one signature, as get_params wants them
    Wide = type("Wide", (Stub,), {"__init__": namespace["__init__"]})

    X, y = small_data()
    with mltrack.start_run(project="bench"):
        known = Stub()
        plain, tracked = pair_up(2000, lambda i: known.fit(X, y), lambda i: known.fit_sync(X, y))  # type: ignore[attr-defined]
        row(
            "fit_sync over fit, stub, 569 x 30, known spec and data",
            f"{tracked - plain:.0f} us added",
            f"{plain:.1f} us",
            "-",
            "<= 150 us",
        )
        fresh = [Wide(**{name: float(i * 20 + k) for k, name in enumerate(parameters)}) for i in range(1000)]
        plain, tracked = pair_up(1000, lambda i: fresh[i].fit(X, y), lambda i: fresh[i].fit_sync(X, y))
        reference = float(os.environ.get("MLTRACK_BENCH_BARE_FIT_US", "nan"))
        added = tracked - plain
        row(
            "fit_sync, new spec of 20 parameters, over bare SQLite",
            f"{added:.0f} us",
            f"{reference:.0f} us",
            f"{added / reference:.2f}",
            "<= 3",
        )


def bench_start_run() -> None:
    """Starts runs in a repository with 200 files, as a program does whose environment is recorded."""
    code = """
import statistics, subprocess, sys, time, pathlib, mltrack
folder = pathlib.Path('.')
for i in range(200):
    (folder / f'file{i}.txt').write_text('text\\n' * 100)
for command in (['init', '-q'], ['add', '.'], ['-c', 'user.name=b', '-c', 'user.email=b@b', 'commit', '-qm', 'files']):
    subprocess.run(['git', *command], check=True)
tracker = mltrack.open('bench.db')
took, ended = [], []
for i in range(20):
    begin = time.perf_counter()
    run = tracker.start_run('bench')
    started = time.perf_counter()
    run.finish()
    took.append(started - begin)
    ended.append(time.perf_counter() - started)
code = tracker.query().details(run).code
assert code.vcs and code.dirty is False
print(took[0] * 1e3, statistics.median(took) * 1e3, statistics.median(ended) * 1e3)
"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True)
    first, median, ended = (float(word) for word in done.stdout.split())
    row("start_run in a git repository, median of 20", f"{median:.2f} ms", "-", "-", "<= 10 ms")
    row("the same, first one of a process", f"{first:.2f} ms", "-", "-", "<= 10 ms")
    row("finish, with code and environment recorded, median of 20", f"{ended:.2f} ms")


def bench_memory() -> None:
    """Logs a 1 GB matrix in a process of its own and compares its peak with the matrix."""
    code = """
import resource, numpy as np, mltrack
X = np.random.default_rng(0).random((2_500_000, 50))
with mltrack.start_run(project='bench') as run:
    mltrack.digest(np.zeros((100, 5)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run.log_dataset(X, name='X')
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    kilobytes = int(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()[-1]
    )
    row(
        "memory above a 1 GB matrix while it is logged",
        f"{kilobytes * 1024 / MEGABYTE:.1f} MB",
        "1000 MB",
        "-",
        "< 64 MB",
    )


def bench_import() -> None:
    code = """
import sys, time
begin = time.perf_counter()
import mltrack
took = time.perf_counter() - begin
print(took * 1e3, [name for name in ('numpy', 'pandas', 'sklearn') if name in sys.modules])
"""
    outputs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        for _ in range(11)
    ]
    milliseconds = statistics.median(float(output.split()[0]) for output in outputs)
    loaded = outputs[0].split(" ", 1)[1].strip()
    row(f"import mltrack in a fresh process (also loaded: {loaded})", f"{milliseconds:.0f} ms", "-", "-", "< 100 ms")


def whole_process(command: list[str], rounds: int = 11) -> float:
    """Median wall time of a command in milliseconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e3


def bench_command(store: Path) -> None:
    import mltrack

    program = os.environ.get("MLTRACK_PROGRAM", "mltrack")
    tracker = mltrack.open(store)
    for i in range(10_000):
        run = tracker.start_run(project="bench", experiment=f"e{i % 10}")
        run.log_metric("accuracy", i / 10_000)
        run.finish()
    tracker.close()
    listing = whole_process([program, "query", "runs", "--store", str(store), "--format", "json", "--limit", "0"])
    row("mltrack query runs --format json, 10,000 runs, whole process", f"{listing:.0f} ms", "-", "-", "< 100 ms")
    row("mltrack --version, whole process", f"{whole_process([program, '--version']):.1f} ms", "-", "-", "< 10 ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLTRACK_STORE"] = str(Path(folder) / "bench.db")
        bench_import()
        bench_start_run()
        bench_memory()
        bench_fit_sync()
        bench_command(Path(folder) / "runs.db")


if __name__ == "__main__":
    main()
