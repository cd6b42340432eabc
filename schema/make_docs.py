"""Write docs/schema.md from the numbered scripts of schema/, whose comments say what each table and column is.

Usage: make_docs.py [--check]. With --check nothing is written; the exit code is 1 when the page is not up to date.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "schema").glob("0*.sql"))
PAGE = ROOT / "docs" / "schema.md"

INTRODUCTION = """# The schema

A store is one SQLite file that any SQLite program can read. This page is generated from `schema/0001_initial.sql` and
its successors by `python schema/make_docs.py`; `mltrack schema` prints the SQL itself. A store of an older version gets
the tables of the newer ones when it is opened for writing, and is read as if they were empty.

`node` and `edge` are the graph: "src flowed into dst". Everything else hangs on nodes and on contents. A node's name
outside the file is its run's uid and its number in that run, so row ids mean nothing elsewhere. Times are UTC
microseconds since 1970, durations are microseconds. Digests are defined in [digest.md](digest.md).
"""

VIEWS = """# The views

For people, and for programs that know nothing of mltrack: the tables with names in place of numbers, and moments as
text beside microseconds. Their names and columns stay; [sql.md](sql.md) has queries over them. A ref is `uid:seq`,
which every question takes as it is. Conditions on what a view computes (refs, uids, times as text) read every row;
those on ids, names, types, values and microseconds use indexes.
"""


@dataclass
class Column:
    name: str
    type: str
    meaning: str
    rules: str


@dataclass
class Table:
    name: str
    meaning: str
    columns: list[Column] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


def column_of(definition: str, meaning: str) -> Column:
    name, kind, rules = re.fullmatch(r"(\w+)\s+(\w+)\s*(.*)", definition, re.DOTALL).groups()  # type: ignore[union-attr]
    return Column(name, kind, meaning, " ".join(rules.split()))


def parts(body: str) -> list[tuple[str, str]]:
    """The comma-separated definitions of a CREATE TABLE, each with the comment behind its first line."""
    found: list[tuple[str, str]] = []
    definition, meaning, depth = "", "", 0
    for line in body.strip("\n").splitlines():
        code, _, comment = line.partition("--")
        for char in code:
            depth += {"(": 1, ")": -1}.get(char, 0)
            if char == "," and depth == 0:
                found.append((definition.strip(), meaning or comment.strip()))
                definition, meaning, comment = "", "", ""
            else:
                definition += char
        definition += " "
        meaning = meaning or comment.strip()
    return [*found, (definition.strip(), meaning)]


def sentence(comment: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment.strip().splitlines())


def tables(script: str) -> list[Table]:
    found = []
    for meaning, name, body, _ in re.findall(
        r"((?:^--[^\n]*\n)+)CREATE TABLE (\w+) \(\n(.*?)\n\) (STRICT[^;]*);", script, re.DOTALL | re.MULTILINE
    ):
        table = Table(name, sentence(meaning))
        for definition, comment in parts(body):
            if re.match(r"(PRIMARY KEY|UNIQUE|CHECK)\b", definition):
                table.rules.append(" ".join(definition.split()))
            else:
                table.columns.append(column_of(definition, comment))
        made = re.findall(rf"^CREATE INDEX (\w+) ON {name} (\([^;]*);", script, re.MULTILINE)
        table.indexes = list(dict(made).values())  # the last one of a name, which replaces those before
        found.append(table)
    return found


def views(script: str) -> list[Table]:
    """The views with what each column is; the query behind them is no promise."""
    found = []
    for meaning, name, body in re.findall(
        r"((?:^--[^\n]*\n)+)CREATE VIEW (\w+) \(\n(.*?)\n\) AS", script, re.DOTALL | re.MULTILINE
    ):
        columns = [Column(column, "", comment, "") for column, comment in parts(body)]
        found.append(Table(name, sentence(meaning), columns))
    return found


def sql() -> str:
    return "".join(script.read_text() for script in SCRIPTS)


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def section(table: Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        table.meaning,
        "",
        "| column | type | meaning | rules |",
        "| --- | --- | --- | --- |",
    ]
    for column in table.columns:
        rules = f"`{cell(column.rules)}`" if column.rules else ""
        lines.append(f"| `{column.name}` | {column.type} | {cell(column.meaning)} | {rules} |")
    extra = [f"`{rule}`" for rule in table.rules] + [f"index `{index}`" for index in table.indexes]
    return "\n".join([*lines, *(["", "Also: " + "; ".join(extra) + "."] if extra else [])]) + "\n"


def view_section(view: Table) -> str:
    rows = [f"| `{column.name}` | {cell(column.meaning)} |" for column in view.columns]
    return "\n".join([f"## {view.name}", "", view.meaning, "", "| column | meaning |", "| --- | --- |", *rows]) + "\n"


def page() -> str:
    tables_of_it = [section(table) for table in tables(sql())]
    return "\n".join([INTRODUCTION, *tables_of_it, VIEWS, *(view_section(view) for view in views(sql()))])


def main() -> None:
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    if not sys.argv[1:]:
        PAGE.write_text(page())
    elif not PAGE.exists() or PAGE.read_text() != page():
        sys.exit(f"{PAGE} is not up to date; run python schema/make_docs.py")


if __name__ == "__main__":
    main()
