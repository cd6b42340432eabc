"""The syncer: ModelDB's handle of a run, and its light API."""

from __future__ import annotations

import json
import os
import sys
import warnings
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import mltrack
from mltrack import _core
from mltrack._names import caller
from mltrack._secrets import bare_address
from mltrack.compat.modeldb import _documents
from mltrack.compat.modeldb._runs import open_run
from mltrack.compat.modeldb._tags import Tags
from mltrack.compat.modeldb.basic.Structs import (
    Dataset,
    DefaultExperiment,
    ExistingExperiment,
    ExistingExperimentRun,
    ExistingProject,
    Model,
    ModelConfig,
    ModelMetrics,
    NewExperimentRun,
    NewOrExistingExperiment,
    NewOrExistingProject,
    ThriftConfig,
    VersioningConfig,
)
from mltrack.sklearn._params import is_estimator

__all__ = [
    "Dataset",
    "DefaultExperiment",
    "ExistingExperiment",
    "ExistingExperimentRun",
    "ExistingProject",
    "Model",
    "ModelConfig",
    "ModelMetrics",
    "NewExperimentRun",
    "NewOrExistingExperiment",
    "NewOrExistingProject",
    "Syncer",
    "ThriftConfig",
    "VersioningConfig",
]


@dataclass(frozen=True)
class Known:
    """A project, experiment or run as a syncer shows it: `id` is what Existing... takes."""

    id: str
    name: str


