# label: clean
# Three parts; the last fit has the first two, the last score the third.
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, test_size=0.4, random_state=0)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, test_size=0.5, random_state=0)
scores = {alpha: Ridge(alpha).fit(X_train, y_train).score(X_val, y_val) for alpha in (0.01, 0.1, 1.0)}
best = max(scores, key=scores.get)
final = Ridge(best).fit(pd.concat([X_train, X_val]), pd.concat([y_train, y_val]))
print(r2_score(y_test, final.predict(X_test)))
