"""Makes the plain methods of estimators visible: in their classes, a stand-in takes the place of each.

While autolog is off, only the classes of estimators inside a recorded one have stand-ins, which are asked only while a
recorded call is open. While it is on, every class has them, those that come later too.
"""

from __future__ import annotations

import functools
import types
import weakref
from typing import Any

from mltrack import _attach, _core, _guard, _open_calls
from mltrack.sklearn import _methods, _models, _parallel

_instrumented: weakref.WeakSet[type] = weakref.WeakSet()  # with all their bases
_replaced: weakref.WeakKeyDictionary[type, dict[str, Any]] = weakref.WeakKeyDictionary()
_descriptors: list[tuple[Any, Any]] = []  # of methods that are there under a condition, with their functions
_everywhere = False


def instrument_members(estimator: Any) -> None:
    """Instruments the classes of what an estimator is made of, and of what those are made of. Nothing is left on any
    object."""
    _parallel.watch()
    for cls in _models.made_inside(estimator):
        instrument(cls)
    for _, member in _models.members(estimator):
        instrument(type(member))
        instrument_members(member)


def record_plain(base: Any) -> None:
    """Instruments every class that derives from scikit-learn's BaseEstimator, now and when it is made."""
    global _everywhere
    restore()
    _everywhere = True
    _watch_new_classes(base)
    pending: list[type] = [base.BaseEstimator]
    while pending:
        cls = pending.pop()
        instrument(cls)
        pending.extend(cls.__subclasses__())


def restore() -> None:
    """Puts every method back in its place. Where something else has taken the place since, it stays there."""
    global _everywhere
    _everywhere = False
    for cls, methods in list(_replaced.items()):
        for name, original in methods.items():
            if _is_ours(vars(cls).get(name)):
                setattr(cls, name, original)
    for descriptor, function in _descriptors:
        descriptor.fn = function
    _replaced.clear()
    _descriptors.clear()
    _instrumented.clear()


def instrument(cls: type) -> None:
    """Puts stand-ins into a class and its bases: mixins own score and fit_transform."""
    if cls in _instrumented:
        return
    _attach.teach_dill()
    for base in cls.__mro__:
        if base is object or base in _instrumented:
            continue
        _instrumented.add(base)
        for name in _methods.METHODS:
            _stand_in(base, name)


def _is_ours(held: Any) -> bool:
    return type(held.__func__ if isinstance(held, classmethod) else held) is _core.StandIn


def _stand_in(base: type, name: str) -> None:
    held: Any = vars(base).get(name)
    if type(held) is types.FunctionType:
        try:
            setattr(base, name, _wrapped(held, name))
        except TypeError:  # a class made in C keeps its methods
            return
        _replaced.setdefault(base, {})[name] = held
    elif type(held).__name__ == "_AvailableIfDescriptor" and type(held.fn) is types.FunctionType:
        _descriptors.append((held, held.fn))
        held.fn = _wrapped(held.fn, name)


def _wrapped(function: Any, name: str) -> Any:
    gate = None if _everywhere else _open_calls.stack
    return _core.StandIn(function, functools.partial(_methods.before_plain, name), _methods.after, gate)


def _watch_new_classes(base: Any) -> None:
    """scikit-learn has two hooks for new classes, of which one wraps methods of the class: a class is instrumented when
    the outer one is done, so that what is recorded is what the user gets."""
    for holder in _hook_holders(base):
        original = vars(holder)["__init_subclass__"]
        watching = _core.StandIn(original.__func__, _before_new_class, _after_new_class)
        holder.__init_subclass__ = classmethod(watching)  # type: ignore[assignment]
        _replaced.setdefault(holder, {})["__init_subclass__"] = original


def _hook_holders(base: Any) -> list[type]:
    bases = {*base.BaseEstimator.__mro__, *base.TransformerMixin.__mro__}
    return [cls for cls in bases if cls is not object and isinstance(vars(cls).get("__init_subclass__"), classmethod)]


_being_made: list[type] = []


def _before_new_class(original: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    cls = args[0]
    if cls in _being_made:  # the inner one of the two hooks
        return None
    _being_made.append(cls)
    return cls


def _after_new_class(cls: type, result: object, error: BaseException | None) -> None:
    _being_made.remove(cls)
    if error is not None:
        return
    try:
        instrument(cls)
    except Exception as failure:
        _guard.problem(failure)
