"""A sample of scikit-learn's own tests fares the same with autolog on as without. `make test-sklearn` runs them all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMPARE = Path(__file__).parent.parent / "sklearn_suite" / "compare.py"


def test_a_sample_fares_the_same() -> None:
    done = subprocess.run(
        [sys.executable, str(COMPARE), "--sample", "--seconds", "900"],
        capture_output=True, text=True, timeout=1000, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    plain, recorded, told = done.stdout.splitlines()
    assert int(plain.split()[1]) == int(recorded.split()[1]) > 300
    assert told.startswith("0 differences, 0 calls that could not be recorded, ")


def test_differences_are_found(tmp_path: Path) -> None:
    """Tests that fare otherwise, warn otherwise, or are not there while autolog is on."""
    (tmp_path / "test_otherwise.py").write_text(
        "import sys, warnings\n"
        "recorded = 'mltrack' in sys.modules\n"
        "def test_fails(): assert not recorded\n"
        "def test_warns():\n    if recorded: warnings.warn('more')\n"
        "def test_same():\n"
        "    from sklearn.metrics import accuracy_score\n"
        "    assert accuracy_score([0, 1], [0, 1]) == 1\n"
        "if not recorded:\n    def test_absent(): pass\n"
    )
    done = subprocess.run(
        [sys.executable, str(COMPARE), str(tmp_path / "test_otherwise.py")],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    found = [line.partition("::")[2] for line in done.stdout.splitlines() if line.startswith("different:")]
    assert found == [
        "test_absent: passed plainly, absent recorded",
        "test_fails: passed plainly, failed recorded",
        "test_warns: a new warning UserWarning at test_otherwise.py:5",
    ]
    assert "4 tests: 4 passed" in done.stdout and "1 calls recorded" in done.stdout


@pytest.mark.parametrize(
    ("body", "seconds", "said"),
    [("import os; print('last words', flush=True); os.abort()", "300", "was killed by signal 6"),
     ("import time; time.sleep(600)", "3", "was stopped after 3 s (--seconds)")],
)  # fmt: skip
def test_tests_that_end_too_early_are_told(body: str, seconds: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "test_ends.py").write_text(f"def test_ends(): {body}\n")
    done = subprocess.run(
        [sys.executable, str(COMPARE), "--seconds", seconds, str(tmp_path / "test_ends.py")],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"test_ends.py: pytest {said} before it was done:" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("0 differences, ")
