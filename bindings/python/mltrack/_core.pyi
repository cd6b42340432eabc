import datetime
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, final

__version__: str

class NodeRef:
    """The name of a node outside any file: its run and its number in that run."""

    def __init__(self, run: str, seq: int) -> None: ...
    run: Final[str]
    seq: Final[int]
    def __eq__(self, other: object) -> bool: ...
    def __lt__(self, other: NodeRef) -> bool: ...
    def __hash__(self) -> int: ...

class Source:
    """A node something was derived from, and how that is known."""

    node: NodeRef
    via: str
    slot: str
    def __init__(self, node: NodeRef, via: str = "declared", slot: str = "from") -> None: ...

class Flow:
    """Something that flows into or out of a call: a node that exists, or an object for the store to decide about."""

    slot: str
    node: NodeRef | None
    via: str
    kind: str
    type: str
    name: str
    data: DatasetDigest | None
    digest: str | None
    size_bytes: int
    location: str
    sources: list[Source]
    fitted: Any  # a tuple as bind.hpp describes it, or None
    untracked: bool
    def __init__(
        self,
        slot: str,
        *,
        node: NodeRef | None = None,
        via: str = "",
        kind: str = "dataset",
        type: str = "",
        name: str = "",
        data: DatasetDigest | None = None,
        digest: str | None = None,
        size_bytes: int = -1,
        location: str = "",
        sources: Sequence[Source] = (),
        untracked: bool = False,
    ) -> None: ...
    @staticmethod
    def known(slot: str, node: NodeRef, via: str = "object", kind: str = "dataset") -> Flow:
        """That of a node which is there."""

    @staticmethod
    def dataset(slot: str, data: DatasetDigest | None, type: str = "", sources: Sequence[Source] = ()) -> Flow:
        """That of data as a new node, unless the store knows them."""

    @staticmethod
    def model(type: str, digest: str | None, sources: Sequence[Source] = (), slot: str = "model") -> Flow:
        """That of a model as a new node, unless the store knows its state."""

class CallMetric:
    """A metric that belongs to a call."""

    name: str
    value: float
    subject: NodeRef | None
    dataset: NodeRef | None
    def __init__(
        self, name: str, value: float, subject: NodeRef | None = None, dataset: NodeRef | None = None
    ) -> None: ...

@final
class DatasetDigest:
    """What a dataset is, whatever holds it: its shape and the digests of its values, as hexadecimal digits."""

    content: Final[str]
    values: Final[str]
    rows: Final[int]
    columns: Final[int]
    degenerate: Final[bool]
    family: Final[str]
    column_digests: Final[list[str]]
    column_types: Final[list[str]]
    column_names: Final[list[str | None]]

class Columns:
    """Gathers the columns of a dataset, in any order, and digests them where they are."""

    def __init__(self, count: int, names: Iterable[str | None] | None = None) -> None: ...
    @staticmethod
    def of_array(array: Any, names: Iterable[str | None] | None = None, transposed: bool = False) -> Columns | None: ...
    @staticmethod
    def of_list(values: Sequence[Any]) -> Columns | None: ...
    @staticmethod
    def of_arrow(data: Any) -> Columns | None: ...
    def add_arrow(self, position: int, data: Any, type: str = "") -> bool: ...
    def add_numbers(self, positions: Sequence[int], array: Any, missing: Any = None, type: str = "") -> bool: ...
    def add_times(
        self,
        positions: Sequence[int],
        array: Any,
        unit: str,
        aware: bool = False,
        duration: bool = False,
        type: str = "",
    ) -> bool: ...
    def add_objects(self, position: int, values: Sequence[Any], type: str = "", text: bool = False) -> bool: ...
    def digest(self) -> DatasetDigest: ...
    def row_hashes(self) -> Any: ...

class SparseMatrix:
    """The arrays of a compressed sparse matrix, where they are."""

    @staticmethod
    def of(rows: int, columns: int, by_rows: bool, entries: Any, indexes: Any, starts: Any) -> SparseMatrix | None: ...
    @staticmethod
    def by_columns(rows: int, columns: int) -> bool: ...
    def digest(self) -> DatasetDigest | None: ...
    def row_hashes(self) -> Any: ...

