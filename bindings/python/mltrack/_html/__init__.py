"""How answers look in a notebook: static HTML with the graph as inline SVG, no script, nothing from elsewhere.

Everything from the store is escaped. Text has the page's own colour, and the colours of kinds are readable on white and
on black, so that light and dark themes both work. An answer is below 200 kB: what is cut is said.
"""

from __future__ import annotations

from mltrack._html.answers import alarms, comparison, details, explanation, lineage, node, nodes, rows, run

__all__ = ["alarms", "comparison", "details", "explanation", "lineage", "node", "nodes", "rows", "run"]
