"""A search over the parameters of a pipeline's steps."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *

syncer = Syncer(NewOrExistingProject("grid", "ada", "digits"), DefaultExperiment(), NewExperimentRun())

digits = datasets.load_digits()
x, y = digits.data[:300], digits.target[:300]
pipeline = Pipeline([("tfidf", TfidfTransformer()), ("clf", SGDClassifier(random_state=0))])
parameters = {"tfidf__norm": ("l1", "l2"), "clf__alpha": (1e-5, 1e-6)}
search = GridSearchCV(pipeline, parameters, cv=None, scoring="precision_weighted")
search.fit_sync(x, y)
syncer.sync()
