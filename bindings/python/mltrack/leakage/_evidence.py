"""What the process that makes a run can see of leakage because it has the values. Gathered in memory while calls are
recorded; stored with the findings when the run is audited. Holds no object of the user's."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mltrack import _core
from mltrack._ops import FITS

if TYPE_CHECKING:
    from mltrack._inputs import Produced
    from mltrack._open_calls import Frame

CELLS_A_TABLE = 2_000_000  # a larger table is not looked at row by row
CELLS_A_RUN = 50_000_000  # after as many, no further table of the run is
_MOST_HELD = 32
_LEAST_SHARE = 0.05  # of the test rows; honest data has some equal rows
_LEAST_ROWS = 3
_VALIDATIONS = ("cross_val", "learning_curve", "validation_curve", "permutation_test")


@dataclass(slots=True, eq=False)
class Held:
    """A part that was held out, or what a transformer made of it."""

    node: _core.NodeRef
    hashes: Any  # one of each row's


@dataclass(slots=True, eq=False)
class Evidence:
    """What was seen of one run, as `Tracker.audit` takes it."""

    learnt: list[tuple[_core.NodeRef, str]] = field(default_factory=list)
    shared: list[tuple[_core.NodeRef, _core.NodeRef, int, int]] = field(default_factory=list)
    repeated: list[tuple[_core.NodeRef, int, int]] = field(default_factory=list)
    targets: list[tuple[_core.NodeRef, list[str], int]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    cells: int = 0
    looked_at: set[str] = field(default_factory=set)  # nodes and pairs of nodes that need no second look


_of_run: weakref.WeakKeyDictionary[Any, Evidence] = weakref.WeakKeyDictionary()


def of(run: Any) -> Evidence:
    """What was seen of a run so far."""
    seen = _of_run.get(run)
    if seen is None:
        seen = _of_run.setdefault(run, Evidence())
    return seen


def forget(run: Any) -> None:
    """Lets go of what was seen of a run."""
    _of_run.pop(run, None)


def observe(frame: Frame, outputs: Sequence[Produced], nodes: Sequence[_core.NodeRef]) -> None:
    """Looks at a call that ended well: `nodes` are those of its outputs."""
    seen = of(frame.session.run)
    if frame.op in FITS:
        _observe_learnt(seen, frame)
    if frame.outer is not None:
        return
    if frame.op == "split":
        _observe_split(seen, frame, outputs, nodes)
    elif frame.op in FITS:
        _observe_fit(seen, frame)
    elif frame.op.startswith(_VALIDATIONS):
        _observe_validation(seen, frame)
    elif frame.op == "transform":
        _follow_held(seen, frame, outputs, nodes)


def _observe_split(seen: Evidence, frame: Frame, outputs: Sequence[Produced], nodes: Sequence[_core.NodeRef]) -> None:
    parts = {made.flow.slot: (made.obj, node) for made, node in zip(outputs, nodes, strict=True)}
    for slot, (train, train_node) in parts.items():
        if not slot.startswith("train") or slot.replace("train", "test", 1) not in parts:
            continue
        test, test_node = parts[slot.replace("train", "test", 1)]
        from mltrack.leakage import _rows

        pair = [_hashes(seen, train, _rows), _hashes(seen, test, _rows)]
        if pair[0] is None or pair[1] is None:
            continue
        seen.looked_at.update((str(train_node), str(test_node)))
        seen.held = [*seen.held[-_MOST_HELD + 1 :], Held(test_node, pair[1])]
        found = _rows.found(pair[1], pair[0])
        if _telling(found, len(pair[1])) and _rows.rarely_equal(train, len(pair[0])):
            seen.repeated.append((frame.call.ref, found, len(pair[1])))


def _observe_fit(seen: Evidence, frame: Frame) -> None:
    given = dict(frame.given)
    if "X" in given:
        _look_for_held(seen, given["X"], frame.inputs["X"])
        _look_for_target(seen, frame, given)
        if "cv_results_" in getattr(frame.subject, "__dict__", ()):
            _look_for_repeated(seen, frame, given)


def _observe_learnt(seen: Evidence, frame: Frame) -> None:
    """Files what a transformer learnt from, where its inputs alone would say more."""
    if not hasattr(type(frame.subject), "transform"):
        return
    from mltrack.leakage import _learnt

    what = _learnt.of(frame.subject)
    if what == "shape" or (what == "rows" and "y" in frame.inputs):
        seen.learnt.append((frame.call.ref, what))


def _observe_validation(seen: Evidence, frame: Frame) -> None:
    given = dict(frame.given)
    if "X" in given:
        _look_for_target(seen, frame, given)
        _look_for_repeated(seen, frame, given)


def _look_for_repeated(seen: Evidence, frame: Frame, given: dict[str, Any]) -> None:
    """Files that rows of a cross-validation are there more than once. Groups keep equal ones in one fold."""
    if given.get("groups") is not None or not _first_look(seen, f"validation {frame.inputs['X']}"):
        return
    from mltrack.leakage import _rows

    hashes = _hashes(seen, given["X"], _rows)
    if hashes is None:
        return
    found = _rows.repeated(hashes)
    if _telling(found, len(hashes)) and _rows.rarely_equal(given["X"], len(hashes)):
        seen.repeated.append((frame.call.ref, found, len(hashes)))


def _follow_held(seen: Evidence, frame: Frame, outputs: Sequence[Produced], nodes: Sequence[_core.NodeRef]) -> None:
    """What a transformer makes of held-out rows is held out too."""
    if not any(held.node in frame.inputs.values() for held in seen.held):
        return
    from mltrack.leakage import _rows

    for made, node in zip(outputs, nodes, strict=True):
        hashes = _hashes(seen, made.obj, _rows)
        if hashes is not None:
            seen.held = [*seen.held[-_MOST_HELD + 1 :], Held(node, hashes)]
            seen.looked_at.add(str(node))


def _look_for_held(seen: Evidence, data: Any, node: _core.NodeRef) -> None:
    """Files which held-out rows are among those of a fit. Data of another run has its place in the graph of that one:
    an audit looks at the nodes of one run, and knows them by their numbers."""
    if not any(held.node.run == node.run for held in seen.held) or not _first_look(seen, str(node)):
        return
    from mltrack.leakage import _rows

    hashes = _hashes(seen, data, _rows)
    if hashes is None:
        return
    for held in seen.held:
        found = _rows.found(held.hashes, hashes)
        if _telling(found, len(held.hashes)) and _rows.rarely_equal(data, len(hashes)):
            seen.shared.append((held.node, node, found, len(held.hashes)))


def _look_for_target(seen: Evidence, frame: Frame, given: dict[str, Any]) -> None:
    if "y" not in given or not _first_look(seen, f"target {frame.inputs['X']} {frame.inputs['y']}"):
        return
    from mltrack.leakage import _target

    names, total = _target.columns_like_target(given["X"], given["y"], frame.subject)
    if names:
        seen.targets.append((frame.call.ref, names, total))


def _first_look(seen: Evidence, key: str) -> bool:
    if key in seen.looked_at:
        return False
    seen.looked_at.add(key)
    return True


def _hashes(seen: Evidence, data: Any, rows: Any) -> Any:
    """A hash of each row, or None for what is no table or too large."""
    cells = rows.cells(data)
    if not 0 < cells <= CELLS_A_TABLE or seen.cells + cells > CELLS_A_RUN:
        return None
    seen.cells += cells
    return rows.hashes(data)


def _telling(found: int, total: int) -> bool:
    return found >= _LEAST_ROWS and found >= _LEAST_SHARE * total
