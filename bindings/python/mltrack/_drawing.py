"""How answers look in a notebook: small tables and a static drawing of the graph.

Everything from the store is escaped. Colours come from `currentColor`, so light and dark themes both work.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mltrack._core import Edge, Node

if TYPE_CHECKING:
    from mltrack._answers import Comparison, Lineage, NodeTable
    from mltrack._query import Query
    from mltrack._run import Run
    from mltrack._table import Table

_MOST_ROWS = 50
_MOST_DRAWN = 60
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 150, 38, 28, 34, 8
_CHARACTERS = 22
_DASHES = {"call": "", "dataset": "", "model": "", "artifact": "4 2"}
_ROUND = {"call": 19, "dataset": 2, "model": 10, "artifact": 2}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Text for HTML and SVG: nothing in it is markup, nothing is a control character."""
    return html.escape(_CONTROL.sub("\ufffd", text))


def table_html(table: NodeTable) -> str:
    """Nodes as an HTML table with the columns that some node fills."""
    fields = [
        field
        for field in ("ref", "kind", "op", "type", "name", "status", "rows", "columns", "at")
        if any(getattr(node, field) is not None for node in table)
    ]
    rows = [[_cell(getattr(node, field)) for field in fields] for node in table[:_MOST_ROWS]]
    return _table(fields, rows) + _more(len(table) - len(rows))


def rows_html(table: Table) -> str:
    """Rows and columns as an HTML table."""
    rows = [[_cell(value) for value in row.values()] for row in table[:_MOST_ROWS]]
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.notes)
    return notes + _table(table.columns, rows) + _more(len(table) - len(rows))


def comparison_html(comparison: Comparison) -> str:
    """Differences as an HTML table."""
    heads = ["what", "name", comparison.a.ref, comparison.b.ref]
    rows = [[_cell(value) for value in (found.what, found.name, found.a, found.b)] for found in comparison]
    return _table(heads, rows)


def lineage_html(lineage: Lineage) -> str:
    """A part of the graph: drawn when it is small enough to be read, with its nodes as a table."""
    nodes = [lineage.root, *lineage.nodes]
    notes = "".join(f"<p>{escape(note)}</p>" for note in lineage.notes)
    return notes + graph_svg(nodes, lineage.edges) + _folded("nodes", table_html(lineage.nodes))


def run_html(query: Query, run: Run) -> str:
    """A run: its status, parameters, metrics and calls, and the graph of what it did."""
    node = query.node(run)
    calls = query.calls(where=f"run = '{run.uid}'", order_by="started", limit=_MOST_ROWS)
    head: list[tuple[str, Any]] = [("run", f"{node.ref} {run.name}"), ("experiment", f"{run.project}/{run.experiment}")]
    head += [("status", node.status), ("started", node.at)]
    parts = [_pairs(head)]
    for title, values in (("parameters", node.params), ("metrics", node.metrics), ("tags", node.tags)):
        if values:
            parts.append(_section(title, _pairs(values.items())))
    if len(calls):
        rows = [[_cell(value) for value in (call.op, call.type, call.status, _seconds(call.took_us))] for call in calls]
        parts.append(_section("calls", _table(["op", "type", "status", "took"], rows)))
        lineage = query.descendants(run)
        parts.append(graph_svg([node for node in lineage.nodes if node.kind != "run"], lineage.edges))
    return "<div>" + "".join(parts) + "</div>"


def graph_svg(nodes: Sequence[Node], edges: Iterable[Edge]) -> str:
    """The nodes in layers from top to bottom, each below everything it came from. Nothing for an empty graph."""
    shown = list(nodes[-_MOST_DRAWN:])
    if not shown:
        return ""
    known = {node.ref for node in shown}
    arrows = [edge for edge in edges if edge.src in known and edge.dst in known]
    places = _places([node.ref for node in shown], arrows)
    width = max(x for x, _ in places.values()) + _WIDTH + _MARGIN
    height = max(y for _, y in places.values()) + _HEIGHT + _MARGIN
    body = [_arrow(places[edge.src], places[edge.dst], edge) for edge in arrows]
    body += [_box(places[node.ref], node) for node in shown]
    return (
        '<div style="overflow-x:auto">'  # a wide graph is scrolled: shrunk to the page, nobody could read it
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="11" fill="currentColor">'
        '<title>lineage graph</title><defs><marker id="mltrack-tip" viewBox="0 0 8 8" refX="8" refY="4" '
        'markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>'
        + "".join(body)
        + "</svg></div>"
        + _more(len(nodes) - len(shown))
    )


