"""What promote leaves as it was: platforms, what refers to an image, every other tag; and everything, wherever it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import registries
from images import Layout, Made, copy, push, skopeo
from loopback import Asked, Behind, Faulty, Told, serving, spoiled
from publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registries import Registry

    from conftest import Cli

ROOT = Path(__file__).parents[2]
PLATFORMS = ("amd64", "arm64", "riscv64")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
MOVED = ("latest", "1", "1.28")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A second open registry."""
    started = registries.Registry(tmp_path_factory.mktemp("second")).start()
    yield started
    started.stop()


def raw(image: str, reference: str) -> bytes:
    """The manifest or index of a tag (`:x`) or digest (`@x`), byte for byte."""
    return skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{image}{reference}").encode()


def tags(image: str) -> set[str]:
    """Every tag of an image."""
    return set(json.loads(skopeo("list-tags", "--tls-verify=false", f"docker://{image}"))["Tags"])


def digest(image: str, tag: str) -> str:
    """The digest of a tag's content."""
    return f"sha256:{hashlib.sha256(raw(image, f':{tag}')).hexdigest()}"


def refer(image: str, tag: str, folder: Path) -> str:
    """Attach a bill of materials to the content of a tag, by OCI 1.1's referrers tag; the name of that tag.

    Debian's registry has no referrers API; a client then keeps the list of what refers to `sha256:x` as an index under the tag `sha256-x`.
    """
    subject = {"mediaType": INDEX, "digest": digest(image, tag), "size": len(raw(image, f":{tag}"))}
    to = Layout(folder)
    artifact = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/spdx+json",
        "config": to.blob(b"{}", "application/vnd.oci.empty.v1+json"),
        "layers": [to.blob(f"bill of {tag}".encode(), "application/spdx+json")],
        "subject": subject,
    }
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{**to.json(artifact, MANIFEST), "artifactType": "application/spdx+json"}],
    }
    name = subject["digest"].replace(":", "-")
    skopeo("copy", "-q", "--all", "--dest-tls-verify=false", f"oci:{to.close(to.json(index, INDEX))}", f"docker://{image}:{name}")
    return str(name)


def pulled(image: str, tag: str, folder: Path) -> dict[str, bytes]:
    """Everything that belongs to a tag, all platforms: file by file."""
    skopeo("copy", "-q", "--all", "--src-tls-verify=false", f"docker://{image}:{tag}", f"dir:{folder}")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_platforms_and_referrers_in_two_registries(cli: Cli, registry: Registry, second: Registry, tmp_path: Path) -> None:
    images = [f"{one.host}/intact/app" for one in (registry, second)]
    for number, image in enumerate(images):
        for version in ("1.27.3", "1.28.0"):
            push(Made(version, platforms=PLATFORMS, attested=True), f"{image}:{version}", tmp_path / f"layouts{number}")
            refer(image, version, tmp_path / f"bill{number}-{version}")
        copy(f"{image}:1.27.3", f"{image}:latest")
    before = [{tag: raw(image, f":{tag}") for tag in tags(image)} for image in images]
    ran = cli("promote", "1.28.0", "--plain-http", *(f"--image={image}" for image in images), "--yes")
    assert ran.code == 0, ran.err
    assert digest(images[0], "latest") == digest(images[1], "latest") == digest(images[0], "1.28.0")
    for number, image in enumerate(images):
        assert tags(image) == before[number].keys() | set(MOVED)
        assert {tag: raw(image, f":{tag}") for tag in before[number] if tag != "latest"} == {
            tag: content for tag, content in before[number].items() if tag != "latest"
        }
        whole = pulled(image, "1.28.0", tmp_path / f"version{number}")
        assert pulled(image, "latest", tmp_path / f"latest{number}") == whole
        assert len(whole) == 2 + 2 * (len(PLATFORMS) + 1) + 1, "index and version, manifest and config of each platform, one layer"
        bill = json.loads(raw(image, f":{digest(image, 'latest').replace(':', '-')}"))["manifests"][0]
        assert json.loads(raw(image, f"@{bill['digest']}"))["subject"]["digest"] == digest(image, "latest")
    assert cli("verify", "--plain-http", *(f"--image={image}" for image in images)).code == 0


# kill -9


class Fatal:
    """A registry behind which promote is killed at its request number `at`, which has been carried out and is never answered."""

    def __init__(self, host: str, at: int) -> None:
        self.behind = Behind(host)
        self.at = at
        self.seen = 0
        self.victim: subprocess.Popen[bytes] | None = None

    def __call__(self, asked: Asked) -> Told:
        """The answer, if there is one."""
        self.seen += 1
        told = self.behind(asked)
        if self.seen == self.at:
            assert self.victim is not None
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait()
        return told

    def kill(self, image: str) -> bool:
        """Run promote and kill it there; False where it ended before."""
        with serving(self) as server:
            options = ["promote", "1.28.0", "--plain-http", f"--image={server.host}/{image.partition('/')[2]}", "--yes"]
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "hooks")}
            self.victim = subprocess.Popen([sys.executable, "-m", "latest_guard", *options], env=environment, stdout=subprocess.DEVNULL)
            code = self.victim.wait(60)
        assert code in (0, -signal.SIGKILL)
        return code != 0


