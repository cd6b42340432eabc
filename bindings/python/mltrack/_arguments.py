"""The arguments of a call by the names of the function's parameters."""

from __future__ import annotations

import functools
import inspect
from typing import Any


@functools.lru_cache(maxsize=4096)
def _names(function: Any, bound: bool) -> tuple[tuple[str, ...], str | None]:
    """The names of a function's positional parameters, and that of its `*args`."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1 if bound else 0 :]
    except (TypeError, ValueError):
        return (), None
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    return tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)), rest


def named(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, method: bool = False
) -> list[tuple[str, Any]]:
    """The arguments of a call by the names of its parameters; for a method `args` are without self."""
    function = getattr(original, "__func__", original)
    names, rest = _names(getattr(function, "__mltrack__", function), method)
    pairs = list(zip(names, args, strict=False))
    pairs.extend((f"{rest or 'argument'}[{i}]", arg) for i, arg in enumerate(args[len(names) :]))
    pairs.extend(kwargs.items())
    return pairs
