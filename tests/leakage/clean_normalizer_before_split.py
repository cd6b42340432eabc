# label: clean
# A normalizer learns nothing from rows; where it is fitted does not matter.
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC

import mltrack

mltrack.autolog()

X, y = load_digits(return_X_y=True)
X = Normalizer().fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
print(SVC().fit(X_train, y_train).score(X_test, y_test))
