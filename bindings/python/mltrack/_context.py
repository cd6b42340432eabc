"""Which run is being written right now."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

from mltrack import _guard

if TYPE_CHECKING:
    from mltrack._run import Run

_innermost: ContextVar[Run | None] = ContextVar("mltrack_run", default=None)
_open: list[Run] = []  # every run of this process that was started and not ended, the innermost last
_lock = threading.RLock()


def _unlock() -> None:
    """In a forked child the thread that held the lock is not there to let go of it."""
    global _lock
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_unlock)


def active_run() -> Run | None:
    """The run that calls are recorded in now, or None.

    That is the run of the innermost `with` block around this code; a thread or task without one uses the run that this
    process opened last and has not ended.
    """
    run = _innermost.get()
    if run is not None and run.status == "running":
        return run
    with _lock:
        return _open[-1] if _open else None


def current_run() -> Run:
    """The active run; without one, the process's own, which is started now and ends with the process."""
    run = active_run()
    if run is not None:
        return run
    with _lock:
        if _open:
            return _open[-1]
        from mltrack._tracker import start_run

        return start_run("default", "default", name=_program())


def opened(run: Run) -> None:
    """Makes a run that was started the process's innermost one."""
    with _lock:
        _open.append(run)


def closed(run: Run) -> None:
    """Forgets a run that has ended."""
    with _lock:
        _open[:] = [other for other in _open if other is not run]


def enter(run: Run) -> Token[Run | None]:
    """Makes `run` the active one of this thread or task."""
    return _innermost.set(run)


def leave(token: Token[Run | None]) -> None:
    """Takes back what `enter` did; from another context, where it cannot be taken back, does nothing."""
    try:
        _innermost.reset(token)
    except ValueError:
        _innermost.set(None)


def ending(error: BaseException | None) -> str:
    """The status of a run that is left by this exception, or by none."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "finished"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"


def _program() -> str:
    return os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0] or "interactive"


@atexit.register
def _end_of_process() -> None:
    """Ends the runs that are still open. Those a forked child inherited are its parent's to end."""
    failure: Exception | None = None
    status = ending(getattr(sys, "last_value", None))
    if hasattr(sys, "ps1"):
        status = "finished"  # an interactive session goes on after an error
    for run in reversed(_open.copy()):
        try:
            if run.belongs_here():
                run.finish(status)
            else:
                run.detach()
        except Exception as error:  # the others end all the same
            failure = _guard.problem(error, strict=run.strict) or failure
    leakage = sys.modules.get("mltrack.leakage")
    if leakage is not None:
        leakage.tell_at_exit()
    if failure is not None:
        raise failure
