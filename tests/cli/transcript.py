"""Transcripts: text with `$ mltrack ...` lines, each followed by what the program answers.

`python tests/cli/transcript.py FILE...` writes the answers into the files anew.
"""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MLTRACK_TEST_BUILD", ROOT / "build" / "asan"))
PROGRAM = BUILD / "cli" / "mltrack"
RUNS = [
    ("first", "3f9c2e1a-5b7d-4c80-9a16-2f8e41d7b305", 1793536200_000000),
    ("second", "81d00b52-0c3e-4f6a-b2d9-6a7f10e5c948", 1793622600_000000),
    ("%red%", "c40d7718-92aa-4e51-8d3b-05b6f9e2a7c1", 1793709000_000000),
]
SETTLE = """
UPDATE call SET started_us = (
  SELECT run.started_us + 1000000 * node.seq FROM node JOIN run ON run.id = node.run WHERE node.id = call.id);
UPDATE metric SET at_us = 1793622660000000;
UPDATE tag SET at_us = 1793622660000000;
UPDATE note SET at_us = 1793622660000000;
"""


def settle(store: Path) -> None:
    """Give the fixture's runs the same names and times wherever and whenever it is made."""
    database = sqlite3.connect(store)
    for name, uid, started in RUNS:
        values = {"uid": uuid.UUID(uid).bytes, "started": started, "name": name}
        update = (
            "UPDATE run SET uid = :uid, started_us = :started, ended_us = :started + 90000000 WHERE name LIKE :name"
        )
        database.execute(update, values)
    database.executescript(SETTLE)
    database.close()


@dataclass(frozen=True)
class Shell:
    """A folder with a store, in which the program is run."""

    folder: Path

    @staticmethod
    def make(folder: Path) -> Shell:
        (folder / "penguins.csv").write_text("bill,body,species\n39.1,3750,0\n")
        subprocess.run([BUILD / "tests" / "make_store", "mltrack.db"], cwd=folder, check=True)
        settle(folder / "mltrack.db")
        return Shell(folder)

    def run(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        words = shlex.split(line)
        assert words[0] == "mltrack"
        clean = {name: value for name, value in os.environ.items() if name not in ("MLTRACK_STORE", "COLUMNS")}
        command = [PROGRAM, *words[1:]]
        return subprocess.run(
            command, cwd=self.folder, env={**clean, **environment}, capture_output=True, text=True, check=False
        )

    def answer(self, line: str) -> str:
        done = self.run(line)
        code = f"[exit code {done.returncode}]\n" if done.returncode else ""
        return (done.stdout + done.stderr).replace(str(self.folder), "/home/you/penguins") + code


# An answer goes on until the next command or the end of a code block.
_COMMAND = re.compile(r"^\$ (mltrack.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)


def commands(text: str) -> list[str]:
    return [match[1] for match in _COMMAND.finditer(text)]


def rewritten(text: str, shell: Shell) -> str:
    return _COMMAND.sub(lambda match: f"$ {match[1]}\n{shell.answer(match[1])}", text)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell.make(Path(folder).resolve())
        for name in sys.argv[1:]:
            path = Path(name)
            path.write_text(rewritten(path.read_text(), shell))


if __name__ == "__main__":
    main()
