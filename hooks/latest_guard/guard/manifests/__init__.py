"""The files in which projects declare their version, each kind with its reader."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from latest_guard.guard.manifests.reading import Reader

#: File name → the module here and the function in it that reads such a file; imported only when there is one.
READERS = {
    "pyproject.toml": ("python", "pyproject"),
    "setup.cfg": ("python", "setup_cfg"),
    "setup.py": ("python", "setup_py"),
    "package.json": ("others", "package_json"),
    "Cargo.toml": ("others", "cargo"),
    "Chart.yaml": ("others", "chart"),
    "pom.xml": ("others", "pom"),
    "build.gradle": ("others", "gradle"),
    "build.gradle.kts": ("others", "gradle"),
    "VERSION": ("reading", "plain_file"),
    "VERSION.txt": ("reading", "plain_file"),
    "version.txt": ("reading", "plain_file"),
    ".version": ("reading", "plain_file"),
}
#: By the end of the name, for files that the settings name or that another file points to.
_BY_ENDING = {".py": ("python", "module"), ".properties": ("others", "properties")}
#: Those that make a folder a Python project.
PYTHON = ("pyproject.toml", "setup.cfg", "setup.py")


def reader_for(path: str) -> Reader:
    """The reader for a file: by its name, or its ending, or else one for a file that holds the version alone."""
    name = path.rpartition("/")[2]
    by_ending = next((found for ending, found in _BY_ENDING.items() if name.endswith(ending)), ("reading", "plain_file"))
    module, function = READERS.get(name, by_ending)
    return cast("Reader", getattr(import_module(f"{__name__}.{module}"), function))
