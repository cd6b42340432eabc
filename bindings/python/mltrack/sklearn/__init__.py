"""Recording of scikit-learn: methods on every estimator, functions beside scikit-learn's own."""
