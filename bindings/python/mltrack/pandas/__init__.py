"""Recording of pandas: reading files, and following frames from there."""

from mltrack.pandas._read import read_csv_sync

__all__ = ["read_csv_sync"]
