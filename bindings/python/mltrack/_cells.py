"""Makes plain functions visible by whatever name they were imported.

A public function of scikit-learn is a wrapper around the function itself, which the wrapper holds in a closure cell. A
stand-in in that cell is met by every caller, and the public function stays the object it is. A function without such a
wrapper is replaced by name, in every module that holds it by that name.
"""

from __future__ import annotations

import sys
import types
from typing import Any

from mltrack import _core

# Modules whose frames lie between the user and the function.
BETWEEN = frozenset({"sklearn.utils._param_validation", "pandas.util._decorators"})

_cells: list[tuple[types.CellType, Any]] = []
_names: list[tuple[dict[str, Any], str, Any]] = []


def replace(function: Any, before: Any, after: Any) -> None:
    """Has the calls of a public function go through `before` and `after`."""
    name: str = function.__name__
    cell = _cell(function)
    if cell is not None:
        _cells.append((cell, cell.cell_contents))
        cell.cell_contents = _core.StandIn(cell.cell_contents, before, after)
        return
    standing = _core.StandIn(function, before, after)
    for module in list(sys.modules.values()):
        held = names_of(module)
        if held.get(name) is function:
            _names.append((held, name, function))
            held[name] = standing


def restore() -> None:
    """Puts every function back in its place."""
    for cell, original in _cells:
        cell.cell_contents = original
    for held, name, original in _names:
        if type(held.get(name)) is _core.StandIn:
            held[name] = original
    _cells.clear()
    _names.clear()


def names_of(module: object) -> dict[str, Any]:
    """The names that a module holds. It is not asked itself: one that is loaded when it is first used would be."""
    try:
        held = object.__getattribute__(module, "__dict__")
    except AttributeError:  # anything may stand in `sys.modules`
        return {}
    return held if isinstance(held, dict) else {}


def _cell(function: Any) -> types.CellType | None:
    code = getattr(function, "__code__", None)
    if code is None or not function.__closure__:
        return None
    for name, cell in zip(code.co_freevars, function.__closure__, strict=True):
        if name == "func" and type(cell.cell_contents) is types.FunctionType:
            return cell  # type: ignore[no-any-return]
    return None
