"""Which run a syncer writes, from the project, experiment and run that it is given."""

from __future__ import annotations

from typing import Any

import mltrack
from mltrack import _guard
from mltrack.compat.modeldb.basic.Structs import (
    DefaultExperiment,
    ExistingExperiment,
    ExistingExperimentRun,
    ExistingProject,
)
from mltrack.errors import NotFoundError, WrongStateError


def open_run(project: Any, experiment: Any, run: Any) -> mltrack.Run:
    """Starts the run in the default store, or goes on with an existing one."""
    if isinstance(run, ExistingExperimentRun):
        return _go_on(str(run.id))
    missing = [
        name for name, given in (("project_config", project), ("experiment_config", experiment)) if given is None
    ]
    if missing:
        raise ValueError(
            f"{' and '.join(missing)} must not be None; give a project and an experiment, or an ExistingExperimentRun"
        )
    project_name = _project_name(project)
    tags = {
        "author": getattr(project, "author", ""),
        "project_description": getattr(project, "description", ""),
        "experiment_description": getattr(experiment, "description", ""),
        "description": getattr(run, "description", ""),
        "sha": getattr(run, "sha", ""),
    }
    return mltrack.start_run(
        project_name,
        _experiment_name(experiment, project_name),
        tags={key: value for key, value in tags.items() if value},
    )


def _go_on(uid: str) -> mltrack.Run:
    """The run itself while it is open; else a new run that is a part of it, since what has ended stays as it is."""
    if _guard.disabled():
        return mltrack.start_run()
    tracker = mltrack.open()
    found = tracker.query().node(uid)
    if found.kind != "run" or found.run is None:
        raise NotFoundError(f"{uid!r} is a {found.kind}; expected the uid of a run, as in syncer.experiment_run.id")
    try:
        return tracker.attach(found.run)
    except WrongStateError:
        return tracker.start_run(str(found.project), found.experiment, part_of=found.run)


def _project_name(project: Any) -> str:
    if not isinstance(project, ExistingProject):
        return storable(project.name)
    if not _guard.disabled():
        known = [str(node.name) for node in mltrack.open().query().projects()]
        if project.id not in known:
            raise NotFoundError(f"the store has no project {project.id!r}; it has {_listed(known)}")
    return str(project.id)


def _experiment_name(experiment: Any, project: str) -> str:
    if isinstance(experiment, DefaultExperiment):
        return "default"
    if not isinstance(experiment, ExistingExperiment):
        return storable(experiment.name)
    name = str(experiment.id).removeprefix(f"{project}/")
    if not _guard.disabled():
        experiments = mltrack.open().query().experiments()
        known = [str(node.name) for node in experiments if node.project == project]
        if name not in known:
            raise NotFoundError(f"project {project!r} has no experiment {experiment.id!r}; it has {_listed(known)}")
    return name


def storable(name: str) -> str:
    """A name without the `/` that joins project and experiment; ModelDB took any text."""
    return str(name).replace("/", "-") or "default"


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names)) or "none"
