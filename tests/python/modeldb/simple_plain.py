"""A model of penguins that nothing records."""

import pandas as pd
from sklearn import linear_model
from sklearn.metrics import accuracy_score

from mltrack.compat.modeldb.cross_validation import train_test_split

penguins = pd.read_csv("penguins.csv").dropna()
target = penguins["sex"]
measures = penguins[["bill_length_mm", "bill_depth_mm", "body_mass_g"]]

x_train, x_test, y_train, y_test = train_test_split(measures, target, test_size=0.3, random_state=5)
model = linear_model.LogisticRegression(C=2, max_iter=5000)
model.fit(x_train, y_train)
y_pred = model.predict(x_test)
score = accuracy_score(y_test, y_pred)
