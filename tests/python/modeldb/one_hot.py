"""Columns of words made columns of ones and zeros by hand, after the split."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("one hot", "ada", "penguins"), DefaultExperiment(), NewExperimentRun())


def one_hot(binarizer, feature, frame):
    if binarizer is None:
        binarizer = LabelBinarizer().fit(frame[feature])
    columns = [f"{feature}_{name}" for name in binarizer.classes_]
    ones = pd.DataFrame(binarizer.transform(frame[feature]), columns=columns, index=frame.index)
    return binarizer, frame.join(ones)


penguins = pd.read_csv_sync("penguins.csv").dropna()
train, test = cross_validation.train_test_split_sync(penguins, test_size=0.3, random_state=501)
binarizer, train = one_hot(None, "island", train)
train = train.drop(["island"], axis=1)
features = ["bill_length_mm", "body_mass_g", *[name for name in train.columns if "island_" in name]]
logreg = linear_model.LogisticRegression(C=10, max_iter=5000)
logreg.fit_sync(train[features], train.sex)

binarizer, test = one_hot(binarizer, "island", test)
test_pred = logreg.predict_sync(test[features])
accuracy = SyncableMetrics.compute_metrics(
    logreg, accuracy_score, test.sex, test_pred, test[features], "predictionCol", "sex"
)
syncer.sync()
