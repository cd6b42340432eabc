# label: selection_outside_cv alarm
# The features were eliminated on all rows before the folds were made.
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import RFE
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import cross_validate

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
rfe = RFE(RidgeClassifier(), n_features_to_select=5).fit(X, y)
X_five = rfe.transform(X)
result = cross_validate(RidgeClassifier(), X_five, y, cv=4, scoring=["accuracy", "roc_auc"])
print(result["test_accuracy"].mean(), result["test_roc_auc"].mean())
