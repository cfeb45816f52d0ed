"""The files in which projects declare their version, each kind with its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.guard.manifests import others, python
from latest_guard.guard.manifests.reading import plain_file

if TYPE_CHECKING:
    from latest_guard.guard.manifests.reading import Reader

#: File name → reader; looked for right in the project's (or component's) folder.
READERS: dict[str, Reader] = {
    "pyproject.toml": python.pyproject,
    "setup.cfg": python.setup_cfg,
    "setup.py": python.setup_py,
    "package.json": others.package_json,
    "Cargo.toml": others.cargo,
    "Chart.yaml": others.chart,
    "pom.xml": others.pom,
    "build.gradle": others.gradle,
    "build.gradle.kts": others.gradle,
    "VERSION": plain_file,
    "VERSION.txt": plain_file,
    "version.txt": plain_file,
    ".version": plain_file,
}
#: Those that make a folder a Python project.
PYTHON = ("pyproject.toml", "setup.cfg", "setup.py")


def reader_for(path: str) -> Reader:
    """The reader for a path that the settings name: by the file's name, a Python module's, or a plain file's."""
    name = path.rpartition("/")[2]
    return READERS.get(name) or (
        python.module if name.endswith(".py") else others.properties if name.endswith(".properties") else plain_file
    )
