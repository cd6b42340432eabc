# Every command sets up what it needs, says what it does, and is quick the second time.
#   make demo    the examples, Python and C++ into one store, and the questions back out
#   make test    every test
#   make test-sklearn   scikit-learn's own tests, plainly and with autolog on, compared: an hour
#   make bench   the benchmark table
#   make bench-peers   a recorded fit and a search beside MLflow's, in an environment of its own

.DELETE_ON_ERROR:
.PHONY: demo test test-sklearn bench bench-peers clean
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The tests that also run with the oldest packages: those of what reaches into other libraries.
WITH_THE_OLDEST := $(patsubst %,tests/python/test_%.py,autolog pipeline traps trials)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)
# Hundreds of the tests start a Python of their own: each would compile scikit-learn and pandas anew, five seconds long.
unexport PYTHONDONTWRITEBYTECODE

demo:
	@python3 setup/prepare.py examples
	examples/demo.sh

test:
	@python3 setup/prepare.py test
	cmake --workflow --preset asan
	python tests/fuzz/run.py
	python -m pytest
	build/oldest-venv/bin/python -m pytest $(WITH_THE_OLDEST)

test-sklearn:
	@python3 setup/prepare.py test
	python tests/sklearn_suite/compare.py

bench:
	@python3 setup/prepare.py bench
	cmake --preset release && cmake --build --preset release
	python benchmarks/run.py

bench-peers:
	@python3 setup/prepare.py bench
	python benchmarks/peers.py

clean:
	rm -rf build .venv
