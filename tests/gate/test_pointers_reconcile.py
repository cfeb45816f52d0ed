"""Reconcile and verify: at rest every pointer is on the highest version of its line, whoever did what in which order."""

from __future__ import annotations

import os
import random
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from images import Made, push
from loopback import Asked, Behind, Faulty, Told, serving
from publisher import Publisher

from latest_guard.gate.naming import DEFAULT, templates
from latest_guard.pointers import reconciling
from latest_guard.pointers.image_place import ImagePlace
from latest_guard.pointers.levels import Ruler
from latest_guard.pointers.reconciling import reconcile
from latest_guard.sources.oci import Image
from latest_guard.sources.reading import Reading
from latest_guard.sources.registry.client import Registry as Client
from latest_guard.sources.registry.reference import image_name
from latest_guard.sources.web import Deadline, Web
from latest_guard.versions.patterns import TagName, TagPattern, split
from latest_guard.versions.schemes import named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from registries import Registry

    from conftest import Cli
    from latest_guard.versions.version import Scheme

SEMVER = named("semver")
#: 40 releases of four lines in two majors.
RELEASES = [f"{major}.{minor}.{patch}" for major in (1, 2) for minor in (0, 1) for patch in range(10)]
POINTERS = ("latest", "1", "2", "1.0", "1.1", "2.0", "2.1")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between the rounds."""
    monkeypatch.setattr(reconciling, "PAUSE", 0)


def expected(done: Sequence[str]) -> dict[str, str]:
    """Where every pointer must be at rest."""
    found = {}
    for pointer in POINTERS:
        line = [version for version in done if pointer == "latest" or f"{version}.".startswith(f"{pointer}.")]
        found[pointer] = max(line, key=lambda text: SEMVER.parse(text).key, default="")
    return found


def run(cli: Cli, host: str, to: Publisher) -> None:
    """One reconcile, through `host`."""
    ran = cli("reconcile", "--plain-http", f"--image={host}/{to.repository}")
    assert ran.code == 0, ran.err


def test_after_everything(cli: Cli, registry: Registry) -> None:
    to = Publisher(registry.host, "level/once")
    for version in RELEASES:
        to.push(version, [version])
    to.push("1.0.3", ["latest", "1", "2.0", "nightly"])
    run(cli, registry.host, to)
    assert to.versions_at(POINTERS, RELEASES) == expected(RELEASES)
    assert to.versions_at(["nightly"], RELEASES) == {"nightly": "1.0.3"}, "it is no pointer of ours"
    again = cli("reconcile", "--plain-http", f"--image={to.image}")
    assert "set:" not in again.out


@pytest.mark.parametrize("seed", range(3))
def test_any_order_one_after_the_other(cli: Cli, registry: Registry, seed: int) -> None:
    order = random.Random(seed).sample(RELEASES, 20)
    to = Publisher(registry.host, f"level/order{seed}")
    for number, version in enumerate(order):
        to.push(version, [version])
        run(cli, registry.host, to)
        assert to.versions_at(POINTERS, RELEASES) == expected(order[: number + 1])


class Plain:
    """Rules by which plain semver tags are read."""

    def split(self, tag: str) -> TagName | None:
        """The version in a tag."""
        return split(tag, (TagPattern("{version}"),))

    def ignores(self, tag: str) -> None:
        """Every tag counts."""

    def scheme_of(self, tag: str) -> Scheme:
        """There is one scheme."""
        return SEMVER


def ruler() -> Ruler:
    """The default pointers, for plain semver tags."""
    return Ruler(templates(DEFAULT, ()), Reading(Plain()), lambda text: text.count(".") == 2)


def in_thread(host: str, repository: str, failures: list[BaseException]) -> None:
    """One reconcile in this thread, without the command line, which has one stdout."""

    def place() -> ImagePlace:
        image = image_name(f"{host}/{repository}")
        return ImagePlace(Image(Client(image, Web("x", Deadline(60), plain=True), actions="pull,push")))

    try:
        reconcile(place, ruler(), lambda level: None)
    except BaseException as error:  # noqa: BLE001
        failures.append(error)


@pytest.mark.parametrize("seed", range(6))
def test_at_the_same_time(cli: Cli, registry: Registry, seed: int) -> None:
    """Releases four at a time, each publishes and reconciles; a slow registry lets them run into each other."""
    dice = random.Random(seed)
    order = dice.sample(RELEASES, 24)
    to = Publisher(registry.host, f"level/together{seed}")
    to.push(order[0], [order[0]])
    behind, failures = Behind(registry.host), []  # type: ignore[var-annotated]

    def answer(asked: Asked) -> Told:
        import time

        time.sleep(dice.random() * 0.01)
        return behind(asked)

    def release(version: str) -> None:
        to.push(version, [version])
        in_thread(server.host, to.repository, failures)

    with serving(answer) as server:
        for start in range(0, len(order), 4):
            threads = [Thread(target=release, args=(version,)) for version in order[start : start + 4]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not failures
            assert to.versions_at(POINTERS, RELEASES) == expected(order[: start + 4])


@pytest.mark.parametrize("seed", range(2))
def test_through_faults(cli: Cli, registry: Registry, seed: int) -> None:
    """Some runs get no answer; the next one that does sets everything right."""
    dice = random.Random(seed)
    order = dice.sample(RELEASES, 12)
    to = Publisher(registry.host, f"level/faults{seed}")
    with serving(Faulty(Behind(registry.host), dice, 0.2)) as server:
        for version in order:
            to.push(version, [version])
            ran = cli("reconcile", "--plain-http", f"--image={server.host}/{to.repository}")
            assert ran.code in (0, 2)
    run(cli, registry.host, to)
    assert to.versions_at(POINTERS, RELEASES) == expected(order)


def test_floating_tags_are_no_versions(cli: Cli, registry: Registry) -> None:
    """1 and 1.28 are there before; neither becomes a version with pointers of its own."""
    to = Publisher(registry.host, "level/floating")
    to.push("1.28.0", ["1.28.0", "1", "1.28", "2", "2.0"])
    ran = cli("reconcile", "--plain-http", f"--image={to.image}")
    first, last = ran.out.splitlines()
    assert first.startswith(f"set: image {to.image} latest to 1.28.0 (sha256:")
    assert last == f"image {to.image}: latest is 1.28.0, 1 is 1.28.0, 1.28 is 1.28.0"


@pytest.mark.parametrize("looks", [1, 5, 1000])
def test_a_version_that_is_just_being_published(cli: Cli, registry: Registry, looks: int) -> None:
    """A registry on a file system lists a tag before it has its manifest: it is looked at again, and an error where it never comes."""
    to = Publisher(registry.host, f"level/publishing{looks}")
    for version in ("1.27.3", "1.28.0"):
        to.push(version, [version])
    behind, left = Behind(registry.host), [looks]

    def answer(asked: Asked) -> Told:
        if asked.target.endswith("/1.28.0") and left[0] > 0:
            left[0] -= 1
            return Told(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})
        return behind(asked)

    with serving(answer) as server:
        ran = cli("reconcile", "--plain-http", f"--image={server.host}/{to.repository}")
    if looks < reconciling.ROUNDS:
        assert ran.code == 0, ran.err
        assert to.versions_at(["latest", "1.27"], ["1.27.3", "1.28.0"]) == {"latest": "1.28.0", "1.27": "1.27.3"}
    else:
        assert (ran.code, ran.out) == (2, "")
        assert "1.28.0 is listed, but has no manifest" in ran.err


@pytest.mark.parametrize("words", [(), ("--image=127.0.0.1:9/x", "--plain-http"), ("--image=UPPER",)])
@pytest.mark.parametrize("command", ["reconcile", "verify"])
def test_bad_input(cli: Cli, command: str, words: tuple[str, ...]) -> None:
    ran = cli(command, *words)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_image_without_versions(cli: Cli, registry: Registry) -> None:
    Publisher(registry.host, "level/none").push("x", ["latest"])
    for command in ("reconcile", "verify"):
        ran = cli(command, "--plain-http", f"--image={registry.host}/level/none")
        assert (ran.code, ran.out) == (2, "")
        assert "no version is published here" in ran.err


# many orders, without a network


class Remembered:
    """A registry in memory: tags and what they hold. At every look and every write `beside` may do something of its own."""

    image = "in memory"

    def __init__(self, beside: Callable[[], None]) -> None:
        self.held: dict[str, str] = {}
        self.beside = beside

    def tags(self) -> list[str]:
        """The tags as they are when the answer is made, which may be old when it arrives."""
        found = list(self.held)
        self.beside()
        return found

    def digest(self, tag: str) -> str | None:
        """What a tag holds."""
        found = self.held.get(tag)
        self.beside()
        return found

    def manifest(self, reference: str) -> str:
        """The content by its digest: itself."""
        return reference

    def put(self, manifest: str, tag: str) -> None:
        """Write a tag; others act before and after."""
        self.beside()
        self.held[tag] = manifest
        self.beside()


def released_at_random(seed: int) -> tuple[dict[str, str], list[str]]:
    """40 releases in a random order, where at any request of one release others may begin, run and end; the tags at rest."""
    dice = random.Random(seed)
    waiting = dice.sample(RELEASES, len(RELEASES))
    depth = 0

    def release() -> None:
        nonlocal depth
        if not waiting:
            return
        version = waiting.pop()
        depth += 1
        registry.held[version] = f"content of {version}"
        reconcile(lambda: ImagePlace(Image(registry)), ruler(), lambda level: None)  # type: ignore[arg-type]
        depth -= 1

    def beside() -> None:
        if depth < 4 and dice.random() < 0.02:
            release()

    registry = Remembered(beside)
    order = list(waiting)
    while waiting:
        release()
    return registry.held, order


def test_many_orders() -> None:
    """A thousand of them where time does not matter, with LATEST_GUARD_ORDERS=1000."""
    for seed in range(int(os.environ.get("LATEST_GUARD_ORDERS", "60"))):
        held, order = released_at_random(seed)
        assert {pointer: held[pointer].removeprefix("content of ") for pointer in POINTERS} == expected(order), seed


# verify


def test_verify(cli: Cli, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    to = Publisher(registry.host, "verify/app")
    for version in ("1.27.3", "1.28.0"):
        to.push(version, [version])
    to.push("1.28.0", ["latest", "1", "1.28"])
    words = ("verify", "--plain-http", f"--image={to.image}")
    well = cli(*words)
    assert (well.code, well.out) == (0, "3 pointers are where they should be\n")
    to.push("1.27.3", ["latest"])
    wrong = cli(*words)
    mend = f"latest-guard promote 1.28.0 --image {to.image} --pointer latest"
    assert (wrong.code, wrong.out) == (1, f"image {to.image}: latest is not 1.28.0, the highest; mend it with: {mend}\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli(*words).err.startswith("::error title=latest-guard::image ")
    assert cli(*mend.split()[1:], "--plain-http", "--yes").code == 0
    assert cli(*words).code == 0
    assert cli(*words, "--pointer=stable").code == 1, "it was asked for and is missing"


def test_requests_of_verify(cli: Cli, registry: Registry) -> None:
    to = Publisher(registry.host, "verify/requests")
    for number in range(50):
        to.push(f"1.28.{number}", [f"1.28.{number}"])
    to.push("1.28.49", ["latest", "1", "1.28"])
    ran = cli("verify", "--plain-http", f"--image={to.image}", "--format=json")
    assert len(ran.json["pointers"]) == 3
    assert ran.json["requests"] <= 3 + 3


def test_two_registries_that_differ(cli: Cli, registry: Registry, tmp_path: Path) -> None:
    one, two = f"{registry.host}/verify/one", f"{registry.host}/verify/two"
    words = ("verify", "--plain-http", f"--image={one}", f"--image={two}", "--pointer=latest")
    for image in (one, two):
        for tag in ("1.27.3", "latest"):
            push(Made("1.27.3"), f"{image}:{tag}", tmp_path)
    assert cli(*words).code == 0
    for tag in ("1.28.0", "latest"):
        push(Made("1.28.0"), f"{one}:{tag}", tmp_path)
    assert f"the highest is 1.27.3, and 1.28.0 in image {one}" in cli(*words).out
    for tag in ("1.28.0", "latest"):
        push(Made("1.28.0, built again"), f"{two}:{tag}", tmp_path)
    ran = cli(*words)
    assert ran.code == 1
    assert f"1.28.0 is not the same content as in image {one}" in ran.out
