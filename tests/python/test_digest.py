"""Equal values have equal digests, whatever holds them."""

from __future__ import annotations

import datetime
import decimal
import sys
import weakref

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack import _core

VALUES = [3, 1, 2, 100, 7]
NUMBERS = "bhilqBHILQefdg?"


def values(obj):
    return mltrack.describe(obj).values


@pytest.mark.parametrize("code", NUMBERS)
def test_every_number_type_agrees_with_a_list(code):
    source = [True, False, True] if code == "?" else VALUES
    array = np.array(source, dtype=code)
    assert values(array) == values(source)
    assert values(array.reshape(-1, 1)) == values([[value] for value in source])


@pytest.mark.parametrize("code", NUMBERS)
def test_byte_order_does_not_matter(code):
    array = np.array([True, False, True] if code == "?" else VALUES, dtype=code)
    assert values(array.astype(array.dtype.newbyteorder("S"))) == values(array)


@pytest.mark.parametrize("code", ["F", "D"])
def test_complex_numbers(code):
    array = np.array([1 + 2j, 3 - 1j], dtype=code)
    assert values(array) == values(array.astype("D")) != values(array.conj())


def test_long_doubles_that_no_double_holds_are_refused():
    fine = np.array([0.5, 2.0], dtype="g")
    assert values(fine) == values([0.5, 2.0])
    wider = np.array([1], dtype="g") + np.finfo("g").eps
    if np.finfo("g").eps < np.finfo("d").eps:
        assert mltrack.describe(wider) is None


MATRIX = np.arange(40.0).reshape(8, 5)


@pytest.mark.parametrize(
    "same",
    [
        np.asfortranarray(MATRIX),
        np.repeat(np.repeat(MATRIX, 2, 0), 3, 1)[::2, ::3],
        MATRIX[::-1][::-1],
        MATRIX.T.copy().T,
        MATRIX.astype("f4"),
        MATRIX.astype("i2"),
        MATRIX.astype(object),
        MATRIX.tolist(),
        [tuple(row) for row in MATRIX.tolist()],
        list(MATRIX),
        pd.DataFrame(MATRIX),
        pd.DataFrame(MATRIX, columns=list("abcde")),
        pd.DataFrame({name: MATRIX[:, i] for i, name in enumerate("abcde")}),
        pd.DataFrame(MATRIX).astype({0: "int64", 3: "Int32", 4: "float32"}),
        pd.DataFrame(MATRIX).astype("Float64"),
        pd.DataFrame(MATRIX)[[4, 3, 2, 1, 0]][[0, 1, 2, 3, 4]],
        pd.DataFrame(MATRIX, index=list("abcdefgh")),
        pd.DataFrame(MATRIX).values,
        np.ma.MaskedArray(MATRIX),
    ],
    ids=lambda obj: type(obj).__name__,
)
def test_one_matrix_in_many_containers(same):
    assert values(same) == values(MATRIX)
    assert mltrack.describe(same).rows == 8
    assert mltrack.describe(same).columns == 5


def test_negative_and_zero_strides():
    assert values(MATRIX[::-1]) == values(MATRIX[::-1].copy()) != values(MATRIX)
    assert values(np.broadcast_to(np.arange(5.0), (8, 5))) == values(np.tile(np.arange(5.0), (8, 1)))


def test_an_unaligned_array():
    raw = bytearray(8 * 10 + 1)
    array = np.frombuffer(raw, dtype="f8", offset=1)
    array[:] = np.arange(10)
    assert values(array) == values(np.arange(10.0))


@pytest.mark.parametrize(
    "changed", [MATRIX + 1, MATRIX[:7], MATRIX[:, :4], MATRIX.T, MATRIX.ravel(), MATRIX[:, ::-1], MATRIX[::-1]]
)
def test_different_values_differ(changed):
    assert values(changed) != values(MATRIX)


