"""Who earns more: one encoder fitted for each column in turn, then components and a regression in a pipeline."""

import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelEncoder

N_JOBS = 1

people = pd.read_csv("census.csv")
encoder = LabelEncoder()
for column in ["workclass", "education", "marital_status", "income"]:
    people[column] = encoder.fit_transform(people[column])

data = people.drop("income", axis=1)
labels = people["income"]
X_train, X_test, y_train, y_test = train_test_split(data, labels, test_size=0.3, random_state=1)
pipeline = Pipeline([("pca", PCA(n_components=3)), ("logistic", LogisticRegression(max_iter=1000))])
pipeline.fit(X_train, y_train)
pipeline.score(X_test, y_test)
