# label: test_rows_in_training alarm
# The rare class is repeated before the split, so that its copies are on both sides.
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import recall_score
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
rare = y == 0
X_rare, y_rare = resample(X[rare], y[rare], n_samples=(~rare).sum(), random_state=0)
X_even = np.concatenate([X[~rare], X_rare])
y_even = np.concatenate([y[~rare], y_rare])
X_train, X_test, y_train, y_test = train_test_split(X_even, y_even, random_state=0)
forest = RandomForestClassifier(30, random_state=0).fit(X_train, y_train)
print(recall_score(y_test, forest.predict(X_test), pos_label=0))
