"""What v1 scripts take with `from ...ModelDbSyncer import *`: the syncer, and the names of scikit-learn, numpy and
pandas that came with it and that they use without importing them."""

# ruff: noqa: F401, F403
import numpy as np
import pandas as pd
import sklearn.metrics
from sklearn import datasets, linear_model
from sklearn.calibration import *
from sklearn.decomposition import *
from sklearn.ensemble import *
from sklearn.feature_selection import *
from sklearn.linear_model import *
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import *
from sklearn.svm import *
from sklearn.tree import *

from mltrack.compat.modeldb import _patches, cross_validation
from mltrack.compat.modeldb.basic import *

_patches.install()
