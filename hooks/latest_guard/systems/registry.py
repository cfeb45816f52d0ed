"""The CI systems: which file belongs to which, and which files of a repository are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from latest_guard.systems import github, gitlab

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.files import Tree
    from latest_guard.pipeline import Action, Pipeline
    from latest_guard.source import Source


class System(Protocol):
    """What a module of this folder offers. `ALONE`: a pipeline is one file, and names whatever else it runs."""

    ALONE: bool

    def claims(self, path: str) -> bool:
        """Whether a file with this path (with slashes, from the repository's root) is the system's."""

    def entries(self, paths: Iterable[str], tree: Tree) -> Iterator[str]:
        """Of the files that are claimed those that are pipelines of their own, not parts of others."""

    def read(self, source: Source, tree: Tree | None = None) -> Pipeline:
        """The file as a pipeline, with what it includes from `tree`; what cannot be read is among its problems."""


#: Every system.
SYSTEMS: tuple[System, ...] = (github, gitlab)


def claims(path: str) -> System | None:
    """The system whose file a path is."""
    return next((system for system in SYSTEMS if system.claims(path)), None)


def discover(tree: Tree) -> Iterator[str]:
    """The paths of the files that CI systems read by themselves."""
    paths = [path for path in tree.listing() if path.endswith((".yml", ".yaml"))]
    for system in SYSTEMS:
        yield from system.entries((path for path in paths if system.claims(path)), tree)


def read_action(source: Source) -> Action:
    """The local action (`action.yml`) in `source`."""
    return github.read_action(source)
