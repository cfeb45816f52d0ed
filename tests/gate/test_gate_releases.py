"""Releases into a real registry that obey the gate: the Dragonfly sequence, any order, and lookups that fail."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from images import Made, push, skopeo
from loopback import FAULTS, Behind, Faulty, serving, spoiled
from publisher import Publisher

from latest_guard.versions.schemes import named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from registries import Registry

    from conftest import Cli

SEMVER = named("semver")
#: 50 releases of five lines, 1.0 to 1.4, and two prereleases of each.
RELEASES = [f"1.{line}.{patch}" for line in range(5) for patch in range(8)] + [
    f"1.{line}.0-rc.{pre}" for line in range(5) for pre in (1, 2)
]


def test_dragonfly(cli: Cli, registry: Registry, tmp_path: Path) -> None:
    """2025-03-17: v1.28.0, and four hours later the back-port v1.27.3. Pushed by skopeo, as a workflow would."""
    image = f"{registry.host}/dragonfly"
    seen = []
    for version in ("1.26.4", "1.27.1", "1.27.2", "1.28.0", "1.27.3", "1.28.0", "1.28.1", "1.27.4"):
        first = ("--first-release",) if version == "1.26.4" else ()
        ran = cli.gate(f"v{version}", "--plain-http", f"--image={image}", *first)
        assert ran.code == 0, ran.err
        for reference in ran.json["tags"]:
            push(Made(version), reference, tmp_path)
        found = json.loads(skopeo("inspect", "--tls-verify=false", "--config", f"docker://{image}:latest"))
        seen.append(found["config"]["Labels"]["content"])
    assert seen == ["1.26.4", "1.27.1", "1.27.2", "1.28.0", "1.28.0", "1.28.0", "1.28.1", "1.28.1"]


def release(cli: Cli, version: str, to: Publisher, host: str, *words: str) -> bool:
    """One release: ask the gate through `host`, push what it says; False where it refused to answer."""
    ran = cli.gate(version, "--plain-http", f"--image={host}/{to.repository}", *words)
    if ran.code != 0:
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
        return False
    to.push(version, [reference.rpartition(":")[2] for reference in ran.json["tags"]])
    return True


def highest(pointer: str, done: Sequence[str]) -> str:
    """The highest final version of a pointer's line."""
    line = [version for version in done if "-" not in version and (pointer == "latest" or f"{version}.".startswith(f"{pointer}."))]
    return max(line, key=lambda text: SEMVER.parse(text).key, default="")


POINTERS = ("latest", "1", *(f"1.{line}" for line in range(5)))


@pytest.mark.parametrize("seed", range(4))
def test_any_order(cli: Cli, registry: Registry, seed: int) -> None:
    order = random.Random(seed).sample(RELEASES, len(RELEASES))
    to = Publisher(registry.host, f"orders/{seed}")
    for number, version in enumerate(order):
        assert release(cli, version, to, registry.host, *(["--first-release"] if number == 0 else []))
        assert to.versions_at(POINTERS, order) == {pointer: highest(pointer, order[: number + 1]) for pointer in POINTERS}, version


@pytest.mark.parametrize("seed", range(3))
def test_lookups_that_fail(cli: Cli, registry: Registry, seed: int) -> None:
    """Through a proxy that spoils every second answer: some releases get no answer, none gets a wrong one."""
    dice = random.Random(seed)
    order = dice.sample(RELEASES, len(RELEASES))
    to = Publisher(registry.host, f"spoiled/{seed}")
    to.push("0.9.0", ["0.9.0", "latest"])
    before = SEMVER.parse("0.9.0")
    refused = 0
    with serving(Faulty(Behind(registry.host), dice, 0.5)) as server:
        for version in order:
            refused += not release(cli, version, to, server.host)
            now = SEMVER.parse(to.versions_at(["latest"], [*order, "0.9.0"])["latest"])
            assert now >= before, version
            before = now
    assert 0 < refused < len(order)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"delay"}))
def test_each_fault_that_stays(cli: Cli, registry: Registry, many: str, fault: str) -> None:
    """A fault that never goes away is an error, and not the end of the list."""
    with serving(lambda asked: spoiled(fault, lambda: Behind(registry.host)(asked))) as server:
        ran = cli.gate("1.99.0", "--plain-http", f"--image={server.host}/many/tags")
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
        first = cli.gate("1.99.0", "--plain-http", f"--image={server.host}/many/tags", "--first-release")
        assert (first.code, first.out) == (2, "")


@pytest.mark.parametrize("fault", ["drop", "truncate", "429", "500", "503", "reset", "garbage"])
def test_each_fault_that_passes(cli: Cli, registry: Registry, many: str, fault: str) -> None:
    """The third try gets through."""
    behind = Behind(registry.host)
    with serving(lambda asked: behind(asked) if len(server.asked) > 2 else spoiled(fault, lambda: behind(asked))) as server:
        ran = cli.gate("1.99.0", "--plain-http", f"--image={server.host}/many/tags")
    assert ran.moves["latest"]
    assert ran.json["sources"][0]["requests"] == 3


def test_silence(cli: Cli) -> None:
    """A server that takes the connection and says nothing."""
    import socket
    import time

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        start = time.monotonic()
        ran = cli.gate("1.99.0", "--plain-http", f"--image=127.0.0.1:{listener.getsockname()[1]}/x", "--timeout=0.5")
    assert time.monotonic() - start < 5
    assert (ran.code, ran.out) == (2, "")
    assert "--timeout" in ran.err or "is silent" in ran.err


def test_a_drop_at_a_time(cli: Cli) -> None:
    """A server whose headers never end: no single silence is too long, but all of it is."""
    import socket
    import time
    from threading import Thread

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for _ in range(200):
                    try:
                        connection.sendall(b"X")
                    except OSError:
                        return
                    time.sleep(0.05)

        Thread(target=drip, daemon=True).start()
        start = time.monotonic()
        ran = cli.gate("1.99.0", "--plain-http", f"--image=127.0.0.1:{listener.getsockname()[1]}/x", "--timeout=1")
        assert time.monotonic() - start < 4
    assert (ran.code, ran.out) == (2, "")
    assert "no answer within 1 s" in ran.err


def test_nobody_listens(cli: Cli) -> None:
    ran = cli.gate("1.99.0", "--plain-http", "--image=127.0.0.1:9/x")
    assert (ran.code, ran.out) == (2, "")
    assert "no connection to 127.0.0.1:9" in ran.err
    away = cli.gate("1.99.0", "--plain-http", "--image=registry.invalid/x")
    assert "no connection to registry.invalid" in away.err
