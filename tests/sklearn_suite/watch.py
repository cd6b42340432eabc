"""A pytest plugin: writes down what became of every test, and can have autolog on meanwhile.

`--verdicts FILE` writes the outcomes and the warnings of every test. `--recorded FOLDER` runs the tests inside a strict
run of a store in that folder with autolog on, and writes down every failure of tracking.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import traceback
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--verdicts", required=True, help="the file to write the outcomes to")
    parser.addoption("--recorded", help="a folder for stores: autolog is on")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Verdicts(Path(config.getoption("--verdicts"))), "verdicts")
    folder = config.getoption("--recorded")
    splits_up = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if folder and not splits_up:
        config.pluginmanager.register(Recorded(Path(folder)), "recorded")


class Verdicts:
    """Outcome and warnings by test. Where pytest-xdist splits the tests up, all come together in one process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._outcomes: dict[str, str] = {}
        self._warnings: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_setup(self) -> None:
        """Tests that draw numbers without a seed of their own draw the same ones every time."""
        random.seed(0)
        np.random.seed(0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = _outcome(report)
        if report.when == "call" or outcome != "passed":
            self._outcomes[report.nodeid] = outcome

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.outcome != "passed":
            self._outcomes[f"collecting {report.nodeid}"] = report.outcome

    def pytest_warning_recorded(self, warning_message: Any, when: str, nodeid: str) -> None:
        if when == "runtest":
            place = f"{os.path.basename(warning_message.filename)}:{warning_message.lineno}"
            self._warnings[nodeid][f"{warning_message.category.__name__} at {place}"] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):
            return
        self._file.write_text(json.dumps({"outcomes": self._outcomes, "warnings": self._warnings}))


def _outcome(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.failed and report.when != "call":
        return f"error in {report.when}"
    return str(report.outcome)


class Recorded:
    """Autolog around all tests. A failure of tracking raises, and is written down in case the test expects errors."""

    def __init__(self, folder: Path) -> None:
        import mltrack
        from mltrack import _guard

        self._problems: Counter[str] = Counter()
        self._file = folder / f"problems-{os.getpid()}.json"
        self._answer = _guard.problem
        _guard.problem = self._problem
        tracker = mltrack.open(folder / f"store-{os.getpid()}.db")
        self._run = tracker.start_run("scikit-learn's tests", strict=True)
        self._autolog = mltrack.autolog()

    def _problem(self, error: Exception, *, strict: bool = False) -> Exception | None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "outside a test").partition(" ")[0]
        where = "".join(traceback.format_exception(error)[-3:])
        self._problems[f"{test}: {where}"] += 1
        return self._answer(error, strict=strict)

    def pytest_sessionfinish(self) -> None:
        self._autolog.__exit__(None, None, None)
        self._run.finish()
        with sqlite3.connect(self._run.tracker.path) as store:
            [calls] = store.execute("SELECT count(*) FROM call").fetchone()
        self._file.write_text(json.dumps({"problems": self._problems, "calls": calls}))
