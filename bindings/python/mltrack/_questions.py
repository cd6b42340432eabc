"""The questions that are answered in rows."""

from __future__ import annotations

from typing import Any

from mltrack import _check, _core
from mltrack._refs import reference
from mltrack._table import Table

__all__ = ["Questions"]


class Questions:
    """What Query answers in rows. `models` are models, or runs for those they made that became no part of another;
    with `where`, those too for which a filter holds; without either, all of the store."""

    __slots__ = ()

    _query: _core.Query

    def training_rows(self, *models: Any, where: str = "") -> Table:
        """How many rows each model was fitted on: of a fold, its own; of a fit that goes on from a model, the last
        ones."""
        return Table(self._query.training_rows(_references(models), where=_filter(where)))


def _references(refs: Any) -> list[str]:
    return [reference(ref) for ref in refs]


def _filter(where: Any) -> str:
    return _check.text(where, "where")