def digest_bytes(kind: str, data: Any) -> str: ...
def digest_file(path: str | os.PathLike[str]) -> tuple[str, int]: ...

class Call:
    """One operation that has begun. It was committed with its inputs when it was made.

    Leaving a `with` block ends it: as failed when an exception leaves the block.
    """

    def __init__(self, call: Call) -> None: ...
    ref: Final[NodeRef]
    inputs: Final[list[NodeRef]]
    outputs: Final[list[NodeRef]]
    def end(
        self,
        outputs: Sequence[Flow] = (),
        metrics: Sequence[CallMetric] = (),
        model_digest: str | None = None,
        took_us: int = -1,
        overhead_us: int = 0,
    ) -> NodeRef | None: ...
    def fail(self, error_type: str, message: str, overhead_us: int = 0) -> None: ...
    def __enter__(self) -> Call: ...
    def __exit__(self, *raised: Any) -> None: ...

class FoldRows:
    """The rows that a fold was fitted on and those it was scored on, as contiguous arrays of int64."""

    def __init__(self, train: Any, test: Any) -> None: ...
    train: Final[list[int]]
    test: Final[list[int]]

class Trial:
    """One fit of a search or a cross-validation, with its score, as it was reported by whoever did it."""

    def __init__(
        self,
        candidate: int,
        fold: int,
        *,
        rows: int = -1,
        params: Mapping[str, Any] = ...,
        scores: Mapping[str, float] = ...,
        fit_us: int | None = None,
        score_us: int | None = None,
        error_type: str = "",
        error: str = "",
        model: Flow | None = None,
    ) -> None: ...

@final
class StoredTrial:
    """What is stored of a trial."""

    ref: Final[NodeRef]
    candidate: Final[int]
    fold: Final[int]
    rows: Final[int]
    fit_us: Final[int | None]
    score_us: Final[int | None]

@final
class CodeInfo:
    """The program behind a run and how it was started; what is not known is None."""

    def __init__(self, **facts: Any) -> None: ...
    digest: Final[str | None]
    script: Final[str | None]
    vcs: Final[str | None]
    branch: Final[str | None]
    dirty: Final[bool | None]
    remote: Final[str | None]
    diff: Final[str | None]
    folder: Final[str | None]
    arguments: Final[list[str]]
    execution_count: Final[int | None]

@final
class EnvironmentInfo:
    """What a run was made with; what is not known is None."""

    def __init__(self, **facts: Any) -> None: ...
    language: Final[str | None]
    os: Final[str | None]
    machine: Final[str | None]
    processor: Final[str | None]
    cores: Final[int | None]
    memory_bytes: Final[int | None]
    packages: Final[dict[str, str]]
    variables: Final[dict[str, str]]

@final
class DumpInfo:
    """How a model's stored bytes become a model again. `inputs` are the names and types of the columns it takes."""

    def __init__(self, *, format: str, **facts: Any) -> None: ...
    format: Final[str]
    media_type: Final[str | None]
    name: Final[str | None]
    language: Final[str | None]
    packages: Final[dict[str, str]]
    inputs: Final[list[tuple[str | None, str | None]]]
    columns: Final[int | None]

class Batch:
    """Gathers metrics, parameters and tags in memory and commits them together."""

    def log_metric(
        self,
        name: str,
        value: float,
        *,
        step: int | None = None,
        subject: NodeRef | None = None,
        dataset: NodeRef | None = None,
    ) -> None: ...
    def log_param(self, name: str, value: Any) -> None: ...
    def set_tag(self, key: str, value: str) -> None: ...
    def flush(self) -> None: ...
    def __enter__(self) -> Batch: ...
    def __exit__(self, *raised: Any) -> None: ...

