"""How a score goes with the number of rows, and with a parameter."""

import pandas as pd
from sklearn.model_selection import learning_curve, validation_curve
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

wine = pd.read_csv("wine.csv")
y = wine.pop("cultivar").to_numpy()
X = wine.to_numpy()

tree = DecisionTreeClassifier(random_state=0)
learning_curve(tree, X, y, train_sizes=[0.5, 1.0], cv=3, shuffle=True, random_state=0, n_jobs=N_JOBS)
validation_curve(tree, X, y, param_name="max_depth", param_range=[1, 2, 4], cv=3, n_jobs=N_JOBS)
