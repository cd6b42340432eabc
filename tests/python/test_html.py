"""How answers look in a notebook."""

from __future__ import annotations

import itertools
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import html5lib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack
from mltrack import _core, _html
from mltrack._html import cells, graph, layout
from mltrack._html.page import COLOURS

HOSTILE = "<script>alert('x')</script>\x1b[31m\u202e&\"</svg></table>"
SAFE = HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
LARGEST = 200_000


def parse(html: str) -> ElementTree.Element:
    """The fragment as a tree: valid, static, from nowhere else, and small."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parseFragment(html)
    assert len(html.encode()) < LARGEST
    assert not set(html) & set("\x1b\u202e")
    for element in tree.iter():
        name = element.tag.rpartition("}")[2]
        assert name not in ("script", "link", "img", "iframe", "object", "foreignObject", "a"), name
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert not attribute.endswith(("src", "href"))
            assert "url(" not in value
    assert "url(" not in html
    assert "@import" not in html
    return tree


def text_of(html: str) -> str:
    return " ".join(parse(html).itertext())


def elements(html: str, name: str) -> list[ElementTree.Element]:
    return [element for element in parse(html).iter() if element.tag.rpartition("}")[2] == name]


def texts(html: str) -> list[str]:
    return ["".join(element.itertext()) for element in elements(html, "text")]


@pytest.fixture
def fitted(store):
    with mltrack.start_run("p", name=HOSTILE, tags={HOSTILE: HOSTILE}) as run:
        run.log_param(HOSTILE, HOSTILE)
        run.log_metric("accuracy", 0.123456789)
        data = mltrack.describe(np.random.default_rng(0).normal(size=(20, 2)))
        call = run.begin("fit", HOSTILE, {"C": 1.0}, [_core.Flow("X", data=data, name=HOSTILE)])
        model = call.end()
        output = run.begin("predict", "some.Model", inputs=[_core.Flow("model", node=model, kind="model")])
        output.end([_core.Flow("output", data=mltrack.describe(np.random.default_rng(1).normal(size=20)))])
    return run, model


def test_a_run_is_a_table_and_a_graph(fitted):
    run, _ = fitted
    html = run._repr_html_()
    text = text_of(html)
    for expected in ("finished", "accuracy", "0.123457", "fit", "predict", SAFE):
        assert expected in text
    boxes, arrows = elements(html, "rect"), [path for path in elements(html, "path") if path.get("stroke")]
    assert len(boxes) == 5
    assert len(arrows) == 4


def test_a_run_that_goes_on_can_be_shown(store):
    with mltrack.start_run("p") as run:
        assert "running" in text_of(run._repr_html_())


def test_every_answer_is_static_html(fitted):
    run, model = fitted
    query = run.tracker.query()
    node = query.node(model)
    answers = [query.models(), query.calls(), query.runs(), query.datasets(), query.projects(), node, query.node(run)]
    answers += [query.ancestors(model), query.lineage(run), query.compare(run, run), query.details(model)]
    answers += [query.details(run), query.details(query.datasets()[0]), query.alarms(), run]
    for answer in answers:
        parse(answer._repr_html_())
        assert len(repr(answer)) > 10
    assert SAFE in text_of(query.ancestors(model)._repr_html_())
    assert "nothing that was recorded differs" in text_of(query.compare(run, run)._repr_html_())


class Columns:
    """The part of an answer in rows that a table reads."""

    notes = ("only a part",)

    def __init__(self, **columns):
        self.columns = [SimpleNamespace(name=name, values=values) for name, values in columns.items()]

    def __len__(self):
        return len(self.columns[0].values)


def test_rows_and_columns_are_cut_which_is_said():
    table = mltrack.Table(Columns(**{f"c{i}": [i + 0.5, None] * 5_000 for i in range(100)}))
    text = text_of(table._repr_html_())
    assert "50 of 10,000 rows shown; 24 of 100 columns shown" in text
    assert "only a part" in text
    wide = mltrack.Table(Columns(**{HOSTILE: [HOSTILE * 1_000] * 10_000, "took_us": [1_500] * 10_000}))
    assert "1.5 ms" in text_of(wide._repr_html_())
    assert SAFE in text_of(wide._repr_html_())


def test_a_model_and_a_dataset_say_what_they_are(fitted):
    run, model = fitted
    query = run.tracker.query()
    shown = text_of(query.details(model)._repr_html_())
    assert "came from" in shown
    assert "went into" in shown
    (data,) = query.datasets(where="columns = 2")
    assert "20 \u00d7 2" in text_of(data._repr_html_())
    rows = elements(query.details(data)._repr_html_(), "tr")
    assert sum("float" in "".join(row.itertext()) for row in rows) >= 2
    digests = [element for element in elements(data._repr_html_(), "code") if element.get("title") == data.digest]
    assert ["".join(element.itertext()) for element in digests] == [data.digest[:8]]


def test_why_two_runs_differ_is_told_in_order(fitted):
    run, model = fitted
    query = run.tracker.query()
    node, call = query.node(model), query.calls(where="op = 'fit'")[0]
    side = {"call_a": call.ref, "call_b": None}
    causes = [
        SimpleNamespace(kind="param", name="C", a="1", b="2", text=f"C {HOSTILE}", **side),
        SimpleNamespace(kind="values", name="", a=None, b=None, text="the values differ", **side),
    ]
    answer = SimpleNamespace(a=node, b=node, call_a=call, call_b=None, causes=causes, aligned=7, notes=["a note"])
    html = _html.explanation(answer)
    shown = ["".join(cell.itertext()) for cell in elements(html, "td")]
    assert shown[:4] == ["1.", "param", "C", f"C {SAFE}"]
    assert shown.index("the values differ") > shown.index("2.") > 4
    text = text_of(html)
    assert "first calls that differ" in text
    assert "7 pairs of calls were compared" in text
    assert "a note" in text
    answer.causes = []
    assert "no cause was found" in text_of(_html.explanation(answer))
    assert "first calls that differ" in text_of(_html.explanation(answer))
    answer.call_a = None
    assert "nothing that was recorded differs" in text_of(_html.explanation(answer))


def test_text_has_the_colour_of_the_page_and_kinds_are_readable_on_white_and_black(fitted):
    html = fitted[0]._repr_html_()
    assert "currentColor" in html
    assert set(_colours(html)) <= set(COLOURS.values())
    for colour in COLOURS.values():
        for page in ("#ffffff", "#111111"):
            assert _contrast(colour, page) >= 3, (colour, page)


def _colours(html):
    return re.findall(r"(?<!&)#[0-9a-fA-F]{3,8}\b", html)


def _contrast(one, other):
    """The ratio of two colours' luminances, as the web's guidelines define it."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_an_answer_without_nodes(fitted):
    query = fitted[0].tracker.query()
    assert "0 nodes" in text_of(query.models(where="params.C > 100")._repr_html_())


