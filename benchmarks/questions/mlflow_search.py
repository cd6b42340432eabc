"""The same search in mltrack and in MLflow's SQLite store. Prints one row as run.py does: what, mltrack, MLflow, ratio,
bar.

Usage: mlflow_search.py [RUNS], in an environment that has both. The runs (20,000 unless given) are those of
runs_bench.py; MLflow makes its store, and gets the same runs by plain SQL, as logging them would take an hour.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import runs_bench

import mltrack

BAR = 100
MOST = 50
COPY = """
ATTACH '{ours}' AS ours;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TEMP TABLE taken AS SELECT id, lower(hex(uid)) AS uid, name, started_us / 1000 AS began FROM ours.run;
CREATE INDEX temp.taken_id ON taken (id);
INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
                  source_version, lifecycle_stage, artifact_uri, experiment_id)
  SELECT uid, name, 'LOCAL', '', '', '', 'FINISHED', began, began, '', 'active', '', {experiment} FROM taken;
INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
  SELECT n.text, m.value, t.began, 0, 0, t.uid FROM ours.metric AS m JOIN ours.name AS n ON n.id = m.name
  JOIN taken AS t ON t.id = m.subject;
INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid)
  SELECT key, value, timestamp, step, is_nan, run_uuid FROM latest_metrics;
INSERT INTO params (key, value, run_uuid)
  SELECT n.text, p.value, t.uid FROM ours.run_param AS p JOIN ours.name AS n ON n.id = p.name
  JOIN taken AS t ON t.id = p.run;
COMMIT;
"""


def mlflow_search(folder: Path, ours: Path) -> Callable[[], list[str]]:
    """MLflow's search of a store that has the runs of ours: the ids that it finds."""
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    experiment = mlflow.create_experiment("e")
    with closing(sqlite3.connect(folder / "mlflow.db")) as db:
        db.executescript(COPY.format(ours=ours, experiment=int(experiment)))

    def search() -> list[str]:
        found = mlflow.search_runs(
            [experiment],
            filter_string=runs_bench.WHERE,
            order_by=[f"{runs_bench.ORDER_BY} DESC"],
            max_results=MOST,
            output_format="list",
        )
        return [run.info.run_id for run in found]

    return search


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="mltrack-search-") as name:
        folder = Path(name)
        store = folder / "mltrack.db"
        runs_bench.fill(store, count)
        query = mltrack.open(store, read_only=True).query()
        theirs = mlflow_search(folder, store)

        def ours() -> list[str]:
            found = query.runs(where=runs_bench.WHERE, order_by=f"{runs_bench.ORDER_BY} desc", limit=MOST)
            return [str(node.run).replace("-", "") for node in found]

        if ours() != theirs() or len(ours()) != MOST:
            sys.exit("mlflow_search.py: the two stores do not answer the same")
        ours_ms, theirs_ms = (runs_bench.seconds(ask, 9) * 1e3 for ask in (ours, theirs))
    what = (
        f"search, first {MOST} of {count:,} runs with {runs_bench.METRICS} metrics and {runs_bench.PARAMS} parameters"
    )
    print(what, f"{ours_ms:.1f} ms", f"{theirs_ms:.0f} ms", f"{theirs_ms / ours_ms:.0f}", f">= {BAR}", sep="\t")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
