"""The formats in which a fitted estimator can be stored: bytes out of a model, and a model out of bytes."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable
from typing import Any, NamedTuple

from mltrack.errors import InvalidArgumentError, MissingPackageError, UntrustedError, WrongTypeError

Trust = bool | Iterable[str]
"""Whether stored bytes may run code: True, False, or the names of the types that may be made."""


class Format(NamedTuple):
    """A format and the package that writes and reads it."""

    name: str
    media_type: str


FORMATS = {
    "skops": Format("skops", "application/x-skops"),
    "joblib": Format("joblib", "application/x-joblib"),
}


def format_named(name: Any) -> Format:
    """The format of this name; InvalidArgumentError for another one."""
    found = FORMATS.get(name) if isinstance(name, str) else None
    if found is None:
        raise InvalidArgumentError(f"{name!r} is no format of stored models; expected 'skops' or 'joblib'")
    return found


def dumped(model: Any, form: Format) -> bytes:
    """The model's bytes. What the format cannot hold raises the error of its package."""
    if form.name == "skops":
        skops: bytes = _package("skops.io", form, "store").dumps(model)
        return skops
    file = io.BytesIO()
    _package("joblib", form, "store").dump(model, file)
    return file.getvalue()


def loaded(data: bytes, form: Format, trusted: Trust) -> Any:
    """The model in bytes whose digest was checked. Nothing is made of them before it is clear that they are trusted:
    UntrustedError says what to do."""
    if isinstance(trusted, str) or not isinstance(trusted, (bool, Iterable)):
        raise WrongTypeError(f"trusted is {trusted!r}; expected True, False or a list of the names of types")
    if form.name == "skops":
        return _skops(data, form, trusted)
    if trusted is not True:
        raise UntrustedError(
            f"this model is stored as {form.name}, a form of pickle: loading it can run any code of whoever wrote it. "
            "If you trust the store, pass trusted=True; a model stored with format='skops' can be checked instead"
        )
    return _package("joblib", form, "load").load(io.BytesIO(data))


def _skops(data: bytes, form: Format, trusted: Trust) -> Any:
    skops = _package("skops.io", form, "load")
    unknown = set(skops.get_untrusted_types(data=data))
    accepted = unknown if trusted is True else set() if trusted is False else set(trusted)
    refused = sorted(unknown - accepted)
    if refused:
        raise UntrustedError(
            f"this model holds types that skops does not know to be harmless: {', '.join(refused)}. If you trust them, "
            f"pass trusted={sorted(unknown)!r}, or trusted=True for whatever is stored"
        )
    return skops.loads(data, trusted=sorted(unknown))


def _package(module: str, form: Format, doing: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackageError(
            f"to {doing} a model as {form.name} needs the package {form.name}, which cannot be imported ({error}); "
            f"install it: pip install {form.name}"
        ) from None
