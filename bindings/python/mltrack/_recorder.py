"""Opens and closes the record of one call: which nodes its inputs are, what came out, how long it took.

The calls that are open in a thread form a stack. The outermost one has a session: what is looked at once per outermost
call, and shared by the calls inside it.
"""

from __future__ import annotations

import functools
import itertools
import os
import sys
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from mltrack import _autolog, _context, _core, _digest, _guard, _links
from mltrack._calls import failure_of
from mltrack._digest import is_data as is_data
from mltrack._memo import per_object
from mltrack._registry import Entry, Registry, raw_digest
from mltrack.errors import WrongStateError
from mltrack.leakage import _evidence

WAIT_MS = 2_000  # how long a recorded call waits for another writer: the user's work is behind it
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


@dataclass(slots=True, eq=False)
class Produced:
    """An output: the flow to record and the object that it is from now on."""

    flow: _core.Flow
    obj: object
    content: str | None = None


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


def begun(begin: Callable[..., Frame], *given: Any) -> Frame | Exception | None:
    """What the `before` of a stand-in answers: the call that `begin` opens; when that fails an exception to raise, in
    strict runs only, else None."""
    try:
        return begin(*given)
    except Exception as error:
        return _guard.problem(error, strict=strict(stack.get()))


def open_call(
    session: Session,
    op: str,
    estimator: str,
    given: Iterable[tuple[str, object]],
    *,
    began_ns: int,
    params: Any = None,
    models: Sequence[_core.Flow] = (),
    model: object = None,
    subject: object = None,
    composes: bool = False,
    source: str = "",
) -> Frame:
    """Commits the begin of a call and makes it the innermost one. `given` are the data inputs by slot; `models` are
    flows that come before them, the first of which is `model`."""
    outer = stack.get()
    if outer is not None:
        session.calls += 1
    given = tuple(given)
    flows = [*models, *_input_flows(session, given, outer)]
    call = _core.Run.begin(
        session.run,
        op,
        estimator,
        params or {},
        flows,
        parent=outer.call.ref if outer else None,
        source=source,
        wait_ms=WAIT_MS,
    )
    nodes = call.inputs
    if models and model is not None and models[0].node is None:
        session.registry.add(model, nodes[0], content=models[0].digest)
    inputs = {flow.slot: node for flow, node in zip(models, nodes, strict=False)}
    for (slot, obj), flow, node in zip(given, flows[len(models) :], nodes[len(models) :], strict=True):
        inputs[slot] = node
        now_means(session, obj, node, flow.data, shown=_is_view(flow))
    frame = Frame(call, session, op, subject, outer, composes, inputs, given, began_ns)
    frame.token = stack.set(frame)
    frame.started_ns = time.perf_counter_ns()
    return frame


def leave(frame: Frame) -> int:
    """Makes the call outside `frame` the innermost again; the time the user's own work took, in microseconds."""
    ended_ns = time.perf_counter_ns()
    if frame.token is not None:
        stack.reset(frame.token)
        frame.token = None
    return (ended_ns - frame.started_ns) // 1000


def end_call(
    frame: Frame, outputs: Sequence[Produced], metrics: Sequence[_core.CallMetric], took_us: int
) -> list[_core.NodeRef]:
    """Commits the end of a call; every output's object means its node from now on."""
    session = frame.session
    overhead_us = _overhead_us(frame, took_us)
    frame.call.end([made.flow for made in outputs], list(metrics), took_us=took_us, overhead_us=overhead_us)
    nodes: list[_core.NodeRef] = frame.call.outputs
    for made, node in zip(outputs, nodes, strict=True):
        if made.flow.kind == "dataset":
            now_means(session, made.obj, node, made.flow.data)
        else:
            session.registry.add(made.obj, node, content=made.content, checked=session.number)
    try:
        _evidence.observe(frame, outputs, nodes)
    except Exception as error:  # what else there is to record of the call does not depend on it
        _guard.raise_or_warn(error, strict=session.strict)
    return nodes


def fail_call(frame: Frame, error: BaseException, took_us: int) -> None:
    """Commits that the call ended with an exception."""
    frame.call.fail(*failure_of(error), overhead_us=_overhead_us(frame, took_us))


def made_by(frame: Frame, outputs: Sequence[Produced]) -> None:
    """Remembers which model made predictions: metrics about them are about it."""
    model = frame.session.registry.find(frame.subject)
    for made in outputs:
        entry = frame.session.registry.find(made.obj)
        if entry is not None and model is not None:
            entry.model = model.node


