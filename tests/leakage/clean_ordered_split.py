# label: clean
# The last quarter is the test part, and the folds before it keep the order.
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.model_selection import TimeSeriesSplit, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler

import mltrack

mltrack.autolog()

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
pipe = make_pipeline(RobustScaler(), Lasso(0.1))
print(cross_val_score(pipe, X_train, y_train, cv=TimeSeriesSplit(4)).mean())
print(pipe.fit(X_train, y_train).score(X_test, y_test))
