"""Every kind of data is recorded through fit and transform, with the digests of the same values elsewhere."""

from __future__ import annotations

import array
import contextlib
import datetime
import decimal
import gc
import tracemalloc
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack
import mltrack.sklearn
from mltrack import _core, _digest

pa = pytest.importorskip("pyarrow", reason="Arrow data needs pyarrow")
pl = pytest.importorskip("polars", reason="polars frames need polars")

MATRIX = np.random.default_rng(3).normal(size=(40, 3))
LETTERS = ["a", "b", "c"]


class Keep(TransformerMixin, BaseEstimator):
    """Takes anything and returns it as it is."""

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def values(obj):
    return mltrack.describe(obj).values


def recorded(read, obj):
    """The values digest of the input of a recorded fit and transform; of one node, the object being one."""
    keep = Keep().fit_sync(obj)
    keep.transform_sync(obj)
    graph = read()
    taken = {graph.into(call)["X"][0] for call in graph.calls()}
    assert [call.status for call in graph.calls()] == ["finished", "finished"]
    [node] = taken
    return graph.nodes[node].digest


FRAME = pd.DataFrame(MATRIX, columns=LETTERS)
STRUCTURED = np.rec.fromarrays(MATRIX.T.copy(), names="a,b,c")
KINDS = {
    "plain": lambda: MATRIX.copy(),
    "masked": lambda: np.ma.MaskedArray(MATRIX.copy()),
    "matrix": lambda: np.matrix(MATRIX),
    "byte-swapped": lambda: MATRIX.astype(">f8"),
    "strided": lambda: np.repeat(MATRIX, 2, 1)[:, ::2],
    "object": lambda: MATRIX.astype(object),
    "recarray": lambda: STRUCTURED.copy(),
    "structured": lambda: STRUCTURED.view(np.ndarray).copy(),
    "frame": lambda: FRAME.copy(),
    "nullable frame": lambda: FRAME.astype("Float64"),
    "arrow frame": lambda: FRAME.astype("double[pyarrow]"),
    "sparse frame": lambda: FRAME.astype(pd.SparseDtype("float64", 0.0)),
    "polars": lambda: pl.DataFrame(dict(zip(LETTERS, MATRIX.T, strict=True))),
    "table": lambda: pa.table(dict(zip(LETTERS, map(pa.array, MATRIX.T), strict=True))),
    "batch": lambda: pa.record_batch(dict(zip(LETTERS, map(pa.array, MATRIX.T), strict=True))),
    "csr": lambda: sp.csr_matrix(MATRIX),
    "csc array": lambda: sp.csc_array(MATRIX),
    "coo": lambda: sp.coo_array(MATRIX),
    "records": lambda: FRAME.to_dict("records"),
    "lists": lambda: MATRIX.tolist(),
    "tuples": lambda: tuple(map(tuple, MATRIX.tolist())),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_recorded_with_the_digest_of_its_values(kind, run, read):
    obj = KINDS[kind]()
    assert values(obj) == values(MATRIX)
    digest = mltrack.describe(obj).content
    assert recorded(read, obj) == bytes.fromhex(digest)


def test_a_memory_mapped_array(tmp_path, run, read):
    np.save(tmp_path / "x.npy", MATRIX)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert values(mapped) == values(MATRIX)
    assert recorded(read, mapped) == bytes.fromhex(mltrack.describe(MATRIX).content)


def test_arrays_of_one_element_and_of_none():
    assert values(np.array(2.5)) == values([2.5]) == values(np.array(2.5, dtype=object))
    assert values(np.ma.masked_array(1.0, mask=True)) == values([None])
    assert values(np.array((1, 2.5), dtype=[("n", "i4"), ("v", "f8")])) == values([[1, 2.5]])
    assert mltrack.describe(np.matrix([[1, 2]])).columns == 2


def test_masked_rows_are_missing_values():
    masked = np.ma.MaskedArray([[1, 2], [3, 4]], mask=[[False, True], [False, False]])
    assert values(masked) == values([[1, None], [3, 4]])
    fields = np.ma.array([(1, 2.0), (3, 4.0)], dtype=[("n", "i4"), ("v", "f8")], mask=[(0, 1), (0, 0)])
    assert values(fields) == values([[1, None], [3, 4.0]])


def test_fields_inside_fields():
    array = np.zeros(2, dtype=[("id", "i4"), ("at", [("x", "f8"), ("y", "f4")]), ("rgb", "u1", 3), ("m", "f8", (2, 2))])
    array["at"]["y"] = [1, 2]
    array["rgb"] = [[1, 2, 3], [4, 5, 6]]
    array["m"][1] = [[1, 2], [3, 4]]
    found = mltrack.describe(array)
    names = ["id", "at.x", "at.y", "rgb[0]", "rgb[1]", "rgb[2]", "m[0]", "m[1]", "m[2]", "m[3]"]
    assert found.column_names == names
    assert found.values == values([[0, 0, 1, 1, 2, 3, 0, 0, 0, 0], [0, 0, 2, 4, 5, 6, 1, 2, 3, 4]])
    nested = np.zeros(2, dtype=[("p", [("x", "f8")], 2)])
    assert mltrack.describe(nested).column_names == ["p[0].x", "p[1].x"]


def test_pandas_extension_columns():
    periods = pd.Series(pd.period_range("2024-01", periods=3, freq="M"))
    shown = ["2024-01-01T00:00:00/2024-02-01T00:00:00", "2024-02-01T00:00:00/2024-03-01T00:00:00"]
    assert values(periods[:2]) == values(shown)
    assert values(periods) != values(periods.dt.asfreq("D"))
    assert values(pd.Series([periods[0], pd.NaT], dtype=periods.dtype)) == values([shown[0], None])
    assert values(pd.DataFrame({"p": periods[:2], "q": periods[:2]})) == values([[text, text] for text in shown])
    binned = pd.cut(pd.Series([1.0, 7.0, None]), [0, 5, 10])
    assert values(binned) == values(["(0, 5]", "(5, 10]", None])
    assert mltrack.describe(binned).column_types == ["category"]
    assert values(pd.arrays.IntervalArray.from_breaks([0, 5, 10])) == values(["(0, 5]", "(5, 10]"])


def test_arrow_columns_in_pandas():
    plain = pd.DataFrame(
        {"n": [1, 2, None], "t": ["x", None, "z"], "w": pd.to_datetime(["2024-01-01", None, "1960-01-01"])}
    )
    arrow = pd.DataFrame(
        {
            "n": pd.array([1, 2, None], dtype="int64[pyarrow]"),
            "t": pd.array(["x", None, "z"], dtype="string[pyarrow]"),
            "w": plain["w"].astype("timestamp[us][pyarrow]"),
        }
    )
    assert values(arrow) == values(plain)
    assert mltrack.describe(arrow).column_types == ["int", "string", "datetime"]
    assert mltrack.describe(pd.Series([decimal.Decimal(1)], dtype=pd.ArrowDtype(pa.decimal128(5, 2)))) is None


UTC = datetime.timezone.utc
WHEN = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)
TEXTS = ["short", None, "", "a text of more than twelve bytes", "\U0001f427"]
BYTES = [b"x", None, b"", b"more than twelve bytes"]
TYPES = [
    ([True, None, False], pa.bool_()),
    *(([1, None, 100], kind) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64())),
    *(([1, None, 100], kind) for kind in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())),
    ([2**60 + 1, None, 2**53 + 1], pa.int64()),
    ([0.5, None, float("nan")], pa.float32()),
    ([-0.0, None, float("inf")], pa.float64()),
    *((TEXTS, kind) for kind in (pa.string(), pa.large_string(), pa.string_view())),
    *((BYTES, kind) for kind in (pa.binary(), pa.large_binary(), pa.binary_view())),
    *(([WHEN, None, WHEN], pa.timestamp(unit)) for unit in ("us", "ns")),
    ([WHEN.replace(microsecond=0), None], pa.timestamp("s")),
    ([WHEN.replace(tzinfo=UTC), None], pa.timestamp("us", tz="Asia/Tokyo")),
    ([datetime.date(2024, 2, 29), None, datetime.date(1960, 1, 1)], pa.date32()),
    ([datetime.date(2024, 2, 29), None], pa.date64()),
    ([datetime.timedelta(seconds=-3), None], pa.duration("ms")),
    ([datetime.time(12, 30, 15), None], pa.time32("s")),
    ([datetime.time(12, 30, 15, 123456), None], pa.time64("us")),
    ([None, None], pa.null()),
    (["b", None, "a", "b"], pa.dictionary(pa.int8(), pa.string())),
    ([7, None, 5, 7], pa.dictionary(pa.int32(), pa.int64())),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "kind"), TYPES, ids=lambda part: str(part) if isinstance(part, pa.DataType) else "")