def test_every_box_is_below_what_it_came_from(fitted):
    run, _ = fitted
    lineage = run.tracker.query().descendants(run)
    refs = [node.ref for node in lineage if node.kind != "run"]
    edges = [(refs.index(edge.src), refs.index(edge.dst)) for edge in lineage.edges if edge.src in refs]
    plan = layout.layout(len(refs), edges)
    for source, target in edges:
        assert plan.layer[source] < plan.layer[target]
    assert len(set(zip(plan.layer, plan.across, strict=True))) == len(refs)


@pytest.mark.parametrize("seed", range(20))
def test_boxes_of_any_graph_do_not_overlap(seed):
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 50))
    edges = {(int(a), int(b)) for a, b in np.sort(chance.integers(0, count, (2 * count, 2)), axis=1) if a != b}
    plan = layout.layout(count, sorted(edges))
    for level in set(plan.layer):
        row = sorted(plan.across[at] for at in range(count) if plan.layer[at] == level)
        assert all(right - left >= 1 for left, right in itertools.pairwise(row))
    assert all(plan.layer[source] < plan.layer[target] for source, target in edges)
    assert all(len(way) == plan.layer[b] - plan.layer[a] - 1 for (a, b), way in plan.bends.items())


def test_nodes_that_are_alike_are_one_box(store):
    with mltrack.start_run("p") as run:
        data = run.log_dataset(np.random.default_rng(0).normal(size=(20, 2)), name="all")
        for i in range(30):
            run.begin("trial", "some.Model", {"i": i}, [_core.Flow("X", node=data)]).end([])
    shown = texts(run._repr_html_())
    assert "30 \u00d7 trial Model" in shown
    assert len(elements(run._repr_html_(), "rect")) == 3  # the data; the trials, of which two are indicated


