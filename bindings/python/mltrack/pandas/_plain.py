"""Plain calls of pandas while autolog is on: reading and writing files."""

from __future__ import annotations

from typing import Any

from mltrack import _cells, _core, _links
from mltrack.pandas import _files

_methods: list[tuple[type, str, Any]] = []


def record_plain(pandas: Any) -> None:
    """Makes pandas' readers, by whatever module they were imported into, and the writers of frames recordable."""
    for kind, media_type in (_files.FORMATS | _files.READ_ONLY).items():
        function = getattr(pandas, f"read_{kind}", None)
        if function is not None:
            _cells.replace(function, *_files.reading(media_type, True, function))
    for kind, media_type in _files.FORMATS.items():
        name = f"to_{kind}"
        for owner in pandas.DataFrame.__mro__:
            if name in vars(owner):
                original = vars(owner)[name]
                _methods.append((owner, name, original))
                setattr(owner, name, _core.StandIn(original, *_files.writing(media_type, True)))
                break


def restore() -> None:
    """Takes back what `record_plain` did."""
    _cells.restore()
    _links.unlisten()
    for owner, name, original in _methods:
        if type(vars(owner).get(name)) is _core.StandIn:
            setattr(owner, name, original)
    _methods.clear()
