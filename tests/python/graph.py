"""Reads a store's graph by plain SQL, so that tests see what was written and not what a query makes of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NODES = """
SELECT n.seq, n.kind, t.text AS type, o.text AS op, p.seq AS parent, c.status, c.error_type, c.error, c.source,
       c.spec, x.digest, called.text AS name, d.rows, d.columns, trial.candidate, trial.fold
FROM node n
LEFT JOIN name t ON t.id = n.type
LEFT JOIN call c ON c.id = n.id
LEFT JOIN name o ON o.id = c.op
LEFT JOIN node p ON p.id = c.parent
LEFT JOIN content x ON x.id = n.content
LEFT JOIN name called ON called.id = n.name
LEFT JOIN dataset d ON d.content = n.content
LEFT JOIN trial ON trial.id = n.id
JOIN run r ON r.id = n.run
WHERE hex(r.uid) LIKE upper(?1) || '%' ORDER BY n.seq
"""
_EDGES = """
SELECT s.run AS src_run, d.run AS dst_run, s.seq AS src, d.seq AS dst, slot.text AS slot, via.text AS via
FROM edge e JOIN node s ON s.id = e.src JOIN node d ON d.id = e.dst JOIN run r ON r.id = d.run
JOIN name slot ON slot.id = e.slot LEFT JOIN name via ON via.id = e.via
WHERE hex(r.uid) LIKE upper(?1) || '%' ORDER BY d.seq, s.seq
"""
# How many iterations a fit took stands at its model; test_features.py is about that.
_METRICS = """
SELECT name.text AS name, m.value, s.seq AS subject, d.seq AS dataset, c.seq AS call
FROM metric m JOIN name ON name.id = m.name JOIN node s ON s.id = m.subject LEFT JOIN node d ON d.id = m.dataset
LEFT JOIN node c ON c.id = m.call
JOIN run r ON r.id = s.run WHERE hex(r.uid) LIKE upper(?1) || '%' AND name.text <> 'n_iter' ORDER BY m.id
"""
_PARAMS = "SELECT name.text AS name, p.type, p.value FROM param p JOIN name ON name.id = p.name WHERE p.spec = ?1"


@dataclass(frozen=True)
class Row:
    """One node; of a call also what it did."""

    seq: int
    kind: str
    type: str | None
    op: str | None
    parent: int | None
    status: str | None
    error_type: str | None
    error: str | None
    source: str | None
    spec: int | None
    digest: bytes | None
    name: str | None
    rows: int | None
    columns: int | None
    candidate: int | None
    fold: int | None


class Graph:
    """The nodes and edges of one run, as they are in the file now."""

    def __init__(self, store: Path, uid: str) -> None:
        self._store = store
        rows = self._ask(_NODES, uid.replace("-", ""))
        self.nodes = {row["seq"]: Row(**row) for row in rows}
        self.all_edges = self._ask(_EDGES, uid.replace("-", ""))
        self.metrics = self._ask(_METRICS, uid.replace("-", ""))
        self.calls_of_metrics = [metric.pop("call") for metric in self.metrics]

    def _ask(self, sql: str, *bound: Any) -> list[dict[str, Any]]:
        with sqlite3.connect(self._store) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, bound)]

    def calls(self, op: str | None = None) -> list[Row]:
        """The calls, in order."""
        return [node for node in self.nodes.values() if node.kind == "call" and op in (None, node.op)]

    def into(self, node: Any) -> dict[str, tuple[int, str | None]]:
        """The edges into a node: slot -> (number of the source, via)."""
        seq = seq_of(node)
        return {edge["slot"]: (edge["src"], edge["via"]) for edge in self.all_edges if edge["dst"] == seq}

    def sources(self, node: Any) -> set[tuple[int, str, str | None]]:
        """The same as a set of (source, slot, via): a slot may have several sources."""
        seq = seq_of(node)
        return {(edge["src"], edge["slot"], edge["via"]) for edge in self.all_edges if edge["dst"] == seq}

    def out_of(self, call: Any) -> dict[str, int]:
        """The outputs of a call: slot -> number of the node."""
        seq = seq_of(call)
        return {edge["slot"]: edge["dst"] for edge in self.all_edges if edge["src"] == seq and edge["via"] is None}

    def params(self, call: Row) -> dict[str, Any]:
        """The parameters of a call's spec."""
        return {row["name"]: row["value"] for row in self._ask(_PARAMS, call.spec)}

    def foreign(self, node: Any) -> set[tuple[str, str | None]]:
        """Slot and via of the edges into a node that come from another run."""
        seq = seq_of(node)
        return {
            (edge["slot"], edge["via"])
            for edge in self.all_edges
            if edge["dst"] == seq and edge["src_run"] != edge["dst_run"]
        }


def seq_of(node: Any) -> int:
    """The number in `run:seq`, of a row or of a number."""
    if isinstance(node, Row):
        return node.seq
    return node if isinstance(node, int) else int(str(node).rpartition(":")[2])
