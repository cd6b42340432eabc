"""Models whose bytes are stored, and that load again as the node they were."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import Any

from mltrack import _core, _environment, _open_calls
from mltrack._answers import Node
from mltrack._query import Query
from mltrack._refs import node_of, reference
from mltrack._tracker import Tracker, open_store
from mltrack.errors import AmbiguousError, NotFoundError
from mltrack.sklearn._formats import Trust, dumped, format_named, loaded
from mltrack.sklearn._models import composes, gathers, steps
from mltrack.sklearn._params import is_estimator
from mltrack.sklearn.state import state_digest

_ALWAYS = ("sklearn", "numpy", "scipy")  # whose versions a stored estimator depends on


class VersionWarning(UserWarning):
    """A stored model was loaded by other versions of its libraries than wrote it."""


def kept(models: str, *, outermost: bool) -> bool:
    """Whether `autolog(models=...)` stores the model of a fit that has just ended: "none", "best" or "all".

    "all" stores the model of every fit that is recorded, those of a pipeline's steps too. "best" stores that of each
    fit the user made. Of a search that is the best of its candidates, which it holds, and none of the others; of a
    pipeline the whole. It is decided when the fit ends, without waiting for scores: what returned is committed, a
    killed process loses no model, and no rule is needed for which of several metrics is the one that counts.
    """
    return models == "all" or (models == "best" and outermost)


def store_model(
    session_or_run: Any, model: Any, node: _core.NodeRef, format: str, *, name: str = "", data: bytes | None = None
) -> _core.NodeRef:
    """Stores the bytes of `model`, which is the node `node`, and returns their artifact. `data` are the bytes where
    they were made before. Errors as `dumped`, and of the store."""
    run = getattr(session_or_run, "run", session_or_run)
    form = format_named(format)
    written = dumped(model, form) if data is None else data  # first: it imports the format's package
    info = _core.DumpInfo(
        format=form.name,
        media_type=form.media_type,
        name=f"{name or type(model).__name__}.{form.name}",
        language=_environment.language(),
        packages=dict(_environment.packages({*_ALWAYS, form.name, *_modules(model)})),
        inputs=[(name, "") for name in _names(model)],
        columns=_count(model),
    )
    return _core.Run.log_dump(run, node, written, info)


def load_model(ref: Any, *, trusted: Trust = False, store: str | os.PathLike[str] | Tracker | None = None) -> Any:
    """The model that `ref` names, loaded from the bytes that the store keeps of it.

    `ref` is any reference to a model, to its stored bytes or to a run that stored one model, or the name of a model, of
    which the newest counts. `store` is a path, an open store, or the default one (see `open`). What the loaded model
    predicts leads back to the fit that made it.

    The digest of the bytes is checked before anything is made of them (DamagedError). Bytes in the format joblib are a
    pickle and load with `trusted=True` only; of skops the types that it does not know to be harmless must be trusted,
    by name or all of them (UntrustedError lists them). NotFoundError: nothing of that name, or no bytes were stored.
    MissingPackageError: the format's package is not installed. VersionWarning: other versions wrote the bytes.
    """
    tracker = store if isinstance(store, Tracker) else open_store(store, read_only=True, create=False)
    query = tracker.query()
    artifact, made_of = _find(query, ref)
    stored = query.details(artifact)
    if stored.dump is None or stored.node.digest is None:
        raise NotFoundError(f"{artifact} is no stored model")
    form = format_named(stored.dump.format)
    model = loaded(tracker.read_object(stored.node.digest), form, trusted)
    _compare_versions(stored.dump)
    _register(tracker, query, model, made_of)
    return model


class _Reader:
    """Stands where a run would: what is known about live objects belongs to a store."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker


def _register(tracker: Tracker, query: Query, model: Any, ref: str) -> None:
    """From now on the model means its node, and the models in it theirs."""
    registry = _open_calls.registry_of(_Reader(tracker))
    parts = {edge.slot: edge.src for edge in query.details(ref).in_edges}
    while "same" in parts and not any(slot.startswith("step:") for slot in parts):  # it was named after its fit
        parts = {edge.slot: edge.src for edge in query.details(parts["same"]).in_edges}
    registry.add(model, node_of(ref, query), content=state_digest(model))
    for slot, part in _parts(model):
        if slot in parts:
            _register(tracker, query, part, parts[slot])


def _parts(model: Any) -> Iterator[tuple[str, Any]]:
    if composes(model) or gathers(model):
        yield from ((f"step:{name}", step) for name, step in steps(model))
    elif hasattr(model, "best_estimator_"):
        yield "best", model.best_estimator_


def _find(query: Query, ref: Any) -> tuple[str, str]:
    """References of the stored bytes that `ref` leads to, and of the model they are."""
    text = reference(ref)
    try:
        node = query.node(text)
    except NotFoundError:
        for named in query.models(where="name = '{}'".format(text.replace("'", "''")), limit=0):
            if found := _dumps(query, named):
                return found[-1]
        raise
    found = _dumps(query, node)
    if node.kind == "run" and len({model for _, model in found}) > 1:
        listed = "\n  ".join(f"{model} ({query.node(model).type})" for model in dict(found).values())
        raise AmbiguousError(f"the run {text!r} stored several models; load one of\n  {listed}")
    if not found:
        raise NotFoundError(
            f"the store keeps no bytes from which {node.ref} ({node.kind}) loads; store a model when it is fitted: "
            "run.log_model(model, format='skops')"
        )
    return found[-1]


def _dumps(query: Query, node: Node) -> list[tuple[str, str]]:
    """The stored bytes of a node with the models they are, the best one last: of the very node before those of others
    that hold the same, then the newest."""
    if node.kind == "artifact":
        return [(node.ref, edge.src) for edge in query.details(node).in_edges if edge.slot == "dump"]
    if node.kind == "run":
        stored = query.artifacts(where=f"run = '{node.run}'", limit=0)
        return [found for artifact in reversed(stored) for found in _dumps(query, artifact)]
    if node.kind != "model":
        return []
    reached = query.descendants(node.digest or node, depth=1)
    dumps = [(edge.dst, edge.src) for edge in reached.edges if edge.slot == "dump"]
    dumps += [(edge.dst, edge.src) for edge in query.details(node).out_edges if edge.slot == "dump"]
    return dumps


def _modules(model: Any) -> set[str]:
    """The top-level modules of the estimators that a model is made of."""
    inner = model.get_params(deep=True).values() if is_estimator(model) else ()
    return {type(part).__module__.partition(".")[0] for part in (model, *inner)}


def _names(model: Any) -> list[str]:
    try:
        return [str(name) for name in model.feature_names_in_]
    except Exception:  # it has none, or is not fitted, each class in its own way
        return []


def _count(model: Any) -> int | None:
    try:
        return int(model.n_features_in_)
    except Exception:
        return None


def _compare_versions(stored: _core.DumpInfo) -> None:
    now = dict(_environment.packages({*_ALWAYS, stored.format, *_environment.imported()}))
    others = [
        f"{name} {version} (now {now.get(name, 'absent')})"
        for name, version in stored.packages.items()
        if now.get(name) != version
    ]
    language = _environment.language()
    if stored.language and stored.language.rpartition(".")[0] != language.rpartition(".")[0]:
        others.append(f"{stored.language} (now {language})")
    if others:
        warnings.warn(
            f"the model was stored with {', '.join(others)}: it may behave differently or fail. Install those "
            "versions, or fit and store it again",
            VersionWarning,
            stacklevel=3,
        )