def test_more_dimensions_are_rows_times_the_rest():
    cube = np.arange(24.0).reshape(4, 2, 3)
    assert values(cube) == values(cube.reshape(4, 6)) == values(np.asfortranarray(cube))
    assert values(cube) == values(np.repeat(cube, 2, 1)[:, ::2])
    assert mltrack.describe(cube).content != mltrack.describe(cube.reshape(4, 6)).content
    assert mltrack.describe(cube).content != mltrack.describe(cube.reshape(4, 3, 2)).content


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), ()])
def test_empty_and_scalar_arrays(shape):
    found = mltrack.describe(np.zeros(shape))
    assert (found.rows, found.columns) == ((shape[0] if shape else 1), shape[1] if len(shape) > 1 else 1)


def test_integers_beyond_a_double_keep_apart():
    big = [2**53, 2**53 + 1, 2**60 + 1]
    assert values(np.array(big)) == values(big) == values(np.array(big, dtype="u8")) == values(pd.Series(big))
    assert values(pd.Series(big, dtype="Int64")) == values(big) == values(np.array(big, dtype=object))
    assert values([2**53, 2**53 + 2, 2**60 + 1]) != values(big)
    assert values([2**70, 1]) == values(np.array([2**70, 1], dtype=object)) != values([2**70 + 1, 1])


def test_zero_has_no_sign():
    assert values([0.0, -0.0]) == values([0.0, 0.0])


MISSING = [1.0, None, 3.0]


@pytest.mark.parametrize(
    "same",
    [
        [1, None, 3],
        [1.0, float("nan"), 3.0],
        np.array([1.0, np.nan, 3.0]),
        np.array([1, None, 3], dtype=object),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype="Float64"),
        pd.Series([1.0, None, 3.0]),
        pd.Series([1, pd.NA, 3], dtype=object),
        pd.Series([1.0, None, 3.0]).astype(pd.SparseDtype(float)),
        np.ma.MaskedArray([1, 999, 3], mask=[0, 1, 0]),
    ],
    ids=lambda obj: f"{type(obj).__name__}-{getattr(obj, 'dtype', '')}",
)
def test_missing_numbers_are_one_marker(same):
    assert values(same) == values(MISSING)


def test_nullable_booleans():
    expected = values([True, None, False])
    assert values(pd.Series([True, None, False], dtype="boolean")) == expected
    assert values(pd.Series([True, None, False], dtype=object)) == expected


TEXTS = ["ad\u00e9lie", None, "", "\U0001f427", "gentoo"]


@pytest.mark.parametrize(
    "same",
    [
        np.array(TEXTS, dtype=object),
        pd.Series(TEXTS),
        pd.Series(TEXTS, dtype=object),
        pd.Series(TEXTS, dtype="string"),
        pd.Series(TEXTS, dtype="category"),
        pd.Series([*TEXTS[:1], np.nan, *TEXTS[2:]], dtype=object),
        pd.Index(TEXTS),
        pd.DataFrame({"a": TEXTS}),
        tuple(TEXTS),
    ],
    ids=lambda obj: f"{type(obj).__name__}-{getattr(obj, 'dtype', '')}",
)
def test_texts_in_many_containers(same):
    assert values(same) == values(TEXTS)


def test_fixed_width_texts():
    plain = ["a", "", "\u00fcber"]
    assert values(np.array(plain)) == values(plain)
    assert values(np.array([plain, plain])) == values([plain, plain])
    if hasattr(np.dtypes, "StringDType"):
        assert values(np.array(plain, dtype=np.dtypes.StringDType())) == values(plain)


def test_bytes_are_not_texts():
    assert values(np.array([b"ab", b"c"])) == values([b"ab", b"c"]) != values(["ab", "c"])


def test_lone_surrogates():
    assert values(["\ud800", "b"]) == values(np.array(["\ud800", "b"], dtype=object)) != values(["\udc00", "b"])


def test_a_text_is_not_its_number():
    assert values(["1", "2"]) != values([1, 2])


def test_columns_without_any_value():
    assert values(pd.Series([None, None], dtype="string")) == values(pd.Series([None, None], dtype=object))
    assert values(pd.Series([np.nan, np.nan])) == values([None, None]) == values([float("nan"), None])


