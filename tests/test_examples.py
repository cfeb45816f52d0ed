"""The worked examples of the documentation: the linter finds each of their moves gated, or decided by a person, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
GATE, PROMOTE = "gate.md", "a-release-that-cannot-go-back.md"


@dataclass(frozen=True)
class Example:
    """A folder of `docs/examples`, the pointers that it moves, and whether the linter reads all of what it uses yet.

    `page` links to it; `select` are the rules that it is held to, `verdicts` those of its moves.
    """

    name: str
    pointers: tuple[tuple[str, str], ...]
    ready: bool = True
    page: str = GATE
    select: str = "default"
    verdicts: tuple[str, ...] = ("gated",)


DOCKER = (("docker", "latest"),)
#: Where the linter learns to read one of these, `ready` goes, and the test holds it from then on.
TABLE = (
    Example("github-build-push", DOCKER),
    Example("github-metadata", DOCKER),
    Example("github-docker", DOCKER),
    Example("npm", (("npm", "latest"),)),
    Example("makefile", DOCKER),
    Example("goreleaser", (*DOCKER, ("github-release", "latest"))),
    Example("gitlab", DOCKER),
    Example("circleci", DOCKER, ready=False),
    Example("drone", DOCKER, ready=False),
    Example("jenkins", DOCKER, ready=False),
    Example("promote-github", DOCKER, page=PROMOTE, select="all", verdicts=("gated", "manual")),
    Example("reconcile-github", DOCKER, page=PROMOTE, select="all"),
    Example("promote-gitlab", DOCKER, page=PROMOTE, select="all"),
    Example("reconcile-gitlab", DOCKER, page=PROMOTE, select="all"),
)


def test_every_example_is_in_the_table() -> None:
    assert sorted(example.name for example in TABLE) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def test_every_example_is_in_the_documentation() -> None:
    pages = {name: (EXAMPLES.parent / name).read_text(encoding="utf-8") for name in (GATE, PROMOTE)}
    missing = [example.name for example in TABLE if f"(examples/{example.name}/" not in pages[example.page]]
    assert not missing


def test_what_a_page_shows_is_what_stands_in_the_files() -> None:
    page = (EXAMPLES.parent / PROMOTE).read_text(encoding="utf-8")
    files = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*/**/*.yml") if path.is_file()]
    shown = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(shown) == 3
    assert all(any(text in content for content in files) for text in shown)


@pytest.mark.parametrize("example", TABLE, ids=lambda example: example.name)
def test_every_move_is_gated(example: Example, request: pytest.FixtureRequest) -> None:
    if not example.ready:
        request.applymarker(pytest.mark.xfail(reason="the linter does not read all of it yet", strict=True))
    words = [
        sys.executable,
        "-m",
        "latest_guard",
        "lint",
        "--format=json",
        "--show-all",
        f"--select={example.select}",
        str(EXAMPLES / example.name),
    ]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    report = json.loads(ran.stdout)
    assert {(move["pointer"]["kind"], move["pointer"]["name"]) for move in report["moves"]} == set(example.pointers)
    assert {move["verdict"] for move in report["moves"]} == set(example.verdicts)
    assert (report["findings"], report["errors"], ran.returncode) == ([], [], 0)
