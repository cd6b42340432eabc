# label: test_rows_in_training alarm
# The search refits its best candidate on all rows; the test part is one of them.
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neighbors import KNeighborsClassifier

import mltrack

mltrack.autolog()

X, y = load_digits(n_class=5, return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5]}, cv=3)
search.fit(X, y)
print(accuracy_score(y_test, search.best_estimator_.predict(X_test)))
