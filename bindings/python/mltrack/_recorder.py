"""Opens and closes the record of one call: its inputs, what came out, how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mltrack import _core, _guard, _inputs, _open_calls
from mltrack._inputs import Produced
from mltrack._names import failure_of
from mltrack._open_calls import Frame, Session
from mltrack.errors import WrongStateError
from mltrack.leakage import _evidence

WAIT_MS = 2_000  # how long a recorded call waits for another writer: the user's work is behind it


def begun(begin: Callable[..., Frame], *given: Any) -> Frame | Exception | None:
    """What the `before` of a stand-in answers: the call that `begin` opens; when that fails an exception to raise, in
    strict runs only, else None."""
    try:
        return begin(*given)
    except Exception as error:
        return _guard.problem(error, strict=_open_calls.strict(_open_calls.stack.get()))


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
    outer = _open_calls.stack.get()
    if outer is not None:
        session.calls += 1
    given = tuple(given)
    flows = [*models, *_inputs.input_flows(session, given, outer)]
    # By position: keywords cost more time than what they carry.
    parent = outer.call.ref if outer is not None else None
    call = _core.Run.begin(session.run, op, estimator, params or {}, flows, "", parent, source, WAIT_MS)
    nodes = call.inputs
    if models and model is not None and models[0].node is None:
        session.registry.add(model, nodes[0], content=models[0].digest)
    inputs = {flow.slot: node for flow, node in zip(models, nodes, strict=False)}
    for (slot, obj), flow, node in zip(given, flows[len(models) :], nodes[len(models) :], strict=True):
        inputs[slot] = node
        _inputs.now_means(session, obj, node, flow.data, shown=not flow.via and _inputs.is_view(flow))
    frame = Frame(call, session, op, subject, outer, composes, inputs, given, began_ns)
    frame.token = _open_calls.stack.set(frame)
    frame.started_ns = time.perf_counter_ns()
    return frame


def leave(frame: Frame) -> int:
    """Makes the call outside `frame` the innermost again; the time the user's own work took, in microseconds."""
    ended_ns = time.perf_counter_ns()
    if frame.token is not None:
        _open_calls.stack.reset(frame.token)
        frame.token = None
    return (ended_ns - frame.started_ns) // 1000


def end_call(
    frame: Frame, outputs: Sequence[Produced], metrics: Sequence[_core.CallMetric], took_us: int
) -> list[_core.NodeRef]:
    """Commits the end of a call; every output's object means its node from now on."""
    session = frame.session
    overhead_us = _overhead_us(frame, took_us)
    frame.call.end([made.flow for made in outputs], list(metrics), None, took_us, overhead_us)
    nodes: list[_core.NodeRef] = frame.call.outputs
    for made, node in zip(outputs, nodes, strict=True):
        if made.flow.kind == "dataset":
            _inputs.now_means(session, made.obj, node, made.flow.data)
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
            end_bare(frame.call, took_us, _overhead_us(frame, took_us))
        return _guard.problem(failure, strict=frame.session.strict)
    finally:
        if frame.outer is None:
            _open_calls.release(frame.session)
    return None


def _fail(frame: Frame, error: BaseException, took_us: int) -> None:
    try:
        if frame.failing is not None:
            frame.failing(frame)
    finally:
        fail_call(frame, error, took_us)


_unended: list[_core.Call] = []  # that could not be ended: without a handle they would be stored as failed


def end_bare(call: _core.Call, took_us: int, overhead_us: int) -> None:
    """Once more, without what came out, for a call that is over and whose end could not be recorded in full. Where that
    fails too, it stays open, and is lost when its run ends."""
    try:
        call.end([], [], took_us=took_us, overhead_us=overhead_us)
    except WrongStateError:  # it has ended, or its run has
        pass
    except Exception:
        _unended.append(call)


def _say_what_was_cut(frame: Frame) -> None:
    _core.Run.set_tag(frame.session.run, "cut", f"{frame.session.cut} inner calls not recorded", frame.call.ref)


def _overhead_us(frame: Frame, took_us: int) -> int:
    return max(0, (time.perf_counter_ns() - frame.began_ns) // 1000 - took_us)
