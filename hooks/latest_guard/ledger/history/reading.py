"""From tags to what they tell: the walk through time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.guard.sequence import Existing
from latest_guard.ledger.history.past import Past, Release, Setback, Track
from latest_guard.sources.reading import rest_of_final
from latest_guard.versions.lines import padded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from latest_guard.guard.policy import Policy
    from latest_guard.ledger.history.past import Kind, LineKey
    from latest_guard.versions.version import Key

    #: When a version came to be, its key, and its tag.
    Moment: TypeAlias = tuple[int, Key, str]


def past(tags: Iterable[tuple[Sequence[str], Sequence[int]]], policy: Policy) -> Past:
    """The history that `tags` (names and dates, as tag_dates() gives them) tell when they are read by `policy`.

    Components come in the order of their names. Tags of one second are taken from the lowest to the highest, so that none goes back.
    """
    found: defaultdict[str, list[Moment]] = defaultdict(list)
    total = 0
    for names, seconds in tags:  # while git writes the next ones
        total += len(names)
        for component, moments in dated(names, seconds, policy):
            found[component] += moments
    tracks, undated = [], []
    for component, moments in sorted(found.items()):
        moments.sort()
        start = bisect_left(moments, 0, key=itemgetter(0))
        undated += [tag for _, _, tag in moments[:start]]
        if start < len(moments):
            tracks.append(track(component, list(released(moments[start:], policy)), policy))
    return Past(tracks, policy.patterns, sorted(undated), total - sum(map(len, found.values())))


def dated(names: Sequence[str], seconds: Sequence[int], policy: Policy) -> Iterator[tuple[str, list[Moment]]]:
    """The versions among some tags, by component."""
    dates = dict(zip(names, seconds, strict=True))
    existing = Existing(policy)
    existing.add(names)
    for component, entries in existing.entries().items():
        yield component, [(dates[tag], key, tag) for key, tag in entries]


def track(component: str, releases: Sequence[Release], policy: Policy) -> Track:
    """A component's releases with what follows from them."""
    keys = {release.line: release.key for release in releases}
    lines = {line: policy.line.name(keys[line]) for line in sorted(keys)}
    return Track(component, releases, lines, setbacks(release for release in releases if release.moves))


def released(in_time: Iterable[Moment], policy: Policy) -> Iterator[Release]:
    """The versions in the order of time, each with what it is to those before it. One loop, as it bears 100,000 tags."""
    depth, ends = policy.line.depth, finals(policy)
    seen: set[Key] = set()
    tops: dict[LineKey, Key] = {}
    top: tuple[object, ...] = ()
    latest = ""
    for seconds, key, tag in in_time:
        line = (key[0], key[1], padded(key[2], depth))
        kind: Kind = "release"
        if key[3] < ends[key[0]]:
            kind = "prerelease"
        elif key in seen:
            kind = "again"
        elif key > top:
            top, latest = key, tag
            tops[line] = key
        elif key > tops.get(line, ()):
            kind = "back-port"
            tops[line] = key
        else:
            kind = "late"
        seen.add(key)
        yield Release(tag, seconds, key, line, kind, latest)


def finals(policy: Policy) -> dict[int, tuple[object, ...]]:
    """What a final version's key ends with, by era: every prerelease's end is lower."""
    return {scheme.era: rest_of_final(scheme) for scheme in (policy.scheme, *(epoch.scheme for epoch in policy.epochs))}


def setbacks(moving: Iterable[Release]) -> list[Setback]:
    """Each time that an unguarded `latest` goes back, as it goes through the `moving` releases."""
    falls: list[tuple[Release, Release, int]] = []
    ends: dict[int, int] = {}
    falling: list[int] = []  # the places in `falls` of those that are not made good yet; each fell from lower than the one before it
    lines: list[LineKey] = []
    known: set[LineKey] = set()
    before = None
    for release in moving:
        if release.line not in known:
            known.add(release.line)
            insort(lines, release.line)
        while falling and falls[falling[-1]][0].key <= release.key:
            ends[falling.pop()] = release.seconds
        if before is not None and release.key < before.key:
            falling.append(len(falls))
            falls.append((before, release, bisect_left(lines, before.line) - bisect_left(lines, release.line)))
        before = release
    return [Setback(*fall, ends.get(at)) for at, fall in enumerate(falls)]
