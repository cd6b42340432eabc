"""The fits of a search and of a cross-validation: one `trial` per candidate and fold.

They ran inside one call, perhaps in other processes. Recording them afterwards, from what the workers reported, makes
the graph the same whatever `n_jobs` and the backend were, and fits nothing twice.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from mltrack import _core
from mltrack._names import class_path
from mltrack._open_calls import Frame
from mltrack._ops import FITS
from mltrack._recorder import WAIT_MS
from mltrack.sklearn import _parallel, _scores
from mltrack.sklearn._params import is_estimator, params_of, shown_params
from mltrack.sklearn.state import state_digest


def of_search(frame: Frame, search: Any) -> None:
    """Records the trials of a fitted search, by what its workers reported; of a search that hands its work out in other
    ways, by its `cv_results_`."""
    results = getattr(search, "cv_results_", None)
    single = _scores.scoring_name(search.scoring, search.estimator)
    if any(batch.results for batch in frame.batches or ()):
        record(frame, search.estimator, single)
    elif isinstance(results, dict):
        base = _own_params(search.estimator)
        trials = [
            _core.Trial(i, fold, params={**base, **shown_params(one)}, scores=_told_scores(results, i, fold, single))
            for i, one in enumerate(results["params"])
            for fold in range(int(search.n_splits_))
        ]
        _log(frame, search.estimator, trials, [])


def follow(frame: Frame) -> None:
    """From now on the tasks of an open call are noted. Should the call raise after they are done, such as a search of
    which every fit failed, they are recorded all the same."""
    frame.batches = []
    frame.failing = _of_failing


def _of_failing(frame: Frame) -> None:
    subject: Any = frame.subject
    if frame.op in FITS:
        record(frame, subject.estimator, _scores.scoring_name(subject.scoring, subject.estimator))
    else:
        record(frame, subject, _scores.scoring_name(frame.options.get("scoring"), subject))


def record(frame: Frame, estimator: Any, single: str) -> None:
    """Records what the tasks of a call reported. `single`: the name of a score that comes without one."""
    base = _own_params(estimator)
    trials: list[_core.Trial] = []
    rows: list[_core.FoldRows] = []
    models: list[tuple[Any, _core.Flow | None]] = []
    numbers: dict[tuple[int, int], int] = {}  # of rows, by the arrays that hold them
    first = 0
    for batch in frame.batches or ():
        tasks = [(task, result) for task, result in zip(batch.tasks, batch.results, strict=False) if _is_trial(task)]
        folds = _Folds(grow=frame.op == "learning_curve")
        for task, result in tasks:
            fold, candidate = folds.place(task)
            nth = numbers.setdefault((id(task.train), id(task.test)), len(rows))
            if nth == len(rows):
                rows.append(_core.FoldRows(_numbers(task.train), _numbers(task.test)))
            report = result if isinstance(result, dict) else {}
            own = base if task.chosen is None else {**base, **task.chosen}
            flow = _kept(report.get("estimator"))
            trials.append(_trial(first + candidate, fold, nth, own, report, single, flow))
            models.append((report.get("estimator"), flow))
        first += folds.candidates
    nodes = _log(frame, estimator, trials, rows)
    _now_mean(frame, nodes, models)


def best_score(search: Any) -> list[_core.CallMetric]:
    """The mean score of the best candidate, under the name of what the search chose it by."""
    value = _scores.as_number(getattr(search, "best_score_", None))
    if value is None:
        return []
    if isinstance(search.refit, str):
        return [_core.CallMetric(search.refit, value)]
    return [_core.CallMetric(_scores.scoring_name(search.scoring, search.estimator), value)]


class _Folds:
    """Tells folds and candidates apart by the rows: a fold's are the same objects, taken once for every candidate.
    Where they `grow`, a candidate is a number of training rows, and the test rows alone are the fold's."""

    def __init__(self, *, grow: bool) -> None:
        self.candidates = 0
        self._grow = grow
        self._seen: dict[tuple[int, int], list[int]] = {}  # ids of the rows: number of the fold, how often it was taken

    def place(self, task: _parallel.Noted) -> tuple[int, int]:
        """The number of the fold, and of the candidate among those that took it."""
        rows = (0 if self._grow else id(task.train), id(task.test))
        seen = self._seen.setdefault(rows, [len(self._seen), 0])
        candidate = seen[1]
        seen[1] += 1
        self.candidates = max(self.candidates, seen[1])
        return seen[0], candidate


