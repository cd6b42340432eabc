"""What the questions in rows answer, against the models themselves, scikit-learn and statsmodels."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest
import statsmodels.api as statsmodels
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import RFE, SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, cross_validate, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC

import mltrack
from mltrack.errors import InvalidArgumentError, NotFoundError
from mltrack.sklearn._params import params_of

RANDOM = numpy.random.default_rng(7)
X = pandas.DataFrame(RANDOM.normal(size=(200, 3)) * [1, 10, 0.1], columns=["small", "large", "tiny"])
NUMBER = 2 * X["small"] - 0.3 * X["large"] + RANDOM.normal(size=200)
CLASS = (NUMBER > 0).astype(int)


def asked(run: mltrack.Run) -> mltrack.Query:
    return run.tracker.query()


def test_training_rows_of_folds_and_of_fits_that_go_on(run: mltrack.Run) -> None:
    with mltrack.autolog():
        cross_validate(Ridge(), X, NUMBER, cv=4, return_estimator=True)
        model = SGDClassifier(random_state=0)
        model.partial_fit(X[:120], CLASS[:120], classes=[0, 1])
        model.partial_fit(X[120:], CLASS[120:])
    q = asked(run)
    assert q.training_rows(where="estimator = 'Ridge'").column("rows") == [150] * 4
    later, earlier = q.training_rows(where="estimator = 'SGDClassifier'")
    assert (earlier["rows"], later["rows"]) == (120, 80)
    assert (earlier["went_on_from"], later["went_on_from"]) == (None, earlier["ref"])
    assert len(q.training_rows(run)) == 5


def test_training_rows_says_what_it_does_not_understand(run: mltrack.Run) -> None:
    with mltrack.autolog():
        LinearRegression().fit(X, NUMBER)
    with pytest.raises(InvalidArgumentError, match="is a dataset; expected a model, or a run"):
        asked(run).training_rows(asked(run).datasets()[0])


class OwnClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    def fit(self, X: Any, y: Any) -> OwnClassifier:
        self.classes_ = numpy.unique(y)
        return self


@pytest.mark.parametrize(
    ("model", "problem", "known_by"),
    [
        (LinearRegression(), "regression", "class"),
        (SVC(), "classification", "class"),
        (KMeans(2), "clustering", "class"),
        (PCA(2), "decomposition", "class"),
        (IsolationForest(n_estimators=3), "outlier detection", "class"),
        (GaussianMixture(2), "density estimation", "class"),
        (StandardScaler(), "transformer", "class"),
        (OwnClassifier(), "classification", "estimator"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "classification", "part"),
        (GridSearchCV(Ridge(), {"alpha": [1.0]}, cv=2), "regression", "part"),
        (make_pipeline(StandardScaler(), PCA(2)), "decomposition", "part"),
    ],
)
def test_problem_types(run: mltrack.Run, model: Any, problem: str, known_by: str) -> None:
    with mltrack.autolog():
        model.fit(X, CLASS)
    (row,) = asked(run).problem_types(run)
    assert (row["problem_type"], row["known_by"]) == (problem, known_by)


def test_convergence(run: mltrack.Run) -> None:
    with mltrack.autolog(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        enough = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(X, CLASS)
        short = MLPClassifier((4,), max_iter=3, random_state=0).fit(X, CLASS)
        GaussianNB().fit(X, CLASS)
    few, many = asked(run).convergence(short, enough)
    assert (few["iterations"], few["allowed"], few["converged"]) == (3, 3, False)
    assert few["loss"] == short.loss_
    assert (many["iterations"], many["allowed"], many["converged"]) == (enough[-1].n_iter_[0], 500, True)


def test_importances(run: mltrack.Run) -> None:
    with mltrack.autolog(inference=True):
        linear = LinearRegression().fit(X, NUMBER)
        forest = RandomForestRegressor(5, random_state=0).fit(X, NUMBER)
        found = permutation_importance(forest, X, NUMBER, n_repeats=2, random_state=0)
    with mltrack.autolog():
        plain = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, CLASS)
    q = asked(run)
    scaled = {row["feature"]: row["importance"] for row in q.importances(linear)}
    assert scaled == pytest.approx(dict(zip(X, linear.coef_ * X.to_numpy().std(axis=0), strict=True)))
    assert set(q.importances(linear).column("measure")) == {"coefficient x std"}
    rows = list(q.importances(forest))
    assert {r["feature"]: r["importance"] for r in rows if r["measure"] == "importance"} == dict(
        zip(X, forest.feature_importances_, strict=True)
    )
    assert {r["feature"]: r["importance"] for r in rows if r["measure"] == "permutation"} == dict(
        zip(X, found.importances_mean, strict=True)
    )
    values = [abs(row["importance"]) for row in q.importances(plain)]
    assert values == sorted(abs(plain[-1].coef_[0]), reverse=True)
    assert set(q.importances(plain).column("measure")) == {"coefficient"}
    together = q.compare_importances(linear, forest)
    assert together.columns == ("feature", mltrack_ref(q, linear), mltrack_ref(q, forest))
    with mltrack.autolog():
        neighbours = GaussianNB().fit(X, CLASS)
    with pytest.raises(NotFoundError, match="says nothing of importances"):
        q.importances(neighbours)


def mltrack_ref(q: mltrack.Query, model: Any) -> str:
    return q.node(model).ref


def test_side_by_side(run: mltrack.Run) -> None:
    with mltrack.autolog():
        one, two = Ridge(alpha=1.0).fit(X, NUMBER), Ridge(alpha=2.0).fit(X[["small", "tiny"]], NUMBER)
    q = asked(run)
    first, second = mltrack_ref(q, one), mltrack_ref(q, two)
    assert list(q.compare_params(one, two, only_differences=True)) == [{"param": "alpha", first: 1.0, second: 2.0}]
    assert len(q.compare_params(one, two)) == len(one.get_params())
    assert list(q.compare_features(one, two, only_differences=True)) == [
        {"feature": "large", first: True, second: None}
    ]
    with pytest.raises(InvalidArgumentError, match="expected two or more different ones"):
        q.compare_params(one, one)


def test_rank_on_a_role(run: mltrack.Run) -> None:
    with mltrack.autolog():
        X_train, X_test, y_train, y_test = train_test_split(X, CLASS, random_state=0)
        models = [make_pipeline(StandardScaler(), SVC(C=C)).fit(X_train, y_train) for C in (0.001, 1.0, 1000.0)]
        scores = [(model.score(X_train, y_train), model.score(X_test, y_test)) for model in models]
    q = asked(run)
    for on, place in (("train", 0), ("test", 1)):
        ranked = q.rank("accuracy", on=on)
        assert ranked.column("accuracy") == sorted((score[place] for score in scores), reverse=True)
        assert {q.node(ref).type for ref in ranked.column("ref")} == {"sklearn.pipeline.Pipeline"}
    worst = q.rank("accuracy", on="test", smallest_first=True, limit=1)
    assert worst.column("accuracy") == [min(score[1] for score in scores)]
    assert worst.notes == ("2 more are left out by the limit",)
    with pytest.raises(NotFoundError, match=r"no model has the metric \"?'?auc.*they have accuracy"):
        q.rank("auc")


def test_similar(run: mltrack.Run) -> None:
    with mltrack.autolog():
        one, near, far = (Ridge(alpha=alpha).fit(X, NUMBER) for alpha in (1.0, 2.0, 11.0))
        SVC().fit(X, CLASS)
        for model in (one, near, far):
            model.score(X, NUMBER)
    q = asked(run)
    first, second = q.similar(one)
    assert [first["ref"], second["ref"]] == [mltrack_ref(q, near), mltrack_ref(q, far)]
    count = len(one.get_params())
    assert (first["params"], second["params"]) == pytest.approx((0.1 / count, 1.0 / count))
    assert (first["features"], second["features"]) == (0.0, 0.0)
    assert second["metrics"] == 1.0
    assert second["distance"] == pytest.approx((second["params"] + second["features"] + second["metrics"]) / 3)


def test_original_features(run: mltrack.Run, tmp_path: Path) -> None:
    X.assign(target=CLASS).to_csv(tmp_path / "data.csv", index=False)
    with mltrack.autolog():
        frame = pandas.read_csv(tmp_path / "data.csv").rename(columns={"large": "big"})
        scaled = StandardScaler().fit_transform(frame[["small", "big"]])
        model = LogisticRegression().fit(scaled, frame["target"])
    found = asked(run).features(model, original=True)
    assert found.column("original") == ["small", "large"]
    assert set(found.column("file")) == {"data.csv"}
    assert asked(run).features(model).column("feature") == ["small", "big"]


def intervals(table: mltrack.Table) -> numpy.ndarray[Any, Any]:
    return numpy.array([[row["std_error"], row["low"], row["high"]] for row in table])


@pytest.mark.parametrize("level", [0.95, 0.5, 0.999])
def test_intervals_of_least_squares(run: mltrack.Run, level: float) -> None:
    with mltrack.autolog(inference=True):
        model = LinearRegression().fit(X, NUMBER)
    theirs = statsmodels.OLS(NUMBER, statsmodels.add_constant(X, prepend=False)).fit()
    wanted = numpy.column_stack([theirs.bse, theirs.conf_int(alpha=1 - level)])
    q = asked(run)
    kept, given = q.confidence_intervals(model, level=level), q.confidence_intervals(model, X, NUMBER, level=level)
    assert kept.column("coefficient") == ["small", "large", "tiny", "intercept"]
    assert intervals(kept) == pytest.approx(wanted, rel=1e-8)
    assert intervals(given) == pytest.approx(wanted, rel=1e-8)
    assert kept.notes == given.notes == ()


@pytest.mark.parametrize("intercept", [True, False])
def test_intervals_of_logistic_regression(run: mltrack.Run, intercept: bool) -> None:
    model = LogisticRegression(C=float("inf"), tol=1e-12, max_iter=100_000, solver="newton-cholesky")
    model.set_params(fit_intercept=intercept)
    with mltrack.autolog(inference=True):
        model.fit(X, CLASS)
    design = statsmodels.add_constant(X, prepend=False) if intercept else X
    theirs = statsmodels.Logit(CLASS, design).fit(disp=0, tol=1e-12, maxiter=200)
    wanted = numpy.column_stack([theirs.bse, theirs.conf_int()])
    q = asked(run)
    assert intervals(q.confidence_intervals(model)) == pytest.approx(wanted, rel=1e-5)
    assert intervals(q.confidence_intervals(model, X)) == pytest.approx(wanted, rel=1e-5)


def test_intervals_know_their_limits(run: mltrack.Run) -> None:
    with mltrack.autolog():
        model = LinearRegression().fit(X, NUMBER)
        ridge = Ridge().fit(X.to_numpy(), NUMBER)
        forest = RandomForestRegressor(2).fit(X, NUMBER)
    q = asked(run)
    (note,) = q.confidence_intervals(ridge, X, NUMBER).notes
    assert "penalty (alpha=1.0)" in note
    for ask, why in (
        (lambda: q.confidence_intervals(model), "kept nothing for intervals"),
        (lambda: q.confidence_intervals(model, X[::-1], NUMBER), "is not what the model was fitted on"),
        (lambda: q.confidence_intervals(model, X, NUMBER + 1), "the target given"),
        (lambda: q.confidence_intervals(model, X), "give y"),
        (lambda: q.confidence_intervals(forest, X, NUMBER), "intervals are known of"),
        (lambda: q.confidence_intervals(model, X, NUMBER, level=95), "a level of 95"),
        (lambda: q.confidence_intervals(model, object()), "X is a object"),
    ):
        with pytest.raises(InvalidArgumentError, match=why.replace("(", r"\(")):
            ask()


TEXTS = [f"the {word} penguin {i % 3}" for i, word in enumerate(["quick", "slow", "old", "young"] * 50)]
MIXED = X.assign(kind=["a", "b"] * 100)
BY_KIND = ColumnTransformer(
    [
        ("number", Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())]), ["small", "large"]),
        ("kind", OneHotEncoder(handle_unknown="ignore"), ["kind"]),
        ("left", "passthrough", ["tiny"]),
    ],
    remainder="drop",
    sparse_threshold=0.0,
)
CHAINS = [
    (make_pipeline(StandardScaler(), LogisticRegression(C=2)), X),
    (Pipeline([("poly", PolynomialFeatures(2)), ("model", Ridge(alpha=0.5))]), X),
    (Pipeline([("columns", BY_KIND), ("model", RandomForestClassifier(3, max_features=None))]), MIXED),
    (Pipeline([("none", "passthrough"), ("model", SVC(gamma=0.1))]), X),
    (make_pipeline(FeatureUnion([("scale", MinMaxScaler((0, 2))), ("pca", PCA(2))]), GaussianNB()), X),
    (make_pipeline(TfidfVectorizer(ngram_range=(1, 2), dtype=numpy.float32), TruncatedSVD(2), SVC()), TEXTS),
    (make_pipeline(FunctionTransformer(numpy.abs), SelectKBest(k=2), LinearRegression()), X),
    (VotingClassifier([("a", LogisticRegression()), ("b", make_pipeline(StandardScaler(), SVC()))]), X),
    (StackingClassifier([("a", GaussianNB())], final_estimator=LogisticRegression(C=0.1), cv=2), X),
    (make_pipeline(MLPClassifier((4, 2), max_iter=5)), X),
    (GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 2]}, cv=2), X),
    (RFE(LogisticRegression(), n_features_to_select=2), X),
    (TransformedTargetRegressor(make_pipeline(StandardScaler(), Ridge()), func=numpy.sqrt, inverse_func=numpy.square),
     X),
    (make_pipeline(StandardScaler(), make_pipeline(PCA(2), make_pipeline(StandardScaler(), GaussianNB()))), X),
]  # fmt: skip


def without_nan(params: dict[str, Any]) -> dict[str, Any]:
    return {name: "nan" if isinstance(value, float) and value != value else value for name, value in params.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("model", "data"), CHAINS, ids=lambda value: type(value).__name__)
def test_the_code_of_a_pipeline_makes_it_anew(run: mltrack.Run, model: Any, data: Any) -> None:
    with mltrack.autolog():
        model.fit(data, CLASS)
    chain = asked(run).pipeline(model)
    namespace: dict[str, Any] = {}
    exec(chain.code, namespace)
    anew = namespace["model"]
    assert type(anew) is type(model)
    assert without_nan(params_of(anew)) == without_nan(params_of(model))
    assert chain.notes == []
    anew.fit(data, CLASS)


def test_a_chain_has_what_came_before_and_says_what_it_cannot(run: mltrack.Run) -> None:
    by_kind = ColumnTransformer(
        [
            ("number", StandardScaler(), make_column_selector(dtype_include="number")),
            ("all", FunctionTransformer(lambda x: x), ["kind"]),
        ]
    )
    with mltrack.autolog():
        scaled = StandardScaler(with_mean=False).fit_transform(X)
        reduced = PCA(2).fit_transform(scaled)
        model = make_pipeline(LogisticRegression()).fit(reduced, CLASS)
        by_kind.fit(MIXED)
    chain = asked(run).pipeline(model)
    assert [(step.model.type or "").rpartition(".")[2] for step in chain.before] == ["StandardScaler", "PCA"]
    assert [(step.slot, step.model.type) for step in chain.model.inside] == [
        ("logisticregression", "sklearn.linear_model.LogisticRegression")
    ]
    namespace: dict[str, Any] = {}
    exec(chain.code, namespace)
    assert namespace["step_1"].get_params()["with_mean"] is False
    assert namespace["step_2"].n_components == 2
    hard = asked(run).pipeline(by_kind)
    exec(hard.code, namespace)
    assert namespace["model"].transformers[0][2] == ["small", "large", "tiny"]
    assert any("were chosen by" in note for note in hard.notes)
    assert any("func" in note and "no exact form" in note for note in hard.notes)


def test_notes_and_tags_on_several_nodes(run: mltrack.Run) -> None:
    with mltrack.autolog():
        one, two = Ridge().fit(X, NUMBER), Ridge(alpha=3).fit(X, NUMBER)
    run.log_note("compared", node=[one, two], author="me")
    run.set_tag("stage", "draft", node=[one, two])
    run.finish()
    q = asked(run)
    nodes = [q.node(one).ref, q.node(two).ref]
    run.tracker.log_note("published", nodes)
    run.tracker.set_tag("stage", "final", nodes)
    for ref in nodes:
        details = q.details(ref)
        assert [(note.author, note.text) for note in details.notes] == [("me", "compared"), ("", "published")]
        assert details.node.tags["stage"] == "final"
    with pytest.raises(NotFoundError):
        run.tracker.log_note("nowhere", [nodes[0], mltrack.NodeRef(q.node(one).run or "", 9999)])
    assert len(q.details(nodes[0]).notes) == 2


def test_kinds_of_a_lineage(run: mltrack.Run) -> None:
    with mltrack.autolog():
        model = make_pipeline(StandardScaler(), Ridge()).fit(X, NUMBER)
    q = asked(run)
    everything = q.ancestors(model)
    only = q.ancestors(model, kind="model")
    assert [node.ref for node in only] == [node.ref for node in everything if node.kind == "model"]
    assert {(edge.src, edge.dst) for edge in only.edges} < {(edge.src, edge.dst) for edge in everything.edges}
    with pytest.raises(InvalidArgumentError, match="modle"):
        q.ancestors(model, kind="modle")
