"""The stories of tests/lineage, told through the Python doors. README.md there has the format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

import mltrack
from mltrack import _core

CASES = sorted((Path(__file__).parents[1] / "lineage").glob("*.case"))


@dataclass
class Thing:
    """An object of the story, with every node it has stood for."""

    kind: str
    values: np.ndarray | None = None
    digest: str | None = None
    size: int = -1
    path: str = ""
    sources: list = field(default_factory=list)
    nodes: list = field(default_factory=list)
    known: bool = False


class Story:
    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.things: dict[str, Thing] = {}
        self.calls: dict[str, _core.Call] = {}
        self.refs: dict[str, _core.NodeRef] = {}
        self.run: mltrack.Run | None = None

    def tell(self, words: list[str]) -> None:
        getattr(self, f"on_{words[0]}")(*words[1:])

    def on_run(self, name: str) -> None:
        if self.run is not None:
            self.run.finish()
        self.run = mltrack.start_run("cases", self.name, name=name)
        self.refs[name] = self.run.ref

    def on_data(self, name: str, size: str, *how: str) -> None:
        joined = size == "join"
        values = np.hstack([self.things[part].values for part in how]) if joined else table(size, how)
        self.things[name] = Thing("dataset", values)

    def on_file(self, name: str, *text: str) -> None:
        path = self.folder / f"{name}.txt"
        path.write_text(" ".join(text))
        digest, size = _core.digest_file(path)
        self.things[name] = Thing("artifact", digest=digest, size=size, path=str(path))

    def on_model(self, name: str, number: str) -> None:
        self.things[name] = Thing("model", digest=_core.digest_bytes("model", number.encode()))

    def on_edit(self, name: str, _seed: str, number: str) -> None:
        thing = self.things[name]
        rows, columns = thing.values.shape
        self.edited(thing, table(f"{rows}x{columns}", ("seed", number)))

    def on_widen(self, name: str, *others: str) -> None:
        thing = self.things[name]
        self.edited(thing, np.hstack([thing.values, *(self.things[other].values for other in others)]))

    def edited(self, thing: Thing, values: np.ndarray) -> None:
        thing.values = values
        thing.sources = [_core.Source(thing.nodes[-1], "edited", "from")]
        thing.known = False

    def on_derive(self, name: str, slot: str, source: str) -> None:
        self.things[name].sources.append(_core.Source(self.node(source), "declared", slot))

    def on_log(self, name: str) -> None:
        self.became(name, self.run.log_node(self.flow("from", name)))

    def on_call(self, label: str, *words: str) -> None:
        arrow = words.index("->") if "->" in words else len(words)
        self.on_begin(label, *words[:arrow])
        self.on_end(label, *words[arrow + 1 :])

    def on_begin(self, label: str, op: str, estimator: str, *words: str) -> None:
        parent = self.calls[words[1]] if words[:1] == ("in",) else None
        given = pairs(words[2:] if parent is not None else words)
        flows = [self.input(slot, name) for slot, name in given]
        call = self.run.begin(op, estimator, inputs=flows, parent=parent)
        for (_, name), node in zip(given, call.inputs, strict=True):
            self.became(name, node)
        self.calls[label] = call
        self.refs[label] = call.ref

    def on_end(self, label: str, *words: str) -> None:
        made = pairs(words)
        call = self.calls[label]
        call.end([self.flow(slot, name) for slot, name in made])
        for (_, name), node in zip(made, call.outputs, strict=True):
            self.became(name, node)

    def input(self, slot: str, name: str) -> _core.Flow:
        thing = self.things[name]
        return _core.Flow(slot, node=thing.nodes[-1], via="object") if thing.known else self.flow(slot, name)

    def flow(self, slot: str, name: str) -> _core.Flow:
        thing = self.things[name]
        return _core.Flow(
            slot,
            kind=thing.kind,
            name=name,
            data=None if thing.values is None else mltrack.describe(thing.values),
            digest=thing.digest,
            size_bytes=thing.size,
            location=thing.path,
            sources=thing.sources,
        )

    def became(self, name: str, node: _core.NodeRef) -> None:
        thing = self.things[name]
        if not thing.nodes or thing.nodes[-1] != node:
            thing.nodes.append(node)
        thing.known = True
        thing.sources = []

    def node(self, name: str) -> _core.NodeRef:
        name, _, number = name.partition("#")
        if name in self.refs:
            return self.refs[name]
        return self.things[name].nodes[int(number) - 1 if number else -1]

    def reference(self, name: str) -> str | _core.NodeRef:
        if not name.startswith("digest:"):
            return self.node(name)
        thing = self.things[name.removeprefix("digest:")]
        return thing.digest or mltrack.describe(thing.values).content


def table(size: str, how: tuple[str, ...]) -> np.ndarray:
    rows, columns = map(int, size.split("x"))
    if how[0] == "zero":
        return np.zeros((rows, columns))
    row, column = np.arange(rows)[:, None], np.arange(columns)
    return ((37 * row * row + 101 * column + 7919 * int(how[1])) % 10007) / 8


def pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [tuple(word.split("=", 1)) for word in words]


def holds(story: Story, query: mltrack.Query, words: list[str]) -> None:
    what, *names = [word.removesuffix(":") for word in words]
    shown = {name: query.node(story.node(name)).ref for name in names if what in ("same", "different")}
    if what in ("ancestors", "descendants"):
        found = getattr(query, what)(story.reference(names[0]))
        assert {node.ref for node in found} == {query.node(story.node(name)).ref for name in names[1:]}
    elif what == "common":
        found = query.common_ancestor(story.reference(names[0]), story.reference(names[1]))
        assert {node.ref for node in found} == {query.node(story.node(name)).ref for name in names[2:]}
    elif what == "edge":
        source, target = (query.node(story.node(name)).ref for name in (names[0], names[2]))
        edges = [(edge.src, edge.slot, edge.via or "-") for edge in query.details(target).in_edges]
        assert (source, names[1], " ".join(words[4:])) in edges
    elif what == "edges":
        every = {(edge.src, edge.dst, edge.slot) for run in query.runs() for edge in query.lineage(run).edges}
        assert len([edge for edge in every if not edge[0].endswith(":0")]) == int(names[0])
    elif what == "same":
        assert len(set(shown.values())) == 1
    else:
        assert what == "different"
        assert len(set(shown.values())) == len(names)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path, store, tmp_path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    events, expectations = (part.splitlines() for part in "\n".join(lines).split("---\n"))
    story = Story(path.stem, tmp_path)
    for line in events:
        if line.strip():
            story.tell(line.split())
    query = mltrack.query(store)
    for line in expectations:
        if line.strip():
            holds(story, query, line.split())


def test_there_are_cases():
    assert len(CASES) >= 10
