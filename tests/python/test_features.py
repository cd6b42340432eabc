"""The columns of fitted models, which of them make which, and what fits found."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectFromModel, SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.random_projection import SparseRandomProjection
from sklearn.svm import SVC

import mltrack
from mltrack.errors import NotFoundError

PENGUINS = Path(__file__).resolve().parents[2] / "examples" / "data" / "penguins.csv"
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TEXTS = ["island", "sex"]


@pytest.fixture
def penguins() -> pd.DataFrame:
    return pd.read_csv(PENGUINS).dropna(subset=["species"])


@pytest.fixture
def frame() -> pd.DataFrame:
    values = np.random.default_rng(3).normal(size=(60, 3))
    return pd.DataFrame(values, columns=["age", "height", "weight"])


@pytest.fixture
def target(frame: pd.DataFrame) -> Any:
    return (frame["age"] + frame["weight"] > 0).astype(int)


def short(node: mltrack.Node) -> str:
    return str(node.type).rpartition(".")[2]


def uses(name: str) -> dict[str, list[list[str]]]:
    """Class names of the models that used a column, with those of what it went through."""
    found: dict[str, list[list[str]]] = {}
    for use in mltrack.query().uses_column(name):
        assert not use.assumed
        found.setdefault(short(use.model), []).append([short(node) for node in use.through])
    return {kind: sorted(ways) for kind, ways in found.items()}


def fitted(model: object) -> Any:
    return mltrack.query().fitted(model)


def made_of(model: object) -> dict[str, list[str]]:
    """The names of what a transformer makes, each with the names of the columns it is made of."""
    answer = fitted(model)
    sources: dict[int, set[int]] = {}
    for made, of, one_to_one, _ in answer.sources or [(range(answer.made), range(answer.taken), False, ())]:
        for i, out in enumerate(made):
            sources.setdefault(out, set()).update([of[i]] if one_to_one else of)
    return {answer.names_out[out]: [answer.names_in[i] for i in sorted(of)] for out, of in sorted(sources.items())}


def real(model: Any, X: Any) -> dict[str, list[str]]:
    """The same, found out by changing one column after another."""
    names = list(model.get_feature_names_out())
    plain = np.asarray(model.transform(X), dtype=float)
    found: dict[str, list[str]] = {name: [] for name in names}
    for column in X.columns:
        changed = X.copy()
        changed[column] = changed[column].to_numpy()[::-1].copy()
        moved = ~np.isclose(np.asarray(model.transform(changed), dtype=float), plain, equal_nan=True).all(axis=0)
        for name in np.asarray(names)[moved]:
            found[name].append(column)
    return found


def test_a_transformer_says_its_columns(run: mltrack.Run, frame: pd.DataFrame) -> None:
    scaler = StandardScaler().fit_sync(frame)
    answer = fitted(scaler)
    assert (answer.taken, answer.made, answer.assumed) == (3, 3, False)
    assert answer.names_in == answer.names_out == ("age", "height", "weight")
    assert [(s.made, s.of, s.one_to_one) for s in answer.sources] == [(range(3), range(3), True)]


@pytest.mark.parametrize(
    "transformer",
    [
        StandardScaler(),
        PCA(2),
        PolynomialFeatures(2),
        PolynomialFeatures(3, interaction_only=True, include_bias=False),
        KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf", encode="onehot-dense")
        if "quantile_method" in KBinsDiscretizer().get_params()
        else KBinsDiscretizer(3, encode="onehot-dense"),
        Normalizer(),
        FunctionTransformer(feature_names_out="one-to-one"),
        FunctionTransformer(np.tanh, feature_names_out="one-to-one"),
        FeatureUnion([("scale", StandardScaler()), ("pca", PCA(2)), ("same", "passthrough")]),
        make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), PCA(3)),
        make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False)),
        ColumnTransformer([("scale", StandardScaler(), ["weight", "age"]), ("off", "drop", ["height"])]),
        ColumnTransformer([("pca", PCA(1), ["weight", "age"])], remainder="passthrough"),
        ColumnTransformer([("p", make_pipeline(MinMaxScaler(), PCA(1)), [0, 2])], verbose_feature_names_out=False),
    ],
    ids=lambda transformer: type(transformer).__name__,
)
def test_what_is_said_is_what_happens(run: mltrack.Run, frame: pd.DataFrame, transformer: Any) -> None:
    transformer.fit_sync(frame)
    moving = {name: columns for name, columns in real(transformer, frame).items() if columns}  # others are constant
    assert made_of(transformer) == moving
    assert fitted(transformer).names_out == tuple(transformer.get_feature_names_out())


def test_imputing_and_encoding(run: mltrack.Run, penguins: pd.DataFrame) -> None:
    numbers = penguins[NUMBERS].copy()
    numbers["empty"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        imputer = SimpleImputer(add_indicator=True).fit_sync(numbers)
        assert fitted(imputer).names_out == tuple(imputer.get_feature_names_out())
    pairs = made_of(imputer)
    assert pairs["missingindicator_body_mass_g"] == pairs["body_mass_g"] == ["body_mass_g"]
    assert "empty" not in pairs and pairs["missingindicator_empty"] == ["empty"]
    encoder = OneHotEncoder(drop="first").fit_sync(penguins[["island", "species"]])
    assert made_of(encoder) == {
        "island_Dream": ["island"],
        "island_Torgersen": ["island"],
        "species_Chinstrap": ["species"],
        "species_Gentoo": ["species"],
    }


def pipeline(columns: list[str], k: int) -> Pipeline:
    prepare = ColumnTransformer(
        [
            ("num", make_pipeline(SimpleImputer(), StandardScaler()), columns),
            ("cat", OneHotEncoder(handle_unknown="ignore"), TEXTS),
        ]
    )
    return make_pipeline(prepare, SelectKBest(k=k), LogisticRegression(max_iter=500))


def test_which_models_used_a_column_and_through_what(run: mltrack.Run, penguins: pd.DataFrame) -> None:
    X, y = penguins[NUMBERS + TEXTS], penguins["species"]
    whole = pipeline(NUMBERS, k=5).fit_sync(X, y)
    kept = whole[-2].get_support()
    assert kept[3]  # body_mass_g is one of the best
    leaves = ["SimpleImputer", "StandardScaler"]
    assert uses("body_mass_g") == {
        "SimpleImputer": [[]],
        "StandardScaler": [["SimpleImputer"]],
        "Pipeline": [leaves, [*leaves, "SelectKBest"]],  # the branch and the whole
        "ColumnTransformer": [leaves],
        "SelectKBest": [leaves],
        "LogisticRegression": [[*leaves, "SelectKBest"]],
    }
    dropped = [name for name, is_kept in zip(NUMBERS, kept, strict=False) if not is_kept]
    encoded = whole[0].get_feature_names_out()[kept]
    for name in dropped:
        assert "LogisticRegression" not in uses(name)
    for name in TEXTS:
        is_used = any(out.startswith(f"cat__{name}_") for out in encoded)
        assert ("LogisticRegression" in uses(name)) == is_used
    model = mltrack.query().fitted(whole[-1])
    assert model.names_in == tuple(whole[:-1].get_feature_names_out())
    assert fitted(whole).names_in == tuple(X.columns)


def test_a_model_that_does_not_use_it_is_not_listed(run: mltrack.Run, penguins: pd.DataFrame) -> None:
    X, y = penguins[NUMBERS + TEXTS], penguins["species"]
    without = pipeline(["bill_length_mm", "bill_depth_mm"], k=4).fit_sync(X, y)
    bare = LogisticRegression(max_iter=500).fit_sync(penguins[["year"]], y)
    found = mltrack.query().uses_column("body_mass_g")
    assert found == []
    assert mltrack.ref(without) and mltrack.ref(bare)
    assert [short(use.model) for use in mltrack.query().uses_column("year")] == ["LogisticRegression"]


def test_a_column_is_followed_through_splits_and_plain_calls(
    run: mltrack.Run, frame: pd.DataFrame, target: Any
) -> None:
    train, _, y_train, _ = mltrack.train_test_split_sync(frame, target, random_state=0)
    scaler = StandardScaler()
    scaled = scaler.fit_transform_sync(train)
    scaler.transform_sync(train)
    LogisticRegression().fit_sync(scaled, y_train)
    SVC().fit_sync(scaled[:, [1, 2]], y_train)
    assert uses("age") == {"StandardScaler": [[]], "LogisticRegression": [["StandardScaler"]]}
    assert uses("height")["SVC"] == [["StandardScaler"]]


def test_frames_out_have_the_names_they_say(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    union = FeatureUnion([("scale", StandardScaler()), ("pca", PCA(1))]).set_output(transform="pandas")
    out = union.fit_transform_sync(frame)
    model = LogisticRegression().fit_sync(out, target)
    assert fitted(model).names_in == tuple(out.columns) == fitted(union).names_out
    assert uses("age")["LogisticRegression"] == [["PCA"], ["StandardScaler"]]


def test_names_reach_steps_that_take_arrays(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    whole = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), RandomForestClassifier(5))
    whole.fit_sync(frame, target)
    assert fitted(whole[-1]).names_in == tuple(whole[:-1].get_feature_names_out())
    importances = fitted(whole[-1]).values["feature_importances_"]
    assert importances == whole[-1].feature_importances_.tolist()


def test_a_search_uses_what_its_best_uses(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    whole = make_pipeline(StandardScaler(), SelectKBest(k=1), LogisticRegression())
    search = GridSearchCV(whole, {"logisticregression__C": [0.1, 1.0]}, cv=2).fit_sync(frame, target)
    kept = frame.columns[search.best_estimator_[1].get_support()][0]
    other = next(name for name in frame.columns if name != kept)
    assert uses(kept)["GridSearchCV"] == uses(kept)["Pipeline"] == [["StandardScaler", "SelectKBest"]]
    assert set(uses(other)) == {"StandardScaler"}


def test_texts_become_words(run: mltrack.Run) -> None:
    frame = pd.DataFrame({"text": ["a red fox", "a blue dog", "red dogs run", "blue foxes"] * 3, "size": range(12)})
    target = [0, 1, 0, 1] * 3
    prepare = ColumnTransformer([("words", TfidfVectorizer(), "text"), ("rest", "passthrough", ["size"])])
    whole = make_pipeline(prepare, LogisticRegression()).fit_sync(frame, target)
    assert uses("text")["LogisticRegression"] == [["TfidfVectorizer"]]
    assert uses("size")["LogisticRegression"] == [["ColumnTransformer"]]
    assert fitted(whole[0]).names_out == tuple(whole[0].get_feature_names_out())
    words = CountVectorizer().fit_sync(frame["text"])
    assert (fitted(words).names_in, fitted(words).made) == (("text",), len(words.vocabulary_))


class Doubler(TransformerMixin, BaseEstimator):
    """A transformer of somebody else's."""

    def fit(self, X: Any, y: Any = None) -> Doubler:
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> Any:
        return np.asarray(X) * 2

    def get_feature_names_out(self, names: Any = None) -> Any:
        raise AssertionError("nobody asked")


