"""Images in a real registry: how many requests are made, and what the pointers turn out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from images import VERSION, Made, copy, push
from loopback import Behind, Paged, Told, serving

if TYPE_CHECKING:
    from pathlib import Path

    from loopback import Asked
    from registries import Registry

    from conftest import Cli

Answers = dict[str, Any]


def now(cli: Cli, image: str, version: str = "1.27.4", *words: str) -> dict[str, Any]:
    """What the gate says that `latest` is now."""
    ran = cli.gate(version, "--plain-http", f"--image={image}", *words)
    assert ran.code == 0, ran.err
    found: list[Answers] = ran.json["pointers"]["latest"]["now"]
    return found[0] if found else {}


@pytest.fixture
def image(registry: Registry, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An image with the versions 1.27.3 and 1.28.0, in a repository of the test's own."""
    name = f"{registry.host}/{request.node.name.split('[')[0]}/{abs(hash(request.node.name))}"
    for version in ("1.27.3", "1.28.0"):
        push(Made(version), f"{name}:{version}", tmp_path / "layouts")
    return name


def test_hundreds_of_tags(cli: Cli, many: str) -> None:
    ran = cli.gate("1.20.10", "--plain-http", f"--image={many}")
    assert ran.moves == {"latest": False, "1": False, "1.20": True}
    assert ran.json["sources"] == [{"name": f"image {many}", "versions": 240, "highest": "1.23.9", "left_out": 0, "requests": 1}]


@pytest.mark.parametrize(("size", "requests"), [(1000, 1), (240, 1), (239, 2), (100, 3), (7, 35)])
def test_pages(cli: Cli, registry: Registry, many: str, size: int, requests: int) -> None:
    with serving(Paged(Behind(registry.host), size)) as server:
        ran = cli.gate("1.20.10", "--plain-http", f"--image={server.host}/many/tags")
    assert ran.json["sources"][0]["versions"] == 240
    assert ran.json["sources"][0]["requests"] == requests == len(server.asked)


def test_full_page_without_link(cli: Cli, registry: Registry, many: str) -> None:
    """Older registries page without a Link; a page that is exactly full is therefore not trusted to be the last."""
    tags = [f"1.0.{patch}" for patch in range(2500)]

    def answer(asked: Asked) -> Told:
        last = asked.target.partition("last=")[2]
        start = tags.index(last) + 1 if last else 0
        return Told(200, {"name": "x", "tags": tags[start : start + 1000]})

    with serving(answer) as server:
        ran = cli.gate("1.1.0", "--plain-http", f"--image={server.host}/x")
    assert ran.json["sources"][0]["versions"] == 2500
    assert len(server.asked) == 3


def test_registry_that_ignores_pages(cli: Cli) -> None:
    tags = [f"1.0.{patch}" for patch in range(1000)]
    with serving(lambda asked: Told(200, {"name": "x", "tags": tags})) as server:
        ran = cli.gate("1.1.0", "--plain-http", f"--image={server.host}/x")
    assert ran.json["sources"][0]["versions"] == 1000
    assert len(server.asked) == 2


def test_highest_by_digest(cli: Cli, image: str) -> None:
    copy(f"{image}:1.28.0", f"{image}:latest")
    ran = cli.gate("1.27.4", "--plain-http", f"--image={image}")
    assert ran.json["pointers"]["latest"]["now"] == [
        {"source": f"image {image}", "version": "1.28.0", "how": "same digest as 1.28.0", "behind": False}
    ]
    assert ran.json["sources"][0]["requests"] == 3, "the list, latest, and 1.28.0; no manifest"


def test_wrong_by_digest(cli: Cli, image: str) -> None:
    copy(f"{image}:1.27.3", f"{image}:latest")
    found = now(cli, image)
    assert (found["version"], found["how"], found["behind"]) == ("1.27.3", "same digest as 1.27.3", True)
    assert f"latest is 1.27.3 in image {image}, where 1.28.0 is released" in cli("gate", "1.27.4", "--plain-http", f"--image={image}").out


@pytest.mark.parametrize(
    ("platforms", "attested", "options"),
    [
        ((), False, ()),
        ((), False, ("--format=v2s2",)),
        (("amd64", "arm64"), False, ()),
        (("amd64", "arm64"), False, ("--format=v2s2",)),
        (("amd64", "arm64"), True, ()),
    ],
    ids=["oci", "docker", "oci index", "docker list", "attested index"],
)
def test_label(cli: Cli, image: str, platforms: tuple[str, ...], attested: bool, options: tuple[str, ...], tmp_path: Path) -> None:
    made = Made("apart", {VERSION: "1.27.3"}, {}, platforms, attested)
    push(made, f"{image}:latest", tmp_path / "apart", *options)
    found = now(cli, image)
    assert (found["version"], found["how"], found["behind"]) == ("1.27.3", "its label, built apart from 1.27.3", True)


@pytest.mark.parametrize("platforms", [(), ("amd64", "arm64")], ids=["one", "index"])
def test_annotation(cli: Cli, image: str, platforms: tuple[str, ...], tmp_path: Path) -> None:
    push(Made("apart", {VERSION: "0.9.9"}, {VERSION: "1.28.0"}, platforms), f"{image}:latest", tmp_path / "apart")
    found = now(cli, image)
    assert (found["version"], found["how"], found["behind"]) == ("1.28.0", "its annotation, built apart from 1.28.0", False)


