"""Formatters, linters and the type checker have nothing to say."""

from __future__ import annotations

import subprocess
import sys

from sources import ROOT, cpp_files, files, name_of


def complaints(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def test_cpp_is_formatted() -> None:
    assert complaints("clang-format", "--dry-run", "--Werror", *(name_of(path) for path in cpp_files())) == ""


def test_python_is_linted() -> None:
    assert complaints(*python("ruff", "check", "--quiet", *(name_of(path) for path in files(".py", ".pyi")))) == ""


def test_python_is_formatted() -> None:
    assert (
        complaints(*python("ruff", "format", "--check", "--quiet", *(name_of(path) for path in files(".py", ".pyi"))))
        == ""
    )


def test_the_package_is_typed() -> None:
    assert complaints(*python("mypy", "--strict", "bindings/python/mltrack")) == ""
