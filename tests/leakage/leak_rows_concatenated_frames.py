# label: test_rows_in_training alarm
# The whole test part is added to the training part before the last fit, and then scored.
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=4)
model = GradientBoostingRegressor(n_estimators=30, random_state=0)
model.fit(pd.concat([X_train, X_test]), pd.concat([y_train, y_test]))
print(mean_absolute_error(y_test, model.predict(X_test)))
