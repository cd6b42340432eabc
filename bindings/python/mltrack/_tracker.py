"""Opening stores and starting runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from mltrack import _check, _core, _document, _guard
from mltrack._document import Document, Imported
from mltrack._query import Query
from mltrack._run import Run

VERIFIES = "MLTRACK_VERIFIES"  # in the environment of a program that runs again: the uid of the run it is to repeat
VERIFIES_TAG = "verifies"


class Tracker(_core.Tracker):
    """An open store. Opening the same file twice in a process gives the same underlying store; threads may share it."""

    def start_run(
        self,
        project: str = "default",
        experiment: str | None = None,
        *,
        name: str | None = None,
        tags: Mapping[str, object] | None = None,
        strict: bool = False,
        diff: bool = False,
        part_of: str | None = None,
        part_call: int = -1,
    ) -> Run:
        """Starts a run, which is the process's innermost from now on. With `strict`, failures of tracking inside
        recorded calls raise. With `diff`, what differs from the git revision is kept (secrets in it too). `part_of` is
        the uid of a run elsewhere that this one is a part of.

        The program (script or notebook cell, arguments, git revision) and the environment (machine, imported packages)
        are recorded beside the user's work, in full by the end of the run."""
        if _guard.disabled():
            from mltrack._disabled import DisabledRun

            return DisabledRun(self, project, experiment or "default", name or "")  # type: ignore[return-value]
        started = super().start_run(
            _check.filled(project, "the project"),
            "" if experiment is None else _check.filled(experiment, "the experiment"),
            name="" if name is None else _check.text(name, "the run's name"),
            tags={**_rerun_tags(), **{key: str(value) for key, value in _check.named(tags or {}, "the tags").items()}},
            part_of=part_of,
            part_call=part_call,
        )
        return Run(started, self, strict=strict, gather=True, diff=diff)

    def attach(self, uid: str) -> Run:
        """Goes on writing a run of this store, from any process."""
        if _guard.disabled():
            from mltrack._disabled import DisabledRun

            return DisabledRun(self, "", "", "", uid)  # type: ignore[return-value]
        return Run(super().attach(_check.text(uid, "the uid")), self)

    def set_tag(self, key: str, value: object, nodes: Sequence[Any]) -> None:
        """Labels nodes of the store, in one commit and whether or not their runs have ended. `nodes` are references,
        nodes of answers or handles."""
        if _guard.disabled():
            return
        super().set_tag(_check.text(key, "the tag's key"), str(value), self._nodes(nodes))

    def log_note(self, text: str, nodes: Sequence[Any], *, author: str = "") -> None:
        """Adds a note to nodes of the store, in the same way."""
        if _guard.disabled():
            return
        super().log_note(_check.text(text, "the note"), self._nodes(nodes), author=_check.text(author, "the author"))

    def _nodes(self, nodes: Sequence[Any]) -> list[_core.NodeRef]:
        from mltrack import _refs

        return [_refs.node_of(node, self.query()) for node in nodes]

    def query(self) -> Query:
        """Questions to the store."""
        return Query(super().query())

    def export_run(self, ref: Any, *, as_: str = "run", alone: bool = False, objects: bool = False) -> Document:
        """The run that `ref` names or lies in, with its parts; of a project or an experiment all runs. `as_` is "run"
        (mltrack.run/1, which can be imported), "openlineage" or "prov". The same run gives the same text.

        mltrack.run/1 holds the runs that these depend on, too, unless `alone`; with `objects`, also the stored bytes of
        models and files. What was left out is in the document's `notes`."""
        return _document.exported(self, ref, as_, alone, objects)

    def import_run(self, document: str | os.PathLike[str]) -> Imported:
        """Adds the runs of an mltrack.run/1 document, a text or the path of a file. What the store has already stays;
        importing twice changes nothing. A document with a fault changes nothing either: InvalidArgumentError names the
        place in it, NotFoundError a run that it depends on and nobody holds."""
        return _document.imported(self, document)

    def __enter__(self) -> Tracker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Tracker {self.path}>"


def open_store(
    path: str | os.PathLike[str] | None = None,
    *,
    read_only: bool = False,
    create: bool = True,
    durability: str = "normal",
    wait_ms: int = 10_000,
) -> Tracker:
    """Opens or creates a store. Without a path: $MLTRACK_STORE, else the nearest mltrack.db upward from the working
    directory that you own, else mltrack.db there.

    `durability="full"` makes every commit survive a power cut, not only the death of the process; `wait_ms` is how long
    to wait for another writer.
    """
    where = _core.Tracker.default_path() if path is None else path
    return Tracker(
        _core.Tracker.open(where, read_only=read_only, create=create, durability=durability, wait_ms=wait_ms)
    )


def start_run(
    project: str = "default",
    experiment: str | None = None,
    *,
    name: str | None = None,
    tags: Mapping[str, object] | None = None,
    store: str | os.PathLike[str] | Tracker | None = None,
    strict: bool = False,
    diff: bool = False,
) -> Run:
    """Starts a run in `store`: a path, an open store, or the default one (see `open`). Options as for
    `Tracker.start_run`.

    Use it as a context manager: the run is the active one inside the block and ends with it.
    """
    if _guard.disabled():
        from mltrack._disabled import DisabledRun

        return DisabledRun(store if isinstance(store, Tracker) else None, project, experiment or "default", name or "")  # type: ignore[return-value]
    tracker = store if isinstance(store, Tracker) else open_store(store)
    return tracker.start_run(project, experiment, name=name, tags=tags, strict=strict, diff=diff)


def _rerun_tags() -> dict[str, str]:
    """The tag of a run that `verify` has made."""
    uid = os.environ.get(VERIFIES, "")
    return {VERIFIES_TAG: uid} if uid else {}


def query(store: Any = None) -> Query:
    """Questions to a store that is opened read-only: a path, an open store, or the default one (see `open`)."""
    tracker = store if isinstance(store, Tracker) else open_store(store, read_only=True, create=False)
    return tracker.query()
