"""What generated scripts under real bash have shown to be misread, each as the shortest script that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import script

HIGHEST = "newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)\n"
LISTED = "released=${GITHUB_REF_NAME#v}\nnewest=$(crane ls ghcr.io/o/r | sort -V | tail -n 1)\n"
PUSH = "docker push ghcr.io/o/r:latest\n"
PIECES = """
IFS=. read -ra left <<< "${newest#v}"
IFS=. read -ra right <<< "${GITHUB_REF_NAME#v}"
newer() {
  for i in 0 1 2; do
    if [[ ${left[i]} -gt ${right[i]} ]]; then return 0; fi
    if [[ ${left[i]} -lt ${right[i]} ]]; then return 1; fi
  done
  return 1
}
"""
NUMBERS = """
newest=$(crane ls ghcr.io/o/r | sort -V | tail -n 1)
number() { echo "$1" | awk -F. '{ printf "%d%03d%03d", $1, $2, $3 }'; }
if [ "$(number "$newest")" -gt "$(number "${GITHUB_REF_NAME#v}")" ]; then
  docker push ghcr.io/o/r:latest
fi
"""


@pytest.mark.parametrize(("condition", "verdict"), [("! newer", "gated"), ("newer", "ungated")])
def test_the_number_of_an_element_is_arithmetic(condition: str, verdict: str, tmp_path: Path) -> None:
    assert script(tmp_path, f"{HIGHEST}{PIECES}if {condition}; then {PUSH}fi") == [verdict]


@pytest.mark.parametrize(("value", "verdict"), [("0", "gated"), ("1", "ungated")])
def test_an_assignment_sees_the_status_of_the_command_before(value: str, verdict: str, tmp_path: Path) -> None:
    lines = f'status=0\n[ "$newest" = "$GITHUB_REF_NAME" ] || status=$?\nif [ $status = {value} ]; then {PUSH}fi'
    assert script(tmp_path, HIGHEST + lines) == [verdict]


def test_a_filter_that_finds_no_version_in_a_list_meets_another_spelling(tmp_path: Path) -> None:
    lines = "newest=$(crane ls ghcr.io/o/r | grep '^[0-9]' | sort -V | tail -n 1)\n[ -n \"$newest\" ] || exit 0\n"
    assert script(tmp_path, lines + PUSH) == ["ungated"]


def test_what_a_filter_never_finds_is_not_known_to_be_nothing(tmp_path: Path) -> None:
    assert script(tmp_path, "found=$(git tag | grep '^release-')\n[ -n \"$found\" ] || exit 0\n" + PUSH) == ["weak"]


@pytest.mark.parametrize(
    ("end", "side", "verdict"), [("head", "newest", "gated"), ("tail", "newest", "ungated"), ("tail", "released", "gated")]
)
def test_versions_of_two_spellings_are_sorted_as_versions(end: str, side: str, verdict: str, tmp_path: Path) -> None:
    picked = f'$(printf \'%s\\n\' "$newest" "$released" | sort -V | {end} -n 1)'
    assert script(tmp_path, f'{LISTED}if [ "{picked}" = "${side}" ]; then {PUSH}fi') == [verdict]


def test_a_comparison_of_numbers_that_is_turned_round_is_no_gate(tmp_path: Path) -> None:
    assert script(tmp_path, NUMBERS) == ["ungated"]
