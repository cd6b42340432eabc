# label: clean
# The search has the training part alone; the test part is used once.
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RandomizedSearchCV, train_test_split

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
search = RandomizedSearchCV(
    RandomForestClassifier(20, random_state=0), {"max_depth": [2, 4, 8]}, n_iter=2, cv=3, random_state=0
)
search.fit(X_train, y_train)
print(search.score(X_test, y_test), roc_auc_score(y_test, search.predict_proba(X_test)[:, 1]))
