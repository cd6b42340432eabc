"""Probabilities with and without calibration, compared by their log loss."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.preprocessing import LabelEncoder

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(
    NewOrExistingProject("calibration", "ada", "penguins"),
    NewOrExistingExperiment("forests", "with and without"),
    NewExperimentRun("otto"),
)

X = pd.read_csv_sync("penguins.csv")
syncer.add_tag(X, "original")
X = X.drop_sync(["island", "sex"], axis=1).dropna()
y = LabelEncoder().fit_transform_sync(X.species.values)
X = X.drop_sync("species", axis=1)
syncer.add_tag(X, "without target")
x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(X, y, test_size=0.2, random_state=36)

forest = RandomForestClassifier(n_estimators=5, random_state=0)
bag = BaggingClassifier(forest, n_estimators=3, random_state=0)
bag.fit_sync(x_train, y_train)
bag_proba = bag.predict_proba_sync(x_test)
bag_loss = SyncableMetrics.compute_metrics(bag, log_loss, y_test, bag_proba, x_test, "", "", normalize=True)

calibrated = CalibratedClassifierCV(forest, method="isotonic", cv=3)
calibrated.fit_sync(x_train, y_train)
calibrated_proba = calibrated.predict_proba_sync(x_test)
calibrated_loss = SyncableMetrics.compute_metrics(
    calibrated, log_loss, y_test, calibrated_proba, x_test, "", "", normalize=True
)
syncer.sync()
