# label: target_in_features alarm
# A column with the species as a number was made for a plot, and stayed among the features.
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

penguins = pd.read_csv(Path(__file__).parents[2] / "examples/data/penguins.csv").dropna()
penguins["colour"] = penguins["species"].map({"Adelie": 3, "Chinstrap": 7, "Gentoo": 1})
X = penguins.select_dtypes("number")
X_train, X_test, y_train, y_test = train_test_split(X, penguins["species"], random_state=0)
forest = RandomForestClassifier(20, random_state=0).fit(X_train, y_train)
print(forest.score(X_test, y_test))
