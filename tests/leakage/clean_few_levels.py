# label: clean
# Five columns of four levels: most test rows equal a training row, and honestly so.
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import mltrack

mltrack.autolog()

rng = np.random.default_rng(1)
answers = pd.DataFrame(rng.integers(0, 4, (3000, 5)), columns=list("abcde")).astype("category")
y = answers["a"].astype(int) + answers["b"].astype(int) + rng.integers(0, 3, 3000) > 4
X_train, X_test, y_train, y_test = train_test_split(answers, y, random_state=0)
pipe = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(X_train, y_train)
print(pipe.score(X_test, y_test))
