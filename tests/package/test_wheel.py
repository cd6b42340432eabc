"""The wheel in an empty virtual environment, and the source distribution it was built from."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from built import ROOT, output, sdist, wheel

USE = """
import importlib.metadata, sys, mltrack
with mltrack.start_run(project="wheel", store=sys.argv[1]) as run:
    run.log_metric("answer", 42.0)
print(mltrack.__version__, importlib.metadata.version("mltrack-lineage"))
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a virtual environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("fresh")
    output(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    if shutil.which("uv"):
        output("uv", "pip", "install", "--python", python, wheel())
    else:
        output(sys.executable, "-m", "pip", "--python", python, "install", wheel())
    return python.parent


def test_the_package_works_alone(fresh: Path, tmp_path: Path) -> None:
    assert output(fresh / "python", "-c", USE, tmp_path / "wheel.db").split() == ["0.1.0", "0.1.0"]
    assert "wheel" in output(fresh / "mltrack", "query", "projects", "--store", tmp_path / "wheel.db")


def test_the_program_is_in_the_scripts_folder(fresh: Path) -> None:
    assert output(fresh / "mltrack", "--version") == "mltrack 0.1.0\n"


def test_the_wheel_holds_the_package_and_the_program_only() -> None:
    names = zipfile.ZipFile(wheel()).namelist()
    assert {"mltrack/py.typed", "mltrack/_core.pyi", "mltrack/__init__.py"} <= set(names)
    assert {name.split("/")[0] for name in names} == {
        "mltrack",
        "mltrack_lineage-0.1.0.dist-info",
        "mltrack_lineage-0.1.0.data",
    }
    assert [name for name in names if "/data/" in name or name.endswith((".a", ".hpp"))] == []


def test_the_source_distribution_holds_what_is_under_version_control() -> None:
    folders = [
        "CMakeLists.txt",
        "LICENSE",
        "README.md",
        "bindings",
        "cli",
        "cmake",
        "libtrack",
        "pyproject.toml",
        "schema",
    ]
    command = ["git", "ls-files", *folders]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    with tarfile.open(sdist()) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert set(tracked) - packed == set()
    assert [
        name for name in packed if name.startswith(("build/", ".venv/")) or name.endswith((".so", ".pyc", ".db"))
    ] == []