def after(
    end: Callable[[Frame, Any, int], None], frame: Frame, result: object, error: BaseException | None
) -> Exception | None:
    """What a stand-in does when the original returned or raised: `end` records what came out. Answers an exception to
    raise, in strict runs only."""
    took_us = leave(frame)
    try:
        if error is None:
            end(frame, result, took_us)
        else:
            _fail(frame, error, took_us)
        if frame.outer is None and frame.session.cut:
            _say_what_was_cut(frame)
    except Exception as failure:
        if error is None:
            _end_bare(frame, took_us)
        return _guard.problem(failure, strict=frame.session.strict)
    finally:
        if frame.outer is None:
            release(frame.session)
    return None


def _fail(frame: Frame, error: BaseException, took_us: int) -> None:
    try:
        if frame.failing is not None:
            frame.failing(frame)
    finally:
        fail_call(frame, error, took_us)


_unended: list[_core.Call] = []  # that could not be ended: without a handle they would be stored as failed


def _end_bare(frame: Frame, took_us: int) -> None:
    """Once more, without what came out, for a call that is over and whose end could not be recorded in full. Where that
    fails too, it stays open, and is lost when its run ends."""
    try:
        frame.call.end([], [], took_us=took_us, overhead_us=_overhead_us(frame, took_us))
    except WrongStateError:  # it has ended, or its run has
        pass
    except Exception:
        _unended.append(frame.call)


def _say_what_was_cut(frame: Frame) -> None:
    _core.Run.set_tag(frame.session.run, "cut", f"{frame.session.cut} inner calls not recorded", frame.call.ref)


def release(session: Session) -> None:
    """Lets go of the digests that a session kept for its calls."""
    for entry in session.kept:
        entry.data = None
    session.kept.clear()


def output(frame: Frame, slot: str, obj: object) -> Produced:
    """An object that came out of a call: new, a new version of an input, or what a call inside returned."""
    session = frame.session
    entry = session.registry.find(obj)
    sources = []
    if entry is not None:
        taken = [frame.inputs[name] for name, given in frame.given if given is obj]
        if entry.node in taken:
            sources = [_core.Source(entry.node, "edited", "from")]
        elif entry.data is not None and entry.checked == session.number:
            same = _core.Source(entry.node, "object", "same")
            return Produced(_core.Flow(slot, data=entry.data, sources=[same]), obj)
    data, kind = described(obj, session.strict)
    return Produced(_core.Flow(slot, data=data, type=kind, sources=sources), obj)


def described(obj: object, strict: bool) -> tuple[_core.DatasetDigest | None, str]:
    """The digest of an object's values; without one, the name of its class, which is then all that is known of it."""
    try:
        data = _digest.describe(obj)
    except Exception as error:  # an object of the user's may refuse to be looked at, in its own way
        _guard.raise_or_warn(error, strict=strict)
        data = None
    return data, "" if data is not None else class_path(type(obj))


@per_object
def class_path(obj: Any) -> str:
    """The dotted name of a class or function, by the outermost public module that offers it: the one its documentation
    has, whichever module it is defined in. A partial function is the one it calls, another object with a call of its
    own its class."""
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    if name is None:
        return class_path(obj.func if isinstance(obj, functools.partial) else type(obj))
    module = obj.__module__ or ""
    parts = [part for part in module.split(".") if not part.startswith("_")]
    for count in range(1, len(parts) + 1):
        public = ".".join(parts[:count])
        held = vars(sys.modules[public]).get(name) if public in sys.modules else None
        if held is obj or (type(held) is _core.StandIn and held.__mltrack__ is obj):
            return f"{public}.{name}"
    return f"{module}.{name}" if module else name


@functools.lru_cache(maxsize=1024)
def _shown_path(filename: str) -> str:
    if filename.startswith("<"):
        return filename
    try:
        shown = os.path.relpath(filename)
    except ValueError:
        return filename
    return filename if shown.startswith("..") else shown


def caller(depth: int, between: frozenset[str] = frozenset()) -> str:
    """file:line of the frame `depth` levels above this function's caller; frames of the modules `between` are none.
    Empty where no line of Python made the call: a thread that was started with the method itself."""
    try:
        frame = sys._getframe(depth + 1)
    except ValueError:
        return ""
    while between and frame.f_back is not None and frame.f_globals.get("__name__") in between:
        frame = frame.f_back
    return f"{_shown_path(frame.f_code.co_filename)}:{frame.f_lineno}"


