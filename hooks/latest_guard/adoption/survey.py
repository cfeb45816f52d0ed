"""What a repository is: how it writes its versions, and which tools and CI systems it uses.  Shared by the parts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.versions.schemes import named
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: A tag that holds a version: what stands in front, and the version.
VERSION_TAG = re.compile(r"(.{0,100}?)(\d{1,9}\.\d{1,9}(?:\.[0-9A-Za-z.+_-]{1,60})?)")
#: Fronts that the default tag patterns know.
USUAL_FRONT = re.compile(r"v?|.+/v|.+@")
#: Schemes from the strictest on; calver is told by its years.
SCHEMES = ("semver", "pep440", "loose")
#: A number of this size at the beginning is a year.
YEARS = range(1990, 2100)
#: Files that say: versions are written as PEP 440 asks.
PYTHON = ("setup.py", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Survey:
    """A repository seen from outside. `tag_pattern` is empty where the default ones fit."""

    root: Path
    scheme: str
    tag_pattern: str
    github: bool
    gitlab: bool


def survey(root: Path) -> Survey:
    """Look at the repository at `root`. Raises UserError where it is no folder."""
    if not root.is_dir():
        raise UserError("is no folder", str(root))
    found = [match for tag in tags_of(root) if (match := VERSION_TAG.fullmatch(tag))]
    versions = [match[2] for match in found]
    scheme = scheme_of(versions) if versions else ("pep440" if is_python(root) else "semver")
    return Survey(root, scheme, pattern_of([match[1] for match in found]), is_github(root), (root / ".gitlab-ci.yml").is_file())


def tags_of(root: Path) -> Iterable[str]:
    """The tags of the clone; none where the folder is no repository."""
    from latest_guard.git.repository import Repository

    try:
        return Repository.open(root).local_tags()
    except UserError:
        return ()


def scheme_of(versions: Sequence[str]) -> str:
    """The strictest scheme that reads nine of ten versions; calver where they begin with years."""
    if sum(int(version.split(".")[0]) in YEARS for version in versions) * 2 > len(versions):
        return "calver"
    enough = len(versions) * 9 / 10
    return next((name for name in SCHEMES if sum(reads(name, version) for version in versions) >= enough), "loose")


def reads(name: str, version: str) -> bool:
    """Whether a scheme reads a version."""
    try:
        named(name).parse(version)
    except BadVersion:
        return False
    return True


def pattern_of(fronts: Sequence[str]) -> str:
    """The pattern for what most version tags begin with; empty where the default patterns know it."""
    if not fronts:
        return ""
    front, count = Counter(fronts).most_common(1)[0]
    usual = sum(bool(USUAL_FRONT.fullmatch(other)) for other in fronts)
    return "" if usual >= count or "{" in front else front + "{version}"


def is_python(root: Path) -> bool:
    """Whether it is a Python project."""
    pyproject = root / "pyproject.toml"
    if pyproject.is_file() and re.search(r"(?m)^\[(project|tool\.poetry)\]", pyproject.read_text(encoding="utf-8", errors="replace")):
        return True
    return any((root / name).is_file() for name in PYTHON)


def is_github(root: Path) -> bool:
    """Whether GitHub runs its CI."""
    return (root / ".github").is_dir()
