"""How runs end, and who may write one."""

from __future__ import annotations

import contextvars
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import mltrack
from mltrack import _context, _guard, _tracker


def status(run):
    return mltrack.query(run.tracker.path).node(run.uid).status


def test_leaving_the_block_finishes(store):
    with mltrack.start_run("p") as run:
        assert status(run) == "running"
    assert run.status == status(run) == "finished"


@pytest.mark.parametrize(
    ("error", "expected"),
    [(ValueError, "failed"), (KeyboardInterrupt, "interrupted"), (SystemExit, "finished"), (None, "finished")],
)
def test_leaving_by_an_exception(store, error, expected):
    run = mltrack.start_run("p")
    if error is None:
        with run:
            pass
    else:
        with pytest.raises(error), run:
            raise error
    assert run.status == status(run) == expected


def test_system_exit_with_an_error_code_fails(store):
    run = mltrack.start_run("p")
    with pytest.raises(SystemExit), run:
        sys.exit(3)
    assert status(run) == "failed"


def test_finish_by_hand(store):
    with mltrack.start_run("p") as run:
        run.finish("failed")
        with pytest.raises(mltrack.Error):
            run.log_param("C", 1)
    assert status(run) == "failed"
    run.finish("failed")


def test_the_active_run_is_the_innermost(store):
    assert mltrack.active_run() is None
    with mltrack.start_run("outer") as outer:
        assert mltrack.active_run() is outer
        with mltrack.start_run("inner") as inner:
            assert mltrack.active_run() is inner
        assert mltrack.active_run() is outer
    assert mltrack.active_run() is None


def test_a_run_without_a_block_is_active_until_it_ends(store):
    run = mltrack.start_run("p")
    assert mltrack.active_run() is run
    run.finish()
    assert mltrack.active_run() is None


def test_a_thread_uses_the_innermost_run_of_the_process(store):
    with mltrack.start_run("outer"), mltrack.start_run("inner") as inner, ThreadPoolExecutor(1) as pool:
        assert pool.submit(mltrack.active_run).result() is inner


def test_a_thread_with_a_run_of_its_own_keeps_it(store):
    ready, go = threading.Event(), threading.Event()
    seen = []

    def work():
        with mltrack.start_run("thread") as own:
            ready.set()
            go.wait(10)
            seen.append(mltrack.active_run() is own)

    with mltrack.start_run("main") as main:
        thread = threading.Thread(target=work)
        thread.start()
        ready.wait(10)
        assert mltrack.active_run() is main
        with mltrack.start_run("newest"):
            go.set()
            thread.join()
    assert seen == [True]


def test_contexts_keep_their_runs(store):
    with mltrack.start_run("p") as run:
        context = contextvars.copy_context()
        with mltrack.start_run("q"):
            assert context.run(mltrack.active_run) is run


def test_the_process_has_a_run_of_its_own(python, store):
    program = """
import mltrack
from mltrack import _context
run = _context.current_run()
assert _context.current_run() is run
print(run.project, run.experiment, run.name)
"""
    assert python(program).stdout == "default default -c\n"
    assert [node.status for node in mltrack.query(store).runs()] == ["finished"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [("", "finished"), ("1/0", "failed"), ("raise KeyboardInterrupt", "interrupted"), ("raise SystemExit", "finished")],
)
def test_runs_left_open_end_with_the_process(python, store, last, expected):
    python(f"import mltrack\nrun = mltrack.start_run('p')\nrun.log_param('C', 1)\n{last}", check=False)
    assert [node.status for node in mltrack.query(store).runs()] == [expected]


