"""A pipeline is searched over the parameters of two of its steps; the best one is judged on rows kept apart."""

import pandas as pd
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

N_JOBS = 1

wine = pd.read_csv("wine.csv")
X = wine.drop(columns="cultivar").to_numpy()
y = wine["cultivar"].to_numpy()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

pipeline = Pipeline([("scale", StandardScaler()), ("select", SelectKBest(k=5)), ("svc", SVC())])
grid = {"select__k": [4, 8], "svc__C": [0.1, 10.0]}
search = GridSearchCV(pipeline, grid, scoring="f1_macro", cv=3, n_jobs=N_JOBS)
search.fit(X_train, y_train)
predicted = search.predict(X_test)
f1_score(y_test, predicted, average="macro")
confusion_matrix(y_test, predicted)
print(classification_report(y_test, predicted))
