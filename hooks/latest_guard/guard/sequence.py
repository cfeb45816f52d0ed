"""The versions that exist already, each component's in order."""

from __future__ import annotations

import gc
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.versions.lines import padded
from latest_guard.versions.version import leaders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from latest_guard.guard.policy import Policy
    from latest_guard.versions.patterns import TagGroup
    from latest_guard.versions.version import Key, Scheme

#: A version and the tag that names it.
Entry: TypeAlias = "tuple[Key, str]"
#: Behind every tag's name.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Unread:
    """Tags of one component, and the scheme that their versions will be read by; only `highest` is read at once."""

    scheme: Scheme
    group: TagGroup
    highest: Entry | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "highest", self._leader() or max(self.entries(), default=None))

    def entries(self) -> Iterator[Entry]:
        """Every tag in which the scheme finds a version."""
        return self._read(self.group.versions, self.group.tags)

    def _leader(self) -> Entry | None:
        """The highest entry where the numbers at the beginning of the texts tell which ones can be it."""
        versions = self.group.versions
        chosen = frozenset(leaders(versions) if self.scheme.by_numbers else versions)
        if len(chosen) == len(versions):
            return None
        found = [(text, tag) for text, tag in zip(versions, self.group.tags, strict=True) if text in chosen]
        return max(self._read([text for text, _ in found], [tag for _, tag in found]), default=None)

    def _read(self, versions: list[str], tags: list[str]) -> Iterator[Entry]:
        return filter(itemgetter(0), zip(self.scheme.keys(versions), tags, strict=True))  # type: ignore[arg-type]


class Sequence:
    """The existing versions of one component.

    They are read and put in order only when a version below the highest is asked about: most are above it, and reading and sorting
    100,000 takes longer than git does for listing them.
    """

    __slots__ = ("_entries", "_is_sorted", "_top", "_unread")

    def __init__(self, unread: Iterable[Unread] = ()) -> None:
        self._unread = list(unread)
        self._entries: list[Entry] = []
        self._is_sorted = False
        self._top = max(filter(None, (some.highest for some in self._unread)), default=None)

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
            for some in self._unread:
                self._entries += some.entries()
            self._unread.clear()
            self._entries.sort()
            self._is_sorted = True
        return self._entries


class Existing:
    """The existing versions by component, read with forgiveness; without ignored tags, pointers, and what is no version tag."""

    __slots__ = ("_but", "_policy", "_unread")

    def __init__(self, policy: Policy, but: Iterable[str] = ()) -> None:
        """`but` are the tags under judgement, which do not count."""
        self._policy = policy
        self._but = frozenset(but)
        self._unread: defaultdict[str, list[Unread]] = defaultdict(list)

    def add(self, tags: Iterable[str]) -> None:
        """More existing tags; each is added once."""
        names = list(tags)
        if not self._but.isdisjoint(names):
            names = [tag for tag in names if tag not in self._but]
        for scheme, some in _by_scheme(names, self._policy):
            for pattern in self._policy.patterns:
                groups, some = pattern.sort_out(some)
                for group in groups:
                    self._unread[group.component].append(Unread(scheme, group))

    def entries(self) -> Mapping[str, list[Entry]]:
        """What was added, by component, in no order."""
        return {component: [entry for some in unread for entry in some.entries()] for component, unread in self._unread.items()}

    def sequences(self) -> dict[str, Sequence]:
        """What was added, by component."""
        return {component: Sequence(unread) for component, unread in self._unread.items()}


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
