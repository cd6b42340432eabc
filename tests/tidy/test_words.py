"""Names and words that must not be there."""

from __future__ import annotations

import re

from sources import code_of, cpp_files, files, name_of

VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "common"}
PRODUCT = ("libtrack/", "cli/", "bindings/")


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]


def vague(name: str) -> bool:
    return bool(VAGUE & set(words(name.replace("common_ancestor", "").replace("CommonAncestor", ""))))


def test_no_file_has_a_vague_name() -> None:
    assert [name_of(path) for path in files("") if vague(name_of(path))] == []


def test_nothing_defined_has_a_vague_name() -> None:
    definition = re.compile(r"\b(?:class|struct|namespace|enum|def)\s+(?:class\s+)?(\w+)")
    found = [
        (name_of(path), name) for path in [*cpp_files(), *files(".py")] for name in definition.findall(path.read_text())
    ]
    assert [(path, name) for path, name in found if vague(name)] == []


def test_nothing_is_left_to_do() -> None:
    mark = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")
    assert [
        name_of(path) for path in files(".cpp", ".hpp", ".py", ".sql", ".md", ".txt") if mark.search(path.read_text())
    ] == []


def lines_with(pattern: str, folders: tuple[str, ...]) -> list[str]:
    """Code lines of C++ files in the folders that match."""
    return [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in cpp_files()
        if name_of(path).startswith(folders)
        for number, line in enumerate(code_of(path.read_text()).splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_memory_has_owners() -> None:
    assert lines_with(r"\bnew\s+[\w:(]|\bdelete\s*(\[\]\s*)?\w|\b(malloc|free)\s*\(", PRODUCT) == []


def test_the_library_does_not_print() -> None:
    assert lines_with(r"\bstd::(cout|cerr|clog|puts)\b|\bf?printf\s*\(", ("libtrack/",)) == []
