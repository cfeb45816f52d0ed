"""Lists of versions that a script walks itself, instead of leaving it to `head` or `tail`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import script

if TYPE_CHECKING:
    from pathlib import Path

FIRST = """
highest=""
for t in $(git tag -l --sort=-v:refname); do
  if [[ "$t" == *"beta"* || "$t" == *"rc"* ]]; then
    continue
  fi
  highest="$t"
  break
done
if [[ "$GITHUB_REF_NAME" {operator} "$highest" ]]; then
  docker push ghcr.io/o/r:latest
fi
"""
PUBLISHED = """
published() {
  if docker buildx imagetools inspect "ghcr.io/o/r:$1" >/dev/null 2>errors; then
    return 0
  fi
  if grep -qi 'not found' errors; then
    return 1
  fi
  return 2
}
higher() {
  if [ "$1" = "$2" ]; then
    return 1
  fi
  [ "$(printf '%s\\n%s\\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]
}
blocker=""
for candidate in $(git tag --list 'v[0-9]*.[0-9]*' --sort=-v:refname); do
  if ! higher "$candidate" "$GITHUB_REF_NAME"; then
    break
  fi
  status=0
  published "$candidate" || status=$?
  case "$status" in
    0) blocker="$candidate"; break ;;
    1) ;;
    *) exit 1 ;;
  esac
done
if [ -n "$blocker" ]; then
  exit 0
fi
docker push ghcr.io/o/r:latest
"""
MEMBER = """
for t in $(git ls-remote --tags origin | cut -d/ -f3); do
  if [ "$t" = "$GITHUB_REF_NAME" ]; then
    docker push ghcr.io/o/r:latest
  fi
done
"""


@pytest.mark.parametrize(("operator", "verdict"), [("==", "gated"), ("!=", "ungated")])
def test_the_first_of_a_sorted_list_is_picked(tmp_path: Path, operator: str, verdict: str) -> None:
    assert script(tmp_path, FIRST.replace("{operator}", operator)) == [verdict]


def test_a_walk_from_the_highest_to_the_first_that_is_published(tmp_path: Path) -> None:
    assert script(tmp_path, PUBLISHED) == ["gated"]


def test_a_walk_that_only_seeks_the_version_itself_compares_nothing(tmp_path: Path) -> None:
    assert script(tmp_path, MEMBER) != ["gated"]


ANSWERED = """
commit=$(git rev-parse --short HEAD)
echo "$commit"
docker push ghcr.io/o/r:latest
"""
UNPUBLISHED = """
newest=$(git tag --sort=-v:refname | head -n 1)
if [ "$newest" != "$GITHUB_REF_NAME" ] && docker manifest inspect "ghcr.io/o/r:$newest" >/dev/null 2>&1; then
  exit 0
fi
docker push ghcr.io/o/r:latest
"""


def test_a_question_whose_answer_is_only_read_is_no_condition(tmp_path: Path) -> None:
    assert script(tmp_path, ANSWERED) == ["ungated"]


def test_that_the_newest_version_is_published_is_the_accident(tmp_path: Path) -> None:
    assert script(tmp_path, UNPUBLISHED) == ["gated"]


def test_arguments_that_are_gathered_in_many_ways_keep_the_pointer(tmp_path: Path) -> None:
    labels = "\n".join(f'if [ -e "file-{n}" ]; then ARGS+=(--label "n{n}=$GITHUB_SHA"); fi' for n in range(7))
    gate = 'if [ "$(git tag --list \'v*\' --sort=-v:refname | head -n1)" = "$GITHUB_REF_NAME" ]; then ARGS+=(-t o/r:latest); fi'
    build = 'docker buildx build "${ARGS[@]}" --push .'
    assert script(tmp_path / "a", f"ARGS=(-t o/r:1 -t o/r:latest)\n{labels}\n{build}") == ["ungated"]
    assert script(tmp_path / "b", f"ARGS=(-t o/r:1)\n{gate}\n{labels}\n{build}") == ["gated"]
