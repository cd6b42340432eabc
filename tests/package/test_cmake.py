"""C++ programs that use the library as its users do."""

from __future__ import annotations

from pathlib import Path

import pytest

from built import BUILD, PREFIX, build_consumer, configure, launcher, output, sources

ANSWER = ["dataset train", "call fit"]
INSTALLED = f"-DCMAKE_PREFIX_PATH={PREFIX}"
NOT_NEEDED = ["fmt", "nlohmann_json", "Boost", "CLI11", "doctest", "pybind11"]


def test_find_package_gives_a_working_library(tmp_path: Path) -> None:
    absent = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in NOT_NEEDED]
    consumer = build_consumer(tmp_path / "build", [INSTALLED, *absent])
    assert output(consumer, tmp_path / "consumer.db").splitlines() == ANSWER


def test_the_package_names_only_sqlite_and_threads() -> None:
    text = "".join(path.read_text() for path in PREFIX.rglob("mltrack-*.cmake"))
    assert "SQLite::SQLite3" in text
    assert [name for name in ["fmt", "nlohmann", "boost", "xxhash", "CLI11"] if name.lower() in text.lower()] == []


@pytest.mark.parametrize("wanted", ["0.2", "1.0"])
def test_find_package_refuses_other_versions(tmp_path: Path, wanted: str) -> None:
    done = configure(tmp_path, [INSTALLED, f"-DMLTRACK_WANTED={wanted}"])
    assert done.returncode != 0
    assert "version: 0.1.0" in done.stderr


def test_add_subdirectory_gives_a_working_library_and_nothing_else(tmp_path: Path) -> None:
    build = BUILD / "add_subdirectory"
    options = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"]
    consumer = build_consumer(build, [f"-DMLTRACK_SOURCES={sources()}", *options, *launcher()])
    assert output(consumer, tmp_path / "consumer.db").splitlines() == ANSWER
    commands = (build / "compile_commands.json").read_text()
    assert "libtrack/src/record" in commands
    assert "-Werror" not in commands
    assert "tests/unit" not in commands
    assert "cli/main.cpp" not in commands
