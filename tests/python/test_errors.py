"""What a user is told who passes something that cannot be right: the bad value, and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mltrack
from mltrack import errors

_WRONG_TYPES: list[tuple[Callable[[mltrack.Run], Any], str]] = [
    (lambda run: run.log_metric("b", "x"), "'x'.*number"),  # type: ignore[arg-type]
    (lambda run: run.log_metric("b", None), "None.*number"),  # type: ignore[arg-type]
    (lambda run: run.log_metric("b", np.zeros(3)), "array.*number"),  # type: ignore[arg-type]
    (lambda run: run.log_metric(1, 0.5), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_metric("b", 0.5, step="one"), "'one'.*int"),  # type: ignore[arg-type]
    (lambda run: run.log_metrics({"a": 1.0, "b": "x"}), "'x'.*number"),  # type: ignore[dict-item]
    (lambda run: run.log_metrics({1: 1.0}), "1.*str"),  # type: ignore[dict-item]
    (lambda run: run.log_metrics([("a", 1.0)]), "list.*dict|dict.*list"),  # type: ignore[arg-type]
    (lambda run: run.log_param(1, 2), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_param(None, 2), "None.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_params({1: 2}), "1.*str"),  # type: ignore[dict-item]
    (lambda run: run.log_params(5), "5.*dict"),  # type: ignore[arg-type]
    (lambda run: run.set_tag(1, "x"), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_note(1), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.begin(1), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.begin("fit", 2), "2.*str"),  # type: ignore[arg-type]
    (lambda run: run.begin("fit", "my.Model", params=3), "3.*dict"),  # type: ignore[arg-type]
    (lambda run: run.begin("fit", "my.Model", {4: 1}), "4.*str"),  # type: ignore[dict-item]
    (lambda run: run.begin("fit", "my.Model", inputs=5), "5.*slot"),  # type: ignore[arg-type]
    (lambda run: run.begin("fit", "my.Model", inputs=[5]), "5.*slot"),  # type: ignore[list-item]
    (lambda run: run.begin("fit", "my.Model", parent=6), "6.*call"),  # type: ignore[arg-type]
    (lambda run: run.begin("fit", "my.Model", source=7), "7.*str"),  # type: ignore[arg-type]
    (lambda run: run.begin_fit(8), "8.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_fit(9), "9.*str"),  # type: ignore[arg-type]
    (lambda run: run.log_fit("my.Model", params=10), "10.*dict"),
    (lambda run: run.log_fit("my.Model", outputs=11), "11.*slot"),
    (lambda run: run.log_fit("my.Model", metrics=12), "12.*dict"),
    (lambda run: run.log_fit("my.Model", metrics={"a": "x"}), "'x'.*number"),
    (lambda run: mltrack.start_run(1), "1.*str"),  # type: ignore[arg-type]
    (lambda run: mltrack.start_run("p", 2), "2.*str"),  # type: ignore[arg-type]
    (lambda run: run.tracker.start_run("p", name=3), "3.*str"),  # type: ignore[arg-type]
    (lambda run: run.tracker.start_run("p", tags=4), "4.*dict"),  # type: ignore[arg-type]
    (lambda run: run.tracker.attach(5), "5.*str"),  # type: ignore[arg-type]
    (lambda run: run.tracker.query().runs(limit="1"), "'1'.*int"),  # type: ignore[arg-type]
    (lambda run: run.tracker.query().runs(where=1), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.tracker.query().models(order_by=1), "1.*str"),  # type: ignore[arg-type]
    (lambda run: run.tracker.query().ancestors(run, depth="2"), "'2'.*int"),  # type: ignore[arg-type]
    (lambda run: run.tracker.query().points(run, 1), "1.*str"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "words"), _WRONG_TYPES)
def test_wrong_types_are_named(run: mltrack.Run, wrong: Callable[[mltrack.Run], Any], words: str) -> None:
    with pytest.raises(mltrack.Error) as caught:
        wrong(run)
    assert isinstance(caught.value, TypeError) and isinstance(caught.value, errors.InvalidArgumentError)
    assert re.search(words, str(caught.value)), str(caught.value)
    assert "incompatible function" not in str(caught.value)
    assert len(run.tracker.query().runs()) == 1 and not run.tracker.query().calls()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda run: run.tracker.query().runs(limit=-1), "-1.*0"),
        (lambda run: run.tracker.query().lineage(run, depth=-2), "-2.*0"),
        (lambda run: mltrack.start_run(""), "project is ''"),
        (lambda run: mltrack.start_run("p", ""), "experiment is ''"),
        (lambda run: run.tracker.start_run(""), "project is ''"),
        (lambda run: run.log_metric("m", 1.0, step=2**70), f"{2**70}.*64"),
        (lambda run: run.tracker.query().runs(limit=2**70), f"{2**70}.*64"),
    ],
)
def test_wrong_values_are_named(run: mltrack.Run, wrong: Callable[[mltrack.Run], Any], words: str) -> None:
    with pytest.raises(errors.InvalidArgumentError) as caught:
        wrong(run)
    assert re.search(words, str(caught.value)), str(caught.value)
    assert len(run.tracker.query().runs()) == 1


def test_numbers_of_every_kind_are_metrics(run: mltrack.Run) -> None:
    for i, value in enumerate((1, True, np.float32(0.5), np.int64(3), np.array(2.5))):
        run.log_metric(f"m{i}", value, step=np.int64(i))  # type: ignore[arg-type]
    assert list(run.node().metrics.values()) == [1.0, 1.0, 0.5, 3.0, 2.5]
