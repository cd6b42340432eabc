"""Does a run give the same again? Its program is run once more and its results are compared call by call."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from mltrack import _check, _rerun
from mltrack._answers import Details, Explanation, Node
from mltrack._query import Ref
from mltrack._tracker import Tracker, open_store
from mltrack._verification import Comparison, Verification
from mltrack.errors import Error, InvalidArgumentError, WrongStateError

SAME, DIFFERS, NOT_RUN = 0, 1, 2


def verify(
    run: Ref,
    callable: Callable[[], Any] | None = None,
    *,
    rtol: float | None = None,
    script: str | os.PathLike[str] | None = None,
    arguments: Sequence[str] | None = None,
    allow_changed: bool = False,
    store: Any = None,
) -> Verification:
    """Runs what a run recorded again, into a second run tagged `verifies`, and compares the two call by call.

    Without `callable`, the recorded program runs with its recorded arguments under this interpreter, if its text is the
    recorded one or `allow_changed` is set; `script` says where it lies now, `arguments` replaces the arguments. A
    `callable` is called inside a run that is open for it.

    Compared are the outcome of each call, the digests of what came out of it, its metrics, and what fitted models say
    of themselves. Data from outside of recorded calls must be the same. With `rtol`, numbers (metrics, coefficients and
    other fitted values) may differ by that part of the greater one. A table with another digest is then equal in rows,
    columns, types and everything that is no float, or it differs; its floats, which the store does not keep, stay
    `unchecked`, and that only where numbers were compared that came from it: else it differs. So does a model of
    another state that says nothing of itself. Raises InvalidArgumentError, NotFoundError and WrongStateError where
    nothing could be run.
    """
    if rtol is not None and not (isinstance(rtol, (int, float)) and 0 <= rtol < math.inf):
        raise InvalidArgumentError(f"rtol={rtol!r} is no tolerance; give a number of 0 or more")
    tracker = store if isinstance(store, Tracker) else open_store(store, create=False)
    details = tracker.query().details(run)
    recorded = details.node
    if recorded.kind != "run":
        raise InvalidArgumentError(f"{recorded.ref} is a {recorded.kind}; expected a run")
    if recorded.status == "running":
        raise WrongStateError(f"run {recorded.ref} is still running; verify it when it has ended")
    path = os.path.abspath(tracker.path)
    notes: list[str] = []
    if callable is not None:
        uid = _rerun.run_function(callable, recorded, path)
        rerun = tracker.query().node(uid)
    else:
        rerun = _program_again(tracker, details, path, notes, script, arguments, allow_changed)
    query = tracker.query()
    comparison = Comparison(query, recorded, rerun, rtol)
    _add_environment(comparison.explanation, notes)
    return Verification(recorded, rerun, rtol, comparison, [*notes, *comparison.notes])


def _program_again(
    tracker: Tracker,
    details: Details,
    path: str,
    notes: list[str],
    script: str | os.PathLike[str] | None,
    arguments: Sequence[str] | None,
    allow_changed: bool,
) -> Node:
    program = _rerun.find_program(details, None if script is None else os.fspath(script), arguments, allow_changed)
    if program.changed:
        notes.append(f"the text of {program.path} is not the recorded one")
    before = {str(run.run) for run in _rerun.reruns(tracker, str(details.node.run))}
    code, complaint = _rerun.run_program(program, details.node, path)
    last = complaint.strip().splitlines()[-1:] or ["it said nothing"]
    if code != 0:
        notes.append(f"the program ended with exit code {code}: {last[0]}")
    try:
        return _rerun.newest(tracker, details.node, before)
    except WrongStateError as error:
        raise WrongStateError(f"{error}; its exit code was {code}, its last words: {last[0]}") from None


def _add_environment(explanation: Explanation, notes: list[str]) -> None:
    """Where it ran matters even where the results are the same."""
    if explanation.call_a is None and explanation.call_b is None:
        notes += [cause.text for cause in explanation if cause.kind in ("package", "environment", "code")]


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough; the interpreter would complain when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(words: Sequence[str]) -> int:
    """What `mltrack verify` does; gives the exit code."""
    parser = argparse.ArgumentParser(prog="mltrack verify")
    parser.add_argument("run")
    parser.add_argument("--rtol", type=float)
    parser.add_argument("--script")
    parser.add_argument("--allow-changed", action="store_true")
    parser.add_argument("--store")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    words = list(words)
    given = words[words.index("--") + 1 :] if "--" in words else None
    asked = parser.parse_args(words[: words.index("--")] if "--" in words else words)
    try:
        found = verify(
            asked.run,
            rtol=asked.rtol,
            script=asked.script,
            arguments=given,
            allow_changed=asked.allow_changed,
            store=_check.text(asked.store, "the store") if asked.store else None,
        )
    except Error as error:
        print(f"mltrack: {error}", file=sys.stderr)
        return NOT_RUN
    _print(found.to_json() if asked.format == "json" else repr(found))
    return SAME if found else DIFFERS
