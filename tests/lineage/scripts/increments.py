"""One model learns in three parts; another goes on from where it was; a third is fitted twice over."""

import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.preprocessing import StandardScaler

N_JOBS = 1

houses = pd.read_csv("houses.csv")
y = houses["price"] / 100_000
X = StandardScaler().fit_transform(houses[["area", "rooms", "age"]])

steps = SGDRegressor(random_state=0)
for part in range(3):
    rows = slice(40 * part, 40 * part + 40)
    steps.partial_fit(X[rows], y[rows])
steps.predict(X[120:])

forest = RandomForestRegressor(n_estimators=4, warm_start=True, random_state=0, n_jobs=N_JOBS)
forest.fit(X, y)
forest.set_params(n_estimators=8)
forest.fit(X, y)

again = LinearRegression()
again.fit(X[:70], y[:70])
again.fit(X[70:], y[70:])
again.score(X, y)
