# label: clean
# Scores on the training part are what a learning curve shows: a note at most.
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
for rows in (100, 300, len(X_train)):
    part_X, part_y = X_train[:rows], y_train[:rows]
    model = RidgeClassifier().fit(part_X, part_y)
    print(rows, model.score(part_X, part_y), model.score(X_test, y_test))
