# Every command sets up what it needs, says what it does, and is quick the second time.
#   make demo    the examples, Python and C++ into one store, and the questions back out
#   make test    every test
#   make bench   the benchmark table

.DELETE_ON_ERROR:
.PHONY: demo test bench clean
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

clean:
	rm -rf build .venv
