"""What a syncer is given: the project, experiment and run to write, and what the light API records in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class NewOrExistingProject:
    """The project of this name, which is made when the store has none."""

    name: str
    author: str = ""
    description: str = ""


@dataclass(eq=False)
class ExistingProject:
    """A project that the store holds; `id` is its name, as in `syncer.project.id`."""

    id: str


@dataclass(eq=False)
class NewOrExistingExperiment:
    """The experiment of this name in the project, which is made when the project has none."""

    name: str
    description: str = ""


@dataclass(eq=False)
class ExistingExperiment:
    """An experiment that the store holds; `id` is its name or `project/experiment`, as in `syncer.experiment.id`."""

    id: str


@dataclass(eq=False)
class DefaultExperiment:
    """The project's experiment `default`."""


@dataclass(eq=False)
class NewExperimentRun:
    """A new run. `sha` is the commit of the code, recorded as a tag."""

    description: str = ""
    sha: str | None = None


@dataclass(eq=False)
class ExistingExperimentRun:
    """A run that the store holds; `id` is its uid, as in `syncer.experiment_run.id`, or the first digits of it."""

    id: str


@dataclass(eq=False)
class ThriftConfig:
    """Where ModelDB's server was. There is none here: accepted and not used."""

    host: str | None = "localhost"
    port: int | str | None = 6543


@dataclass(eq=False)
class VersioningConfig:
    """What ModelDB's own versioning of code was given. Accepted and not used."""

    username: str | None
    repo: str | None
    access_token: str | None = field(repr=False)
    export_directory: str | None
    repo_directory: str | None


@dataclass(eq=False)
class Dataset:
    """A file that data came from, what is to be known of it, and a tag to call it by."""

    filename: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tag: str | None = ""


@dataclass(eq=False)
class ModelConfig:
    """The parameters that a model was trained with."""

    model_type: str
    config: Mapping[str, Any]
    tag: str | None = ""


@dataclass(eq=False)
class Model:
    """A trained model: its type, its name or the object itself, and the file it was saved to."""

    model_type: str
    model: Any
    path: str | None = None
    tag: str | None = ""


@dataclass(eq=False)
class ModelMetrics:
    """Metrics of a model: numbers by name."""

    metrics: Mapping[str, float]
    tag: str | None = ""
