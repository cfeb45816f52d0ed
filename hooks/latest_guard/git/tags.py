"""The tags that exist: local and remote united, and what could not be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The namespace of tags.
TAGS = b"refs/tags/"
HEADS = b"refs/heads/"


@dataclass(frozen=True, slots=True)
class Gap:
    """A reason why tags may be missing from what was seen."""

    #: `no-remote`, `unreachable`, `offline`
    kind: str
    #: in words, for the message
    reason: str


@dataclass(frozen=True, slots=True)
class TagSet:
    """Every tag that was seen."""

    #: name → id of the object that the ref holds (the tag object's for an annotated tag); where the two sides differ, the remote's
    refs: Mapping[str, str]
    #: tags that both sides have, with different ids: name → (local, remote)
    split: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: the remote's branches: name → commit
    heads: Mapping[str, str] = field(default_factory=dict)
    #: where the tags were read: `local`, and the remote's name
    sources: tuple[str, ...] = ("local",)
    #: why tags may be missing; empty when the set is known to be whole
    gaps: tuple[Gap, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether no tag can be missing."""
        return not self.gaps


def refs_of(listing: bytes, namespace: bytes) -> dict[str, str]:
    """The refs of `ID<tab>REF` lines below `namespace`, by their short names."""
    skip = len(namespace)
    found = {}
    for line in listing.decode("utf-8", "surrogateescape").split("\n"):
        ident, _, name = line.partition("\t")
        if name.startswith(namespace.decode()) and not name.endswith("^{}"):
            found[name[skip:]] = ident
    return found


def united(local: bytes, remote: bytes, remote_name: str) -> TagSet:
    """The tags of two listings, both `ID<tab>REF` lines in order of names; the remote's may hold branches as well."""
    at = remote.find(b"\t" + TAGS)
    start = remote.rfind(b"\n", 0, at) + 1 if at >= 0 else len(remote)
    heads, tags = refs_of(remote[:start], HEADS), remote[start:]
    theirs = refs_of(tags, TAGS)
    if local == tags:  # the common case, and half the work
        return TagSet(theirs, heads=heads, sources=("local", remote_name))
    ours = refs_of(local, TAGS)
    split = {name: (ident, theirs[name]) for name, ident in ours.items() if theirs.get(name, ident) != ident}
    return TagSet({**ours, **theirs}, split, heads, ("local", remote_name))
