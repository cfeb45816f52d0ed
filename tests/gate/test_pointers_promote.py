"""Promote, on two real registries: planned, confirmed, by digest, in place after any failure."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import registries
from confirming import on_a_terminal
from images import Made, copy, push, skopeo
from loopback import Asked, Behind, Told, serving, spoiled

from latest_guard.pointers import carrying
from machine import tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registries import Registry

    from conftest import Cli

ROOT = Path(__file__).parents[2]
PLATFORMS = ("amd64", "arm64", "s390x")


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A second open registry."""
    started = registries.Registry(tmp_path_factory.mktemp("second")).start()
    yield started
    started.stop()


@pytest.fixture
def image(registry: Registry, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Three versions for three platforms each, with `latest`, `1` and `1.27` at 1.27.3."""
    return filled(registry, f"promote/{abs(hash(request.node.name))}", tmp_path)


def filled(registry: Registry, name: str, folder: Path) -> str:
    """The image in a registry."""
    image = f"{registry.host}/{name}"
    for version in ("1.27.3", "1.27.4", "1.28.0"):
        push(Made(version, platforms=PLATFORMS, attested=True), f"{image}:{version}", folder / "layouts")
    for pointer in ("latest", "1", "1.27"):
        copy(f"{image}:1.27.3", f"{image}:{pointer}")
    return image


def raw(image: str, tag: str) -> str:
    """The manifest or index of a tag, byte for byte."""
    return skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{image}:{tag}")


def same(image: str, pointer: str, version: str) -> bool:
    """Whether a pointer is a version, byte for byte."""
    return raw(image, pointer) == raw(image, version)


def words(image: str, *more: str) -> tuple[str, ...]:
    """What every call has."""
    return ("--plain-http", f"--image={image}", *more)


def test_promote(cli: Cli, image: str) -> None:
    ran = cli("promote", "v1.28.0", *words(image, "--yes"))
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:4] == [
        f"image {image}",
        "  latest       1.27.3 -> 1.28.0         1.28.0 is higher",
        "  1            1.27.3 -> 1.28.0         1.28.0 is higher",
        "  1.28         none -> 1.28.0           it is not there yet",
    ]
    assert all(same(image, pointer, "1.28.0") for pointer in ("latest", "1", "1.28"))
    assert same(image, "1.27", "1.27.3")
    index = json.loads(raw(image, "latest"))
    assert [entry["platform"]["architecture"] for entry in index["manifests"]] == ["unknown", *PLATFORMS]


def test_twice(cli: Cli, image: str) -> None:
    assert cli("promote", "1.28.0", *words(image, "--yes")).code == 0
    again = cli("promote", "1.28.0", *words(image))
    assert again.code == 0
    assert again.out.count("it is 1.28.0 already") == 3


def test_back_port(cli: Cli, image: str) -> None:
    """What would go back stays; the line's own pointer moves."""
    cli("promote", "1.28.0", *words(image, "--yes"))
    ran = cli("promote", "1.27.4", *words(image, "--yes"))
    assert ran.code == 0, ran.err
    assert "latest       stays 1.28.0             1.28.0 is higher" in ran.out
    assert same(image, "latest", "1.28.0")
    assert same(image, "1.27", "1.27.4")


def test_going_back_is_refused(cli: Cli, image: str) -> None:
    cli("promote", "1.28.0", *words(image, "--yes"))
    ran = cli("promote", "1.27.4", *words(image, "--yes", "--pointer=latest"))
    assert (ran.code, ran.out) == (1, "")
    assert "latest would go back: 1.28.0 is higher; to do it say --rollback" in ran.err
    assert same(image, "latest", "1.28.0")


def test_rollback(cli: Cli, image: str) -> None:
    cli("promote", "1.28.0", *words(image, "--yes"))
    assert cli("promote", "1.27.4", *words(image, "--yes", "--rollback= ")).code == 2
    ran = cli("promote", "1.27.4", *words(image, "--yes", "--rollback=data loss in 1.28.0", "--format=json"))
    assert ran.code == 0, ran.err
    assert ran.json["rollback"] == "data loss in 1.28.0"
    assert [step["way"] for step in ran.json["steps"]] == ["back", "back", "forward"]
    assert same(image, "latest", "1.27.4")


def test_not_published(cli: Cli, image: str) -> None:
    ran = cli("promote", "1.99.0", *words(image, "--yes"))
    assert (ran.code, ran.out) == (2, "")
    assert "1.99.0 is not published here" in ran.err


def test_prerelease(cli: Cli, image: str) -> None:
    copy(f"{image}:1.28.0", f"{image}:1.29.0-rc.1")
    assert "stays" in cli("promote", "1.29.0-rc.1", *words(image, "--yes")).out
    assert same(image, "latest", "1.27.3")
    assert cli("promote", "1.29.0-rc.1", *words(image, "--yes", "--channel=next")).code == 0
    assert same(image, "next", "1.29.0-rc.1")


def test_unknown_now(cli: Cli, image: str, tmp_path: Path) -> None:
    """`latest` is something built apart: to the highest version it goes, to a lower one only as a rollback."""
    push(Made("apart"), f"{image}:latest", tmp_path / "apart")
    refused = cli("promote", "1.27.4", *words(image, "--yes", "--pointer=latest"))
    assert refused.code == 1
    assert "nobody can tell what it is now" in refused.err
    assert cli("promote", "1.28.0", *words(image, "--yes", "--pointer=latest")).code == 0
    assert same(image, "latest", "1.28.0")


def test_dry_run(cli: Cli, image: str) -> None:
    ran = cli("promote", "1.28.0", *words(image, "--dry-run"))
    assert ran.code == 0
    assert "1.27.3 -> 1.28.0" in ran.out
    assert same(image, "latest", "1.27.3")
    assert not any(step["moved"] for step in cli("promote", "1.28.0", *words(image, "--dry-run", "--format=json")).json["steps"])


def test_nobody_to_ask(cli: Cli, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Path(os.devnull).open())  # noqa: SIM115
    ran = cli("promote", "1.28.0", *words(image))
    assert ran.code == 2
    assert "say --yes" in ran.err
    assert same(image, "latest", "1.27.3")


def test_two_registries(cli: Cli, registry: Registry, second: Registry, tmp_path: Path) -> None:
    """Everything is checked before anything is moved: the second registry lacks the version."""
    one, two = filled(registry, "pair", tmp_path / "one"), filled(second, "pair", tmp_path / "two")
    push(Made("1.29.0", platforms=PLATFORMS), f"{one}:1.29.0", tmp_path / "layouts")
    both = ("--plain-http", f"--image={one}", f"--image={two}", "--yes")
    ran = cli("promote", "1.29.0", *both)
    assert ran.code == 2
    assert f"image {two}: 1.29.0 is not published here" in ran.err
    assert same(one, "latest", "1.27.3")
    skopeo("copy", "-q", "--all", "--src-tls-verify=false", "--dest-tls-verify=false", f"docker://{one}:1.29.0", f"docker://{two}:1.29.0")
    assert cli("promote", "1.29.0", *both).code == 0
    assert raw(one, "latest") == raw(two, "latest") == raw(one, "1.29.0")
    assert cli("verify", *both[:-1], "--pointer=latest").code == 0


def test_half_way(cli: Cli, registry: Registry, image: str) -> None:
    """The second write fails for good: what stands where is told, and the same command finishes the work."""
    behind, puts = Behind(registry.host), []

    def answer(asked: Asked) -> Told:
        if asked.method == "PUT":
            puts.append(asked.target)
        return Told(403, {"errors": [{"code": "DENIED"}]}) if len(puts) == 2 and asked.method == "PUT" else behind(asked)

    name = image.partition("/")[2]
    with serving(answer) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{name}", "--yes")
        assert ran.code == 2
        assert f"moved: image {server.host}/{name} latest is 1.28.0" in ran.out
        told = ran.err.splitlines()
        assert told[0] == f"FAILED: image {server.host}/{name} 1 was 1.27.3"
        assert told[1] == f"not moved: image {server.host}/{name} 1.28 was not there"
        assert "1 of 3 pointers are moved, the same command finishes the work" in told[2]
        assert cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{name}", "--yes").code == 0
    assert all(same(image, pointer, "1.28.0") for pointer in ("latest", "1", "1.28"))


@pytest.mark.parametrize("fault", ["drop", "429", "500", "reset", "garbage"])
def test_faults_that_pass(cli: Cli, registry: Registry, image: str, fault: str) -> None:
    """Every third answer is spoiled, those of writes as well, which may then have been done."""
    behind = Behind(registry.host)

    def answer(asked: Asked) -> Told:
        told = behind(asked)
        return spoiled(fault, lambda: told) if len(server.asked) % 3 == 0 else told

    with serving(answer) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{image.partition('/')[2]}", "--yes")
    assert ran.code == 0, ran.err
    assert all(same(image, pointer, "1.28.0") for pointer in ("latest", "1", "1.28"))


def test_reads_that_come_late(cli: Cli, registry: Registry, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that shows the old digest for a while after a write."""
    monkeypatch.setattr(carrying, "FIRST_LOOK", 0.005)
    behind, stale = Behind(registry.host), {}

    def answer(asked: Asked) -> Told:
        tag = asked.target.rpartition("/")[2]
        if asked.method == "PUT":
            stale[tag] = [behind(Asked("HEAD", asked.target, {"accept": "*/*, application/vnd.oci.image.index.v1+json"}, b""))] * 3
        if asked.method == "HEAD" and stale.get(tag):
            return stale[tag].pop()
        return behind(asked)

    with serving(answer) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{image.partition('/')[2]}", "--yes")
    assert ran.code == 0, ran.err
    assert same(image, "latest", "1.28.0")


def test_write_that_does_nothing(cli: Cli, registry: Registry, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "FIRST_LOOK", 0.001)
    behind = Behind(registry.host)
    with serving(lambda asked: Told(201) if asked.method == "PUT" else behind(asked)) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{image.partition('/')[2]}", "--yes")
    assert ran.code == 2
    assert "does not show it" in ran.err


def test_somebody_else_in_between(cli: Cli, registry: Registry, image: str) -> None:
    """Between plan and write the pointer is moved by another: that move is not undone."""
    behind, heads = Behind(registry.host), []

    def answer(asked: Asked) -> Told:
        if asked.method == "HEAD" and asked.target.endswith("/latest"):
            heads.append(1)
            if len(heads) == 2:
                copy(f"{image}:1.27.4", f"{image}:latest")
        return behind(asked)

    with serving(answer) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{image.partition('/')[2]}", "--yes")
    assert ran.code == 2
    assert "moved by somebody else since the plan was made" in ran.err
    assert same(image, "latest", "1.27.4")


# a person


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("Y", 0), ("n", 2), ("", 2), ("1.28.0", 2)])
def test_question(cli: Cli, image: str, answer: str, code: int) -> None:
    got, screen = on_a_terminal(answer, "1.28.0", *words(image))
    assert got == code, screen
    assert "Move 3 pointers? [y/N]" in screen
    assert same(image, "latest", "1.28.0" if code == 0 else "1.27.3")


@pytest.mark.parametrize(("answer", "code"), [("y", 2), ("2.0.0", 0)])
def test_question_about_a_new_major(cli: Cli, image: str, tmp_path: Path, answer: str, code: int) -> None:
    push(Made("2.0.0"), f"{image}:2.0.0", tmp_path / "major")
    got, screen = on_a_terminal(answer, "2.0.0", *words(image))
    assert got == code, screen
    assert "Type 2.0.0 to go on" in screen
    assert same(image, "latest", "2.0.0" if code == 0 else "1.27.3")


def test_question_about_a_rollback(cli: Cli, image: str) -> None:
    cli("promote", "1.28.0", *words(image, "--yes"))
    got, screen = on_a_terminal("yes", "1.27.4", *words(image, "--rollback=bad"))
    assert (got, "Type 1.27.4 to go on" in screen, "BACK: " in screen) == (2, True, True)


# npm and GitHub


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command in front of the PATH that notes its words in `NAME.log`."""
    place = folder / "bin" / name
    place.parent.mkdir(exist_ok=True)
    log = folder / f"{name}.log"
    place.write_text(f'#!/bin/sh\nprintf "%s " "$@" >> {log}; echo >> {log}\n{script}\n')
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.parent}:{os.environ['PATH']}")
    return log


def test_npm(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm itself, against a registry on loopback that takes dist-tags as npm's does."""
    tool("npm")
    tags = {"latest": "1.27.3"}
    versions = {
        text: {"name": "app", "version": text, "dist": {"tarball": "http://127.0.0.1/x", "shasum": "0"}} for text in ("1.27.3", "1.28.0")
    }

    def answer(asked: Asked) -> Told:
        if asked.target.startswith("/-/package/app/dist-tags"):
            if asked.method == "PUT":
                tags[asked.target.rpartition("/")[2]] = json.loads(asked.body)
                return Told(201, {})
            return Told(200, tags)
        return Told(200, {"_id": "app", "name": "app", "dist-tags": tags, "versions": versions, "time": {}})

    with serving(answer) as server:
        monkeypatch.setenv("npm_config_registry", server.url)
        monkeypatch.setenv(f"npm_config_//{server.host}/:_authToken", "token")
        ran = cli("promote", "1.28.0", "--npm=app", "--yes")
        assert ran.code == 0, ran.err
        assert tags == {"latest": "1.28.0"}
        assert cli("promote", "1.27.3", "--npm=app", "--yes").code == 1
    assert tags == {"latest": "1.28.0"}


def test_github_badge(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for gh that keeps the badge in a file: gh needs GitHub."""
    badge = tmp_path / "badge"
    badge.write_text("v1.27.3")
    script = f'case "$1" in api) cat {badge} ;; release) for word; do :; done; printf %s "$word" > {badge} ;; esac'
    log = program(tmp_path, "gh", script, monkeypatch)
    releases = [{"tag_name": tag, "draft": False, "prerelease": False} for tag in ("v1.27.3", "v1.28.0")]
    with serving(lambda asked: Told(200, releases)) as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        ran = cli("promote", "v1.28.0", "--github=owner/app", "--plain-http", "--yes")
        assert ran.code == 0, ran.err
        assert cli("promote", "v1.27.3", "--github=owner/app", "--plain-http", "--yes").code == 1
    assert badge.read_text() == "v1.28.0"
    assert "release edit --repo owner/app --latest -- v1.28.0 " in log.read_text().splitlines()


@pytest.mark.parametrize(
    "options", [("1.0.0",), ("1.0",), ("1.0.0", "--image=UPPER"), ("1.0.0", "--npm=-g"), ("1.0.0", "--image=127.0.0.1:9/x", "--plain-http")]
)
def test_bad_input(cli: Cli, options: tuple[str, ...]) -> None:
    ran = cli("promote", *options, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
