"""The digest of an estimator's fitted state: equal states have equal digests in every process.

The state is walked by value and written down in one canonical form: no address, no pickle memo, no hash order and no
padding byte enters it. Equal digests prove equal states; unequal ones prove nothing across machines, because other
processors round the last bits of a fit differently.
"""

from __future__ import annotations

import struct
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from mltrack import _core
from mltrack._memo import per_object
from mltrack.sklearn._params import is_estimator

_LONG = 4096  # bytes from which an array enters as its own digest instead of being copied
_MOST_VISITS = 2_000_000

# What says nothing about the state: how long a search took, who listens to a fit, an address kept by text vectorizers.
_ASIDE = frozenset({"refit_time_", "_skl_callbacks", "_stop_words_id"})


class _Unwalkable(Exception):
    """The object holds something that has no value of its own: a lock, a file, a generator."""


def state_digest(obj: object) -> str | None:
    """The digest of everything `obj` holds, 32 hexadecimal digits, or None when it cannot be walked."""
    walk = _Walk()
    try:
        walk.visit(obj)
    except Exception:  # any object may refuse to be taken apart, each in its own way
        return None
    return _core.digest_bytes("model", bytes(walk.out))


@per_object
def _type_tag(cls: Any) -> bytes:
    return _framed(b"T", f"{cls.__module__}.{cls.__qualname__}".encode("utf-8", "surrogatepass"))


def _framed(tag: bytes, data: bytes) -> bytes:
    return tag + len(data).to_bytes(8, "little") + data


class _Walk:
    """One pass over a state. `out` is the canonical form; `path` finds cycles; `keep` holds what the pass created."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.path: dict[int, int] = {}
        self.keep: list[object] = []
        self.visits = 0

    def visit(self, obj: Any) -> None:
        write = _LEAVES.get(type(obj))
        if write is not None:
            write(self, obj)
            return
        self.visits += 1
        if self.visits > _MOST_VISITS:
            raise _Unwalkable("too large to walk")
        depth = self.path.get(id(obj))
        if depth is not None:
            self.out += b"C" + depth.to_bytes(8, "little")
            return
        self.path[id(obj)] = len(self.path)
        _writer(type(obj))(self, obj)
        del self.path[id(obj)]

    def text(self, text: str) -> None:
        self.out += _framed(b"s", text.encode("utf-8", "surrogatepass"))

    def raw(self, data: bytes | memoryview) -> None:
        if len(data) > _LONG:
            self.out += _framed(b"D", bytes.fromhex(_core.digest_bytes("model", data)))
        else:
            self.out += _framed(b"b", bytes(data))

    def aside(self, obj: object) -> bytes:
        """The canonical form of one member of an unordered whole."""
        outer, self.out = self.out, bytearray()
        try:
            self.visit(obj)
            return bytes(self.out)
        finally:
            self.out = outer

    def items(self, items: dict[Any, Any]) -> None:
        """Keys and values in the order of the keys' canonical forms."""
        self.out += b"d" + len(items).to_bytes(8, "little")
        if all(type(key) is str for key in items):
            for key in sorted(items):
                self.text(key)
                self.visit(items[key])
            return
        for form, key in sorted(((self.aside(key), key) for key in items), key=lambda pair: pair[0]):
            self.out += form
            self.visit(items[key])


_Writer = Callable[[_Walk, Any], None]


def _write_constant(walk: _Walk, obj: object) -> None:
    walk.out += _framed(b"k", repr(obj).encode())