def _overhead_us(frame: Frame, took_us: int) -> int:
    return max(0, (time.perf_counter_ns() - frame.began_ns) // 1000 - took_us)


def _input_flows(session: Session, given: tuple[tuple[str, object], ...], outer: Frame | None) -> list[_core.Flow]:
    flows: list[_core.Flow] = []
    for i, (slot, obj) in enumerate(given):
        twin = next((k for k in range(i) if given[k][1] is obj), None)
        if twin is not None:  # fit(X, X): one node, not two that look alike
            if flows[twin].node is None:
                flows[twin].node = session.run.log_node(flows[twin])
            flows.append(_core.Flow(slot, node=flows[twin].node, via="object"))
        else:
            flows.append(input_flow(session, slot, obj, outer))
    return flows


def input_flow(session: Session, slot: str, obj: object, outer: Frame | None) -> _core.Flow:
    """Which node an input is, by the rules that need the object; the store knows the rest."""
    entry = session.registry.find(obj)
    if entry is not None and entry.checked == session.number:
        return _core.Flow(slot, node=entry.node, via="object")
    if entry is not None and entry.raw is not None and entry.raw == raw_digest(obj):
        entry.checked = session.number
        return _core.Flow(slot, node=entry.node, via="object")
    taken = outer.took(obj) if outer is not None and entry is None else None
    if taken is not None:
        return _core.Flow(slot, node=taken, via="object")
    data, kind = described(obj, session.strict)
    if entry is not None:
        if (None if data is None else data.content) == entry.content:
            entry.checked = session.number
            entry.raw = raw_digest(obj)
            return _core.Flow(slot, node=entry.node, via="object")
        return _core.Flow(slot, data=data, type=kind, sources=[_core.Source(entry.node, "edited", "from")])
    sources = _derived_from(session.registry, obj) or _enclosing(slot, outer)
    return _core.Flow(slot, data=data, type=kind, sources=sources, untracked=not _takes_reference(obj))


def _derived_from(registry: Registry, obj: object) -> list[_core.Source]:
    link = _links.find(obj, registry)
    if link is not None:
        via = "frame:" + ",".join(link.operations) if link.operations else "frame"
        return [_core.Source(node, via, "from") for node in link.nodes]
    return [_core.Source(node, "view", "from") for node in registry.viewed(obj)]


def _enclosing(slot: str, outer: Frame | None) -> list[_core.Source]:
    if outer is None:
        return []
    node = outer.inputs.get(slot) or outer.inputs.get("X")
    return [_core.Source(node, "enclosing", "from")] if node is not None else []


def _takes_reference(obj: object) -> bool:
    return bool(getattr(type(obj), "__weakrefoffset__", 0))


def _is_view(flow: _core.Flow) -> bool:
    return any(source.via == "view" for source in flow.sources)


def now_means(
    session: Session, obj: object, node: _core.NodeRef, data: _core.DatasetDigest | None, *, shown: bool = False
) -> None:
    """From now on `obj` is `node`, whose values have the digest `data`; `shown`: it shows another object's memory."""
    registry = session.registry
    known = registry.find(obj)
    if known is not None and known.node == node:
        return
    entry = registry.add(obj, node, content=data.content if data is not None else None, checked=session.number)
    if entry is None:
        return
    entry.data = data
    session.kept.append(entry)
    registry.add_memory(obj, node, shown=shown)
    if hasattr(obj, "_mgr"):
        _links.listen(registry)


def find(obj: object) -> Entry | None:
    """What is known about a live object, in whichever store it was recorded last."""
    for registry in reversed(_registries.values()):
        entry = registry.find(obj)
        if entry is not None:
            return entry
    return None


def origins(obj: object) -> list[_core.NodeRef]:
    """The nodes that an object which was never recorded was made from, as far as its links and its memory tell."""
    for registry in reversed(_registries.values()):
        sources = _derived_from(registry, obj)
        if sources:
            return [source.node for source in sources]
    return []


def ref(obj: object) -> str | None:
    """The reference (`run:seq`) of the node that a live object is, or None when it was never recorded."""
    entry = find(obj)
    return None if entry is None else str(entry.node)


def node_now(session: Session, obj: object) -> _core.NodeRef:
    """The node of an object as it is now, which is recorded where it has none."""
    flow = input_flow(session, "from", obj, None)
    node: _core.NodeRef = flow.node if flow.node is not None else session.run.log_node(flow)
    now_means(session, obj, node, flow.data)
    return node


def derive(new: Any, *old: object) -> Any:
    """Declares that `new` was made from `old`, where no recorded call shows it, and returns `new`.

    Raises TypeError when `new` takes no weak reference (a list, a number): it could not be recognised again.
    """
    if _guard.disabled():
        return new
    if not _takes_reference(new):
        raise TypeError(f"derive() cannot follow a {type(new).__name__}; give an array, a frame or a series")
    now = session()
    sources = []
    for obj in old:
        sources.append(_core.Source(node_now(now, obj), "declared", "from"))
    data, kind = described(new, True)
    now_means(now, new, now.run.log_node(_core.Flow("output", data=data, type=kind, sources=sources)), data)
    release(now)
    return new