def test_arrow_types(plain, kind):
    whole = pa.array(plain, kind)
    pieces = pa.chunked_array([whole[:1], whole[1:1], whole[1:]])
    assert values(whole) == values(plain) == values(pieces)
    assert values(pa.table({"x": whole})) == values(plain)
    assert values(pa.record_batch({"x": whole})[1:]) == values(plain[1:])
    longer = pa.chunked_array([whole] * 30)
    assert values(longer) == values(plain * 30) == values(longer.combine_chunks())
    assert values(longer[len(plain) - 1 :]) == values((plain * 30)[len(plain) - 1 :])
    assert np.array_equal(_digest.row_hashes(longer), _digest.row_hashes(plain * 30))


def test_arrow_content_is_that_of_the_pandas_frame():
    frame = pd.DataFrame(
        {
            "flag": [True, False, True],
            "n": [1, 2, 3],
            "v": [0.5, None, 2.5],
            "text": ["x", None, "z"],
            "kind": pd.Categorical(["p", "q", "p"]),
            "when": pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
        }
    )
    content = mltrack.describe(frame).content
    assert mltrack.describe(pa.Table.from_pandas(frame)).content == content
    assert mltrack.describe(pl.from_pandas(frame)).content == content
    assert mltrack.describe(pl.concat([pl.from_pandas(frame)] * 2, rechunk=False)).content == (
        mltrack.describe(pd.concat([frame] * 2)).content
    )
    assert mltrack.describe(pl.Series("n", [1, 2, 3])).content == mltrack.describe(frame["n"]).content


