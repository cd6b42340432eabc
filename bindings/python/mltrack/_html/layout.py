"""Where the boxes of a graph go: layers from top to bottom, few crossings, long edges around the boxes.

Pure functions over numbers: nodes are 0, 1, ..., in topological order or not, edges are pairs.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

_SWEEPS = 6
_STRAIGHT = 8.0  # how much more a bend counts than a box
_MOST_BENDS = 800  # places where long edges pass a layer; beyond, edges go straight


@dataclass
class Layout:
    """The layer and the place across (in widths of a box) of each node; where each long edge passes layers."""

    layer: list[int]
    across: list[float]
    bends: dict[tuple[int, int], list[tuple[float, int]]] = field(default_factory=dict)


def layout(count: int, edges: Sequence[tuple[int, int]], gap: float = 0.18, bend: float = 0.35) -> Layout:
    """A place for each of `count` nodes. Every node is below all that it comes from; what hangs together stands
    together."""
    whole = Layout([0] * count, [0.0] * count)
    right = 0.0
    for part in _parts(count, edges):
        place = {at: i for i, at in enumerate(part)}
        own = [(place[source], place[target]) for source, target in edges if source in place]
        laid = _together(len(part), own, gap, bend)
        bends = [across for ways in laid.bends.values() for across, _ in ways]
        shift = right - min([across - 0.5 for across in laid.across] + bends)
        for at, i in place.items():
            whole.layer[at], whole.across[at] = laid.layer[i], laid.across[i] + shift
        for (source, target), ways in laid.bends.items():
            whole.bends[part[source], part[target]] = [(across + shift, level) for across, level in ways]
        right = shift + max([across + 0.5 for across in laid.across] + bends) + 2 * gap
    return whole


def _parts(count: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The nodes that edges connect, in order."""
    first = list(range(count))

    def head(at: int) -> int:
        while first[at] != at:
            first[at] = at = first[first[at]]
        return at

    for source, target in edges:
        low, high = sorted((head(source), head(target)))
        first[high] = low
    parts: dict[int, list[int]] = {}
    for at in range(count):
        parts.setdefault(head(at), []).append(at)
    return list(parts.values())


def _together(count: int, edges: Sequence[tuple[int, int]], gap: float, bend: float) -> Layout:
    layer = layers(count, edges)
    chains, passed, total = _chains(count, edges, layer)
    rank = layer + [level for _, level in passed]
    links = [link for chain in chains.values() for link in itertools.pairwise(chain)]
    widths = [1.0] * count + [bend] * (total - count)
    across = _placed(_ordered(rank, links), links, widths, gap, count)
    bends = {edge: [(across[at], rank[at]) for at in chain[1:-1]] for edge, chain in chains.items() if len(chain) > 2}
    return Layout(layer, across[:count], bends)


def layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way to each node; then what begins late is moved down to just above what it flows into."""
    below: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in edges:
        below[source].append(target)
        waiting[target] += 1
    layer = [0] * count
    ready = [at for at in range(count) if waiting[at] == 0]
    first = list(ready)
    for at in ready:  # grows while it is read
        for target in below[at]:
            layer[target] = max(layer[target], layer[at] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    for at in first:
        if below[at]:
            layer[at] = min(layer[target] for target in below[at]) - 1
    return layer


def _chains(
    count: int, edges: Sequence[tuple[int, int]], layer: list[int]
) -> tuple[dict[tuple[int, int], list[int]], list[tuple[tuple[int, int], int]], int]:
    """Each edge as a chain from layer to layer; the places between are numbered from `count` on."""
    passed: list[tuple[tuple[int, int], int]] = []
    chains: dict[tuple[int, int], list[int]] = {}
    for edge in edges:
        between = range(layer[edge[0]] + 1, layer[edge[1]])
        if len(passed) + len(between) > _MOST_BENDS:
            between = range(0)
        start = count + len(passed)
        passed += [(edge, level) for level in between]
        chains[edge] = [edge[0], *range(start, start + len(between)), edge[1]]
    return chains, passed, count + len(passed)


def _neighbours(count: int, links: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        above[target].append(source)
        below[source].append(target)
    return above, below


def _ordered(rank: list[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The nodes of each layer from left to right: by the mean of their neighbours, down and up in turns; of all turns
    the one with the fewest crossings."""
    rows: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for at, level in enumerate(rank):
        rows[level].append(at)
    above, below = _neighbours(len(rank), links)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        place = {at: float(i) for row in rows for i, at in enumerate(row)}
        for row in rows if downward else reversed(rows):
            near = above if downward else below
            row.sort(key=lambda at: _mean([place[other] for other in near[at]], place[at]))
            place.update((at, float(i)) for i, at in enumerate(row))
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(rows):
        place = {at: i for i, at in enumerate(lower)}
        ends = [end for at in upper for end in sorted(place[to] for to in below[at] if to in place)]
        total += sum(1 for i, end in enumerate(ends) for other in ends[:i] if other > end)
    return total


def _placed(
    order: list[list[int]], links: Sequence[tuple[int, int]], widths: list[float], gap: float, count: int
) -> list[float]:
    """Centres across: as near to the neighbours' as the order and the widths of a layer allow. Long edges (the nodes
    from `count` on) count for more, so that they run straight."""
    above, below = _neighbours(len(widths), links)
    across = [0.0] * len(widths)
    for row in order:
        reached = 0.0
        for at in row:
            across[at] = reached + widths[at] / 2
            reached += widths[at] + gap
        for at in row:
            across[at] -= reached / 2

    def wanted(at: int, near: list[int]) -> float:
        bends = [other for other in near if other >= count] if at >= count else near
        return _mean([across[other] for other in bends or near], across[at])

    for sweep in range(4 * _SWEEPS):
        downward = sweep % 2 == 0
        near = above if downward else below
        for row in order if downward else reversed(order):
            places = [(wanted(at, near[at]), _STRAIGHT if at >= count else 1.0) for at in row]
            for at, place in zip(row, _apart(places, [widths[at] for at in row], gap), strict=True):
                across[at] = place
    return across


def _apart(wanted: list[tuple[float, float]], widths: list[float], gap: float) -> list[float]:
    """The places nearest to the wanted ones (by weighted squares) at which nothing overlaps: neighbours that want to be
    closer than they may are moved together, as in isotonic regression."""
    offsets = [0.0]
    for left, right in itertools.pairwise(widths):
        offsets.append(offsets[-1] + (left + right) / 2 + gap)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (place, weight), offset in zip(wanted, offsets, strict=False):
        mean, count = place - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, many = blocks.pop()
            mean, weight, count = (mean * weight + other * heavy) / (weight + heavy), weight + heavy, count + many
        blocks.append((mean, weight, count))
    levels = [mean for mean, _, count in blocks for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
