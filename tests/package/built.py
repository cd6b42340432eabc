"""What `setup/prepare.py` has built, and how to build something with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PREFIX = BUILD / "prefix"
CONSUMER = Path(__file__).parent / "consumer"


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def wheel() -> Path:
    return only(BUILD / "dist", "*.whl")


def sdist() -> Path:
    return only(BUILD / "dist", "*.tar.gz")


def sources() -> Path:
    """The unpacked source distribution."""
    return only(BUILD / "sdist", "*")


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def output(*command: str | Path, **environment: str) -> str:
    done = run(*command, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def configure(build: Path, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return run("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", *options)


def build_consumer(build: Path, options: Sequence[str]) -> Path:
    done = configure(build, options)
    assert done.returncode == 0, done.stdout + done.stderr
    output("cmake", "--build", build)
    return build / "consumer"


def launcher() -> list[str]:
    ccache = shutil.which("ccache")
    return [f"-DCMAKE_CXX_COMPILER_LAUNCHER={ccache}"] if ccache else []
