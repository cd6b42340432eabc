"""The same model, recorded."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn import linear_model
from sklearn.metrics import accuracy_score

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(
    NewOrExistingProject("simple sample", "ada", "sex of a penguin"), DefaultExperiment(), NewExperimentRun("first try")
)

penguins = pd.read_csv_sync("penguins.csv").dropna()
target = penguins["sex"]
measures = penguins[["bill_length_mm", "bill_depth_mm", "body_mass_g"]]

x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(
    measures, target, test_size=0.3, random_state=5
)
model = linear_model.LogisticRegression(C=2, max_iter=5000)
model.fit_sync(x_train, y_train)
y_pred = model.predict_sync(x_test)
score = SyncableMetrics.compute_metrics(model, accuracy_score, y_test, y_pred, x_test, "features", "sex")
syncer.sync()
