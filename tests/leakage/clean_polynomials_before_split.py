# label: clean
# Powers and logarithms of each row alone, before the split.
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

X, y = load_breast_cancer(return_X_y=True)
grown = make_pipeline(FunctionTransformer(np.log1p), PolynomialFeatures(2)).fit_transform(X[:, :5])
X_train, X_test, y_train, y_test = train_test_split(grown, y, random_state=0)
print(DecisionTreeClassifier(random_state=0).fit(X_train, y_train).score(X_test, y_test))
