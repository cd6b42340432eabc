"""Answers that are worth remembering."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def per_class(function: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """Remembers what a function answers about a class, for the last few thousand classes."""
    return functools.lru_cache(maxsize=4096)(function)
