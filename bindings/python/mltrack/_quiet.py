"""Arithmetic of ours warns the user of nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Answer = TypeVar("Answer")


def quietly(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Runs a function without numpy's warnings of division by zero, overflow and the like."""

    @functools.wraps(function)
    def quiet(*given: Any) -> Answer:
        with np.errstate(all="ignore"):
            return function(*given)

    return quiet
