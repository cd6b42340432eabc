"""Parameters drawn at random, and candidates halved round after round."""

import pandas as pd
from scipy.stats import randint
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV, RandomizedSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

wine = pd.read_csv("wine.csv")
X, y = wine.drop(columns=["cultivar"]), wine["cultivar"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, shuffle=True)

tree = DecisionTreeClassifier(random_state=0)
drawn = RandomizedSearchCV(tree, {"max_depth": randint(1, 6)}, n_iter=3, cv=2, random_state=0, n_jobs=N_JOBS)
drawn.fit(X_train, y_train)
drawn.score(X_test, y_test)

grid = {"max_depth": [1, 2, 3, 4]}
halved = HalvingGridSearchCV(tree, grid, factor=2, cv=2, min_resources=30, random_state=0, n_jobs=N_JOBS)
halved.fit(X_train, y_train)
halved.predict(X_test)
