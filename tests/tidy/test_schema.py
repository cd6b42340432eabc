"""The schema explains itself, and docs/schema.md says the same."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

from sources import ROOT

sys.path.insert(0, str(ROOT / "schema"))
import make_docs


def test_the_page_is_up_to_date() -> None:
    subprocess.run([sys.executable, ROOT / "schema" / "make_docs.py", "--check"], check=True)


def test_every_table_view_and_column_of_a_real_store_is_explained() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(make_docs.sql())
    real = {
        table: [row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", [table])]
        for (table,) in database.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    }
    explained = {
        table.name: [column.name for column in table.columns if column.meaning]
        for table in [*make_docs.tables(make_docs.sql()), *make_docs.views(make_docs.sql())]
        if table.meaning
    }
    assert explained == real
