"""Equal rows of tables, and how surprising they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from mltrack import _digest
from mltrack._quiet import quietly

_SAMPLE = 1_000
_FEW_EQUAL = 0.05  # two rows of a telling column are equal less often than this
_LEAST_COLUMNS = 4
_MOST_COLUMNS = 12
_RARE = 1e-4  # equal rows to be expected by chance, per row


@quietly
def hashes(data: Any) -> Any:
    """One hash of each row."""
    return _digest.row_hashes(data)


def cells(data: Any) -> int:
    """How many values a table has; 0 for what is none."""
    shape = getattr(data, "shape", None) if _digest.is_at_hand(data) else None
    if shape is None or len(shape) != 2:
        return 0
    return int(shape[0]) * int(shape[1])


@quietly
def found(rows: Any, among: Any) -> int:
    """How many rows occur among others."""
    return int(np.isin(rows, among).sum())


@quietly
def repeated(rows: Any) -> int:
    """How many rows are equal to another one."""
    _, counts = np.unique(rows, return_counts=True)
    return int(counts[counts > 1].sum())


@quietly
def rarely_equal(data: Any, rows: int) -> bool:
    """True when chance makes next to no row equal to one of `rows` others: some columns of many different values, none
    of which says what another one says."""
    step = max(1, len(data) // _SAMPLE)
    sample = data[::step][:_SAMPLE] if isinstance(data, np.ndarray) else data.iloc[::step].iloc[:_SAMPLE]
    kept: list[Any] = []
    chance = 1.0
    for j in range(sample.shape[1]):
        codes, counts = _codes(sample[:, j] if isinstance(sample, np.ndarray) else np.asarray(sample.iloc[:, j]))
        equal = float((counts * (counts - 1)).sum()) / max(1, len(sample) * (len(sample) - 1))
        if equal >= _FEW_EQUAL or any(_says_the_same(codes, other) for other in kept):
            continue
        kept.append(codes)
        chance *= max(equal, 1 / len(sample))
        if len(kept) >= _LEAST_COLUMNS and chance * rows < _RARE:
            return True
        if len(kept) == _MOST_COLUMNS:
            break
    return False


def _says_the_same(a: Any, b: Any) -> bool:
    """True for codes that map one to one, though some occur more than once."""
    kinds = int(a.max()) + 1
    if kinds != int(b.max()) + 1 or kinds == len(a):
        return False
    return len(np.unique(a.astype(np.int64) * kinds + b)) == kinds


def _codes(column: Any) -> tuple[Any, Any]:
    """A number for each value, and how often each occurs."""
    try:
        _, codes, counts = np.unique(column, return_inverse=True, return_counts=True)
    except TypeError:  # values that do not compare
        _, codes, counts = np.unique(column.astype(str), return_inverse=True, return_counts=True)
    return codes, counts