class Run:
    """A run that is being written."""

    def __init__(self, run: Run) -> None: ...
    ref: Final[NodeRef]
    uid: Final[str]
    name: Final[str]
    project: Final[str]
    experiment: Final[str]
    status: Final[str]
    def log_param(self, name: str, value: Any) -> None: ...
    def log_params(self, params: Mapping[str, Any]) -> None: ...
    def log_metric(
        self,
        name: str,
        value: float,
        *,
        step: int | None = None,
        subject: NodeRef | None = None,
        dataset: NodeRef | None = None,
    ) -> None: ...
    def log_metrics(
        self,
        metrics: Mapping[str, float],
        *,
        step: int | None = None,
        subject: NodeRef | None = None,
        dataset: NodeRef | None = None,
    ) -> None: ...
    def log_node(self, flow: Flow) -> NodeRef: ...
    def log_artifact(
        self, path: str, *, name: str = "", media_type: str = "", sources: Sequence[Source] = (), store: bool = True
    ) -> NodeRef: ...
    def log_model(
        self, estimator: str, *, name: str = "", digest: str | None = None, sources: Sequence[Source] = ()
    ) -> NodeRef: ...
    def log_dump(self, model: NodeRef, data: bytes, info: DumpInfo) -> NodeRef: ...
    def log_code(self, info: CodeInfo, diff: bytes = b"", wait_ms: int | None = None) -> None: ...
    def log_environment(self, info: EnvironmentInfo, wait_ms: int | None = None) -> None: ...
    def set_tag(self, key: str, value: str, node: NodeRef | None = None) -> None: ...
    def log_note(self, text: str, *, node: NodeRef | None = None, author: str = "") -> None: ...
    def begin(
        self,
        op: str,
        estimator: str = "",
        params: Mapping[str, Any] = ...,
        inputs: Sequence[Flow] = (),
        name: str = "",
        parent: NodeRef | Call | None = None,
        source: str = "",
        wait_ms: int | None = None,
    ) -> Call: ...
    def record_call(
        self,
        op: str,
        estimator: str = "",
        params: Mapping[str, Any] = ...,
        inputs: Sequence[Flow] = (),
        outputs: Sequence[Flow] = (),
        metrics: Sequence[CallMetric] = (),
        model_digest: str | None = None,
        took_us: int = -1,
        overhead_us: int = 0,
        name: str = "",
        parent: NodeRef | Call | None = None,
        source: str = "",
        wait_ms: int | None = None,
    ) -> tuple[NodeRef, list[NodeRef], list[NodeRef]]: ...
    def log_trials(
        self,
        parent: NodeRef | Call,
        estimator: str,
        *,
        inputs: Sequence[Flow] = (),
        trials: Sequence[Trial],
        rows: Sequence[FoldRows] = (),
        wait_ms: int | None = None,
    ) -> list[NodeRef | None]: ...
    def batch(self) -> Batch: ...
    def flush(self) -> None: ...
    def finish(self, status: str = "finished") -> None: ...
    def detach(self) -> None: ...

class Tracker:
    """An open store."""
    def __init__(self, tracker: Tracker) -> None: ...
    @staticmethod
    def open(
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        create: bool = True,
        durability: str = "normal",
        wait_ms: int = 10_000,
    ) -> Tracker: ...
    @staticmethod
    def default_path() -> str: ...
    def start_run(
        self,
        project: str = "",
        experiment: str = "",
        *,
        name: str = "",
        tags: Mapping[str, str] = ...,
        part_of: str | None = None,
        part_call: int = -1,
    ) -> Run: ...
    def attach(self, uid: str) -> Run: ...
    def set_tag(self, key: str, value: str, nodes: Sequence[NodeRef]) -> None: ...
    def log_note(self, text: str, nodes: Sequence[NodeRef], *, author: str = "") -> None: ...
    def query(self) -> Any: ...
    def backup(self, to: str | os.PathLike[str]) -> None: ...
    def read_object(self, sha256: str) -> bytes: ...
    def export_run(self, ref: str, *, as_: str = "run", alone: bool = False, objects: bool = False) -> Any: ...
    def import_run(self, document: str) -> Any: ...
    def audit(self, run: str, **evidence: Any) -> list[Any]: ...
    path: Final[str]
    read_only: Final[bool]
    def close(self) -> None: ...

