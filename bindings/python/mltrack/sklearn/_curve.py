"""How a fit converges, iteration by iteration, where the estimator supports scikit-learn's callbacks (1.9)."""

from __future__ import annotations

import functools
from typing import Any

from mltrack import _core, _guard, _open_calls


class ConvergenceCurve:
    """Logs a score after every iteration of a fit: `model.set_callbacks(ConvergenceCurve("neg_log_loss"))`.

    The score of the model so far, on the training data, becomes a series of the recorded fit under the scorer's name;
    without one, `score`. It costs a scoring per iteration, so nothing sets it but you. scikit-learn keeps it on the
    estimator and its clones. Fits in worker processes, and fits that are not recorded, log nothing.
    """

    def __init__(self, scoring: Any = None) -> None:
        self._scoring = scoring
        self._values: list[float] = []

    def setup(self, estimator: Any, context: Any) -> None:
        """A fit begins."""
        self._values = []

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """An iteration begins."""

    def on_fit_task_end(
        self,
        estimator: Any,
        context: Any,
        *,
        X: Any = None,
        y: Any = None,
        metadata: Any = None,
        fitted_estimator: Any = None,
    ) -> None:
        """An iteration has ended."""
        if fitted_estimator is None or context.parent is None or _open_calls.stack.get() is None:
            return
        try:
            self._values.append(float(self._scorer(fitted_estimator)(fitted_estimator, X, y)))
        except Exception as error:
            _guard.problem(error)

    def teardown(self, estimator: Any, context: Any) -> None:
        """The fit has ended."""
        frame = _open_calls.stack.get()
        values, self._values = self._values, []
        if frame is None or not values:
            return
        try:
            with _core.Run.batch(frame.session.run) as batch:
                for step, value in enumerate(values):
                    batch.log_metric(self._name(), value, step=step, subject=frame.call.ref)
        except Exception as error:
            _guard.problem(error)

    def _scorer(self, estimator: Any) -> Any:
        return _scorer(self._scoring) if isinstance(self._scoring, str) else self._scoring or type(estimator).score

    def _name(self) -> str:
        return self._scoring if isinstance(self._scoring, str) else getattr(self._scoring, "__name__", "score")


@functools.cache
def _scorer(name: str) -> Any:
    from sklearn.metrics import get_scorer

    return get_scorer(name)
