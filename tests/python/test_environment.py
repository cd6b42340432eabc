"""The program and the environment of a run: what is found out, when, and that nothing is disturbed by it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

import mltrack
from mltrack import _code, _environment, _repository, _tracker, errors

SCRIPT = """
import mltrack
with mltrack.start_run("p") as run:
    pass
print(run.uid)
"""


def git(folder: Path, *command: str) -> str:
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *command], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a committed script in a folder of it, and a remote whose address holds a password."""
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "src" / "train.py").write_text(SCRIPT)
    (root / "notes.txt").write_text("one\n")
    git(root, "init")
    git(root, "remote", "add", "origin", "https://ann:hunter2@example.org/project.git")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    return root


def details_of(uid: str) -> mltrack.Details:
    """Everything about a run of the default store, as another process left it."""
    return mltrack.query().details(uid.split()[-1])


def run_of(script: Path, *arguments: str, folder: Path | None = None, **environment: str) -> mltrack.Details:
    """The details of the run that a script makes."""
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder or script.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return details_of(done.stdout)


def test_a_script_in_a_repository(repository):
    script = repository / "src" / "train.py"
    details = run_of(script, "--epochs", "3", "--token", "abc", folder=repository)
    code = details.code
    assert code.script == "src/train.py"
    assert code.folder == "."
    assert code.vcs == git(repository, "rev-parse", "HEAD")
    assert code.branch == "main"
    assert code.dirty is False
    assert code.remote == "https://***@example.org/project.git"
    assert code.arguments == [str(script), "--epochs", "3", "--token", "***"]
    assert code.digest == mltrack._core.digest_bytes("code", SCRIPT.encode())
    assert code.diff is None
    assert code.execution_count is None


def test_what_is_changed_makes_a_repository_dirty(repository):
    script = repository / "src" / "train.py"
    (repository / "untracked.txt").write_text("as any output\n")
    assert run_of(script).code.dirty is False
    (repository / "notes.txt").write_text("two\n")
    assert run_of(script).code.dirty is True


def test_a_script_that_is_not_under_version_control_makes_it_dirty(repository):
    fresh = repository / "fresh.py"
    fresh.write_text(SCRIPT)
    (repository / ".git" / "info" / "exclude").write_text("fresh.py\n")
    code = run_of(fresh).code
    assert (code.script, code.dirty) == ("fresh.py", True)


def test_the_difference_is_kept_on_request(repository):
    script = repository / "src" / "train.py"
    script.write_text(SCRIPT.replace('start_run("p")', 'start_run("p", diff=True)'))
    code = run_of(script).code
    assert code.dirty is True
    kept = mltrack.open().read_object(code.diff)
    assert b"+with mltrack.start_run(" in kept
    subprocess.run(["git", "apply", "--reverse", "--check"], cwd=repository, input=kept, check=True)


def test_a_worktree_packed_references_and_a_detached_head(repository, tmp_path):
    git(repository, "branch", "topic/one")
    git(repository, "worktree", "add", str(tmp_path / "other"), "topic/one")
    git(repository, "pack-refs", "--all")
    revision = git(repository, "rev-parse", "HEAD")
    other = _repository.around(str(tmp_path / "other" / "src"))
    assert other.head() == (revision, "topic/one")
    assert other.remote() == "https://ann:hunter2@example.org/project.git"
    git(repository, "checkout", "--detach")
    assert _repository.around(str(repository)).head() == (revision, "")


def test_a_repository_without_a_commit_or_with_rubbish_in_it(tmp_path):
    git(tmp_path, "init", "empty")
    empty = _repository.around(str(tmp_path / "empty"))
    assert empty.head() == ("", "main") or empty.head() == ("", "master")
    assert empty.remote() == ""
    (tmp_path / "empty" / ".git" / "HEAD").write_bytes(b"\xff\xfe ref: ../../../etc/passwd\n")
    assert empty.head() == ("", "")
    (tmp_path / "empty" / ".git" / "HEAD").write_text("ref: ../notes\n")
    (tmp_path / "empty" / "notes").write_text("no revision\n")
    assert empty.head()[0] == ""