class Syncer:
    """Writes one run of the default store. The newest syncer is `Syncer.instance`; recorded calls go to its run.

    There is no server and no buffer: what a method recorded is committed when it returns, and the run ends with the
    process, or with `closeThriftClient`. What cannot be recorded raises, as in `mltrack.Run`. `run` is the run itself.
    """

    instance: ClassVar[Syncer | None] = None

    @classmethod
    def create_syncer(
        cls,
        proj_name: str,
        user_name: str,
        proj_desc: str | None = None,
        host: str | None = None,
        port: int | str | None = None,
    ) -> Syncer:
        """A new run in the default experiment of a project. `host` and `port` are not used."""
        project = NewOrExistingProject(proj_name, user_name, proj_desc or "")
        return cls(project, DefaultExperiment(), NewExperimentRun(""), ThriftConfig(host, port))

    @classmethod
    def create_syncer_from_config(
        cls, config_file: str | os.PathLike[str] = "syncer.json", sha: str | None = None
    ) -> Syncer:
        """A new run in the project and experiment that a JSON or YAML file names; without one, `syncer.json` in the
        working directory. Raises ValueError for a file that names no project."""
        project, experiment = _documents.read_configuration(config_file)
        return cls(project, experiment, NewExperimentRun("", sha))

    @classmethod
    def create_syncer_for_experiment_run(
        cls, experiment_run_id: str, host: str | None = None, port: int | str | None = None
    ) -> Syncer:
        """Goes on with a run, by its uid; when it has ended, in a new run that is a part of it. `host` and `port` are
        not used. Raises mltrack.errors.NotFoundError for a run that the store does not hold."""
        return cls(None, None, ExistingExperimentRun(experiment_run_id), ThriftConfig(host, port))

    def __init__(
        self, project_config: Any, experiment_config: Any, experiment_run_config: Any, thrift_config: Any = None
    ) -> None:
        self.run = open_run(project_config, experiment_config, experiment_run_config)
        self.datasets: dict[str, Dataset] = {}
        self._tags = Tags(self.run)
        self._files: weakref.WeakKeyDictionary[Dataset, _core.NodeRef] = weakref.WeakKeyDictionary()
        self._models: weakref.WeakKeyDictionary[Model, _core.NodeRef] = weakref.WeakKeyDictionary()
        Syncer.instance = self
        if "pandas" in sys.modules:
            from mltrack.compat.modeldb import _patches

            _patches.install()

    @property
    def project(self) -> Known:
        """The project that is written."""
        return Known(self.run.project, self.run.project)

    @property
    def experiment(self) -> Known:
        """The experiment that is written."""
        return Known(f"{self.run.project}/{self.run.experiment}", self.run.experiment)

    @property
    def experiment_run(self) -> Known:
        """The run that is written."""
        return Known(self.run.uid, self.run.name)

    def add_tag(self, obj: Any, tag: str) -> None:
        """Labels an array, a frame or an estimator. Data that was never recorded is recorded now; an estimator that was
        not fitted yet gets its tag with `sync`, the next call of this syncer, or the end of the process."""
        self._tags.add(obj, tag)

    def get_tag_for_object(self, obj: Any) -> str:
        """The tag of an object; empty when it has none."""
        return self._tags.of(obj)

    def get_modeldb_id_for_object(self, obj: Any) -> str | int:
        """The reference of a recorded object (see `mltrack.ref`), or -1."""
        known = self._models.get(obj) if isinstance(obj, Model) else None
        known = self._files.get(obj) if isinstance(obj, Dataset) else known
        return mltrack.ref(obj) or -1 if known is None else str(known)

    def sync(self) -> None:
        """Stores the tags of estimators that were tagged before their fit; all else is stored already."""
        self._tags.store()

    def clear_buffer(self) -> None:
        """Nothing: there is no buffer, and what is recorded stays."""

    def closeThriftClient(self) -> None:
        """Ends the run as finished."""
        self.sync()
        self.run.finish()

    def sync_datasets(self, datasets: Dataset | Mapping[str, Dataset]) -> None:
        """Records files by content where they are regular files here, else by name, with their metadata as tags.
        The keys of a mapping are the tags to call them by; a single dataset is `default`."""
        given = {"default": datasets} if isinstance(datasets, Dataset) else dict(datasets)
        for key, dataset in given.items():
            dataset.tag = dataset.tag or str(key)
        self.datasets = given
        for dataset in given.values():
            self._file(dataset)

    def sync_model(self, data_tag: str, config: ModelConfig, model: Model) -> None:
        """Records that the model was trained with this configuration on the dataset of this tag."""
        self._fit(self._dataset(data_tag), config, model)

    def sync_metrics(self, data_tag: str, model: Model, metrics: ModelMetrics) -> None:
        """Records metrics of the model on the dataset of this tag."""
        subject = self._models.get(model)
        if subject is None:
            subject = self.run.log_model(model.model_type, name=_name(model))
            self._models[model] = subject
        self.run.log_metrics(metrics.metrics, subject=subject, dataset=self._dataset(data_tag))

    def sync_all(self, metadata_path: str | os.PathLike[str]) -> None:
        """Records the datasets, the model and its metrics that a JSON or YAML file describes. Raises ValueError for
        what it lacks, ImportError for a YAML file without PyYAML."""
        record = _documents.read_record(metadata_path)
        self.sync_datasets(record.datasets)
        dataset = self._dataset(str(record.model.tag or "default"))
        fitted = self._fit(dataset, record.config, record.model)
        for key, value in record.more.items():
            self.run.set_tag(key, value if isinstance(value, str) else json.dumps(value, default=str), fitted)
        if record.metrics.metrics:
            self.run.log_metrics(record.metrics.metrics, subject=fitted, dataset=dataset)

    def __repr__(self) -> str:
        return f"<Syncer of {self.run!r}>"

    def _dataset(self, tag: str) -> _core.NodeRef | None:
        """The node of the dataset that is called so."""
        dataset = self.datasets.get(tag) or self.datasets.get("default")
        if tag not in self.datasets:
            known = ", ".join(map(repr, self.datasets)) or "no dataset"
            instead = "no dataset is recorded" if dataset is None else "'default' is recorded"
            warnings.warn(f"no dataset has the tag {tag!r}, there is {known}; {instead}", stacklevel=3)
        return None if dataset is None else self._file(dataset)

    def _file(self, dataset: Dataset) -> _core.NodeRef:
        """The artifact of a dataset, recorded once in the run."""
        if dataset not in self._files:
            if os.path.isfile(dataset.filename):
                node = self.run.log_artifact(dataset.filename, store=False)
            else:
                node = self.run.log_node(_core.Flow("file", kind="artifact", name=bare_address(dataset.filename)))
            self._files[dataset] = node
            for key, value in {"tag": dataset.tag, **dataset.metadata}.items():
                if value != "" and value is not None:
                    self.run.set_tag(str(key), value, node)
        return self._files[dataset]

    def _fit(self, dataset: _core.NodeRef | None, config: ModelConfig, model: Model) -> _core.NodeRef:
        live = is_estimator(model.model)
        named = _core.Flow("model", kind="model", type=model.model_type, name=_name(model))
        node: Any = self.run.log_fit(
            config.model_type,
            params={str(key): value for key, value in config.config.items()},
            inputs=[] if dataset is None else [_core.Flow("X", node=dataset)],
            outputs={"model": model.model} if live else [named],
            source=caller(2),
        )
        self._models[model] = node
        tag = model.tag or config.tag
        if tag:
            self.run.set_tag("tag", tag, node)
        if model.path:
            self._save(model.path, node)
        made: _core.NodeRef = node
        return made

    def _save(self, path: str, node: _core.NodeRef) -> None:
        """Where the model was saved: the file, derived from the model; else only its path, as a tag."""
        if os.path.isfile(path):
            self.run.log_artifact(path, sources=(node,), store=False)
        else:
            self.run.set_tag("path", bare_address(path), node)


def _name(model: Model) -> str:
    return model.model if isinstance(model.model, str) else ""
