# label: target_in_features alarm
# The label of the wine is validated with a column of the same labels as numbers.
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

import mltrack

mltrack.autolog()

wine = load_wine(as_frame=True)
frame = wine.frame.sample(frac=1, random_state=0)
y = pd.Series(wine.target_names[frame["target"]], index=frame.index)
print(cross_val_score(DecisionTreeClassifier(random_state=0), frame, y, cv=5).mean())
