# label: clean, mild fitted_before_split
# Components without labels, over all rows, before the folds: mild at most.
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import GaussianNB

import mltrack

mltrack.autolog()

X, y = load_digits(return_X_y=True)
X_small = PCA(16, random_state=0).fit_transform(X)
print(cross_val_score(GaussianNB(), X_small, y, cv=5).mean())
