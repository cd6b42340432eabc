"""Runs as OpenLineage events: valid by the published schemas, read back by OpenLineage's own client."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

jsonschema = pytest.importorskip("jsonschema")
referencing = pytest.importorskip("referencing")

ROOT = Path(__file__).resolve().parents[2]
FILES = [*(ROOT / "tests" / "openlineage").rglob("*.json"), ROOT / "schema/json/mltrack.openlineage-1.schema.json"]
SCHEMAS = {schema["$id"]: schema for schema in (json.loads(file.read_text()) for file in FILES)}
REGISTRY = referencing.Registry().with_resources(
    [(name, referencing.Resource.from_contents(schema)) for name, schema in SCHEMAS.items()]
)
GROUPS = ("facets", "inputFacets", "outputFacets")


def validator(ref: str) -> Any:
    return jsonschema.Draft202012Validator(
        {"$ref": ref}, registry=REGISTRY, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def validate(text: str) -> list[dict[str, Any]]:
    """The events; each and each of its facets is valid by the schema that it names, under the key that that gives."""
    events = [json.loads(line) for line in text.splitlines()]
    for event in events:
        validator(event["schemaURL"]).validate(event)
        for holder in (event["run"], event["job"], *event["inputs"], *event["outputs"]):
            for key, facet in (item for group in GROUPS for item in holder.get(group, {}).items()):
                schema = SCHEMAS[facet["_schemaURL"].split("#")[0]]
                assert key in schema["properties"]
                validator(facet["_schemaURL"]).validate(facet)
    return events


@pytest.fixture
def told(here: Path) -> mltrack.Run:
    with mltrack.start_run("plants", "base line", name="iris", tags={"team": "a"}, strict=True) as run:
        run.log_params({"C": 2.0, "deep": None})
        penguins = mltrack.read_csv_sync("penguins.csv")
        run.log_dataset(penguins.dropna(), name="complete")
        X, y = load_iris(return_X_y=True, as_frame=True)
        train, test, y_train, y_test = mltrack.train_test_split_sync(X, y, random_state=0)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=2)).fit_sync(train, y_train)
        model.score_sync(test, y_test)
        with pytest.raises(ValueError):
            LogisticRegression().fit_sync(train[:0], y_train[:0])
        run.log_metric("loss", float("nan"))
    return run


def test_events_and_facets_are_valid(told):
    events = validate(mltrack.export_run(told, as_="openlineage"))
    types = [event["eventType"] for event in events]
    assert types[0] == "START"
    assert types[-1] == "COMPLETE"
    assert types.count("FAIL") == 1
    assert types.count("START") == types.count("COMPLETE") + types.count("FAIL")


def test_telling_twice_tells_the_same(told, tmp_path):
    text = mltrack.export_run(told, as_="openlineage")
    assert mltrack.export_run(told.uid, as_="openlineage") == text
    mltrack.import_run(mltrack.export_run(told), store=tmp_path / "other.db")
    assert mltrack.export_run(told.uid, as_="openlineage", store=tmp_path / "other.db") == text


def test_runs_and_calls_have_uuids_of_their_own(told):
    events = validate(mltrack.export_run(told, as_="openlineage"))
    ids = {event["run"]["runId"] for event in events}
    assert told.uid in ids
    assert {uuid.UUID(one).version for one in ids - {told.uid}} == {5}
    for event in events:
        if event["run"]["runId"] != told.uid:
            parent = event["run"]["facets"]["parent"]
            assert parent["run"]["runId"] == told.uid
            assert parent["job"] == {"namespace": "plants", "name": "base line"}


def test_data_lead_from_file_to_model(told):
    """Following dataset names over jobs, as a lineage server does."""
    events = validate(mltrack.export_run(told, as_="openlineage"))
    made_of: dict[Any, set[Any]] = {}
    for event in events:
        if event["run"]["runId"] == told.uid:
            continue
        inputs = {(one["namespace"], one["name"]) for one in event["inputs"]}
        for out in event["outputs"]:
            made_of.setdefault((out["namespace"], out["name"]), set()).update(inputs)

    def origins(name: Any) -> set[Any]:
        return set().union(*({one} | origins(one) for one in made_of.get(name, ())))

    query = mltrack.query()
    complete = query.datasets(where="name = 'complete'")[0]
    assert ("file", "penguins.csv") in origins(("mltrack", f"{told.uid}:{complete.ref.split(':')[1]}"))
    model = query.models(where="type = 'sklearn.pipeline.Pipeline'")[0]
    split = query.calls(where="op = 'split'")[0]
    train = {edge.dst for edge in query.details(split).out_edges if edge.slot == "train[0]"}
    found = {name for _, name in origins(("mltrack", f"{told.uid}:{model.ref.split(':')[1]}"))}
    assert {f"{told.uid}:{ref.split(':')[1]}" for ref in train} <= found


def test_what_is_known_is_told(told):
    events = validate(mltrack.export_run(told, as_="openlineage"))
    end = events[-1]
    facets = end["run"]["facets"]
    assert facets["tags"]["tags"] == [{"key": "team", "source": "USER", "value": "a"}]
    assert [(one["key"], one["value"]) for one in facets["executionParameters"]["parameters"]] == [
        ("C", "2.0"), ("deep", "null")]  # fmt: skip
    assert {"name": "loss", "value": "NaN"} in facets["mltrack_run"]["metrics"]
    assert [(one["namespace"], one["name"]) for one in end["inputs"] if one["namespace"] == "file"] == [
        ("file", "penguins.csv")]  # fmt: skip
    failed = next(event for event in events if event["eventType"] == "FAIL")
    assert failed["run"]["facets"]["errorMessage"]["message"].startswith("ValueError: ")
    assert failed["job"]["name"] == "base line.fit.LogisticRegression"
    fit = next(event for event in events if event["job"]["name"] == "base line.fit.Pipeline")
    X = next(
        one for one in fit["inputs"] if one["facets"].get("schema", {}).get("fields", [{}])[0].get("type") == "float"
    )
    assert [field["name"] for field in X["facets"]["schema"]["fields"]] == load_iris().feature_names
    assert X["inputFacets"]["inputStatistics"]["rowCount"] == 112
    assert X["facets"]["version"]["datasetVersion"] == X["facets"]["mltrack_node"]["digest"]


def test_the_client_reads_them(told):
    """The classes of openlineage-python take every event, and write it as it was."""
    event_v2 = pytest.importorskip("openlineage.client.event_v2")
    serde = pytest.importorskip("openlineage.client.serde").Serde
    for event in validate(mltrack.export_run(told, as_="openlineage")):
        run, job = event["run"], event["job"]
        read = event_v2.RunEvent(
            eventType=event_v2.RunState[event["eventType"]],
            eventTime=event["eventTime"],
            producer=event["producer"],
            run=event_v2.Run(run["runId"], run["facets"]),
            job=event_v2.Job(job["namespace"], job["name"], job["facets"]),
            inputs=[event_v2.InputDataset(**one) for one in event["inputs"]],
            outputs=[event_v2.OutputDataset(**one) for one in event["outputs"]],
        )
        again = json.loads(serde.to_json(read))
        for data in (*again["inputs"], *again["outputs"]):
            for group in [group for group in GROUPS if data.get(group) == {}]:
                del data[group]
        del again["schemaURL"], event["schemaURL"]  # the client's own version
        assert again == event
        assert datetime.fromisoformat(read.eventTime.replace("Z", "+00:00"))


def test_a_run_that_goes_on_has_no_end_yet(run):
    events = validate(mltrack.export_run(run, as_="openlineage"))
    assert [event["eventType"] for event in events] == ["START"]
