"""Prepare a fresh Debian or Ubuntu for `make demo`, `make test` or `make bench`.

Usage: prepare.py EXTRA, where EXTRA is one of the optional dependencies in pyproject.toml. Installs system packages,
makes .venv, builds a wheel from a source distribution, installs it into .venv, and installs the C++ library into
build/prefix. Says what it does. What is up to date by content is left alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
OLDEST = BUILD / "oldest-venv"
FUZZING = ["clang", "libclang-rt-dev"]  # Debian's names; only `make test` needs them
SOURCES = ["CMakeLists.txt", "LICENSE", "README.md", "bindings", "cli", "cmake", "libtrack", "pyproject.toml", "schema"]


def say(step: str, text: str) -> None:
    print(f"== {step}: {text}", flush=True)


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the project's folder; its failure ends this program with its exit code."""
    words = [str(word) for word in command]
    print("   " + " ".join(words), flush=True)
    code = subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
    if code != 0:
        sys.exit(f"prepare.py: {words[0]} failed with exit code {code}")


def wanted_packages() -> Iterator[str]:
    has_headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    has_venv = importlib.util.find_spec("ensurepip") is not None
    for line in (ROOT / "setup" / "apt-packages.txt").read_text().splitlines():
        package = line.partition("#")[0].strip()
        if not package or (package == "python3-dev" and has_headers) or (package == "python3-venv" and has_venv):
            continue
        yield package


def installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def system_packages() -> None:
    if shutil.which("apt-get") is None:
        say(
            "system packages",
            "no apt-get here; these are needed by their names elsewhere: " + " ".join(wanted_packages()),
        )
        return
    missing = [package for package in wanted_packages() if not installed(package)]
    if not missing:
        say("system packages", "all there")
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if sudo and shutil.which("sudo") is None:
        sys.exit("prepare.py: as root, run: apt-get install " + " ".join(missing))
    say("system packages", "installing " + " ".join(missing))
    run(*sudo, "apt-get", "update", "-qq")
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    run(*sudo, *environment, "apt-get", "install", "-qq", "--yes", "--no-install-recommends", *missing)


def fuzzing_packages() -> None:
    """What tests/fuzz needs. Without it the other tests run, and that one says that it did not."""
    if shutil.which("apt-get") is None or all(map(installed, FUZZING)):
        return
    say("fuzzing", "installing " + " ".join(FUZZING))
    sudo = ["sudo"] if os.geteuid() != 0 and shutil.which("sudo") else []
    words = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "--yes", "--no-install-recommends"]
    if subprocess.run([*sudo, *words, *FUZZING], check=False).returncode != 0:
        say("fuzzing", "not installed; the filter language will not be fuzzed")


def make_environment(folder: Path) -> None:
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, folder)
    else:
        run(sys.executable, "-m", "venv", "--clear", folder)


def pip_install(folder: Path, *packages: str) -> None:
    python = folder / "bin" / "python"
    if shutil.which("uv"):
        run("uv", "pip", "install", "--quiet", "--python", python, *packages)
    else:
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)


def cmake_is_recent() -> bool:
    cmake = shutil.which("cmake")
    if cmake is None:
        return False
    text = subprocess.run([cmake, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)\.(\d+)", text)
    return match is not None and (int(match[1]), int(match[2])) >= (3, 25)


def virtual_environment() -> None:
    if (VENV / "bin" / "python").exists():
        say(".venv", "there")
    else:
        say(".venv", f"making it with Python {sys.version.split()[0]}")
        make_environment(VENV)
    if not cmake_is_recent():
        say(".venv", "installing CMake, which is missing or older than 3.25")
        pip_install(VENV, "cmake>=3.25,<4.3")
    if shutil.which("ninja") is None:
        say(".venv", "installing Ninja, which is missing")
        pip_install(VENV, "ninja>=1.11")


def build_environment() -> Path:
    """A Python with what a build requires and nothing else. It is kept: ccache then knows the paths of pybind11."""
    folder = BUILD / "build-venv"
    requires = re.search(r"^requires = (\[.*\])$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert requires is not None
    stamp = folder / requires[1].translate(str.maketrans("", "", '/ "[]'))
    if not stamp.exists():
        make_environment(folder)
        pip_install(folder, "build>=1.2,<2", *json.loads(requires[1]))
        stamp.touch()
    return folder / "bin" / "python"


def digest_of_sources() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def build_wheel() -> None:
    dist, sdist = BUILD / "dist", BUILD / "sdist"
    for folder in (dist, sdist, BUILD / "wheel", BUILD / "prefix"):
        shutil.rmtree(folder, ignore_errors=True)
    build: list[str | Path] = [build_environment(), "-m", "build", "--no-isolation"]
    run(*build, "--sdist", "--outdir", dist, ROOT)
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        archive.extractall(sdist)
    build_dir = f"--config-setting=build-dir={BUILD / 'wheel'}"
    run(*build, "--wheel", build_dir, "--outdir", dist, next(sdist.iterdir()))
    run("cmake", "--install", BUILD / "wheel", "--prefix", BUILD / "prefix", "--component", "devel")


def package(extra: str) -> None:
    digest = digest_of_sources()
    built, ready = BUILD / "stamps" / "wheel", BUILD / "stamps" / extra
    built.parent.mkdir(parents=True, exist_ok=True)
    if built.exists() and built.read_text() == digest:
        say("wheel", "up to date")
    else:
        say("wheel", "building it from a source distribution")
        built.unlink(missing_ok=True)
        build_wheel()
        built.write_text(digest)
    if ready.exists() and ready.read_text() == digest:
        say(f"packages for {extra}", "up to date")
        return
    wheel = next((BUILD / "dist").glob("*.whl"))
    say(f"packages for {extra}", "installing")
    pip_install(VENV, "--no-deps", "--force-reinstall", str(wheel))
    pip_install(VENV, f"mltrack-lineage[{extra}] @ {wheel.as_uri()}")
    ready.write_text(digest)


def oldest_environment() -> None:
    """A second environment with the oldest packages that are supported, and the wheel."""
    asked = ROOT / "setup" / "oldest-packages.txt"
    wheel = next((BUILD / "dist").glob("*.whl"))
    digest = hashlib.sha256(asked.read_bytes() + (BUILD / "stamps" / "wheel").read_bytes()).hexdigest()
    ready = BUILD / "stamps" / "oldest"
    if ready.exists() and ready.read_text() == digest and (OLDEST / "bin" / "python").exists():
        say("oldest packages", "up to date")
        return
    say("oldest packages", f"installing into {OLDEST.relative_to(ROOT)}")
    make_environment(OLDEST)
    pip_install(OLDEST, "-r", str(asked), str(wheel))
    ready.write_text(digest)


def main() -> None:
    extra = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    system_packages()
    virtual_environment()
    package(extra)
    if extra == "test":
        fuzzing_packages()
        oldest_environment()


if __name__ == "__main__":
    main()
