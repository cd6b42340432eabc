# label: clean
# The target is coded before the split; codes of classes tell nothing about features.
from pathlib import Path

import pandas as pd
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import LabelEncoder

import mltrack

mltrack.autolog()

penguins = pd.read_csv(Path(__file__).parents[2] / "examples/data/penguins.csv").dropna()
X = penguins[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]]
y = LabelEncoder().fit_transform(penguins["species"])
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = GaussianNB().fit(X_train, y_train)
print(log_loss(y_test, model.predict_proba(X_test)))
