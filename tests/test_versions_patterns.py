"""Tag patterns and release lines."""

from __future__ import annotations

import pytest

from latest_guard.versions.lines import RELEASE_BRANCHES, BranchPattern, LineShape, holds, line_numbers
from latest_guard.versions.patterns import DEFAULT, TagPattern, split
from latest_guard.versions.semver import SemVer

PATTERNS = tuple(TagPattern(text) for text in DEFAULT)
KEY = SemVer().parse("1.27.3").key


@pytest.mark.parametrize(
    ("tag", "component", "version", "pattern"),
    [
        ("v1.2.3", "", "1.2.3", "v{version}"),
        ("1.2.3", "", "1.2.3", "{version}"),
        ("api/v1.2.3", "api", "1.2.3", "{component}/v{version}"),
        ("a/b/v1.2.3", "a/b", "1.2.3", "{component}/v{version}"),
        ("pkg@1.2.3", "pkg", "1.2.3", "{component}@{version}"),
        ("@scope/pkg@1.2.3", "@scope/pkg", "1.2.3", "{component}@{version}"),
        ("v1.2.x", "", "1.2.x", "v{version}"),
        ("v١.2", "", "١.2", "v{version}"),
        ("1.2.x", "", "1.2.x", "{version}"),
        ("v1", "", "1", "v{version}"),
    ],
)
def test_version_tags(tag: str, component: str, version: str, pattern: str) -> None:
    name = split(tag, PATTERNS)
    assert name is not None
    assert (name.component, name.version, name.pattern.text) == (component, version, pattern)
    assert name.pattern.write(version, component) == tag


@pytest.mark.parametrize(
    "tag",
    ["nightly", "latest", "vnext", "v", "release", "x/y", "pkg@latest", "19_6_26_with_traces", "/v1.0.0", "@1.0.0", "i1.2.3", "2nd-try"],
)
def test_other_tags(tag: str) -> None:
    assert split(tag, PATTERNS) is None


@pytest.mark.parametrize(
    ("pattern", "tag", "version"),
    [("release-{version}", "release-2.0.0", "2.0.0"), ("v{version}-lts", "v1.0.0-lts", "1.0.0"), ("r{version}", "r3", "3")],
)
def test_own_patterns(pattern: str, tag: str, version: str) -> None:
    assert TagPattern(pattern).split(tag) == ("", version)


@pytest.mark.parametrize(
    "text",
    [
        "v",
        "",
        "{version}{version}",
        "{version}/{component}",
        "{component}{version}",
        "{name}/{version}",
        "{component}/{component}/{version}",
    ],
)
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(ValueError, match="version"):
        TagPattern(text)


@pytest.mark.parametrize(
    ("shape", "depth", "name"),
    [
        ("major", 1, "1"),
        ("major.minor", 2, "1.27"),
        ("year.month", 2, "1.27"),
        ("r{major}-{minor}", 2, "r1-27"),
        ("major.minor.patch.build", 4, "1.27.3.0"),
    ],
)
def test_lines(shape: str, depth: int, name: str) -> None:
    assert (LineShape(shape).depth, LineShape(shape).name(KEY)) == (depth, name)


@pytest.mark.parametrize("text", ["", "1.2", "{}"])
def test_what_is_no_line(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        LineShape(text)


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("release/1.27", (1, 27)),
        ("release/v1.27", (1, 27)),
        ("release/1.27.x", (1, 27)),
        ("release-1.27", (1, 27)),
        ("1.27.x", (1, 27)),
        ("v1.27.x", (1, 27)),
        ("1.x", (1,)),
        ("stable-1.27", (1, 27)),
        ("v1.27-branch", (1, 27)),
        ("maint/1_27", (1, 27)),
        ("1.27-stable", (1, 27)),
        ("main", None),
        ("release/next", None),
        ("feature/1.27", None),
        ("release/1.27-rc", None),
        ("release/" + "1" * 400, None),
    ],
)
def test_release_branches(branch: str, line: tuple[int, ...] | None) -> None:
    found = [numbers for text in RELEASE_BRANCHES if (numbers := BranchPattern(text).numbers(branch)) is not None]
    assert found[:1] == ([line] if line else [])


def test_a_branch_pattern_names_the_line_once() -> None:
    with pytest.raises(ValueError, match="once"):
        BranchPattern("release/*")


@pytest.mark.parametrize(
    ("line", "on_it"),
    [("1", True), ("1.27", True), ("1.27.3", True), ("1.27.3.0", True), ("1.2", False), ("1.28", False), ("1.27.4", False)],
)
def test_a_line_holds_its_versions(line: str, on_it: bool) -> None:
    numbers = line_numbers(line)
    assert numbers is not None
    assert holds(numbers, KEY) is on_it