@final
class MetricValue:
    name: Final[str]
    value: Final[float]
    subject: Final[str | None]
    dataset: Final[str | None]
    at: Final[datetime.datetime]

@final
class Node:
    """One node of the graph as an answer shows it: plain data, independent of the store.

    Absent is None. `params`, `metrics` (name to last value) and `tags` are filled for runs, models and calls;
    `metric_values` has the metrics with what they are about. `at` is in UTC.
    """

    ref: Final[str]
    kind: Final[str]
    op: Final[str | None]
    type: Final[str | None]
    name: Final[str | None]
    digest: Final[str | None]
    rows: Final[int | None]
    columns: Final[int | None]
    run: Final[str | None]
    at: Final[datetime.datetime]
    project: Final[str | None]
    experiment: Final[str | None]
    status: Final[str | None]
    parent: Final[str | None]
    took_us: Final[int | None]
    overhead_us: Final[int | None]
    error_type: Final[str | None]
    error: Final[str | None]
    source: Final[str | None]
    depth: Final[int | None]
    params: Final[dict[str, Any]]
    metrics: Final[dict[str, float]]
    metric_values: Final[list[MetricValue]]
    tags: Final[dict[str, str]]
    def to_json(self) -> str: ...
    def _repr_html_(self) -> str: ...

@final
class Edge:
    src: Final[str]
    dst: Final[str]
    slot: Final[str]
    via: Final[str | None]

@final
class Column:
    pos: Final[int]
    name: Final[str | None]
    type: Final[str]
    digest: Final[str]

@final
class Note:
    at: Final[datetime.datetime]
    author: Final[str]
    text: Final[str]

@final
class Point:
    step: Final[int]
    nth: Final[int]
    value: Final[float]
    at: Final[datetime.datetime]

@final
class Difference:
    what: Final[str]
    name: Final[str]
    a: Final[str | None]
    b: Final[str | None]

@final
class Lineage:
    root: Final[Node]
    nodes: Final[list[Node]]
    edges: Final[list[Edge]]
    notes: Final[list[str]]

@final
class Details:
    node: Final[Node]
    in_edges: Final[list[Edge]]
    out_edges: Final[list[Edge]]
    columns: Final[list[Column]]
    columns_omitted: Final[bool]
    notes: Final[list[Note]]
    locations: Final[list[str]]
    code: Final[CodeInfo | None]
    environment: Final[EnvironmentInfo | None]
    dump: Final[DumpInfo | None]

@final
class Comparison:
    a: Final[Node]
    b: Final[Node]
    differences: Final[list[Difference]]
    notes: Final[list[str]]

class Cause:
    """One reason why two nodes differ."""

    kind: Final[str]
    name: Final[str]
    a: Final[str | None]
    b: Final[str | None]
    call_a: Final[str | None]
    call_b: Final[str | None]
    text: Final[str]

class Explanation:
    a: Final[Node]
    b: Final[Node]
    call_a: Final[Node | None]
    call_b: Final[Node | None]
    causes: Final[list[Cause]]
    aligned: Final[int]
    notes: Final[list[str]]
    def to_json(self) -> str: ...

class TableColumn:
    name: Final[str]
    type: Final[str]
    values: Final[list[Any]]
    missing: Final[bytes]
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __len__(self) -> int: ...

class Table:
    columns: Final[list[TableColumn]]
    notes: Final[list[str]]
    next: Final[str | None]
    def to_json(self) -> str: ...
    def __len__(self) -> int: ...

def to_csv(answer: Table | list[Node]) -> str: ...
def to_json(answer: Table | list[Node] | Lineage) -> str: ...
def to_jsonl(answer: Table | list[Node]) -> str: ...
def to_dot(lineage: Lineage) -> str: ...
def to_mermaid(lineage: Lineage) -> str: ...
def to_graphml(lineage: Lineage) -> str: ...
def with_root(lineage: Lineage) -> list[Node]: ...
def arrow_stream(answer: Table | list[Node]) -> Any: ...

