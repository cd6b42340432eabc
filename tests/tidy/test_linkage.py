"""What the extension and the program bring into a process: the shared SQLite and the C/C++ runtime."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess

RUNTIME = {
    "linux-vdso",
    "ld-linux-x86-64",
    "ld-linux-aarch64",
    "libc",
    "libm",
    "libdl",
    "libpthread",
    "libgcc_s",
    "libstdc++",
}


def linked(path: str) -> set[str]:
    lines = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[0].rsplit("/", 1)[-1].partition(".so")[0] for line in lines}


def test_the_extension_links_sqlite_and_the_runtime() -> None:
    extension = importlib.util.find_spec("mltrack._core")
    assert extension is not None and extension.origin is not None
    assert linked(extension.origin) - RUNTIME == {"libsqlite3"}


def test_the_program_links_sqlite_and_the_runtime() -> None:
    program = shutil.which("mltrack")
    assert program is not None
    assert linked(program) - RUNTIME == {"libsqlite3"}
