"""Who may include whom: the layers of libtrack, the homes of other people's libraries, and what headers show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources import cpp_files, name_of

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)

# Every folder of libtrack/src with the others it may include.
LAYERS: dict[str, set[str]] = {
    "value": set(),
    "digest": {"value"},
    "sqlite": {"value"},
    "store": {"sqlite", "digest", "value"},
    "record": {"store", "sqlite", "digest", "value"},
    "ask": {"store", "sqlite", "digest", "value"},
    "audit": {"store", "sqlite", "value"},
    "exchange": {"store", "sqlite", "digest", "value"},
}

# The benchmarks measure against what the library itself stands on: plain XXH3-128, and bare SQLite, which also makes
# large stores quickly.
BASELINES = {
    ("benchmarks/digest_bench.cpp", "digest/kernel.hpp"),
    ("benchmarks/track_bench.cpp", "sqlite/connection.hpp"),
    ("benchmarks/questions/edges_bench.cpp", "sqlite/connection.hpp"),
    ("benchmarks/questions/edges_store.cpp", "sqlite/connection.hpp"),
}

HOMES = {
    r"sqlite3\.h": r"libtrack/src/sqlite/",
    r"boost/": r"libtrack/src/value/(id|quantile)\.cpp",
    r"nlohmann/": r"libtrack/src/value/json\.cpp",
    r"xxhash\.h": r"libtrack/src/digest/|benchmarks/",
    r"CLI/": r"cli/",
    r"(pybind11/|Python\.h)": r"bindings/python/src/",
    r"fmt/": r".*\.cpp$",
    r"doctest/": r"tests/",
    r"dlib/": r"(examples|tests)/",
}


def includes(path: Path) -> list[tuple[str, str]]:
    return INCLUDE.findall(path.read_text())


def under(folder: str) -> list[Path]:
    return [path for path in cpp_files() if name_of(path).startswith(folder)]


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_look_down_only(layer: str) -> None:
    allowed = LAYERS[layer] | {layer}
    wrong = [
        f"{name_of(path)} includes {name}"
        for path in under(f"libtrack/src/{layer}/")
        for kind, name in includes(path)
        if kind == '"' and name.split("/")[0] not in allowed
    ]
    assert wrong == []


def test_every_folder_of_the_library_is_a_layer() -> None:
    assert {name_of(path).split("/")[2] for path in under("libtrack/src/")} <= LAYERS.keys()


@pytest.mark.parametrize(("library", "home"), HOMES.items(), ids=HOMES.keys())
def test_libraries_stay_in_their_homes(library: str, home: str) -> None:
    wrong = [
        f"{name_of(path)} includes {name}"
        for path in cpp_files()
        for _, name in includes(path)
        if re.match(library, name) and not re.match(home, name_of(path))
    ]
    assert wrong == []


def test_public_headers_show_the_standard_library_only() -> None:
    wrong = [
        f"{name_of(path)} includes {name}"
        for path in under("libtrack/include/")
        for kind, name in includes(path)
        if kind == '"' or not re.fullmatch(r"mltrack/\w+\.hpp|[a-z_]+", name)
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["cli/", "bindings/", "examples/", "benchmarks/"])
def test_users_of_the_library_see_public_headers_only(folder: str) -> None:
    wrong = [
        f"{name_of(path)} includes {name}"
        for path in under(folder)
        for kind, name in includes(path)
        if kind == '"' and not (path.parent / name).exists() and (name_of(path), name) not in BASELINES
    ]
    assert wrong == []
