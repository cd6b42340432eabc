"""How stored values look in Python."""

from __future__ import annotations

import datetime
import json
from typing import Any

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class ClassName(str):
    """The dotted name of a class or function that was a parameter."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<class {self!s}>"


class Opaque(str):
    """A summary of a parameter that has no exact form in the store."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<opaque {self!s}>"


def parse(text: str) -> Any:
    """A list or dict from its canonical JSON."""
    return json.loads(text)


def when(at_us: int) -> datetime.datetime:
    """Microseconds since 1970 as a datetime in UTC."""
    return _EPOCH + datetime.timedelta(microseconds=at_us)
