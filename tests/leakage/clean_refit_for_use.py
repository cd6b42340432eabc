# label: clean
# After the test the model is fitted on everything, to be used on new data.
import numpy as np
from sklearn.datasets import load_wine
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
tested = ExtraTreesClassifier(20, random_state=0).fit(X_train, y_train)
print(tested.score(X_test, y_test))
used = ExtraTreesClassifier(20, random_state=0).fit(X, y)
print(used.predict(X.mean(axis=0, keepdims=True) + np.array([[0.1] * 13])))
