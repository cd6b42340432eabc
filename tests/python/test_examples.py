"""Every example runs, on its real data, and leaves the lineage it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbclient
import nbformat
import pytest

import mltrack
from doc_pages import EXAMPLES, ROOT, blocks, settled

DATA = EXAMPLES / "data" / "penguins.csv"
PREFIX = ROOT / "build" / "prefix"


def output(*command: str | Path, folder: Path) -> str:
    words = [str(word) for word in command]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "MLTRACK_STRICT": "1", "PATH": path}
    done = subprocess.run(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def built(example: str) -> Path:
    """An example of examples/cpp, built against the installed library where `demo.sh` builds it too."""
    build = ROOT / "build" / "examples" / example
    options = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={PREFIX}"]
    output("cmake", "-S", EXAMPLES / "cpp" / example, "-B", build, *options, folder=ROOT)
    output("cmake", "--build", build, folder=ROOT)
    return build / example


@dataclass(frozen=True)
class Demo:
    """What `make demo` printed, the store it left and the prediction of each language."""

    printed: str
    store: Path
    predictions: dict[str, str]


@pytest.fixture(scope="module")
def demo() -> Demo:
    printed = output(EXAMPLES / "demo.sh", folder=ROOT)
    python, cpp = re.findall(r"^prediction (\S+)$", printed, re.MULTILINE)
    return Demo(printed, ROOT / "build" / "demo.db", {"python": python, "cpp": cpp})


def test_the_demo_prints_what_the_readme_shows(demo: Demo) -> None:
    (shown,) = [block.body for block in blocks((ROOT / "README.md").read_text()) if block.body.startswith("== C++")]
    ends = "== Is the store sound?"
    assert settled(demo.printed.partition(ends)[0]) == settled(shown.partition(ends)[0])
    for text in (demo.printed, shown):
        assert re.search(r"^problems +none$", text.partition(ends)[2], re.MULTILINE)


def test_models_of_both_languages_descend_from_the_file(demo: Demo) -> None:
    models = {node.type for node in mltrack.query(demo.store).descendants(DATA) if node.kind == "model"}
    assert {"sklearn.pipeline.Pipeline", "sklearn.linear_model.LogisticRegression"} < models
    assert {"dlib::svm_c_trainer", "dlib::vector_normalizer"} < models


@pytest.mark.parametrize("language", ["python", "cpp"])
def test_a_prediction_leads_back_to_the_file(demo: Demo, language: str) -> None:
    lineage = mltrack.query(demo.store).ancestors(demo.predictions[language])
    assert [node.name for node in lineage if node.kind == "artifact"] == ["penguins.csv"]
    ops = [node.op for node in lineage if node.kind == "call"]
    assert ops[0] == "read"
    assert {"split", "fit", "transform", "predict"} < set(ops)
    assert lineage.root.rows == 86


def test_both_models_are_good_and_their_accuracy_is_recorded(demo: Demo) -> None:
    found = mltrack.query(demo.store).models(where="metrics.accuracy > 0.95")
    assert {"sklearn.pipeline.Pipeline", "dlib::svm_c_trainer"} <= {node.type for node in found}


def test_columns_that_both_languages_read_have_the_same_digests(demo: Demo) -> None:
    query = mltrack.query(demo.store)
    tables = [query.details(node) for node in query.datasets(where="rows = 344 and columns >= 5")]
    by_width = {len(table.columns): {column.name: column.digest for column in table.columns} for table in tables}
    assert sorted(by_width) == [5, 7, 8]
    assert by_width[5].items() <= by_width[8].items()


def test_the_dlib_model_has_the_same_digest_in_every_run(demo: Demo) -> None:
    output(built("penguins"), DATA, demo.store, folder=ROOT)
    models = mltrack.query(demo.store).models(where="estimator = 'dlib::svm_c_trainer'")
    assert len(models) == 2
    assert len({node.digest for node in models}) == 1


def test_the_minimal_program(tmp_path: Path) -> None:
    printed = output(built("minimal"), folder=tmp_path)
    assert [line.split()[1:] for line in printed.splitlines()] == [["dataset", "heights"], ["call"]]


def test_the_tour_prints_what_its_page_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "cpp.md").read_text()
    printed = output(built("tour"), DATA, folder=tmp_path)
    assert f"```text\n{printed}```" in page


def test_the_notebook_shows_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MLTRACK_STORE", str(tmp_path / "notebook.db"))
    monkeypatch.setenv("MLTRACK_STRICT", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(EXAMPLES / "notebooks" / "penguins.ipynb", as_version=4)
    resources = {"metadata": {"path": str(EXAMPLES / "notebooks")}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    shown = notebook.cells[-1].outputs[-1]["data"]["text/html"]
    assert "<svg" in shown
    assert "accuracy" in shown


def test_notebooks_are_kept_without_outputs() -> None:
    for path in (EXAMPLES / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert [cell.outputs for cell in cells if cell.cell_type == "code" and cell.outputs] == [], path.name
