# label: selection_outside_cv mild
# Chosen on the training part, then validated on it: the scores of the search are too good, the test score is not.
from sklearn.datasets import load_digits
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

X, y = load_digits(n_class=4, return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
selector = SelectFromModel(DecisionTreeClassifier(random_state=0)).fit(X_train, y_train)
search = GridSearchCV(RidgeClassifier(), {"alpha": [0.1, 1.0]}, cv=3)
search.fit(selector.transform(X_train), y_train)
print(search.best_score_, search.score(selector.transform(X_test), y_test))
