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


@pytest.mark.parametrize(
    ("tags", "picks"),
    [("$line.*", "tail -n 1"), ("v1.27.*", "tail -n 1"), ("v*", "head -n 1"), ("v*", "sort -rV | sed -n 2p")],
)
@pytest.mark.parametrize(
    "use",
    [
        'docker buildx imagetools create --tag ghcr.io/o/r:latest "ghcr.io/o/r:$found"',
        'git checkout "$found"\ndocker push ghcr.io/o/r:latest',
    ],
)
def test_what_is_not_the_highest_version_is_no_safe_source(tmp_path: Path, tags: str, picks: str, use: str) -> None:
    lines = f'line=${{GITHUB_REF_NAME%.*}}\nfound=$(git tag --list "{tags}" | grep -v -- - | sort -V | {picks})\n{use}'
    assert "gated" not in script(tmp_path, lines)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ("docker push ghcr.io/o/r:latest", "gated"),
        ('git checkout "$GITHUB_REF_NAME"\ndocker push ghcr.io/o/r:latest', "ungated"),
        ('docker buildx imagetools create -t ghcr.io/o/r:latest "ghcr.io/o/r:$GITHUB_REF_NAME"', "ungated"),
    ],
)
def test_what_is_built_of_the_highest_version_that_is_checked_out(tmp_path: Path, after: str, verdict: str) -> None:
    assert script(tmp_path, f'{HIGHEST}git checkout "$highest"\n{after}') == [verdict]
    assert script(tmp_path / "files", f'{HIGHEST}git checkout "$highest" -- CHANGELOG.md\n{after}') == ["ungated"]
