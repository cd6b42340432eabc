# label: clean
# On twelve rows a flag agrees with the target by chance, and another is constant.
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

import mltrack

mltrack.autolog()

patients = pd.DataFrame(
    {
        "smokes": [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1],
        "adult": [1] * 12,
        "age": [61, 35, 58, 70, 44, 29, 66, 51, 73, 38, 40, 57],
        "ill": [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1],
    }
)
X, y = patients[["smokes", "adult", "age"]], patients["ill"]
print(cross_val_score(LogisticRegression(max_iter=500), X, y, cv=3).mean())
print(LogisticRegression(max_iter=500).fit(X, y).coef_)
