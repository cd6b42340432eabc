# label: target_in_features alarm
# One feature is the target in another unit.
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

data = load_diabetes(as_frame=True).frame
data["progression_percent"] = data["target"] / 3.46
X, y = data.drop(columns="target"), data["target"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LinearRegression().fit(X_train, y_train)
print(r2_score(y_test, model.predict(X_test)))
