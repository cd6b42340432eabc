"""What keeps tracking out of the way of the work it watches."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from collections import Counter
from types import TracebackType

_counts: Counter[str] = Counter()
_lock = threading.Lock()


def _unlock() -> None:
    """In a forked child the thread that held the lock is not there to let go of it."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_unlock)


class TrackingWarning(UserWarning):
    """Tracking failed; the work it was to record went on untouched."""


def disabled() -> bool:
    """True when MLTRACK_DISABLE asks for nothing to be recorded."""
    return os.environ.get("MLTRACK_DISABLE", "") not in ("", "0")


def strict_by_environment() -> bool:
    """True when MLTRACK_STRICT asks for failures of tracking to be raised."""
    return os.environ.get("MLTRACK_STRICT", "") not in ("", "0")


def problem(error: Exception, *, strict: bool = False) -> Exception | None:
    """Answers a failure of tracking: the error itself where it is to be raised, else None after one warning per cause.

    `tracking_problems` counts every one.
    """
    if strict or strict_by_environment():
        return error
    cause = f"{type(error).__name__} in {_place(error.__traceback__)}"
    with _lock:
        _counts[cause] += 1
        first = _counts[cause] == 1
    if first:
        with contextlib.suppress(TrackingWarning):  # a filter may make errors of warnings; the work goes on even so
            warnings.warn(
                f"mltrack could not record a call ({cause}: {error}). Your result is not affected; the record is "
                "incomplete. MLTRACK_STRICT=1 raises instead, mltrack.tracking_problems() counts.",
                TrackingWarning,
                stacklevel=_user_level(),
            )
    return None


def raise_or_warn(error: Exception, *, strict: bool = False) -> None:
    """The same where there is nobody to answer: raises the error where it is to be raised."""
    failure = problem(error, strict=strict)
    if failure is not None:
        raise failure from None


def tracking_problems() -> dict[str, int]:
    """How often tracking failed in this process, by cause."""
    with _lock:
        return dict(_counts)


def _place(trace: TracebackType | None) -> str:
    name = "mltrack"
    while trace is not None:
        code = trace.tb_frame.f_code
        name = f"{os.path.basename(code.co_filename)}:{code.co_name}"
        trace = trace.tb_next
    return name


def _user_level() -> int:
    """The stacklevel, counted from `problem`, of the nearest frame that is not mltrack's."""
    home = os.path.dirname(__file__)
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(home):
        frame, level = frame.f_back, level + 1
    return level
