"""Arguments as the store takes them; what cannot be one is refused by name."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mltrack import _core
from mltrack.errors import InvalidArgumentError, WrongTypeError

_LARGEST = 2**63 - 1


def text(value: Any, what: str) -> str:
    """A str."""
    if isinstance(value, str):
        return value
    raise WrongTypeError(f"{what} is {_shown(value)}; expected a str")


def filled(value: Any, what: str) -> str:
    """A str that is not empty."""
    if text(value, what):
        return str(value)
    raise InvalidArgumentError(f"{what} is ''; give it a name, or leave it out")


def one_of(value: Any, what: str, words: Iterable[str]) -> str:
    """One of some words."""
    if text(value, what) in words:
        return str(value)
    raise InvalidArgumentError(f"{what} is {value!r}; expected {', '.join(words)}")


def number(value: Any, what: str) -> float:
    """A number of any kind, also an array of one."""
    try:
        if not isinstance(value, (str, bytes)):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise WrongTypeError(f"{what} is {_shown(value)}; expected a number")


def whole(value: Any, what: str, *, least: int = -_LARGEST - 1) -> int | None:
    """An int of at most 64 bits, or None."""
    if value is None:
        return None
    try:
        whole = operator.index(value)
    except TypeError:
        raise WrongTypeError(f"{what} is {_shown(value)}; expected an int or None") from None
    if least <= whole <= _LARGEST:
        return whole
    raise InvalidArgumentError(f"{what} is {whole}; expected None or an int from {least} that fits in 64 bits")


def named(values: Any, what: str) -> dict[str, Any]:
    """A dict by names."""
    if not isinstance(values, Mapping):
        raise WrongTypeError(f"{what} are {_shown(values)}; expected a dict by names")
    return {text(name, f"a name among {what}"): value for name, value in values.items()}


def metrics(values: Any) -> dict[str, float]:
    """Numbers by name."""
    return {name: number(value, f"metric {name!r}") for name, value in named(values, "the metrics").items()}


def flows(values: Any, what: str) -> None:
    """What flows into or out of a call: objects by slot, or flows."""
    if isinstance(values, Mapping):
        named(values, f"the slots of {what}")
        return
    wrong = values
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes)):
        wrong = next((one for one in values if not isinstance(one, _core.Flow)), None)
        if wrong is None:
            return
    raise WrongTypeError(f"{what} are {_shown(wrong)}; expected a dict of objects by slot, such as {{'X': X}}")


def call(op: Any, estimator: Any, given: Mapping[str, Any]) -> None:
    """What a call is begun with."""
    filled(op, "the operation")
    text(estimator, "the estimator")
    if given.get("params") is not None:
        named(given["params"], "the parameters")
    for name in ("name", "source"):
        text(given.get(name, ""), f"the {name} of a call")
    parent = given.get("parent")
    if parent is not None and not isinstance(parent, (_core.Call, _core.NodeRef)):
        raise WrongTypeError(f"the parent is {_shown(parent)}; expected a call or its reference")


def _shown(value: Any) -> str:
    words = repr(value)
    return f"{words if len(words) <= 80 else words[:77] + '...'} ({type(value).__name__})"
