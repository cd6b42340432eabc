"""Makes the methods of steps visible: a stand-in takes the place of each in its class, and is asked only while a
recorded call that composes is open."""

from __future__ import annotations

import functools
import types
import weakref
from typing import Any

from mltrack import _attach, _core, _recorder
from mltrack.sklearn import _methods, _models

METHODS = (
    "fit",
    "partial_fit",
    "fit_transform",
    "fit_predict",
    "transform",
    "inverse_transform",
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score_samples",
    "score",
)

_seen: weakref.WeakSet[type] = weakref.WeakSet()


def instrument(estimator: Any) -> None:
    """Instruments the classes of an estimator's steps, and of theirs. Nothing is left on any object."""
    for _, step in _models.steps(estimator):
        _instrument_class(type(step))
        if _models.composes(step):
            instrument(step)


def _instrument_class(cls: type) -> None:
    if cls in _seen:
        return
    _seen.add(cls)
    _attach.teach_dill()
    for base in cls.__mro__:
        if base is object:
            continue
        for name in METHODS:
            _stand_in(base, name)


def _stand_in(base: type, name: str) -> None:
    held: Any = vars(base).get(name)
    if type(held) is types.FunctionType:
        try:
            setattr(base, name, _wrapped(held, name))
        except TypeError:  # a class made in C keeps its methods
            return
    elif type(held).__name__ == "_AvailableIfDescriptor" and type(held.fn) is types.FunctionType:
        held.fn = _wrapped(held.fn, name)


def _wrapped(function: Any, name: str) -> Any:
    return _core.StandIn(function, functools.partial(_methods.before_step, name), _methods.after, _recorder.stack)
