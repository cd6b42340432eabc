"""Convergence curves through scikit-learn's callbacks, where it has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import mltrack
from mltrack.sklearn import ConvergenceCurve

pytestmark = pytest.mark.skipif(
    not hasattr(LogisticRegression, "set_callbacks"), reason="scikit-learn has callbacks from 1.9 on"
)


@pytest.fixture
def data() -> Any:
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def test_a_score_is_logged_after_every_iteration(data: Any, run: mltrack.Run) -> None:
    model = LogisticRegression().set_callbacks(ConvergenceCurve("neg_log_loss"))
    model.fit_sync(*data)
    query = run.tracker.query()
    [fit] = query.calls(where="op = 'fit'")
    losses = [point.value for point in query.points(fit, "neg_log_loss")]
    assert len(losses) == model.n_iter_[0]
    assert losses[0] < losses[-1] < 0
    plain = LogisticRegression().fit(*data)
    assert np.array_equal(model.coef_, plain.coef_)


def test_the_estimators_own_score_without_a_name(data: Any, run: mltrack.Run) -> None:
    model = LogisticRegression().set_callbacks(ConvergenceCurve())
    model.fit_sync(*data)
    query = run.tracker.query()
    [fit] = query.calls(where="op = 'fit'")
    assert query.points(fit, "score")[-1].value == model.score(*data)


def test_a_fit_that_is_not_recorded_logs_nothing(data: Any, run: mltrack.Run) -> None:
    LogisticRegression().set_callbacks(ConvergenceCurve()).fit(*data)
    assert run.node().metrics == {}
    assert len(run.tracker.query().calls()) == 0
