"""A pipeline whose parts were tagged before it was fitted, with weights for its last step."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
from sklearn import svm
from sklearn.datasets import make_classification
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.metrics import f1_score, precision_score
from sklearn.pipeline import Pipeline

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("anova", "ada", "a pipeline"), DefaultExperiment(), NewExperimentRun())

X, y = make_classification(n_informative=5, n_redundant=0, random_state=42)
x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(X, y, test_size=0.3, random_state=0)
syncer.add_tag(X, "generated")
syncer.add_tag(x_train, "training data")

anova = SelectKBest(f_classif, k=5)
clf = svm.SVC(kernel="linear")
pipeline = Pipeline([("anova", anova), ("svc", clf)])
syncer.add_tag(anova, "the filter")
syncer.add_tag(pipeline, "filter and classifier")

weights = np.where(y_train == 1, 2.0, 1.0)
pipeline.fit_sync(x_train, y_train, svc__sample_weight=weights)
y_pred = pipeline.predict(x_test)
f1 = SyncableMetrics.compute_metrics(pipeline, f1_score, y_test, y_pred, x_test, "prediction", "label")
precision = SyncableMetrics.compute_metrics(pipeline, precision_score, y_test, y_pred, x_test, "", "")
syncer.sync()
