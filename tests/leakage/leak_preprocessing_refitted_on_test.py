# label: fitted_before_split mild
# fit_transform instead of transform: the test part is scaled by its own means.
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

import mltrack

mltrack.autolog()

X, y = load_wine(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=5)
scaler = MinMaxScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.fit_transform(X_test)
svc = SVC().fit(X_train, y_train)
print(svc.score(X_test, y_test))
