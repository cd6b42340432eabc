"""`fit_sync` and the others: the plain method of an estimator, recorded."""

from __future__ import annotations

import functools
from typing import Any

from mltrack import _core
from mltrack._sync_method import SyncMethod
from mltrack.sklearn import _methods
from mltrack.sklearn._params import is_estimator


def install(base: type) -> None:
    """Gives scikit-learn's BaseEstimator the recorded methods."""
    for plain in _methods.METHODS:
        setattr(base, f"{plain}_sync", SyncMethod(plain, functools.partial(_recorded, plain)))


def _recorded(plain: str, method: Any, obj: object) -> Any:
    if obj is None:
        return _core.StandIn(method, functools.partial(_before_unbound, plain), _methods.after)
    return _core.StandIn(method, functools.partial(_methods.before_sync, plain, _whose(method, obj)), _methods.after)


def _whose(method: Any, obj: object) -> object:
    """The estimator a method belongs to: that of a frozen one is the method of the estimator inside."""
    owner = getattr(method, "__self__", obj)
    return owner if is_estimator(owner) else obj


def _before_unbound(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        return None
    return _methods.before_sync(op, args[0], original, args[1:], kwargs, depth=2)