@pytest.mark.parametrize(
    "make",
    [
        lambda: pa.array([[1, 2], [3]]),
        lambda: pa.array([{"a": 1}, None]),
        lambda: pa.array([decimal.Decimal("1.5")]),
        lambda: pa.table({"a": pa.array([[1], [2]])}),
        lambda: pa.array(pd.Series(pd.period_range("2024", periods=2, freq="D"))),
        lambda: pa.table({"a": [1]}).to_reader(),
        lambda: pl.DataFrame({"a": [[1], [2]]}),
        lambda: pl.DataFrame({"a": [decimal.Decimal("1.5")]}),
        lambda: pl.Series([object()], dtype=pl.Object),
        lambda: pl.LazyFrame({"a": [1]}),
    ],
    ids=["list", "struct", "decimal", "nested table", "extension", "reader", "list", "decimal", "object", "lazy"],
)
def test_what_has_no_digest_is_recorded_without_one(make, run, read):
    obj = make()
    assert mltrack.describe(obj) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert recorded(read, obj) is None


def test_a_reader_of_batches_is_not_consumed(run):
    reader = pa.table({"a": [1, 2]}).to_reader()
    Keep().fit_sync(reader)
    assert reader.read_all().num_rows == 2


def test_a_generator_is_not_consumed(run, read):
    numbers = (i for i in range(3))
    assert recorded(read, numbers) is None
    assert list(numbers) == [0, 1, 2]


@contextlib.contextmanager
def little_memory(most_bytes):
    gc.collect()
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most_bytes


def test_arrow_data_is_not_copied():
    table = pa.table({"a": np.random.default_rng(0).normal(size=200_000)})
    values(table[:10])
    before = pa.total_allocated_bytes()
    with little_memory(100_000):
        digest = values(table)
    assert pa.total_allocated_bytes() == before
    assert digest == values(table.column(0).to_numpy())


SPARSE = sp.random(200, 30, density=0.1, format="csr", random_state=5)


@pytest.mark.filterwarnings("ignore:Constructing a DIA matrix")
@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "lil", "dok", "dia"])
@pytest.mark.parametrize("of_arrays", [False, True])
@pytest.mark.parametrize("shape", [(200, 30), (30, 300), (20, 70_000)])
def test_sparse_formats_agree(kind, of_arrays, shape):
    matrix = sp.random(*shape, density=min(0.1, 900 / shape[0] / shape[1]), format="csr", random_state=5)
    base = sp.csr_array(matrix) if of_arrays else matrix
    same = base.asformat(kind)
    assert mltrack.describe(same).content == mltrack.describe(matrix).content
    assert np.array_equal(_digest.row_hashes(same), _digest.row_hashes(matrix))
    assert (mltrack.describe(same).rows, mltrack.describe(same).columns) == shape
    changed = matrix.copy()
    changed.data[-1] += 1
    assert values(changed) != values(matrix)


@pytest.mark.parametrize("width", [1, 30, 256, 257, 5000])
@pytest.mark.parametrize("code", "?bHiqQfd")
def test_sparse_and_dense_agree_up_to_a_size(width, code):
    matrix = (sp.random(150, width, density=0.1, format="csr", random_state=width) * 100).astype(code)
    found, dense = mltrack.describe(matrix), mltrack.describe(matrix.toarray())
    assert (found.content, found.values) == (dense.content, dense.values)
    assert found.degenerate == dense.degenerate
    if width <= 256:
        assert found.column_digests == dense.column_digests


