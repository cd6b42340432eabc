"""Which columns a transformer makes out of which.

Everything is read from the fitted estimator's own `__dict__`, or by methods of scikit-learn's own classes that only
look. A transformer of which nobody says it makes all from all, and is marked so.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mltrack._memo import per_object

MOST_NAMES = 4_096  # as the store keeps
MOST_SOURCES = 4_096


class Block(NamedTuple):
    """`outs` columns from `out` on are made of the `ins` from `into` on: each of all, or one of one."""

    out: int
    outs: int
    into: int
    ins: int
    paired: bool
    through: tuple[str, ...] = ()


WIDE = 2**31 - 1  # more columns than there are
NOTHING = Block(0, 1, WIDE, 1, True)  # no block would mean all from all


@dataclass(frozen=True, slots=True)
class Mapping:
    """`made`: how many columns come out; None where that is not known. `blocks`: no one: all from all."""

    made: int | None
    blocks: tuple[Block, ...] = ()
    assumed: bool = False


Rule = Callable[[Any, "int | None"], "Mapping | None"]
UNKNOWN = Mapping(None, assumed=True)


def all_from_all(made: int | None) -> Mapping:
    return Mapping(made)


def one_to_one(count: int) -> Mapping:
    return Mapping(count, (Block(0, count, 0, count, True),) if count else ())


def of_transformer(estimator: Any, taken: int | None) -> Mapping | None:
    """The mapping of a transformer without steps; None for what transforms nothing."""
    rule = _rule(type(estimator))
    return rule(estimator, taken) or UNKNOWN if rule is not None else None


def selected(columns: Sequence[int], out: int = 0, through: tuple[str, ...] = ()) -> list[Block]:
    """Blocks for columns that are taken over one by one."""
    blocks: list[Block] = []
    for i, column in enumerate(columns):
        last = blocks[-1] if blocks else None
        if last is not None and last.into + last.ins == column:
            blocks[-1] = last._replace(outs=last.outs + 1, ins=last.ins + 1)
        else:
            blocks.append(Block(out + i, 1, column, 1, True, through))
    return blocks


def spread(counts: Iterable[int], first: int = 0) -> Iterator[Block]:
    """Blocks for columns of which each becomes several."""
    out = first
    for column, count in enumerate(counts):
        if count:
            yield Block(out, count, column, 1, count == 1)
        out += count


def composed(inner: Sequence[Block], outer: Sequence[Block]) -> tuple[Block, ...]:
    """What `outer` makes of what `inner` makes of its columns."""
    blocks: dict[Block, None] = {}
    for above in outer:
        for below in inner:
            first = max(above.into, below.out)
            last = min(above.into + above.ins, below.out + below.outs)
            if first >= last:
                continue
            count = last - first
            out, outs = (above.out + first - above.into, count) if above.paired else (above.out, above.outs)
            into, ins = (below.into + first - below.out, count) if below.paired else (below.into, below.ins)
            both = above.paired and below.paired
            blocks[Block(out, outs, into, ins, both, below.through + above.through)] = None
    return tuple(blocks)


@per_object
def _rule(kind: Any) -> Rule | None:
    """The rule of the first class in `_RULES` that `kind` is one of."""
    for module, name, rule in _RULES:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and issubclass(kind, known):
            return rule
    return _unknown if callable(getattr(kind, "transform", None)) else None


def _unknown(estimator: Any, taken: int | None) -> Mapping | None:
    return None


def _mixing(estimator: Any, taken: int | None) -> Mapping:
    return all_from_all(taken)


def _normalizing(estimator: Any, taken: int | None) -> Mapping | None:
    if getattr(estimator, "norm", None) is None:
        return _paired(estimator, taken)
    return all_from_all(taken)


def _paired(estimator: Any, taken: int | None) -> Mapping | None:
    return one_to_one(taken) if taken is not None else None


def _selecting(estimator: Any, taken: int | None) -> Mapping | None:
    if not _is_own(estimator) and "support_" not in vars(estimator):
        return None
    support = vars(estimator).get("support_")
    kept = estimator.get_support(indices=True) if support is None else support.nonzero()[0]
    columns = kept.tolist()
    return Mapping(len(columns), tuple(selected(columns)) or (NOTHING,))


def _one_hot(estimator: Any, taken: int | None) -> Mapping | None:
    counts = vars(estimator).get("_n_features_outs")
    return Mapping(sum(counts), tuple(spread(counts))) if counts else None


def _targets(estimator: Any, taken: int | None) -> Mapping | None:
    if vars(estimator).get("target_type_") != "multiclass":
        return _paired(estimator, taken)
    classes = len(estimator.classes_)
    return Mapping(classes * (taken or 0), tuple(spread([classes] * (taken or 0))))


def _bins(estimator: Any, taken: int | None) -> Mapping | None:
    if estimator.encode == "ordinal":
        return _paired(estimator, taken)
    counts = [int(count) for count in estimator.n_bins_]
    return Mapping(sum(counts), tuple(spread(counts)))


def _splines(estimator: Any, taken: int | None) -> Mapping | None:
    made = estimator.n_features_out_
    return Mapping(made, tuple(spread([made // taken] * taken))) if taken and made % taken == 0 else None


def _powers(estimator: Any, taken: int | None) -> Mapping | None:
    made = estimator.n_output_features_
    if made > MOST_NAMES:
        return Mapping(made, assumed=True)
    if made == 0:
        return Mapping(0, (NOTHING,))
    blocks = []
    for out, powers in enumerate(estimator.powers_ != 0):
        blocks += [
            block._replace(out=out, outs=1, paired=block.ins == 1) for block in selected(powers.nonzero()[0].tolist())
        ]
    return Mapping(made, tuple(blocks))


def _imputing(estimator: Any, taken: int | None) -> Mapping | None:
    statistics = vars(estimator).get("statistics_")
    if statistics is None or taken is None:
        return None
    values = [0.0] * taken if estimator.keep_empty_features else statistics.tolist()
    kept = [i for i, value in enumerate(values) if not (isinstance(value, float) and math.isnan(value))]
    blocks = selected(kept)
    indicator = vars(estimator).get("indicator_")
    flags = [] if indicator is None else indicator.features_.tolist()
    blocks += selected(flags, len(kept))
    return Mapping(len(kept) + len(flags), tuple(blocks))


def _filling(estimator: Any, taken: int | None) -> Mapping | None:
    return all_from_all(None)


def _missing(estimator: Any, taken: int | None) -> Mapping | None:
    columns = estimator.features_.tolist()
    return Mapping(len(columns), tuple(selected(columns)))


def _function(estimator: Any, taken: int | None) -> Mapping | None:
    if taken is not None and (estimator.func is None or estimator.feature_names_out == "one-to-one"):
        return one_to_one(taken)
    return None


def _prefixed(estimator: Any, taken: int | None) -> Mapping | None:
    return all_from_all(int(estimator._n_features_out)) if _is_own(estimator) else None


def _projected(estimator: Any, taken: int | None) -> Mapping | None:
    """Its _n_features_out may be the word auto."""
    return all_from_all(int(estimator.n_components_)) if _is_own(estimator) else None


def _words(estimator: Any, taken: int | None) -> Mapping | None:
    return all_from_all(len(estimator.vocabulary_))


def _hashed(estimator: Any, taken: int | None) -> Mapping | None:
    return all_from_all(estimator.n_features)


def _keys(estimator: Any, taken: int | None) -> Mapping | None:
    return all_from_all(len(estimator.feature_names_))


def _is_own(estimator: object) -> bool:
    return type(estimator).__module__.startswith("sklearn.")


_RULES: tuple[tuple[str, str, Rule], ...] = (
    ("sklearn.preprocessing", "Normalizer", _mixing),
    ("sklearn.feature_extraction.text", "TfidfTransformer", _normalizing),
    ("sklearn.impute._iterative", "IterativeImputer", _filling),
    ("sklearn.impute", "KNNImputer", _filling),
    ("sklearn.impute", "SimpleImputer", _imputing),
    ("sklearn.impute", "MissingIndicator", _missing),
    ("sklearn.preprocessing", "OneHotEncoder", _one_hot),
    ("sklearn.preprocessing", "TargetEncoder", _targets),
    ("sklearn.preprocessing", "KBinsDiscretizer", _bins),
    ("sklearn.preprocessing", "SplineTransformer", _splines),
    ("sklearn.preprocessing", "PolynomialFeatures", _powers),
    ("sklearn.preprocessing", "FunctionTransformer", _function),
    ("sklearn.feature_selection", "SelectorMixin", _selecting),
    ("sklearn.feature_extraction.text", "HashingVectorizer", _hashed),
    ("sklearn.feature_extraction.text", "CountVectorizer", _words),
    ("sklearn.feature_extraction", "DictVectorizer", _keys),
    ("sklearn.random_projection", "BaseRandomProjection", _projected),
    ("sklearn.base", "ClassNamePrefixFeaturesOutMixin", _prefixed),
    ("sklearn.base", "OneToOneFeatureMixin", _paired),
)
