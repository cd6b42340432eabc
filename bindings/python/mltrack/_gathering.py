"""Gathers the code and the environment of a run beside the user's work, in threads that live for a moment.

No thread waits for the end of the run: a program with one more thread is warned when it forks. What was not gathered in
time, or could not be, is missing from the record and disturbs nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mltrack import _code, _core, _environment
from mltrack.errors import BusyError

if TYPE_CHECKING:
    from mltrack._run import Run

_LONGEST_WAIT = 2.0  # seconds by which the end of a run may be late
_WAIT_MS = 200  # for another writer: the user's own calls wait behind this one
_LAST_WAIT_MS = 1_500  # when the run ends


class Gathering:
    """The code and environment of one run. Belongs to the process that started the run."""

    def __init__(self, run: Run, *, diff: bool) -> None:
        self.problem: Exception | None = None
        self._run = run
        self._diff = diff
        self._pid = os.getpid()
        self._given_up = False
        self._complete = False
        self._launch = _code.launch()
        self._wait_ms = _WAIT_MS
        self._unwritten: tuple[_core.CodeInfo, bytes] | None = None
        self._first = self._start(self._gather_code)

    def complete(self) -> None:
        """Stores the rest: what was imported is known only now. Waits two seconds at most."""
        if self._complete or self._pid != os.getpid():
            return
        self._complete = True
        end = time.monotonic() + _LONGEST_WAIT
        self._wait(self._first, end)
        self._wait_ms = _LAST_WAIT_MS
        if not self._given_up:
            self._wait(self._start(self._gather_environment), end)

    def _start(self, work: Callable[[], None]) -> threading.Thread | None:
        thread = threading.Thread(target=self._guarded, args=(work,), name="mltrack-gathering", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads, or the interpreter is shutting down
            self._guarded(work)
            return None
        return thread

    def _wait(self, thread: threading.Thread | None, end: float) -> None:
        if thread is not None:
            thread.join(max(0.0, end - time.monotonic()))
            self._given_up = thread.is_alive()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the run goes on without this part
            self.problem = error

    def _gather_code(self) -> None:
        info, repository = _code.code_of(self._launch)
        changes = repository.diff() if self._diff and repository is not None else b""
        self._unwritten = info, changes
        with contextlib.suppress(BusyError):  # the end of the run tries again
            self._write_code()
        _environment.packages(_environment.imported())  # so that the end of the run has less to look up

    def _gather_environment(self) -> None:
        self._write_code()
        info = _environment.environment()
        if not self._given_up:
            _core.Run.log_environment(self._run, info, self._wait_ms)

    def _write_code(self) -> None:
        if self._unwritten is not None and not self._given_up:
            _core.Run.log_code(self._run, *self._unwritten, self._wait_ms)
            self._unwritten = None
