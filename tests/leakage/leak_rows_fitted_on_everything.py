# label: test_rows_in_training alarm
# The model is fitted on all rows, and scored on a part of them.
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
forest = RandomForestClassifier(40, random_state=0)
forest.fit(X, y)
_, X_test, _, y_test = train_test_split(X, y, random_state=0)
print(forest.score(X_test, y_test))
