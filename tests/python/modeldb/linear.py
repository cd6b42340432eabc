"""A sparse encoding of one column beside the others, and a linear model; the data came from no file."""

# ruff: noqa: F403, F405  (names come from the star import, as v1 scripts have it)
import argparse

from sklearn import linear_model, preprocessing
from sklearn.metrics import mean_squared_error

from mltrack.compat.modeldb.sklearn_native import SyncableMetrics
from mltrack.compat.modeldb.sklearn_native.ModelDbSyncer import *


def workflow():
    syncer = Syncer.create_syncer("linear", "ada", "diabetes", host="db.example.org", port=6543)
    data, target = datasets.load_diabetes(return_X_y=True, as_frame=True)
    data["sex"] = (data["sex"] > 0).astype(int)
    syncer.add_tag(data, "diabetes")

    encoder = preprocessing.OneHotEncoder()
    syncer.add_tag(encoder, "sex")
    encoder.fit_sync(data["sex"].values.reshape(-1, 1))
    rows = encoder.transform_sync(data["sex"].values.reshape(-1, 1))
    dropped = data.drop_sync("sex", axis=1)
    joined = dropped.join(pd.DataFrame(rows.toarray(), columns=["f", "m"]))

    x_train, x_test, y_train, y_test = cross_validation.train_test_split_sync(
        joined, target, test_size=0.3, random_state=1
    )
    model = linear_model.LinearRegression()
    syncer.add_tag(model, "linear regression")
    weights = np.linspace(1.0, 2.0, len(y_train))
    model.fit_sync(x_train, y_train, sample_weight=weights)
    y_pred = model.predict_sync(x_test)
    error = SyncableMetrics.compute_metrics(model, mean_squared_error, y_test, y_pred, x_test, "", "progression")
    syncer.sync()
    return syncer, encoder, rows, dropped, x_train, y_train, weights, model, error


argparse.ArgumentParser().parse_args([])
syncer, encoder, rows, dropped, x_train, y_train, weights, model, error = workflow()
