# label: clean
# Hashed words need no vocabulary, so nothing is learnt before the split.
from sklearn import datasets
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import BernoulliNB

import mltrack

mltrack.autolog()

texts, labels = [], []
for name in ("iris", "wine", "diabetes", "breast_cancer"):
    lines = [line for line in getattr(datasets, f"load_{name}")().DESCR.splitlines() if len(line) > 20]
    texts += lines
    labels += [name] * len(lines)
X = HashingVectorizer(n_features=512).fit_transform(texts)
X_train, X_test, y_train, y_test = train_test_split(X, labels, random_state=0)
print(accuracy_score(y_test, BernoulliNB().fit(X_train, y_train).predict(X_test)))
