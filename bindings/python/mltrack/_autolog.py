"""Recording plain calls: `mltrack.autolog()` switches it on for the whole process, and off again.

What is recorded of which library is said in `mltrack.sklearn` and `mltrack.pandas`.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from mltrack import _attach, _guard

Depth = Literal[0, "all"]
Models = Literal["none", "best", "all"]
Format = Literal["skops", "joblib"]

_CHOICES: dict[str, tuple[object, ...]] = {
    "depth": (0, "all"),
    "models": ("none", "best", "all"),
    "format": ("skops", "joblib"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What autolog does now."""

    on: bool = False
    depth: Depth = 0
    models: Models = "none"
    format: Format = "skops"
    max_calls: int = 1_000
    inference: bool = False


settings = Settings()
_recordable: set[str] = set()  # the modules whose plain calls are recordable now

# The modules in which plain calls are made recordable, and those of ours that do it.
_LIBRARIES = {
    "joblib": ("Parallel", "mltrack.sklearn._parallel"),
    "sklearn.base": ("BaseEstimator", "mltrack.sklearn._classes"),
    "sklearn.datasets": ("load_iris", "mltrack.sklearn._functions"),
    "sklearn.inspection": ("permutation_importance", "mltrack.sklearn._functions"),
    "sklearn.metrics": ("accuracy_score", "mltrack.sklearn._functions"),
    "sklearn.model_selection": ("train_test_split", "mltrack.sklearn._functions"),
    "pandas": ("read_csv", "mltrack.pandas._plain"),
}


class Autolog:
    """What `autolog()` returns: as a context manager it takes the change back at the end of the block."""

    def __init__(self, before: Settings) -> None:
        self._before = before

    def __enter__(self) -> Autolog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _change(self._before)

    def __repr__(self) -> str:
        return f"<mltrack.autolog {'on' if settings.on else 'off'}>"


def autolog(
    *,
    disable: bool = False,
    depth: Depth = 0,
    models: Models = "none",
    format: Format = "skops",
    max_calls: int = 1_000,
    inference: bool = False,
) -> Autolog:
    """From now on the plain calls of this process are recorded as their `_sync` twins would be: the methods of every
    scikit-learn estimator, its splits, metrics, cross-validations and loaders, and what pandas reads and writes.

    Classes and functions that were imported before are included. `depth="all"` also records the calls that recorded
    calls make in this process, at most `max_calls` inside each; what was cut is said in a tag of the outer call.
    `models` says which fitted models are stored to be loaded again, in which `format` (see `load_model`). `inference`
    keeps at each fit of a linear model what its confidence intervals and standardised coefficients need later.

    `disable=True` switches it off and leaves no trace of it in any class or module. As a context manager it takes
    itself back at the end of the block. Switched process-wide: threads share it, worker processes do not have it. Does
    nothing under MLTRACK_DISABLE. Raises ValueError for an unknown choice.
    """
    chosen = {"depth": depth, "models": models, "format": format}
    for name, value in chosen.items():
        _check_choice(name, value)
    if type(max_calls) is not int or max_calls < 1:
        raise ValueError(f"max_calls={max_calls!r} is no number of calls; give an integer of 1 or more")
    if type(inference) is not bool:
        raise ValueError(f"autolog(inference={inference!r}) is not one of False, True")
    before = settings
    on = not disable and not _guard.disabled()
    _change(Settings(on, depth, models, format, max_calls, inference) if on else Settings())
    return Autolog(before)


def _check_choice(name: str, value: object) -> None:
    choices = _CHOICES[name]
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in choices):
        raise ValueError(f"autolog({name}={value!r}) is not one of {', '.join(map(repr, choices))}")


def _change(new: Settings) -> None:
    global settings
    was_on, settings = settings.on, new
    if new.on and not was_on:
        for name, (attribute, _) in _LIBRARIES.items():
            _attach.when_imported(name, attribute, lambda module: arrived(module.__name__))
    elif was_on and not new.on:
        for ours in {ours for _, ours in _LIBRARIES.values()}:
            if ours in sys.modules:
                sys.modules[ours].restore()
        _recordable.clear()


def arrived(name: str) -> None:
    """Makes the plain calls of a module that is there recordable, while autolog is on."""
    if settings.on and name not in _recordable:
        _recordable.add(name)
        importlib.import_module(_LIBRARIES[name][1]).record_plain(sys.modules[name])
