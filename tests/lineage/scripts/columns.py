"""Columns of different kinds go different ways and come together before a model."""

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

N_JOBS = 1

passengers = pd.read_csv("passengers.csv")
X = passengers[["Pclass", "Sex", "Age", "Fare", "Name"]]
y = passengers["Survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
prepare = ColumnTransformer(
    [
        ("numbers", numbers, ["Age", "Fare"]),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["Sex"]),
        ("as_it_is", "passthrough", ["Pclass"]),
    ],
    remainder="drop",
    n_jobs=N_JOBS,
)
model = Pipeline([("prepare", prepare), ("classify", LogisticRegression(max_iter=500))])
model.fit(X_train, y_train)
model.score(X_test, y_test)
prepare.transform(X_test)
