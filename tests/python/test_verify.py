"""A recorded program is run again and gives the same, or what differs is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import mltrack
from mltrack import _verification

SCRIPT = """
import sys
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
seed = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else None
model = RandomForestClassifier(n_estimators=5, random_state=seed).fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def record(store: Path, folder: Path, text: str, *arguments: str, plain: bool = True) -> str:
    """Runs a script, through `python -m mltrack` if it is a plain one, and gives the reference of its run."""
    (folder / "train.py").write_text(text)
    words = [sys.executable, *(("-m", "mltrack") if plain else ()), "train.py", *arguments]
    environment = {**os.environ, "MLTRACK_STORE": os.fspath(store), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(words, cwd=folder, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return mltrack.query(store).runs()[0].ref


def program(store: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `mltrack verify` says."""
    return subprocess.run(
        ["mltrack", "verify", *words],
        cwd=folder,
        env={**os.environ, "MLTRACK_STORE": os.fspath(store), "MLTRACK_PYTHON": sys.executable,
             "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip


NOT_A_NUMBER = """
import numpy as np
from sklearn.impute import SimpleImputer
SimpleImputer(missing_values=np.nan).fit_transform(np.array([[1.5, np.nan], [2.5, 7.0], [np.nan, 3.25]]))
"""


def test_a_parameter_that_is_no_number_is_the_same_again(store: Path, here: Path) -> None:
    done = program(store, here, record(store, here, NOT_A_NUMBER))
    assert done.returncode == 0, done.stdout


def test_a_reader_that_has_seen_enough_is_no_error(store: Path, here: Path) -> None:
    ref = record(store, here, NOT_A_NUMBER)
    command = f"mltrack verify {ref} --store {store} | true"
    environment = {**os.environ, "MLTRACK_PYTHON": sys.executable, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, shell=True, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert "BrokenPipe" not in done.stderr


def test_a_plain_script_gives_the_same(store: Path, here: Path) -> None:
    ref = record(store, here, SCRIPT, "7")
    done = program(store, here, ref)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"same: {ref} and ")
    again = mltrack.query(store).runs(where="tags.verifies = '" + str(mltrack.query(store).node(ref).run) + "'")
    assert len(again) == 1
    assert again[0].status == "finished"

    (here / "train.py").write_text(SCRIPT.replace("n_estimators=5", "n_estimators=6"))
    refused = program(store, here, ref)
    assert refused.returncode == 2
    assert "is not the one that run" in refused.stderr
    other = program(store, here, ref, "--allow-changed", "--format", "json")
    assert other.returncode == 1, other.stderr
    found = json.loads(other.stdout)
    assert not found["same"]
    assert found["explanation"]["causes"][0]["name"] == "n_estimators"
    assert found["checked"][0]["what"] == "params"
    assert any("is not the recorded one" in note for note in found["notes"])


def test_without_a_seed_the_first_call_that_differs_is_named(store: Path, here: Path) -> None:
    ref = record(store, here, SCRIPT)
    done = program(store, here, ref)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "first difference: " in done.stdout
    assert "RandomForestClassifier at train.py:10" in done.stdout.replace(f"{here}{os.sep}", "")
    assert "1. seed: " in done.stdout
    given = program(store, here, ref, "--", "3")  # other arguments
    assert given.returncode == 1
    assert "other parameters: random_state" in given.stdout


def test_a_script_that_starts_its_run_itself(store: Path, here: Path) -> None:
    text = "import mltrack\nmltrack.autolog()\nwith mltrack.start_run('wine', 'own'):\n" + "".join(
        f"    {line}\n" for line in SCRIPT.splitlines()
    )
    ref = record(store, here, text, "7", plain=False)
    found = mltrack.verify(ref)
    assert found
    assert found.first is None
    assert found.rerun.experiment == "own"
    assert found.calls >= 4
    assert found.counts()["equal"] >= 6
    assert found.counts()["differs"] == 0


def test_what_cannot_be_run_says_why(store: Path, here: Path) -> None:
    secret = record(store, here, SCRIPT, "--api-key=abcdef0123456789abcdef")
    done = program(store, here, secret)
    assert done.returncode == 2
    assert "held secrets" in done.stderr
    assert "--api-key=***" in done.stderr
    (here / "train.py").unlink()
    missing = program(store, here, secret, "--", "7")
    assert missing.returncode == 2
    assert "is not there; looked for" in missing.stderr
    assert program(store, here, "no-such-run").returncode == 2
    assert program(store, here, secret, "--rtol", "much").returncode == 2
    with pytest.raises(mltrack.Error, match="expected a run"):
        mltrack.verify("default/default")
    with pytest.raises(mltrack.Error, match="no tolerance"):
        mltrack.verify(secret, rtol=-1)


class Noisy(StandardScaler):  # type: ignore[misc]
    """Its results depend on something that is not recorded."""

    noise = 1.0

    def transform(self, X: np.ndarray, copy: bool | None = None) -> np.ndarray:
        scaled: np.ndarray = super().transform(X, copy=copy) * Noisy.noise
        return scaled


def fit(noise: float = 1.0, C: float = 1.0, scale: float = 1.0) -> None:
    Noisy.noise = noise
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X * scale, y, random_state=0)
    scaler = Noisy().fit(X_train)
    model = LogisticRegression(C=C, max_iter=500).fit(scaler.transform(X_train), y_train)
    model.score(scaler.transform(X_test), y_test)


def test_a_function(store: Path) -> None:
    with mltrack.autolog():
        with mltrack.start_run("wine", "function") as run:
            fit()
        same = mltrack.verify(run, fit)
        assert same
        assert (same.recorded.run, same.rerun.tags["verifies"]) == (run.uid, run.uid)
        other = mltrack.verify(run, lambda: fit(C=2.0))
        assert not other
        assert other.first is not None
        assert (other.first.call.op, other.first.what) == ("fit", "params")
        shorter = mltrack.verify(run, lambda: None)
        assert not shorter
        assert "only the recorded run" in shorter.first.text if shorter.first else False
        with pytest.raises(ZeroDivisionError):
            mltrack.verify(run, lambda: 1 // 0)


def test_numbers_within_a_tolerance(store: Path) -> None:
    """A tiny difference in a result: floats of tables cannot be checked, numbers that came from them can."""
    with mltrack.autolog():
        with mltrack.start_run("wine", "function") as run:
            fit()
        tiny = lambda: fit(noise=1 + 1e-12)  # noqa: E731
        assert not mltrack.verify(run, tiny)
        close = mltrack.verify(run, tiny, rtol=1e-6)
        assert close, close
        assert close.counts()["close"] > 0
        assert {one.outcome for one in close.unchecked} == {"unchecked"}
        assert all("not kept" in one.text for one in close.unchecked)
        assert not mltrack.verify(run, lambda: fit(noise=1.5), rtol=1e-6)
        data = mltrack.verify(run, lambda: fit(scale=1.5), rtol=1e-6)  # which the scaler takes out again
        assert data.first is not None
        assert "from outside of recorded calls" in data.first.text


def test_a_table_that_no_number_vouches_for_differs(store: Path) -> None:
    def scale(noise: float = 1.0) -> None:
        Noisy.noise = noise
        X = np.arange(40.0).reshape(20, 2) ** 2
        Noisy().fit(X).transform(X)

    with mltrack.autolog():
        with mltrack.start_run("line", "scaled") as run:
            scale()
        assert mltrack.verify(run, scale, rtol=1e-9)
        found = mltrack.verify(run, lambda: scale(1 + 1e-9), rtol=1e-3)
        assert not found
        assert found.first is not None
        assert "no number came from it" in found.first.text


def test_close_is_relative() -> None:
    comparison = object.__new__(_verification.Comparison)
    comparison._rtol = 1e-3
    assert comparison._numbers(1000.0, 1000.5) == "close"
    assert comparison._numbers(1000.0, 1002.0) == "differs"
    assert comparison._numbers(float("nan"), float("nan")) == "equal"
    assert comparison._numbers([[1.0, 2.0]], [[1.0, 2.0001]]) == "close"
    assert comparison._numbers([1.0], [1.0, 2.0]) == "differs"
    assert comparison._numbers(3, 4) == "differs"
