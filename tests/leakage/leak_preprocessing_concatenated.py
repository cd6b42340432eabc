# label: fitted_before_split mild
# The imputer is fitted after the split, but on both parts put together again.
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_diabetes(return_X_y=True, as_frame=True)
X = X.mask(np.random.default_rng(0).random(X.shape) < 0.1)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
imputer = SimpleImputer(strategy="median")
imputer.fit(pd.concat([X_train, X_test]))
model = Ridge().fit(imputer.transform(X_train), y_train)
print(model.score(imputer.transform(X_test), y_test))
