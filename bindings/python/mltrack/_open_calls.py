"""The calls that are open in a thread: they form a stack.

The outermost one has a session: what is looked at once per outermost call, and shared by the calls inside it.
"""

from __future__ import annotations

import itertools
import os
import sys
import weakref
from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from mltrack import _autolog, _context, _core, _guard
from mltrack._registry import Entry, Registry

_numbers = itertools.count(1)
_registries: dict[str, Registry] = {}
_registry_of_run: weakref.WeakKeyDictionary[Any, Registry] = weakref.WeakKeyDictionary()
_owner_pid = os.getpid()


@dataclass(slots=True, eq=False)
class Session:
    """What the calls below one outermost call share."""

    run: Any
    registry: Registry
    strict: bool
    number: int = field(default_factory=lambda: next(_numbers))
    kept: list[Entry] = field(default_factory=list)  # entries whose digests are reused until the session ends
    to_store: list[tuple[Any, _core.NodeRef]] = field(default_factory=list)  # models, when the outermost call is done
    calls: int = 0  # recorded below the outermost one
    cut: int = 0  # not recorded, because there were too many

    def seen(self, obj: object) -> Entry | None:
        """The entry of an object that a call recorded through this one took or made."""
        entry = self.registry.find(obj)
        return entry if entry is not None and entry.checked == self.number else None


@dataclass(slots=True, eq=False)
class Frame:
    """An open call."""

    call: _core.Call
    session: Session
    op: str
    subject: object  # the estimator the method belongs to; None for a function
    outer: Frame | None
    composes: bool  # calls directly below are recorded
    inputs: dict[str, _core.NodeRef]
    given: tuple[tuple[str, object], ...]
    began_ns: int
    options: dict[str, Any] = field(default_factory=dict)  # what the end of a function's call needs of its begin
    batches: list[Any] | None = None  # of a call that cross-validates: the tasks it gave to joblib
    failing: Callable[[Frame], None] | None = None  # what is still to be recorded when it raises
    token: Token[Frame | None] | None = None
    started_ns: int = 0

    def holds(self, subject: object) -> bool:
        """True when a call of this very object is open."""
        frame: Frame | None = self
        while frame is not None:
            if frame.subject is subject:
                return True
            frame = frame.outer
        return False

    def took(self, obj: object) -> _core.NodeRef | None:
        """The node of an object that an open call was given: a list takes no reference, but is held here."""
        frame: Frame | None = self
        while frame is not None:
            for slot, given in frame.given:
                if given is obj:
                    return frame.inputs[slot]
            frame = frame.outer
        return None


stack: ContextVar[Frame | None] = ContextVar("mltrack_calls", default=None)


def off() -> bool:
    """True where nothing is to be recorded: switched off, or in a forked worker."""
    return _guard.disabled() or in_worker()


def in_worker() -> bool:
    """True in a process that was forked inside a recorded call, and in a thread that works for another's joblib call
    through Dask: whoever handed the work out records it."""
    return os.getpid() != _owner_pid or _in_dask_batch()


def _in_dask_batch() -> bool:
    """Dask's threads know the key of their task; joblib names its own after the batch."""
    worker = sys.modules.get("distributed.worker")
    if worker is None:
        return False
    key = getattr(worker.thread_state, "key", None)
    return isinstance(key, str) and key.removeprefix("mixed_").startswith("batch_of_")


def _own_process() -> None:
    """A child that forked outside any call records for itself."""
    global _owner_pid
    if stack.get() is None:
        _owner_pid = os.getpid()


os.register_at_fork(after_in_child=_own_process)


def registry_of(run: Any) -> Registry:
    """The live objects known in the store that `run` is written to."""
    registry = _registry_of_run.get(run)
    if registry is None:
        registry = _registries.setdefault(os.fspath(run.tracker.path), Registry())
        _registry_of_run[run] = registry
    return registry


def registries() -> list[Registry]:
    """Those of all stores, the last one first."""
    return list(reversed(_registries.values()))


def session() -> Session:
    """That of the open calls, or a new one for an outermost call."""
    outer = stack.get()
    if outer is not None:
        return outer.session
    run = _context.current_run()
    return Session(run, registry_of(run), bool(getattr(run, "strict", False)))


def strict(outer: Frame | None) -> bool:
    """True when the run asks for failures of tracking to be raised."""
    if outer is not None:
        return outer.session.strict
    return bool(getattr(_context.active_run(), "strict", False))


def goes_deeper(session: Session) -> bool:
    """True where the calls inside a recorded one are recorded too, as `autolog(depth="all")` asks."""
    settings = _autolog.settings
    if settings.depth != "all":
        return False
    if session.calls < settings.max_calls:
        return True
    session.cut += 1
    return False


def release(session: Session) -> None:
    """Lets go of the digests that a session kept for its calls."""
    for entry in session.kept:
        entry.data = None
    session.kept.clear()
