"""Splitting rows at random into any number of parts, recorded."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from mltrack import _core, _inputs, _open_calls, _recorder
from mltrack._names import caller
from mltrack._open_calls import Frame


def random_split(X: Any, weights: Sequence[float], seed: int, y: Any = None) -> tuple[list[Any], list[Any]]:
    """Splits the rows of X, and of y, into as many parts as there are weights: each row falls into a part with the
    probability of its weight. The same seed gives the same parts; numpy's own random state is not touched.

    Returns the parts of X and those of y; without y, a None for each.
    """
    chances = np.asarray(weights, dtype=float)
    if chances.ndim != 1 or not len(chances) or not np.isfinite(chances).all() or (chances < 0).any():
        raise ValueError(f"weights are {weights!r}; expected a list of numbers that are not negative")
    if not chances.sum():
        raise ValueError(f"weights are {weights!r}; at least one of them must be more than 0")
    if y is not None and len(y) != len(X):
        raise ValueError(f"X has {len(X)} rows and y has {len(y)}; they must have the same number")
    if _open_calls.off():
        return _split(X, chances, seed, y)
    before = functools.partial(_recorder.begun, _begin, list(weights), caller(1))
    split = _core.StandIn(_split, before, functools.partial(_recorder.after, _end))
    parts: tuple[list[Any], list[Any]] = split(X, chances, seed, y)
    return parts


def _split(X: Any, chances: Any, seed: int, y: Any) -> tuple[list[Any], list[Any]]:
    """Two parts hold the rows that ModelDB gave them; it had three and more wrong."""
    drawn = np.random.RandomState(seed).rand(len(X))
    part_of = np.searchsorted((chances.cumsum() / chances.sum())[:-1], drawn)
    rows = [np.flatnonzero(part_of == part) for part in range(len(chances))]
    return [_take(X, some) for some in rows], [None if y is None else _take(y, some) for some in rows]


def _take(data: Any, rows: Any) -> Any:
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    return data[rows] if hasattr(data, "shape") else [data[row] for row in rows]


def _begin(weights: list[float], source: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Frame:
    began_ns = time.perf_counter_ns()
    X, _, seed, y = args
    return _recorder.open_call(
        _open_calls.session(), "split", "mltrack.compat.modeldb.random_split",
        [("X", X)] if y is None else [("X", X), ("y", y)],
        began_ns=began_ns, params={"weights": weights, "seed": seed}, source=source,
    )  # fmt: skip


def _end(frame: Frame, result: tuple[list[Any], list[Any]], took_us: int) -> None:
    outputs = [
        _inputs.output(frame, f"{slot}[{part}]", data)
        for slot, parts in zip(("X", "y"), result, strict=True)
        for part, data in enumerate(parts)
        if data is not None
    ]
    _recorder.end_call(frame, outputs, [], took_us)
