"""The parameters of an estimator, nested ones flattened as `get_params(deep=True)` names them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from mltrack._memo import per_object


def params_of(estimator: Any) -> dict[str, Any]:
    """What the estimator was configured with. Estimators among the values are given as their classes."""
    flat: dict[str, Any] = {}
    _add(estimator, "", flat)
    return flat


def _add(estimator: Any, prefix: str, flat: dict[str, Any]) -> None:
    if _reads_plainly(type(estimator)):
        _add_plain(estimator, prefix, flat)
    else:
        _add_all(_asked(estimator), flat, prefix)


def _asked(estimator: Any) -> dict[Any, Any]:
    """What get_params says; of its members nothing where those cannot be asked. Whoever gave, say, a class in the place
    of an estimator hears of it from the call itself."""
    for deep in (True, False):
        try:
            return estimator.get_params(deep=deep)  # type: ignore[no-any-return]
        except Exception:
            continue
    return {}


def shown_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that were chosen, with an estimator among them as its class."""
    return {name: type(value) if is_estimator(value) else value for name, value in params.items()}


@per_object
def _reads_plainly(cls: Any) -> bool:
    """True where get_params is scikit-learn's own, which reads the attributes that the constructor's names give."""
    base = sys.modules["sklearn.base"].BaseEstimator
    return getattr(cls, "get_params", None) is base.get_params and "_get_param_names" not in _own_names(cls, base)


def _own_names(cls: type, base: type) -> set[str]:
    return {name for step in cls.__mro__ if step is not base and step is not object for name in vars(step)}


@per_object
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(cls._get_param_names())


def _add_plain(estimator: Any, prefix: str, flat: dict[str, Any]) -> None:
    held = estimator.__dict__
    for name in _names(type(estimator)):
        value = held[name] if name in held else getattr(estimator, name, _ABSENT)
        if value is _ABSENT:
            continue
        if type(value) in _SCALARS:
            flat[prefix + name] = value
            continue
        if is_estimator(value):
            _add(value, f"{prefix}{name}__", flat)
        flat[prefix + name] = _shown(value)


def _add_all(params: dict[Any, Any], flat: dict[str, Any], prefix: str) -> None:
    for name, value in params.items():
        flat[f"{prefix}{name}"] = value if type(value) in _SCALARS else _shown(value)


_ABSENT = object()
_SCALARS = frozenset({type(None), bool, int, float, str})


def is_estimator(value: object) -> bool:
    """True for what has parameters of its own. The class is asked: an object may answer to any name."""
    return hasattr(type(value), "get_params")


def _shown(value: Any) -> Any:
    """An estimator as its class; a list in which a pipeline holds estimators as the names of their classes."""
    if is_estimator(value):
        return type(value)
    if isinstance(value, list) and any(isinstance(item, tuple) for item in value):
        return [[_shown_member(part) for part in item] if isinstance(item, tuple) else item for item in value]
    return value


def _shown_member(part: Any) -> Any:
    return type(part).__name__ if is_estimator(part) else part
