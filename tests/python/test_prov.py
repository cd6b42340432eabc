"""Runs as W3C PROV-JSON, read back by the package prov."""

from __future__ import annotations

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

model = pytest.importorskip("prov.model")


@pytest.fixture
def told(here):
    with mltrack.start_run('pla"nts', "a=b:c", strict=True, name="x y") as run:
        run.log_param('strange: "name', "\ud800 value")
        penguins = mltrack.read_csv_sync("penguins.csv").dropna()
        X, y = penguins[["bill_length_mm", "body_mass_g"]], penguins["species"]
        make_pipeline(StandardScaler(), LogisticRegression()).fit_sync(X, y)
    return run


def test_prov_reads_it_and_it_says_what_the_store_says(told):
    text = mltrack.export_run(told, as_="prov")
    document = model.ProvDocument.deserialize(content=text, format="json")
    of = {kind: list(document.get_records(kind)) for kind in
          (model.ProvEntity, model.ProvActivity, model.ProvAgent, model.ProvUsage, model.ProvGeneration,
           model.ProvDerivation, model.ProvCommunication, model.ProvAssociation)}  # fmt: skip
    query = mltrack.query()
    nodes = query.descendants("penguins.csv").nodes
    calls = query.calls()
    data = [*query.datasets(), *query.models(), *query.artifacts()]
    assert len(of[model.ProvActivity]) == len(calls) + 1
    assert len(of[model.ProvEntity]) == len(data)
    assert len(of[model.ProvAgent]) == len(of[model.ProvAssociation]) == 1
    assert len(of[model.ProvCommunication]) == len(calls)

    edges = [edge for ref in [*calls, *data] for edge in query.details(ref).in_edges]
    called = {call.ref for call in calls}
    assert len(of[model.ProvUsage]) == sum(edge.dst in called for edge in edges)
    assert len(of[model.ProvGeneration]) == sum(edge.src in called for edge in edges)
    assert len(of[model.ProvDerivation]) == sum(not {edge.src, edge.dst} & called for edge in edges)
    identifiers = {str(entity.identifier) for entity in of[model.ProvEntity]}
    for node in nodes:
        if node.kind != "call":
            assert f"node:{told.uid}.{node.ref.split(':')[1]}" in identifiers


def test_every_relation_is_about_something_that_is_told(told):
    document = model.ProvDocument.deserialize(content=mltrack.export_run(told, as_="prov"), format="json")
    told_ids = {record.identifier for record in document.get_records(model.ProvElement)}
    for relation in document.get_records(model.ProvRelation):
        subject, object_ = [value for _, value in relation.formal_attributes[:2]]
        assert {subject, object_} <= told_ids


def test_writing_it_again_keeps_every_statement(told):
    first = model.ProvDocument.deserialize(content=mltrack.export_run(told, as_="prov"), format="json")
    again = model.ProvDocument.deserialize(content=first.serialize(format="json"), format="json")
    assert again == first


def test_the_same_run_gives_the_same_bytes(told, tmp_path):
    text = mltrack.export_run(told, as_="prov")
    mltrack.import_run(mltrack.export_run(told), store=tmp_path / "other.db")
    assert mltrack.export_run(told.uid, as_="prov", store=tmp_path / "other.db") == text
