"""What the answers to questions look like."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload

from mltrack import _core
from mltrack._core import (
    Cause,
    CodeInfo,
    Column,
    Difference,
    DumpInfo,
    Edge,
    EnvironmentInfo,
    MetricValue,
    Node,
    Note,
    Point,
)
from mltrack._formats import Rows, written
from mltrack._refs import reference

__all__ = [
    "Cause",
    "CodeInfo",
    "Column",
    "ColumnUse",
    "Comparison",
    "Details",
    "Difference",
    "DumpInfo",
    "Edge",
    "EnvironmentInfo",
    "Explanation",
    "Fitted",
    "Lineage",
    "MetricValue",
    "Node",
    "NodeTable",
    "Note",
    "Point",
    "Trial",
]

_FIELDS = (
    "ref",
    "kind",
    "op",
    "type",
    "name",
    "digest",
    "rows",
    "columns",
    "run",
    "at",
    "project",
    "experiment",
    "status",
    "parent",
    "took_us",
    "overhead_us",
    "error_type",
    "error",
    "source",
    "depth",
)


class NodeTable(Rows, Sequence[Node]):
    """An answer that is a list of nodes. A notebook shows it as a table; `.to_pandas()` makes a frame of it."""

    __slots__ = ("_nodes", "next")

    next: str | None  # of a listing that its limit cut: what `after` takes to go on

    def __init__(self, nodes: Sequence[Node], next: str | None = None) -> None:
        self._nodes = tuple(nodes)
        self.next = next

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, index: int) -> Node: ...

    @overload
    def __getitem__(self, index: slice) -> NodeTable: ...

    def __getitem__(self, index: int | slice) -> Node | NodeTable:
        return NodeTable(self._nodes[index]) if isinstance(index, slice) else self._nodes[index]

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def __contains__(self, item: object) -> bool:
        return item in self._nodes or any(node.ref == item for node in self._nodes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeTable) and self._nodes == other._nodes

    def __hash__(self) -> int:
        return hash(self._nodes)

    def _answer(self) -> list[Node]:
        return list(self._nodes)

    def to_pandas(self) -> Any:
        """A frame with a row for each node; parameters, metrics and tags become columns such as `params.C`."""
        import pandas

        return pandas.DataFrame([_row(node) for node in self._nodes], columns=None if self._nodes else list(_FIELDS))

    def __repr__(self) -> str:
        shown = [repr(node) for node in self._nodes[:20]]
        if len(self) > len(shown):
            shown.append(f"... {len(self) - len(shown)} more")
        return "\n".join([f"<{len(self)} nodes>" if len(self) != 1 else "<1 node>", *shown])

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.nodes(self)


class Lineage:
    """An answer that is a part of the graph: the nodes reached from `root`, in topological order, and their edges.

    `len` and iteration are over the nodes; `in` takes a node, a reference, a handle or a live object. With a path,
    `to_` functions write there what they answer otherwise.
    """

    __slots__ = ("_lineage", "edges", "nodes", "notes", "root")

    root: Node
    nodes: NodeTable
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]
    _lineage: _core.Lineage

    def __init__(self, answer: _core.Lineage) -> None:
        for name, value in (
            ("_lineage", answer),
            ("root", answer.root),
            ("nodes", NodeTable(answer.nodes)),
            ("edges", tuple(answer.edges)),
            ("notes", tuple(answer.notes)),
        ):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an answer cannot be changed ({name})")

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __contains__(self, item: object) -> bool:
        if isinstance(item, str):
            return any(item in (node.ref, node.digest, node.name) for node in self.nodes)
        wanted = reference(item)
        return any(reference(node) == wanted for node in self.nodes)

    def to_pandas(self) -> Any:
        """A frame with a row for each node."""
        return self.nodes.to_pandas()

    def to_polars(self) -> Any:
        """A polars frame with a row for each node."""
        return self.nodes.to_polars()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.nodes.__arrow_c_stream__(requested_schema)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The root and the nodes as comma-separated values, as the program prints them."""
        return written(_core.to_csv(_core.with_root(self._lineage)), path)

    def to_jsonl(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The root and the nodes, a JSON object a line."""
        return written(_core.to_jsonl(_core.with_root(self._lineage)), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The graph as a JSON object: root, nodes, edges and notes."""
        return written(_core.to_json(self._lineage), path)

    def to_dot(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The graph in the language of Graphviz."""
        return written(_core.to_dot(self._lineage), path)

    def to_mermaid(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The graph as a Mermaid flowchart."""
        return written(_core.to_mermaid(self._lineage), path)

    def to_graphml(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The graph as GraphML, with the fields of nodes and edges as data."""
        return written(_core.to_graphml(self._lineage), path)

    def __repr__(self) -> str:
        lines = [f"<lineage of {self.root!r}: {len(self)} nodes, {len(self.edges)} edges>"]
        lines += [f"note: {note}" for note in self.notes]
        lines += [repr(node) for node in self.nodes[:20]]
        if len(self) > 20:
            lines.append(f"... {len(self) - 20} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.lineage(self)


class Details:
    """Everything about one node: what flowed in and out, columns, notes, where its content was seen; of a run its
    program and environment, of a stored model how it loads."""

    __slots__ = (
        "code",
        "columns",
        "columns_omitted",
        "dump",
        "environment",
        "in_edges",
        "locations",
        "node",
        "notes",
        "out_edges",
    )

    node: Node
    in_edges: tuple[Edge, ...]
    out_edges: tuple[Edge, ...]
    columns: tuple[Column, ...]
    columns_omitted: bool
    notes: tuple[Note, ...]
    locations: tuple[str, ...]
    code: CodeInfo | None
    environment: EnvironmentInfo | None
    dump: DumpInfo | None

    def __init__(self, answer: _core.Details) -> None:
        for name in self.__slots__:
            value = getattr(answer, name)
            object.__setattr__(self, name, tuple(value) if isinstance(value, list) else value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an answer cannot be changed ({name})")

    def __repr__(self) -> str:
        return (
            f"<details of {self.node!r}: {len(self.in_edges)} edges in, {len(self.out_edges)} out, "
            f"{len(self.columns)} columns, {len(self.notes)} notes>"
        )

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.details(self)


class Comparison(Sequence[Difference]):
    """What differs between the nodes `a` and `b`; empty when nothing does."""

    __slots__ = ("a", "b", "differences", "notes")

    def __init__(self, answer: _core.Comparison) -> None:
        self.a = answer.a
        self.b = answer.b
        self.differences = tuple(answer.differences)
        self.notes = tuple(answer.notes)

    def __len__(self) -> int:
        return len(self.differences)

    @overload
    def __getitem__(self, index: int) -> Difference: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Difference, ...]: ...

    def __getitem__(self, index: int | slice) -> Difference | tuple[Difference, ...]:
        return self.differences[index]

    def to_pandas(self) -> Any:
        """A frame with a row for each difference."""
        import pandas

        rows = [(found.what, found.name, found.a, found.b) for found in self.differences]
        return pandas.DataFrame(rows, columns=["what", "name", "a", "b"])

    def __repr__(self) -> str:
        lines = [f"<{self.a!r} | {self.b!r}: {len(self)} differences>"]
        lines += [repr(found) for found in self.differences]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.comparison(self)


class Explanation(Sequence[Cause]):
    """Why the nodes `a` and `b` differ: the causes in order, the first one first; empty when nothing that was recorded
    differs, or when `notes` say why there is none. `call_a` and `call_b` are the first calls that differ; None where
    that side has no such call."""

    __slots__ = ("_answer", "a", "aligned", "b", "call_a", "call_b", "causes", "notes")

    def __init__(self, answer: _core.Explanation) -> None:
        self._answer = answer
        self.a: Node = answer.a
        self.b: Node = answer.b
        self.call_a: Node | None = answer.call_a
        self.call_b: Node | None = answer.call_b
        self.causes: tuple[Cause, ...] = tuple(answer.causes)
        self.aligned: int = answer.aligned  # pairs of calls that were compared
        self.notes: tuple[str, ...] = tuple(answer.notes)  # what could not be told, and why

    def __len__(self) -> int:
        return len(self.causes)

    @overload
    def __getitem__(self, index: int) -> Cause: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Cause, ...]: ...

    def __getitem__(self, index: int | slice) -> Cause | tuple[Cause, ...]:
        return self.causes[index]

    def to_json(self) -> str:
        """The explanation as a JSON object, as the program prints it."""
        return self._answer.to_json()

    def to_pandas(self) -> Any:
        """A frame with a row for each cause."""
        import pandas

        names = ["kind", "name", "a", "b", "call_a", "call_b", "text"]
        return pandas.DataFrame([[getattr(cause, name) for name in names] for cause in self.causes], columns=names)

    def __repr__(self) -> str:
        lines = [f"<{self.a!r} | {self.b!r}: {self._counted()}, {self.aligned} pairs of calls>"]
        if self.call_a is not None or self.call_b is not None:
            lines.append(f"first: {self.call_a!r} | {self.call_b!r}")
        lines += [f"{number}. {cause.kind}: {cause.text}" for number, cause in enumerate(self.causes, 1)]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def _counted(self) -> str:
        if not self.causes:
            return "no difference" if self.call_a is None and self.call_b is None else "no cause"
        return "1 cause" if len(self) == 1 else f"{len(self)} causes"

    def _repr_html_(self) -> str:
        from mltrack import _html

        return _html.explanation(self)


class Trial(NamedTuple):
    """One fit of a search or a cross-validation. Its parameters and scores are its node's: `query.node(trial.ref)`."""

    ref: str
    candidate: int  # which parameters, from 0
    fold: int  # which part of the data, from 0
    fit_us: int | None  # as the worker said; None where it did not
    score_us: int | None
    train: list[int] | None  # numbers of the rows of X; None where they are not known
    test: list[int] | None

    def __repr__(self) -> str:
        rows = (
            "" if self.train is None or self.test is None else f" on {len(self.train)} rows, scored on {len(self.test)}"
        )
        return f"<trial {self.ref}: candidate {self.candidate}, fold {self.fold}, fitted{rows}>"


class ColumnUse(NamedTuple):
    """A model that was fitted on values of a column, and one way that they took to it."""

    model: Node
    through: tuple[Node, ...]  # the fitted transformers on the way, in order; empty: it took the column itself
    assumed: bool  # something on the way does not say which columns it uses


class Source(NamedTuple):
    """Columns that a model makes, by position, and those they are made of."""

    made: range
    of: range
    one_to_one: bool  # the first of the first, and so on; else each of all of them
    through: tuple[str, ...]  # of a model with steps: those on the way, inner ones as `num__scale`


class Fitted:
    """What a fitted model says about itself."""

    __slots__ = ("assumed", "made", "names_in", "names_out", "shapes", "sources", "taken", "values")

    taken: int | None  # columns it was fitted on
    made: int | None  # columns it puts out; None where it transforms nothing, or that is not known
    names_in: tuple[str, ...]  # empty: they have no names, or are more than 4,096
    names_out: tuple[str, ...]
    assumed: bool  # it is not known which columns make which
    sources: tuple[Source, ...]  # empty: all from all. For what predicts, column 0 is the prediction
    values: dict[str, Any]  # by attribute; arrays as nested lists; None where there are too many to be stored
    shapes: dict[str, tuple[int, ...]]

    def __init__(self, answer: tuple[Any, Any]) -> None:
        features, values = answer
        taken, made, names_in, names_out, sources, assumed, _ = features or (None, None, (), (), (), False, None)
        self.taken, self.made, self.names_in, self.names_out, self.assumed = taken, made, names_in, names_out, assumed
        self.sources = tuple(
            Source(range(out, out + outs), range(into, into + ins), one_to_one, through)
            for out, outs, into, ins, one_to_one, through in sources
        )
        self.values = {name: _nested(items, shape) for name, shape, items in values}
        self.shapes = {name: tuple(shape) for name, shape, _ in values}

    def __repr__(self) -> str:
        columns = f"{self.taken} columns" if self.made is None else f"{self.taken} columns to {self.made}"
        return f"<fitted: {columns}; {', '.join(self.values) or 'no values'}>"


def _nested(items: list[Any] | None, shape: Sequence[int]) -> Any:
    """Values in the form of their shape."""
    if items is None:
        return None
    for size in reversed(shape[1:]):
        items = [items[i : i + size] for i in range(0, len(items), size)] if size else []
    return items if shape else items[0]


def _row(node: Node) -> dict[str, Any]:
    row = {field: getattr(node, field) for field in _FIELDS}
    for group in ("params", "metrics", "tags"):
        row.update({f"{group}.{name}": value for name, value in getattr(node, group).items()})
    return row
