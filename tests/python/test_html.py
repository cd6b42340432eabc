"""How answers look in a notebook."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import mltrack
from mltrack import _core, _drawing

HOSTILE = "<script>alert('x')</script>\x1b[31m&\""
VOID = {"br", "hr", "img", "meta"}


class Checker(HTMLParser):
    """Fails on tags that do not match, and collects what a browser would run."""

    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parse(html):
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert "script" not in checker.tags
    return checker


def svg_of(html):
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])


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
    page = parse(html)
    text = " ".join(page.text)
    for expected in ("finished", "accuracy", "0.123457", "fit", "predict", HOSTILE):
        assert expected.replace("\x1b", "\ufffd") in text
    svg = svg_of(html)
    boxes = [element for element in svg.iter() if element.tag.endswith("rect")]
    arrows = [element for element in svg.iter() if element.tag.endswith("path") and element.get("marker-end")]
    assert len(boxes) == 5
    assert len(arrows) == 4


def test_a_run_that_goes_on_can_be_shown(store):
    with mltrack.start_run("p") as run:
        assert "running" in parse(run._repr_html_()).text


def test_tables_and_lineages_and_comparisons(fitted):
    run, model = fitted
    query = run.tracker.query()
    for answer in (query.models(), query.calls(), query.ancestors(model), query.runs(), query.compare(run, run)):
        parse(answer._repr_html_())
    assert HOSTILE.replace("\x1b", "\ufffd") in parse(query.ancestors(model)._repr_html_()).text


def test_colours_follow_the_theme(fitted):
    html = fitted[0]._repr_html_()
    assert "currentColor" in html
    assert "#" not in html.replace("url(#mltrack-tip)", "").replace("&#", "")


def test_an_answer_without_nodes(fitted):
    query = fitted[0].tracker.query()
    parse(query.models(where="params.C > 100")._repr_html_())


def test_every_box_is_below_what_it_came_from(fitted):
    run, _ = fitted
    lineage = run.tracker.query().descendants(run)
    places = _drawing._places([node.ref for node in lineage], [e for e in lineage.edges if e.src != lineage.root.ref])
    for edge in lineage.edges:
        if edge.src in places:
            assert places[edge.src][1] < places[edge.dst][1]
    assert len(set(places.values())) == len(places)


def test_large_graphs_are_cut(store):
    with mltrack.start_run("p") as run:
        for i in range(100):
            run.begin("fit", "some.Model", {"i": i}).end()
    html = run._repr_html_()
    parse(html)
    assert "more" in html
    assert len(html) < 200_000
