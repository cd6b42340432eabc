"""Models whose predictions another model learns from, beside models that vote."""

import pandas as pd
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor

N_JOBS = 1

houses = pd.read_csv("houses.csv")
X = houses[["area", "rooms", "age"]]
y = houses["price"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

members = [("ridge", Ridge(alpha=0.5)), ("tree", DecisionTreeRegressor(max_depth=4, random_state=0))]
stack = StackingRegressor(members, final_estimator=LinearRegression(), cv=3, n_jobs=N_JOBS)
stack.fit(X_train, y_train)
r2_score(y_test, stack.predict(X_test))

vote = VotingRegressor(members, n_jobs=N_JOBS)
vote.fit(X_train, y_train)
mean_absolute_error(y_test, vote.predict(X_test))
