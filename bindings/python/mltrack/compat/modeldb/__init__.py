"""The client of ModelDB v1 on top of mltrack: a script runs after `modeldb` became `mltrack.compat.modeldb` in its
import lines. It writes one run of the default store. No server is asked, and arguments about one are not used."""

from __future__ import annotations

import importlib
from typing import Any

from mltrack.compat.modeldb.basic.ModelDbSyncerBase import *  # noqa: F403
from mltrack.compat.modeldb.basic.ModelDbSyncerBase import __all__ as _light

_LATER = {  # these import scikit-learn or numpy
    "SyncableMetrics": "mltrack.compat.modeldb.sklearn_native.SyncableMetrics",
    "SyncableRandomSplit": "mltrack.compat.modeldb.sklearn_native.SyncableRandomSplit",
    "cross_validation": "mltrack.compat.modeldb.cross_validation",
}

__all__ = [*_light, *_LATER]


def __getattr__(name: str) -> Any:
    """Loads a part that needs more than the light API when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'mltrack.compat.modeldb' has no attribute {name!r}")
    return importlib.import_module(_LATER[name])
