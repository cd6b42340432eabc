"""Many small models: bagged, one for each class, and one whose probabilities are calibrated."""

import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

N_JOBS = 1

wine = pd.read_csv("wine.csv")
X, y = wine.iloc[:, :-1], wine.iloc[:, -1]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

bag = BaggingClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=5, random_state=0, n_jobs=N_JOBS)
bag.fit(X_train, y_train)
accuracy_score(y_test, bag.predict(X_test))

rest = OneVsRestClassifier(GaussianNB(), n_jobs=N_JOBS)
rest.fit(X_train, y_train)
rest.score(X_test, y_test)

calibrated = CalibratedClassifierCV(GaussianNB(), method="sigmoid", cv=3, n_jobs=N_JOBS)
calibrated.fit(X_train, y_train)
log_loss(y_test, calibrated.predict_proba(X_test))
