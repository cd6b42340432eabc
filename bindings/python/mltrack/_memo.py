"""Answers that are worth remembering."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def per_object(function: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """Remembers what a function answers about a class or another function, as long as that lives: what it closes over
    may be large. Asks again about what takes no weak reference. An answer must not hold its object."""
    known: dict[int, tuple[weakref.ref[Any], Answer]] = {}  # by address: a WeakKeyDictionary takes five times as long

    @functools.wraps(function)
    def remembered(obj: Any) -> Answer:
        entry = known.get(id(obj))
        if entry is not None and entry[0]() is obj:
            return entry[1]
        answer = function(obj)
        key = id(obj)
        try:
            ref = weakref.ref(obj, lambda _: known.pop(key, None))
        except TypeError:
            return answer
        known[key] = (ref, answer)
        return answer

    return remembered
