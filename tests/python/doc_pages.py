"""Pages whose code is run: blocks of Python and of shell commands, in order, in a folder with penguins.csv.

A `text` block directly behind a `python` block is what it prints; in a `console` block, what follows a `$ command` is
what that prints. `sh` blocks are for people and are not run. `cpp` blocks stand in the C++ examples word for word.

`python tests/python/doc_pages.py PAGE.md...` writes the answers into the pages anew.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Run in a child: reads a list of [kind, line, code] and prints what each gave, as a list.
DRIVER = """
import contextlib, io, json, subprocess, sys
namespace, answers = {"__name__": "__main__"}, []
for kind, line, code in json.load(sys.stdin):
    if kind == "python":
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile("\\n" * (line - 1) + code, sys.argv[1], "exec"), namespace)
        answers.append(out.getvalue())
    else:
        done = subprocess.run(code, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        answers.append(done.stdout + (f"[exit code {done.returncode}]\\n" if done.returncode else ""))
print(json.dumps(answers))
"""


@dataclass(frozen=True)
class Block:
    kind: str
    body: str
    start: int  # where the body begins in the page, and where it ends
    end: int
    line: int


@dataclass(frozen=True)
class Step:
    """Something to run, and what the page says it prints; None when the page leaves that out."""

    kind: str
    code: str
    line: int
    expected: str | None


def blocks(text: str) -> list[Block]:
    return [
        Block(match[1], match[2], match.start(2), match.end(2), text.count("\n", 0, match.start(2)) + 1)
        for match in FENCE.finditer(text)
    ]


def commands(block: Block) -> list[Step]:
    steps: list[Step] = []
    for piece in re.split(r"^(?=\$ )", block.body, flags=re.MULTILINE):
        if piece:
            command, _, answer = piece.partition("\n")
            steps.append(Step("console", command.removeprefix("$ "), block.line, answer))
    return steps


def steps(text: str) -> list[Step]:
    found = blocks(text)
    taken: list[Step] = []
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.kind == "python":
            directly = after is not None and after.kind == "text" and not text[block.end + 4 : after.start - 8].strip()
            taken.append(Step("python", block.body, block.line, after.body if after and directly else None))
        elif block.kind == "console":
            taken += commands(block)
    return taken


def answers(page: str, taken: list[Step], folder: Path) -> list[str]:
    """What the steps of a page print, run in `folder`."""
    shutil.copy(EXAMPLES / "data" / "penguins.csv", folder)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment["MLTRACK_STRICT"] = "1"
    for variable in ("MLTRACK_STORE", "MLTRACK_DISABLE"):
        environment.pop(variable, None)
    work = json.dumps([[step.kind, step.line, step.code] for step in taken])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRIVER, page],
        input=work,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"{page}: {done.stderr}")
    found: list[str] = json.loads(done.stdout)
    return found


def settled(answer: str) -> str:
    """An answer without what differs from run to run: uids become #1, #2, ..., times and the spaces of tables go."""
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        return names.setdefault(match[0][:8], f"#{len(names) + 1}")

    answer = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{22}\b|(?<=run-)[0-9a-f]{8}\b", name, answer)
    answer = re.sub(r"\b[0-9a-f]{8}(?=[:+ ])", name, answer)
    answer = re.sub(r"\b\d+(\.\d+)? (us|ms|s|min)\b", "TIME", answer)
    answer = re.sub(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*", "WHEN", answer)
    return re.sub(r" +", " ", answer).strip()


def renewed(page: Path, folder: Path) -> str:
    """The page with its answers as they are now."""
    text = page.read_text()
    taken = steps(text)
    fresh = iter(zip(taken, answers(page.name, taken, folder), strict=True))
    pieces, done = [], 0
    printed: str | None = None
    for block in blocks(text):
        body = block.body
        if block.kind == "python":
            step, answer = next(fresh)
            printed = answer if step.expected is not None else None
        elif block.kind == "text" and printed is not None:
            body, printed = printed, None
        elif block.kind == "console":
            body = "".join(f"$ {step.code}\n{answer}" for step, answer in (next(fresh) for _ in commands(block)))
        pieces += [text[done : block.start], body]
        done = block.end
    return "".join([*pieces, text[done:]])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            Path(name).write_text(renewed(Path(name), Path(place)))
