"""Recording of pandas: reading and writing files, and following frames from there."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Imports pandas when one of its readers is asked for, not before."""
    if not name.endswith("_sync"):
        raise AttributeError(f"module 'mltrack.pandas' has no attribute {name!r}")
    import pandas  # noqa: F401  # first: once it is there, mltrack gives frames their methods, by way of _files

    from mltrack.pandas import _files

    return getattr(_files, name)
