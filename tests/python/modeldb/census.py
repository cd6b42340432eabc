"""One LabelEncoder for every column of words, then a pipeline."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn import decomposition, linear_model, preprocessing
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("census", "ada", "penguins"), DefaultExperiment(), NewExperimentRun())

df = pd.read_csv_sync("penguins.csv").dropna().reset_index(drop=True)
df["sex"] = df["sex"].map({"male": 0.0, "female": 1.0})
new_df = pd.DataFrame()
encoder = preprocessing.LabelEncoder()
for column in df.columns:
    if pd.api.types.is_numeric_dtype(df[column]):
        new_df[column] = df[column]
    else:
        encoder.fit_sync(df[column])
        new_df[column + "_index"] = encoder.transform_sync(df[column])

pipe = Pipeline(steps=[("pca", decomposition.PCA()), ("logistic", linear_model.LogisticRegression(max_iter=5000))])
x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(
    new_df, new_df["sex"], test_size=0.3, random_state=0
)
training, testing = x_train.drop(columns="sex"), x_test.drop(columns="sex")
pipe.fit_sync(training, y_train)
y_pred = pipe.predict(testing)
score = SyncableMetrics.compute_metrics(pipe, f1_score, y_test, y_pred, testing, "predictionCol", "sex")
syncer.sync()
