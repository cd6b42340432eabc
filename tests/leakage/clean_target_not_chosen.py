# label: clean
# The frame has the target in it; the column transformer leaves it out.
from pathlib import Path

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import mltrack

mltrack.autolog()

penguins = pd.read_csv(Path(__file__).parents[2] / "examples/data/penguins.csv")
train, test = train_test_split(penguins, random_state=0)
columns = ColumnTransformer(
    [
        ("number", SimpleImputer(), ["bill_length_mm", "bill_depth_mm"]),
        ("word", OneHotEncoder(handle_unknown="ignore"), ["island"]),
    ]
)
pipe = make_pipeline(columns, LogisticRegression(max_iter=2000)).fit(train, train["species"])
print(pipe.score(test, test["species"]))
