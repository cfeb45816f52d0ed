"""Tag patterns: how a tag's name holds a version, `v{version}` say, or `{component}/v{version}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: How a version begins. Digits of any script, so that `v١.2` is a version badly spelled and not a tag of some other kind.
_DIGIT = re.compile(r"\d")
#: The same where no letter in front says that it is a version: `1.2.x` is one, `19_6_experiment` is not.
_VERSION_LIKE = re.compile(r"\d+(?!\d)(?:$|\.|-\d|!|(?:a|b|rc|alpha|beta|dev)\d*$)")

#: What is a version tag when nothing is configured.
DEFAULT = ("v{version}", "{version}", "{component}/v{version}", "{component}@{version}")


@dataclass(frozen=True, slots=True)
class TagPattern:
    """One pattern: literal text with one `{version}` and at most one `{component}` in front of it.

    Raises ValueError, with the reason, for any other text.
    """

    text: str
    _start: str = field(init=False, repr=False, compare=False)
    _between: str = field(init=False, repr=False, compare=False)
    _end: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        start, between, end = _pieces(self.text)
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_between", between)
        object.__setattr__(self, "_end", end)

    @property
    def has_component(self) -> bool:
        """Whether each component has tags, and so a sequence of versions, of its own."""
        return "{component}" in self.text

    @property
    def prefix(self) -> str:
        """What stands in front of the version in a pattern without component."""
        return self._start

    @property
    def suffix(self) -> str:
        """What stands behind the version."""
        return self._end

    def split(self, tag: str) -> tuple[str, str] | None:
        """The component ("" without one) and the version's text in `tag`; None if it looks like no version tag of this pattern."""
        if not tag.startswith(self._start) or not tag.endswith(self._end):
            return None
        inner = tag[len(self._start) : len(tag) - len(self._end)]
        component = ""
        if self.has_component:
            component, found, inner = inner.rpartition(self._between)
            if not found or not component:
                return None
        return (component, inner) if (_VERSION_LIKE if self.text == "{version}" else _DIGIT).match(inner) else None

    def write(self, version: str, component: str = "") -> str:
        """The tag's name for a version."""
        return self.text.replace("{component}", component).replace("{version}", version)


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
