"""The arguments of a call by the names of the function's parameters."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from mltrack._memo import per_object


@per_object
def _names(function: Any) -> tuple[tuple[str, ...], str | None]:
    """The names of a function's positional parameters, and that of its `*args`."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return (), None
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    return tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)), rest


def named(
    original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, method: bool = False
) -> list[tuple[str, Any]]:
    """The arguments of a call by the names of its parameters; for a method `args` are without self. Those that a
    partial function adds are told, too."""
    if isinstance(original, functools.partial):
        return named(original.func, (*original.args, *args), {**original.keywords, **kwargs}, method=method)
    function = getattr(original, "__func__", original)
    names, rest = _names(getattr(function, "__mltrack__", function))
    names = names[1:] if method else names
    pairs = list(zip(names, args, strict=False))
    pairs.extend((f"{rest or 'argument'}[{i}]", arg) for i, arg in enumerate(args[len(names) :]))
    pairs.extend(kwargs.items())
    return pairs
