"""Arithmetic on arrays, which leaves no trace: what mltrack was not told of stands as a source."""

import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

import mltrack

N_JOBS = 1

houses = pd.read_csv("houses.csv")
X = houses[["area", "rooms", "age"]].to_numpy(dtype=float)
y = houses["price"].to_numpy()
centred = (X - X.mean(axis=0)) / X.std(axis=0)

X_train, X_test, y_train, y_test = train_test_split(centred, y, random_state=0)
LinearRegression().fit(X_train, y_train).score(X_test, y_test)

told = mltrack.derive((X - X.mean(axis=0)) / 100, X)
LinearRegression().fit(told, y)