def test_categories_are_their_values():
    codes = pd.Categorical([3, 1, 3, None], categories=[1, 3])
    assert values(pd.Series(codes)) == values([3, 1, 3, None])
    assert values(pd.Series(pd.Categorical(["b", "a"], categories=["b", "a"]))) == values(["b", "a"])
    assert mltrack.describe(pd.Series(["a", "b"], dtype="category")).column_types == ["category"]


TIMES = pd.to_datetime(["2024-02-29 12:30:15.123456", None, "1969-12-31"], format="ISO8601")


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_time_units_do_not_matter(unit):
    array = TIMES.to_numpy().astype(f"M8[{unit}]")
    assert values(array) == values(TIMES) == values(pd.Series(TIMES)) == values(pd.Series(TIMES).tolist())


@pytest.mark.parametrize("unit", ["us", "ns", "ps", "fs"])
def test_fine_time_units(unit):
    assert values(np.array([1, -3], dtype="M8[s]").astype(f"M8[{unit}]")) == values(np.array([1, -3], dtype="M8[s]"))


def test_coarse_time_units():
    days = np.array(["2024-02-29", "1970-01-01", "NaT"], dtype="M8[D]")
    for unit in ("h", "m", "s", "ms", "us", "ns"):
        assert values(days.astype(f"M8[{unit}]")) == values(days)
    assert values(days.astype("M8[25s]")) == values(days)
    assert values(days[:2]) == values([datetime.date(2024, 2, 29), datetime.date(1970, 1, 1)])
    months = np.array(["2024-02", "1970-01"], dtype="M8[M]")
    assert values(months) == values(np.array(["2024-02-01", "1970-01-01"], dtype="M8[D]"))


def test_big_endian_and_strided_times():
    array = TIMES.to_numpy()
    assert values(array.astype(array.dtype.newbyteorder(">"))) == values(array)
    assert values(np.repeat(array, 2)[::2]) == values(array)
    assert values(np.stack([array, array], axis=1)) == values(pd.DataFrame({"a": TIMES, "b": TIMES}))


def test_aware_times_are_instants_and_differ_from_naive_ones():
    utc = TIMES.tz_localize("UTC")
    assert values(utc) == values(utc.tz_convert("Asia/Tokyo")) == values(list(utc)) != values(TIMES)


def test_python_datetimes():
    times = [datetime.datetime(2024, 5, 6, 7, 8, 9, 10), None]
    assert values(times) == values(pd.Series(pd.to_datetime(times)))
    zone = datetime.timezone(datetime.timedelta(hours=2))
    aware = [times[0].replace(tzinfo=zone)]
    assert values(aware) == values(pd.to_datetime(aware, utc=True))


def test_durations():
    deltas = pd.to_timedelta(["1 days", None, "-3 seconds"])
    expected = values([datetime.timedelta(days=1), None, datetime.timedelta(seconds=-3)])
    assert values(deltas) == values(pd.Series(deltas)) == values(deltas.to_numpy()) == values(list(deltas)) == expected
    assert values(deltas) != values(pd.to_datetime([86_400 * 10**9, None, -3 * 10**9]))


def test_nanoseconds_in_timestamps():
    precise = pd.to_datetime(["2024-01-01 00:00:00.000000001", "2024-01-01 00:00:00.000000000"])
    assert values(list(precise)) == values(precise) != values(precise.floor("us"))


MIXED = pd.DataFrame(
    {
        "number": [1.5, 2.5, None],
        "flag": [True, False, True],
        "text": ["a", None, "c"],
        "count": [1, 2, 3],
        "when": pd.to_datetime(["2024-01-01", "2024-01-02", None]),
        "kind": pd.Categorical(["x", "y", "x"]),
        "maybe": pd.array([1, None, 3], dtype="Int64"),
    }
)


def test_a_mixed_frame_agrees_with_its_array_and_list():
    assert values(MIXED) == values(MIXED.to_numpy()) == values(MIXED.to_numpy().tolist())


def test_names_and_types_count_in_the_content_only():
    renamed = MIXED.rename(columns=str.upper)
    assert values(renamed) == values(MIXED)
    assert mltrack.describe(renamed).content != mltrack.describe(MIXED).content
    found = mltrack.describe(MIXED)
    assert found.column_names == list(MIXED.columns)
    assert found.column_types == ["float", "bool", "string", "int", "datetime", "category", "int"]
    assert mltrack.describe(pd.Series(["a"], dtype=object)).content == mltrack.describe(pd.Series(["a"])).content


