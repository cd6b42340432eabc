"""Questions to a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, overload

from mltrack import _check
from mltrack._answers import ColumnUse, Comparison, Details, Explanation, Fitted, Lineage, Node, NodeTable, Point, Trial
from mltrack._listings import Listings, Select, fields, listed
from mltrack._questions import Questions
from mltrack._refs import reference
from mltrack._table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from mltrack._alarms import AlarmTable

__all__ = ["Query", "Ref"]

Ref = Any
"""A reference (a file's path, `run:seq`, a run's or digest's prefix, `project/experiment`), a handle, a node of an
answer, a run, or a live object."""

_DEEPEST = 2**31 - 1


class Passed(NamedTuple):
    """A node that a walk passes; None is absent."""

    ref: str
    kind: str
    op: str | None
    type: str | None
    name: str | None
    run: str


class Query(Listings, Questions):
    """Questions to a store. Each answers from one snapshot, which holds everything committed before it was asked.

    `ref` is a reference, a handle, a node of another answer, a run, or a live object. Errors: NotFoundError,
    AmbiguousError with the candidates, BadFilterError that points at the column. `where`, `order_by`,
    `limit`, `after` and `select` of lists: see Listings.
    """

    __slots__ = ()

    def ancestors(self, ref: Ref, *, depth: int | None = None, kind: str = "") -> Lineage:
        """What `ref` was made from, and what that was made from, ...; `depth` bounds the number of edges,
        `kind` (model, dataset, ...) leaves out all others."""
        return Lineage(self._query.ancestors(reference(ref), depth=_depth(depth), kind=_check.text(kind, "the kind")))

    def descendants(self, ref: Ref, *, depth: int | None = None, kind: str = "") -> Lineage:
        """What was made from `ref`, and from that, ..."""
        return Lineage(self._query.descendants(reference(ref), depth=_depth(depth), kind=_check.text(kind, "the kind")))

    def lineage(self, ref: Ref, *, depth: int | None = None, kind: str = "") -> Lineage:
        """Ancestors and descendants together."""
        return Lineage(self._query.lineage(reference(ref), depth=_depth(depth), kind=_check.text(kind, "the kind")))

    def walk(
        self,
        ref: Ref,
        see: Callable[[Passed], object] | None = None,
        *,
        up: bool = False,
        depth: int | None = None,
        kind: str = "",
    ) -> int:
        """Pass what came out of `ref`, or with `up` what it came from, to `see` one by one, in topological order.

        Returns how many there are; without `see` they are only counted. Millions need no memory. The walk ends where
        `see` returns False or raises. `see` cannot ask a store: note the references and ask afterwards.
        """
        passed = None if see is None else lambda row: see(Passed._make(row))
        kind = _check.text(kind, "the kind")
        return self._query.walk(reference(ref), passed, up=up, depth=_depth(depth), kind=kind)

    def common_ancestor(self, a: Ref, b: Ref) -> NodeTable:
        """The common ancestors that have no common descendant among themselves: datasets first, then newest first."""
        return NodeTable(self._query.common_ancestor(reference(a), reference(b)))

    @overload
    def compare(self, a: Ref, b: Ref, /) -> Comparison: ...

    @overload
    def compare(self, *refs: Ref, only_differences: bool) -> Table: ...

    @overload
    def compare(self, a: Ref, b: Ref, c: Ref, /, *more: Ref) -> Table: ...

    def compare(self, *refs: Ref, only_differences: bool | None = None) -> Comparison | Table:
        """What differs between two runs (without the trials of searches that have a result), models, calls or datasets.

        More than two, or any number with `only_differences` given, stand side by side in a table: a column for each,
        a row for everything that some of them has, or for what is not the same in all. Raises InvalidArgumentError for
        nodes of several kinds.
        """
        if len(refs) == 2 and only_differences is None:
            return Comparison(self._query.compare(reference(refs[0]), reference(refs[1])))
        return Table(self._query.compare_all([reference(ref) for ref in refs], bool(only_differences)))

    def explain(self, a: Ref, b: Ref) -> Explanation:
        """Why two runs, models, datasets, files or calls differ: the first call that does and the causes, the first one
        first. What follows from a cause is not listed; no causes mean that nothing that was recorded differs."""
        return Explanation(self._query.explain(reference(a), reference(b)))

    def node(self, ref: Ref) -> Node:
        """The node that `ref` names."""
        return self._query.node(reference(ref))

    def details(self, ref: Ref) -> Details:
        """Everything about the node that `ref` names."""
        return Details(self._query.details(reference(ref)))

    def trials(self, ref: Ref) -> list[Trial]:
        """The fits of a search or a cross-validation, by candidate and fold; none of another call."""
        trials, rows = self._query.trials(reference(ref))
        return [
            Trial(str(one.ref), one.candidate, one.fold, one.fit_us, one.score_us,
                  rows[one.rows].train if one.rows >= 0 else None, rows[one.rows].test if one.rows >= 0 else None)
            for one in trials
        ]  # fmt: skip

    def fitted(self, ref: Ref) -> Fitted:
        """What a fitted model says about itself: columns, coefficients, importances, classes. Empty for what said
        nothing. Iterations and the course of the loss are metrics; see `points`."""
        return Fitted(self._query.fitted(reference(ref)))

    def uses_column(self, name: str) -> list[ColumnUse]:
        """The models that were fitted on values of a column of this name, with each way they took to it.

        Exact for scikit-learn's transformers and what is made of them; another one is taken to use all its columns for
        each that it makes, and what came through it is `assumed`. A column that was computed outside recorded calls is
        a column of its own. Raises NotFoundError where no dataset and no model has such a column.
        """
        return [
            ColumnUse(model, tuple(through), assumed)
            for model, through, assumed in self._query.uses_column(_check.text(name, "the column's name"))
        ]

    @overload
    def alarms(
        self,
        *,
        where: str = "",
        run: Ref = None,
        kind: str = "",
        at_least: str = "note",
        limit: int | None = None,
        order_by: str = "",
        after: str = "",
    ) -> AlarmTable: ...

    @overload
    def alarms(
        self,
        *,
        select: Select,
        where: str = "",
        run: Ref = None,
        kind: str = "",
        at_least: str = "note",
        limit: int | None = None,
        order_by: str = "",
        after: str = "",
    ) -> Table: ...

    def alarms(
        self,
        *,
        where: str = "",
        run: Ref = None,
        kind: str = "",
        at_least: str = "note",
        limit: int | None = None,
        order_by: str = "",
        after: str = "",
        select: Select | None = None,
    ) -> AlarmTable | Table:
        """The signs of leakage that were stored: those for which `where` holds (kind, grade, subject, counted, total
        and at are the alarm's, all else is its run's), of one run, of one kind, of a grade (note, mild, alarm) or
        graver. Newest run first, the gravest first in a run, unless `order_by` says otherwise. `after` and `select` are
        those of the other lists."""
        from mltrack._alarms import AlarmTable

        asked = {
            **listed(where, order_by, limit, after),
            "run": "" if run is None else reference(run),
            "kind": _check.text(kind, "the kind"),
            "at_least": _check.text(at_least, "the grade"),
        }
        if select is not None:
            return Table(self._query.alarm_table(**asked, fields=fields(select)))
        return AlarmTable(*self._query.alarm_page(**asked))

    def points(self, ref: Ref, metric: str) -> list[Point]:
        """The series of a metric whose subject is `ref`."""
        return self._query.points(reference(ref), _check.text(metric, "the metric's name"))


def _depth(depth: Any) -> int | None:
    whole = _check.whole(depth, "the depth", least=0)
    return None if whole is None else min(whole, _DEEPEST)
