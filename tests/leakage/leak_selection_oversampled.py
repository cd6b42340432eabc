# label: selection_outside_cv alarm
# Rows are repeated before the cross-validation, so that its folds share them.
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True)
more, more_y = resample(X[y == 2], y[y == 2], n_samples=120, random_state=0)
X_even, y_even = np.concatenate([X, more]), np.concatenate([y, more_y])
search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [2, 6]}, cv=5)
search.fit(X_even, y_even)
print(search.best_score_)
