"""Prices are learnt as logarithms and predicted as prices."""

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

N_JOBS = 1

houses = pd.read_csv("houses.csv")
houses["log_area"] = np.log(houses["area"])
X = houses[["log_area", "rooms", "age"]]
X_train, X_test, y_train, y_test = train_test_split(X, houses["price"], random_state=0)

by_function = TransformedTargetRegressor(Ridge(alpha=0.1), func=np.log, inverse_func=np.exp)
by_function.fit(X_train, y_train)
mean_squared_error(y_test, by_function.predict(X_test))

by_scaler = TransformedTargetRegressor(Ridge(alpha=0.1), transformer=StandardScaler())
by_scaler.fit(X_train, y_train)
by_scaler.score(X_test, y_test)