class Step:
    """A step of the chain behind a model. `slot` is its name in the step above it; empty for the model itself."""

    model: Final[Node]
    slot: Final[str]
    inside: Final[list[Step]]

class Chain:
    """The chain of steps behind a model, and code that makes it anew, unfitted."""

    before: Final[list[Step]]
    model: Final[Step]
    code: Final[str]
    notes: Final[list[str]]
    def to_json(self) -> str: ...

class Query:
    def page(
        self, kind: str, *, where: str = "", order_by: str = "", limit: int | None = None, after: str = ""
    ) -> tuple[list[Node], str | None]: ...
    def table(
        self,
        kind: str,
        *,
        where: str = "",
        order_by: str = "",
        limit: int | None = None,
        after: str = "",
        fields: list[str] = ...,
    ) -> Table: ...
    def ancestors(self, ref: str, *, depth: int | None = None, kind: str = "") -> Lineage: ...
    def walk(
        self,
        ref: str,
        see: Callable[[tuple[str, str, str | None, str | None, str | None, str]], object] | None = None,
        *,
        up: bool = False,
        depth: int | None = None,
        kind: str = "",
    ) -> int: ...
    def descendants(self, ref: str, *, depth: int | None = None, kind: str = "") -> Lineage: ...
    def lineage(self, ref: str, *, depth: int | None = None, kind: str = "") -> Lineage: ...
    def common_ancestor(self, a: str, b: str) -> list[Node]: ...
    def compare(self, a: str, b: str) -> Comparison: ...
    def explain(self, a: str, b: str) -> Explanation: ...
    def compare_all(self, refs: Sequence[str], only_differences: bool) -> Table: ...
    def node(self, ref: str) -> Node: ...
    def details(self, ref: str) -> Details: ...
    def trials(self, ref: str) -> tuple[list[StoredTrial], list[FoldRows]]: ...
    def fitted(self, ref: str) -> tuple[Any, Any]: ...
    def uses_column(self, name: str) -> list[tuple[Node, list[Node], bool]]: ...
    def points(self, ref: str, metric: str) -> list[Point]: ...
    def alarm_page(self, **select: Any) -> tuple[list[Any], str | None]: ...
    def alarm_table(self, **select: Any) -> Table: ...
    def training_rows(self, refs: list[str], *, where: str = "") -> Table: ...
    def convergence(self, refs: list[str], *, where: str = "") -> Table: ...
    def problem_types(self, refs: list[str], *, where: str = "") -> Table: ...
    def compare_params(self, refs: list[str], *, only_differences: bool = False) -> Table: ...
    def compare_features(self, refs: list[str], *, only_differences: bool = False) -> Table: ...
    def compare_importances(self, refs: list[str]) -> Table: ...
    def features(self, model: str, *, original: bool = False) -> Table: ...
    def similar(self, model: str, *, limit: int | None = None) -> Table: ...
    def importances(self, model: str) -> Table: ...
    def rank(
        self,
        metric: str,
        refs: list[str],
        *,
        on: str | None = None,
        smallest_first: bool = False,
        where: str = "",
        limit: int | None = None,
    ) -> Table: ...
    def confidence_intervals(self, model: str, X: Any = None, y: Any = None, *, level: float = 0.95) -> Table: ...
    def pipeline(self, model: str) -> Chain: ...
    def overview(self) -> Table: ...

class StandIn:
    """Takes a function's place without a Python frame of its own: calls before(original, args, kwargs), the original,
    then after(token, result, exception). A token of None leaves `after` out; an error inside a hook is counted and
    dropped; a hook that returns an exception has it raised; a `before` that returns the tuple (token, args) has the
    original called with those. While `gate` holds None the original is called straight
    away. Every attribute is the original's; `__mltrack__` is the original itself."""

    __mltrack__: Any
    def __init__(
        self,
        original: Callable[..., Any],
        before: Callable[..., Any],
        after: Callable[..., Any],
        gate: ContextVar[Any] | None = None,
    ) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

def swallowed_errors() -> int: ...
