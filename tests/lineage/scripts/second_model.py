"""Out-of-fold predictions of one model are a feature of the next."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import cross_val_predict
from sklearn.tree import DecisionTreeRegressor

N_JOBS = 1

houses = pd.read_csv("houses.csv")
X = houses[["area", "rooms", "age"]].to_numpy()
y = houses["price"].to_numpy()

by_tree = cross_val_predict(DecisionTreeRegressor(max_depth=4, random_state=0), X, y, cv=4, n_jobs=N_JOBS)
by_ridge = cross_val_predict(Ridge(alpha=1.0), X, y, cv=4, n_jobs=N_JOBS)
second = LinearRegression()
second.fit(np.column_stack([by_tree, by_ridge]), y)
second.predict(np.column_stack([by_tree, by_ridge]))

alone = LinearRegression().fit(by_tree.reshape(-1, 1), y)
alone.score(by_tree.reshape(-1, 1), y)