def test_a_projection_makes_as_many_columns_as_it_chose(run: mltrack.Run) -> None:
    projection = SparseRandomProjection(eps=0.9, random_state=0)  # n_components="auto"
    projection.fit_sync(np.random.default_rng(0).normal(size=(10, 300)))
    assert fitted(projection).made == projection.n_components_


class Weights(BaseEstimator):
    """Says of its columns neither their names nor how many they are."""

    def fit(self, X: Any, y: Any) -> Weights:
        self.coef_ = np.arange(X.shape[1])
        return self


def test_a_selection_by_a_model_that_does_not_know_its_columns(
    run: mltrack.Run, frame: pd.DataFrame, target: Any
) -> None:
    pipeline = make_pipeline(SelectFromModel(Weights()), SVC())
    pipeline.fit_sync(frame.to_numpy(), target)
    assert fitted(pipeline[0]).names_out == ()


def test_of_an_unknown_transformer_all_is_assumed(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    whole = make_pipeline(Doubler(), LogisticRegression()).fit_sync(frame, target)
    found = {short(use.model): use for use in mltrack.query().uses_column("age")}
    assert set(found) == {"Doubler", "LogisticRegression", "Pipeline"}
    assert not found["Doubler"].assumed
    assert found["LogisticRegression"].assumed and found["Pipeline"].assumed
    assert [short(node) for node in found["LogisticRegression"].through] == ["Doubler"]
    assert fitted(whole[0]).assumed


def test_what_a_fit_found(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    labels = np.where(target == 1, "yes", "no")
    model = LogisticRegression().fit_sync(frame, labels)
    answer = fitted(model)
    assert answer.values["coef_"] == model.coef_.tolist()
    assert answer.values["classes_"] == ["no", "yes"]
    assert answer.values["n_iter_"] == model.n_iter_.tolist()
    assert mltrack.query().node(model).metrics["n_iter"] == model.n_iter_[0]


def test_the_course_of_a_fit(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = MLPClassifier((4,), max_iter=12).fit_sync(frame, target)
    points = mltrack.query().points(net, "loss")
    assert [(point.step, point.value) for point in points] == list(enumerate(net.loss_curve_))
    boosted = GradientBoostingRegressor(n_estimators=7).fit_sync(frame, target)
    assert [point.value for point in mltrack.query().points(boosted, "train_score")] == boosted.train_score_.tolist()
    assert fitted(boosted).values["feature_importances_"] == boosted.feature_importances_.tolist()
    stopped = HistGradientBoostingRegressor(early_stopping=True, max_iter=5).fit_sync(frame, target)
    assert [p.value for p in mltrack.query().points(stopped, "n_iter")] == [stopped.n_iter_]
    assert len(mltrack.query().points(stopped, "validation_score")) == stopped.n_iter_ + 1


def test_wide_models_say_how_wide_they_are(run: mltrack.Run) -> None:
    X = np.random.default_rng(1).normal(size=(12, 5000))
    model = LogisticRegression(max_iter=5, tol=1.0).fit_sync(X, [0, 1] * 6)
    answer = fitted(model)
    assert (answer.taken, answer.shapes["coef_"], answer.values["coef_"]) == (5000, (1, 5000), None)
    assert answer.names_in == ()


def test_equal_lists_of_names_are_kept_once(run: mltrack.Run, store: Path, frame: pd.DataFrame, target: Any) -> None:
    for C in (0.1, 1.0, 10.0):
        LogisticRegression(C=C).fit_sync(frame, target)
    with sqlite3.connect(store) as file:
        assert file.execute("SELECT count(*) FROM features").fetchone() == (3,)
        assert file.execute("SELECT count(*) FROM feature").fetchone() == (3,)


def test_nothing_is_left_on_the_estimator(run: mltrack.Run, frame: pd.DataFrame, target: Any) -> None:
    forest = RandomForestClassifier(3, random_state=0).fit_sync(frame, target)
    plain = RandomForestClassifier(3, random_state=0).fit(frame, target)
    assert set(vars(forest)) == set(vars(plain))


def test_a_column_that_was_overwritten_out_of_sight_is_not_taken_for_what_it_was(run: mltrack.Run) -> None:
    penguins = mltrack.read_csv_sync(PENGUINS)
    penguins["body_mass_g"] = penguins["bill_length_mm"] * 2
    scaler = StandardScaler().fit_sync(penguins[NUMBERS])
    assumed = {row["feature"]: row["assumed"] for row in mltrack.query().features(scaler, original=True)}
    assert assumed == {name: name == "body_mass_g" for name in NUMBERS}


def test_an_unknown_column_is_named(run: mltrack.Run, frame: pd.DataFrame) -> None:
    StandardScaler().fit_sync(frame)
    with pytest.raises(NotFoundError, match="has a column 'agee'"):
        mltrack.query().uses_column("agee")
    answer = fitted(run)
    assert (answer.taken, answer.sources, answer.values) == (None, (), {})
