"""What a fitted estimator says about itself: the columns it took and makes, and what its fit found.

It is read right after the fit, without computing anything that the estimator would keep: from its own `__dict__`, and
by a few methods and properties of scikit-learn's own classes that only look.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mltrack import _core, _guard
from mltrack._inputs import Produced
from mltrack._open_calls import Frame
from mltrack.sklearn import _found, _inference, _mapping, _models, _problem
from mltrack.sklearn._mapping import MOST_NAMES, MOST_SOURCES, NOTHING, WIDE, Block, Mapping

Names = tuple[str, ...]
_SPEAKING = frozenset(
    (
        "n_features_in_",
        "feature_names_in_",
        "classes_",
        "coef_",
        "n_iter_",
        "vocabulary_",
        "feature_names_",
        "transformers_",
        "transformer_list",
        "steps",
        "best_estimator_",
        "regressor_",
    )
)


@dataclass(frozen=True, slots=True)
class Features:
    """The columns of a fitted estimator, as far as they are known."""

    taken: int | None
    transforms: bool
    mapping: Mapping
    names_in: Names | None = None
    names_out: Names | None = None
    composed: bool = False  # `mapping` names the steps on the way

    def blocks(self, step: str) -> tuple[Block, ...]:
        """What it makes of its columns as the step of another."""
        blocks = self.mapping.blocks or (Block(0, self.mapping.made or WIDE, 0, self.taken or WIDE, False),)
        if self.composed:
            return tuple(block._replace(through=tuple(f"{step}__{name}" for name in block.through)) for block in blocks)
        return tuple(block._replace(through=(step,)) for block in blocks) if self.transforms else blocks


def look(frame: Frame) -> None:
    """Reads the estimator that was fitted and its steps, before they are recorded."""
    try:
        subject: Any = frame.subject
        if _speaks(subject):
            frame.options["features"] = {}  # by ids: all of them live as long as the call is open
            _look(frame, subject, *_given_names(frame))
    except Exception as error:
        _guard.raise_or_warn(error, strict=frame.session.strict)


def fitted(frame: Frame, estimator: Any, after: _core.NodeRef | None = None) -> Any:
    """What is recorded of a fitted estimator, as `Flow.fitted` takes it; None where it says nothing. `after`: the step
    before it."""
    try:
        if not _speaks(estimator):
            return None
        frame.options.setdefault("features", {})
        features = _look(frame, estimator, None, None)
        with np.errstate(all="ignore"):  # arithmetic of ours warns the user of nothing
            values = [*_found.values(estimator), *_inference.kept(frame, estimator)]
        problem = _problem.problem_type(estimator)
        if problem is not None:
            values.append(_found.Value("problem_type", (), [problem]))
        series = _found.series(estimator)
        if features is None and not values and not series:
            return None
        return _stored(features, after) if features is not None else None, values, series
    except Exception as error:
        _guard.raise_or_warn(error, strict=frame.session.strict)
        return None


def remember(frame: Frame, estimator: object) -> None:
    """Keeps what was read of an estimator with its node: the names of its columns go on to the next step."""
    features = frame.options.get("features", {}).get(id(estimator))
    entry = frame.session.registry.find(estimator) if features is not None else None
    if entry is not None:
        entry.features = features


def name_outputs(frame: Frame, outputs: Sequence[Produced]) -> None:
    """An array that a transformer returned has the names that the transformer gives its columns."""
    entry = frame.session.registry.find(frame.subject)
    names = entry.features.names_out if entry is not None and entry.features is not None else None
    if names is None:
        return
    for made in outputs:
        found = frame.session.registry.find(made.obj) if made.flow.kind == "dataset" else None
        if found is not None:
            found.features = names


def _speaks(estimator: object) -> bool:
    return not _SPEAKING.isdisjoint(getattr(estimator, "__dict__", ()))


def _given_names(frame: Frame) -> tuple[Names | None, int | None]:
    """The names of the columns that the outermost estimator took, and their number, as far as its input tells."""
    for slot, obj in frame.given:
        if slot in ("y", "sample_weight", "groups"):
            continue
        entry = frame.session.registry.find(obj)
        if entry is not None and isinstance(entry.features, tuple):
            return entry.features, len(entry.features)
        shape = getattr(obj, "shape", None)
        if isinstance(shape, tuple) and len(shape) == 2:
            return None, int(shape[1])
        name = getattr(obj, "name", None)
        return ((name,) if isinstance(name, str) else None), 1
    return None, None


def _look(frame: Frame, estimator: Any, names: Names | None, count: int | None) -> Features | None:
    """What is known of an estimator that took columns of these names, or so many of them."""
    looked: dict[int, Features | None] = frame.options["features"]
    key = id(estimator)
    if key in looked:
        return looked[key]
    entry = frame.session.seen(estimator)
    if entry is not None and isinstance(entry.features, Features) and estimator is not frame.subject:
        features: Features | None = entry.features
    else:
        known = getattr(estimator, "__dict__", {})
        own = _texts(known.get("feature_names_in_"))
        taken = known.get("n_features_in_", count)
        features = _read(frame, estimator, own or names, int(taken) if taken is not None else None)
    looked[key] = features
    return features


def _read(frame: Frame, estimator: Any, names: Names | None, taken: int | None) -> Features | None:
    known = getattr(estimator, "__dict__", {})
    if names is not None and taken is not None and len(names) != taken:
        names = None
    if _models.searches(estimator):
        return _inside(frame, known.get("best_estimator_"), "best", names, taken)
    if _models.composes(estimator):
        if "steps" in known:
            return _chain(frame, estimator, names, taken)
        return _inside(frame, known.get("regressor_"), "regressor", names, taken)
    if "transformer_list" in known and _models.gathers(estimator):
        return _union(frame, estimator, names, taken)
    if "transformers_" in known and _models.gathers(estimator):
        return _column_wise(frame, estimator, names, taken)
    mapping = _mapping.of_transformer(estimator, taken)
    if mapping is None:
        return Features(taken, False, Mapping(None), names)
    names_out = _names_out(estimator, names, mapping)
    if mapping.made is None and names_out is not None:
        mapping = Mapping(len(names_out), mapping.blocks, mapping.assumed)
    return Features(taken, True, mapping, names, names_out)


def _inside(frame: Frame, inner: Any, step: str, names: Names | None, taken: int | None) -> Features | None:
    """An estimator that hands everything on to another one."""
    features = _look(frame, inner, names, taken) if inner is not None else None
    if features is None:
        return Features(taken, False, Mapping(None), names)
    mapping = Mapping(features.mapping.made, features.blocks(step), features.mapping.assumed)
    return Features(features.taken, features.transforms, mapping, features.names_in, features.names_out, True)


def _chain(frame: Frame, pipeline: Any, names: Names | None, taken: int | None) -> Features | None:
    """A pipeline: each step takes what the one before it makes."""
    blocks: tuple[Block, ...] | None = None
    first: Features | None = None
    made, assumed, transforms, now = taken, False, True, names
    for name, step in _models.steps(pipeline):
        features = _look(frame, step, now, made)
        if features is None:
            features = Features(made, callable(getattr(type(step), "transform", None)), _mapping.UNKNOWN)
        first = first or features
        outer = () if _passes_on(step) else features.blocks(name)
        if outer:
            blocks = outer if blocks is None else _mapping.composed(blocks, outer) or (NOTHING,)
        transforms = features.transforms
        assumed = assumed or (transforms and features.mapping.assumed)
        made, now = features.mapping.made, features.names_out
    if first is None:
        return None
    mapping = Mapping(made if transforms else None, blocks or (), assumed)
    return Features(first.taken, transforms, mapping, first.names_in, now if transforms else None, True)


def _union(frame: Frame, union: Any, names: Names | None, taken: int | None) -> Features | None:
    """Transformers beside each other, each of which takes all columns."""
    blocks: list[Block] = []
    out, assumed = 0, False
    names_out: list[str] | None = []
    for name, step in union.transformer_list:
        if step == "drop":
            continue
        features = _passing(taken, names) if step == "passthrough" else _look(frame, step, names, taken)
        if features is None or features.mapping.made is None:
            return Features(taken, True, _mapping.UNKNOWN, names)
        taken = features.taken if taken is None else taken
        names = features.names_in if names is None else names
        mine = features.mapping.blocks if _passes_on(step) else features.blocks(name)
        blocks += [block._replace(out=block.out + out) for block in mine if block is not NOTHING]
        names_out = _joined(names_out, features.names_out, name if union.verbose_feature_names_out else "")
        out += features.mapping.made
        assumed = assumed or features.mapping.assumed
    mapping = Mapping(out, tuple(blocks) or (NOTHING,), assumed)
    return Features(taken, True, mapping, names, tuple(names_out) if names_out else None, True)


def _column_wise(frame: Frame, estimator: Any, names: Names | None, taken: int | None) -> Features | None:
    """Transformers beside each other, each of which takes columns of its own."""
    known = vars(estimator)
    places = known.get("output_indices_", {})  # there are none where every transformer was given no columns
    blocks: list[Block] = []
    names_out: list[str] | None = []
    assumed = False
    prefixes = estimator.verbose_feature_names_out
    for name, step, _ in known["transformers_"]:
        place = places.get(name, slice(0, 0))
        width = place.stop - place.start
        if step == "drop" or width == 0:
            continue
        columns = list(known["_transformer_to_input_indices"][name])
        own = tuple(names[i] for i in columns) if names is not None else None
        features = _passing(len(columns), own) if step == "passthrough" else _look(frame, step, own, len(columns))
        if features is None or features.mapping.made != width:
            features = Features(len(columns), True, Mapping(width, assumed=True), own)
        mine = features.mapping.blocks if _passes_on(step) else features.blocks(name)
        mine = _mapping.composed(_mapping.selected(columns), mine)
        blocks += [block._replace(out=block.out + place.start) for block in mine]
        names_out = _joined(names_out, features.names_out, name if prefixes is True else "")
        assumed = assumed or features.mapping.assumed
    made = max((place.stop for place in places.values()), default=0)
    given = tuple(names_out) if names_out and isinstance(prefixes, bool) else None
    return Features(taken, True, Mapping(made, tuple(blocks) or (NOTHING,), assumed), names, given, True)


def _passing(taken: int | None, names: Names | None) -> Features:
    return Features(taken, True, _mapping.one_to_one(taken) if taken is not None else _mapping.UNKNOWN, names, names)


def _passes_on(step: Any) -> bool:
    """True for what only hands columns on: nobody went through it."""
    if isinstance(step, str):
        return True
    kind = getattr(sys.modules.get("sklearn.preprocessing"), "FunctionTransformer", ())
    return isinstance(step, kind) and getattr(step, "func", 0) is None


def _joined(before: list[str] | None, more: Names | None, step: str) -> list[str] | None:
    if before is None or more is None:
        return None
    return [*before, *(f"{step}__{name}" if step else name for name in more)]


def _names_out(estimator: Any, names: Names | None, mapping: Mapping) -> Names | None:
    """The names that a transformer gives the columns it makes. Only scikit-learn's own code is asked."""
    if mapping.made == 0 or (mapping.made is not None and mapping.made > MOST_NAMES):
        return None
    if not mapping.assumed and mapping.blocks and all(block.paired for block in mapping.blocks):
        pairs = {block.out + i: block.into + i for block in mapping.blocks for i in range(block.outs)}
        if len(pairs) == len(set(pairs.values())) == mapping.made and names is not None:
            return tuple(names[pairs[i]] for i in range(len(pairs)))
    say = getattr(type(estimator), "get_feature_names_out", None)
    if not callable(say) or not getattr(say, "__module__", "").startswith("sklearn.") or mapping.assumed:
        return None
    if (mapping.made is None and names is None) or callable(getattr(estimator, "feature_name_combiner", None)):
        return None
    try:
        return _texts(estimator.get_feature_names_out(None if names is None else list(names)))
    except Exception:  # it has the method under a condition, does not know its columns, or errs in its own way
        return None


def _texts(names: Any) -> Names | None:
    """Names as texts; None where they are none."""
    given = names.tolist() if hasattr(names, "tolist") else names
    return tuple(given) if isinstance(given, list) and all(isinstance(name, str) for name in given) else None


def _stored(features: Features, after: _core.NodeRef | None) -> tuple[Any, ...]:
    mapping = features.mapping
    fits = len(mapping.blocks) <= MOST_SOURCES
    return (
        features.taken,
        mapping.made if features.transforms else None,
        features.names_in or (),
        features.names_out or (),
        mapping.blocks if fits else (),
        mapping.assumed or not fits,
        after,
    )
