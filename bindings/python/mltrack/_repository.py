"""A git repository as its files show it. git itself is asked only for what needs the index: is anything changed?

Nothing here raises because a repository is damaged or git is absent: what cannot be found out is None.
"""

from __future__ import annotations

import os
import re
import select
import signal
import time

_REVISION = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_MOST_BYTES = 16 * 1024 * 1024  # of what git answers, and of a file of the repository
_GIT_SECONDS = 10.0
_STATUS_SECONDS = 5.0  # how long an answer serves the runs that start in quick succession
_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # set in hooks, and about another repository

_status: dict[str, tuple[float, bool | None]] = {}


class Repository:
    """The working tree around a path. `git_dir` is its own, `common_dir` what it shares with other worktrees."""

    def __init__(self, root: str, git_dir: str) -> None:
        self.root = root
        self.git_dir = git_dir
        shared = (_read(os.path.join(git_dir, "commondir")) or "").strip()
        self.common_dir = os.path.normpath(os.path.join(git_dir, shared)) if shared else git_dir

    def head(self) -> tuple[str, str]:
        """The revision and the branch that are checked out; empty where there is none."""
        head = (_read(os.path.join(self.git_dir, "HEAD")) or "").strip()
        if not head.startswith("ref: "):
            return (head if re.fullmatch(_REVISION, head) else ""), ""
        name = head.removeprefix("ref: ").strip()
        if name.endswith("/.invalid"):  # references lie in a table that only git reads
            name = _text(self._ask("symbolic-ref", "HEAD"))
            return _text(self._ask("rev-parse", "HEAD")), name.removeprefix("refs/heads/")
        return self._revision(name), name.removeprefix("refs/heads/")

    def remote(self) -> str:
        """The address of the remote named origin, else of the first one; empty without any."""
        addresses: dict[str, str] = {}
        section = ""
        for line in (_read(os.path.join(self.common_dir, "config")) or "").splitlines():
            heading = re.match(r'\s*\[\s*remote\s+"([^"]*)"', line)
            if heading:
                section = heading[1]
            elif line.lstrip().startswith("["):
                section = ""
            address = re.match(r"\s*url\s*=\s*(.*\S)", line)
            if section and address:
                addresses.setdefault(section, address[1].strip('"'))
        return addresses.get("origin") or next(iter(addresses.values()), "")

    def dirty(self, script: str) -> bool | None:
        """True when files under version control differ from the revision, or when the script is not under it. None
        when git is absent or too slow. The answer is kept for a few seconds."""
        known = _status.get(self.root)
        if known is None or time.monotonic() - known[0] > _STATUS_SECONDS:
            changes = self._ask("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=none")
            known = (time.monotonic(), None if changes is None else bool(changes.strip()))
            _status[self.root] = known
        if known[1] is not False or not script:
            return known[1]
        return self._ask("ls-files", "--error-unmatch", "--", script) is None

    def diff(self) -> bytes:
        """What differs between the files and the revision, as `git apply` takes it; untracked files are not in it."""
        return self._ask("diff", "HEAD", "--binary", "--no-ext-diff", "--no-textconv", "--no-color") or b""

    def _revision(self, name: str) -> str:
        for folder in (self.git_dir, self.common_dir):
            loose = (_read(os.path.join(folder, name)) or "").strip()
            if re.fullmatch(_REVISION, loose):
                return loose
        packed = _read(os.path.join(self.common_dir, "packed-refs")) or ""
        found = re.search(rf"^([0-9a-f]+) {re.escape(name)}$", packed, re.MULTILINE)
        return found[1] if found and re.fullmatch(_REVISION, found[1]) else ""

    def _ask(self, *question: str) -> bytes | None:
        """git's answer, or None where it failed. It writes nothing, and starts no monitor that a repository names."""
        return _answer(["git", "-C", self.root, "-c", "core.fsmonitor=false", *question])


def around(path: str) -> Repository | None:
    """The repository that a file or folder lies in."""
    folder = os.path.abspath(path)
    while True:
        entry = os.path.join(folder, ".git")
        if os.path.isfile(os.path.join(entry, "HEAD")):
            return Repository(folder, entry)
        link = _read(entry) or ""
        if link.startswith("gitdir: "):  # of a worktree or a submodule
            git_dir = os.path.normpath(os.path.join(folder, link.removeprefix("gitdir: ").strip()))
            return Repository(folder, git_dir)
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return None


def _text(answer: bytes | None) -> str:
    return (answer or b"").decode("utf-8", "surrogateescape").strip()


def _answer(command: list[str]) -> bytes | None:
    """What a program prints, or None when it cannot be run, fails, or takes too long.

    Not by the subprocess module: importing that takes longer than a run may take to start, and an import in a thread
    would be stuck in a child that is forked meanwhile.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    reading, writing = os.pipe()
    try:
        try:
            actions = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, writing, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ]
            child = os.posix_spawnp(command[0], command, environment, file_actions=actions)
        finally:
            os.close(writing)
        output = _all_of(reading, time.monotonic() + _GIT_SECONDS)
        if output is None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return output if os.waitstatus_to_exitcode(status) == 0 else None
    except OSError:
        return None
    finally:
        os.close(reading)


def _all_of(pipe: int, deadline: float) -> bytes | None:
    """Everything that comes out of a pipe; None when there is no end to it in time or in size."""
    output = bytearray()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while len(output) <= _MOST_BYTES:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return bytes(output)
        output += piece
    return None
