"""Random orders of releases into a real registry, some at the same time: at rest every pointer is on the highest version.

How many is said by LATEST_GUARD_ORDERS: 6 by default, and 1,000 where time does not matter.
"""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import pytest
from publisher import Publisher

from latest_guard.cli import main
from latest_guard.pointers import reconciling
from latest_guard.versions.schemes import named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registries import Registry

    from conftest import Cli

Release: TypeAlias = "Callable[[str, Publisher, Path, Lock], None]"

SEMVER = named("semver")
#: 40 releases of four lines in two majors.
RELEASES = [f"{major}.{minor}.{patch}" for major in (1, 2) for minor in (0, 1) for patch in range(10)]
POINTERS = ("latest", "1", "2", "1.0", "1.1", "2.0", "2.1")
ORDERS = int(os.environ.get("LATEST_GUARD_ORDERS", "6"))
#: Releases that run side by side.
TOGETHER = 3


def expected() -> dict[str, str]:
    """Where every pointer must be at rest."""
    return {
        pointer: max(
            (version for version in RELEASES if pointer == "latest" or f"{version}.".startswith(f"{pointer}.")),
            key=lambda text: SEMVER.parse(text).key,
        )
        for pointer in POINTERS
    }


def gate(version: str, to: Publisher, folder: Path, group: Lock) -> None:
    """Ask the gate and push what it says, in one group for all releases; nothing is there before the very first one."""
    with group:
        first = ["--first-release"] if not to.ready else []
        answer = folder / f"{version}.env"
        assert main(["gate", version, "--plain-http", f"--image={to.image}", f"--dotenv={answer}", *first]) == 0
        tags = next(line.partition("=")[2] for line in answer.read_text().splitlines() if line.startswith("LATEST_GUARD_TAGS="))
        to.push(version, [tag.rpartition(":")[2] for tag in tags.split(",")])


def promote(version: str, to: Publisher, folder: Path, group: Lock) -> None:
    """Publish the version at any time, and promote it in one group for all releases."""
    to.push(version, [version])
    with group:
        refused = 1  # where every one of its pointers is higher already
        assert main(["promote", version, "--plain-http", f"--image={to.image}", "--yes"]) in (0, refused)


def reconcile(version: str, to: Publisher, folder: Path, group: Lock) -> None:
    """Publish the version and set everything right, side by side with others."""
    to.push(version, [version])
    assert main(["reconcile", "--plain-http", f"--image={to.image}"]) == 0


@pytest.mark.parametrize("release", [gate, promote, reconcile])
def test_orders(release: Release, cli: Cli, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "PAUSE", 0)
    wanted = expected()
    for seed in range(ORDERS // 3):
        order = random.Random(f"{release.__name__} {seed}").sample(RELEASES, len(RELEASES))
        to, group = Publisher(registry.host, f"random/{release.__name__}{seed}"), Lock()
        release(order[0], to, tmp_path, group)
        with ThreadPoolExecutor(TOGETHER) as pool:
            list(pool.map(lambda version: release(version, to, tmp_path, group), order[1:]))  # noqa: B023
        assert to.versions_at(POINTERS, RELEASES) == wanted, (seed, order)
