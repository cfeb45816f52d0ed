"""The versions that exist already, each component's in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.versions.lines import padded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.guard.policy import Policy
    from latest_guard.versions.version import Key, Scheme

#: A version and the tag that names it.
Entry: TypeAlias = "tuple[Key, str]"


@dataclass(slots=True)
class Sequence:
    """The existing versions of one component, lowest first."""

    entries: list[Entry] = field(default_factory=list)

    def same(self, key: Key) -> list[str]:
        """The tags that name this very version."""
        low = bisect_left(self.entries, (key, ""))
        return [tag for found, tag in self._upwards(low) if found == key]

    def top(self) -> Entry | None:
        """The highest."""
        return self.entries[-1] if self.entries else None

    def lower(self, key: Key) -> Iterator[Entry]:
        """Those below `key`, the nearest first."""
        for at in range(bisect_left(self.entries, (key, "")) - 1, -1, -1):
            yield self.entries[at]

    def line_top(self, key: Key, depth: int) -> Entry | None:
        """The highest on the line of `key`, which is the `depth` first numbers of its release."""
        line = padded(key[2], depth)
        above = (key[0], key[1], (*line[:-1], line[-1] + 1))
        at = bisect_left(self.entries, (above, "")) - 1
        found = self.entries[at] if at >= 0 else None
        return found if found and found[0][:2] == key[:2] and padded(found[0][2], depth) == line else None

    def add(self, key: Key, tag: str) -> None:
        """One more."""
        insort(self.entries, (key, tag))

    def _upwards(self, at: int) -> Iterator[Entry]:
        end = bisect_right(self.entries, (self.entries[at][0], "\U0010ffff")) if at < len(self.entries) else at
        yield from self.entries[at:end]


def sequences(tags: Iterable[str], policy: Policy) -> dict[str, Sequence]:
    """The existing versions by component, read with forgiveness; without ignored tags, pointers, and what is no version tag."""
    groups: defaultdict[tuple[str, int], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    eras: dict[int, Scheme] = {scheme.era: scheme for scheme in (policy.scheme, *(epoch.scheme for epoch in policy.epochs))}
    for tag in tags:
        name = policy.split(tag)
        if name is not None and policy.ignores(tag) is None:
            texts, names = groups[name.component, policy.scheme_of(tag).era]
            texts.append(name.version)
            names.append(tag)
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for (component, era), (texts, names) in groups.items():
        keys = eras[era].keys(texts)
        found[component] += [(key, tag) for key, tag in zip(keys, names, strict=True) if key is not None]
    return {component: Sequence(sorted(entries)) for component, entries in found.items()}
