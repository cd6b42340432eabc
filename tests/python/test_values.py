"""Parameter values: what goes in comes out."""

from __future__ import annotations

import collections
import enum
import functools
import math
import operator

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from mltrack._values import ClassName, Opaque


def stored(run, value):
    run.log_param("p", value)
    return run.node().params["p"]


EXACT = [
    None,
    True,
    False,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    2**63,
    2**64,
    -(2**200),
    10**5000,
    0.0,
    -0.0,
    0.1,
    5e-324,
    1.7976931348623157e308,
    math.inf,
    -math.inf,
    "",
    "text",
    "na\u00efve \U0001f40d",
    "zero\0inside",
    "lone \ud800 surrogate",
    "\udcff",
    "line\nbreak\x1b[31m",
    [],
    {},
    [1, 2.5, None, True, "x"],
    [[1, [2, [3]]]],
    {"a": {"b": [1, {"c": None}]}},
    [2**70, -(2**70)],
    ["\ud800", 'quote" back\\slash \t'],
    [0.1, 1e300, -0.0],
    [math.inf, -math.inf],
]


@pytest.mark.parametrize("value", EXACT, ids=map(str, range(len(EXACT))))
def test_round_trip(run, value):
    back = stored(run, value)
    assert type(back) is type(value)
    assert back == value
    if isinstance(value, float):
        assert math.copysign(1, back) == math.copysign(1, value)


def test_nan(run):
    back = stored(run, math.nan)
    assert type(back) is float and math.isnan(back)
    run.log_param("list", [math.nan])
    assert math.isnan(run.node().params["list"][0])


def test_tuple_is_a_list(run):
    assert stored(run, (100, (50, "x"))) == [100, [50, "x"]]


def test_keys_become_text_as_json_has_it(run):
    assert stored(run, {0: 1.0, None: 2, True: 3, 0.5: 4}) == {"0": 1.0, "null": 2, "true": 3, "0.5": 4}


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.float16(2), 2.0),
        (np.int64(-3), -3),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.int8(7), 7),
        (np.bool_(True), True),
        (np.str_("rbf"), "rbf"),
    ],
)
def test_numpy_scalars_are_their_values(run, scalar, plain):
    back = stored(run, scalar)
    assert type(back) is type(plain)
    assert back == plain


def test_numpy_scalars_inside_lists(run):
    assert stored(run, [np.int64(1), {"a": np.float32(0.5)}]) == [1, {"a": 0.5}]


class Colour(enum.IntEnum):
    RED = 3


def free_function():
    return None


class Plain:
    """No repr of its own."""


class Loud:
    def __repr__(self):
        return f"Loud at {id(self):#x} says " + "x" * 5000


class Broken:
    def __repr__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (SVC, "sklearn.svm.SVC"),
        (int, "int"),
        (free_function, f"{__name__}.free_function"),
        (np.log1p, "numpy.log1p"),
        (math.sqrt, "math.sqrt"),
        (collections.OrderedDict, "collections.OrderedDict"),
    ],
)
def test_classes_and_functions_are_their_names(run, value, name):
    back = stored(run, value)
    assert type(back) is ClassName
    assert back == name


def test_other_objects_are_bounded_summaries_without_addresses(run):
    loud = Loud()
    back = stored(run, loud)
    assert type(back) is Opaque
    assert "Loud" in back and f"{id(loud):x}" not in back
    assert len(back.encode()) <= 1000


@pytest.mark.parametrize(
    "value",
    [
        Plain(),
        Broken(),
        functools.partial(operator.add, 1),
        np.random.RandomState(0),
        np.random.default_rng(0),
        {1, 2},
        b"bytes",
        1 + 2j,
        pd.DataFrame({"a": [1]}),
        LogisticRegression(C=3),
        [LogisticRegression(), 1],
        (x for x in ()),
        lambda: None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_summaries_never_fail_and_hold_no_address(run, value):
    back = stored(run, value)
    assert isinstance(back, (Opaque, ClassName))
    assert "0x" not in back


def test_summary_names_the_class(run):
    assert "sklearn.linear_model" in stored(run, LogisticRegression())
    run.log_param("steps", [("clf", SVC())])
    assert "SVC" in run.node().params["steps"]


def test_arrays_with_different_values_have_different_summaries(run):
    run.log_params({"a": np.arange(1000.0), "b": np.arange(1000.0) + 1, "c": np.arange(1000.0)})
    params = run.node().params
    assert params["a"] == params["c"] != params["b"]
    assert "float64 (1000,)" in params["a"]


def test_enumeration_members_are_their_values(run):
    assert stored(run, Colour.RED) == 3


def test_a_list_that_holds_itself_ends(run):
    endless: list = []
    endless.append(endless)
    assert isinstance(stored(run, endless), Opaque)


def test_keyboard_interrupt_of_a_repr_is_let_through(run):
    class Interrupting:
        def __repr__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.log_param("p", Interrupting())


def test_parameters_of_calls_survive_too(run):
    values = {f"p{i}": value for i, value in enumerate(EXACT)}
    call = run.begin("fit", "some.Estimator", values)
    call.end()
    assert run.tracker.query().node(call.ref).params == values


def test_the_dict_may_change_while_it_is_read(run):
    params: dict = {}

    class Growing:
        def __repr__(self):
            params["more"] = 1
            return "growing"

    params["p"] = Growing()
    run.log_params(params)
    assert set(run.node().params) == {"p"}


def test_classes_have_one_name_everywhere(run):
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    X = np.random.default_rng(0).normal(size=(30, 2))
    model = OneVsRestClassifier(LogisticRegression()).fit_sync(X, np.arange(30) % 3)
    found = run.tracker.query().node(model)
    assert found.type == "sklearn.multiclass.OneVsRestClassifier"
    assert found.params["estimator"] == "sklearn.linear_model.LogisticRegression"
    fit = run.begin("fit", "my.Model", {"kind": LogisticRegression, "of": np.linalg.norm, "own": dict})
    params = run.tracker.query().node(fit).params
    assert (params["kind"], params["own"]) == ("sklearn.linear_model.LogisticRegression", "dict")
    fit.end()
