"""A pointer that is made a copy of the highest version stands where it belongs, whatever is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import script

if TYPE_CHECKING:
    from pathlib import Path

HIGHEST = "highest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)\n"


@pytest.mark.parametrize(
    "copy",
    [
        'docker buildx imagetools create --tag ghcr.io/o/r:latest "ghcr.io/o/r:$V"',
        'crane copy "ghcr.io/o/r:$V" ghcr.io/o/r:latest',
        'skopeo copy "docker://ghcr.io/o/r:$V" docker://ghcr.io/o/r:latest',
    ],
)
def test_a_copy_of_the_highest_version(tmp_path: Path, copy: str) -> None:
    assert script(tmp_path / "highest", HIGHEST + copy.replace("$V", "$highest")) == ["gated"]
    assert script(tmp_path / "first", HIGHEST.replace("tail", "head") + copy.replace("$V", "$GITHUB_REF_NAME")) == ["ungated"]
