"""The versions that exist already, each component's in order."""

from __future__ import annotations

import gc
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.versions.lines import padded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.guard.policy import Policy
    from latest_guard.versions.version import Key, Scheme

#: A version and the tag that names it.
Entry: TypeAlias = "tuple[Key, str]"
#: Behind every tag's name.
_LAST = "\U0010ffff"


class Sequence:
    """The existing versions of one component.

    They are put in order only when a version below the highest is asked about: most are above it, and sorting 100,000 takes as long as
    git does for listing them.
    """

    __slots__ = ("_entries", "_is_sorted", "_top")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)
        self._is_sorted = False
        self._top = max(self._entries, default=None)

    def top(self) -> Entry | None:
        """The highest."""
        return self._top

    def same(self, key: Key) -> list[str]:
        """The tags that name this very version."""
        if self._top is None or key > self._top[0]:
            return []
        entries = self._sorted()
        return [tag for _, tag in entries[bisect_left(entries, (key, "")) : bisect_right(entries, (key, _LAST))]]

    def lower(self, key: Key) -> Iterator[Entry]:
        """Those below `key`, the nearest first."""
        is_above = self._top is not None and key > self._top[0]
        if is_above and self._top is not None:
            yield self._top
        entries = self._sorted()
        for at in range(bisect_left(entries, (key, "")) - 1 - is_above, -1, -1):
            yield entries[at]

    def line_top(self, key: Key, depth: int) -> Entry | None:
        """The highest on the line of `key`, which is the `depth` first numbers of its release."""
        entries, line = self._sorted(), padded(key[2], depth)
        above = (key[0], key[1], (*line[:-1], line[-1] + 1))
        at = bisect_left(entries, (above, "")) - 1
        found = entries[at] if at >= 0 else None
        return found if found and found[0][:2] == key[:2] and padded(found[0][2], depth) == line else None

    def add(self, key: Key, tag: str) -> None:
        """One more."""
        entry = (key, tag)
        if self._top is None or entry > self._top:
            self._entries.append(entry)
            self._top = entry
        else:
            insort(self._sorted(), entry)

    def _sorted(self) -> list[Entry]:
        if not self._is_sorted:
            self._entries.sort()
            self._is_sorted = True
        return self._entries


class Existing:
    """The existing versions by component, read with forgiveness; without ignored tags, pointers, and what is no version tag."""

    __slots__ = ("_but", "_entries", "_policy")

    def __init__(self, policy: Policy, but: Iterable[str] = ()) -> None:
        """`but` are the tags under judgement, which do not count."""
        self._policy = policy
        self._but = frozenset(but)
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)

    def add(self, tags: Iterable[str]) -> None:
        """More existing tags; each is added once."""
        names = list(tags)
        if not self._but.isdisjoint(names):
            names = [tag for tag in names if tag not in self._but]
        for scheme, some in _by_scheme(names, self._policy):
            for pattern in self._policy.patterns:
                groups, some = pattern.sort_out(some)
                for group in groups:
                    entries = zip(scheme.keys(group.versions), group.tags, strict=True)
                    self._entries[group.component] += filter(itemgetter(0), entries)  # type: ignore[arg-type]

    def sequences(self) -> dict[str, Sequence]:
        """What was added, by component."""
        return {component: Sequence(entries) for component, entries in self._entries.items()}


def sequences(tags: Iterable[str], policy: Policy, but: Iterable[str] = ()) -> dict[str, Sequence]:
    """The versions that `tags` name, by component."""
    existing = Existing(policy, but)
    existing.add(tags)
    return existing.sequences()


def _by_scheme(names: list[str], policy: Policy) -> Iterator[tuple[Scheme, list[str]]]:
    """The tags that count, by the scheme of their epoch."""
    if policy.ignored or policy.pointers:
        names = [tag for tag in names if not policy.is_pointer(tag) and policy.ignores(tag) is None]
    for epoch in policy.epochs:
        yield epoch.scheme, [tag for tag in names if policy.scheme_of(tag) is epoch.scheme]
    yield policy.scheme, [tag for tag in names if policy.scheme_of(tag) is policy.scheme] if policy.epochs else names


@contextmanager
def collecting_paused() -> Iterator[None]:
    """No garbage is collected inside: judging makes hundreds of thousands of tuples and no cycle; looking for one takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