def test_column_digests_follow_the_columns():
    whole = mltrack.describe(MIXED)
    picked = mltrack.describe(MIXED[["text", "number"]])
    assert picked.column_digests == [whole.column_digests[2], whole.column_digests[0]]
    assert mltrack.describe(MIXED["text"]).column_digests == [whole.column_digests[2]]


def test_order_of_columns_across_blocks():
    columns = {"a": [1, 2], "b": [0.5, 1.5], "c": [3, 4], "d": [2.5, 3.5]}
    assert values(pd.DataFrame(columns)) == values(list(zip(*columns.values(), strict=True)))


def test_index_is_not_part_of_the_values():
    assert values(MIXED.set_axis([5, 6, 7])) == values(MIXED)


def test_labels_that_are_not_texts():
    assert mltrack.describe(pd.DataFrame({1: [1], ("a", "b"): [2]})).column_names == ["1", "('a', 'b')"]
    assert mltrack.describe(pd.DataFrame([[1, 2]])).column_names == [None, None]


def test_multi_index():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["letter", "count"])
    assert values(index) == values([["a", 1], ["b", 2]])


def test_structured_arrays_are_named_columns():
    array = np.array([(1, 2.5, "x"), (3, 4.5, "y")], dtype=[("n", "i1"), ("v", "f8"), ("t", "U3")])
    found = mltrack.describe(array)
    assert found.column_names == ["n", "v", "t"]
    assert found.values == values([[1, 2.5, "x"], [3, 4.5, "y"]])


@pytest.mark.parametrize("scalar", [1, 1.5, True, "text", None, np.float32(1.5)])
def test_scalars_are_one_row(scalar):
    found = mltrack.describe(scalar)
    assert (found.rows, found.columns) == (1, 1)
    assert found.values == values([scalar])


@pytest.mark.parametrize(
    "obj",
    [
        object(),
        {"a": 1},
        {1, 2},
        [object()],
        [[1, 2], [3]],
        [1, [2]],
        [decimal.Decimal(1)],
        np.array([object()], dtype=object),
        np.array([[1], [1, 2]], dtype=object),
        pd.Series([object()]),
        np.zeros(2, dtype="V3"),
        [datetime.datetime(2024, 1, 1), "text"],
    ],
    ids=lambda obj: f"{type(obj).__name__}-{getattr(obj, 'dtype', '')}",
)
def test_what_cannot_be_digested_is_none(obj):
    assert mltrack.describe(obj) is None
    assert mltrack.digest(obj) is None


def test_degenerate_content():
    assert mltrack.describe(np.zeros(1000)).degenerate
    assert not mltrack.describe(np.random.default_rng(0).normal(size=1000)).degenerate


def test_nothing_is_kept_of_what_was_digested():
    buffer = bytearray(80)
    array = np.frombuffer(buffer)
    held = sys.getrefcount(array)
    found = mltrack.describe(array)
    assert sys.getrefcount(array) == held
    gone = weakref.ref(array)
    del array
    assert gone() is None
    buffer.clear()  # refused while anything exports its memory
    assert found.rows == 10


def test_read_only_arrays():
    array = np.arange(3.0)
    array.flags.writeable = False
    assert values(array) == values([0, 1, 2])


def test_digest_of_a_model_is_that_of_its_state():
    from sklearn.linear_model import LogisticRegression

    fit = lambda: LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])  # noqa: E731
    assert mltrack.digest(fit()) == mltrack.digest(fit()) != mltrack.digest(LogisticRegression())


def test_files_and_bytes(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"abc")
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert _core.digest_file(path) == (sha256, 3)
    assert len(_core.digest_bytes("model", b"abc")) == 32
    assert _core.digest_bytes("model", b"abc") != _core.digest_bytes("spec", b"abc")
    with pytest.raises(mltrack.Error):
        _core.digest_file(tmp_path / "missing")
