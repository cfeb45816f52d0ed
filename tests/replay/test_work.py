"""That work succeeds is taken for granted, but only by what comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import script

if TYPE_CHECKING:
    from pathlib import Path


def test_a_way_out_of_the_other_branch_stays_in_it(tmp_path: Path) -> None:
    """The work before `exit 1` runs where the file is missing; where it is there, the script goes on."""
    lines = """
if [ -f dist/index.js ]; then
  echo built
else
  ls dist || echo none
  exit 1
fi
npm publish
"""
    assert script(tmp_path, lines) == ["ungated"]


def test_a_syntax_check_decides_nothing(tmp_path: Path) -> None:
    assert script(tmp_path, "if node --check index.js; then npm publish; fi") == ["ungated"]


def test_a_tag_that_a_failed_lookup_sets_is_the_same_move(tmp_path: Path) -> None:
    """The comparison and the failed lookup lead to one command: gated, and open where the lookup fails."""
    lines = """
newest=$(npm view kestrel version || echo "")
if [ -z "$newest" ]; then
  tag=latest
elif [ "$(printf '%s\\n' "$newest" "${GITHUB_REF_NAME#v}" | sort -V | tail -n 1)" = "${GITHUB_REF_NAME#v}" ]; then
  tag=latest
else
  tag=previous
fi
npm publish --tag "$tag"
"""
    assert script(tmp_path, lines) == ["gated"]
