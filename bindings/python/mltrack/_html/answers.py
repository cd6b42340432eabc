"""Each kind of answer as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mltrack._core import Edge, Node
from mltrack._html.cells import cell, duration, escape, shape, short_type
from mltrack._html.graph import graph
from mltrack._html.page import head, note, notes, page, pairs, section, side_by_side, table

if TYPE_CHECKING:
    from mltrack._alarms import AlarmTable
    from mltrack._answers import Comparison, Details, Lineage, NodeTable
    from mltrack._query import Query
    from mltrack._run import Run
    from mltrack._table import Table

_MOST_ROWS = 60  # a table shows fewer; more are not looked at
_MOST_METRICS = 8
_MOST_PARAMS = 6


def nodes(answer: NodeTable) -> str:
    """A list of runs, models, calls, ..."""
    kinds = {node.kind for node in answer[:_MOST_ROWS]}
    word = _plural(kinds.pop()) if len(kinds) == 1 else "nodes"
    return page([head(f"{len(answer):,} {word if len(answer) != 1 else word[:-1]}"), _node_table(answer, word)])


def rows(answer: Table) -> str:
    """Rows and columns."""
    first = answer[:_MOST_ROWS]
    return page([notes(answer.notes), table(first, total=len(answer))])


def node(answer: Node) -> str:
    """One node: what is known about it without asking the store again."""
    return page(_node_parts(answer))


def details(answer: Details) -> str:
    """One node with what flowed in and out, its columns, notes, program and environment."""
    columns = [
        {"pos": column.pos, "name": column.name, "type": column.type, "digest": column.digest}
        for column in answer.columns[:_MOST_ROWS]
    ]
    omitted = note("too many columns to be kept one by one; their digests are kept") if answer.columns_omitted else ""
    flows = side_by_side(
        section("came from", _edges(answer.in_edges, "src")), section("went into", _edges(answer.out_edges, "dst"))
    )
    said = [{"at": one.at, "author": one.author or None, "text": one.text} for one in answer.notes[:_MOST_ROWS]]
    places = [{"seen at": place} for place in answer.locations[:_MOST_ROWS]]
    return page(
        [
            *_node_parts(answer.node),
            flows,
            section("columns", omitted or (_told(columns, len(answer.columns), "columns"))),
            section("notes", _told(said, len(answer.notes), "notes")),
            section("seen at", _told(places, len(answer.locations), "places"), opened=False),
            section("program", pairs(_fields(answer.code)), opened=False),
            section("environment", pairs(_environment(answer.environment)), opened=False),
            section("loads as", pairs(_fields(answer.dump)), opened=False),
        ]
    )


def comparison(answer: Comparison) -> str:
    """What differs between two nodes, side by side."""
    a, b = answer.a, answer.b
    count = len(answer)
    found = [
        {"what": one.what, "name": one.name or None, f"a  {a.ref}": one.a, f"b  {b.ref}": one.b}
        for one in answer[:_MOST_ROWS]
    ]
    title = head(f"{count:,} {'difference' if count == 1 else 'differences'} between", _title(a), _title(b))
    told = _told(found, count, "differences") if count else note("nothing that was recorded differs")
    return page([title, told, notes(answer.notes)])


def explanation(answer: Any) -> str:
    """Why two nodes differ: the first calls that diverge, and the causes, the first one first."""
    title = head("why these differ:", _title(answer.a), _title(answer.b))
    if not answer.causes and answer.call_a is None and answer.call_b is None:
        return page([title, note("nothing that was recorded differs"), _aligned(answer), notes(answer.notes)])
    causes = [
        {
            "": f"{nth}.",
            "kind": one.kind,
            "name": one.name or None,
            "text": one.text,
            "a": one.a,
            "b": one.b,
            "call a": one.call_a,
            "call b": one.call_b,
        }
        for nth, one in enumerate(answer.causes[:_MOST_ROWS], 1)
    ]
    calls = [
        {"": side, "ref": call.ref, "op": call.op, "type": short_type(call.type or ""), "line": call.source}
        for side, call in (("a", answer.call_a), ("b", answer.call_b))
        if call is not None
    ]
    diverged = section("first calls that differ", table(calls, what="calls")) if calls else ""
    told = table(causes, what="causes", total=len(answer.causes)) if causes else note("no cause was found")
    return page([title, told, diverged, _aligned(answer), notes(answer.notes)])


def lineage(answer: Lineage) -> str:
    """A part of the graph: drawn, with its nodes as a table."""
    count = len(answer)
    title = head("lineage of", _title(answer.root), facts=[f"{count:,} {'node' if count == 1 else 'nodes'}"])
    shown = [one for one in (answer.root, *answer.nodes) if one.kind != "run"]
    return page(
        [
            title,
            notes(answer.notes),
            graph(shown, answer.edges, answer.root),
            section("nodes", _node_table(answer.nodes, "nodes"), opened=False),
        ]
    )


def run(query: Query, run: Run) -> str:
    """A run: its status, parameters, metrics and calls, and the graph of what it did."""
    shown = query.node(run)
    calls = query.calls(where=f"run = '{run.uid}'", order_by="started", limit=_MOST_ROWS + 1)
    parts = _node_parts(shown, name=run.name, place=f"{run.project}/{run.experiment}")
    if len(calls):
        lineage = query.descendants(run)
        inside = [one for one in lineage.nodes if one.kind != "run"]
        count = sum(one.kind == "call" for one in inside if one.run == shown.run)
        parts.append(section("graph", graph(inside, lineage.edges)))
        parts.append(section(f"{count:,} {'call' if count == 1 else 'calls'}", _calls(calls, count), opened=False))
    return page(parts)


def alarms(answer: AlarmTable, said: str) -> str:
    """Signs of leakage, the gravest first."""
    found = [
        {
            "grade": one.grade,
            "kind": one.kind,
            "counted": None if one.counted is None else str(one.counted) + (f" of {one.total}" if one.total else ""),
            "lines": ", ".join(one.sources) or None,
            "advice": one.advice,
        }
        for one in answer[:_MOST_ROWS]
    ]
    return page([table(found, what="alarms", total=len(answer)) if found else "", note(said)])


def _node_parts(node: Node, name: str = "", place: str = "") -> list[str]:
    """The parts of a page about one node: a line, its facts, and parameters, metrics and tags beside each other."""
    took = "" if node.took_us is None else duration(node.took_us)
    size = escape(shape(node.rows, node.columns))
    below = [cell("ref", node.ref), cell("in", place or _place(node)), f"{cell('at', node.at)} UTC"]
    facts = {
        "type": node.type,
        "digest": node.digest,
        "run": None if node.kind == "run" else node.run,
        "line": node.source,
        "error": f"{node.error_type}: {node.error or ''}" if node.error_type else None,
    }
    beside = [
        section("parameters", pairs(_texts(node.params), "parameters")),
        section("metrics", pairs(node.metrics, "metrics")),
        section("tags", pairs(node.tags, "tags")),
    ]
    title = head(node.kind, name or _title(node), facts=[cell("status", node.status), size, took], below=below)
    return [title, pairs(facts), side_by_side(*beside)]


def _node_table(answer: NodeTable, what: str) -> str:
    """Nodes as rows. Runs have their metrics and parameters as columns, models those that tell them apart."""
    shown = answer[:_MOST_ROWS]
    metrics = _most_filled((one.metrics for one in shown), _MOST_METRICS)
    params = _most_filled((one.params for one in shown if one.kind == "run"), _MOST_PARAMS) or _telling(shown)
    mixed = len({one.kind for one in shown}) > 1
    found = [_row(one, metrics, params) | ({"kind": one.kind} if mixed else {}) for one in shown]
    return table(found, what=what, total=len(answer))


def _row(node: Node, metrics: list[str], params: list[str]) -> dict[str, Any]:
    own = _texts(node.params) if node.kind in ("run", "model") else {}
    return {
        "ref": node.ref,
        "kind": None,
        "in": _place(node) if node.kind == "run" else None,
        "op": node.op,
        "type": short_type(node.type) if node.type else None,
        "name": node.name or None,
        "status": node.status,
        "rows \u00d7 columns": shape(node.rows, node.columns) or None,
        **{name: node.metrics.get(name) for name in metrics},
        **{f"params.{name}": own.get(name) for name in params},
        "took_us": node.took_us,
        "at": node.at,
    }


def _telling(shown: NodeTable) -> list[str]:
    """The parameters that at least half of the models have, with different values that are no lists."""
    models = [_texts(one.params) for one in shown if one.kind == "model"]
    names = _most_filled(models, len(models) * 100)
    values = {name: [params[name] for params in models if name in params] for name in names}
    return [
        name
        for name, found in values.items()
        if 2 * len(found) >= len(models) and not any(isinstance(value, (list, dict)) for value in found)
        if len(set(map(str, found))) > 1
    ][:_MOST_PARAMS]


def _most_filled(groups: Iterable[Mapping[str, Any]], most: int) -> list[str]:
    """The names that occur most often, in the order in which they occur first."""
    counts: dict[str, int] = {}
    for group in groups:
        for name in group:
            counts[name] = counts.get(name, 0) + 1
    kept = sorted(counts, key=lambda name: -counts[name])[:most]
    return [name for name in counts if name in kept]


def _calls(calls: NodeTable, count: int) -> str:
    found = [
        {
            "ref": call.ref,
            "op": call.op,
            "type": short_type(call.type or "") or None,
            "name": call.name or None,
            "status": call.status,
            "took_us": call.took_us,
            "line": call.source or None,
        }
        for call in calls[:_MOST_ROWS]
    ]
    return table(found, what="calls", total=count)


def _told(found: Sequence[Mapping[str, Any]], total: int, what: str) -> str:
    return table(found, what=what, total=total) if total else ""


def _edges(edges: Sequence[Edge], end: str) -> str:
    found = [{"slot": edge.slot or None, "ref": getattr(edge, end), "via": edge.via} for edge in edges[:_MOST_ROWS]]
    return _told(found, len(edges), "edges")


def _aligned(answer: Any) -> str:
    return note(f"{answer.aligned:,} pairs of calls were compared")


def _title(node: Node) -> str:
    """What a node is called in a line of text."""
    words = [node.op or "", short_type(node.type or ""), node.name or ""]
    if node.kind in ("run", "artifact", "project", "experiment"):
        words = [node.name or node.ref]
    return " ".join(dict.fromkeys(filter(None, words))) or node.ref


def _place(node: Node) -> str | None:
    return "/".join(filter(None, (node.project, node.experiment))) or None


def _plural(kind: str) -> str:
    return f"{kind}s"


def _texts(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they are read: None is a value here, not the absence of one."""
    return {name: "None" if value is None else value for name, value in params.items()}


def _fields(answer: object) -> dict[str, Any]:
    """The public fields of a plain answer."""
    if answer is None:
        return {}
    names = [name for name in dir(answer) if not name.startswith("_") and not callable(getattr(answer, name))]
    return {name: _joined(getattr(answer, name)) for name in names}


def _environment(answer: Any) -> dict[str, Any]:
    fields = _fields(answer)
    if answer is not None:
        fields["packages"] = ", ".join(f"{name} {version}" for name, version in answer.packages.items()) or None
        fields["variables"] = ", ".join(f"{name}={value}" for name, value in answer.variables.items()) or None
    return fields


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items()) or None
    return (" ".join(map(_word, value)) or None) if isinstance(value, (list, tuple)) else value


def _word(item: Any) -> str:
    return (
        " ".join(str(part) for part in item if part is not None)
        if isinstance(item, Iterable) and not isinstance(item, str)
        else str(item)
    )
