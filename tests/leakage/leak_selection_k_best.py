# label: selection_outside_cv alarm
# Noise that was chosen by the labels of all rows validates well.
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

import mltrack

mltrack.autolog()

rng = np.random.default_rng(0)
X = rng.normal(size=(80, 500))
y = rng.integers(0, 2, 80)
X_chosen = SelectKBest(k=15).fit_transform(X, y)
print(cross_val_score(LogisticRegression(), X_chosen, y, cv=5).mean())
