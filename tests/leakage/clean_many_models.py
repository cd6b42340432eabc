# label: clean, note test_set_reused
# Seven models on one test set: a note that says so, for the choice among them is not in the record.
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
models = [DummyClassifier(), LogisticRegression(max_iter=500), DecisionTreeClassifier(random_state=0)]
models += [KNeighborsClassifier(k) for k in (1, 3, 5, 9)]
for model in models:
    print(model.fit(X_train, y_train).score(X_test, y_test))
