"""The name that ModelDB put into pandas; `drop_sync` is mltrack's own already."""

from __future__ import annotations

import pandas

from mltrack.pandas import read_csv_sync


def install() -> None:
    """Gives pandas `read_csv_sync`."""
    pandas.read_csv_sync = read_csv_sync
