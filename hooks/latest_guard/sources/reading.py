"""How the names that a source has, tags mostly, are read as versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from latest_guard.sources.contract import Released

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.versions.patterns import TagName
    from latest_guard.versions.version import Scheme


class Rules(Protocol):
    """What reading asks of the settings; the tag guard's policy is it."""

    def split(self, tag: str) -> TagName | None:
        """The component and the version's text in a name, None if it holds none."""

    def ignores(self, tag: str) -> object | None:
        """Why a name does not count, None if it does."""

    def scheme_of(self, tag: str) -> Scheme:
        """The scheme that a name's version is written in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads names by `rules`; of those with a component, those of `component` count."""

    rules: Rules
    component: str = ""

    def __call__(self, names: Sequence[str]) -> list[Released]:
        """The versions among `names`, read with forgiveness; what is none, or does not count, is left out."""
        schemes: dict[int, Scheme] = {}
        pairs: dict[int, list[tuple[str, str]]] = {}
        for name in names:
            found = self.rules.split(name)
            if found is not None and found.component == self.component and self.rules.ignores(name) is None:
                scheme = self.rules.scheme_of(name)
                schemes[scheme.era] = scheme
                pairs.setdefault(scheme.era, []).append((name, found.version))
        return [version for era, texts in pairs.items() for version in read_with(schemes[era], texts)]


def read_with(scheme: Scheme, pairs: Sequence[tuple[str, str]]) -> list[Released]:
    """The versions of (name, text) `pairs` that `scheme` finds something like a version in."""
    final = rest_of_final(scheme)
    keys = scheme.keys([text for _, text in pairs])
    return [Released(name, shown(text), key, key[3] >= final) for (name, text), key in zip(pairs, keys, strict=True) if key is not None]


def rest_of_final(scheme: Scheme) -> tuple[object, ...]:
    """What a final version's key ends with; every prerelease's end is lower, in each scheme."""
    key = scheme.keys(["2000.1.1"])[0]
    return key[3] if key is not None else ()


def shown(text: str) -> str:
    """`text` as any output may show it: a tag of git may hold what steers a terminal or turns the direction of writing."""
    return (
        text if text.isascii() and text.isprintable() else "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in text)
    )
