"""What mltrack raises: one class for each reason, all of them `Error`, each also the built-in error one expects."""

from __future__ import annotations


class Error(Exception):
    """Something mltrack could not do. The message names the bad value, what was expected and what to do."""

    code = "error"


class InvalidArgumentError(Error, ValueError):
    """A value that was passed is not acceptable."""

    code = "invalid_argument"


class WrongTypeError(InvalidArgumentError, TypeError):
    """A value that was passed is of a type that cannot be right."""


class NotFoundError(Error, LookupError):
    """A reference, a file or an object names nothing."""

    code = "not_found"


class AmbiguousError(Error, ValueError):
    """A reference fits several things; the message lists them."""

    code = "ambiguous"


class BadFilterError(Error, ValueError):
    """A `where` or `order_by` text does not parse; the message points at the column."""

    code = "bad_filter"


class NotAStoreError(Error, OSError):
    """The file exists and is not an mltrack store."""

    code = "not_a_store"


class DamagedError(Error, OSError):
    """The store file is corrupt."""

    code = "damaged"


class TooNewError(Error, OSError):
    """A newer mltrack wrote the store."""

    code = "too_new"


class ReadOnlyError(Error, PermissionError):
    """A write to a store that was opened read-only or cannot be written."""

    code = "read_only"


class BusyError(Error, TimeoutError):
    """Another writer held the store for the whole waiting time."""

    code = "busy"


class WrongStateError(Error, RuntimeError):
    """The handle is closed, or the run or call has already ended."""

    code = "wrong_state"


class UntrustedError(Error, ValueError):
    """Stored bytes that may run code when they are loaded; the message says how to trust them."""

    code = "untrusted"


class MissingPackageError(Error, ImportError):
    """A package that this needs is not installed; the message names it."""

    code = "missing_package"


class StorageError(Error, OSError):
    """The operating system refused: disk full, permission denied, ..."""

    code = "io"


BY_CODE: dict[str, type[Error]] = {
    error.code: error
    for error in (
        InvalidArgumentError,
        NotFoundError,
        AmbiguousError,
        BadFilterError,
        NotAStoreError,
        DamagedError,
        TooNewError,
        ReadOnlyError,
        BusyError,
        WrongStateError,
        StorageError,
    )
}
