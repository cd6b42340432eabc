"""Recorded methods beside plain ones, such as `fit_sync` beside `fit`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mltrack import _guard


class SyncMethod:
    """A recorded method beside a plain one: there exactly where the plain one is, on classes as on instances.

    `recorded` answers the method that is called in the place of the plain one, of an object or (None) of its class.
    """

    def __init__(self, plain: str, recorded: Callable[[Any, Any], Any]) -> None:
        self._plain = plain
        self._recorded = recorded
        self.__name__ = f"{plain}_sync"
        self.__doc__ = f"`{plain}`, recorded: the same arguments, the same result, the same exceptions."

    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        method = getattr(owner if obj is None else obj, self._plain)
        return method if _guard.disabled() else self._recorded(method, obj)