def test_kill_at_every_request(cli: Cli, registry: Registry) -> None:
    """Wherever it is killed, each pointer is as it was or as it was to be, never anything else, and the same command finishes."""
    for at in range(1, 100):
        to = Publisher(registry.host, f"kill/{at}")
        for version in ("1.27.3", "1.28.0"):
            to.push(version, [version])
        to.push("1.27.3", ["latest", "1"])
        if not Fatal(registry.host, at).kill(to.image):
            assert at > 12, "three pointers, each looked at, fetched, written and read back"
            return
        now = to.versions_at(MOVED, ("1.27.3", "1.28.0"))
        assert set(now.values()) <= {"1.27.3", "1.28.0", ""}
        moved = [now[pointer] == "1.28.0" for pointer in MOVED]
        assert moved == sorted(moved, reverse=True), "in the order of the plan"
        assert cli("promote", "1.28.0", "--plain-http", f"--image={to.image}", "--yes").code == 0
        assert to.versions_at((*MOVED, "1.27.3"), ("1.27.3", "1.28.0")) == {**dict.fromkeys(MOVED, "1.28.0"), "1.27.3": "1.27.3"}
    pytest.fail("it never ends")


# faults, seen by verify


def lined(registry: Registry, name: str) -> Publisher:
    """An image of six lines in two majors, every pointer where it should be."""
    to = Publisher(registry.host, name)
    for major in (1, 2):
        for minor in range(3):
            for patch in range(4):
                to.push(f"{major}.{minor}.{patch}", [f"{major}.{minor}.{patch}"])
            to.push(f"{major}.{minor}.3", [f"{major}.{minor}"])
        to.push(f"{major}.2.3", [str(major)])
    to.push("2.2.3", ["latest"])
    return to


def test_verify_is_right_or_says_that_it_cannot_tell(cli: Cli, registry: Registry) -> None:
    """Through faults of every kind verify never takes a whole image for a broken one, nor a broken one for whole."""
    import random

    to = lined(registry, "faults/verify")
    codes = {True: set[int](), False: set[int]()}
    for seed in range(24):
        well = seed % 2 == 0
        to.push("2.2.3" if well else "2.1.3", ["latest"])
        with serving(Faulty(Behind(registry.host), random.Random(seed), 0.15)) as server:
            codes[well].add(cli("verify", "--plain-http", f"--image={server.host}/{to.repository}").code)
    assert codes == {True: {0, 2}, False: {1, 2}}


@pytest.mark.parametrize("command", [("promote", "2.2.3", "--yes"), ("reconcile",), ("verify",)])
def test_slowness_is_no_fault(cli: Cli, registry: Registry, command: tuple[str, ...]) -> None:
    to = lined(registry, f"slow/{command[0]}")
    with serving(lambda asked: spoiled("delay", lambda: Behind(registry.host)(asked))) as server:
        ran = cli(*command, "--plain-http", f"--image={server.host}/{to.repository}")
    assert ran.code == 0, ran.err


class Remembering:
    """A registry behind a cache that shows for `seconds` what a tag was when it was first looked at."""

    def __init__(self, host: str, seconds: float) -> None:
        self.behind = Behind(host)
        self.seconds = seconds
        self.held: dict[str, tuple[float, Told]] = {}

    def __call__(self, asked: Asked) -> Told:
        """The remembered answer, while it holds."""
        if asked.method != "HEAD":
            return self.behind(asked)
        since, told = self.held.get(asked.target, (-self.seconds, Told()))
        if time.monotonic() - since > self.seconds:
            since, told = time.monotonic(), self.behind(asked)
            self.held[asked.target] = since, told
        return told


@pytest.mark.parametrize("command", [("promote", "2.2.3", "--yes"), ("reconcile",)])
def test_a_cache_that_shows_what_was(cli: Cli, registry: Registry, command: tuple[str, ...]) -> None:
    """What was written is seen half a second later."""
    to = lined(registry, f"cache/{command[0]}")
    to.push("1.1.1", ["latest", "2"])
    with serving(Remembering(registry.host, 0.5)) as server:
        ran = cli(*command, "--plain-http", f"--image={server.host}/{to.repository}")
    assert ran.code == 0, ran.err
    assert to.versions_at(["latest", "2"], ["1.1.1", "2.2.3"]) == {"latest": "2.2.3", "2": "2.2.3"}


# requests of verify


def asked_of(cli: Cli, image: str, *options: str) -> Any:
    """What verify says, as JSON."""
    ran = cli("verify", "--plain-http", f"--image={image}", "--format=json", *options)
    assert ran.code == 0, ran.err
    return ran.json


def test_requests(cli: Cli, registry: Registry) -> None:
    """One for the tags, one for each pointer, one for each version that a pointer should be: three more than pointers, or fewer, for two lines."""
    to = Publisher(registry.host, "requests/lines")
    for minor in range(30):
        to.push(f"1.{minor}.0", [f"1.{minor}.0"])
    to.push("1.29.0", ["latest"])
    report = asked_of(cli, to.image)
    assert [pointer["pointer"] for pointer in report["pointers"]] == ["latest"], "lines without a pointer cost nothing"
    assert report["requests"] == 1 + 1 + 1
    to.push("1.29.0", ["1", "1.29"])
    assert asked_of(cli, to.image)["requests"] == 1 + 3 + 1
    to.push("1.28.0", ["1.28"])
    report = asked_of(cli, to.image)
    assert (len(report["pointers"]), report["requests"]) == (4, 1 + 4 + 2)
    for minor in range(20, 28):
        to.push(f"1.{minor}.0", [f"1.{minor}"])
    report = asked_of(cli, to.image)
    assert (len(report["pointers"]), report["requests"]) == (12, 1 + 12 + 10)
    assert asked_of(cli, to.image, "--pointer=latest", "--pointer={major}")["requests"] == 1 + 2 + 1
