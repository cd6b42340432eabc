"""Runs the scripts of tests/lineage/scripts and writes their graphs down, node for node.

`python tests/lineage/golden.py --write NAME ...` (or `--all`) writes the golden files anew; read the difference before
you keep it. Without --write the graph is printed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path
from types import CodeType
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"
GOLDEN = HERE / "golden"
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent / "python"))

import joblib  # noqa: E402
from sklearn import metrics  # noqa: E402

import mltrack  # noqa: E402
from graph import Graph, Row  # noqa: E402
from mltrack.sklearn._functions import NAMED, is_metric  # noqa: E402
from mltrack.sklearn._methods import METHODS  # noqa: E402
from tables import write_all  # noqa: E402

# How a script is run: its calls as they are or as their `_sync` twins, how many workers, and joblib's backend.
MODES = {
    "autolog": (False, 1, None),
    "sync": (True, 1, None),
    "processes": (False, 2, "loky"),
    "threads": (False, 2, "threading"),
}


def graph_of(name: str, mode: str, folder: Path) -> Graph:
    """The graph of a script that ran in `folder`, which is the current one and gets its files and the store."""
    sync, workers, backend = MODES[mode]
    write_all(folder)
    code = compiled(SCRIPTS / f"{name}.py", workers, sync)
    chosen = contextlib.nullcontext() if backend is None else joblib.parallel_config(backend)
    recording = contextlib.nullcontext() if sync else mltrack.autolog()
    store = folder / f"{mode}.db"
    with mltrack.start_run("golden", name, store=store, strict=True) as run, contextlib.redirect_stdout(io.StringIO()):
        with chosen, recording:
            exec(code, {"__name__": "__main__", "mltrack": mltrack})
        return Graph(store, run.uid)


def compiled(script: Path, workers: int, sync: bool) -> CodeType:
    """The script with its number of workers, and with its calls as `_sync` twins."""
    tree = ast.parse(script.read_text())
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement) == "N_JOBS = 1":
            statement.value = ast.copy_location(ast.Constant(workers), statement.value)
    if sync:
        tree = Twins(tree).visit(tree)
    return compile(ast.fix_missing_locations(tree), script.name, "exec")


class Twins(ast.NodeTransformer):
    """Renames what a script calls to its `_sync` twins. Classes of the script's own are left as they are."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions: dict[str, str] = {}
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom):
                self.functions.update(
                    {name.name: twin_of(str(statement.module), name.name) for name in statement.names}
                )

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Name) and self.functions.get(called.id):
            node.func = _expression(self.functions[called.id], called)
        elif isinstance(called, ast.Attribute):
            if called.attr.startswith("read_"):
                node.func = _expression(f"mltrack.{called.attr}_sync", called)
            elif called.attr in METHODS or called.attr == "to_csv":
                called.attr += "_sync"
        return node


def _expression(text: str, place: ast.AST) -> ast.expr:
    made = ast.parse(text, mode="eval").body
    for part in ast.walk(made):
        ast.copy_location(part, place)
    return made


def twin_of(module: str, name: str) -> str:
    """The twin of a function of scikit-learn; empty for what has none."""
    if name in NAMED.get(module, ()):
        return f"mltrack.{name}_sync"
    if module == "sklearn.metrics" and is_metric(name, getattr(metrics, name)):
        return f"mltrack.metrics.{name}_sync"
    return ""


def normal_form(graph: Graph, script: str) -> str:
    """One line a node with the edges into it, and below it the metrics of a call; then the files each model came from,
    and what came from nowhere. Times, digests, paths, numbers of workers and parameters that the script does not name
    are left out."""
    text = (SCRIPTS / f"{script}.py").read_text()
    nodes = [node for node in graph.nodes.values() if node.seq > 0]
    lines = [f"# {script}: {ast.get_docstring(ast.parse(text))}"]
    for node in nodes:
        lines.append(f"{node.seq:3} {_what(graph, node, _chosen(text))}{_edges(graph, node)}")
        lines += [
            f"      {_metric(metric, call)}"
            for metric, call in zip(graph.metrics, graph.calls_of_metrics, strict=True)
            if node.seq == (call or metric["subject"])
        ]
    lines.append("--- models, and the files they come from")
    above = ancestors(graph)
    for node in nodes:
        if node.kind == "model":
            files = [graph.nodes[seq].name for seq in sorted(above[node.seq]) if graph.nodes[seq].kind == "artifact"]
            lines.append(f"{node.seq:3} {node.type}: {', '.join(map(str, files)) or 'NO FILE'}")
    lines.append("--- from nowhere")
    lines += [
        f"{node.seq:3} {_size(node)} taken by {', '.join(_takers(graph, node))}"
        for node in nodes
        if is_untracked(graph, node)
    ] or ["nothing"]
    return "\n".join(lines) + "\n"


