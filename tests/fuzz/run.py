"""Fuzzes what reads filters for a minute, where clang is there; says so where it is not.

`python tests/fuzz/run.py [SECONDS]`: the exit code is 0 when nothing was found, and when no clang here
links a fuzzer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"


def links_a_fuzzer(clang: str) -> bool:
    """True where the compiler has libFuzzer and the sanitizers, which are packages of their own."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.cpp")
        source.write_text('extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n')
        command = [clang, "-fsanitize=fuzzer,address,undefined", source, "-o", Path(folder, "probe")]
        return subprocess.run(command, capture_output=True).returncode == 0


def main(seconds: int) -> int:
    compilers = filter(None, map(shutil.which, ("clang++", "clang++-14", "clang++-15", "clang++-16")))
    clang = next(filter(links_a_fuzzer, compilers), None)
    if clang is None:
        print("!!! NOT FUZZED: no clang++ here links libFuzzer; apt-get install clang libclang-rt-dev !!!")
        return 0
    configure = ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={clang}"]
    off = ["-DMLTRACK_BUILD_TESTS=OFF", "-DMLTRACK_BUILD_CLI=OFF", "-DMLTRACK_BUILD_FUZZ=ON"]
    subprocess.run([*configure, *off], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD, "--target", "filter_fuzz"], check=True, stdout=subprocess.DEVNULL)
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as found:
        fuzz = [BUILD / "tests" / "fuzz" / "filter_fuzz", f"-max_total_time={seconds}", f"-dict={here / 'words.dict'}"]
        limits = ["-max_len=400", "-timeout=5", f"-artifact_prefix={BUILD}/", "-print_final_stats=1"]
        done = subprocess.run([*fuzz, *limits, found, here / "filters"], capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr[-8000:])
        print(f"the filter's reader fails on an input, which lies in {BUILD} (crash-..., timeout-...)")
        return 1
    count = next(line for line in done.stderr.splitlines() if "number_of_executed_units" in line)
    print(f"fuzzed what reads filters for {seconds} s: {count.split()[-1]} inputs, nothing found")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
