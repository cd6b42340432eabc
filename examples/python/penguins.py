"""Train a classifier on the penguins with scikit-learn and record every step from the file to the accuracy.

Usage: penguins.py [FILE.csv [STORE.db]]
"""

import sys
from pathlib import Path

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import mltrack

path = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "data" / "penguins.csv"
store = sys.argv[2] if len(sys.argv) > 2 else None

preprocess = make_column_transformer(
    (make_pipeline(SimpleImputer(), StandardScaler()), make_column_selector(dtype_include="number")),
    (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
)
with mltrack.start_run(project="penguins", experiment="baseline", name="logistic", store=store) as run:
    penguins = mltrack.read_csv_sync(path)
    X, y = penguins.drop(columns="species"), penguins["species"]
    X_train, X_test, y_train, y_test = mltrack.train_test_split_sync(X, y, random_state=0, stratify=y)
    model = make_pipeline(preprocess, LogisticRegression(C=2)).fit_sync(X_train, y_train)
    predicted = model.predict_sync(X_test)
    accuracy = model.score_sync(X_test, y_test)

print(f"scikit-learn logistic regression: accuracy {accuracy:.4f} on {len(X_test)} penguins")
print("prediction", mltrack.ref(predicted))
