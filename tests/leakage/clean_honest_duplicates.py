# label: clean
# Iris has equal flowers; a fair split puts some on both sides.
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

import mltrack

mltrack.autolog()

X, y = load_iris(return_X_y=True)
for seed in range(5):
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
    print(KNeighborsClassifier().fit(X_train, y_train).score(X_test, y_test))
