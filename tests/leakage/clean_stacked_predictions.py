# label: clean
# Out-of-fold predictions of a good model are features of the next: they equal the target because it is good.
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, train_test_split

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
y = (X[:, 2] > 85).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
forest = RandomForestClassifier(20, random_state=0)
inner = cross_val_predict(forest, X_train, y_train, cv=3)
forest.fit(X_train, y_train)
outer = LogisticRegression().fit(inner.reshape(-1, 1), y_train)
print(outer.score(forest.predict(X_test).reshape(-1, 1), y_test), np.mean(inner == y_train))
