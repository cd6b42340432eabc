"""What scripts took from scikit-learn's former module `cross_validation`, on top of `model_selection`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import cross_val_score, train_test_split

from mltrack.sklearn import cross_val_score_sync, train_test_split_sync

__all__ = [
    "KFold",
    "StratifiedKFold",
    "cross_val_score",
    "cross_val_score_sync",
    "train_test_split",
    "train_test_split_sync",
]


class _Folds:
    """The folds of data that is known from the start: pairs of row numbers, to train on and to test on."""

    def __init__(self, splitter: Any, y: Any) -> None:
        self._splitter = splitter
        self._y = y

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield from self._splitter.split(np.zeros((len(self._y), 1)), self._y)

    def __len__(self) -> int:
        return int(self._splitter.get_n_splits())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._y)} rows, {self._splitter!r})"


class KFold(_Folds):
    """The folds of `n` rows. Without `shuffle`, `random_state` means nothing."""

    def __init__(self, n: int, n_folds: int = 3, shuffle: bool = False, random_state: Any = None) -> None:
        state = random_state if shuffle else None
        super().__init__(model_selection.KFold(n_folds, shuffle=shuffle, random_state=state), np.zeros(n))


class StratifiedKFold(_Folds):
    """The folds of rows with the classes `y`, each with its share of every class."""

    def __init__(self, y: Any, n_folds: int = 3, shuffle: bool = False, random_state: Any = None) -> None:
        state = random_state if shuffle else None
        super().__init__(model_selection.StratifiedKFold(n_folds, shuffle=shuffle, random_state=state), y)
