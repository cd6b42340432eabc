# label: target_in_features alarm
# The frame that is split still has the target in it.
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

import mltrack

mltrack.autolog()

frame = load_iris(as_frame=True).frame
train, test = train_test_split(frame, random_state=0)
model = LogisticRegression(max_iter=1000).fit(train, train["target"])
print(model.score(test, test["target"]))
