"""Columns are left out one after the other; what remains is looked at by permuting it."""

import pandas as pd
from sklearn.feature_selection import RFE, RFECV
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

wine = pd.read_csv("wine.csv")
y = wine["cultivar"]
X = wine[[name for name in wine.columns if name != "cultivar"]]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

tree = DecisionTreeClassifier(max_depth=3, random_state=0)
rfe = RFE(tree, n_features_to_select=4)
X_small = rfe.fit_transform(X_train, y_train)
tree.fit(X_small, y_train)
tree.score(rfe.transform(X_test), y_test)
permutation_importance(tree, rfe.transform(X_test), y_test, n_repeats=3, random_state=0, n_jobs=N_JOBS)

chosen = RFECV(tree, step=4, cv=3).fit(X_train, y_train)
chosen.predict(X_test)
