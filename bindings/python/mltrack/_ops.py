"""What the operations of calls are called, where several places have to agree on it."""

from __future__ import annotations

FITS = frozenset({"fit", "partial_fit", "fit_transform", "fit_predict"})
"""They leave a model that has learnt."""

PREDICTS = frozenset(
    {"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "fit_predict"}
)
"""What they return is a model's opinion, which metrics are about."""
