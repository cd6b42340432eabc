"""The program behind a run: its script or notebook cell, its arguments, its repository."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

from mltrack import _core, _repository
from mltrack._secrets import masked, masked_arguments

_MOST_TEXT = 16 * 1024 * 1024  # bytes of a script


class Launch(NamedTuple):
    """What has to be noted while the run starts: it may be something else a moment later."""

    script: str  # path; empty where there is none
    folder: str
    arguments: tuple[str, ...]
    cell: str | None  # source of the notebook cell that runs
    execution_count: int | None


def launch() -> Launch:
    """How this process was started, and the notebook cell that runs now."""
    cell, count = _cell()
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    script = os.path.abspath(main) if isinstance(main, str) and cell is None else ""
    try:
        folder = os.getcwd()
    except OSError:  # it was removed
        folder = ""
    return Launch(script or _notebook(), folder, tuple(getattr(sys, "argv", ())), cell, count)


def code_of(started: Launch) -> tuple[_core.CodeInfo, _repository.Repository | None]:
    """The record of a program, and the repository it lies in. Without one around the script, that around the working
    directory counts: programs such as `pytest` run code from there."""
    repository = _repository.around(os.path.dirname(started.script)) if started.script else None
    if repository is None and started.folder:
        repository = _repository.around(started.folder)
    script = _inside(started.script, repository)
    revision, branch = repository.head() if repository else ("", "")
    info = _core.CodeInfo(
        digest=_digest(started),
        script=_plain(script or os.path.basename(started.script)),
        vcs=revision,
        branch=_plain(branch),
        dirty=repository.dirty(script) if repository else None,
        remote=_plain(masked(repository.remote())) if repository else "",
        folder=_plain(_inside(started.folder, repository)),
        arguments=[_plain(argument) for argument in masked_arguments(started.arguments)],
        execution_count=started.execution_count,
    )
    return info, repository


def _cell() -> tuple[str | None, int | None]:
    """The source and number of the notebook or IPython cell that runs now."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    if shell is None:
        return None, None
    try:
        cells = shell.history_manager.input_hist_raw  # by number; its own count may be that of the next one already
        return str(cells[-1]), len(cells) - 1
    except (AttributeError, IndexError, TypeError):
        return None, None


def _notebook() -> str:
    """The path of the notebook where the front end tells it."""
    names = vars(sys.modules["__main__"]) if "__main__" in sys.modules else {}
    told = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    return str(told) if str(told).endswith(".ipynb") else ""


def _inside(path: str, repository: _repository.Repository | None) -> str:
    """A path relative to the repository; empty for one outside."""
    if repository is None or not os.path.isabs(path):
        return ""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(repository.root))
    return "" if relative == os.pardir or relative.startswith(os.pardir + os.sep) else relative


def _digest(started: Launch) -> str | None:
    if started.cell is not None:
        return _core.digest_bytes("code", started.cell.encode("utf-8", "surrogatepass"))
    if not os.path.isfile(started.script):
        return None
    try:
        with open(started.script, "rb") as file:
            text = file.read(_MOST_TEXT + 1)
    except OSError:
        return None
    return _core.digest_bytes("code", text) if len(text) <= _MOST_TEXT else None


def _plain(text: str) -> str:
    """Text that UTF-8 can hold: names of files may be any bytes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
