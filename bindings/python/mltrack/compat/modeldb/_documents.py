"""The files a syncer reads: its configuration, and what `sync_all` records."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mltrack.compat.modeldb.basic.Structs import (
    Dataset,
    DefaultExperiment,
    Model,
    ModelConfig,
    ModelMetrics,
    NewOrExistingExperiment,
    NewOrExistingProject,
)

_MODEL_KEYS = frozenset({"NAME", "TYPE", "PATH", "TAG", "CONFIG", "METRICS"})


@dataclass(frozen=True)
class Record:
    """What a file for `sync_all` says."""

    datasets: dict[str, Dataset]
    model: Model
    config: ModelConfig
    metrics: ModelMetrics
    more: dict[str, Any] = field(default_factory=dict)  # of the model, under keys that mean nothing in particular


def read_configuration(path: str | os.PathLike[str]) -> tuple[NewOrExistingProject, Any]:
    """The project and the experiment that a configuration names; of its other parts nothing is used."""
    document = _read(path)
    project = _part(document, "project", path)
    experiment = _part(document, "experiment", path) if document.get("experiment") else {}
    name = experiment.get("name")
    return (
        NewOrExistingProject(
            _entry(project, "name", "'project'", path), _text(project.get("author")), _text(project.get("description"))
        ),
        NewOrExistingExperiment(str(name), _text(experiment.get("description"))) if name else DefaultExperiment(),
    )


def read_record(path: str | os.PathLike[str]) -> Record:
    """Datasets, a model, its configuration and its metrics from a JSON or YAML file."""
    document = _read(path)
    listed = _entry(document, "DATASETS", "the file", path)
    if not isinstance(listed, list):
        raise ValueError(f"'DATASETS' in {os.fspath(path)!r} is {type(listed).__name__}; expected a list of datasets")
    datasets = {}
    for given in listed:
        dataset = _dataset(given, path)
        datasets[str(dataset.tag)] = dataset
    model = _part(document, "MODEL", path)
    kind, tag = str(_entry(model, "TYPE", "'MODEL'", path)), model.get("TAG")
    config = _part(model, "CONFIG", path, "'MODEL'")
    metrics = {
        str(_entry(one, "TYPE", "a metric", path)): _entry(one, "VALUE", "a metric", path)
        for one in model.get("METRICS") or ()
    }
    return Record(
        datasets,
        Model(kind, _entry(model, "NAME", "'MODEL'", path), model.get("PATH"), tag),
        ModelConfig(kind, config, tag),
        ModelMetrics(metrics),
        {str(key): value for key, value in model.items() if key not in _MODEL_KEYS},
    )


def dataset_from(given: Mapping[str, Any]) -> Dataset:
    """A dataset from its keys FILENAME, METADATA and TAG."""
    return _dataset(given, "the dataset")


def _dataset(given: Any, path: str | os.PathLike[str]) -> Dataset:
    filename = _entry(given, "FILENAME", "a dataset", path)
    return Dataset(str(filename), given.get("METADATA") or {}, str(given.get("TAG") or "default"))


def _read(path: str | os.PathLike[str]) -> Mapping[str, Any]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    where = os.fspath(path)
    if where.lower().endswith((".yaml", ".yml")):
        document = _yaml(where).safe_load(text)
    else:
        try:
            document = json.loads(text)
        except ValueError as error:
            raise ValueError(f"{where!r} is not JSON ({error}); a YAML file is to end in .yaml or .yml") from None
    if not isinstance(document, Mapping):
        raise ValueError(f"{where!r} holds a {type(document).__name__}; expected keys with values")
    return document


def _yaml(where: str) -> Any:
    try:
        return importlib.import_module("yaml")
    except ImportError:
        message = f"reading {where!r} takes PyYAML, which is not installed: pip install pyyaml, or write it as JSON"
        raise ImportError(message) from None


def _part(
    document: Mapping[str, Any], key: str, path: str | os.PathLike[str], what: str = "the file"
) -> Mapping[str, Any]:
    part = _entry(document, key, what, path)
    if not isinstance(part, Mapping):
        raise ValueError(f"{key!r} in {os.fspath(path)!r} is a {type(part).__name__}; expected keys with values")
    return part


def _entry(part: Any, key: str, what: str, path: str | os.PathLike[str]) -> Any:
    if not isinstance(part, Mapping) or key not in part:
        raise ValueError(f"{what} has no {key!r} in {os.fspath(path)!r}; see docs/modeldb.md for what is expected")
    return part[key]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