def test_a_sparse_matrix_beyond_that_size_is_content_of_its_own():
    wide = sp.random(2000, 100_000, density=1e-4, format="csr", random_state=1)
    assert not mltrack.describe(wide).degenerate
    assert mltrack.describe(sp.eye(100_000, format="csr")).degenerate
    taller = sp.csr_matrix((wide.data, wide.indices, np.append(wide.indptr, wide.indptr[-1])), shape=(2001, 100_000))
    assert values(taller) != values(wide)


@pytest.mark.parametrize("columns", [7, 100_000])
def test_sparse_matrices_in_any_order_with_duplicates_and_zeros(columns):
    rows, places = np.array([0, 2, 2, 2, 1]), np.array([4, 1, 6, 1, 0])
    numbers = np.array([1.0, 2.0, np.nan, 3.0, 0.0])
    shape = (2000 if columns > 7 else 5, columns)
    messy = sp.coo_matrix((numbers, (rows, places)), shape=shape)
    tidy = sp.csr_matrix(([1.0, 5.0, np.nan], ([0, 2, 2], [4, 1, 6])), shape=shape)
    unsorted = sp.csr_matrix((numbers[[0, 2, 1, 3]], [4, 6, 1, 1], [0, 1, 1, *[4] * (shape[0] - 2)]), shape=shape)
    for one in (messy, unsorted):
        kept = [part.copy() for part in (one.data, getattr(one, "indices", rows), getattr(one, "indptr", places))]
        assert mltrack.describe(one).content == mltrack.describe(tidy).content
        assert np.array_equal(_digest.row_hashes(one), _digest.row_hashes(tidy))
        now = [one.data, getattr(one, "indices", rows), getattr(one, "indptr", places)]
        assert all(np.array_equal(old, new, equal_nan=True) for old, new in zip(kept, now, strict=True))


def test_sparse_blocks_of_zeros_and_of_values():
    column = sp.lil_matrix((5000, 2))
    for at in (0, 1023, 1024, 3071, 4999):
        column[at, 0] = at + 0.5
    column[:, 1] = np.arange(5000)[:, None] % 7 + 1.0
    found, dense = mltrack.describe(column), mltrack.describe(column.toarray())
    assert found.column_digests == dense.column_digests
    nothing = sp.csr_matrix((5000, 300))
    assert values(nothing) == values(np.zeros((5000, 300)))
    missing = sp.csr_matrix(np.full((4, 2), np.nan))
    assert values(missing) == values([[None, None]] * 4)


def test_sparse_vectors_and_what_has_no_sparse_digest():
    assert values(sp.coo_array(np.array([0.0, 2.0, 0.0]))) == values([0, 2, 0])
    assert mltrack.describe(sp.csr_matrix([[1j]])) is None
    assert mltrack.describe(sp.csr_matrix(np.array([[2**60 + 1]]))) is None
    broken = sp.csr_matrix(([1.0, 2.0], [0, 1], [0, 1, 2]), shape=(2, 2))
    broken.indices[1] = 77
    assert _core.SparseMatrix.of(2, 2, True, broken.data, broken.indices, broken.indptr).row_hashes() is None


def test_a_large_sparse_matrix_stays_sparse():
    texts = [f"word{i} word{i * 7 % 1000} other{i % 13}" for i in range(3000)]
    hashed = HashingVectorizer(n_features=2**20).transform(texts)
    with little_memory(20 * hashed.nnz * 16):
        assert mltrack.describe(hashed).columns == 2**20


def test_text_to_sparse_to_dense_is_one_line(run, read):
    texts = [f"penguin number {i} of island {i * i % 11} swims {i * 31 % 17}" for i in range(60)]
    sparse = TfidfVectorizer().fit_transform_sync(texts)
    TruncatedSVD(2, random_state=0).fit_sync(sparse)
    GaussianNB().fit_sync(sparse.toarray(), [i % 2 for i in range(60)])
    graph = read()
    vectorized, reduced, fitted = graph.calls()
    assert graph.into(reduced)["X"] == (graph.out_of(vectorized)["output"], "object")
    assert graph.into(fitted)["X"] == (graph.out_of(vectorized)["output"], "content")


