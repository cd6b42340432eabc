"""The scripts of tests/lineage/scripts leave the graphs in tests/lineage/golden, whichever way they are run."""

from __future__ import annotations

from pathlib import Path

import pytest

import golden
from graph import Graph

SCRIPTS = sorted(path.stem for path in golden.SCRIPTS.glob("*.py"))
PREPARATIONS = ("credit", "census", "iris", "titanic", "grid_search")


@pytest.mark.parametrize("mode", golden.MODES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_graph_is_the_golden_one(name: str, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graph = golden.graph_of(name, mode, tmp_path)
    assert golden.normal_form(graph, name) == (golden.GOLDEN / f"{name}.txt").read_text()


def test_every_script_has_its_golden_graph() -> None:
    assert len(SCRIPTS) >= 20
    assert sorted(path.stem for path in golden.GOLDEN.iterdir()) == SCRIPTS


@pytest.mark.parametrize("name", PREPARATIONS)
def test_every_model_comes_from_the_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graph = golden.graph_of(name, "autolog", tmp_path)
    above = golden.ancestors(graph)
    files = {node.seq for node in graph.nodes.values() if node.kind == "artifact" and not graph.into(node)}
    models = [node for node in graph.nodes.values() if node.kind == "model"]
    assert models and files
    for model in models:
        assert files <= above[model.seq], f"{model.type} does not come from every file"
    assert untracked(graph) == []


def test_steps_out_of_sight_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graph = golden.graph_of("by_hand", "autolog", tmp_path)
    [lost] = untracked(graph)
    [split] = graph.calls("split")
    assert graph.into(split)["array[0]"] == (lost, "source")
    declared, told = graph.calls("fit")[1], graph.into(graph.calls("fit")[1])["X"][0]
    assert graph.into(told)["from"][1] == "declared"
    assert lost not in golden.ancestors(graph)[declared.seq]


def untracked(graph: Graph) -> list[int]:
    return [node.seq for node in graph.nodes.values() if golden.is_untracked(graph, node)]
