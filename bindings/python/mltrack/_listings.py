"""Lists of what a store holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, cast, overload

from mltrack import _check, _core
from mltrack._answers import NodeTable
from mltrack._table import Table

__all__ = ["Listings"]

Select: TypeAlias = "str | Sequence[str]"

_KINDS = {
    "projects": "project",
    "experiments": "experiment",
    "runs": "run",
    "calls": "call",
    "datasets": "dataset",
    "models": "model",
    "artifacts": "artifact",
}


class Listing(Protocol):
    """A list of one kind: nodes, or a table of the columns that `select` names."""

    @overload
    def __call__(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: None = None
    ) -> NodeTable: ...

    @overload
    def __call__(
        self, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = "", select: Select
    ) -> Table: ...


def _listing(what: str) -> Listing:
    """The method of Listings that lists this."""

    def listing(
        self: Listings,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        select: Select | None = None,
    ) -> NodeTable | Table:
        if select is not None:
            return self.table(what, where=where, order_by=order_by, limit=limit, after=after, select=select)
        return NodeTable(*self._query.page(_KINDS[what], **listed(where, order_by, limit, after)))

    listing.__name__, listing.__qualname__ = what, f"Listings.{what}"
    listing.__doc__ = "The files of the store." if what == "artifacts" else f"The {what} of the store."
    return cast(Listing, listing)


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
        select: Select = (),
    ) -> Table:
        """A list as a table: `what` is "runs", "models" and so on. Without `select` it has every field, parameter,
        metric and tag that some row fills. Columns are read as they are stored: use it for many rows."""
        asked = {**listed(where, order_by, limit, after), "fields": fields(select)}
        if _check.one_of(what, "what is listed", (*_KINDS, "alarms")) == "alarms":
            return Table(self._query.alarm_table(**asked))
        return Table(self._query.table(_KINDS[what], **asked))

    projects = _listing("projects")
    experiments = _listing("experiments")
    runs = _listing("runs")
    calls = _listing("calls")
    datasets = _listing("datasets")
    models = _listing("models")
    artifacts = _listing("artifacts")


def listed(where: Any, order_by: Any, limit: Any, after: Any) -> dict[str, Any]:
    """What every list is asked with, checked."""
    return {
        "where": _check.text(where, "where"),
        "order_by": _check.text(order_by, "order_by"),
        "limit": _check.whole(limit, "the limit", least=0),
        "after": "" if after is None else _check.text(after, "after"),
    }


def fields(select: Any) -> list[str]:
    """The columns that `select` names."""
    if isinstance(select, str):
        return [select] if select else []
    return [_check.text(field, "a selected column") for field in select]
