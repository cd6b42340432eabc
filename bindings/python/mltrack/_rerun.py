"""Running a recorded program or a function again, into a run that says what it verifies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mltrack import _core, _repository
from mltrack._answers import CodeInfo, Details, Node
from mltrack._secrets import MASK
from mltrack._tracker import VERIFIES, VERIFIES_TAG, Tracker, open_store
from mltrack.errors import InvalidArgumentError, NotFoundError, WrongStateError


class Program(NamedTuple):
    """What to start, and where."""

    path: str
    folder: str
    arguments: tuple[str, ...]
    changed: bool  # its text is not the recorded one


def find_program(
    details: Details, script: str | None = None, arguments: Sequence[str] | None = None, allow_changed: bool = False
) -> Program:
    """The program of a recorded run, looked for below the repository around the working directory and below that.

    Raises NotFoundError where it is not there, and InvalidArgumentError where its text is another one, unless that is
    allowed, or where its arguments hold secrets, which are not stored.
    """
    code = details.code
    ref = details.node.ref
    if code is None or not (code.digest or code.script):
        raise NotFoundError(f"the program of run {ref} was not recorded; pass a function that does its work")
    if code.execution_count is not None:
        raise NotFoundError(f"run {ref} was made in a notebook; pass a function that does its work")
    given = tuple(code.arguments[1:]) if arguments is None else tuple(arguments)
    if arguments is None and any(MASK in argument for argument in given):
        raise InvalidArgumentError(
            f"the arguments of run {ref} held secrets, which are not stored: {' '.join(given)}; give all arguments "
            f"anew, behind -- on the command line"
        )
    paths = [os.path.abspath(script)] if script else _candidates(code)
    there = [path for path in dict.fromkeys(paths) if os.path.isfile(path)]
    if not there:
        looked = ", ".join(dict.fromkeys(paths))
        raise NotFoundError(f"the program of run {ref} is not there; looked for {looked}; name it with script")
    same = [path for path in there if _digest(path) == code.digest]
    if not same and not allow_changed:
        raise InvalidArgumentError(
            f"the text of {there[0]} is not the one that run {ref} recorded; check out "
            f"{(code.vcs or 'that version')[:12]}, or allow a changed program (--allow-changed)"
        )
    path = (same or there)[0]
    return Program(path, _folder(code, path), given, not same)


def run_program(program: Program, recorded: Node, store: str, python: str = sys.executable) -> tuple[int, str]:
    """Runs a program as it was run; gives its exit code and what it wrote to standard error. A program that does not
    mention mltrack was recorded by `python -m mltrack`, and is again."""
    with open(program.path, "rb") as file:
        plain = b"mltrack" not in file.read()
    words = [python, *(("-m", "mltrack") if plain else ()), program.path, *program.arguments]
    environment = {**os.environ, "MLTRACK_STORE": store, VERIFIES: str(recorded.run)}
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), package)))
    done = subprocess.run(
        words, cwd=program.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    return done.returncode, done.stderr.decode("utf-8", "replace")


def run_function(function: Callable[[], Any], recorded: Node, store: str) -> str:
    """Calls a function inside a run of the same experiment and gives that run's uid. What it raises fails the run
    and is raised."""
    tracker = open_store(store)
    with tracker.start_run(
        recorded.project or "default", recorded.experiment, tags={VERIFIES_TAG: str(recorded.run)}
    ) as run:
        function()
    return run.uid


def reruns(tracker: Tracker, uid: str) -> list[Node]:
    """The runs that verify a run, the earliest first."""
    return list(tracker.query().runs(where=f"tags.{VERIFIES_TAG} = '{uid}'", order_by="started", limit=0))


def _candidates(code: CodeInfo) -> list[str]:
    here = os.getcwd()
    named = code.arguments[0] if code.arguments else ""
    paths = [named] if os.path.isabs(named) else []
    repository = _repository.around(here)
    if repository is not None and code.script:
        paths.append(os.path.join(repository.root, code.script))
    if named and not os.path.isabs(named):
        paths.append(os.path.join(here, named))
    if code.script:
        paths += [os.path.join(here, code.script), os.path.join(here, os.path.basename(code.script))]
    return [os.path.normpath(path) for path in paths]


def _folder(code: CodeInfo, path: str) -> str:
    """Where the program ran, relative to its repository; without one, the working directory."""
    repository = _repository.around(os.path.dirname(path))
    if repository is None or not code.vcs:
        return os.getcwd()
    folder = os.path.join(repository.root, code.folder or "")
    return folder if os.path.isdir(folder) else os.getcwd()


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return _core.digest_bytes("code", file.read())


def newest(tracker: Tracker, recorded: Node, before: set[str]) -> Node:
    """The run that a program made when it ran again. Of several in the same experiment, the one of the same name, else
    the first."""
    made = [run for run in reruns(tracker, str(recorded.run)) if str(run.run) not in before]
    same = [run for run in made if (run.project, run.experiment) == (recorded.project, recorded.experiment)]
    if not same:
        raise WrongStateError(
            f"the program recorded no run in {recorded.project}/{recorded.experiment} when it ran again"
        )
    return next((run for run in same if run.name == recorded.name), same[0])
