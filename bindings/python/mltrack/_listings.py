"""Lists of what a store holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from mltrack import _check, _core
from mltrack._answers import NodeTable
from mltrack._table import Table

__all__ = ["Listings"]

_KINDS = {
    "projects": "project",
    "experiments": "experiment",
    "runs": "run",
    "calls": "call",
    "datasets": "dataset",
    "models": "model",
    "artifacts": "artifact",
}


class Listings:
    """What can be listed. `where` is a filter, `order_by` one or more fields separated by commas, each with "desc"
    behind it to turn it round; docs/filter.md has their language. Without an order the newest come first; without a
    limit all are listed.

    `.next` of an answer that `limit` cut is what `after` takes to go on behind it, with the same filter and order;
    runs that came in meanwhile move nothing. `select` names columns, as a text with commas or as a sequence, and makes
    the answer a Table instead of nodes.
    """

    __slots__ = ("_query",)

    def __init__(self, query: _core.Query) -> None:
        self._query = query

    def table(
        self,
        what: str,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] = (),
    ) -> Table:
        """A list as a table: `what` is "runs", "models" and so on. Without `select` it has every field, parameter,
        metric and tag that some row fills. Columns are read as they are stored: use it for many rows."""
        kind = _check.one_of(what, "what is listed", _KINDS)
        listed = _listed(where, order_by, limit, after)
        return Table(self._query.table(_KINDS[kind], **listed, fields=_fields(select)))

    def _list(
        self, kind: str, where: str, order_by: str, limit: int | None, after: str, select: str | Sequence[str] | None
    ) -> NodeTable | Table:
        listed = _listed(where, order_by, limit, after)
        if select is None:
            return NodeTable(*self._query.page(kind, **listed))
        return Table(self._query.table(kind, **listed, fields=_fields(select)))

    @overload
    def projects(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def projects(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def projects(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The projects of the store."""
        return self._list("project", where, order_by, limit, after, select)

    @overload
    def experiments(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def experiments(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def experiments(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The experiments of the store."""
        return self._list("experiment", where, order_by, limit, after, select)

    @overload
    def runs(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def runs(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def runs(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The runs of the store."""
        return self._list("run", where, order_by, limit, after, select)

    @overload
    def calls(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def calls(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def calls(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The calls of the store."""
        return self._list("call", where, order_by, limit, after, select)

    @overload
    def datasets(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def datasets(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def datasets(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The datasets of the store."""
        return self._list("dataset", where, order_by, limit, after, select)

    @overload
    def models(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def models(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def models(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The models of the store."""
        return self._list("model", where, order_by, limit, after, select)

    @overload
    def artifacts(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def artifacts(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str],
    ) -> Table: ...

    def artifacts(
        self,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: str | Sequence[str] | None = None,
    ) -> NodeTable | Table:
        """The files of the store."""
        return self._list("artifact", where, order_by, limit, after, select)


def _listed(where: Any, order_by: Any, limit: Any, after: Any) -> dict[str, Any]:
    return {
        "where": _check.text(where, "where"),
        "order_by": _check.text(order_by, "order_by"),
        "limit": _check.whole(limit, "the limit", least=0),
        "after": "" if after is None else _check.text(after, "after"),
    }


def _fields(select: Any) -> list[str]:
    if isinstance(select, str):
        return [select] if select else []
    return [_check.text(field, "a selected column") for field in select]
