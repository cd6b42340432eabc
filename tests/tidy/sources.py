"""What the style tests look at: the project's own files and the functions in them."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*suffixes: str) -> list[Path]:
    """Files under version control, or about to be, that end in one of the suffixes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    paths = [ROOT / name for name in sorted(set(listed)) if name.endswith(suffixes)]
    return [path for path in paths if path.exists()]


def cpp_files() -> list[Path]:
    return files(".cpp", ".hpp")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@dataclass(frozen=True)
class Function:
    path: Path
    line: int
    lines: int
    name: str

    def __str__(self) -> str:
        return f"{name_of(self.path)}:{self.line}: {self.name} has {self.lines} lines"


_NOISE = re.compile(
    r"""
    //[^\n]* | /\*.*?\*/                                  # comments
  | R"(?P<mark>[^()\s\\]*)\(.*?\)(?P=mark)"               # raw strings
  | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'  # strings and characters
  | ^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*                        # preprocessor
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def code_of(text: str) -> str:
    """C++ text with comments, literals and preprocessor lines blanked; positions of lines stay."""
    return _NOISE.sub(lambda noise: re.sub(r"[^\n]", " ", noise[0]), text)


def cpp_functions(path: Path) -> Iterator[Function]:
    """The functions defined at namespace or class level. A lambda belongs to the function it is in."""
    code = code_of(path.read_text())
    start = position = 0
    while position < len(code):
        if code[position] in ";}":
            start = position + 1
        elif code[position] == "{":
            head = re.sub(r"^\s*(public|protected|private)\s*:", "", code[start:position])
            if opens_scope(head):
                start = position + 1
            else:
                end = closing_brace(code, position)
                if not initialises(head, code[end + 1 :]):
                    if "(" in head:
                        yield function_of(path, code, head, position, end)
                    start = end + 1
                position = end
        position += 1


def opens_scope(head: str) -> bool:
    return "(" not in head and re.search(r"\b(namespace|class|struct|union|extern)\b", head) is not None


def initialises(head: str, rest: str) -> bool:
    """True for the braces of a default argument, a member in a constructor's list, or a variable."""
    inside = head.count("(") > head.count(")")
    return inside or re.search(r"(?<![=<>!])=\s*$", head) is not None or rest.lstrip()[:1] in (",", "{")


def function_of(path: Path, code: str, head: str, body: int, end: int) -> Function:
    first = code.count("\n", 0, body - len(head.lstrip())) + 1
    last = code.count("\n", 0, end) + 1
    words = re.search(r"([\w:~<>=!+*\[\]-]+)\s*\(", head)
    return Function(path, first, last - first + 1, words[1] if words else head.strip())


def closing_brace(code: str, position: int) -> int:
    depth = 0
    for brace in re.compile(r"[{}]").finditer(code, position):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(code)


def python_functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(path, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1, node.name)
