"""The worked examples of the documentation: the linter finds each of their moves gated, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"


@dataclass(frozen=True)
class Example:
    """A folder of `docs/examples`, the pointers that it moves, and whether the linter reads all of what it uses yet."""

    name: str
    pointers: tuple[tuple[str, str], ...]
    ready: bool = True


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
)


def test_every_example_is_in_the_table() -> None:
    assert sorted(example.name for example in TABLE) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def test_every_example_is_in_the_documentation() -> None:
    page = (EXAMPLES.parent / "gate.md").read_text(encoding="utf-8")
    missing = [example.name for example in TABLE if f"(examples/{example.name}/" not in page]
    assert not missing


@pytest.mark.parametrize("example", TABLE, ids=lambda example: example.name)
def test_every_move_is_gated(example: Example, request: pytest.FixtureRequest) -> None:
    if not example.ready:
        request.applymarker(pytest.mark.xfail(reason="the linter does not read all of it yet", strict=True))
    words = [sys.executable, "-m", "latest_guard", "lint", "--format=json", "--show-all", str(EXAMPLES / example.name)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    report = json.loads(ran.stdout)
    assert {(move["pointer"]["kind"], move["pointer"]["name"]) for move in report["moves"]} == set(example.pointers)
    assert {move["verdict"] for move in report["moves"]} == {"gated"}
    assert (report["findings"], report["errors"], ran.returncode) == ([], [], 0)
