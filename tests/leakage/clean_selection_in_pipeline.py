# label: clean
# The selection is a step, so that every fold makes its own.
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

import mltrack

mltrack.autolog()

rng = np.random.default_rng(0)
X = rng.normal(size=(80, 500))
y = rng.integers(0, 2, 80)
pipe = Pipeline([("select", SelectKBest(k=15)), ("model", LogisticRegression())])
print(cross_val_score(pipe, X, y, cv=5).mean())
print(GridSearchCV(pipe, {"select__k": [5, 50]}, cv=3).fit(X, y).best_score_)
