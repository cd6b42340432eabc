# label: fitted_before_split alarm
# The pixels are chosen by their scores over all digits; the test digits helped to choose.
from sklearn.datasets import load_digits
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

import mltrack

mltrack.autolog()

X, y = load_digits(return_X_y=True)
selector = SelectKBest(f_classif, k=20)
X_best = selector.fit_transform(X, y)
X_train, X_test, y_train, y_test = train_test_split(X_best, y, random_state=1, stratify=y)
knn = KNeighborsClassifier(3)
knn.fit(X_train, y_train)
print(accuracy_score(y_test, knn.predict(X_test)))
