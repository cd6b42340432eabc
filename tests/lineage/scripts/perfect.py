"""A tree that knows every answer: its predictions equal the truth, and are not where the truth came from."""

import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

iris = pd.read_csv("iris.csv")
y = (iris["petal_width"] > 0.8).astype(int)
X = iris[["petal_length", "petal_width"]]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

tree = DecisionTreeClassifier(random_state=0).fit(X_train, y_train)
predicted = tree.predict(X_test)
accuracy_score(y_test, predicted)
accuracy_score(y_test.copy(), predicted)
accuracy_score(list(y_test), predicted)
confusion_matrix(y_test.to_numpy().copy(), predicted)
