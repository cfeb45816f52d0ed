"""The version that a project's own files declare, read at the commit that is being tagged, never from the work tree.

Each kind of file has a reader in `manifests`; nothing that is read is run. Files whose version is taken from the tag (setuptools-scm
and its kin) declare nothing, and say so.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from latest_guard.guard import manifests
from latest_guard.guard.manifests.reading import PLACEHOLDER, Elsewhere, Found
from latest_guard.guard.verdict import Declaration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from latest_guard.git.repository import Repository
    from latest_guard.guard.manifests.reading import Reader

#: Where the packages of a repository with several components usually stand.
FOLDERS = ("{component}/", "packages/{component}/", "crates/{component}/", "charts/{component}/", "libs/{component}/", "apps/{component}/")
#: Folders that hold no package to be released.
_NO_PACKAGES = frozenset({"test", "tests", "doc", "docs", "examples", "benchmarks", "bench", "scripts", "tools", "build", "dist"})
#: How often one file may point to another.
STEPS = 4


def declarations(repository: Repository, commit: str, component: str = "", files: Sequence[str] = ()) -> list[Declaration]:
    """Every version declared at `commit` ("": in the index) for `component` ("": the project itself).

    `files` are paths from the repository's top, read instead of the usual ones. For a component the usual files are looked for in the
    folder that carries its name; without such a folder nothing is declared.
    """
    if files:
        return _read(repository, commit, repository.files_at(commit, files))
    for folder in _folders(component) if component else ("",):
        contents = repository.files_at(commit, [folder + name for name in manifests.READERS])
        found = _read(repository, commit, contents)
        if any(folder + name in contents for name in manifests.PYTHON):
            found += _in_packages(repository, commit, folder, found)
        if found:
            return found
    return []


def _in_packages(repository: Repository, commit: str, folder: str, found: Sequence[Declaration]) -> list[Declaration]:
    """`__version__` of the packages of a Python project whose build files declare nothing that can be read."""
    if any(declaration.path.endswith((".py", *manifests.PYTHON)) for declaration in found):
        return []
    packages = [
        f"{top}{name}/" for top in (folder, f"{folder}src/") for name in repository.paths_at(commit, top) if name not in _NO_PACKAGES
    ]
    paths = [package + name for package in packages for name in ("__init__.py", "__about__.py", "_version.py")]
    return _read(repository, commit, repository.files_at(commit, paths))


def _folders(component: str) -> Iterator[str]:
    """Where a component's files may stand; a scoped package's (@scope/name) by its last name as well."""
    if ".." in component.split("/") or component.startswith("/"):
        return
    for name in dict.fromkeys((component, component.rpartition("/")[2])):
        if name:
            yield from (folder.format(component=name) for folder in FOLDERS)


def _read(repository: Repository, commit: str, contents: Mapping[str, bytes]) -> list[Declaration]:
    """What the files declare, each version of a file once."""
    found: list[Declaration] = []
    for path, content in contents.items():
        found += _declared(repository, commit, path, _text(content), manifests.reader_for(path), STEPS)
    return list({(one.path, one.version): one for one in found}.values())


def _declared(repository: Repository, commit: str, path: str, text: str, reader: Reader, steps: int) -> Iterable[Declaration]:
    """What `reader` makes of one file, and of those that it points to."""
    for reading in reader(text):
        if isinstance(reading, Found):
            tool = "a placeholder" if re.fullmatch(PLACEHOLDER, reading.version) else ""
            yield Declaration(path, "" if tool else reading.version, reading.line, tool)
        elif isinstance(reading, Elsewhere):
            yield from _followed(repository, commit, path, reading, steps)
        else:
            yield Declaration(path, "", 0, reading.tool)


def _followed(repository: Repository, commit: str, path: str, reading: Elsewhere, steps: int) -> Iterable[Declaration]:
    folder = posixpath.dirname(path)
    targets = [posixpath.normpath(posixpath.join(folder, target)) for target in reading.paths]
    inside = [target for target in targets if not target.startswith(("../", "/"))]
    contents = repository.files_at(commit, inside) if steps else {}
    target = next((target for target in inside if target in contents), None)
    if target is not None:
        yield from _declared(repository, commit, target, _text(contents[target]), reading.reader, steps - 1)


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