def test_a_killed_process_leaves_a_lost_run(store):
    program = (
        "import mltrack, os, signal; mltrack.start_run('p').log_param('C', 1); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    (node,) = mltrack.query(store).runs()
    assert node.status == "lost"
    assert node.params == {"C": 1}


def test_attach_goes_on_with_a_run(python, store):
    run = mltrack.start_run("p")
    run.log_param("a", 1)
    uid = run.uid
    run.detach()
    python(f"import mltrack\nrun = mltrack.open().attach({uid!r})\nrun.log_param('b', 2)\nrun.finish()")
    node = mltrack.query(store).node(uid)
    assert (node.status, node.params) == ("finished", {"a": 1, "b": 2})
    with pytest.raises(mltrack.errors.WrongStateError):
        mltrack.open().attach(uid)
    with pytest.raises(LookupError):
        mltrack.open().attach("0" * 32)


def test_threads_share_a_run(run):
    def work(worker):
        for i in range(50):
            run.log_metric(f"m{worker}", i)
            run.begin("fit", "some.Estimator", {"worker": worker}).end()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    query = run.tracker.query()
    assert all(len(query.points(run, f"m{worker}")) == 50 for worker in range(8))
    assert len(query.calls(limit=0)) == 400


def test_other_threads_run_while_the_store_is_busy(run, store):
    import sqlite3

    blocker = sqlite3.connect(store, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    writer = threading.Thread(target=run.log_metric, args=("m", 1.0))
    writer.start()
    started = time.monotonic()
    for _ in range(100):
        time.sleep(0)
    assert time.monotonic() - started < 5
    assert writer.is_alive()
    blocker.execute("COMMIT")
    blocker.close()
    writer.join(10)
    assert run.node().metrics == {"m": 1.0}


def _write(path, count):
    with mltrack.start_run("workers", store=path) as run:
        for i in range(count):
            run.log_metric("m", i)


def test_processes_write_one_file(store):
    processes = [multiprocessing.get_context("spawn").Process(target=_write, args=(store, 25)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    query = mltrack.query(store)
    assert [len(query.points(node, "m")) for node in query.runs()] == [25] * 4


def _append(path, uid, worker):
    run = mltrack.open(path).attach(uid)
    for i in range(25):
        run.log_metric(f"m{worker}", i)
    run.detach()


def test_processes_write_one_run(run, store):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append, args=(store, run.uid, worker)) for worker in range(3)]
    for process in processes:
        process.start()
    run.log_metric("parent", 1.0)
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert run.status == "running"
    assert {len(run.tracker.query().points(run, f"m{worker}")) for worker in range(3)} == {25}


def in_a_fork(work):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0


def test_a_forked_child_writes_too(run):
    run.log_param("before", 1)
    in_a_fork(lambda: run.log_param("child", 2))
    run.log_param("after", 3)
    assert run.node().params == {"before": 1, "child": 2, "after": 3}


def test_a_forked_child_does_not_end_its_parents_run(run):
    def leave():
        run.__exit__(None, None, None)
        _context._end_of_process()

    in_a_fork(leave)
    assert status(run) == "running"


def test_an_inherited_run_survives_the_childs_ordinary_exit(python, store):
    program = """
import mltrack, os, sys
run = mltrack.start_run("p")
if os.fork() == 0:
    run.log_param("child", 1)
    sys.exit()
os.wait()
run.log_param("parent", 2)
"""
    python(program)
    (node,) = mltrack.query(store).runs()
    assert (node.status, node.params) == ("finished", {"child": 1, "parent": 2})


def test_forks_while_a_thread_starts_the_process_own_run(store, monkeypatch):
    started, go_on = threading.Event(), threading.Event()

    def start_run(*given, **options):
        started.set()
        assert go_on.wait(20)

    monkeypatch.setattr(_tracker, "start_run", start_run)
    thread = threading.Thread(target=_context.current_run)
    thread.start()
    assert started.wait(20)
    try:
        in_a_fork(lambda: (signal.alarm(10), mltrack.active_run()))
    finally:
        go_on.set()
        thread.join()


def test_forks_while_a_thread_counts_a_problem():
    with _guard._lock:
        in_a_fork(lambda: (signal.alarm(10), mltrack.tracking_problems()))


def test_forks_while_threads_write(run):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            run.log_metric("m", 1.0)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for i in range(10):
            in_a_fork(lambda i=i: run.log_param(f"child{i}", i))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert run.node().params == {f"child{i}": i for i in range(10)}
