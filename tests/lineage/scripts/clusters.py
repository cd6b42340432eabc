"""Nothing to predict: columns scaled, turned, and put into groups."""

import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

N_JOBS = 1

wine = pd.read_csv("wine.csv")
cultivar = wine.pop("cultivar")
scaler = StandardScaler().fit(wine)
scaled = scaler.transform(wine)
pca = PCA(n_components=2)
flat = pca.fit_transform(scaled)

groups = KMeans(n_clusters=3, n_init=3, random_state=0)
found = groups.fit_predict(flat)
silhouette_score(flat, found)
adjusted_rand_score(cultivar, found)
groups.transform(flat)
scaler.inverse_transform(pca.inverse_transform(groups.cluster_centers_))
