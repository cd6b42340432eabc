"""Cross-validation that hands out its models, with two scores, one of which is then used."""

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

N_JOBS = 1

wine = pd.read_csv("wine.csv").sample(frac=1.0, random_state=3)
kept, wine = wine.iloc[:40], wine.iloc[40:]
X, y = wine.drop(columns="cultivar"), wine["cultivar"]

model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
folds = KFold(n_splits=3)
scoring = ["accuracy", "f1_macro"]
results = cross_validate(
    model, X, y, cv=folds, scoring=scoring, return_estimator=True, return_train_score=True, n_jobs=N_JOBS
)
first = results["estimator"][0]
accuracy_score(kept["cultivar"], first.predict(kept.drop(columns="cultivar")))