def test_the_insides_of_calls_are_left_out_of_large_graphs(store):
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = np.arange(40) % 2
    with mltrack.start_run("p", strict=True) as run:
        for i in range(5):
            make_pipeline(StandardScaler(), LogisticRegression(C=i + 1.0)).fit_sync(X, y)
    html = run._repr_html_()
    assert len([text for text in texts(html) if text == "fit Pipeline"]) == 5
    assert not [text for text in texts(html) if "StandardScaler" in text]
    assert "nodes inside of other calls are not drawn" in text_of(html)
    scaler = run.tracker.query().models(where="estimator = 'StandardScaler'")[0]
    assert "StandardScaler" in texts(run.tracker.query().ancestors(scaler)._repr_html_())


def test_a_large_run_is_cut_which_is_said(store):
    with mltrack.start_run("p") as run:
        for i in range(150):
            run.begin("fit", f"some.Model{i}", {HOSTILE: HOSTILE * 20}).end()
    html = run._repr_html_()
    assert "60 of 300 nodes shown" in text_of(html)
    assert "of 150 calls shown" in text_of(html)
    assert "of 150 calls shown" in text_of(run.tracker.query().calls()._repr_html_())


def test_ten_thousand_hostile_nodes_fit(store):
    """An answer as a large store gives it: a chain of ten thousand, everything with two and more edges."""
    with mltrack.start_run("p", name=HOSTILE * 100, tags={f"{HOSTILE}{i}": HOSTILE * 50 for i in range(80)}) as run:
        data = mltrack.describe(np.random.default_rng(0).normal(size=(20, 2)))
        for i in range(100):
            run.begin("fit", HOSTILE * 3, {f"{HOSTILE}{i}": i}, [_core.Flow(HOSTILE, data=data, name=HOSTILE)]).end()
            run.log_metric(f"{HOSTILE}{i}", i)
    query = run.tracker.query()
    some = list(query.descendants(run))
    many = mltrack.NodeTable([some[i % len(some)] for i in range(10_000)])
    assert "of 10,000 nodes shown" in text_of(many._repr_html_())
    parse(run._repr_html_())
    parse(query.details(run)._repr_html_())
    nodes = [SimpleNamespace(**_fields(some[i % len(some)]), ref=f"abcdef01:{i}", depth=i) for i in range(10_000)]
    edges = [SimpleNamespace(src=f"abcdef01:{i - step}", dst=f"abcdef01:{i}", slot=HOSTILE * 9, via=HOSTILE)
             for i in range(10, 10_000) for step in (1, 2, 7)]  # fmt: skip
    lineage = SimpleNamespace(root=nodes[0], notes=["cut"] * 20, nodes=mltrack.NodeTable(nodes[1:]), edges=edges)
    lineage = type("L", (), {"__len__": lambda self: 9_999, **vars(lineage)})()
    text = text_of(_html.lineage(lineage))
    assert "60 of 10,000 nodes shown, those nearest to abcdef01:0" in text


def _fields(node):
    names = [
        "kind",
        "op",
        "type",
        "name",
        "digest",
        "rows",
        "columns",
        "run",
        "at",
        "project",
        "experiment",
        "status",
        "parent",
        "took_us",
        "error_type",
        "error",
        "source",
        "params",
        "metrics",
        "tags",
    ]
    return {name: getattr(node, name) for name in names}


def test_cells_are_readable():
    assert cells.cell("took_us", 1_250) == "1.25 ms"
    assert cells.cell("took_us", 3_400_000) == "3.4 s"
    assert cells.cell("took_us", 64) == "64 us"
    assert cells.cell("x", float("nan")) == "NaN"
    assert cells.cell("x", 0.1 + 0.2) == "0.3"
    assert cells.shape(344, 8) == "344 \u00d7 8"
    assert cells.shape(1_000_000, None) == "1,000,000 \u00d7 1"
    assert cells.short_type("dlib::svm_c_trainer<dlib::radial_basis_kernel<vector>>") == "svm_c_trainer"
    assert cells.cut("\u4e2d" * 30, 20) == "\u4e2d" * 9 + "\u2026"
    assert cells.cut("a" * 20, 20) == "a" * 20


def test_numbers_stand_below_each_other(fitted):
    html = fitted[0].tracker.query().runs()._repr_html_()
    right = ["".join(cell.itertext()) for cell in elements(html, "td") if cell.get("class") == "n"]
    assert "0.123457" in right


def test_the_same_answer_is_the_same_page(fitted):
    run, model = fitted
    query = run.tracker.query()
    assert query.lineage(model)._repr_html_() == query.lineage(model)._repr_html_()
    assert graph.graph([], []) == ""
