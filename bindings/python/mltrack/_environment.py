"""What a run was made with: interpreter, machine, the packages that were imported, and a few environment variables."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

from mltrack import _core
from mltrack._cells import names_of
from mltrack._secrets import masked

# The only variables that are ever read: they change results or say where the run was, and hold no secrets.
VARIABLES = (
    "BLIS_NUM_THREADS",
    "CONDA_DEFAULT_ENV",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "JAX_ENABLE_X64",
    "JAX_PLATFORMS",
    "LANG",
    "LC_ALL",
    "LOKY_MAX_CPU_COUNT",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "SKLEARN_ASSUME_FINITE",
    "SLURM_ARRAY_TASK_ID",
    "SLURM_JOB_ID",
    "TF_DETERMINISTIC_OPS",
    "TZ",
    "VECLIB_MAXIMUM_THREADS",
    "VIRTUAL_ENV",
)
_PATHS = frozenset(("CONDA_DEFAULT_ENV", "VIRTUAL_ENV"))  # of these the last part alone

Package = tuple[str, str]
"""The name and the version of a distribution."""


def environment() -> _core.EnvironmentInfo:
    """The environment of this process as it is now."""
    return _core.EnvironmentInfo(
        language=language(),
        os=_operating_system(),
        machine=os.uname().machine,
        processor=_after_colon("/proc/cpuinfo", "model name"),
        cores=os.cpu_count(),
        memory_bytes=_memory_bytes(),
        packages={"mltrack-lineage": _core.__version__, **dict(packages(imported()))},
        variables=_variables(),
    )


def language() -> str:
    """The interpreter and its version."""
    name = {"cpython": "CPython", "pypy": "PyPy"}.get(sys.implementation.name, sys.implementation.name)
    return f"{name} {'.'.join(str(part) for part in sys.version_info[:3])}"


def imported() -> set[str]:
    """The top-level modules that are loaded and not Python's own."""
    return {name.partition(".")[0] for name in list(sys.modules)} - sys.stdlib_module_names


def packages(modules: set[str]) -> list[Package]:
    """The installed distributions that these modules belong to, by name. Modules that belong to none are left out."""
    _find_owners({name for name in modules if name not in _owners and not name.startswith("__")})
    found = {owner for name in modules if (owner := _owners.get(name)) is not None}
    return sorted(found)


_owners: dict[str, Package | None] = {}  # by module: looked for once in a process


def _find_owners(modules: set[str]) -> None:
    """Reads what installers leave beside the packages: a folder for each distribution, the name of which tells most."""
    wanted = {name for name in modules if _is_installed(name)}
    _owners.update(dict.fromkeys(modules - wanted))
    unclaimed = []
    for place in _distributions() if wanted else ():
        simple = _normal(re.split(r"-\d|\.dist-info|\.egg-info", os.path.basename(place))[0])
        named = next((name for name in wanted if _normal(name) == simple), None)
        if named is None:
            unclaimed.append(place)
        else:
            _owners[named] = _package(place)
            wanted.discard(named)
    for place in unclaimed:
        if not wanted:
            break
        for name in _claims(place, wanted):
            _owners[name] = _package(place)
            wanted.discard(name)
    _owners.update(dict.fromkeys(wanted))


def _is_installed(name: str) -> bool:
    """False for the user's own modules, which lie in no folder of packages."""
    held = names_of(sys.modules.get(name))
    where = held.get("__file__") or next(iter(held.get("__path__") or ()), "")
    return "-packages" in str(where)


def _distributions() -> Iterator[str]:
    for folder in list(dict.fromkeys(sys.path)):
        try:
            entries = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for entry in entries:
            if entry.endswith((".dist-info", ".egg-info")):
                yield os.path.join(folder, entry)


def _claims(place: str, modules: set[str]) -> list[str]:
    """Those of the modules that a distribution says it brought."""
    listed = _text(os.path.join(place, "top_level.txt"))
    if listed:
        return [name for name in listed.split() if name in modules]
    files = "\n" + _text(os.path.join(place, "RECORD"))
    return [name for name in modules if f"\n{name}/__init__.py" in files or f"\n{name}." in files]


def _package(place: str) -> Package | None:
    """The name and version in a distribution's own words."""
    about = (
        _text(os.path.join(place, "METADATA")) or _text(os.path.join(place, "PKG-INFO")) or _text(place)
    )  # an egg-info may be a file itself
    header = about.partition("\n\n")[0]
    name = re.search(r"^Name:\s*(\S+)", header, re.MULTILINE)
    version = re.search(r"^Version:\s*(\S+)", header, re.MULTILINE)
    return (name[1], version[1]) if name and version else None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _operating_system() -> str:
    kernel = os.uname()
    release = re.search(r'^PRETTY_NAME="?([^"\n]*)', _text("/etc/os-release"), re.MULTILINE)
    return ", ".join(part for part in (release[1] if release else "", f"{kernel.sysname} {kernel.release}") if part)


def _memory_bytes() -> int | None:
    total = _after_colon("/proc/meminfo", "MemTotal").removesuffix(" kB")
    return int(total) * 1024 if total.isdigit() else None


def _after_colon(path: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(.*\S)", _text(path), re.MULTILINE)
    return found[1] if found else ""


def _variables() -> dict[str, str]:
    shown = {}
    for name in VARIABLES:
        value = os.environ.get(name)
        if value is not None:
            value = os.path.basename(value.rstrip("/")) if name in _PATHS else value
            shown[name] = masked(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return shown
