# label: selection_outside_cv alarm
# The encoder has seen the target of every fold.
from pathlib import Path

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import TargetEncoder

import mltrack

mltrack.autolog()

penguins = pd.read_csv(Path(__file__).parents[2] / "examples/data/penguins.csv").dropna()
y = penguins["species"]
encoder = TargetEncoder(random_state=0).fit(penguins[["island", "sex"]], y)
X = encoder.transform(penguins[["island", "sex"]])
print(cross_val_score(LogisticRegression(max_iter=500), X, y, cv=5).mean())
