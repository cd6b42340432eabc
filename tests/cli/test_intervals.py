"""`mltrack query confidence-intervals --data`: the data that a model was fitted on, from a file of the user's."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

import mltrack
from transcript import PROGRAM

FRAME = pd.DataFrame(
    {
        "size, mm": [1.5, 2.25, 3.0, 4.75, 5.5, 7.0, 8.25, 9.0, 10.5],
        "count": [3, 1, 4, 1, 5, 9, 2, 6, 5],
        "mass": [2.5, 3.0, 5.5, 5.0, 9.0, 13.5, 9.75, 14.0, 14.5],
    }
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a model that kept nothing for intervals, beside the file it was fitted on."""
    path = tmp_path_factory.mktemp("intervals") / "store.db"
    FRAME.to_csv(path.with_name("data.csv"), index=False)
    with mltrack.start_run("p", store=path, strict=True):
        LinearRegression().fit_sync(FRAME[["size, mm", "count"]], FRAME["mass"])
    return path


def ask(store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (model,) = mltrack.query(store).models()
    command = [str(PROGRAM), "query", "confidence-intervals", model.ref, "--store", str(store), *words]
    return subprocess.run(command, cwd=store.parent, capture_output=True, text=True, timeout=60, check=False)


def test_the_file_gives_what_the_frame_gives(store: Path) -> None:
    done = ask(store, "--data", "data.csv", "--target", "mass", "--format", "json")
    assert done.returncode == 0, done.stderr
    query = mltrack.query(store)
    table = query.confidence_intervals(query.models()[0], FRAME[["size, mm", "count"]], FRAME["mass"])
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert rows == json.loads(table.to_json())
    assert [row["coefficient"] for row in rows] == ["size, mm", "count", "intercept"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "data.csv"), "give y"),
        (("--data", "data.csv", "--target", "weight"), "data.csv has no column weight; it has size, mm, count, mass"),
        (("--data", "absent.csv", "--target", "mass"), "absent.csv cannot be read"),
        (("--data", "edited.csv", "--target", "mass"), "is not what the model was fitted on"),
        (("--data", "ragged.csv", "--target", "mass"), "ragged.csv has 2 fields in record 3 and 3 headings"),
        (("--data", "empty.csv", "--target", "mass"), "empty.csv is empty"),
        ((), "kept nothing for intervals"),
    ],
)
def test_another_file_is_refused_by_what_is_wrong_with_it(store: Path, words: tuple[str, ...], said: str) -> None:
    FRAME.assign(count=FRAME["count"] + 1).to_csv(store.with_name("edited.csv"), index=False)
    store.with_name("ragged.csv").write_text('"size, mm",count,mass\n1.5,3,2.5\n2.25,1\n')
    store.with_name("empty.csv").write_text("")
    done = ask(store, *words)
    assert done.returncode != 0 and said in done.stderr, done.stderr