def test_without_git_the_files_still_tell(repository, tmp_path):
    (tmp_path / "bin").mkdir()
    code = run_of(repository / "src" / "train.py", PATH=str(tmp_path / "bin")).code
    assert code.vcs == git(repository, "rev-parse", "HEAD")
    assert code.dirty is None


def test_outside_of_any_repository(tmp_path):
    script = tmp_path / "alone.py"
    script.write_text(SCRIPT)
    code = run_of(script).code
    assert (code.script, code.vcs, code.branch, code.dirty, code.folder) == ("alone.py", None, None, None, None)
    assert code.digest is not None


def test_a_git_that_hangs_delays_the_end_by_two_seconds_at_most(repository, tmp_path):
    (tmp_path / "bin").mkdir()
    slow = tmp_path / "bin" / "git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    timed = SCRIPT.replace("import mltrack", "import time, mltrack\nbegin = time.monotonic()")
    script = repository / "src" / "train.py"
    script.write_text(timed.replace("print(run.uid)", "print(time.monotonic() - begin, run.uid)"))
    begin = time.monotonic()
    details = run_of(script, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert time.monotonic() - begin < 10
    assert details.node.status == "finished"
    assert details.code is None


def test_a_notebook_cell(python):
    program = """
import os
from IPython.core.interactiveshell import InteractiveShell
os.environ["JPY_SESSION_NAME"] = "/home/ann/penguins.ipynb"
shell = InteractiveShell.instance()
shell.run_cell("import mltrack", store_history=True)
shell.run_cell("run = mltrack.start_run('p')", store_history=True)
shell.run_cell("run.finish(); print(run.uid)", store_history=True)
"""
    code = details_of(python(program).stdout).code
    assert code.execution_count == 2
    assert code.script == "penguins.ipynb"
    assert code.digest == mltrack._core.digest_bytes("code", b"run = mltrack.start_run('p')")


def test_packages_are_those_imported_by_the_end(python):
    program = """
import mltrack
with mltrack.start_run("p") as run:
    import sklearn, dateutil
print(run.uid)
"""
    import importlib.metadata

    packages = details_of(python(program).stdout).environment.packages
    for name in ("scikit-learn", "numpy", "scipy", "python-dateutil"):
        assert packages[name] == importlib.metadata.version(name)
    assert packages["mltrack-lineage"] == mltrack.__version__
    assert not {"pytest", "ipython", "pip"} & packages.keys()


def test_every_imported_package_has_the_version_that_python_knows():
    import importlib.metadata

    import pandas
    import sklearn

    assert pandas.__version__ and sklearn.__version__
    known = importlib.metadata.packages_distributions()
    expected = set()
    for name in _environment.imported():
        for distribution in set(known.get(name, [])):
            expected.add((distribution, importlib.metadata.version(distribution)))
    found = set(_environment.packages(_environment.imported()))
    assert all(importlib.metadata.version(name) == version for name, version in found)
    assert found <= expected or sys.version_info < (3, 11)  # where Python knows fewer of them than we do
    assert len(found) > 5
    missing = {name for name, _ in expected - found}
    assert missing <= {name for names in known.values() if len(set(names)) > 1 for name in names}


def test_the_machine_and_the_variables(run, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("VIRTUAL_ENV", "/home/ann/venvs/penguins")
    monkeypatch.setenv("TZ", "https://ann:hunter2@host")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "abc")
    run.finish()
    found = mltrack.query().details(run).environment
    assert found.language == f"CPython {sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
    assert found.machine == os.uname().machine
    assert os.uname().release in found.os
    assert found.cores == os.cpu_count()
    assert found.memory_bytes == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert found.variables["OMP_NUM_THREADS"] == "2"
    assert found.variables["VIRTUAL_ENV"] == "penguins"
    assert found.variables["TZ"] == "https://***@host"
    assert set(found.variables) <= set(_environment.VARIABLES)


def test_equal_environments_are_one_row_and_differences_are_compared(store, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with mltrack.start_run("p") as first:
        pass
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    with mltrack.start_run("p") as second:
        pass
    found = {(one.what, one.name): (one.a, one.b) for one in mltrack.query().compare(first, second)}
    assert found == {("variable", "OMP_NUM_THREADS"): ("1", "2")}


def test_a_run_that_was_killed_has_less_and_reads_as_lost(python):
    program = """
import os, signal, mltrack
run = mltrack.start_run("p")
print(run.uid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = python(program, check=False)
    assert done.returncode == -signal.SIGKILL
    details = mltrack.query().details(done.stdout.strip())
    assert details.node.status == "lost"
    assert details.environment is None


def test_a_child_that_was_forked_meanwhile_goes_its_own_way(python):
    program = """
import os, sys, mltrack
run = mltrack.start_run("p")
child = os.fork()
if child == 0:
    with mltrack.start_run("child") as own:
        pass
    print(own.uid, flush=True)
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
run.finish()
print(run.uid)
"""
    uids = python(program).stdout.split()
    for uid in uids:
        details = mltrack.query().details(uid)
        assert details.node.status == "finished"
        assert details.code is not None
        assert details.environment is not None
    assert len(uids) == 2


def test_no_thread_stays(store):
    before = threading.active_count()
    with mltrack.start_run("p"):
        deadline = time.monotonic() + 10
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() == before
    assert threading.active_count() == before


def test_the_process_own_run_has_them_too(python):
    program = """
import sys, mltrack
from sklearn.naive_bayes import GaussianNB
GaussianNB().fit_sync([[0.0], [1.0]], [0, 1])
print(mltrack.active_run().uid)
"""
    details = details_of(python(program).stdout)
    assert details.node.status == "finished"
    assert "scikit-learn" in details.environment.packages
    assert details.code.arguments == ["-c"]


def test_a_run_that_was_attached_to_keeps_what_it_was_started_with(store):
    run = mltrack.start_run("p")
    run.detach()
    again = run.tracker.attach(run.uid)
    again.finish()
    details = mltrack.query().details(run.uid)
    assert details.node.status == "finished"
    assert details.code is not None
    assert details.environment is not None


def test_a_failure_of_gathering_is_one_warning_and_no_harm(store, monkeypatch):
    def broken():
        raise OSError("no environment today")

    monkeypatch.setattr(_environment, "environment", broken)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with mltrack.start_run("p") as run:
            pass
    assert [str(one.message).count("no environment today") for one in caught] == [1]
    details = mltrack.query().details(run)
    assert details.node.status == "finished"
    assert details.environment is None
    assert details.code is not None
    strict = mltrack.start_run("p", strict=True)
    with pytest.raises(OSError, match="no environment today"):
        strict.finish()
    assert mltrack.query().node(strict).status == "finished"


def test_a_locked_store_delays_nobody(store, monkeypatch):
    """Another writer holds the store while the program is to be recorded: that waits, the user's work does not."""
    mltrack.open().close()
    other = sqlite3.connect(store, isolation_level=None, check_same_thread=False)
    locked = threading.Event()
    real = _code.code_of

    def locking(started):
        found = real(started)
        other.execute("BEGIN IMMEDIATE")
        locked.set()
        return found

    monkeypatch.setattr(_code, "code_of", locking)
    run = mltrack.start_run("p")
    assert locked.wait(10)
    begin = time.monotonic()
    with pytest.raises(errors.BusyError):
        run.begin_fit("Stub", wait_ms=1)
    assert time.monotonic() - begin < 2
    other.execute("ROLLBACK")
    run.finish()
    assert mltrack.query().details(run).code is not None
    other.close()


def test_switched_off_nothing_is_gathered(python):
    program = """
import threading, mltrack
with mltrack.start_run("p", diff=True):
    assert threading.active_count() == 1
import sys
assert "mltrack._gathering" not in sys.modules
"""
    python(program, MLTRACK_DISABLE="1")
    assert not Path(_tracker._core.Tracker.default_path()).exists()


def test_starting_a_run_does_not_wait_for_what_is_gathered(repository, monkeypatch):
    monkeypatch.chdir(repository)
    returned, in_time, real = threading.Event(), [], _code.code_of

    def late(started):
        in_time.append(returned.wait(10))
        return real(started)

    monkeypatch.setattr(_code, "code_of", late)
    run = mltrack.start_run("p")
    returned.set()
    run.finish()
    assert in_time == [True]
    assert mltrack.query().details(run).code.vcs
