"""Rows of equal values have equal hashes, whatever holds them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from mltrack._digest import row_hashes

MATRIX = np.random.default_rng(0).integers(-50, 50, size=(500, 7)).astype("f8")
LETTERS = list("abcdefg")


@pytest.mark.parametrize(
    "same",
    [
        MATRIX.astype("i8"),
        MATRIX.astype("i1"),
        MATRIX.astype("f4"),
        MATRIX.astype(">f8"),
        MATRIX.astype(object),
        np.asfortranarray(MATRIX),
        np.repeat(np.repeat(MATRIX, 2, 0), 3, 1)[::2, ::3],
        np.ma.MaskedArray(MATRIX),
        MATRIX.tolist(),
        pd.DataFrame(MATRIX, columns=LETTERS),
        pd.DataFrame({name: MATRIX[:, i] for i, name in enumerate(LETTERS)}),
        pd.DataFrame(MATRIX).astype({0: "int8", 3: "Int64", 5: "float32"}),
    ],
    ids=lambda obj: f"{type(obj).__name__}-{getattr(obj, 'dtype', '')}",
)
def test_one_matrix_in_many_containers(same):
    found = row_hashes(same)
    assert found.dtype == np.uint64
    assert np.array_equal(found, row_hashes(MATRIX))


def test_a_part_of_the_rows_has_their_hashes():
    whole = row_hashes(MATRIX)
    picked = np.array([3, 3, 499, 0])
    assert np.array_equal(row_hashes(MATRIX[picked]), whole[picked])
    assert np.array_equal(row_hashes(MATRIX[::-1]), whole[::-1])


def test_rows_differ_when_a_value_or_its_place_differs():
    assert len(np.unique(row_hashes(MATRIX))) == len(np.unique(MATRIX, axis=0)) == 500
    assert not np.any(row_hashes(MATRIX) == row_hashes(MATRIX[:, ::-1]))
    assert not np.any(row_hashes(MATRIX) == row_hashes(MATRIX[:, :6]))
    assert len(np.unique(row_hashes(np.eye(300)))) == 300
    assert len(np.unique(row_hashes(np.arange(100_000)))) == 100_000


def test_a_million_small_rows_do_not_collide():
    digits = np.indices((10,) * 6, dtype="u1").reshape(6, -1).T
    assert len(np.unique(row_hashes(digits))) == 10**6


def test_zeros_and_missing_values_agree():
    one, two = row_hashes([[0.0, 1.0], [-0.0, 1.0]])
    assert one == two
    hashes = [
        row_hashes(frame)[0]
        for frame in (
            [[None, 1]],
            [[float("nan"), 1]],
            np.array([[np.nan, 1]]),
            pd.DataFrame({"a": pd.array([None], dtype="Int64"), "b": [1]}),
            pd.DataFrame({"a": pd.Series([None], dtype="string"), "b": [1]}),
            pd.DataFrame({"a": [pd.NaT], "b": [1]}),
            np.ma.MaskedArray([[5, 1]], mask=[[True, False]]),
        )
    ]
    assert len(set(hashes)) == 1


def test_mixed_frames():
    frame = pd.DataFrame(
        {
            "text": ["a", None, "a"],
            "kind": pd.Categorical(["x", "y", "x"]),
            "when": pd.to_datetime(["2024-01-01", None, "2024-01-01"]),
            "count": [2**60 + 1, 5, 2**60 + 1],
        }
    )
    found = row_hashes(frame)
    assert found[0] == found[2] != found[1]
    assert np.array_equal(found, row_hashes(frame.to_numpy()))
    assert np.array_equal(found, row_hashes(frame.astype({"kind": object, "count": "uint64"})))
    assert row_hashes(frame.assign(count=2**60))[0] != found[0]
    assert row_hashes(frame.assign(when=datetime.datetime(2024, 1, 2)))[0] != found[0]


def test_a_text_is_not_its_number():
    assert row_hashes(["1"])[0] != row_hashes([1])[0]
    assert row_hashes([b"a"])[0] != row_hashes(["a"])[0]


def test_complex_and_huge_numbers():
    assert row_hashes(np.array([1 + 2j], dtype="F"))[0] == row_hashes(np.array([1 + 2j], dtype="D"))[0]
    assert row_hashes([2**70 + 1])[0] == row_hashes(np.array([2**70 + 1], dtype=object))[0] != row_hashes([2**70])[0]
    assert row_hashes(np.array([2**63 + 1], dtype="u8"))[0] == row_hashes([2**63 + 1])[0]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_no_rows_or_no_columns(shape):
    assert len(row_hashes(np.zeros(shape))) == shape[0]


def test_what_cannot_be_digested_has_none():
    assert row_hashes(object()) is None
    assert row_hashes([[1, 2], [3]]) is None


def test_large_data_does_not_depend_on_its_order_in_memory():
    large = np.random.default_rng(1).normal(size=(30_000, 40))
    large[large > 2] = np.nan
    assert np.array_equal(row_hashes(large), row_hashes(np.asfortranarray(large)))
    assert np.array_equal(row_hashes(large)[17::1000], row_hashes(large[17::1000]))
