"""What autolog costs. Prints rows: what, mltrack, reference, ratio, bar (tab-separated)."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from python_bench import row
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from stub import Stub, small_data

import mltrack
from mltrack import leakage
from mltrack.sklearn.state import state_digest


def each_us(rounds: int, work: Callable[[], object]) -> float:
    """Median time of a call that takes microseconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def many_us(rounds: int, work: Callable[[], object]) -> float:
    """The same of one that takes less than the clock does: the least of several loops."""
    loops = []
    for _ in range(7):
        begin = time.perf_counter()
        for _ in range(rounds):
            work()
        loops.append((time.perf_counter() - begin) / rounds)
    return min(loops) * 1e6


def in_turn(rounds: int, work: Callable[[], object]) -> tuple[float, float]:
    """Medians in seconds without autolog and with it, one after the other."""
    plain, tracked = [], []
    for _ in range(rounds):
        for times, disable in ((plain, True), (tracked, False)):
            with mltrack.autolog(disable=disable):
                begin = time.perf_counter()
                work()
                times.append(time.perf_counter() - begin)
    return statistics.median(plain), statistics.median(tracked)


def bench_stub() -> None:
    X, y = small_data()
    stub = Stub()
    plain = many_us(100_000, lambda: stub.fit(X, y))
    with mltrack.autolog():
        stub.fit(X, y)
        tracked = each_us(3000, lambda: stub.fit(X, y))
    off = many_us(100_000, lambda: stub.fit(X, y))
    row("autologged fit of a stub, 569 x 30, known spec and data", f"{tracked - plain:.0f} us added", f"{plain:.2f} us",
        "-", "<= 150 us")  # fmt: skip
    row("the same when autolog is off again", f"{max(0.0, off - plain):.2f} us added", f"{plain:.2f} us", "-",
        "<= 0.1 us")  # fmt: skip
    pipeline = make_pipeline(StandardScaler(), Stub())
    pipeline.fit_sync(X, y)  # type: ignore[attr-defined]
    gated = many_us(100_000, lambda: stub.fit(X, y))
    row("a plain fit of a class that was a step of a recorded pipeline", f"{max(0.0, gated - plain):.2f} us added",
        f"{plain:.2f} us", "-", "<= 0.1 us")  # fmt: skip


def bench_search() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    grid = {"C": list(np.logspace(-3, 2, 20))}
    search = GridSearchCV(LogisticRegression(), grid, cv=5, n_jobs=1)
    plain, tracked = in_turn(3, lambda: search.fit(X, y))
    row("autologged GridSearchCV, 20 candidates x 5 folds, 569 x 30", f"{tracked:.2f} s", f"{plain:.2f} s",
        f"{tracked / plain:.3f}", "<= 1.1")  # fmt: skip


def bench_large_fit() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200_000, 50)), rng.normal(size=200_000)
    digests, added = [], []
    stub = Stub()
    for i in range(9):
        X[0, 0], y[0] = i, i  # other values: nothing is known of them
        begin = time.perf_counter()
        mltrack.digest(X)
        mltrack.digest(y)
        digests.append(time.perf_counter() - begin)
        X[0, 0], y[0] = i + 0.5, i + 0.5
        with mltrack.autolog():
            begin = time.perf_counter()
            stub.fit(X, y)
            added.append(time.perf_counter() - begin)
    ours, reference = statistics.median(added) * 1e3, statistics.median(digests) * 1e3
    row("autologged fit of a stub, 200,000 x 50, over the digests of X and y", f"{ours:.1f} ms", f"{reference:.1f} ms",
        f"{ours / reference:.2f}", "<= 1.2")  # fmt: skip


def bench_forest() -> None:
    X, y = make_classification(10_000, 20, random_state=0)
    forest = RandomForestClassifier(100, random_state=0)
    begin = time.perf_counter()
    forest.fit(X, y)
    fit = time.perf_counter() - begin
    digest = each_us(5, lambda: state_digest(forest)) / 1e6
    row("digest of a forest of 100 trees, 10,000 x 20, over its fit", f"{digest * 1e3:.0f} ms", f"{fit * 1e3:.0f} ms",
        f"{digest / fit:.3f}", "<= 0.05")  # fmt: skip


def bench_audit() -> None:
    """A run of its own: 500 models, each fitted and scored."""
    X, y = load_breast_cancer(return_X_y=True)
    with mltrack.autolog(), mltrack.start_run(project="audited") as run:
        X_train, X_test, y_train, y_test = train_test_split(X[:, :4], y, random_state=0)
        scaler = StandardScaler().fit(X_train)
        train, test = scaler.transform(X_train), scaler.transform(X_test)
        for alpha in np.linspace(0.1, 5, 500):
            RidgeClassifier(alpha).fit(train, y_train).score(test, y_test)
        leakage.audit(run)  # the first time it stores what it finds
        took = each_us(10, lambda: leakage.audit(run, 1_000))
    row("looking for leakage in a run of 1,000 calls", f"{took / 1e3:.1f} ms", "-", "-", "< 100 ms")


def main() -> None:
    warnings.simplefilter("ignore")  # a hundred iterations are few for data that is not scaled
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLTRACK_STORE"] = str(Path(folder) / "bench.db")
        with mltrack.start_run(project="bench"):
            bench_stub()
            bench_large_fit()
            bench_forest()
            bench_search()
        bench_audit()


if __name__ == "__main__":
    main()