def _write_int(walk: _Walk, obj: int) -> None:
    walk.out += _framed(b"i", obj.to_bytes(obj.bit_length() // 8 + 1, "little", signed=True))


def _write_float(walk: _Walk, obj: float) -> None:
    walk.out += b"f" + struct.pack("<d", obj)


def _write_text(walk: _Walk, obj: str) -> None:
    walk.text(obj)


def _write_bytes(walk: _Walk, obj: bytes) -> None:
    walk.raw(obj)


def _write_class(walk: _Walk, obj: type) -> None:
    walk.out += b"c" + _type_tag(obj)


_LEAVES: dict[type, _Writer] = {
    type(None): _write_constant,
    bool: _write_constant,
    type(Ellipsis): _write_constant,
    type(NotImplemented): _write_constant,
    complex: _write_constant,
    int: _write_int,
    float: _write_float,
    str: _write_text,
    bytes: _write_bytes,
    type: _write_class,
}


def _write_sequence(walk: _Walk, obj: Any) -> None:
    walk.out += _type_tag(type(obj)) + len(obj).to_bytes(8, "little")
    for item in obj:
        walk.visit(item)


def _write_dict(walk: _Walk, obj: dict[Any, Any]) -> None:
    walk.out += _type_tag(type(obj))
    walk.items(obj)


def _write_set(walk: _Walk, obj: Any) -> None:
    walk.out += _type_tag(type(obj)) + len(obj).to_bytes(8, "little")
    for form in sorted(walk.aside(item) for item in obj):
        walk.out += form


def _write_array(walk: _Walk, obj: np.ndarray[Any, Any]) -> None:
    if isinstance(obj, np.ma.MaskedArray):
        walk.out += b"M"
        _write_array(walk, np.ma.getmaskarray(obj))
        hidden = np.array(None if obj.dtype.hasobject else 0).astype(obj.dtype)
        _write_array(walk, np.where(np.ma.getmaskarray(obj), hidden, np.asarray(obj.data)))
        return
    walk.text(str(obj.dtype.newbyteorder("<")) if obj.dtype.names is None else "struct")
    walk.out += b"a" + repr(obj.shape).encode()
    if obj.dtype.names is not None:
        for name in obj.dtype.names:  # field by field: a record has padding bytes, and they are garbage
            walk.text(name)
            _write_array(walk, obj[name])
    elif obj.dtype.hasobject or obj.dtype.kind == "T":
        for item in obj.ravel().tolist():
            walk.visit(item)
    else:
        plain = np.ascontiguousarray(obj, dtype=obj.dtype.newbyteorder("<"))
        walk.raw(plain.tobytes() if plain.nbytes <= _LONG else plain.reshape(-1).view(np.uint8).data)


def _write_scalar(walk: _Walk, obj: np.generic) -> None:
    walk.out += b"n"
    _write_array(walk, np.asarray(obj))


def _write_dtype(walk: _Walk, obj: np.dtype[Any]) -> None:
    walk.out += b"t"
    walk.text(repr(obj))


def _write_random_state(walk: _Walk, obj: Any) -> None:
    walk.out += _type_tag(type(obj))
    state = obj.get_state(legacy=False) if isinstance(obj, np.random.RandomState) else obj.bit_generator.state
    walk.items(state)


def _write_sparse(walk: _Walk, obj: Any) -> None:
    # The other attributes are caches and flags that reading the matrix may set.
    walk.out += _type_tag(type(obj))
    walk.visit(tuple(int(n) for n in obj.shape))
    for name in ("data", "indices", "indptr", "row", "col", "offsets", "rows"):
        part = getattr(obj, name, None)
        if isinstance(part, np.ndarray):
            walk.text(name)
            _write_array(walk, part)
    if obj.format == "dok":
        walk.items(dict(obj.items()))


def _write_frame(walk: _Walk, obj: Any) -> None:
    walk.out += _type_tag(type(obj))
    if hasattr(obj, "columns"):
        walk.visit(list(obj.columns))
        parts = [obj.iloc[:, i] for i in range(len(obj.columns))]
    else:
        walk.visit(obj.name)
        parts = [obj]
    if hasattr(obj, "index"):
        walk.visit(obj.index.to_numpy())
    for part in parts:
        walk.text(str(part.dtype))
        walk.visit(part.to_numpy())


def _write_function(walk: _Walk, obj: types.FunctionType) -> None:
    walk.out += b"F"
    walk.text(f"{obj.__module__}.{obj.__qualname__}")
    _write_code(walk, obj.__code__)
    walk.visit(obj.__defaults__)
    inner = getattr(obj, "__wrapped__", None)
    if inner is not None and _is_importable(obj):  # what a decorator keeps beside it may be a cache
        walk.visit(inner)
        return
    for cell in obj.__closure__ or ():
        walk.visit(cell.cell_contents)


def _is_importable(obj: Any) -> bool:
    found: Any = sys.modules.get(obj.__module__)
    for name in obj.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is obj


def _write_code(walk: _Walk, code: types.CodeType) -> None:
    walk.raw(code.co_code)
    walk.visit(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _write_code(walk, constant)
        else:
            walk.visit(constant)


def _write_by_name(walk: _Walk, obj: Any) -> None:
    walk.out += b"N"
    walk.text(f"{getattr(obj, '__module__', '')}.{getattr(obj, '__qualname__', obj.__name__)}")


def _write_builtin(walk: _Walk, obj: types.BuiltinFunctionType) -> None:
    _write_by_name(walk, obj)
    if not isinstance(obj.__self__, types.ModuleType) and obj.__self__ is not None:
        walk.visit(obj.__self__)


def _write_method(walk: _Walk, obj: types.MethodType) -> None:
    walk.out += b"m"
    walk.visit(obj.__func__)
    walk.visit(obj.__self__)


def _write_estimator(walk: _Walk, obj: Any) -> None:
    walk.out += _type_tag(type(obj))
    state = {key: value for key, value in vars(obj).items() if key not in _ASIDE}
    results = state.get("cv_results_")
    if isinstance(results, dict):
        state["cv_results_"] = {key: value for key, value in results.items() if not str(key).endswith("_time")}
        walk.keep.append(state["cv_results_"])
    for name in _patterns(state):
        state[name] = _Pattern(state[name])
        walk.keep.append(state[name])
    walk.items(state)


def _patterns(state: dict[str, Any]) -> list[str]:
    """The parameters that are estimators of which copies were fitted."""
    copied = not _COPIES.isdisjoint(state)
    return [
        name
        for name, value in state.items()
        if type(value) not in _LEAVES
        and (f"{name}_" in state or (copied and name in ("estimator", "estimators")))
        and (is_estimator(value) or isinstance(value, (list, tuple)))
    ]


_COPIES = frozenset({"estimators_", "best_estimator_", "calibrated_classifiers_"})


class _Pattern:
    """An estimator that others were copied from. What it learns itself, later, is none of their business."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of


def _write_pattern(walk: _Walk, pattern: _Pattern) -> None:
    of = pattern.of
    if isinstance(of, (list, tuple)):
        parts: Any = [_Pattern(part) for part in of]
    elif is_estimator(of):
        parts = {name: _Pattern(value) for name, value in of.get_params(deep=False).items()}
    else:
        walk.visit(of)
        return
    walk.keep.append(parts)
    walk.out += b"P" + _type_tag(type(of))
    walk.visit(parts)


def _write_reduced(walk: _Walk, obj: Any) -> None:
    """Anything else, by what it would give to a pickle."""
    reduced = obj.__reduce_ex__(4)
    walk.keep.append(reduced)
    walk.out += b"R" + _type_tag(type(obj))
    if isinstance(reduced, str):
        walk.text(reduced)
        return
    make, given, *rest = reduced
    state, listed, mapped = (*rest, None, None, None)[:3]
    if _is_neighbours_tree(type(obj)) and isinstance(state, tuple):
        state = state[:7] + state[11:]  # it counts its queries
    if isinstance(state, (dict, tuple)):
        walk.keep.append(state)
    walk.visit(make)
    walk.visit(given)
    walk.visit(state)
    walk.visit(None if listed is None else list(listed))
    walk.visit(None if mapped is None else dict(mapped))


@per_object
def _is_neighbours_tree(cls: Any) -> bool:
    return any(base.__name__.startswith(("KDTree", "BallTree", "BinaryTree")) for base in cls.__mro__)


_KINDS: dict[type, _Writer] = {
    _Pattern: _write_pattern,
    list: _write_sequence,
    tuple: _write_sequence,
    dict: _write_dict,
    set: _write_set,
    frozenset: _write_set,
    types.FunctionType: _write_function,
    types.BuiltinFunctionType: _write_builtin,
    types.MethodType: _write_method,
    types.CodeType: _write_code,
    np.ufunc: _write_by_name,
    np.random.RandomState: _write_random_state,
    np.random.Generator: _write_random_state,
    type(np.sum): _write_by_name,
    np.ndarray: _write_array,
    np.generic: _write_scalar,
    np.dtype: _write_dtype,
}

_OPEN = frozenset({np.ndarray, np.generic, np.dtype})  # kinds whose subclasses are written like them


@per_object
def _writer(cls: Any) -> _Writer:
    for base, write in _KINDS.items():
        if cls is base or (base in _OPEN and issubclass(cls, base)):
            return write
    if issubclass(cls, type):
        return _write_class
    if issubclass(cls, _core.StandIn):
        return lambda walk, obj: walk.visit(obj.__mltrack__)
    for module, names, write in (
        ("scipy.sparse", ("spmatrix", "sparray"), _write_sparse),
        ("pandas", ("DataFrame", "Series", "Index"), _write_frame),
        ("sklearn.base", ("BaseEstimator",), _write_estimator),
        ("sklearn.utils", ("Bunch",), _write_dict),  # its attributes do not survive a pickle
    ):
        loaded = sys.modules.get(module)
        kinds = tuple(getattr(loaded, name) for name in names if hasattr(loaded, name))
        if kinds and issubclass(cls, kinds):
            return write
    return _write_reduced
