"""The names by which classes, functions, exceptions and lines of code are recorded."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from mltrack import _core
from mltrack._memo import per_object


@per_object
def class_path(obj: Any) -> str:
    """The dotted name of a class or function, by the outermost public module that offers it: the one its documentation
    has, whichever module it is defined in. A partial function is the one it calls, another object with a call of its
    own its class."""
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    if name is None:
        return class_path(obj.func if isinstance(obj, functools.partial) else type(obj))
    module = obj.__module__ or ""
    parts = [part for part in module.split(".") if not part.startswith("_")]
    for count in range(1, len(parts) + 1):
        public = ".".join(parts[:count])
        held = vars(sys.modules[public]).get(name) if public in sys.modules else None
        if held is obj or (type(held) is _core.StandIn and held.__mltrack__ is obj):
            return f"{public}.{name}"
    return f"{module}.{name}" if module else name


def failure_of(error: BaseException) -> tuple[str, str]:
    """What is stored of an exception that ends a call: the dotted name of its class, and its message."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        return name, str(error)
    except Exception:  # one of the user's own that cannot say what it is
        return name, ""


def caller(depth: int, between: frozenset[str] = frozenset()) -> str:
    """file:line of the frame `depth` levels above this function's caller; frames of the modules `between` are none.
    Empty where no line of Python made the call: a thread that was started with the method itself."""
    try:
        frame = sys._getframe(depth + 1)
    except ValueError:
        return ""
    while between and frame.f_back is not None and frame.f_globals.get("__name__") in between:
        frame = frame.f_back
    return f"{_shown_path(frame.f_code.co_filename)}:{frame.f_lineno}"


@functools.lru_cache(maxsize=1024)
def _shown_path(filename: str) -> str:
    if filename.startswith("<"):
        return filename
    try:
        shown = os.path.relpath(filename)
    except ValueError:
        return filename
    return filename if shown.startswith("..") else shown
