# label: fitted_before_split alarm
# The means of the target by island and sex are taken over all penguins before the split.
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import TargetEncoder

import mltrack

mltrack.autolog()

penguins = pd.read_csv(Path(__file__).parents[2] / "examples/data/penguins.csv").dropna()
y = penguins["species"]
encoded = TargetEncoder(random_state=0).fit_transform(penguins[["island", "sex"]], y)
X_train, X_test, y_train, y_test = train_test_split(encoded, y, random_state=3)
forest = RandomForestClassifier(30, random_state=0).fit(X_train, y_train)
print(balanced_accuracy_score(y_test, forest.predict(X_test)))
