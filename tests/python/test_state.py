"""The digest of a fitted state: what two processes agree on, and what it must not overlook."""

from __future__ import annotations

import json
import pickle
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KernelDensity, KNeighborsClassifier

from mltrack.sklearn.state import state_digest

_EVERY_ESTIMATOR = f"""
import json, sys, warnings
sys.path.insert(0, {str(Path(__file__).parent)!r})
import numpy, estimators
from mltrack.sklearn.state import state_digest
warnings.simplefilter("ignore")
digests = {{}}
for name in sorted(estimators.classes()):
    numpy.random.seed(0)
    fitted = estimators.make(name).fit(*estimators.fitting(name))
    digests[name] = state_digest(fitted)
print(json.dumps(digests))
"""


def test_two_processes_agree_on_every_estimator(python: Callable[..., Any]) -> None:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def digests(seed: str) -> dict[str, str | None]:
        return json.loads(python(_EVERY_ESTIMATOR, PYTHONHASHSEED=seed, **one_thread).stdout)

    with ThreadPoolExecutor() as both:
        first, second = both.map(digests, ("1", "2"))
    assert len(first) > 190
    assert [name for name, digest in first.items() if digest is None] == []
    assert [name for name, digest in first.items() if digest != second[name]] == []


def fitted(rows: int = 150) -> Any:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 3))
    return LogisticRegression().fit(features, (features[:, 0] > 0).astype(int))


def test_pickling_does_not_change_it() -> None:
    features = np.random.default_rng(0).normal(size=(80, 3))
    labels = (features[:, 0] > 0).astype(int)
    for model in (
        fitted(),
        RandomForestClassifier(5, random_state=0).fit(features, labels),
        KNeighborsClassifier(algorithm="kd_tree").fit(features, labels),
        KernelDensity().fit(features),
    ):
        assert state_digest(pickle.loads(pickle.dumps(model))) == state_digest(model)


def test_using_a_model_does_not_change_it() -> None:
    features = np.random.default_rng(0).normal(size=(80, 3))
    density = KernelDensity().fit(features)
    before = state_digest(density)
    density.score_samples(features)
    assert state_digest(density) == before


def test_other_data_change_it() -> None:
    assert state_digest(fitted(150)) != state_digest(fitted(140))
    features = np.random.default_rng(0).normal(size=(80, 3))
    assert state_digest(KernelDensity().fit(features)) != state_digest(KernelDensity().fit(features[:-1]))


def test_one_bit_of_a_coefficient_changes_it() -> None:
    model = fitted()
    before = state_digest(model)
    model.coef_[0, 0] = np.nextafter(model.coef_[0, 0], 10)
    assert state_digest(model) != before


def test_padding_bytes_are_garbage() -> None:
    kind = np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8], "itemsize": 16})
    one, other = (np.full(16 * 4, filler, np.uint8).view(kind) for filler in (0, 255))
    for array in (one, other):
        array["a"], array["b"] = 1, 2.0
    assert one.tobytes() != other.tobytes()
    assert state_digest(one) == state_digest(other)
    other["b"][3] = 2.5
    assert state_digest(one) != state_digest(other)


def masked(hidden: float, mask: list[bool]) -> Any:
    return np.ma.MaskedArray([1.0, hidden], mask=mask)


def looped(value: int) -> list[Any]:
    loop: list[Any] = [value]
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2, "b": 1}),
        ({"x", "y", "z"}, {"z", "y", "x"}, {"x", "y"}),
        (np.asfortranarray(np.eye(3)[:2]), np.eye(3)[:2], np.eye(3)[1:]),
        (np.arange(5, dtype=">i4"), np.arange(5, dtype="<i4"), np.arange(5, dtype="<i8")),
        (np.array(["a", None], dtype=object), np.array(["a", None], dtype=object), np.array(["a", "b"], dtype=object)),
        (masked(5.0, [False, True]), masked(6.0, [False, True]), masked(5.0, [True, False])),
        (sparse.csr_matrix(np.eye(3)), sparse.csr_matrix(np.eye(3)), sparse.csr_matrix(2 * np.eye(3))),
        (np.random.RandomState(1), np.random.RandomState(1), np.random.RandomState(2)),
        (np.random.default_rng(1), np.random.default_rng(1), np.random.default_rng(2)),
        (looped(1), looped(1), looped(2)),
        (2**70, 2**70, 2**70 + 1),
        (0.0, 0.0, -0.0),
        (np.array(1.0), np.array(1.0), 1.0),
        (True, True, 1),
    ],
)  # fmt: skip
def test_values_not_addresses(one: Any, same: Any, other: Any) -> None:
    assert state_digest(one) == state_digest(same)
    assert state_digest(one) != state_digest(other)


def test_functions_are_their_code() -> None:
    def make(factor: int) -> Any:
        return lambda x: x * factor

    assert state_digest(make(2)) == state_digest(make(2))
    assert state_digest(make(2)) != state_digest(make(3))
    assert state_digest(lambda x: x + 1) != state_digest(lambda x: x + 2)


def test_what_cannot_be_walked_has_none() -> None:
    model = fitted()
    model.lock = threading.Lock()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert state_digest(model) is None
        assert state_digest(iter([1])) is not None  # an iterator has a value as long as it can be pickled
        assert state_digest(part for part in (1, 2)) is None
