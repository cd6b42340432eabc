# label: test_rows_in_training alarm
# The test rows are stacked under the training rows by numpy, which no graph sees: only their values tell.
import numpy as np
from sklearn.datasets import load_wine
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=2)
X_more = np.vstack([X_train, X_test])
y_more = np.hstack([y_train, y_test])
tree = DecisionTreeClassifier(random_state=0).fit(X_more, y_more)
print(f1_score(y_test, tree.predict(X_test), average="macro"))
