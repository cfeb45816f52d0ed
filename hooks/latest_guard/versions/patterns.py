"""Tag patterns: how a tag's name holds a version, `v{version}` say, or `{component}/v{version}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import filterfalse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A version where no letter in front says that it is one: `1.2.x` is one, `19_6_experiment` is not. Elsewhere a digit is enough to
#: begin it: of any script, so that `v١.2` is a version badly spelled and not a tag of some other kind.
_BARE = r"\d+(?!\d)(?:$|\.|-\d|!|(?:a|b|rc|alpha|beta|dev)\d*$).*"

#: What is a version tag when nothing is configured.
DEFAULT = ("v{version}", "{version}", "{component}/v{version}", "{component}@{version}")


@dataclass(frozen=True, slots=True)
class TagPattern:
    """One pattern: literal text with one `{version}` and at most one `{component}` in front of it.

    Raises ValueError, with the reason, for any other text.
    """

    text: str
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        start, between, end = (re.escape(piece) for piece in _pieces(self.text))
        version = _BARE if self.text == "{version}" else r"\d.*"
        component = f"(.+){between}" if self.has_component else "()"
        object.__setattr__(self, "_regex", re.compile(f"{start}{component}({version}){end}", re.DOTALL))

    @property
    def has_component(self) -> bool:
        """Whether each component has tags, and so a sequence of versions, of its own."""
        return "{component}" in self.text

    def split(self, tag: str) -> tuple[str, str] | None:
        """The component ("" without one) and the version's text in `tag`; None if it looks like no version tag of this pattern."""
        found = self._regex.fullmatch(tag)
        return (found[1], found[2]) if found else None

    def sort_out(self, tags: Sequence[str]) -> tuple[list[TagGroup], list[str]]:
        """The version tags of this pattern among `tags`, by component, and the tags that are left: split() for a million tags."""
        match = self._regex.fullmatch
        mine = list(filter(match, tags))
        rest = [] if len(mine) == len(tags) else list(filterfalse(match, tags))
        if self.has_component:
            return self._by_component(mine), rest
        start, _, end = _pieces(self.text)
        texts = [tag[len(start) : len(tag) - len(end)] for tag in mine] if end else [tag[len(start) :] for tag in mine]
        return ([TagGroup("", mine, texts)] if mine else []), rest

    def write(self, version: str, component: str = "") -> str:
        """The tag's name for a version."""
        return self.text.replace("{component}", component).replace("{version}", version)

    def _by_component(self, tags: list[str]) -> list[TagGroup]:
        groups: dict[str, TagGroup] = {}
        for tag in tags:
            found = self._regex.fullmatch(tag)
            if found:
                group = groups.setdefault(found[1], TagGroup(found[1], [], []))
                group.tags.append(tag)
                group.versions.append(found[2])
        return list(groups.values())


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Version tags of one component, and the text of each one's version."""

    component: str
    tags: list[str]
    versions: list[str]


def _pieces(text: str) -> tuple[str, str, str]:
    """What stands before `{component}` (or `{version}`), between the two, and behind."""
    fields = re.findall(r"\{[^}]*\}", text)
    if fields not in (["{version}"], ["{component}", "{version}"]):
        raise ValueError(f"a tag pattern has one {{version}}, and at most one {{component}} in front of it: {text!r}")
    head, end = text.split("{version}")
    if "{component}" not in head:
        return head, "", end
    start, between = head.split("{component}")
    if not between:
        raise ValueError(f"something must stand between {{component}} and {{version}}: {text!r}")
    return start, between, end


@dataclass(frozen=True, slots=True)
class TagName:
    """A tag's name taken apart."""

    tag: str
    pattern: TagPattern
    component: str
    version: str


def split(tag: str, patterns: tuple[TagPattern, ...]) -> TagName | None:
    """`tag` by the first of `patterns` that it looks like, or None: it is no version tag."""
    for pattern in patterns:
        found = pattern.split(tag)
        if found is not None:
            return TagName(tag, pattern, *found)
    return None