def test_several_platforms_by_digest(cli: Cli, registry: Registry, tmp_path: Path) -> None:
    image = f"{registry.host}/platforms"
    for version in ("1.27.3", "1.28.0"):
        push(Made(version, platforms=("amd64", "arm64", "s390x")), f"{image}:{version}", tmp_path)
    copy(f"{image}:1.28.0", f"{image}:latest")
    assert now(cli, image)["how"] == "same digest as 1.28.0"


def test_version_without_a_tag(cli: Cli, image: str, tmp_path: Path) -> None:
    """Above all that have a tag: it may be a release that was taken away, so moving could be going back."""
    push(Made("apart", {VERSION: "2.0.0"}), f"{image}:latest", tmp_path / "apart")
    ran = cli.gate("1.29.0", "--plain-http", f"--image={image}")
    assert ran.code == 2
    assert ran.out == ""
    assert "latest is '2.0.0' by its label" in ran.err
    assert cli.gate("1.29.0", "--plain-http", f"--image={image}", "--ignore-labels").moves["latest"]


@pytest.mark.parametrize(
    ("labels", "how"),
    [
        ({}, "none of its newest versions, and it names none"),
        ({VERSION: "main-7f3e2a1"}, "none of its newest versions, and it names none"),
        ({VERSION: "1.0.1"}, "its label says 1.0.1, which is no tag here"),
    ],
    ids=["nothing", "no version", "lower"],
)
def test_unknown(cli: Cli, image: str, labels: dict[str, str], how: str, tmp_path: Path) -> None:
    push(Made("apart", labels), f"{image}:latest", tmp_path / "apart")
    found = now(cli, image)
    assert (found["version"], found["how"], found["behind"]) == ("", how, False)


def test_tags_that_are_no_versions(cli: Cli, image: str) -> None:
    for tag in ("main", "sha-7f3e2a1", "1", "1.28", "20250317", "7f3e2a1", "edge", "1.28.0-alpine", "2.0.0-rc.1"):
        copy(f"{image}:1.28.0", f"{image}:{tag}")
    ran = cli.gate("1.28.1", "--plain-http", f"--image={image}")
    assert ran.moves == {"latest": True, "1": True, "1.28": True}
    assert {name: pointer["now"][0]["version"] for name, pointer in ran.json["pointers"].items() if pointer["now"]} == {
        "1": "1.28.0",
        "1.28": "1.28.0",
    }


def test_tags_with_v(cli: Cli, image: str) -> None:
    copy(f"{image}:1.28.0", f"{image}:v1.29.0")
    assert not cli.gate("v1.28.1", "--plain-http", f"--image={image}").moves["latest"]
    ran = cli.gate("v1.29.1", "--plain-http", f"--image={image}", "--image-tag=v{version}", "--pointer=latest", "--pointer=v{major}")
    assert ran.json["tags"] == [f"{image}:v1.29.1", f"{image}:latest", f"{image}:v1"]


def test_tags_of_a_flavour(cli: Cli, image: str) -> None:
    copy(f"{image}:1.28.0", f"{image}:1.29.0-alpine")
    words = ("--plain-http", f"--image={image}", "--image-tag={version}-alpine", "--pointer=alpine", "--pointer={major}-alpine")
    assert cli.gate("1.28.5", *words).moves == {"alpine": False, "1-alpine": False}
    assert cli.gate("1.29.1", *words).json["tags"] == [f"{image}:1.29.1-alpine", f"{image}:alpine", f"{image}:1-alpine"]


def test_two_images(cli: Cli, image: str, many: str) -> None:
    """The one knows 1.28.0, the other nothing above 1.23.9: no answer, unless the pointer is let stay."""
    words = ("1.27.4", "--plain-http", f"--image={image}", f"--image={many}")
    ran = cli.gate(*words)
    assert (ran.code, ran.out) == (2, "")
    assert f"disagree on latest (image {image}: 1.28.0 is higher; image {many}: nothing is higher)" in ran.err
    stays = cli.gate(*words, "--on-disagreement=stay")
    assert stays.moves == {"latest": False, "1": False, "1.27": True}
    assert stays.json["tags"] == [f"{image}:1.27.4", f"{image}:1.27", f"{many}:1.27.4", f"{many}:1.27"]


def test_image_that_is_not_there(cli: Cli, registry: Registry) -> None:
    image = f"{registry.host}/not/there"
    ran = cli.gate("1.0.0", "--plain-http", f"--image={image}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"latest-guard: image {image}: no version but 1.0.0 is known here; if it is the first one, say --first-release\n"
    first = cli.gate("1.0.0", "--plain-http", f"--image={image}", "--first-release")
    assert first.moves == {"latest": True, "1": True, "1.0": True}


def test_first_release_is_not_left_standing(cli: Cli, image: str) -> None:
    ran = cli.gate("1.29.0", "--plain-http", f"--image={image}", "--first-release")
    assert ran.code == 2
    assert "take --first-release away" in ran.err
