"""Packages through their own clients: npm and pip against registries on loopback, and against those of this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from loopback import FAULTS, Asked, Server, Told, serving, spoiled

from machine import tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conftest import Cli

# npm


def packument(versions: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, object]:
    """A package's document (npm registry API, "package metadata"): version → why it is deprecated, empty for not."""
    entries = {
        version: {
            "name": "app",
            "version": version,
            "dist": {"tarball": "http://127.0.0.1/x.tgz", "shasum": "0"},
            **({"deprecated": why} if why else {}),
        }
        for version, why in versions.items()
    }
    return {"_id": "app", "name": "app", "dist-tags": dict(tags), "versions": entries, "time": {}}


APP = packument(
    {"1.27.3": "", "1.28.0": "", "1.27.2": "", "1.29.0": "broken, use 1.28", "2.0.0-rc.1": ""},
    {"latest": "1.28.0", "next": "2.0.0-rc.1"},
)


@pytest.fixture
def npm(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Asked], Told]], Iterator[Server]]:
    """npm, sent to a registry on loopback."""
    tool("npm")

    def use(answer: Callable[[Asked], Told]) -> Iterator[Server]:
        with serving(answer) as server:
            monkeypatch.setenv("npm_config_registry", server.url)
            monkeypatch.setenv("npm_config_fetch_retries", "0")
            yield server

    return use


@pytest.fixture
def answered(npm: Callable[[Callable[[Asked], Told]], Iterator[Server]], request: pytest.FixtureRequest) -> Iterator[Server]:
    """A registry of npm packages that knows `app`, or answers by the test's parameter."""
    yield from npm(
        getattr(request, "param", lambda asked: Told(200, APP) if asked.target.startswith("/app") else Told(404, {"error": "not found"}))
    )


def test_npm(cli: Cli, answered: Server) -> None:
    ran = cli.gate("1.27.4", "--npm=app")
    assert ran.moves == {"latest": False, "1": False, "1.27": True}
    assert ran.json["sources"] == [{"name": "npm app", "versions": 3, "highest": "1.28.0", "left_out": 1, "requests": 0}]
    assert ran.json["pointers"]["latest"]["now"] == [{"source": "npm app", "version": "1.28.0", "how": "dist-tag", "behind": False}]
    assert ran.json["npm_tag"] == "release-1.27"
    assert len([asked for asked in answered.asked if asked.target.startswith("/app")]) == 1


def test_npm_above_what_is_deprecated(cli: Cli, answered: Server) -> None:
    """1.29.0 is deprecated and 2.0.0-rc.1 a prerelease: 1.28.1 is the highest."""
    assert cli.gate("1.28.1", "--npm=app").moves["latest"]


def test_npm_channel(cli: Cli, answered: Server) -> None:
    assert cli.gate("2.0.0-rc.2", "--npm=app", "--channel=next").moves["next"]
    ran = cli.gate("2.0.0-alpha.1", "--npm=app", "--channel=next")
    assert ran.moves == {"latest": False, "2": False, "2.0": False, "next": False}
    assert ran.json["pointers"]["next"]["now"][0]["version"] == "2.0.0-rc.1"


@pytest.mark.parametrize("answered", [lambda asked: Told(200, packument({"2.0.0-rc.1": ""}, {"latest": "2.0.0-rc.1"}))], indirect=True)
def test_npm_with_prereleases_only(cli: Cli, answered: Server) -> None:
    ran = cli.gate("2.0.0", "--npm=app")
    assert ran.moves["latest"]
    assert ran.json["sources"][0]["versions"] == 1


@pytest.mark.parametrize("answered", [lambda asked: Told(200, packument({"1.0.0": ""}, {"latest": "1.0.0"}))], indirect=True)
def test_npm_with_one_version(cli: Cli, answered: Server) -> None:
    """npm unwraps lists of one."""
    assert cli.gate("1.0.1", "--npm=app").moves["latest"]
    assert not cli.gate("0.9.1", "--npm=app").moves["latest"]


def test_npm_without_the_package(cli: Cli, answered: Server) -> None:
    ran = cli.gate("1.0.0", "--npm=other")
    assert (ran.code, ran.out) == (2, "")
    assert "say --first-release" in ran.err
    assert cli.gate("1.0.0", "--npm=other", "--first-release").moves["latest"]


NPM_FAULTS = [lambda asked, fault=fault: spoiled(fault, lambda: Told(200, APP)) for fault in sorted(set(FAULTS) - {"delay", "slow-503"})]


@pytest.mark.parametrize("answered", NPM_FAULTS, ids=sorted(set(FAULTS) - {"delay", "slow-503"}), indirect=True)
def test_npm_faults(cli: Cli, answered: Server) -> None:
    """Not even a first release is believed in when the registry does not answer."""
    ran = cli.gate("1.99.0", "--npm=app", "--first-release", "--timeout=20")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("latest-guard: npm app: npm view ")
    assert len(ran.err.splitlines()) == 1