def test_lists_of_dicts_are_records(run, read):
    records = [{"city": "Oslo", "n": 3}, {"n": 2**60 + 1, "v": 1.5}, {}]
    found = mltrack.describe(records)
    assert found.column_names == ["city", "n", "v"]
    assert found.values == values([["Oslo", 3, None], [None, 2**60 + 1, 1.5], [None, None, None]])
    DictVectorizer().fit_sync(records[:1])
    assert read().calls("fit")[0].status == "finished"
    assert mltrack.describe([{"a": [1]}]) is None
    assert mltrack.describe([{1: 2}]) is None
    assert mltrack.describe([{f"k{i}": 1} for i in range(5000)]) is None


def test_buffers_of_the_standard_library():
    assert values(array.array("d", [1.5, 2.5])) == values([1.5, 2.5])
    assert values(memoryview(np.arange(6.0).reshape(2, 3))) == values(np.arange(6.0).reshape(2, 3))


class Elsewhere:
    """An array that is not in the processor's memory."""

    ndim = 2

    def __dlpack_device__(self):
        return (2, 0)

    def __dlpack__(self, **_):
        raise AssertionError("asked for memory of another device")

    def __array__(self, *_):
        raise AssertionError("asked to copy")


class Shown:
    """An array of another library, by DLPack or by the array interface."""

    def __init__(self, array):
        self._array = array
        self.ndim = array.ndim


class ByDlpack(Shown):
    def __dlpack_device__(self):
        return self._array.__dlpack_device__()

    def __dlpack__(self, **asked):
        return self._array.__dlpack__(**asked)


class ByInterface(Shown):
    @property
    def __array_interface__(self):
        return self._array.__array_interface__


@pytest.mark.parametrize("kind", [ByDlpack, ByInterface])
def test_arrays_of_other_libraries(kind, run, read):
    obj = kind(MATRIX)
    assert values(obj) == values(MATRIX)
    assert recorded(read, obj) == bytes.fromhex(mltrack.describe(MATRIX).content)


def test_an_array_on_another_device_is_left_alone(run, read):
    assert recorded(read, Elsewhere()) is None


def test_jax_arrays(run, read):
    jnp = pytest.importorskip("jax.numpy", reason="jax is not installed")
    jax = pytest.importorskip("jax", reason="jax is not installed")
    single = MATRIX.astype("f4")
    assert values(jnp.asarray(single)) == values(single)
    assert values(jnp.arange(5)) == values([0, 1, 2, 3, 4])
    jax.jit(lambda x: x if mltrack.describe(x) is None else x + 1)(single)
    assert recorded(read, jnp.asarray(single)) == bytes.fromhex(mltrack.describe(single).content)


def test_torch_tensors(run, read):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    tensor = torch.tensor(MATRIX, requires_grad=True)
    assert values(tensor) == values(MATRIX)
    assert tensor.grad_fn is None and tensor.requires_grad
    assert values(torch.tensor([1, 2, 3])) == values([1, 2, 3])
    assert mltrack.describe(torch.tensor(MATRIX).to_sparse()) is None
    assert recorded(read, torch.tensor(MATRIX)) == bytes.fromhex(mltrack.describe(MATRIX).content)


def test_a_million_rows_are_digested_once_per_outermost_call(run, read, monkeypatch):
    seen = []
    describe = _digest.describe
    monkeypatch.setattr(_digest, "describe", lambda obj: seen.append(id(obj)) or describe(obj))
    X = np.random.default_rng(0).normal(size=(1_000_000, 3))
    y = X[:, 0] > 0
    make_pipeline(StandardScaler(), Keep(), GaussianNB()).fit_sync(X, y)
    assert len(read().calls()) == 4
    assert [seen.count(id(obj)) for obj in (X, y)] == [1, 1]


@pytest.mark.parametrize("kind", ["M8[ns]", "M8[us]", "M8[D]", "m8[ns]", "m8[s]"])
def test_times_of_numpy_in_an_array_of_objects_are_times(kind: str) -> None:
    times = np.array([5, -7, 200_000], dtype="i8").astype(kind)
    times[0] = np.array("NaT", dtype=kind)
    held = np.empty(3, dtype=object)
    held[:] = list(times)
    assert mltrack.digest(held) == mltrack.digest(times)
    assert mltrack.digest(held) != mltrack.digest(times.astype("i8"))


@pytest.mark.parametrize("unit", ["M", "Y"])
def test_months_have_no_length(unit: str) -> None:
    held = np.empty(2, dtype=object)
    held[:] = [np.timedelta64(1, unit), np.timedelta64(2, unit)]
    assert mltrack.digest(held) is None
