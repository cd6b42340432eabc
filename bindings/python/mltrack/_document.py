"""Runs as documents for other programs, and back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from mltrack import _check, _core, _guard
from mltrack._refs import reference
from mltrack.errors import NotFoundError

if TYPE_CHECKING:
    from mltrack._tracker import Tracker

__all__ = ["Document", "Imported", "export_run", "import_run"]


class Document(str):
    """A document: a str with `notes`, which say what was left out."""

    notes: tuple[str, ...]


class Imported(NamedTuple):
    """What an import did."""

    runs: tuple[str, ...]  # uids of the runs that the document holds
    nodes: int  # how many nodes are new in the store


def export_run(
    ref: Any,
    *,
    as_: str = "run",
    alone: bool = False,
    objects: bool = False,
    store: str | os.PathLike[str] | Tracker | None = None,
) -> Document:
    """A run, or all runs of a project or an experiment, as a document; options as for `Tracker.export_run`. `store` is
    a path, an open store or the default one; without it, a run that is open is read from its own."""
    from mltrack._run import Run
    from mltrack._tracker import Tracker, open_store

    if isinstance(store, Tracker):
        tracker = store
    elif store is None and isinstance(ref, Run):
        tracker = ref.tracker
    else:
        tracker = open_store(store, read_only=True, create=False)
    return tracker.export_run(ref, as_=as_, alone=alone, objects=objects)


def import_run(document: str | os.PathLike[str], *, store: str | os.PathLike[str] | Tracker | None = None) -> Imported:
    """Adds the runs of a document to a store, which is made where there is none: as `Tracker.import_run`."""
    from mltrack._tracker import Tracker, open_store

    if _guard.disabled():
        return Imported((), 0)
    tracker = store if isinstance(store, Tracker) else open_store(store)
    return tracker.import_run(document)


def exported(tracker: _core.Tracker, ref: Any, as_: str, alone: bool, objects: bool) -> Document:
    """What `Tracker.export_run` answers."""
    kind = _check.text(as_, "as_")
    text, notes = _core.Tracker.export_run(tracker, reference(ref), as_=kind, alone=bool(alone), objects=bool(objects))
    document = Document(text)
    document.notes = tuple(notes)
    return document


def imported(tracker: _core.Tracker, document: Any) -> Imported:
    """What `Tracker.import_run` answers."""
    if _guard.disabled():
        return Imported((), 0)
    return Imported(*_core.Tracker.import_run(tracker, _text(document)))


def _text(document: Any) -> str:
    if not isinstance(document, os.PathLike):
        return _check.text(document, "the document")
    try:
        with open(document, encoding="utf-8", errors="surrogatepass", newline="") as file:
            return file.read()
    except FileNotFoundError:
        raise NotFoundError(f"the document {os.fspath(document)!r} does not exist") from None
