"""mltrack: an embeddable experiment tracker with operation-level lineage.

Start a run with `start_run`, ask with `open(...).query()`. Estimators of scikit-learn have `fit_sync` & co. as soon as
both packages are imported.
"""

from __future__ import annotations

import sqlite3  # noqa: F401  before the extension: a process must hold one copy of SQLite, whoever loads it
from typing import TYPE_CHECKING, Any

from mltrack import _attach
from mltrack._answers import Comparison, Details, Explanation, Lineage, Node, NodeTable
from mltrack._calls import Call
from mltrack._context import active_run
from mltrack._core import NodeRef, __version__
from mltrack._digest import describe
from mltrack._document import Document, Imported, export_run, import_run
from mltrack._query import Query
from mltrack._run import Run
from mltrack._table import Table
from mltrack._tracker import Tracker, query, start_run
from mltrack._tracker import open_store as open
from mltrack.errors import Error

if TYPE_CHECKING:
    from mltrack._alarms import Alarm, AlarmTable
    from mltrack._autolog import autolog
    from mltrack._guard import TrackingWarning, tracking_problems
    from mltrack._inputs import derive
    from mltrack._verification import Verification
    from mltrack._verify import verify
    from mltrack.leakage import LeakageWarning
    from mltrack.sklearn._stored import VersionWarning, load_model

    compute_metric_sync: Any
    cross_val_predict_sync: Any
    cross_val_score_sync: Any
    cross_validate_sync: Any
    learning_curve_sync: Any
    permutation_importance_sync: Any
    permutation_test_score_sync: Any
    read_csv_sync: Any
    read_excel_sync: Any
    read_feather_sync: Any
    read_json_sync: Any
    read_parquet_sync: Any
    train_test_split_sync: Any
    validation_curve_sync: Any

_LATER = {
    "Alarm": "mltrack._alarms",
    "AlarmTable": "mltrack._alarms",
    "LeakageWarning": "mltrack.leakage",
    "TrackingWarning": "mltrack._guard",
    "Verification": "mltrack._verification",
    "VersionWarning": "mltrack.sklearn._stored",
    "autolog": "mltrack._autolog",
    "compute_metric_sync": "mltrack.sklearn",
    "cross_val_predict_sync": "mltrack.sklearn",
    "cross_val_score_sync": "mltrack.sklearn",
    "cross_validate_sync": "mltrack.sklearn",
    "derive": "mltrack._inputs",
    "learning_curve_sync": "mltrack.sklearn",
    "load_ipython_extension": "mltrack._magic",
    "load_model": "mltrack.sklearn._stored",
    "metrics": "mltrack.metrics",
    "permutation_importance_sync": "mltrack.sklearn",
    "permutation_test_score_sync": "mltrack.sklearn",
    "read_csv_sync": "mltrack.pandas",
    "read_excel_sync": "mltrack.pandas",
    "read_feather_sync": "mltrack.pandas",
    "read_json_sync": "mltrack.pandas",
    "read_parquet_sync": "mltrack.pandas",
    "tracking_problems": "mltrack._guard",
    "train_test_split_sync": "mltrack.sklearn",
    "unload_ipython_extension": "mltrack._magic",
    "validation_curve_sync": "mltrack.sklearn",
    "verify": "mltrack._verify",
}

__all__ = [
    "Alarm",
    "AlarmTable",
    "Call",
    "Comparison",
    "Details",
    "Document",
    "Error",
    "Explanation",
    "Imported",
    "LeakageWarning",
    "Lineage",
    "Node",
    "NodeRef",
    "NodeTable",
    "Query",
    "Run",
    "Table",
    "Tracker",
    "TrackingWarning",
    "Verification",
    "VersionWarning",
    "__version__",
    "active_run",
    "autolog",
    "compute_metric_sync",
    "cross_val_predict_sync",
    "cross_val_score_sync",
    "cross_validate_sync",
    "derive",
    "describe",
    "digest",
    "export_run",
    "import_run",
    "learning_curve_sync",
    "load_model",
    "open",
    "permutation_importance_sync",
    "permutation_test_score_sync",
    "query",
    "read_csv_sync",
    "read_excel_sync",
    "read_feather_sync",
    "read_json_sync",
    "read_parquet_sync",
    "ref",
    "start_run",
    "tracking_problems",
    "train_test_split_sync",
    "validation_curve_sync",
    "verify",
]


def digest(obj: Any) -> str | None:
    """The digest of an object's values: equal for a frame, its array and a list of equal values. Of a fitted estimator,
    the digest of its state. None for what cannot be digested."""
    from mltrack.sklearn._params import is_estimator

    if is_estimator(obj):
        from mltrack.sklearn.state import state_digest

        return state_digest(obj)
    found = describe(obj)
    return None if found is None else found.values


def ref(obj: Any) -> str | None:
    """The reference (`run:seq`) of the node that a live object is, or None when it was never recorded."""
    from mltrack import _inputs

    return _inputs.ref(obj)


def __getattr__(name: str) -> Any:
    """Loads what needs more of Python's own library when it is first asked for."""
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module 'mltrack' has no attribute {name!r}")
    import importlib

    found = importlib.import_module(module)
    value = globals()[name] = found if module == f"mltrack.{name}" else getattr(found, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_attach.attach()
