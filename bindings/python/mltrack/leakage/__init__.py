"""Signs of leakage: what a process sees beyond the graph while it records, and what is said when a run ends.

The rules themselves are in the library (libtrack/src/audit); docs/alarms.md explains them.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from mltrack import _guard

if TYPE_CHECKING:
    from mltrack._alarms import Alarm


class LeakageWarning(UserWarning):
    """A run that ended shows signs of leakage: its results may be too good. `run.alarms()` says which and why."""


_untold: list[tuple[str, list[Alarm]]] = []  # runs of a script that ended with alarms
_MOST_NAMED = 5


def reuse_limit() -> int:
    """How many models may be scored on one test set without a note: MLTRACK_TEST_SET_REUSE, else 5."""
    word = os.environ.get("MLTRACK_TEST_SET_REUSE", "")
    if not word:
        return 5
    try:
        limit = int(word)
    except ValueError:
        limit = 0
    if limit < 1:
        raise ValueError(f"MLTRACK_TEST_SET_REUSE is {word!r}; give a whole number of models, 1 or more")
    return limit


def audit(run: Any, limit: int | None = None) -> list[Alarm]:
    """Looks for signs of leakage in an open run, stores them, and returns all that are stored of it."""
    from mltrack.leakage import _evidence

    seen = _evidence.of(run)
    found: list[Alarm] = run.tracker.audit(
        run.uid,
        learnt=seen.learnt,
        shared=seen.shared,
        repeated=seen.repeated,
        targets=seen.targets,
        reuse_limit=reuse_limit() if limit is None else limit,
    )
    return found


def at_end(run: Any) -> list[Alarm]:
    """The same as a run ends; a failure never keeps it from ending."""
    try:
        return audit(run)
    except Exception as error:
        _guard.raise_or_warn(error, strict=run.strict)
        return []


def forget(run: Any) -> None:
    """Lets go of what was seen of a run that has ended."""
    from mltrack.leakage import _evidence

    _evidence.forget(run)


def tell(run: Any, found: list[Alarm]) -> None:
    """Warns of a run with alarms: at once where somebody looks on, else when the process ends, behind all user code."""
    grave = [alarm for alarm in found if alarm.grade == "alarm"]
    if not grave:
        return
    if not (hasattr(sys, "ps1") or sys.flags.interactive):
        _untold.append((run.uid[:8], grave))
        return
    words = f"{_signs([run.uid[:8]], grave)} run.alarms() says where and what to do. No alarm is ever a certificate."
    warnings.warn(words, LeakageWarning, stacklevel=_guard._user_level())


def tell_at_exit() -> None:
    """One warning for all runs of a script that ended with alarms, at the line that shows the first one."""
    if not _untold:
        return
    grave = [alarm for _, alarms in _untold for alarm in alarms]
    words = f"{_signs([uid for uid, _ in _untold], grave)} mltrack query alarms says where and what to do."
    _untold.clear()
    places = [source.rpartition(":") for alarm in grave for source in alarm.sources]
    file, _, line = next((place for place in places if place[2].isdecimal()), ("<script>", ":", "1"))
    try:
        warnings.warn_explicit(words, LeakageWarning, file, int(line))
    except LeakageWarning:
        return  # made an error by a filter; nobody is left to catch it


def _signs(runs: list[str], grave: list[Alarm]) -> str:
    one = len(runs) == 1
    kinds = ", ".join(sorted({alarm.kind for alarm in grave}))
    named = ", ".join(runs[:_MOST_NAMED]) + (", ..." if len(runs) > _MOST_NAMED else "")
    return (
        f"{'run' if one else 'runs'} {named} {'shows' if one else 'show'} signs of leakage ({kinds}): "
        f"{'its' if one else 'their'} results may be too good."
    )
