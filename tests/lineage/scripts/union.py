"""Components and selected columns side by side, and a model on both."""

import pandas as pd
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

N_JOBS = 1

wine = pd.read_csv("wine.csv")
y = wine.pop("cultivar")
scaled = StandardScaler().fit_transform(wine)

union = FeatureUnion([("pca", PCA(n_components=2)), ("best", SelectKBest(k=2))], n_jobs=N_JOBS)
both = union.fit_transform(scaled, y)
alone = GaussianNB().fit(both, y)
alone.predict(both)

whole = Pipeline([("features", union), ("bayes", GaussianNB())])
whole.fit(scaled, y).predict(scaled)
