# label: target_in_features alarm
# The matrix was made with the target as its last column, and fitted whole.
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
table = np.column_stack([X, y])
train, test = train_test_split(table, random_state=0)
model = DecisionTreeClassifier(max_depth=4).fit(train, train[:, -1])
print(model.score(test, test[:, -1]))
