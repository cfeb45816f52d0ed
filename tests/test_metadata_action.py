"""docker/metadata-action: what its inputs yield, and which line decides about `latest`."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

import pytest

from latest_guard.catalog import metadata_action as action
from latest_guard.catalog.metadata_action import HOLE, Event, Flavor, InputError, Type

OLDER = "refs/tags/v1.27.4"
CANDIDATE = "refs/tags/v1.29.0-rc.1"
MAIN = "refs/heads/main"


def names(tags: str, ref: str = OLDER, flavor: str = "", event: str = "push") -> list[str]:
    """The tags that the action puts out."""
    found = action.tags(action.entries(tags), action.flavor(flavor), Event.of(ref, event, base_ref="develop"))
    return [tag.name for tag in found]


# One entry ------------------------------------------------------------------------------------------------------------------

# The entry, the ref, what it yields, and whether `latest` comes along.
ALONE: tuple[tuple[str, str, str | None, bool], ...] = (
    # semver
    ("type=semver,pattern={{version}}", OLDER, "1.27.4", True),
    ("type=semver,pattern={{raw}}", OLDER, "v1.27.4", True),
    ("type=semver,pattern={{major}}.{{minor}}", OLDER, "1.27", True),
    ("type=semver,pattern=v{{major}}", OLDER, "v1", True),
    ("type=semver,pattern={{minor}}", OLDER, "27", True),
    ("type=semver,pattern={{patch}}", OLDER, "4", True),
    ("type=semver,pattern=stable", OLDER, "stable", True),
    ("type=semver,pattern={{version}}", CANDIDATE, "1.29.0-rc.1", False),
    ("type=semver,pattern={{raw}}", CANDIDATE, "v1.29.0-rc.1", False),
    ("type=semver,pattern={{{ raw }}}", CANDIDATE, "v1.29.0-rc.1", False),
    ("type=semver,pattern=x{{raw}}", CANDIDATE, "1.29.0-rc.1", False),
    ("type=semver,pattern={{major}}.{{minor}}", CANDIDATE, "1.29.0-rc.1", False),
    ("type=semver,pattern=stable", CANDIDATE, "1.29.0-rc.1", False),
    ("type=semver,pattern={{version}}", "refs/tags/v1.27.4+build.7", "1.27.4", True),
    ("type=semver,pattern={{raw}}", "refs/tags/v1.27.4+build.7", "v1.27.4-build.7", True),
    ("type=semver,pattern={{version}}", "refs/tags/1.27.4-0", "1.27.4-0", False),
    ("type=semver,pattern={{version}}", "refs/tags/v1.27", None, False),
    ("type=semver,pattern={{version}}", "refs/tags/v01.27.4", None, False),
    ("type=semver,pattern={{version}}", "refs/tags/release-1.27.4", None, False),
    ("type=semver,pattern={{version}}", "refs/tags/lib/v1.27.4", None, False),
    (r"type=semver,pattern={{version}},match=lib/v(\d+\.\d+\.\d+)$", "refs/tags/lib/v1.27.4", "1.27.4", True),
    ("type=semver,pattern={{version}},match=v(.*),value=release/v3.2.1", MAIN, "3.2.1", True),
    ("type=semver,pattern={{version}}", MAIN, None, False),
    ("type=semver,pattern={{version}},value=v2.0.0", MAIN, "2.0.0", True),
    ("type=semver,pattern={{version}},value={{tag}}", OLDER, "1.27.4", True),
    # pep440
    ("type=pep440,pattern={{version}}", OLDER, "1.27.4", True),
    ("type=pep440,pattern={{raw}}", OLDER, "v1.27.4", True),
    ("type=pep440,pattern={{major}}.{{minor}}.{{patch}}", "refs/tags/4.5", "4.5.0", True),
    ("type=pep440,pattern={{version}}", "refs/tags/4.5", "4.5", True),
    ("type=pep440,pattern={{version}}", "refs/tags/v4.5.6RC02", "4.5.6rc2", False),
    ("type=pep440,pattern={{raw}}", "refs/tags/v4.5.6RC02", "v4.5.6RC02", False),
    ("type=pep440,pattern={{major}}", "refs/tags/4.5.6.beta.3", "4.5.6b3", False),
    ("type=pep440,pattern={{major}}", "refs/tags/4.5.6-2", "4.5.6.post2", False),
    ("type=pep440,pattern={{major}}", "refs/tags/4.5dev", "4.5.dev0", False),
    ("type=pep440,pattern={{version}}", "refs/tags/1!4.5", "1-4.5", True),
    ("type=pep440,pattern={{version}}", "refs/tags/v4.5.6-alpha.beta", None, False),
    # match
    (r"type=match,pattern=\d+\.\d+", OLDER, "1.27", True),
    (r"type=match,pattern=v(\d+)\.(\d+),group=2", OLDER, "27", True),
    ("type=match,pattern=v(.*),group=1", CANDIDATE, "1.29.0-rc.1", True),
    ("type=match,pattern=/V(.*)/i,group=1", OLDER, "1.27.4", True),
    ("type=match,pattern=V(.*),group=1", OLDER, None, False),
    ("type=match,pattern=v(x)?,group=1", OLDER, None, False),
    ("type=match,pattern=v,group=1", OLDER, None, False),
    ("type=match,pattern=.*", MAIN, None, False),
    ("type=match,pattern=.*,value=abc", MAIN, "abc", True),
    # ref
    ("type=ref,event=tag", OLDER, "v1.27.4", True),
    ("type=ref,event=tag", CANDIDATE, "v1.29.0-rc.1", True),
    ("type=ref,event=tag", "refs/tags/nightly", "nightly", True),
    ("type=ref,event=tag", MAIN, None, False),
    ("type=ref,event=branch", MAIN, "main", False),
    ("type=ref,event=branch", "refs/heads/my/great work", "my-great-work", False),
    ("type=ref,event=branch", OLDER, None, False),
    ("type=ref,event=pr", "refs/pull/7/merge", "pr-7", False),
    ("type=ref,event=pr,prefix=", "refs/pull/7/merge", "7", False),
    # edge, raw, sha
    ("type=edge", MAIN, "edge", False),
    ("type=edge", "refs/heads/dev", None, False),
    ("type=edge,branch=dev", "refs/heads/dev", "edge", False),
    ("type=edge", OLDER, None, False),
    ("type=raw,value=latest", OLDER, "latest", False),
    ("type=raw,latest", OLDER, "latest", False),
    ("latest", OLDER, "latest", False),
    ("value=latest", OLDER, "latest", False),
    ("type=raw,value=", OLDER, None, False),
    ("type=raw,value=a=b", OLDER, "a-b", False),
    ("type=raw,value={{branch}}", OLDER, None, False),
    ("type=raw,value={{branch}}-{{sha}}", MAIN, "main-5f3a1c9", False),
    ("type=raw,value={{tag}}-{{base_ref}}", OLDER, "v1.27.4-develop", False),
    ("type=raw,value={{base_ref}}.", MAIN, ".", False),
    ("type=raw,value={{is_default_branch}}", MAIN, "true", False),
    ("type=raw,value={{is_default_branch}}", OLDER, "false", False),
    ("type=raw,value={{is_not_default_branch}}", "refs/heads/dev", "true", False),
    ("type=raw,value={{date 'YYYYMMDD'}}", MAIN, "20260131", False),
    ("type=raw,value={{date 'dddd MMMM D YYYY h:mm:ss a'}}", MAIN, "Saturday-January-31-2026-10-20-30-am", False),
    ("type=raw,value={{commit_date 'YYYY-MM-DDTHH:mm:ss[Z]'}}", MAIN, "2026-01-31T10-20-30Z", False),
    ("type=sha", OLDER, "sha-5f3a1c9", False),
    ("type=sha,prefix=,format=long", OLDER, "5f3a1c9e7b2d4f6081a3c5e7092b4d6f8a1c3e50", False),
    # every entry
    ("type=semver,pattern={{version}},prefix=v,suffix=-alpine", OLDER, "v1.27.4-alpine", True),
    ("type=sha,prefix={{branch}}-", MAIN, "main-5f3a1c9", False),
    ("type=raw,value=x,enable=false", OLDER, None, False),
    ("type=raw,value=x,enable={{is_default_branch}}", OLDER, None, False),
    ("type=raw,value=x,enable={{is_default_branch}}", MAIN, "x", False),
    ("TYPE=raw, Value = x ", OLDER, "x", False),
    ('"type=raw","value=x"', OLDER, "x", False),
    ('"type=raw,value=x"', OLDER, "x", False),
    ('type=raw,"value=x"', OLDER, "x", False),
)


@pytest.mark.parametrize(("entry", "ref", "tag", "latest"), ALONE)
def test_an_entry_alone(entry: str, ref: str, tag: str | None, latest: bool) -> None:
    assert names(entry, ref) == ([tag] if tag else []) + (["latest"] if latest else [])


def test_a_schedule() -> None:
    assert names("type=schedule", MAIN, event="schedule") == ["nightly"]
    assert names("type=schedule,pattern={{date 'YYYYMMDD'}}", MAIN, event="schedule") == ["20260131"]
    assert names("type=schedule", MAIN) == []
    assert names("latest,enable={{is_default_branch}}", "refs/heads/dev", event="schedule") == ["latest"]


# Several ----------------------------------------------------------------------------------------------------------------------


def test_without_input() -> None:
    assert names("", OLDER) == ["v1.27.4", "latest"]
    assert names("", MAIN) == ["main"]
    assert names(" \n", MAIN, event="schedule") == ["nightly", "main"]
    assert names("", "refs/pull/7/merge", event="pull_request") == ["pr-7"]
    assert {(entry.start, entry.end) for entry in action.entries("")} == {(0, 0)}


def test_the_entry_of_highest_priority_decides_about_latest() -> None:
    tags = "type=raw,value=edge,priority=1000\ntype=semver,pattern={{version}}"
    assert names(tags) == ["edge", "1.27.4"]
    assert names("type=raw,value=edge\ntype=semver,pattern={{version}}") == ["1.27.4", "edge", "latest"]
    assert names("type=sha,priority=950\ntype=ref,event=tag") == ["sha-5f3a1c9", "v1.27.4"]
    assert names("type=semver,pattern={{version}},enable=false\ntype=sha\ntype=raw,x") == ["x", "sha-5f3a1c9"]
    assert names("type=semver,pattern={{version}}\ntype=ref,event=tag", CANDIDATE) == ["1.29.0-rc.1", "v1.29.0-rc.1"]
    assert names("type=semver,pattern={{version}}\ntype=ref,event=tag", "refs/tags/v1.27") == ["v1.27", "latest"]


def test_who_decided_is_told() -> None:
    tags = "type=sha\ntype=semver,pattern={{version}}\ntype=semver,pattern={{major}}"
    found = action.tags(action.entries(tags), Flavor(), Event.of(OLDER))
    assert [(tag.name, tag.by and tags[tag.by.start : tag.by.end], tag.automatic) for tag in found] == [
        ("1.27.4", "type=semver,pattern={{version}}", False),
        ("1", "type=semver,pattern={{major}}", False),
        ("sha-5f3a1c9", "type=sha", False),
        ("latest", "type=semver,pattern={{version}}", True),
    ]
    found = action.tags(action.entries(tags), Flavor("true"), Event.of(OLDER))
    assert (found[-1].name, found[-1].by, found[-1].automatic) == ("latest", None, True)


def test_an_enable_on_latest_is_void_beside_auto() -> None:
    tags = "type=semver,pattern={{version}}\ntype=raw,value=latest,enable=false"
    assert names(tags) == ["1.27.4", "latest"]
    assert names(tags, flavor="latest=false") == ["1.27.4"]
    assert names(tags.replace("false", "true")) == ["1.27.4", "latest", "latest"]


def test_a_tag_comes_once() -> None:
    assert names("type=raw,x\ntype=raw,x\nx", flavor="latest=false") == ["x"]


@pytest.mark.parametrize(
    ("flavor", "tags"),
    [
        ("", ["1.27.4", "x", "latest"]),
        ("latest=auto", ["1.27.4", "x", "latest"]),
        ("latest=true", ["1.27.4", "x", "latest"]),
        ("latest=false", ["1.27.4", "x"]),
        ("latest=false\nlatest=true", ["1.27.4", "x", "latest"]),
        ("suffix=-alpine", ["1.27.4-alpine", "x-alpine", "latest"]),
        ("suffix=-alpine,onlatest=true", ["1.27.4-alpine", "x-alpine", "latest-alpine"]),
        ("prefix=p-,onlatest=true\nsuffix=-s", ["p-1.27.4-s", "p-x-s", "p-latest"]),
        ("prefix=p-,suffix=-s,onlatest=true", ["p-1.27.4-s", "p-x-s", "latest-s"]),
        ("latest=true,prefix=p-,onlatest=false", ["p-1.27.4", "p-x", "latest"]),
        ("prefix={{tag}}.", ["v1.27.4.1.27.4", "v1.27.4.x", "latest"]),
        ("# note\nlatest=false", ["1.27.4", "x"]),
    ],
)
def test_flavors(flavor: str, tags: list[str]) -> None:
    assert names("type=semver,pattern={{version}}\ntype=raw,x", OLDER, flavor) == tags


def test_no_tag_no_latest() -> None:
    assert names("type=ref,event=branch", OLDER, "latest=true") == []


# Reading ----------------------------------------------------------------------------------------------------------------------


def test_places() -> None:
    tags = '\n  # all of them\n  type=raw,value=latest,enable=true\n\n  type=semver,"pattern={{version}}",priority=50\n'
    found = action.entries(tags)
    assert [entry.type for entry in found] == [Type.RAW, Type.SEMVER]
    assert [tags[entry.start : entry.end] for entry in found] == [
        "type=raw,value=latest,enable=true",
        'type=semver,"pattern={{version}}",priority=50',
    ]
    raw, semver = found
    for entry, name, text in (
        (raw, "value", "latest"),
        (raw, "enable", "true"),
        (semver, "pattern", "{{version}}"),
        (semver, "priority", "50"),
    ):
        attribute = entry.attributes[name]
        assert attribute.value == tags[attribute.start : attribute.end] == text
    default = raw.attributes["priority"]
    assert (default.value, default.start, default.end) == ("200", raw.start, raw.end)


def test_comments_stand_at_the_start_of_a_line_only() -> None:
    assert names("# type=raw,a\ntype=raw,b # c", flavor="latest=false") == ["b-c"]


def test_quotes_hold_commas_together_twice() -> None:
    """The input is read as CSV, and each of its lines again: only two layers of quotes keep a comma."""
    assert action.entries('type=match,"pattern=a{1,2}"')[0].get("pattern") == "a{1"
    assert action.entries('"type=match,""pattern=a{1,2}"""')[0].get("pattern") == "a{1,2}"
    assert action.entries('"type=raw,value=a\nb"')[0].get("value") == "a"


