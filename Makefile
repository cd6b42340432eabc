# Every command sets up what it needs, says what it does, and is quick the second time.
#   make demo    the examples, Python and C++ into one store, and the questions back out
#   make test    every test
#   make bench   the benchmark table
#   make bench-peers   what a recorded fit costs beside MLflow's autolog, in an environment of its own

.DELETE_ON_ERROR:
.PHONY: demo test bench bench-peers clean
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)

demo:
	@python3 setup/prepare.py examples
	examples/demo.sh

test:
	@python3 setup/prepare.py test
	cmake --workflow --preset asan
	python -m pytest

bench:
	@python3 setup/prepare.py bench
	cmake --preset release && cmake --build --preset release
	python benchmarks/run.py

bench-peers:
	@python3 setup/prepare.py bench
	python benchmarks/peers.py

clean:
	rm -rf build .venv
