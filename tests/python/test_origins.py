"""Which node an input is that only its memory or its values tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.preprocessing import StandardScaler

import mltrack
from graph import Graph, seq_of


def test_a_view_taken_twice_leaves_the_memory_to_its_owner(run: mltrack.Run, read: Callable[[], Graph]) -> None:
    features = np.random.default_rng(1).normal(size=(60, 3))
    StandardScaler().fit_sync(features)
    owner = seq_of(mltrack.ref(features))
    first = features[:]
    StandardScaler().fit_sync(first, first)
    second = features[:]
    StandardScaler().fit_sync(second)
    graph = read()
    assert graph.into(seq_of(mltrack.ref(second))) == {"from": (owner, "view")}


def test_what_the_run_itself_made_comes_before_what_had_the_same_role_in_another(store: Path) -> None:
    X, y = np.random.default_rng(1).normal(size=(60, 3)), np.arange(60) % 2
    with mltrack.start_run("p"):
        scaled = StandardScaler().fit_transform_sync(X)
        mltrack.train_test_split_sync(scaled, y)
    with mltrack.start_run("p") as run:
        again = StandardScaler().fit_transform_sync(X.copy())
        train = mltrack.train_test_split_sync(again.copy(), y)[0]
    lineage = mltrack.query().ancestors(train)
    made = [node for node in lineage if node.op == "fit_transform"]
    assert [node.run for node in made] == [run.uid]
