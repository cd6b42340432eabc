"""Values as people read them, as HTML: nothing in them is markup."""

from __future__ import annotations

import datetime
import html
import re
import unicodedata
from typing import Any

LONGEST = 100  # characters of a value that are shown
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_REF = re.compile(r"[0-9a-f]{8,32}:\d+")
_INKS = {"finished": "ok", "running": "busy", "failed": "bad", "lost": "bad", "interrupted": "odd"}
_GRADES = {"alarm": "bad", "mild": "odd", "note": "busy"}


def escape(text: str) -> str:
    """Text for HTML and SVG: nothing in it is markup, nothing steers how the page is read."""
    return html.escape(_CONTROL.sub("\ufffd", text))


def cut(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and an ellipsis where it takes more than `longest` columns of one letter."""
    if len(text) <= longest // 2:
        return text
    used = 0
    for i, letter in enumerate(text):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > longest or (used == longest and i + 1 < len(text)):
            return text[:i] + "\u2026"
    return text


def cell(name: str, value: Any) -> str:
    """A value of the column `name` as HTML."""
    if value is None:
        return ""
    if name.endswith("_us") and isinstance(value, int):
        return duration(value)
    if isinstance(value, datetime.datetime):
        return f"<time>{value:%Y-%m-%d %H:%M:%S}</time>"
    if isinstance(value, float):
        return number(value)
    text = str(value)
    if name in ("status", "grade"):
        return _marked(text, _INKS if name == "status" else _GRADES)
    return _code(text) if _is_code(text) else _text(text)


def numeric(value: Any) -> bool:
    """Whether a value belongs to the right of its cell."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: float) -> str:
    return "NaN" if value != value else f"{value:.6g}".replace("inf", "Infinity")


def duration(took_us: int) -> str:
    """`1.25 ms`, `3.4 s`, `2.5 min`, as the program shows it."""
    for unit, us in (("min", 6e7), ("s", 1e6), ("ms", 1e3)):
        if took_us >= us:
            return f"{took_us / us:.3g} {unit}" if took_us / us < 999.5 else f"{took_us / us:.0f} {unit}"
    return f"{took_us} us"


def short_type(path: str) -> str:
    """The last part of a class or function, without template arguments: `dlib::svm<kernel>` is `svm`."""
    return re.split(r"\.|::", path.partition("<")[0])[-1] or path


def shape(rows: int | None, columns: int | None) -> str:
    return "" if rows is None else f"{rows:,} \u00d7 {columns or 1:,}"


def _is_code(text: str) -> bool:
    return bool(_DIGEST.fullmatch(text) or _UID.fullmatch(text) or _REF.fullmatch(text))


def _code(text: str) -> str:
    shown = text if ":" in text else text[:8]
    title = "" if shown == text else f' title="{escape(text)}"'
    return f"<code{title}>{escape(shown)}</code>"


def _text(text: str) -> str:
    shown = cut(text)
    return escape(text) if shown == text else f'<span title="{escape(text[:300])}">{escape(shown)}</span>'


def _marked(text: str, inks: dict[str, str]) -> str:
    return f'<span class="mt-{inks.get(text, "odd")}">\u25cf</span> {escape(cut(text))}'
