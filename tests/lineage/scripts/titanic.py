"""Who was saved: gaps filled, texts mapped, a second table merged, classes made columns."""

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_JOBS = 1

passengers = pd.read_csv("passengers.csv")
ports = pd.read_csv("ports.csv")

passengers = passengers.dropna(subset=["Embarked"]).drop(columns=["PassengerId", "Name"])
passengers["Age"] = passengers["Age"].fillna(passengers["Age"].median())
passengers["Sex"] = passengers["Sex"].map({"male": 0, "female": 1})
passengers = passengers.merge(ports, on="Embarked", how="left")
passengers = pd.get_dummies(passengers, columns=["Pclass", "Embarked"])

X = passengers.drop("Survived", axis=1)
y = passengers["Survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
forest = RandomForestClassifier(n_estimators=12, random_state=0, n_jobs=N_JOBS)
forest.fit(X_train, y_train)
accuracy_score(y_test, forest.predict(X_test))