def test_line_ends_of_windows() -> None:
    assert names("type=raw,a\r\ntype=raw,b\r\n") == ["a", "b"]


@pytest.mark.parametrize(
    ("tags", "reason", "place"),
    [
        ("type=raw,x\ntype=other", "an unknown type 'other'", "other"),
        ("x\ntype=raw", "type=raw without its value", "type=raw"),
        ("type=semver", "type=semver without its pattern", "type=semver"),
        ("type=ref", "type=ref without its event", "type=ref"),
        ("type=ref,event=push", "event='push' for type=ref", "type=ref,event=push"),
        ("type=sha,format=x", "format='x' for type=sha", "type=sha,format=x"),
        ("type=match,pattern=x,group=y", "a group that is no number", "type=match,pattern=x,group=y"),
        ('type=raw,value="x"', "a quote in a field that does not begin with it", 'value="x"'),
    ],
)
def test_what_is_refused(tags: str, reason: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        action.entries(tags)
    assert str(caught.value) == reason
    assert tags[caught.value.start : caught.value.end] == place


@pytest.mark.parametrize(
    ("tags", "flavor"),
    [
        ("x,enable=True", ""),
        ("x,enable=", ""),
        ("{{x", ""),
        ("type=semver,pattern={{#each x}}{{/each}}", ""),
        ("type=semver,pattern={{version}},match=v", ""),
        ("type=match,pattern=/v/Q", ""),
        ("x", "latest=yes"),
        ("x", "latest"),
        ("x", "prefix=a,onlatest=x"),
        ("x", "other=1"),
    ],
)
def test_what_makes_the_action_fail(tags: str, flavor: str) -> None:
    with pytest.raises(InputError):
        names(tags, OLDER, flavor)


# What is not known --------------------------------------------------------------------------------------------------------------


def test_what_is_not_known_is_let_through() -> None:
    tags = f"type=raw,value=v{HOLE}-x,enable={HOLE}\ntype=semver,pattern={{{{major}}}},value={HOLE}"
    raw, semver = sorted(action.entries(tags), key=lambda entry: entry.start)
    event = Event.of(MAIN)
    assert action.enabled(raw, event)
    assert action.yields(raw, Flavor(), event) == action.Yield(f"v{HOLE}-x", False)
    assert action.yields(semver, Flavor(suffix="-s"), event) == action.Yield(f"{HOLE}-s", True)
    assert tags[raw.attributes["enable"].start] == HOLE
    assert action.flavor(f"latest={HOLE}").latest == HOLE


def test_a_value_can_be_filled_in() -> None:
    entry = action.entries(f"type=semver,pattern={{{{version}}}},value={HOLE},enable={HOLE}")[0]
    filled = entry.filled({"value": "v1.28.0", "enable": "false", "suffix": "ignored"})
    assert (filled.get("value"), filled.get("enable"), filled.get("suffix", "none")) == ("v1.28.0", "false", "none")
    assert filled.attributes["value"].start == entry.attributes["value"].start
    assert action.yields(filled, Flavor(), Event.of(MAIN)) == action.Yield("1.28.0", True)


def test_an_unknown_tag_counts_as_a_release() -> None:
    event = replace(Event.of(OLDER), ref=HOLE)
    found = action.tags(action.entries("type=semver,pattern={{version}}\ntype=sha"), Flavor(), event)
    assert [tag.name for tag in found] == [HOLE, "sha-5f3a1c9", "latest"]


def test_a_pattern_that_cannot_be_searched_for_counts_as_a_release() -> None:
    assert names("type=match,pattern=(?=v).*") == [HOLE, "latest"]


def test_time_grows_with_the_input() -> None:
    for piece in ('"', '""', '"a', "a,", "type=raw,value=x\n", '"x\n', "#\n", "{{"):
        start = time.process_time()
        with contextlib.suppress(InputError):
            action.entries("x" + piece * 3000)
        assert time.process_time() - start < 2, piece
