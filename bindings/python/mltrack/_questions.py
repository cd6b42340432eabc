"""The questions that are answered in rows."""

from __future__ import annotations

from typing import Any

from mltrack import _check, _core, _digest
from mltrack._core import Chain
from mltrack._refs import reference
from mltrack._table import Table
from mltrack.errors import InvalidArgumentError

__all__ = ["Questions"]


class Questions:
    """What Query answers in rows. `models` are models, or runs for those they made that became no part of another;
    with `where`, those too for which a filter holds; without either, all of the store."""

    __slots__ = ()

    _query: _core.Query

    def training_rows(self, *models: Any, where: str = "") -> Table:
        """How many rows each model was fitted on: of a fold, its own; of a fit that goes on from a model, the last
        ones."""
        return Table(self._query.training_rows(_references(models), where=_filter(where)))

    def convergence(self, *models: Any, where: str = "") -> Table:
        """Iterations of each model that iterates, how many it was allowed, and whether it stopped before that. Where a
        pipeline is named, it is a step that iterates."""
        return Table(self._query.convergence(_references(models), where=_filter(where)))

    def problem_types(self, *models: Any, where: str = "") -> Table:
        """Models grouped by problem type: classification, regression, clustering, decomposition, outlier detection,
        density estimation, transformer, unknown. `known_by` says how: the estimator said it, its class, or a part."""
        return Table(self._query.problem_types(_references(models), where=_filter(where)))

    def rank(
        self,
        metric: str,
        *models: Any,
        on: Any = None,
        smallest_first: bool = False,
        where: str = "",
        limit: int | None = None,
    ) -> Table:
        """Models by a metric, best first. `on`: as measured on what came out of a split in a role ("train", "test",
        "validation"), or on one dataset; None: wherever it was measured, last. Parts of models that are listed are
        left out. Raises NotFoundError when no model has the metric."""
        return Table(
            self._query.rank(
                _check.text(metric, "the metric's name"),
                _references(models),
                on=None if on is None else reference(on),
                smallest_first=smallest_first,
                where=_filter(where),
                limit=_check.whole(limit, "the limit", least=0),
            )
        )

    def features(self, model: Any, *, original: bool = False) -> Table:
        """The columns that a model was fitted on; with `original`, those of the files and sources that these were made
        of, through what was recorded."""
        return Table(self._query.features(reference(model), original=original))

    def similar(self, model: Any, *, limit: int | None = None) -> Table:
        """The models of the same problem type, nearest first; 10 unless a limit is given, 0 for all.

        `distance` is the mean of those of three that exist, each from 0 to 1. `params`: over all parameters that one of
        both has, a number counts its difference as a part of the range among all models compared, anything else 0 or
        1, and 1 where only one has it. `features`: the part of all names of columns that both do not share. `metrics`:
        the mean difference of those that both have, as a part of the range."""
        return Table(self._query.similar(reference(model), limit=_check.whole(limit, "the limit", least=0)))

    def importances(self, model: Any) -> Table:
        """Features by importance, the greatest first; `measure` says which: `coefficient` of a linear model, with
        `x std` where the fit kept the columns' standard deviations, the mean of the absolute ones of several classes,
        `importance` of trees, `permutation` where permutation_importance was recorded. Raises NotFoundError for a model
        that says nothing of it."""
        return Table(self._query.importances(reference(model)))

    def compare_params(self, *refs: Any, only_differences: bool = False) -> Table:
        """Parameters of models or runs, a column for each; a run has those of the one model that it made, too."""
        return Table(self._query.compare_params(_references(refs), only_differences=only_differences))

    def compare_features(self, *refs: Any, only_differences: bool = False) -> Table:
        """The columns that models were fitted on, a column for each model."""
        return Table(self._query.compare_features(_references(refs), only_differences=only_differences))

    def compare_importances(self, *refs: Any) -> Table:
        """Importances of models, a column for each; `notes` say by what measure."""
        return Table(self._query.compare_importances(_references(refs)))

    def confidence_intervals(self, model: Any, X: Any = None, y: Any = None, *, level: float = 0.95) -> Table:
        """Two-sided confidence intervals of the coefficients of a LinearRegression, Ridge or binary LogisticRegression,
        or of the one that a pipeline ends with.

        From X and y that it was fitted on, whose digests must be those that were recorded (logistic regression does
        without y); without them, from what the fit kept under `autolog(inference=True)`. Student's t for least squares,
        normal for logistic regression. A penalty makes them approximate, which `notes` say. Raises
        InvalidArgumentError for other models and other data."""
        return Table(
            self._query.confidence_intervals(
                reference(model), _columns(X, "X"), _columns(y, "y"), level=_check.number(level, "the level")
            )
        )

    def pipeline(self, model: Any) -> Chain:
        """The chain of steps behind a model: `before`, the fitted transformers outside of it that its data went
        through, `model`, its own steps as a tree, and `code`, scikit-learn code that makes all of it anew, unfitted, as
        `step_1`, ... and `model`. What has no exact form in code is a comment there, and in `notes`."""
        return self._query.pipeline(reference(model))

    def overview(self) -> Table:
        """Projects with the number of their experiments, runs and models and the start of their last run, by name."""
        return Table(self._query.overview())


def _columns(data: Any, name: str) -> Any:
    if data is None:
        return None
    columns = _digest.columns_of(data)
    if not isinstance(columns, _core.Columns):
        raise InvalidArgumentError(f"{name} is a {type(data).__name__}; expected the frame or array of the fit")
    return columns


def _references(refs: Any) -> list[str]:
    return [reference(ref) for ref in refs]


def _filter(where: Any) -> str:
    return _check.text(where, "where")
