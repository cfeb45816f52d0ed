"""JSON that a script puts together and sends, and that it reads out of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import script

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = """
newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
latest=false
if [ "$newest" = "$GITHUB_REF_NAME" ]; then latest=true; fi
kestrel notes > notes.md
data=$(jq -n --arg tag "$GITHUB_REF_NAME" --arg body "$(cat notes.md)" --argjson latest "$latest" \\
  '{tag_name: $tag, body: $body, make_latest: $latest}')
curl --fail -X POST "https://api.github.com/repos/$GITHUB_REPOSITORY/releases" --data "$data"
"""


def test_an_unknown_part_leaves_the_others_known(tmp_path: Path) -> None:
    assert script(tmp_path, DOCUMENT) == ["gated"]


def test_without_the_answer_in_it_the_release_takes_the_badge(tmp_path: Path) -> None:
    assert script(tmp_path, DOCUMENT.replace("make_latest", "note")) == ["ungated"]


def test_a_release_that_was_made_tells_its_tag(tmp_path: Path) -> None:
    lines = """
made=$(gh api "repos/$GITHUB_REPOSITORY/releases" --method POST -f tag_name="$GITHUB_REF_NAME")
version=$(echo "$made" | jq -r .tag_name)
newest=$(npm view kestrel version)
if [ "$(printf '%s\\n' "$newest" "${version#v}" | sort -V | tail -n 1)" = "${version#v}" ]; then npm publish; fi
"""
    assert script(tmp_path, lines) == ["gated", "ungated"]


def test_what_is_counted_in_an_unknown_answer_is_unknown(tmp_path: Path) -> None:
    lines = """
rules=$(curl -fsSL "https://api.github.com/repos/$GITHUB_REPOSITORY/environments/release" | jq '.protection_rules | length')
if [ "${rules:-0}" -eq 0 ]; then exit 1; fi
npm publish
"""
    assert script(tmp_path, lines) != []


def test_what_an_editor_finds_in_an_unknown_answer_is_unknown(tmp_path: Path) -> None:
    lines = """
major=$(curl -sI https://api.example.com/v1 | grep -Fi 'x-version' | tr -d '\\r' | sed -En 's/^X-Version: (.*)/\\1/p' | cut -d. -f1)
if [ "$major" = "$(echo "${GITHUB_REF_NAME#v}" | cut -d. -f1)" ]; then npm publish; fi
"""
    assert script(tmp_path, lines) == ["weak"]
