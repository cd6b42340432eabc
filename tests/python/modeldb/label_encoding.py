"""A column of words encoded, and two metrics; the file was read without being recorded."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn import linear_model, preprocessing
from sklearn.metrics import precision_score, recall_score

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("labels", "ada", "penguins"), DefaultExperiment(), NewExperimentRun())

df = pd.read_csv("penguins.csv").dropna()
encoder = preprocessing.LabelEncoder()
encoder.fit_sync(df["island"])
encoded = df[["bill_length_mm", "body_mass_g"]].assign(island=encoder.transform_sync(df["island"]))
x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(
    encoded, df["sex"] == "male", test_size=0.3, random_state=0
)
lr = linear_model.LogisticRegression(max_iter=5000)
lr.fit_sync(x_train, y_train)
y_pred = lr.predict_sync(x_test)
precision = SyncableMetrics.compute_metrics(lr, precision_score, y_test, y_pred, x_test, "predictionCol", "sex")
recall = SyncableMetrics.compute_metrics(lr, recall_score, y_test, y_pred, x_test, "predictionCol", "sex")
syncer.sync()