def ancestors(graph: Graph) -> dict[int, set[int]]:
    """Everything above each node, its run left out."""
    above: dict[int, set[int]] = {}
    for seq in sorted(graph.nodes):
        direct = {edge["src"] for edge in graph.all_edges if edge["dst"] == seq and edge["src"] > 0}
        above[seq] = direct.union(*(above[source] for source in direct))
    return above


def is_untracked(graph: Graph, node: Row) -> bool:
    """True for data that came out of nothing recorded."""
    return node.kind == "dataset" and not any(source > 0 for source, _, _ in graph.sources(node))


def _chosen(text: str) -> set[str]:
    """The names that a script gives values to, as arguments or in a grid: the parameters worth showing."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg is not None:
            names.add(node.arg)
        elif isinstance(node, ast.Dict):
            names |= {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return {name.rpartition("__")[2] for name in names} - {"n_jobs"}


def _what(graph: Graph, node: Row, chosen: set[str]) -> str:
    if node.kind == "dataset":
        return f"dataset {_size(node)}"
    if node.kind != "call":
        return " ".join(str(part) for part in (node.kind, node.type, node.name) if part)
    parts = ["call", node.op, node.type, "at " + node.source.rpartition(":")[2] if node.source else None]
    parts.append(f"in {node.parent}" if node.parent else None)
    parts.append(f"candidate {node.candidate} fold {node.fold}" if node.op == "trial" else None)
    parts.append(None if node.status == "finished" else f"{node.status} {node.error_type}")
    params = {name: value for name, value in graph.params(node).items() if name.rpartition("__")[2] in chosen}
    parts += [f"{name}={value}" for name, value in sorted(params.items()) if value is not None]
    return " ".join(part for part in parts if part)


def _size(node: Row) -> str:
    return f"{node.rows}x{node.columns}" if node.rows is not None else f"of {node.type}"


def _edges(graph: Graph, node: Row) -> str:
    flows = [(source, slot, via) for source, slot, via in graph.sources(node) if source > 0]
    named = sorted((source, _RENAMED.get(slot, slot), via or "") for source, slot, via in flows)
    shown = [f"{source} {slot}{f' ({via})' if via else ''}" for source, slot, via in named]
    return " <- " + ", ".join(shown) if shown else ""


_RENAMED = {"y_proba": "y_pred"}  # of log_loss: the newer name with scikit-learn 1.9


def _metric(metric: dict[str, Any], call: int | None) -> str:
    about = f" of {metric['subject']}" if metric["subject"] != call else ""
    on = f" on {metric['dataset']}" if metric["dataset"] is not None else ""
    return f"{metric['name']}{about}{on}: {metric['value']:.2f}"


def _takers(graph: Graph, node: Row) -> list[str]:
    return [f"{edge['dst']} as {edge['slot']}" for edge in graph.all_edges if edge["src"] == node.seq]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", action="store_true", help="every script")
    parser.add_argument("--write", action="store_true", help="write the golden files instead of printing")
    parser.add_argument("--mode", default="autolog", choices=MODES, help="how the scripts are run")
    options = parser.parse_args()
    for name in sorted(path.stem for path in SCRIPTS.glob("*.py")) if options.all else options.names:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            text = normal_form(graph_of(name, options.mode, Path(folder)), name)
        if options.write:
            (GOLDEN / f"{name}.txt").write_text(text)
        else:
            print(text)


if __name__ == "__main__":
    main()
