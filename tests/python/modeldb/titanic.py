"""Gaps filled and words replaced in place, a loop over folds, and a cross-validation."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression

from mltrack.compat.modeldb import cross_validation
from mltrack.compat.modeldb.cross_validation import KFold
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(
    NewOrExistingProject("titanic", "ada", "penguins"),
    NewOrExistingExperiment("folds", "by hand"),
    NewExperimentRun("titanic", sha="4f2c9d1"),
)

penguins = pd.read_csv_sync("penguins.csv")
penguins["body_mass_g"] = penguins["body_mass_g"].fillna(penguins["body_mass_g"].median())
penguins["bill_length_mm"] = penguins["bill_length_mm"].fillna(penguins["bill_length_mm"].median())
penguins["sex"] = penguins["sex"].fillna("female").replace({"male": "0", "female": "1"}).astype(int)

predictors = ["bill_length_mm", "body_mass_g", "year"]
algorithm = LinearRegression()
predictions = []
for train, test in KFold(penguins.shape[0], n_folds=3, random_state=1):
    algorithm.fit_sync(penguins[predictors].iloc[train, :], penguins["sex"].iloc[train])
    predictions.append(algorithm.predict_sync(penguins[predictors].iloc[test, :]))
accuracy = np.mean((np.concatenate(predictions) > 0.5) == penguins["sex"])

scores = cross_validation.cross_val_score_sync(
    LogisticRegression(max_iter=5000), penguins[predictors], penguins["sex"], cv=3
)
syncer.sync()
