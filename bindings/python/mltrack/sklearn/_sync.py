"""`fit_sync` and the others: the plain method of an estimator, recorded."""

from __future__ import annotations

import functools
from typing import Any

from mltrack import _core, _guard
from mltrack.sklearn import _methods
from mltrack.sklearn._params import is_estimator


class SyncMethod:
    """A recorded method beside a plain one: there exactly where the plain one is, on classes as on instances."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self.__doc__ = f"`{plain}`, recorded: the same arguments, the same result, the same exceptions."

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name

    def __get__(self, obj: object, owner: type | None = None) -> Any:
        method = getattr(owner if obj is None else obj, self._plain)
        if _guard.disabled():
            return method
        if obj is None:
            return _core.StandIn(method, functools.partial(_before_unbound, self._plain), _methods.after)
        subject = _whose(method, obj)
        return _core.StandIn(method, functools.partial(_methods.before_sync, self._plain, subject), _methods.after)


def install(base: type) -> None:
    """Gives scikit-learn's BaseEstimator the recorded methods."""
    for plain in _methods.METHODS:
        method = SyncMethod(plain)
        setattr(base, f"{plain}_sync", method)
        method.__set_name__(base, f"{plain}_sync")


def _whose(method: Any, obj: object) -> object:
    """The estimator a method belongs to: that of a frozen one is the method of the estimator inside."""
    owner = getattr(method, "__self__", obj)
    return owner if is_estimator(owner) else obj


def _before_unbound(op: str, original: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        return None
    return _methods.before_sync(op, args[0], original, args[1:], kwargs, depth=2)
