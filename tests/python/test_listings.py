"""Lists: filters, order, pages and tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack.errors import BadFilterError, InvalidArgumentError


@pytest.fixture
def tracker(tmp_path: Path) -> Iterator[mltrack.Tracker]:
    with mltrack.open(tmp_path / "listings.db") as tracker:
        for i in range(7):
            with tracker.start_run(name=f"run{i}") as run:
                run.log_param("rate", i / 10)
                run.log_param("kind", "even" if i % 2 == 0 else "odd")
                if i:
                    run.log_param("depth", i)
                run.log_metric("loss", 1 / (i + 1))
                run.log_metric("loss", (i * 3) % 5)
                run.log_metric("nan", float("nan"))
        yield tracker


def test_pages_make_up_the_list(tracker: mltrack.Tracker) -> None:
    query = tracker.query()
    asked = {"where": "params.rate > 0.05", "order_by": "params.kind desc, min(metrics.loss)"}
    whole = query.runs(**asked)
    assert whole.next is None and len(whole) == 6
    paged, after = [], ""
    while True:
        page = query.runs(**asked, limit=4, after=after)
        paged += [node.ref for node in page]
        if page.next is None:
            break
        after = page.next
    assert paged == [node.ref for node in whole]
    with pytest.raises(InvalidArgumentError, match="another question"):
        query.runs(where="params.rate > 0.1", order_by=asked["order_by"], after=after)


def test_a_table_has_what_nodes_have(tracker: mltrack.Tracker) -> None:
    query = tracker.query()
    nodes = query.runs().to_pandas()
    table = query.table("runs")
    frame = table.to_pandas()
    for name in ("ref", "name", "run", "status", "took_us", "params.rate", "params.kind", "metrics.loss"):
        assert frame[name].tolist() == nodes[name].tolist(), name
    assert frame["started"].tolist() == nodes["at"].tolist()
    assert frame["params.depth"].dtype == np.float64 and frame["params.depth"].isna().sum() == 1
    assert frame["metrics.nan"].isna().all()
    assert frame["started"].dtype == pd.DatetimeTZDtype("us", "UTC")
    assert table.column("params.depth")[-1] is None
    assert [type(value) for value in table.column("params.depth")[:2]] == [int, int]


def test_select_names_columns(tracker: mltrack.Tracker) -> None:
    query = tracker.query()
    table = query.runs(select="name, best(metrics.loss), params.rate", order_by="name", limit=2)
    assert table.columns == ("name", "best(metrics.loss)", "params.rate")
    assert list(table) == [
        {"name": "run0", "best(metrics.loss)": 0.0, "params.rate": 0.0},
        {"name": "run1", "best(metrics.loss)": 0.5, "params.rate": 0.1},
    ]
    assert table.next and query.runs(select=["name"], order_by="name", after=table.next)[0] == {"name": "run2"}
    assert any("only the first 2" in note for note in table.notes)
    with pytest.raises(BadFilterError, match="there is 'status'"):
        query.runs(select="statsu")
    with pytest.raises(BadFilterError, match="is there twice"):
        query.runs(select=["name", "name"])
    with pytest.raises(InvalidArgumentError, match="expected projects"):
        query.table("run")


def test_numbers_are_read_where_they_lie(tracker: mltrack.Tracker) -> None:
    table = tracker.query().table("runs", select="params.rate, params.depth, name", order_by="name")
    rate, depth, name = table._table.columns
    assert memoryview(rate).format == "d" and memoryview(rate).tolist() == [i / 10 for i in range(7)]
    assert memoryview(depth).nbytes == 56 and depth.missing == b"\1\0\0\0\0\0\0" and rate.missing == b""
    with pytest.raises(BufferError):
        memoryview(name)
    view = memoryview(rate)
    del table, rate, depth, name
    assert view[6] == 0.6


def test_mistaken_names_are_told(tracker: mltrack.Tracker) -> None:
    query = tracker.query()
    with pytest.raises(BadFilterError, match="no parameter 'dept'; there is 'depth'"):
        query.runs(where="params.dept = 1")
    with pytest.raises(BadFilterError, match="no metric 'lsos'; there is 'loss'"):
        query.runs(order_by="metrics.lsos")
    assert len(query.runs(where="params.`dept` = 1")) == 0
    assert len(query.runs(where="params.momentum = 1")) == 0
