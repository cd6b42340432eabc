"""Attaches to libraries when they are there: now, or when the program imports them. mltrack itself never does."""

from __future__ import annotations

import sys
from _thread import get_ident
from typing import TYPE_CHECKING, Any

from mltrack import _core, _guard

if TYPE_CHECKING:  # importing importlib.abc takes as long as all of mltrack
    from collections.abc import Callable, Sequence
    from types import ModuleType


def attach() -> None:
    """Gives estimators of scikit-learn and frames of pandas their recorded methods, now or when they come."""
    when_imported("sklearn.base", "BaseEstimator", _install)
    when_imported("pandas", "DataFrame", _install_frames)


def teach_dill() -> None:
    """dill looks at the exact type of what it pickles and knows no stand-in: it is to save the function itself."""
    when_imported("dill._dill", "Pickler", _teach)


def when_imported(name: str, attribute: str, action: Callable[[ModuleType], None]) -> None:
    """Calls `action` with a module that has `attribute`: now, or when the module has been imported."""
    module = sys.modules.get(name)
    if module is not None and hasattr(module, attribute):
        action(module)
        return
    for finder in sys.meta_path:
        if isinstance(finder, _Waiting) and finder.awaits == name:
            finder.actions.append(action)
            return
    sys.meta_path.insert(0, _Waiting(name, action))


def _install(base: ModuleType) -> None:
    from mltrack.sklearn import _sync

    _sync.install(base.BaseEstimator)


def _install_frames(pandas: ModuleType) -> None:
    from mltrack.pandas import _frames

    _frames.install(pandas)


def _teach(dill: ModuleType) -> None:
    def save(pickler: Any, standing: Any) -> None:
        pickler.save(standing.__mltrack__)

    dill.Pickler.dispatch[_core.StandIn] = save


class _Waiting:
    """Waits until one module is loaded, then leaves the import machinery as it was. That somebody only asks whether the
    module could be imported changes nothing."""

    def __init__(self, awaits: str, action: Callable[[ModuleType], None]) -> None:
        self.awaits = awaits
        self.actions = [action]
        self._asking: set[int] = set()  # threads whose question is on its way to the other finders, and back to us

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        thread = get_ident()
        if fullname != self.awaits or thread in self._asking:
            return None
        self._asking.add(thread)
        try:
            for finder in list(sys.meta_path):
                spec: Any = finder.find_spec(fullname, path, target) if hasattr(finder, "find_spec") else None
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _Acting(spec.loader, self)
                    return spec
        finally:
            self._asking.discard(thread)
        return None

    def done(self) -> list[Callable[[ModuleType], None]]:
        """What is to be done with the module, which is there now: once."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        actions, self.actions = self.actions, []
        return actions


class _Acting:
    """Loads a module as its own loader does, and acts once it is there. All else is the loader's."""

    def __init__(self, loader: Any, waiting: _Waiting) -> None:
        self._loader = loader
        self._waiting = waiting

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # a copy asks before it has a loader
            raise AttributeError(name)
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for action in self._waiting.done():
            try:
                action(module)
            except Exception as error:  # importing the library must work whatever happens here
                _guard.problem(error)
