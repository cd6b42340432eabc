"""Sparse matrices of scipy as something to digest: never made dense, and never changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from mltrack import _core

Answer = TypeVar("Answer")


class Sparse:
    """A sparse matrix whose digests are those of its canonical form: duplicates summed, zeros left out, in order."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix

    def digest(self) -> _core.DatasetDigest | None:
        by_rows = not _core.SparseMatrix.by_columns(*self._matrix.shape)
        return self._ask(by_rows, lambda held: held.digest())

    def row_hashes(self) -> Any:
        return self._ask(True, lambda held: held.row_hashes())

    def _ask(self, by_rows: bool, question: Callable[[_core.SparseMatrix], Answer | None]) -> Answer | None:
        rows, columns = self._matrix.shape
        for form in self._forms(by_rows):
            held = _core.SparseMatrix.of(rows, columns, by_rows, form.data, form.indices, form.indptr)
            answer = None if held is None else question(held)
            if answer is not None:
                return answer
        return None

    def _forms(self, by_rows: bool) -> Iterator[Any]:
        """As it is, if that will do; else a copy in canonical form."""
        compressed = self._matrix.tocsr() if by_rows else self._matrix.tocsc()
        yield compressed
        copy = compressed.copy()
        copy.sum_duplicates()
        yield copy


def sparse_of(obj: Any) -> Sparse | None:
    """`obj` as a sparse matrix of rows and columns; None for anything else."""
    sparse = sys.modules.get("scipy.sparse")
    if sparse is None or not sparse.issparse(obj) or obj.ndim > 2:
        return None
    return Sparse(obj if obj.ndim == 2 else obj.tocoo().reshape((-1, 1)))
