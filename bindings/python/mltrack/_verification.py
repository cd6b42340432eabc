"""Two runs of the same program side by side: what of their results is equal, close, or differs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack._answers import Explanation, Lineage, Node
from mltrack._query import Query


class Checked(NamedTuple):
    """A result of a pair of calls: how it was compared and with which outcome."""

    call: Node  # of the recorded run
    again: Node | None  # its like in the run that verifies it
    what: str  # status, output, fitted, accuracy, ...
    outcome: str  # equal, close, differs, unchecked
    text: str


class Verification:
    """What came out when a run was repeated. True where nothing that was compared differs.

    `calls` counts pairs of calls; `equal` results have equal digests or numbers, `close` ones differ within `rtol`,
    `unchecked` ones could not be compared, and `differing` are the rest, in order. `explanation` says why.
    """

    __slots__ = ("calls", "checked", "explanation", "notes", "recorded", "rerun", "rtol")

    recorded: Node
    rerun: Node
    rtol: float | None
    calls: int
    checked: tuple[Checked, ...]
    explanation: Explanation
    notes: tuple[str, ...]

    def __init__(self, recorded: Node, rerun: Node, rtol: float | None, comparison: Comparison, notes: Sequence[str]):
        self.recorded, self.rerun, self.rtol = recorded, rerun, rtol
        self.calls = comparison.calls
        self.checked = tuple(comparison.checked)
        self.explanation = comparison.explanation
        self.notes = tuple(notes)

    def _with(self, outcome: str) -> tuple[Checked, ...]:
        return tuple(one for one in self.checked if one.outcome == outcome)

    @property
    def differing(self) -> tuple[Checked, ...]:
        """What differs, in the order of the calls."""
        return self._with("differs")

    @property
    def unchecked(self) -> tuple[Checked, ...]:
        """What could not be compared."""
        return self._with("unchecked")

    @property
    def first(self) -> Checked | None:
        """The first difference, or None."""
        return next(iter(self.differing), None)

    def __bool__(self) -> bool:
        return not self.differing

    def counts(self) -> dict[str, int]:
        """How many results came out how."""
        return {outcome: len(self._with(outcome)) for outcome in ("equal", "close", "differs", "unchecked")}

    def to_json(self) -> str:
        """The verification as a JSON object, as the program prints it."""
        shown = [
            {"call": one.call.ref, "again": one.again and one.again.ref, "what": one.what, "outcome": one.outcome,
             "text": one.text}
            for one in self.checked if one.outcome != "equal"
        ]  # fmt: skip
        return json.dumps(
            {
                "recorded": self.recorded.ref,
                "rerun": self.rerun.ref,
                "same": bool(self),
                "rtol": self.rtol,
                "calls": self.calls,
                "counts": self.counts(),
                "checked": shown,
                "explanation": json.loads(self.explanation.to_json()),
                "notes": list(self.notes),
            },
            ensure_ascii=False,
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {outcome}" for outcome, number in self.counts().items() if number)
        verdict = "same" if self else "differs"
        lines = [
            f"{verdict}: {self.recorded.ref} and {self.rerun.ref}, {self.calls} calls, results: {counts or 'none'}"
        ]
        if self.first is not None:
            lines.append(f"first difference: {_named(self.first.call)}: {self.first.text}")
            lines += [f"{n}. {cause.kind}: {cause.text}" for n, cause in enumerate(self.explanation, 1)]
        lines += [f"unchecked: {_named(one.call)}: {one.text}" for one in self.unchecked]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])


class Comparison:
    """The two runs side by side. Calls are paired in the order in which they began: a repetition has the same ones."""

    def __init__(self, query: Query, recorded: Node, rerun: Node, rtol: float | None) -> None:
        self._query, self._rtol = query, rtol
        self.explanation = query.explain(recorded, rerun)
        self.notes: list[str] = list(self.explanation.notes)
        self.checked: list[Checked] = []
        self._a, self._b = _Side(query, recorded, self.notes), _Side(query, rerun, self.notes)
        self.calls = 0
        self._vouched: set[str] = set()  # datasets from which numbers came that agree
        self._check_calls(recorded, rerun)

    def _check_calls(self, recorded: Node, rerun: Node) -> None:
        calls_a, calls_b = self._a.calls, self._b.calls
        for a, b in zip(calls_a, calls_b, strict=False):
            if (a.op, a.type) != (b.op, b.type):
                self._add(a, b, "call", "differs", f"the other run calls {_named(b)} there")
                return
            self.calls += 1
            self._check_pair(a, b)
        rest = calls_a[len(calls_b) :] or calls_b[len(calls_a) :]
        if rest:
            where = "recorded run" if len(calls_a) > len(calls_b) else "new run"
            self._add(rest[0], None, "call", "differs", f"only the {where} has this call")
        if recorded.status != rerun.status:
            self._add(recorded, rerun, "status", "differs", f"the run {recorded.status}, then {rerun.status}")
        self._settle()

    def _add(self, a: Node, b: Node | None, what: str, outcome: str, text: str) -> None:
        self.checked.append(Checked(a, b, what, outcome, text))

    def _check_pair(self, a: Node, b: Node) -> None:
        if (a.status, a.error_type) != (b.status, b.error_type):
            ended = [node.error_type or node.status for node in (a, b)]
            self._add(a, b, "status", "differs", f"ended with {ended[0]}, then with {ended[1]}")
        names = _other_params(a.params, b.params)
        if names:
            self._add(a, b, "params", "differs", f"other parameters: {', '.join(names)}")
        self._check_inputs(a, b)
        self._check_metrics(a, b)
        outs_a, outs_b = self._a.outputs(a), self._b.outputs(b)
        if len(outs_a) != len(outs_b):
            self._add(a, b, "output", "differs", f"gave {len(outs_a)} results, then {len(outs_b)}")
        for (slot, x), (_, y) in zip(outs_a, outs_b, strict=False):
            self._check_output(a, b, slot, x, y)

    def _check_inputs(self, a: Node, b: Node) -> None:
        """What comes from outside of recorded calls is no result: there is no tolerance for it."""
        for (slot, x), (_, y) in zip(self._a.inputs(a), self._b.inputs(b), strict=False):
            if self._is_other_data(x, y):
                self._add(a, b, slot, "differs", f"{slot} comes from outside of recorded calls and has other values")

    def _is_other_data(self, x: Node, y: Node) -> bool:
        if x.kind == "model" or x.digest == y.digest or None in (x.digest, y.digest):
            return False
        sources = list(zip(self._a.inputs(x), self._b.inputs(y), strict=False))
        return not any(one.kind == "call" or one.digest != two.digest for (_, one), (_, two) in sources)

    def _check_metrics(self, a: Node, b: Node) -> None:
        for name, value in a.metrics.items():
            other = b.metrics.get(name)
            outcome = "differs" if other is None else self._numbers(value, other)
            self._add(a, b, name, outcome, f"{name} is {value!r}, then {other!r}")
            if outcome != "differs":
                self._vouch(a)

    def _check_output(self, a: Node, b: Node, slot: str, x: Node, y: Node) -> None:
        if x.digest is not None and x.digest == y.digest:
            self._add(a, b, slot, "equal", "equal digests")
        elif x.kind == "model":
            self._check_model(a, b, slot, x, y)
        elif x.digest is None or y.digest is None:
            self._add(a, b, slot, "unchecked", f"{slot} has no digest")
        elif self._rtol is None or x.kind != "dataset":
            self._add(a, b, slot, "differs", f"{slot} has other values")
        else:
            self._check_table(a, b, slot, x, y)

    def _check_model(self, a: Node, b: Node, slot: str, x: Node, y: Node) -> None:
        if self._rtol is None and None not in (x.digest, y.digest):
            self._add(a, b, slot, "differs", f"{slot} has another state")
            return
        fitted_a, fitted_b = self._query.fitted(x), self._query.fitted(y)
        names = [name for name, value in fitted_a.values.items() if value is not None]
        if set(fitted_a.shapes) != set(fitted_b.shapes) or fitted_a.shapes != fitted_b.shapes:
            self._add(a, b, slot, "differs", f"{slot} has other fitted values")
        elif not names:
            known = None not in (x.digest, y.digest)
            why = "another state, whose numbers are not kept" if known else "no digest and says nothing of itself"
            self._add(a, b, slot, "unchecked", f"{slot} has {why}")
        for name in names if fitted_a.shapes == fitted_b.shapes else ():
            outcome = self._numbers(fitted_a.values[name], fitted_b.values[name])
            self._add(a, b, name, outcome, f"{name} {'agrees' if outcome != 'differs' else 'has other values'}")
            if outcome != "differs":
                self._vouch(a)

    def _check_table(self, a: Node, b: Node, slot: str, x: Node, y: Node) -> None:
        """Floats may differ; nothing else."""
        one, two = self._query.details(x), self._query.details(y)
        if (x.rows, x.columns) != (y.rows, y.columns):
            self._add(a, b, slot, "differs", f"{slot} is {x.rows} x {x.columns}, then {y.rows} x {y.columns}")
            return
        if one.columns_omitted or two.columns_omitted:
            self._add(a, b, slot, "differs", f"{slot} has other values, in which of its many columns is not known")
            return
        for left, right in zip(one.columns, two.columns, strict=True):
            name = left.name or f"#{left.pos}"
            if (left.name, left.type) != (right.name, right.type):
                self._add(a, b, slot, "differs", f"{slot}: the column {name} is another one")
                return
            if left.digest != right.digest and left.type not in ("float", "complex"):
                self._add(a, b, slot, "differs", f"{slot}: the column {name} of type {left.type} has other values")
                return
        self._add(a, b, slot, "unchecked", f"{slot} has other floats, whose values are not kept")

    def _numbers(self, a: Any, b: Any) -> str:
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            found = {self._numbers(x, y) for x, y in zip(a, b, strict=True)}
            return next((outcome for outcome in ("differs", "close") if outcome in found), "equal")
        if a == b or (a != a and b != b):  # NaN
            return "equal"
        floats = isinstance(a, float) and isinstance(b, float)
        return "close" if floats and self._rtol is not None and math.isclose(a, b, rel_tol=self._rtol) else "differs"

    def _vouch(self, call: Node) -> None:
        """Numbers that came out of a call agree: that speaks for the tables that are behind it."""
        self._vouched |= self._a.behind(call)

    def _settle(self) -> None:
        """Results with other digests, of which nothing that was compared came, differ."""
        for at, one in enumerate(self.checked):
            if one.outcome == "unchecked" and one.text.endswith("not kept"):
                outputs = {node.ref for slot, node in self._a.outputs(one.call) if slot == one.what}
                if not outputs & self._vouched:
                    self.checked[at] = one._replace(outcome="differs", text=f"{one.text}, and no number came from it")


class _Side:
    """A run's calls in order and what came out of them."""

    def __init__(self, query: Query, run: Node, notes: list[str]) -> None:
        graph: Lineage = query.ancestors(run)
        notes += graph.notes
        self._nodes = {node.ref: node for node in graph.nodes}
        self._in: dict[str, list[tuple[str, str]]] = {}
        self._out: dict[str, list[tuple[str, Node]]] = {}
        for edge in graph.edges:
            self._in.setdefault(edge.dst, []).append((edge.slot, edge.src))
            if edge.via is None and edge.dst in self._nodes:
                self._out.setdefault(edge.src, []).append((edge.slot, self._nodes[edge.dst]))
        self.calls = [node for node in graph.nodes if node.kind == "call" and node.run == run.run]

    def outputs(self, call: Node) -> list[tuple[str, Node]]:
        return self._out.get(call.ref, [])

    def inputs(self, node: Node) -> list[tuple[str, Node]]:
        return [(slot, self._nodes[ref]) for slot, ref in self._in.get(node.ref, ()) if ref in self._nodes]

    def behind(self, call: Node) -> set[str]:
        """The nodes that a call depends on."""
        found: set[str] = set()
        open_ = [call.ref]
        while open_:
            for _, source in self._in.get(open_.pop(), ()):
                if source not in found:
                    found.add(source)
                    open_.append(source)
        return found


def _other_params(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """The names of those that only one has, or that are not the same; NaN is the same as NaN."""
    return sorted(
        name
        for name in {*a, *b}
        if name not in a or name not in b or (a[name] != b[name] and not (_is_nan(a[name]) and _is_nan(b[name])))
    )


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _named(call: Node) -> str:
    where = f" at {call.source}" if call.source else ""
    return f"{call.ref} {call.op or call.kind} {(call.type or '').rpartition('.')[2]}{where}"
