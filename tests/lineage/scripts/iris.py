"""A table typed by hand is put right and written, read again as arrays, and a tree is validated and searched."""

import pandas as pd
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

iris = pd.read_csv("iris.csv", na_values=["NA"])
iris.loc[iris["class"] == "versicolor", "class"] = "Iris-versicolor"
iris.loc[iris["class"] == "Iris-setossa", "class"] = "Iris-setosa"
iris = iris.loc[(iris["class"] != "Iris-setosa") | (iris["sepal_width"] >= 2.5)]
iris.loc[(iris["class"] == "Iris-versicolor") & (iris["sepal_length"] < 1.0), "sepal_length"] *= 100.0
iris.to_csv("iris-clean.csv", index=False)

clean = pd.read_csv("iris-clean.csv")
inputs = clean[["sepal_length", "sepal_width", "petal_length", "petal_width"]].values
classes = clean["class"].to_numpy()
train_inputs, test_inputs, train_classes, test_classes = train_test_split(inputs, classes, random_state=2)
tree = DecisionTreeClassifier(random_state=0)
tree.fit(train_inputs, train_classes)
tree.score(test_inputs, test_classes)

cross_val_score(tree, inputs, classes, cv=4, n_jobs=N_JOBS)
search = GridSearchCV(tree, {"max_depth": [1, 2, 3], "max_features": [2, 4]}, cv=3, n_jobs=N_JOBS)
search.fit(inputs, classes)
search.best_estimator_.predict(test_inputs)
