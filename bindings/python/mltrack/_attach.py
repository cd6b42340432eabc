"""Attaches to scikit-learn when it is there: now, or when the program imports it. mltrack itself never does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from mltrack import _guard

_HOME = "sklearn.base"


def attach() -> None:
    """Gives scikit-learn's estimators their recorded methods, now or as soon as scikit-learn is imported."""
    base = sys.modules.get(_HOME)
    if base is not None and hasattr(base, "BaseEstimator"):
        _install(base)
    elif not any(isinstance(finder, _Waiting) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Waiting())


def _install(base: ModuleType) -> None:
    try:
        from mltrack.sklearn import _methods

        _methods.install(base.BaseEstimator)
    except Exception as error:  # importing scikit-learn must work whatever happens here
        _guard.problem(error)


class _Waiting(MetaPathFinder):
    """Waits for one module, then leaves the import machinery as it was."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _HOME:
            return None
        sys.meta_path.remove(self)
        for finder in list(sys.meta_path):
            spec = finder.find_spec(fullname, path, target) if hasattr(finder, "find_spec") else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Installing(spec.loader)
                return spec
        return None


class _Installing(Loader):
    """Loads a module as its own loader does, and installs the recorded methods once it is there."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _install(module)
