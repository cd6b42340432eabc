"""Compares what recording adds to a small fit, mltrack's autolog beside MLflow's, and a search in a store of each.
Prints a Markdown table.

Every tracker has a process of its own, which measures the plain fit first; all run in build/peers-venv, with the same
scikit-learn. `peers.py TRACKER FITS` is such a process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "build" / "peers-venv"
MLFLOW = "mlflow==3.17.2"
WARM_UP = 2  # fits that meet a new store, whose tables MLflow makes at the first one

# tracker: how many fits, what it is called, how many times less mltrack is to add
PEERS = {
    "mlflow-defaults": (5, "mlflow.sklearn.autolog(), defaults", 50),
    "mlflow-lightest": (11, "mlflow.sklearn.autolog(), without models, datasets, examples, signatures, metrics", 10),
}
OWN = ("mltrack", 101)


def median_fit(rounds: int) -> float:
    """Median milliseconds of a fit on iris."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    X, y = load_iris(return_X_y=True)
    taken = []
    for _ in range(rounds + WARM_UP):
        model = LogisticRegression(max_iter=500)
        begin = time.perf_counter()
        model.fit(X, y)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken[WARM_UP:]) * 1e3


def turn_on(tracker: str) -> None:
    if tracker == "mltrack":
        import mltrack

        os.environ["MLTRACK_STORE"] = "mltrack.db"
        mltrack.autolog()
        return
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    if tracker == "mlflow-defaults":
        mlflow.sklearn.autolog()
    else:
        mlflow.sklearn.autolog(
            log_models=False,
            log_datasets=False,
            log_input_examples=False,
            log_model_signatures=False,
            log_post_training_metrics=False,
        )


def recorded(tracker: str) -> int:
    """How many fits the tracker's store holds: a tracker that records nothing adds nothing."""
    if tracker == "mltrack":
        import mltrack

        return len(mltrack.query().calls(where="op = 'fit'"))
    import mlflow

    return len(mlflow.search_runs(output_format="list"))


def measure(tracker: str, rounds: int) -> None:
    """Prints the medians of plain and recorded fits as JSON."""
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(sys.stderr):
        plain = median_fit(51)
        turn_on(tracker)
        tracked = median_fit(rounds)
        kept = recorded(tracker)
    if kept != rounds + WARM_UP:
        sys.exit(f"{tracker} recorded {kept} of {rounds + WARM_UP} fits")
    print(json.dumps([plain, tracked]))


def added_by(tracker: str, rounds: int) -> float:
    """Milliseconds that a tracker adds to a fit, measured in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(ENVIRONMENT / "bin" / "python"), __file__, tracker, str(rounds)]
        # iris is too small for threads: waiting for each other, they would drown what is measured
        single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            command, env={**os.environ, **single}, cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        sys.exit(f"peers.py: {tracker} failed\n{done.stderr}")
    plain, tracked = json.loads(done.stdout)
    return float(tracked - plain)


def prepare() -> None:
    """MLflow and the wheel that setup/prepare.py built, beside each other."""
    sys.path.insert(0, str(ROOT / "setup"))
    from prepare import make_environment, pip_install

    if not (ENVIRONMENT / MLFLOW).exists():
        make_environment(ENVIRONMENT)
        pip_install(ENVIRONMENT, MLFLOW)
        (ENVIRONMENT / MLFLOW).touch()
    (wheel,) = (ROOT / "build" / "dist").glob("*.whl")
    pip_install(ENVIRONMENT, "--no-deps", "--force-reinstall", str(wheel))


def shown(milliseconds: float) -> str:
    return f"{milliseconds:.2f} ms added" if milliseconds < 10 else f"{milliseconds:.0f} ms added"


def main() -> None:
    from run import print_table, rows_of

    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    prepare()
    ours = added_by(*OWN)
    rows = []
    for tracker, (rounds, name, bar) in PEERS.items():
        theirs = added_by(tracker, rounds)
        what = f"autolog, LogisticRegression.fit on iris, beside {MLFLOW.replace('==', ' ')}: {name}"
        rows.append([what, shown(ours), shown(theirs), f"{theirs / ours:.0f}", f">= {bar}"])
    search = Path(__file__).parent / "questions" / "mlflow_search.py"
    print_table([*rows, *rows_of([str(ENVIRONMENT / "bin" / "python"), str(search)])])


if __name__ == "__main__":
    main()
