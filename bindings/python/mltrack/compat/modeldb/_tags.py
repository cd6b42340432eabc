"""Tags of live objects, which a script may give before the object has been through a recorded call."""

from __future__ import annotations

import atexit
import weakref
from dataclasses import dataclass
from typing import Any

import mltrack
from mltrack import _digest, _guard
from mltrack._registry import takes_reference


@dataclass(eq=False)
class _Tagged:
    tag: str
    obj: Any  # itself while nothing is recorded of it, so that it lives until then; a weak reference afterwards
    node: str | None = None

    def live(self) -> Any:
        return self.obj() if isinstance(self.obj, weakref.ref) else self.obj


class Tags:
    """The tags a syncer was given. A tag is stored as soon as its object is recorded, and follows it: of a model that
    is fitted again, the new one has it too."""

    def __init__(self, run: mltrack.Run) -> None:
        self._run = run
        self._tagged: list[_Tagged] = []
        atexit.register(self._end_of_process)

    def add(self, obj: Any, tag: str) -> None:
        """Data is recorded now if it was not; an estimator has its tag with its fit."""
        self.store()
        if mltrack.ref(obj) is None and (_digest.is_data(obj) or hasattr(obj, "shape")):
            node = self._run.log_dataset(obj)
            if not takes_reference(obj):
                self._run.set_tag("tag", tag, node)
                return
        self._tagged = [other for other in self._tagged if other.live() is not obj]
        self._tagged.append(_Tagged(tag, obj))
        self.store()

    def of(self, obj: Any) -> str:
        """The tag of an object; empty when it has none."""
        return next((one.tag for one in self._tagged if one.live() is obj), "")

    def store(self) -> None:
        """Gives their tags to the newest nodes of all objects that have one by now."""
        for one in self._tagged:
            obj = one.live()
            node = mltrack.ref(obj) if obj is not None else None
            if node is not None and node != one.node:
                self._run.set_tag("tag", one.tag, node)
                one.node = node
                one.obj = weakref.ref(obj)
        self._tagged = [one for one in self._tagged if one.live() is not None]

    def _end_of_process(self) -> None:
        """What was tagged, fitted and never synced. Runs before the runs end, which were there first."""
        if self._run.status == "running" and self._run.belongs_here():
            try:
                self.store()
            except Exception as error:
                _guard.problem(error)
