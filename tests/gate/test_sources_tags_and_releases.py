"""Git tags and GitHub releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loopback import FAULTS, Asked, Server, Told, serving, spoiled

from repositories import Repo, new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Cli

# git


@pytest.fixture
def clone(cli: Cli, tmp_path: Path) -> Repo:
    """A clone as a release job has it: shallow, with the one tag that is being released."""
    origin = new(tmp_path / "origin")
    origin.tag("v1.27.3", "v1.28.0", "nightly", "v1.29.0-rc.1", "api/v9.0.0", "v1.27.4")
    return origin.clone(tmp_path / "clone", "--depth=1", "--branch=v1.27.4")


def test_shallow_clone(cli: Cli, clone: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.path)
    ran = cli.gate("v1.27.4")
    assert ran.moves == {"latest": False, "1": False, "1.27": True}
    assert ran.json["sources"][0]["versions"] == 4


def test_clone_that_sees_only_itself(cli: Cli, clone: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.path)
    ran = cli.gate("v1.27.4", "--offline")
    assert (ran.code, ran.out) == (2, "")
    assert "no version but 1.27.4 is known here" in ran.err


def test_remote_that_is_away(cli: Cli, clone: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.path)
    (tmp_path / "origin").rename(tmp_path / "moved")
    ran = cli.gate("v1.27.4")
    assert (ran.code, ran.out) == (2, "")
    assert "origin could not be asked" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_component(cli: Cli, clone: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.path)
    assert cli.gate("api/v8.0.0").moves == {"latest": False, "8": True, "8.0": True}


@pytest.mark.parametrize("words", [("--remote=--upload-pack=id",), ("--repo=/nowhere",), ("--repo=.",)])
def test_no_repository(cli: Cli, words: tuple[str, ...]) -> None:
    ran = cli.gate("v1.0.0", *words)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_settings(cli: Cli, clone: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own settings hold from any folder in it, also those of the tag guard."""
    clone.write("pyproject.toml", '[tool.latest-guard]\npointer = ["stable"]\nignore-tags = [{tag = "v1.28.*", reason = "withdrawn"}]\n')
    clone.write("deep/er/file", "")
    monkeypatch.chdir(clone.path / "deep" / "er")
    assert cli.gate("v1.27.4").moves == {"stable": True}
    assert cli.gate("v1.27.4", "--pointer=latest").moves == {"latest": True}
    assert cli.gate("v1.27.2").moves == {"stable": False}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('image-tag = "x"', "image-tag"),
        ('image-tag = "{component}/{version}"', "image-tag"),
        ('pointer = ["{patch"]', "pointer"),
        ("images = []", "image"),
    ],
)
def test_broken_settings(cli: Cli, clone: Repo, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    clone.write("pyproject.toml", f"[tool.latest-guard]\n{text}\n")
    monkeypatch.chdir(clone.path)
    ran = cli.gate("v1.27.4")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


# GitHub


def release(tag: str, *, draft: bool = False, prerelease: bool = False) -> dict[str, Any]:
    """An entry of the list (GitHub REST, "List releases"), as far as it matters."""
    return {"tag_name": tag, "name": tag, "draft": draft, "prerelease": prerelease, "id": 1}


RELEASES = [
    release("v2.0.0", draft=True),
    release("v1.30.0", prerelease=True),
    release("v1.28.0"),
    *(release(f"v1.27.{patch}") for patch in range(120)),
    release("nightly", prerelease=True),
]


def github(asked: Asked) -> Told:
    """GitHub's API for one repository: pages of a hundred, linked."""
    path, _, query = asked.target.partition("?")
    if path != "/repos/owner/app/releases":
        return Told(404, {"message": "Not Found"})
    wanted = dict(pair.split("=") for pair in query.split("&"))
    size, number = int(wanted["per_page"]), int(wanted.get("page", 1))
    more = {"Link": f'<http://{asked.headers["host"]}{path}?per_page={size}&page={number + 1}>; rel="next", <http://x/>; rel="last"'}
    return Told(200, RELEASES[(number - 1) * size : number * size], more if number * size < len(RELEASES) else {})


@pytest.fixture
def api(cli: Cli, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Server]:
    """GitHub's API on loopback, or what the test's parameter says."""
    with serving(getattr(request, "param", github)) as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        yield server


WORDS = ("--plain-http", "--github=owner/app")


def test_github(cli: Cli, api: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_test")
    ran = cli.gate("v1.27.120", *WORDS)
    assert ran.moves == {"latest": False, "1": False, "1.27": True}
    assert ran.json["sources"] == [
        {"name": "GitHub releases of owner/app", "versions": 121, "highest": "1.28.0", "left_out": 3, "requests": 2}
    ]
    assert cli.gate("v1.28.1", *WORDS).moves["latest"], "drafts and prereleases do not count"
    assert {asked.headers["authorization"] for asked in api.asked} == {"Bearer ghs_test"}
    assert not [asked for asked in api.asked if "latest" in asked.target], "releases/latest is circular"


@pytest.mark.parametrize("api", [lambda asked: Told(200, [])], indirect=True)
def test_github_without_releases(cli: Cli, api: Server) -> None:
    assert "say --first-release" in cli.gate("v1.0.0", *WORDS).err
    assert cli.gate("v1.0.0", *WORDS, "--first-release").moves["latest"]


BROKEN = {
    "no list": Told(200, {"message": "?"}),
    "no objects": Told(200, ["v1.0.0"]),
    "no draft": Told(200, [{"tag_name": "v1.0.0", "prerelease": False}]),
    "no tag": Told(200, [{"draft": False, "prerelease": False}]),
    "text for flag": Told(200, [{"tag_name": "v1.0.0", "draft": "false", "prerelease": False}]),
    "elsewhere": Told(200, [release("v1.0.0")], {"Link": '<http://127.0.0.1:9/repos?page=2>; rel="next"'}),
    "not found": Told(404, {"message": "Not Found"}),
    "rate limit": Told(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0"}),
    **{fault: spoiled(fault, lambda: Told(200, RELEASES)) for fault in FAULTS if fault != "delay"},
}


@pytest.mark.parametrize("api", [lambda asked, told=told: told for told in BROKEN.values()], ids=BROKEN, indirect=True)
def test_github_faults(cli: Cli, api: Server) -> None:
    for first in ((), ("--first-release",)):
        ran = cli.gate("v1.99.0", *WORDS, *first)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1


def test_github_second_page_that_fails(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """1.28.0 stands on the second page."""

    def answer(asked: Asked) -> Told:
        return Told(404) if "page=2" in asked.target else github(asked)

    with serving(answer) as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        ran = cli.gate("v1.99.0", *WORDS)
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize(
    "name", ["", "owner", "owner/", "owner/a/b", "-o/x", "owner/..", "owner/.", "owner/a b", "owner/x?y", "owner/x\n", "x" * 50 + "/y"]
)
def test_github_names(cli: Cli, name: str) -> None:
    ran = cli.gate("v1.0.0", f"--github={name}")
    assert (ran.code, ran.out) == (2, "")
    assert "OWNER/NAME" in ran.err


def test_github_token_with_a_newline(cli: Cli, api: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghs_test\n")
    ran = cli.gate("v1.0.0", *WORDS)
    assert (ran.code, ran.out) == (2, "")
    assert "newline" in ran.err
    assert not api.asked


def test_everything_at_once(cli: Cli, clone: Repo, api: Server, many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git tags, GitHub and an image that agree, and then one that does not."""
    monkeypatch.chdir(clone.path)
    ran = cli.gate("v1.28.1", *WORDS, "--git", f"--image={many}")
    assert ran.moves["latest"]
    assert [source["name"] for source in ran.json["sources"]] == ["git tags", "GitHub releases of owner/app", f"image {many}"]
    assert "disagree on latest" in cli.gate("v1.24.0", *WORDS, "--git", f"--image={many}").err
