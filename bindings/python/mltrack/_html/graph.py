"""A part of the graph as a static drawing, in layers from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mltrack._core import Edge, Node
from mltrack._html.cells import cut, duration, escape, number, shape, short_type
from mltrack._html.layout import Layout, layout
from mltrack._html.page import COLOURS, more, note

_MOST_BOXES = 60
_MOST_ARROWS = 220
_SMALL = 25  # nodes up to which the insides of calls are drawn
_ALIKE = 3  # so many nodes with the same neighbours are one box
_WIDTH, _HEIGHT, _STEP, _MARGIN = 156, 38, 66, 10
_INKS = {"call": "blue", "dataset": "green", "model": "orange", "artifact": "violet"}
_ROUND = {"call": 19, "model": 9}
_WORDS = {"call": "call", "dataset": "dataset", "model": "model", "artifact": "file", "run": "run"}


@dataclass
class Box:
    """What one box stands for: a node, or several that are alike."""

    nodes: list[Node]
    slot: str = ""  # as what it came out of its call, or how it was derived
    into: dict[int, str] = field(default_factory=dict)  # the boxes it flows into, and as what


def graph(nodes: Sequence[Node], edges: Iterable[Edge], root: Node | None = None) -> str:
    """The nodes, each below everything it came from: those nearest to the root where there are too many. Nothing for
    an empty graph."""
    edges = list(edges)
    outer = _outer(nodes, edges, root)
    boxes, drawn = _boxes(_nearest(_alike(outer, edges)), edges)
    if not boxes:
        return ""
    arrows = [(at, to, slot) for at, box in enumerate(boxes) for to, slot in box.into.items()]
    kept = arrows[:_MOST_ARROWS]
    plan = layout(len(boxes), [(at, to) for at, to, _ in kept])
    nearest = "" if root is None else f", those nearest to {root.ref}"
    inside = len(nodes) - len(outer)
    said = more(len(outer), drawn, "nodes")
    notes = [
        said and said + nearest,
        more(len(arrows), len(kept), "arrows"),
        f"{inside:,} nodes inside of other calls are not drawn" if inside else "",
    ]
    return _svg(boxes, kept, plan, root) + note("; ".join(filter(None, notes)))


def _outer(nodes: Sequence[Node], edges: Sequence[Edge], root: Node | None) -> Sequence[Node]:
    """The nodes without those that were made inside of another call that is there: a pipeline without its steps. All of
    a small graph, and of one whose root is inside."""
    if len(nodes) <= _SMALL:
        return nodes
    calls = {node.ref: node for node in nodes if node.kind == "call"}
    inner = {ref for ref, node in calls.items() if node.parent in calls}
    made: dict[str, list[str]] = {}
    for edge in edges:
        if edge.src in calls and edge.dst not in calls:
            made.setdefault(edge.dst, []).append(edge.src)
    inner |= {ref for ref, makers in made.items() if all(maker in inner for maker in makers)}
    return nodes if root is not None and root.ref in inner else [node for node in nodes if node.ref not in inner]


def _alike(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Node]]:
    """The nodes in order; those of one operation with the same neighbours, such as the trials of a search, together."""
    near: dict[str, list[tuple[bool, str, str]]] = {}
    for edge in edges:
        near.setdefault(edge.src, []).append((True, edge.dst, edge.slot))
        near.setdefault(edge.dst, []).append((False, edge.src, edge.slot))
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        around = near.get(node.ref, [])
        same = (node.kind, node.op, node.type, node.status, tuple(sorted(around)))
        groups.setdefault(same if around else node.ref, []).append(node)
    out: list[list[Node]] = []
    for group in groups.values():
        out += [group] if len(group) >= _ALIKE else [[node] for node in group]
    place = {node.ref: i for i, node in enumerate(nodes)}
    return sorted(out, key=lambda group: place[group[0].ref])


def _nearest(groups: list[list[Node]]) -> list[list[Node]]:
    if len(groups) <= _MOST_BOXES:
        return groups
    by_depth = sorted(range(len(groups)), key=lambda i: (groups[i][0].depth or 0, i))
    return [groups[i] for i in sorted(by_depth[:_MOST_BOXES])]


def _boxes(groups: list[list[Node]], edges: Sequence[Edge]) -> tuple[list[Box], int]:
    boxes = [Box(group) for group in groups]
    place = {node.ref: at for at, box in enumerate(boxes) for node in box.nodes}
    for edge in edges:
        to = place.get(edge.dst)
        if to is None:
            continue
        boxes[to].slot = boxes[to].slot or _origin(edge)
        at = place.get(edge.src)
        if at is None or at == to:
            continue
        title = edge.slot if edge.via is None else f"{edge.slot} ({edge.via})".strip()
        before = boxes[at].into.get(to)
        if before is None:
            boxes[at].into[to] = title
        elif title not in before and len(before) < 100:
            boxes[at].into[to] = f"{before}, {title}"
    return boxes, len(place)


def _origin(edge: Edge) -> str:
    """As what something came into being: the slot of a call's output, pandas' operations."""
    return (edge.via or "").rpartition(":")[2].replace(",", ", ") if edge.slot in ("", "from") else edge.slot


def _svg(boxes: list[Box], arrows: list[tuple[int, int, str]], plan: Layout, root: Node | None) -> str:
    places = [x for bends in plan.bends.values() for x, _ in bends] + plan.across
    left = min(min(places), min(plan.across) - 0.5)
    right = max(max(places), max(plan.across) + 0.5)
    width = round((right - left) * _WIDTH) + 2 * _MARGIN
    height = (max(plan.layer) + 1) * _STEP - (_STEP - _HEIGHT) + 2 * _MARGIN

    def x(across: float) -> float:
        return (across - left) * _WIDTH + _MARGIN

    def y(layer: int) -> int:
        return layer * _STEP + _MARGIN

    starts = _ports(arrows, plan, outward=True)
    ends = _ports(arrows, plan, outward=False)
    body = []
    for i, (at, to, slot) in enumerate(arrows):
        way = [(x(plan.across[at]) + starts[i], y(plan.layer[at]) + _HEIGHT)]
        for across, level in plan.bends.get((at, to), []):
            way += [(x(across), y(level) - 2), (x(across), y(level) + _HEIGHT + 2)]
        way.append((x(plan.across[to]) + ends[i], y(plan.layer[to])))
        body.append(_arrow(way, slot))
    for box, across, level in zip(boxes, plan.across, plan.layer, strict=True):
        body.append(_box(box, x(across) - _WIDTH / 2, y(level), root))
    return (
        '<div class="mt-scroll" style="overflow-x:auto">'  # scrolled, because nobody could read it shrunk to the page
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui,sans-serif" font-size="11" fill="currentColor" role="img" aria-label="lineage graph">'
        + "".join(body)
        + f"</svg></div>{_legend(boxes)}"
    )


def _ports(arrows: list[tuple[int, int, str]], plan: Layout, *, outward: bool) -> list[float]:
    """How far from the middle of its box each arrow begins or ends: side by side, in the order of where they lead."""
    groups: dict[int, list[tuple[float, int]]] = {}
    for i, (at, to, _) in enumerate(arrows):
        bends = plan.bends.get((at, to))
        here, there = (at, to) if outward else (to, at)
        other = plan.across[there] if not bends else bends[0 if outward else -1][0]
        groups.setdefault(here, []).append((other, i))
    offsets = [0.0] * len(arrows)
    for group in groups.values():
        step = min(16.0, 0.7 * _WIDTH / len(group))
        for k, (_, i) in enumerate(sorted(group)):
            offsets[i] = (k - (len(group) - 1) / 2) * step
    return offsets


def _arrow(way: Sequence[tuple[float, float]], title: str) -> str:
    (x, y), path = way[0], f"M{way[0][0]:.0f} {way[0][1]:.0f}"
    tip = way[-1]
    for nth, (x2, y2) in enumerate(way[1:], 1):
        stop = y2 - 5 if nth == len(way) - 1 else y2
        bend = (stop - y) / 2
        path += (
            f"L{x2:.0f} {stop:.0f}"
            if x2 == x
            else f"C{x:.0f} {y + bend:.0f} {x2:.0f} {stop - bend:.0f} {x2:.0f} {stop:.0f}"
        )
        x, y = x2, stop
    tx, ty = tip
    return (
        f"<g><title>{escape(cut(title, 120))}</title>"
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".45"/>'
        f'<path d="M{tx - 3.5:.1f} {ty - 6:.0f}h7L{tx:.1f} {ty:.0f}z" fill-opacity=".6"/></g>'
    )


def _box(box: Box, x: float, y: float, root: Node | None) -> str:
    first = box.nodes[0]
    title, below = _labels(box)
    is_root = root is not None and any(node.ref == root.ref for node in box.nodes)
    failed = first.status in ("failed", "lost")
    ink = COLOURS["red" if failed else _INKS.get(first.kind, "blue")]
    middle = x + _WIDTH / 2
    rect = (
        f'width="{_WIDTH}" height="{_HEIGHT}" rx="{_ROUND.get(first.kind, 3)}" fill="{ink}" stroke="{ink}" '
        f'stroke-width="{2.5 if is_root else 1.2}"'
    )
    behind = f'<rect x="{x + 3:.0f}" y="{y + 3:.0f}" {rect} fill-opacity="0" stroke-opacity=".6"/>'
    bold, dim = 'font-weight="600"', 'opacity=".75"'
    return (
        f"<g><title>{escape(cut(_told(box), 160))}</title>{behind if len(box.nodes) > 1 else ''}"
        f'<rect x="{x:.0f}" y="{y:.0f}" {rect} fill-opacity=".13"/>'
        f"{_line(title, middle, y + (16 if below else 23), bold)}{_line(below, middle, y + 30, dim)}</g>"
    )


def _line(text: str, x: float, y: float, look: str) -> str:
    if not text:
        return ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" {look}>{escape(cut(text, 23))}</text>'


def _told(box: Box) -> str:
    if len(box.nodes) == 1:
        return repr(box.nodes[0])
    return f"{len(box.nodes)} nodes that are alike, {box.nodes[0].ref} to {box.nodes[-1].ref}"


def _labels(box: Box) -> tuple[str, str]:
    """The two lines of a box."""
    node = box.nodes[0]
    kind = short_type(node.type or "")
    if node.kind == "call":
        return _call_labels(box)
    if node.kind == "model":
        return kind or "model", node.name or _metric(node)
    if node.kind == "dataset":
        title = node.name or (box.slot if box.slot != "output" else "") or kind or "dataset"
        return title, shape(node.rows, node.columns) or kind
    return node.name or node.kind, kind if node.kind == "artifact" else (node.status or "")


def _call_labels(box: Box) -> tuple[str, str]:
    node, count = box.nodes[0], len(box.nodes)
    op, kind = node.op or "call", short_type(node.type or "")
    title = kind if op in kind else f"{op} {kind}".strip()
    facts = [duration(node.took_us)] if node.took_us and count == 1 else []
    if len(title) > 23:  # two lines have room for both
        title, facts = op, [kind]
    if count > 1:
        title = f"{count} \u00d7 {title}"
    return title, " \u00b7 ".join(_failed(node) + facts)


def _failed(node: Node) -> list[str]:
    return [] if node.status in (None, "finished") else [str(node.status)]


def _metric(node: Node) -> str:
    name, value = next(iter(node.metrics.items()), ("", 0.0))
    return f"{name} {number(value)}" if name else ""


def _legend(boxes: list[Box]) -> str:
    kinds = [kind for kind in _WORDS if any(box.nodes[0].kind == kind for box in boxes)]
    marks = " ".join(
        f'<span style="color:{COLOURS[_INKS.get(kind, "blue")]}">\u25a0</span> {_WORDS[kind]}' for kind in kinds
    )
    return f'<div class="mt-note">{marks}</div>'
