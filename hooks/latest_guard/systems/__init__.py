"""One module a CI system: it knows its files by their paths, and reads them into a pipeline."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.pipeline import Pipeline
    from latest_guard.source import Source

#: Every module of a system below `latest_guard.systems`.
SYSTEMS = ("github",)


class System(Protocol):
    """What a module of this folder offers."""

    def claims(self, path: str) -> bool:
        """Whether a file with this path (with slashes, from the repository's root) is the system's."""

    def read(self, source: Source) -> Pipeline:
        """The file as a pipeline; what cannot be read is among its problems."""


def system_of(path: str) -> System | None:
    """The system whose file a path is."""
    return next((system for system in _systems() if system.claims(path)), None)


def discover(paths: Iterable[str]) -> Iterator[tuple[str, System]]:
    """Of the files of a repository those that a CI system reads by itself, with the system."""
    found = _systems()
    for path in paths:
        if path.endswith((".yml", ".yaml")):
            for system in found:
                if system.claims(path):
                    yield path, system
                    break


def _systems() -> tuple[System, ...]:
    return tuple(cast("System", import_module(f"latest_guard.systems.{name}")) for name in SYSTEMS)