def _is_trial(task: Any) -> bool:
    return task.function in (_parallel.SCORES, _parallel.PREDICTS) and task.test is not None


def _numbers(rows: Any) -> Any:
    """Row numbers; of a mask, the numbers of the rows it keeps."""
    numpy = sys.modules["numpy"]
    chosen = numpy.asarray(rows)
    return numpy.ascontiguousarray(chosen.nonzero()[0] if chosen.dtype.kind == "b" else chosen, dtype="i8")


def _trial(
    candidate: int,
    fold: int,
    rows: int,
    params: Mapping[str, Any],
    report: Mapping[str, Any],
    single: str,
    model: _core.Flow | None,
) -> _core.Trial:
    scores = {**_named(report.get("train_scores"), single, "train_"), **_named(report.get("test_scores"), single, "")}
    error_type, error = _failure(report.get("fit_error"))
    return _core.Trial(
        candidate, fold, rows=rows, params=params, scores=scores, fit_us=_us(report.get("fit_time")),
        score_us=_us(report.get("score_time")), error_type=error_type, error=error, model=model,
    )  # fmt: skip


def _kept(model: Any) -> _core.Flow | None:
    """The model of a trial, where the call returns it."""
    if model is None:
        return None
    return _core.Flow.model(class_path(type(model)), state_digest(model))


def _named(scores: Any, single: str, prefix: str) -> dict[str, float]:
    if scores is None:
        return {}
    named = scores if isinstance(scores, Mapping) else {single: scores}
    return {prefix + (single if name == "score" else str(name)): float(value) for name, value in named.items()}


def _us(seconds: Any) -> int | None:
    return None if seconds is None else max(0, int(seconds * 1e6))


_LAST = re.compile(r"^(?![ \n])([A-Za-z_][\w.]*)(?:: (.*))?\Z", re.MULTILINE | re.DOTALL)


def _failure(trace: str | None) -> tuple[str, str]:
    """Type and message of the exception at the end of a traceback's text."""
    if not trace:
        return "", ""
    lines = trace.rstrip("\n").split("\n")
    last = max((i for i, line in enumerate(lines) if line.startswith("  ")), default=-1)
    found = _LAST.search("\n".join(lines[last + 1 :]))
    return (found[1], found[2] or "") if found else ("unknown", lines[-1])


def _own_params(estimator: Any) -> dict[str, Any]:
    return params_of(estimator) if is_estimator(estimator) else {}


def _told_scores(results: Mapping[str, Any], candidate: int, fold: int, single: str) -> dict[str, float]:
    prefix = f"split{fold}_test_"
    found = {key.removeprefix(prefix): values for key, values in results.items() if key.startswith(prefix)}
    return {single if name == "score" else name: float(values[candidate]) for name, values in found.items()}


def _log(
    frame: Frame, estimator: Any, trials: list[_core.Trial], rows: list[_core.FoldRows]
) -> list[_core.NodeRef | None]:
    if not trials:
        return []
    inputs = [_core.Flow.known(slot, node, "enclosing") for slot, node in frame.inputs.items() if slot in ("X", "y")]
    models: list[_core.NodeRef | None] = frame.session.run.log_trials(
        frame.call.ref, class_path(type(estimator)), inputs=inputs, trials=trials, rows=rows, wait_ms=WAIT_MS
    )
    return models


def _now_mean(frame: Frame, nodes: list[_core.NodeRef | None], models: list[tuple[Any, _core.Flow | None]]) -> None:
    for node, (model, flow) in zip(nodes, models, strict=False):
        if node is not None and flow is not None:
            frame.session.registry.add(model, node, content=flow.digest, checked=frame.session.number)
