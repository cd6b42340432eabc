"""Runs scikit-learn's own tests twice, plainly and with autolog on, and compares what became of every test.

Usage: compare.py [--sample] [--seconds N] [--processes N] [--only WORDS] [MODULE ...]

Without modules: those in which estimators and the functions around them are tested, `check_estimator` over every
estimator among them, module by module: what is found is printed as each is done. `--sample`: a few modules, quick
enough for every day. `--seconds`: the most that the tests of one module may take. Exit code 1 when a test fares
differently or gives other warnings, when a call could not be recorded, or tests ended before they were done.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

SAMPLE = [str(HERE / "checks.py"), "sklearn.tests.test_pipeline", "sklearn.compose.tests.test_target"]
WHOLE = [
    "sklearn.tests",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.feature_selection",
    "sklearn.inspection",
    "sklearn.linear_model.tests.test_logistic",
    "sklearn.metrics.tests.test_score_objects",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.utils.tests.test_estimator_checks",
    "sklearn.utils.tests.test_metaestimators",
    "sklearn.utils.tests.test_parallel",
    "sklearn.utils.tests.test_set_output",
    "sklearn.utils.tests.test_validation",
]  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What one run of the tests gave."""

    outcomes: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    calls: int = 0

    def and_of(self, other: Result) -> Result:
        """This and the result of other modules."""
        return Result(
            self.outcomes | other.outcomes, self.warnings | other.warnings, self.problems | other.problems,
            self.calls + other.calls,
        )  # fmt: skip

    def counts(self) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in Counter(self.outcomes.values()).most_common())


class EndedEarly(Exception):
    """The tests were not run to the end."""


def run(modules: list[str], options: list[str], folder: Path, seconds: float, *, recorded: bool) -> Result:
    """Runs the tests of some modules in a process of their own. Raises EndedEarly."""
    verdicts = folder / f"verdicts-{recorded}.json"
    command = [sys.executable, "-m", "pytest", "--pyargs", *modules, "-p", "watch", "--verdicts", str(verdicts)]
    command += ["--quiet", "--tb=short", "-p", "no:cacheprovider", "-c", os.devnull]
    command += ["--rootdir", str(_packages()), *options]
    if recorded:
        command += ["--recorded", str(folder)]
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "MLTRACK_STORE": str(folder / "other.db")}
    # Both runs share the machine: OpenMP threads of more processes than cores wait for each other, spinning.
    environment["OMP_NUM_THREADS"] = "1"
    output = folder / f"output-{recorded}.txt"
    ended = _ended(command, folder, environment, output, seconds)
    if not verdicts.exists():
        raise EndedEarly(f"pytest {ended} before it was done:\n{output.read_text()[-4000:]}")
    told = json.loads(verdicts.read_text())
    problems: Counter[str] = Counter()
    calls = 0
    for file in folder.glob("problems-*.json") if recorded else ():
        one = json.loads(file.read_text())
        problems.update(one["problems"])
        calls += one["calls"]
    return Result(told["outcomes"], told["warnings"], dict(problems), calls)


def _ended(command: list[str], folder: Path, environment: dict[str, str], output: Path, seconds: float) -> str:
    """Runs it, its output goes to a file as it comes. Says how it ended."""
    with output.open("w") as into:
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, stdout=into, stderr=subprocess.STDOUT,
                timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"was stopped after {seconds:.0f} s (--seconds)"
    return f"was killed by signal {-done.returncode}" if done.returncode < 0 else f"ended with {done.returncode}"


def _packages() -> Path:
    """The folder of the installed packages: the names of tests are told from there."""
    found = importlib.util.find_spec("sklearn")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]).parent


def differences(plain: Result, tracked: Result) -> list[str]:
    """What is not the same with autolog on, a line each."""
    found = [
        f"{test}: {before} plainly, {now} recorded"
        for test in sorted(plain.outcomes.keys() | tracked.outcomes.keys())
        if (before := plain.outcomes.get(test, "absent")) != (now := tracked.outcomes.get(test, "absent"))
    ]
    for test in sorted(plain.warnings.keys() | tracked.warnings.keys()):
        before_, now_ = Counter(plain.warnings.get(test, {})), Counter(tracked.warnings.get(test, {}))
        found += [f"{test}: without the warning {text}" for text in (before_ - now_)]
        found += [f"{test}: a new warning {text}" for text in (now_ - before_)]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--seconds", type=float, default=7200)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", metavar="WORDS", help="of these only the tests that pytest -k chooses")
    parser.add_argument("modules", nargs="*")
    return parser.parse_args()


def compare(modules: list[str], options: list[str], seconds: float) -> tuple[Result, Result]:
    """Runs some modules both ways, at the same time."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder, ThreadPoolExecutor() as pool:
        plain, tracked = pool.map(
            lambda recorded: run(modules, options, Path(folder), seconds, recorded=recorded), (False, True)
        )
    return plain, tracked


def main() -> int:
    given = _arguments()
    options = ["-n", str(given.processes)] if given.processes > 1 else []
    options += ["-k", given.only] if given.only else []
    chosen = given.modules or (SAMPLE if given.sample else [])
    began = time.monotonic()
    plain, tracked, early = Result(), Result(), 0
    for modules in [chosen] if chosen else [[module] for module in WHOLE]:
        try:
            one, other = compare(modules, options, given.seconds)
        except EndedEarly as error:
            print(f"not compared: {' '.join(modules)}: {error}", flush=True)
            early += 1
            continue
        plain, tracked = plain.and_of(one), tracked.and_of(other)
        if not chosen:
            print(f"{modules[0]}: {len(one.outcomes)} tests, {other.calls} calls recorded", flush=True)
        for line in differences(one, other):
            print("different:", line, flush=True)
        for problem, times in other.problems.items():
            print(f"not recorded ({times} times): {problem}", flush=True)
    failed = told(plain, tracked, time.monotonic() - began)
    return 1 if failed or early else 0


def told(plain: Result, tracked: Result, seconds: float) -> bool:
    """Prints the sums. True where they are not what they should be."""
    count, failures = len(differences(plain, tracked)), sum(tracked.problems.values())
    print(f"plainly:  {len(plain.outcomes)} tests: {plain.counts()}")
    print(f"recorded: {len(tracked.outcomes)} tests: {tracked.counts()}; {tracked.calls} calls recorded")
    print(f"{count} differences, {failures} calls that could not be recorded, {seconds / 60:.1f} minutes")
    return bool(count or failures or not tracked.calls)


if __name__ == "__main__":
    sys.exit(main())
