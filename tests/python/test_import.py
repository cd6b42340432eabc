"""What importing mltrack does to a process."""

from __future__ import annotations

import json

LOADED = """
import sys, json
before = set(sys.modules)
import mltrack
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_loads_no_science_package(python):
    loaded = {name.partition(".")[0] for name in json.loads(python(LOADED).stdout)}
    assert "mltrack" in loaded
    assert not loaded & {"numpy", "pandas", "sklearn", "scipy", "joblib", "matplotlib"}


def test_standard_sqlite_comes_before_the_extension(python):
    program = """
import sys, mltrack
order = list(sys.modules)
print(order.index("_sqlite3") < order.index("mltrack._core"))
"""
    assert python(program).stdout == "True\n"


def test_extension_and_standard_sqlite_share_one_library(python):
    program = """
import mltrack
paths = {line.split()[-1] for line in open("/proc/self/maps") if "libsqlite3" in line}
print(len(paths))
"""
    assert python(program).stdout == "1\n"


def test_digests_before_numpy_is_imported(python):
    program = """
import mltrack, sys
before = mltrack.digest([1.0, 2.0])
assert "numpy" not in sys.modules
import numpy
assert mltrack.digest(numpy.array([1.0, 2.0])) == before
"""
    python(program)


def test_reading_may_be_the_first_thing_a_program_does(python, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ages.csv").write_text("age,name\n3,a\n4,b\n")
    program = """
import mltrack
frame = mltrack.read_csv_sync("ages.csv").drop_sync(columns="name")
frame.to_csv_sync("kept.csv", index=False)
print(mltrack.tracking_problems(), [call.op for call in mltrack.query().calls(order_by="at")])
"""
    assert python(program).stdout == "{} ['read', 'transform', 'write']\n"


def test_every_public_name_is_there(python):
    program = """
import mltrack
missing = [name for name in mltrack.__all__ if not hasattr(mltrack, name)]
assert not missing, missing
assert set(mltrack.__all__) <= set(dir(mltrack))
"""
    python(program)