def test_npm_that_hangs(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "npm"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    ran = cli.gate("1.99.0", "--npm=app", "--timeout=0.5")
    assert (ran.code, ran.out) == (2, "")
    assert "within 0.5 s" in ran.err


def test_no_npm(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = cli.gate("1.99.0", "--npm=app")
    assert (ran.code, ran.out) == (2, "")
    assert "npm is not installed here" in ran.err


@pytest.mark.parametrize(
    "name", ["", "-g", "--json", "./app", "../app", "git+ssh://host/x", "http://host/x", "app@1", "@a", "@a/", "a b", "x" * 215, "app\n"]
)
def test_npm_names(cli: Cli, name: str) -> None:
    ran = cli.gate("1.0.0", f"--npm={name}")
    assert (ran.code, ran.out) == (2, "")
    assert "no npm package" in ran.err


def test_npm_for_real(cli: Cli) -> None:
    """The registry of this machine, and a package that has ended."""
    tool("npm")
    ran = cli.gate("1.3.1", "--npm=left-pad")
    assert ran.code == 0, ran.err
    assert ran.json["sources"][0]["versions"] >= 10
    assert not cli.gate("1.1.9", "--npm=left-pad").moves["latest"]


# PyPI


def page(versions: Mapping[str, str]) -> dict[str, object]:
    """A project's page (PyPA specification "Simple repository API", JSON): version → why it is yanked, empty for not."""
    files = [
        {
            "filename": f"app-{version}.tar.gz",
            "url": f"/files/app-{version}.tar.gz",
            "hashes": {},
            "requires-python": ">=99",
            **({"yanked": why} if why else {}),
        }
        for version, why in versions.items()
    ]
    return {"meta": {"api-version": "1.0"}, "name": "app", "files": files}


KINDS = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
PROJECT = page({"1.27.3": "", "1.28.0": "", "1.29.0": "broken", "2.0rc1": ""})


@pytest.fixture
def index(cli: Cli, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Server]:
    """pip, sent to an index on loopback that knows `app`, or answers by the test's parameter."""

    def known(asked: Asked) -> Told:
        return Told(200, PROJECT, KINDS) if asked.target == "/app/" else Told(404)

    with serving(getattr(request, "param", known)) as server:
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", server.url)
        monkeypatch.setenv("PIP_RETRIES", "0")
        yield server


def test_pypi(cli: Cli, index: Server) -> None:
    """What is yanked is left out, and what asks for another Python is not."""
    ran = cli.gate("1.27.4", "--pypi=app", "--scheme=pep440")
    assert ran.code == 0, ran.err
    assert ran.moves == {"latest": False, "1": False, "1.27": True}
    assert ran.json["sources"] == [{"name": "Python package app", "versions": 2, "highest": "1.28.0", "left_out": 0, "requests": 0}]
    assert cli.gate("1.28.1", "--pypi=app", "--scheme=pep440").moves["latest"]


def test_pypi_channel(cli: Cli, index: Server) -> None:
    words = ("--pypi=app", "--scheme=pep440", "--channel=next")
    assert cli.gate("2.0rc2", *words).moves["next"]
    assert not cli.gate("2.0b1", *words).moves["next"]


def test_pypi_without_the_project(cli: Cli, index: Server) -> None:
    ran = cli.gate("1.0.0", "--pypi=other")
    assert (ran.code, ran.out) == (2, "")
    assert "say --first-release" in ran.err
    assert cli.gate("1.0.0", "--pypi=other", "--first-release").moves["latest"]


PIP_FAULTS = {
    **{fault: spoiled(fault, lambda: Told(200, PROJECT, KINDS)) for fault in sorted(set(FAULTS) - {"delay", "slow-503"})},
    "cut json": Told(200, json.dumps(PROJECT).encode()[:-40], KINDS),
    "403": Told(403),
}


@pytest.mark.parametrize("index", [lambda asked, told=told: told for told in PIP_FAULTS.values()], ids=PIP_FAULTS, indirect=True)
def test_pypi_faults(cli: Cli, index: Server) -> None:
    """pip itself says "no matching distribution" to most of these; here a first release is not believed in."""
    ran = cli.gate("1.99.0", "--pypi=app", "--first-release", "--timeout=30")
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.startswith("latest-guard: Python package app: ")
    assert len(ran.err.splitlines()) == 1


def test_pypi_second_index_that_is_down(cli: Cli, index: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip goes on without it, and the versions that are only there are gone."""
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "http://user:secret@127.0.0.1:9/simple")
    ran = cli.gate("1.28.1", "--pypi=app")
    assert (ran.code, ran.out) == (2, "")
    assert "pip got no answer from http://127.0.0.1:9/simple/app/" in ran.err
    assert "secret" not in ran.err


HTML = (
    b"<!DOCTYPE html><html><body>"
    + b"".join(b'<a href="app-%s.tar.gz">app-%s.tar.gz</a>' % (v, v) for v in (b"1.0.0", b"1.28.0"))
    + b"</body></html>"
)
CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(HTML) + HTML[:80]


@pytest.mark.parametrize("index", [lambda asked: Told(raw=CUT)], indirect=True)
def test_pypi_page_that_is_cut_off(cli: Cli, index: Server) -> None:
    """An old pip sees 1.0.0 alone, and is content."""
    ran = cli.gate("1.27.4", "--pypi=app")
    assert (ran.code, ran.out) == (2, "")
    assert "update it" in ran.err or "pip index versions fails" in ran.err


@pytest.mark.parametrize("name", ["", "-r", "--pre", "./app", "a b", "git+https://x", "app==1", "app[extra]", "a" * 300, "app\n"])
def test_pypi_names(cli: Cli, name: str) -> None:
    ran = cli.gate("1.0.0", f"--pypi={name}")
    assert (ran.code, ran.out) == (2, "")
    assert "no Python package" in ran.err


def test_pypi_for_real(cli: Cli) -> None:
    """The index of this machine, and a project that is about as old as the index."""
    ran = cli.gate("1.0.1", "--pypi=six", "--scheme=pep440")
    assert ran.code == 0, ran.err
    assert ran.json["sources"][0]["versions"] >= 10
    assert not ran.moves["latest"]
    assert cli.gate("99.0", "--pypi=six", "--scheme=pep440").moves["latest"]
