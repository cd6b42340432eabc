"""docs/sql.md: a program that makes a store, and queries with what they answer.

`python tests/python/sql_page.py` writes the answers into the page anew.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from doc_pages import EXAMPLES, ROOT, blocks

PAGE = ROOT / "docs" / "sql.md"


def make_store(folder: Path) -> Path:
    """Runs the page's program."""
    (program,) = (block.body for block in blocks(PAGE.read_text()) if block.kind == "python")
    shutil.copy(EXAMPLES / "data" / "penguins.csv", folder)
    environment = {**os.environ, "MLTRACK_STRICT": "1", "MLTRACK_STORE": "mltrack.db"}
    subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=folder, env=environment, check=True)
    return folder / "mltrack.db"


def queries() -> list[tuple[str, str]]:
    """Each query with the answer that stands behind it."""
    found = blocks(PAGE.read_text())
    return [(block.body, after.body) for block, after in pairwise(found) if block.kind == "sql"]


def answer(store: Path, sql: str) -> str:
    """As the shell prints it with -header -separator ' | '."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(sql)
        rows = [[column[0] for column in cursor.description], *cursor]
    if len(rows) == 1:
        return ""
    return "".join(" | ".join("" if value is None else str(value) for value in row) + "\n" for row in rows)


def settled(text: str) -> list[list[str]]:
    """The cells of an answer, without seconds, which differ from run to run."""
    rows = [line.split(" | ") for line in text.splitlines()]
    timed = [i for i, name in enumerate(rows[0]) if name == "seconds"] if rows else []
    return [rows[0], *([cell for i, cell in enumerate(row) if i not in timed] for row in rows[1:])] if rows else []


def renewed(store: Path) -> str:
    text = PAGE.read_text()
    found = blocks(text)
    pieces, done = [], 0
    for block, after in pairwise(found):
        if block.kind == "sql":
            pieces += [text[done : after.start], answer(store, block.body)]
            done = after.end
    return "".join([*pieces, text[done:]])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PAGE.write_text(renewed(make_store(Path(place))))
