"""Every metric of scikit-learn with its call recorded: `f1_score_sync` is `sklearn.metrics.f1_score`, and so on.

A metric is about the model whose prediction it is given, on the data that `y_true` came from.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    """Imports scikit-learn when one of its metrics is asked for, not before."""
    plain = name.removesuffix("_sync")
    if plain == name or plain.startswith("_"):
        raise AttributeError(f"module 'mltrack.metrics' has no attribute {name!r}; add _sync to a metric's name")
    from mltrack.sklearn import _functions

    function = getattr(importlib.import_module("sklearn.metrics"), plain, None)
    if not callable(function) or not _functions.is_metric(plain, function):
        raise AttributeError(f"mltrack.metrics has no {name!r}: sklearn.metrics has no metric {plain!r}")
    made = globals()[name] = _functions.twin(function, _functions.METRIC)
    return made


def __dir__() -> list[str]:
    from mltrack.sklearn import _functions

    module = importlib.import_module("sklearn.metrics")
    return sorted(f"{name}_sync" for name in _functions.recorded_functions(module))
