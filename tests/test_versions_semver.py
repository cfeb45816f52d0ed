"""semver: laws that quote https://semver.org/spec/v2.0.0.html, and the npm package `semver` as a second opinion."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.versions.semver import SemVer
from latest_guard.versions.version import BadVersion, Version
from machine import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

SEMVER = SemVer()
NUMBER = st.integers(0, 10**20)
WORD = st.from_regex(r"[0-9]*[a-zA-Z-][0-9a-zA-Z-]*", fullmatch=True).filter(lambda word: len(word) < 30)
IDENTIFIERS = st.lists(st.one_of(NUMBER.map(str), WORD), min_size=1, max_size=5).map(".".join)
CORE = st.tuples(NUMBER, NUMBER, NUMBER).map(lambda numbers: ".".join(map(str, numbers)))
VERSIONS = st.builds(lambda core, pre: f"{core}-{pre}" if pre else core, CORE, st.one_of(st.none(), IDENTIFIERS))


def v(text: str) -> Version:
    return SEMVER.parse(text)


@pytest.mark.parametrize(
    "text", ["1.0.0", "0.0.4", "10.20.30", "1.1.2-prerelease+meta", "1.0.0-alpha-a.b-c", "1.0.0-0A.is.legal", "1.0.0+0.001", "1.0.0--"]
)
def test_valid(text: str) -> None:
    assert v(text).text == text


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("1", "1.0.0"),
        ("1.2", "1.2.0"),
        ("1.2.x", "1.2.0"),
        ("1.02.3", "1.2.3"),
        ("1.2.3.4", "1.2.3-4"),
        ("1.2.3-01", "1.2.3-1"),
        ("1.2.3-", "1.2.3"),
        ("1.2.3-rc..1", "1.2.3-rc.1"),
        ("1.2.3rc1", "1.2.3-rc.1"),
        ("1.2.3.post1", "1.2.3-post.1"),
        ("1.2.3_beta", "1.2.3-beta"),
        ("1.2.3+b_c", "1.2.3+b.c"),
        ("١.٢", "1.2.0"),
        ("v1.2.3", "1.2.3"),
        ("latest", ""),
        ("1.2." + "3" * 250, ""),
    ],
)
def test_invalid_is_told_with_the_nearest_right_spelling(text: str, nearest: str) -> None:
    with pytest.raises(BadVersion) as caught:
        v(text)
    assert caught.value.nearest == nearest
    assert caught.value.reason
    if nearest:
        v(nearest)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_and_every_suggestion_is_right(text: str) -> None:
    try:
        v(text)
    except BadVersion as error:
        if error.nearest:
            v(error.nearest)


def test_clause_2_numbers_are_compared_numerically() -> None:
    """ "Each element MUST increase numerically. For instance: 1.9.0 -> 1.10.0 -> 1.11.0." """
    assert v("1.9.0") < v("1.10.0") < v("1.11.0")


@given(VERSIONS, IDENTIFIERS, IDENTIFIERS)
def test_clause_10_build_metadata_is_ignored(version: str, one: str, other: str) -> None:
    """ "Build metadata MUST be ignored when determining version precedence." """
    assert v(f"{version}+{one}") == v(f"{version}+{other}") == v(version)


@given(CORE, CORE)
def test_clause_11_2_numbers_from_left_to_right(one: str, other: str) -> None:
    """ "… from left to right … Major, minor, and patch versions are always compared numerically." """
    numbers = [[int(number) for number in core.split(".")] for core in (one, other)]
    assert (v(one) < v(other)) == (numbers[0] < numbers[1])


@given(CORE, IDENTIFIERS)
def test_clause_11_3_prerelease_is_lower(core: str, pre: str) -> None:
    """ "When major, minor, and patch are equal, a pre-release version has lower precedence than a normal version." """
    assert v(f"{core}-{pre}") < v(core)
    assert v(f"{core}-{pre}").is_prerelease
    assert not v(core).is_prerelease


@given(CORE, NUMBER, NUMBER)
def test_clause_11_4_1_digits_compare_numerically(core: str, one: int, other: int) -> None:
    """ "Identifiers consisting of only digits are compared numerically." """
    assert (v(f"{core}-{one}") < v(f"{core}-{other}")) == (one < other)


@given(CORE, WORD, WORD)
def test_clause_11_4_2_words_compare_in_ascii_order(core: str, one: str, other: str) -> None:
    """ "Identifiers with letters or hyphens are compared lexically in ASCII sort order." """
    assert (v(f"{core}-{one}") < v(f"{core}-{other}")) == (one.encode() < other.encode())


@given(CORE, NUMBER, WORD)
def test_clause_11_4_3_numbers_are_lower_than_words(core: str, number: int, word: str) -> None:
    """ "Numeric identifiers always have lower precedence than non-numeric identifiers." """
    assert v(f"{core}-{number}") < v(f"{core}-{word}")


@given(CORE, IDENTIFIERS, IDENTIFIERS)
def test_clause_11_4_4_more_fields_are_higher(core: str, pre: str, more: str) -> None:
    """ "A larger set of pre-release fields has a higher precedence than a smaller set, if all of the preceding identifiers are equal." """
    assert v(f"{core}-{pre}") < v(f"{core}-{pre}.{more}")


def test_clause_11_4_example() -> None:
    names = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0"
    order = names.split()
    assert sorted(order, key=v) == order
    assert [v(lower) < v(higher) for lower, higher in zip(order, order[1:], strict=False)] == [True] * 7


@given(VERSIONS)
def test_a_bulk_key_is_the_strict_key(version: str) -> None:
    assert SEMVER.keys([version, f"{version}+b", "no version"]) == [v(version).key, v(version).key, None]


@pytest.mark.parametrize(
    ("forgiven", "lower", "higher"),
    [
        ("1.2", "1.2.0-rc.1", "1.2.1"),
        ("1.02.3", "1.2.2", "1.2.4"),
        ("1.0.0.1", "1.0.0", "1.0.1"),
        ("1.0.0rc1", "0.9.9", "1.0.0"),
        ("1.0.post1", "0.9.0", "1.0.1"),
    ],
)
def test_existing_tags_are_read_with_forgiveness(forgiven: str, lower: str, higher: str) -> None:
    below, key, above = SEMVER.keys([lower, forgiven, higher])
    assert below is not None and key is not None and above is not None
    assert below < key < above


@pytest.mark.parametrize(("lower", "higher", "follows"), [
    ("1.2.3", "1.2.4", True), ("1.2.3", "1.3.0", True), ("1.2.3", "2.0.0", True), ("1.2.3", "2.0.0-rc.1", True),
    ("1.2.3", "1.2.5", False), ("1.2.3", "1.3.1", False), ("1.2.3", "3.0.0", False), ("1.2.3", "1.2.3", False), ("1.2.3", "1.4.0", False),
])  # fmt: skip
def test_what_follows(lower: str, higher: str, follows: bool) -> None:
    assert SEMVER.follows(v(lower), v(higher)) is follows


JUDGE = """
const semver = require(process.argv[1] + "/node_modules/semver");
const pairs = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(pairs.map(([a, b]) => semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : null)));
"""


@pytest.fixture(scope="session")
def npm_semver() -> Path:
    """The folder into which npm put the package `semver`."""
    end = pytest.fail if os.environ.get("CI") else pytest.skip
    if not (shutil.which("node") and shutil.which("npm")):
        end("needs node and npm, which .ci/run installs")
    folder = REPOSITORY / ".cache" / "semver"
    if not (folder / "node_modules" / "semver").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--silent", "semver@7"]
        if subprocess.run(words, check=False).returncode != 0:
            end("npm could not install semver")
    return folder


def generated(count: int) -> list[tuple[str, str]]:
    """Pairs of versions near each other, so that every clause decides some of them; a few are no versions at all."""
    chance = random.Random(2_0_0)

    def identifier() -> str:
        return chance.choice(["alpha", "beta", "rc", "rc1", "x-y", "-", "A", "a", "0", "1", "2", "9", "10", "11", "01", ""])

    def version() -> str:
        core = ".".join(str(chance.choice([0, 1, 2, 9, 10, 100])) for _ in range(chance.choice([3] * 20 + [2, 4])))
        pre = "-" + ".".join(identifier() for _ in range(chance.randint(1, 3))) if chance.random() < 0.7 else ""
        return core + pre + ("+" + identifier() if chance.random() < 0.2 else "")

    def neighbour(text: str) -> str:
        return text.split("-")[0] + "-" + identifier() if chance.random() < 0.6 else version()

    return [(one, neighbour(one)) for one in (version() for _ in range(count))]


def test_npm_semver_agrees_on_ten_thousand_pairs(npm_semver: Path) -> None:
    pairs = generated(10_000)
    answer = subprocess.run(["node", "-e", JUDGE, str(npm_semver)], input=json.dumps(pairs), capture_output=True, text=True, check=True)
    theirs = json.loads(answer.stdout)
    assert [compared(one, other) for one, other in pairs] == theirs
    assert min(theirs.count(answer) for answer in (-1, 0, 1, None)) > 100


def compared(one: str, other: str) -> int | None:
    """-1, 0 or 1, or None where one of the two is no version."""
    try:
        left, right = v(one), v(other)
    except BadVersion:
        return None
    return (left > right) - (left < right)
