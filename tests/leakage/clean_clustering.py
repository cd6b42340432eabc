# label: clean
# Clusters of all rows, judged without a test part.
from sklearn.cluster import KMeans
from sklearn.datasets import load_wine
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True)
scaled = StandardScaler().fit_transform(X)
clusters = KMeans(3, n_init=3, random_state=0).fit_predict(scaled)
print(silhouette_score(scaled, clusters), adjusted_rand_score(y, clusters))