def _places(refs: list[str], arrows: list[Edge]) -> dict[str, tuple[int, int]]:
    """Top left corners. The layer is the longest way from a root; inside a layer, nodes follow their sources."""
    sources: dict[str, list[str]] = {ref: [] for ref in refs}
    for edge in arrows:
        sources[edge.dst].append(edge.src)
    layer: dict[str, int] = {}
    for ref in _in_order(refs, sources):
        layer[ref] = 1 + max((layer[source] for source in sources[ref]), default=-1)
    rows: dict[int, list[str]] = {}
    for ref in refs:
        rows.setdefault(layer[ref], []).append(ref)
    column: dict[str, float] = {}
    for depth in sorted(rows):
        rows[depth].sort(key=lambda ref: _mean([column[source] for source in sources[ref]]))
        column.update((ref, i - len(rows[depth]) / 2) for i, ref in enumerate(rows[depth]))
    left = min(column.values())
    return {
        ref: (
            round(_MARGIN + (column[ref] - left) * (_WIDTH + _GAP_X)),
            _MARGIN + layer[ref] * (_HEIGHT + _GAP_Y),
        )
        for ref in refs
    }


def _in_order(refs: list[str], sources: dict[str, list[str]]) -> list[str]:
    """Every node after its sources, whatever order the nodes came in."""
    done: dict[str, None] = {}
    waiting = list(reversed(refs))
    while waiting:
        ref = waiting[-1]
        missing = [source for source in sources[ref] if source not in done]
        if missing and ref not in done:
            waiting += missing
            continue
        done[ref] = None
        waiting.pop()
    return list(done)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _arrow(start: tuple[int, int], end: tuple[int, int], edge: Edge) -> str:
    x1, y1 = start[0] + _WIDTH // 2, start[1] + _HEIGHT
    x2, y2 = end[0] + _WIDTH // 2, end[1]
    bend = (y2 - y1) // 2
    title = edge.slot if edge.via is None else f"{edge.slot} ({edge.via})"
    return (
        f'<path d="M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}" fill="none" stroke="currentColor" '
        f'stroke-opacity="0.5" marker-end="url(#mltrack-tip)"><title>{escape(title)}</title></path>'
    )


def _box(place: tuple[int, int], node: Node) -> str:
    x, y = place
    title = node.op or node.name or node.kind
    below = (node.type or "").rsplit(".", 1)[-1]
    if node.rows is not None:
        below = f"{below} {node.rows} x {node.columns}".strip()
    dash = _DASHES.get(node.kind, "")
    return (
        f"<g><title>{escape(repr(node))}</title>"
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="{_ROUND.get(node.kind, 2)}" '
        f'fill="currentColor" fill-opacity="{0.16 if node.kind == "model" else 0.05}" stroke="currentColor" '
        f'stroke-opacity="0.6"{f" stroke-dasharray={dash!r}" if dash else ""}/>'
        f'<text x="{x + _WIDTH // 2}" y="{y + 16}" text-anchor="middle">{_short(title)}</text>'
        f'<text x="{x + _WIDTH // 2}" y="{y + 30}" text-anchor="middle" opacity="0.7">{_short(below)}</text></g>'
    )


def _short(text: str) -> str:
    return escape(text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1] + "\u2026")


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _pairs(pairs: Iterable[tuple[str, Any]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{_cell(value)}</td></tr>" for name, value in pairs)
    return f"<table><tbody>{rows}</tbody></table>"


def _section(title: str, body: str) -> str:
    return f"<details open><summary>{escape(title)}</summary>{body}</details>"


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return escape(value.strftime("%Y-%m-%d %H:%M:%S UTC"))
    return escape(f"{value:.6g}" if isinstance(value, float) else str(value))


def _seconds(took_us: int | None) -> str:
    return "" if took_us is None else f"{took_us / 1e6:.3g} s"


def _more(count: int) -> str:
    return f"<p>... {count} more</p>" if count > 0 else ""
