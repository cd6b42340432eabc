"""Answers for other programs: Arrow, CSV, JSON, JSON Lines, and graphs."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

HOSTILE = 'a "b" <c> & \\ #35; %% `x` ]] }} | \n\x1b[31m\u202e é 😀 \uffff {"k"}; end'


def program(*words: str) -> str:
    return subprocess.run(["mltrack", *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def told(here: Path) -> mltrack.Run:
    with mltrack.start_run("plants", "x", name=HOSTILE, tags={"k": HOSTILE}, strict=True) as run:
        run.log_params({"C": 2.5, "n": 3, "yes": True, "text": "a,b", "lone": "\ud800", "big": 2**70})
        run.log_metric("nan", math.nan)
        run.log_metric("loss", -0.0)
        penguins = mltrack.read_csv_sync("penguins.csv").dropna()
        run.log_dataset(penguins, name=HOSTILE)
        X, y = penguins[["bill_length_mm", "body_mass_g"]], penguins["species"]
        make_pipeline(StandardScaler(), LogisticRegression(C=2)).fit_sync(X, y)
    with mltrack.start_run("plants", "x", name="bare", strict=True):
        pass
    return run


# ---- rows


@pytest.mark.parametrize("kind", ["runs", "calls", "datasets", "models", "artifacts", "projects"])
def test_python_writes_what_the_program_prints(told, tmp_path, kind):
    answer = getattr(mltrack.query(), kind)()
    for words, method in (("csv", answer.to_csv), ("json", answer.to_json), ("jsonl", answer.to_jsonl)):
        text = method()
        assert text == program("query", kind, "--limit", "0", "--format", words)
        assert method(tmp_path / "answer") is None
        assert (tmp_path / "answer").read_text() == text


def test_csv_and_json_are_read_by_others(told):
    runs = mltrack.query().runs()
    rows = list(csv.DictReader(io.StringIO(runs.to_csv())))
    assert [row["ref"] for row in rows] == [run.ref for run in runs]
    assert rows[1]["params.text"] == "a,b"
    assert [row["ref"] for row in json.loads(runs.to_json())] == [run.ref for run in runs]
    assert [json.loads(line)["ref"] for line in runs.to_jsonl().splitlines()] == [run.ref for run in runs]


def test_lineage_in_rows_is_what_the_program_prints(told):
    lineage = mltrack.query().lineage("penguins.csv")
    assert lineage.to_csv() == program("query", "lineage", "penguins.csv", "--format", "csv")
    assert lineage.to_jsonl() == program("query", "lineage", "penguins.csv", "--format", "jsonl")
    assert lineage.to_json() == program("query", "lineage", "penguins.csv", "--format", "json")


# ---- Arrow


def test_polars_reads_answers(told):
    polars = pytest.importorskip("polars")
    runs = mltrack.query().runs()
    frame = runs.to_polars()
    assert frame.height == 2
    assert frame.schema["at"] == polars.Datetime("us", "UTC")
    assert frame.schema["took_us"] == frame.schema["params.n"] == polars.Int64
    assert frame.schema["params.C"] == frame.schema["metrics.nan"] == polars.Float64
    assert frame.schema["params.yes"] == polars.Boolean
    assert frame.schema["name"] == polars.String
    by_name = {row["name"]: row for row in frame.to_dicts()}
    told_row, bare = by_name[HOSTILE], by_name["bare"]
    assert told_row["params.C"] == 2.5 and bare["params.C"] is None
    assert told_row["params.yes"] is True and bare["params.yes"] is None
    assert told_row["params.lone"] == "\ufffd\ufffd\ufffd"
    assert told_row["params.big"] == str(2**70)
    assert math.isnan(told_row["metrics.nan"]) and bare["metrics.nan"] is None
    assert math.copysign(1, told_row["metrics.loss"]) == -1
    assert told_row["at"] == told.node().at
    lineage = mltrack.query().lineage("penguins.csv")
    assert lineage.to_polars().height == len(lineage)


def test_pyarrow_reads_answers_and_finds_them_valid(told):
    pyarrow = pytest.importorskip("pyarrow")
    for answer in (mltrack.query().runs(), mltrack.query().calls(), mltrack.query().lineage("penguins.csv")):
        table = pyarrow.RecordBatchReader.from_stream(answer).read_all()
        table.validate(full=True)
        assert table.num_rows == len(answer)
        assert table.column("ref").to_pylist() == [node.ref for node in answer]
        assert table.column("at").to_pylist() == [node.at for node in answer]
    assert pyarrow.table(mltrack.query().runs(where="name = 'nobody'")).num_rows == 0


def test_duckdb_reads_answers(told):
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    calls = mltrack.query().calls()
    found = duckdb.sql("SELECT op, count(*) AS n FROM calls GROUP BY op ORDER BY op").fetchall()
    assert dict(found) == {op: sum(call.op == op for call in calls) for op in {call.op for call in calls}}


def test_a_stream_outlives_its_answer_and_is_released_unread(told):
    pyarrow = pytest.importorskip("pyarrow")
    for _ in range(100):
        mltrack.query().runs().__arrow_c_stream__()
    reader = pyarrow.RecordBatchReader.from_stream(mltrack.query().runs())
    assert reader.read_all().num_rows == 2
    half = pyarrow.RecordBatchReader.from_stream(mltrack.query().runs())
    assert "ref" in half.schema.names
    del half


def test_without_polars_the_package_is_named(told, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(mltrack.errors.MissingPackageError, match="polars"):
        mltrack.query().runs().to_polars()


# ---- graphs


@pytest.fixture
def lineage(told) -> mltrack.Lineage:
    return mltrack.query().lineage("penguins.csv")


@pytest.mark.parametrize("kind", ["dot", "mermaid", "graphml"])
def test_the_program_draws_the_same(lineage, tmp_path, kind):
    method = getattr(lineage, f"to_{kind}")
    text = method()
    assert text == program("query", "lineage", "penguins.csv", "--format", kind)
    method(tmp_path / "graph")
    assert (tmp_path / "graph").read_text() == text


def test_networkx_reads_graphml(lineage):
    networkx = pytest.importorskip("networkx")
    graph = networkx.parse_graphml(lineage.to_graphml())
    nodes = {node.ref: node for node in [lineage.root, *lineage.nodes]}
    assert set(graph.nodes) == set(nodes)
    found = [(a, b, data["slot"], data.get("via")) for a, b, data in graph.edges(data=True)]
    assert sorted(found, key=str) == sorted(
        ((edge.src, edge.dst, edge.slot, edge.via) for edge in lineage.edges), key=str
    )
    for ref, data in graph.nodes(data=True):
        assert (data["kind"], data.get("rows"), data.get("op")) == (nodes[ref].kind, nodes[ref].rows, nodes[ref].op)
    shown = (
        HOSTILE.replace("\n", "\\n").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace("\uffff", "\\uffff")
    )
    assert shown in {data.get("name") for _, data in graph.nodes(data=True)}
    assert networkx.is_directed_acyclic_graph(graph)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")  # its own, about pyparsing
def test_pydot_reads_dot(lineage):
    pydot = pytest.importorskip("pydot")
    (graph,) = pydot.graph_from_dot_data(lineage.to_dot())
    refs = {node.ref for node in [lineage.root, *lineage.nodes]}
    assert {node.get_name().strip('"') for node in graph.get_nodes()} == refs
    assert sorted(
        (edge.get_source().strip('"'), edge.get_destination().strip('"')) for edge in graph.get_edges()
    ) == sorted((edge.src, edge.dst) for edge in lineage.edges)


def test_graphviz_lays_it_out(lineage):
    if shutil.which("dot") is None:
        pytest.skip("Graphviz is not installed")
    done = subprocess.run(["dot", "-Tsvg"], input=lineage.to_dot(), capture_output=True, text=True, check=True)
    assert done.stdout.count('class="node"') == len(lineage) + 1
    assert not done.stderr


NODE = re.compile(r'  (n\d+)(?:\(\["([^"]*)"\]\)|\{\{"([^"]*)"\}\}|\[/"([^"]*)"/\]|\["([^"]*)"\])')
EDGE = re.compile(r'  (n\d+) -->\|"([^"]*)"\| (n\d+)')
PLAIN = re.compile(r"(?:[\w ._,:+\-/()\[\]=]|[^\x00-\x7f]|#\d+;|<br/>)*")


def test_mermaid_has_nothing_in_it_that_a_name_could_break(lineage):
    """The grammar of what is written, line by line; Mermaid itself needs a browser."""
    head, *lines = lineage.to_mermaid().splitlines()
    assert head == "flowchart LR"
    nodes = [match for match in map(NODE.fullmatch, lines) if match]
    edges = [match for match in map(EDGE.fullmatch, lines) if match]
    assert len(nodes) + len(edges) == len(lines)
    assert len(nodes) == len(lineage) + 1
    assert len(edges) == len(lineage.edges)
    for label in [*(next(filter(None, m.groups()[1:])) for m in nodes), *(m[2] for m in edges)]:
        assert PLAIN.fullmatch(label)
    shown = {
        re.sub(r"#(\d+);", lambda m: chr(int(m[1])), part)
        for m in nodes
        for part in (m[4] or m[5] or "").split("<br/>")
    }
    assert HOSTILE.replace("\n", "\\n").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e") in shown


def test_notes_are_in_the_graph(told, monkeypatch):
    Path("penguins.csv").write_text("a,b\n1,2\n")
    changed = mltrack.query().lineage("penguins.csv")
    assert changed.notes
    assert f"// {changed.notes[0]}" in changed.to_dot()
    assert "%% " in changed.to_mermaid()
    assert '<data key="notes">' in changed.to_graphml()
