# label: clean
# Fitted on the training part, applied to both.
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
scaler = StandardScaler().fit(X_train)
pca = PCA(5).fit(scaler.transform(X_train), y_train)
model = LinearSVC().fit(pca.transform(scaler.transform(X_train)), y_train)
predicted = model.predict(pca.transform(scaler.transform(X_test)))
print(accuracy_score(y_test, predicted), confusion_matrix(y_test, predicted))
