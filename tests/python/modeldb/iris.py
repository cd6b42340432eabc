"""A table cleaned in place, written and read again; a cross-validation, and a search over given folds."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from mltrack.compat.modeldb.cross_validation import StratifiedKFold
from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(
    NewOrExistingProject("iris", "ada", "penguins"), NewOrExistingExperiment("trees"), NewExperimentRun("tidy")
)

raw = pd.read_csv_sync("penguins.csv", na_values=["NA"])
raw.loc[raw["species"] == "Gentoo", "species"] = "Pygoscelis papua"
raw = raw.loc[raw["body_mass_g"].notnull()]
raw.loc[raw["sex"].isnull(), "sex"] = "unknown"
raw.to_csv("clean.csv", index=False)
clean = pd.read_csv_sync("clean.csv")

all_inputs = clean[["bill_length_mm", "bill_depth_mm", "body_mass_g"]].values
syncer.add_tag(all_inputs, "inputs")
all_classes = clean["species"].to_numpy(dtype=object)
training, testing, training_classes, testing_classes = cross_validation.train_test_split_sync(
    all_inputs, all_classes, train_size=0.75, random_state=1
)
tree = DecisionTreeClassifier(random_state=0)
tree.fit_sync(training, training_classes)
score = SyncableMetrics.compute_metrics(tree, accuracy_score, testing_classes, tree.predict(testing), testing, "", "")
cv_scores = cross_validation.cross_val_score_sync(tree, all_inputs, all_classes, cv=4)

folds = StratifiedKFold(all_classes, n_folds=4)
search = GridSearchCV(tree, param_grid={"max_depth": [1, 3], "criterion": ["gini", "entropy"]}, cv=folds)
search.fit_sync(all_inputs, all_classes)
best = search.best_estimator_
syncer.sync()
