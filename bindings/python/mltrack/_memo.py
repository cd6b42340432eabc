"""Answers that are worth remembering."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def per_object(function: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """Remembers what a function answers about a class or another function, as long as that lives: what it closes over
    may be large. Asks again about what takes no weak reference or has no hash. An answer must not hold its object."""
    known: weakref.WeakKeyDictionary[Any, Answer] = weakref.WeakKeyDictionary()

    @functools.wraps(function)
    def remembered(obj: Any) -> Answer:
        try:
            return known[obj]
        except KeyError:
            answer = known[obj] = function(obj)
            return answer
        except TypeError:
            return function(obj)

    return remembered
