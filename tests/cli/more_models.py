"""More models in the store of the demo, of every kind that questions are about. Usage: more_models.py FILE STORE"""

import sys

from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mltrack

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]

path, store = sys.argv[1:]
with mltrack.start_run(project="penguins", experiment="more", name="classes", store=store, strict=True):
    penguins = mltrack.read_csv_sync(path).dropna()
    X, y = penguins[[*NUMBERS, "body_mass_g"]], penguins["species"]
    X_train, X_test, y_train, y_test = mltrack.train_test_split_sync(X, y, random_state=0, stratify=y)
    for model in (
        make_pipeline(StandardScaler(), LogisticRegression(C=2)),
        make_pipeline(StandardScaler(), LogisticRegression(C=0.5)),
        make_pipeline(StandardScaler(), SGDClassifier(random_state=0)),
        make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=20, random_state=0)),
        RandomForestClassifier(20, random_state=0),
    ):
        model.fit_sync(X_train, y_train)
        model.score_sync(X_train, y_train)
        model.score_sync(X_test, y_test)
    GridSearchCV(RandomForestClassifier(5, random_state=0), {"max_depth": [1, 2]}, cv=2).fit_sync(X_train, y_train)
with (
    mltrack.start_run(project="penguins", experiment="more", name="numbers", store=store, strict=True),
    mltrack.autolog(inference=True),
):
    penguins = mltrack.read_csv_sync(path).dropna()
    X, y = penguins[NUMBERS], penguins["body_mass_g"]
    for model in (
        LinearRegression(),
        Ridge(alpha=2.0),
        KMeans(3, random_state=0),
        PCA(2),
        IsolationForest(n_estimators=10, random_state=0),
    ):
        model.fit(X, y)
        if hasattr(model, "coef_"):
            model.score(X, y)
    heavy = (y > 4500).astype(int)
    classifier = LogisticRegression(C=float("inf"), max_iter=10_000).fit(X, heavy)
    permutation_importance(classifier, X, heavy, n_repeats=2, random_state=0)
