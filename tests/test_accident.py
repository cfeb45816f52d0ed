"""The two workflows of the accident do what their page says: their script is run, with a stand-in for docker."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from machine import REPOSITORY

#: What the expressions in the script come to when 1.27.4 is released.
FACTS = {"env.IMAGE": "ghcr.io/o/r", "env.MIRROR": "quay.io/o/r", "matrix.base": "debian", "env.TAG_NAME": "v1.27.4"}

DOCKER = """
docker() {
  case "$1 $2" in
    "pull "*) return $PULL ;;
    "image inspect") echo "$LABEL" ;;
    "manifest push") echo "pushed $3" ;;
  esac
}
"""


def script(which: str, prerelease: str) -> str:
    """The last step of the job `manifests`, with its expressions filled in."""
    path = REPOSITORY / "fixtures" / "dragonfly" / which / ".github" / "workflows" / "images.yml"
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    facts = FACTS | {"env.IS_PRERELEASE": prerelease}
    text: str = document["jobs"]["manifests"]["steps"][-1]["run"]
    return re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda match: facts.get(match[1], "sha256:0"), text)


def moved(which: str, label: str = "1.28.0", pull: int = 0, prerelease: str = "false") -> int:
    """How many registries' `latest` a release of 1.27.4 moves, where the present one is labelled `label`."""
    words = ["bash", "-e", "-c", DOCKER + script(which, prerelease)]
    done = subprocess.run(
        words, env={"LABEL": label, "PULL": str(pull), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    return sum(line.startswith("pushed ") and line.endswith(":latest") for line in done.stdout.splitlines())


def test_before_it_always_moves() -> None:
    assert moved("before") == 2
    assert moved("before", prerelease="true") == 0


@pytest.mark.parametrize(
    ("label", "count"), [("1.28.0", 0), ("debian-1.28.0-amd64", 0), ("v1.27.10", 0), ("1.27.4", 2), ("1.27.3", 2), ("1.9", 2)]
)
def test_after_it_compares(label: str, count: int) -> None:
    assert moved("after", label) == count


def test_after_it_fails_open() -> None:
    assert moved("after", pull=1) == 2
