"""Who will not pay back: a few columns of a table, a split, a logistic regression."""

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split

N_JOBS = 1

clients = pd.read_csv("credit.csv")
target = clients["default"]
features = clients[["LIMIT_BAL", "AGE", "PAY_0", "BILL_AMT1", "PAY_AMT1"]]
features = features / features.max()

X_train, X_test, y_train, y_test = train_test_split(features, target, test_size=0.25, random_state=0)
model = LogisticRegression(C=10.0, max_iter=500)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
accuracy_score(y_test, predicted)
f1_score(y_test, predicted)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])
