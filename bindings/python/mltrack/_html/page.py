"""The parts that pages are made of: tables, lists of names and values, sections, and the bound on their size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from mltrack._html.cells import cell, cut, escape, numeric

LARGEST = 195_000  # bytes of an answer
_TABLE = 50_000  # bytes of one table
_MOST_ROWS = 50
_MOST_COLUMNS = 24

# Readable on white and on black: a contrast of 3 or more with both.
COLOURS = {"blue": "#3b82f6", "green": "#16a34a", "orange": "#d97706", "violet": "#8b5cf6", "red": "#dc4040"}

_STYLE = f"""<style>
.mltrack{{font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:inherit;max-width:100%}}
.mltrack .mt-scroll{{overflow-x:auto;margin:2px 0 8px}}
.mltrack table.mt{{border-collapse:collapse;table-layout:auto;margin:0;border:0;font-size:12px;color:inherit}}
.mltrack table.mt tr,.mltrack table.mt tbody tr:nth-child(n){{background:none;border:0}}
.mltrack table.mt td,.mltrack table.mt th{{padding:3px 10px 3px 0;border:0;text-align:left;vertical-align:top;
white-space:nowrap;max-width:none;color:inherit;background:none}}
.mltrack table.mt td,.mltrack table.mt th{{border-bottom:1px solid rgba(128,128,128,.25)}}
.mltrack table.mt thead th{{border-bottom:1px solid rgba(128,128,128,.7)}}
.mltrack table.mt th{{font-weight:600;opacity:.75}}
.mltrack table.mt td.n,.mltrack table.mt th.n{{text-align:right;font-variant-numeric:tabular-nums}}
.mltrack table.mt td.w{{white-space:normal;min-width:16em}}
.mltrack code,.mltrack time{{font-family:ui-monospace,monospace;font-size:11.5px;color:inherit;
background:none;padding:0}}
.mltrack .mt-head{{font-size:14px;margin:4px 0 6px}}
.mltrack .mt-head b{{font-weight:650}}
.mltrack .mt-note{{opacity:.7;margin:2px 0 8px;font-size:12px}}
.mltrack details{{margin:6px 0}}
.mltrack summary{{cursor:pointer;font-weight:600}}
.mltrack .mt-side{{display:flex;flex-wrap:wrap;gap:2px 36px;align-items:flex-start}}
.mltrack svg{{display:block}}
.mltrack .mt-ok{{color:{COLOURS["green"]}}}.mltrack .mt-bad{{color:{COLOURS["red"]}}}
.mltrack .mt-busy{{color:{COLOURS["blue"]}}}.mltrack .mt-odd{{color:{COLOURS["orange"]}}}
</style>"""


def size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def page(parts: Iterable[str]) -> str:
    """An answer of these parts. One that does not fit any more is left out, which is said."""
    out, left = [], LARGEST - size(_STYLE) - 1000
    missing = 0
    for part in parts:
        left -= size(part)
        if left < 0:
            left += size(part)
            missing += 1
        else:
            out.append(part)
    if missing:
        out.append(note(f"{missing} more {'part is' if missing == 1 else 'parts are'} too large to be shown here"))
    return f'<div class="mltrack">{_STYLE}{"".join(out)}</div>'


def head(kind: str, *names: str, facts: Sequence[str] = (), below: Sequence[str] = ()) -> str:
    """The lines above an answer: what it is and of what, facts, and more of them in small. Facts are HTML already."""
    of = " and ".join(f"<b>{escape(cut(name))}</b>" for name in names)
    line = " \u00b7 ".join(filter(None, [f"{escape(kind)} {of}".strip(), *facts]))
    small = " \u00b7 ".join(filter(None, below))
    return f'<div class="mt-head">{line}</div>' + (f'<div class="mt-note">{small}</div>' if small else "")


def note(text: str) -> str:
    return f'<div class="mt-note">{escape(cut(text, 600))}</div>' if text else ""


def notes(texts: Sequence[str]) -> str:
    return "".join(note(text) for text in texts[:10]) + note(more(len(texts), 10, "notes"))


def more(total: int, shown: int, what: str) -> str:
    return f"{shown:,} of {total:,} {what} shown" if total > shown else ""


def table(rows: Sequence[Mapping[str, Any]], *, what: str = "rows", total: int | None = None) -> str:
    """Rows of values under the names of their columns. Columns without a value are left out; what is cut is said."""
    shown_rows = rows[:_MOST_ROWS]
    filled = {name for row in shown_rows for name, value in row.items() if value is not None}
    names = [name for name in dict.fromkeys(name for row in shown_rows for name in row) if name in filled]
    kept = names[:_MOST_COLUMNS]
    right = {name for name in kept if _all_numbers(name, shown_rows)}
    lines, left = [], _TABLE
    for row in shown_rows:
        line = "<tr>" + "".join(_td(name, row.get(name), name in right) for name in kept) + "</tr>"
        left -= size(line)
        if left < 0:
            break
        lines.append(line)
    heads = "".join(f"<th{_n(name in right)}>{escape(cut(_title(name), 40))}</th>" for name in kept)
    said = [more(len(rows) if total is None else total, len(lines), what), more(len(names), len(kept), "columns")]
    text = note("; ".join(filter(None, said)))
    if not lines:
        return text or note(f"no {what}")
    body = f'<table class="mt"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="mt-scroll">{body}</div>{text}'


def pairs(values: Mapping[str, Any], what: str = "values") -> str:
    """Names and values below each other; those without a value are left out."""
    shown, left = [], _TABLE // 3
    filled = {name: value for name, value in values.items() if value is not None and value != ""}
    for name, value in islice(filled.items(), _MOST_ROWS):
        line = f"<tr><th>{escape(cut(name, 40))}</th>{_td(name, value, False)}</tr>"
        left -= size(line)
        if left < 0:
            break
        shown.append(line)
    body = f'<table class="mt"><tbody>{"".join(shown)}</tbody></table>' if shown else ""
    return body + note(more(len(filled), len(shown), what))


def section(title: str, body: str, *, opened: bool = True) -> str:
    """A part that can be folded; nothing without a body."""
    return f"<details{' open' if opened else ''}><summary>{escape(title)}</summary>{body}</details>" if body else ""


def side_by_side(*parts: str) -> str:
    return f'<div class="mt-side">{"".join(f"<div>{part}</div>" for part in parts if part)}</div>'


def _td(name: str, value: Any, right: bool) -> str:
    if isinstance(value, str) and len(value) > 40 and name in ("text", "advice", "note", "error"):
        return f'<td class="w">{escape(cut(value, 400))}</td>'
    return f"<td{_n(right)}>{cell(name, value)}</td>"


def _n(right: bool) -> str:
    return ' class="n"' if right else ""


def _all_numbers(name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    values = [row[name] for row in rows if row.get(name) is not None]
    return name == "rows \u00d7 columns" or (bool(values) and all(numeric(value) for value in values))


def _title(name: str) -> str:
    """What stands above a column: times say that they are in UTC, durations have their unit in the cell."""
    return "at (UTC)" if name == "at" else name.removesuffix("_us")
