"""Estimators of one's own: one from scratch, one that adds to another's fit, and a function as a step."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

N_JOBS = 1


class Clipper(TransformerMixin, BaseEstimator):
    def __init__(self, share=0.1):
        self.share = share

    def fit(self, X, y=None):
        self.low_, self.high_ = np.quantile(X, [self.share, 1 - self.share], axis=0)
        return self

    def transform(self, X):
        return np.clip(X, self.low_, self.high_)


class Rounded(LinearRegression):
    def fit(self, X, y):
        super().fit(X, y)
        self.coef_ = np.round(self.coef_, 1)
        return self


houses = pd.read_csv("houses.csv")
X = houses[["area", "rooms", "age"]].to_numpy(dtype=float)
y = houses["price"].to_numpy()
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

X_clipped = Clipper(share=0.05).fit_transform(X_train)
Rounded().fit(X_clipped, y_train)

model = make_pipeline(FunctionTransformer(np.log1p), Clipper(), Rounded())
search = GridSearchCV(model, {"clipper__share": [0.0, 0.1]}, cv=3, n_jobs=N_JOBS)
search.fit(X_train, y_train).score(X_test, y_test)
