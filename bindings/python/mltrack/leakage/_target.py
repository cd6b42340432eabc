"""Columns of the features that say what the target says: its very values, another code of them, or another unit."""

from __future__ import annotations

from typing import Any

import numpy as np

from mltrack import _digest
from mltrack._quiet import quietly
from mltrack.sklearn._params import is_estimator

_LEAST_ROWS = 20
_ENOUGH_BREAKS = 8  # as docs/digest.md: fewer are no surprise
_SAMPLE = 64
_CELLS = 2_000_000
_SAME = 1e-9  # of the spread: what rounding makes of another unit


@quietly
def columns_like_target(features: Any, target: Any, estimator: Any) -> tuple[list[str], int]:
    """Their names, or numbers, and how many columns there are. Empty where that cannot be looked at, and for columns
    that the estimator leaves out."""
    if not _digest.is_at_hand(features) or not _digest.is_at_hand(target):
        return [], 0
    shape = getattr(features, "shape", None)
    if shape is None or len(shape) != 2:
        return [], 0
    try:
        goal = np.asarray(target)
    except (TypeError, ValueError):  # lists that are not equally long, or of arrays that lie elsewhere
        return [], 0
    if goal.size != shape[0]:
        return [], 0
    rows, columns = shape
    if rows < _LEAST_ROWS + columns.bit_length() or rows * columns > _CELLS:
        return [], columns
    goal = goal.reshape(-1)
    sample = np.unique(np.linspace(0, rows - 1, _SAMPLE).astype(np.intp))
    names = []
    test = _test_of(goal)
    for j in range(columns if test is not None else 0):
        column, name = _column(features, j)
        if test(column[sample], goal[sample]) and test(column, goal):
            names.append(name)
    if names:
        used = _used_columns(estimator, features)
        names = [name for name in names if used is None or name in used]
    return names, columns


def _is_array(features: Any) -> bool:
    return isinstance(features, np.ndarray)


def _column(features: Any, j: int) -> tuple[Any, str]:
    if _is_array(features):
        return features[:, j], str(j)
    series = features.iloc[:, j]
    return np.asarray(series), str(features.columns[j])


def _test_of(goal: Any) -> Any:
    """What tells whether a column says what this target says; None for a target that would be met by chance."""
    try:
        kinds, codes = np.unique(goal, return_inverse=True)
    except TypeError:  # values that do not compare
        return None
    if (codes[1:] != codes[:-1]).sum() < _ENOUGH_BREAKS or len(kinds) < 2:
        return None
    if goal.dtype.kind == "f" and len(kinds) > len(goal) // 4:
        steps = np.diff(goal)
        return _is_same_measure if (np.abs(np.diff(steps)) > _SAME * np.ptp(goal)).sum() >= _ENOUGH_BREAKS else None
    return _is_same_code if len(kinds) <= len(goal) // 4 else _is_equal


def _is_equal(column: Any, goal: Any) -> bool:
    numbers = column.dtype.kind in "fiub" and goal.dtype.kind in "fiub"
    return bool((numbers or column.dtype.kind == goal.dtype.kind) and np.array_equal(column, goal))


def _is_same_code(column: Any, goal: Any) -> bool:
    """True when the values map one to one."""
    try:
        seen, codes = np.unique(column, return_inverse=True)
    except TypeError:
        return False
    kinds, classes = np.unique(goal, return_inverse=True)
    if len(seen) != len(kinds):
        return False
    return len(np.unique(codes.astype(np.int64) * len(kinds) + classes)) == len(kinds)


def _is_same_measure(column: Any, goal: Any) -> bool:
    """True when one is the other in another unit: a straight line through all points."""
    if column.dtype.kind not in "fiu":
        return False
    column = column.astype(np.float64)
    spread = np.ptp(column)
    if not np.isfinite(spread) or spread == 0:
        return False
    low, high = int(column.argmin()), int(column.argmax())
    slope = (goal[high] - goal[low]) / (column[high] - column[low])
    if slope == 0 or not np.isfinite(slope):
        return False
    off = np.abs(goal[low] + slope * (column - column[low]) - goal).max()
    return bool(off <= _SAME * np.ptp(goal))


def _used_columns(estimator: Any, features: Any) -> set[str] | None:
    """The columns that reach a model whose first step chooses some; None for all, an empty set where only running it
    would tell."""
    for name in ("best_estimator_", "estimator", "regressor_", "regressor"):
        inner = getattr(estimator, name, None)
        if is_estimator(inner):
            return _used_columns(inner, features)
    if hasattr(estimator, "steps"):
        first = next((step for _, step in estimator.steps if step not in (None, "passthrough")), None)
        return _used_columns(first, features)
    if hasattr(estimator, "transformers"):
        used: set[str] = set()
        for _, step, chosen in getattr(estimator, "transformers_", estimator.transformers):
            if callable(chosen):
                return set()
            if step != "drop":
                used.update(_names(chosen, features))
        return used
    kind = type(estimator)
    own = not kind.__module__.startswith("sklearn.") and hasattr(kind, "transform")
    return set() if own or kind.__name__ == "FunctionTransformer" else None


def _names(chosen: Any, features: Any) -> set[str]:
    names = [str(name) for name in getattr(features, "columns", range(features.shape[1]))]
    if isinstance(chosen, str):
        return {chosen}
    if isinstance(chosen, slice):
        if isinstance(chosen.start, str) or isinstance(chosen.stop, str):
            first = names.index(chosen.start) if chosen.start is not None else 0
            last = names.index(chosen.stop) if chosen.stop is not None else len(names)
            return set(names[first : last + 1])
        return set(names[chosen])
    chosen = [chosen] if np.ndim(chosen) == 0 else list(chosen)
    if chosen and isinstance(chosen[0], (bool, np.bool_)):
        return {name for name, taken in zip(names, chosen, strict=False) if taken}
    return {one if isinstance(one, str) else names[int(one)] for one in chosen}
