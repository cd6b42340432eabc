"""A search over two grids of parameters."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
from sklearn.metrics import precision_score
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("grid", "ada", "digits"), DefaultExperiment(), NewExperimentRun())

digits = datasets.load_digits(n_class=4)
X = digits.images.reshape((len(digits.images), -1))
x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(
    X, digits.target, test_size=0.5, random_state=0
)
grids = [{"kernel": ["rbf"], "gamma": [1e-3, 1e-4], "C": [1, 10]}, {"kernel": ["linear"], "C": [1]}]
search = GridSearchCV(SVC(C=1), grids, cv=3)
search.fit_sync(x_train, y_train)
y_pred = search.predict_sync(x_test)
score = SyncableMetrics.compute_metrics(search, precision_score, y_test, y_pred, x_test, "", "", average="weighted")
syncer.sync()
