"""The tags that exist: local and remote united, and what could not be seen."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

#: The namespaces of tags and of branches.
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
    #: the names of those that only the remote has
    only_remote: Sequence[str] = ()
    #: where the tags were read: `local`, and the remote's name
    sources: tuple[str, ...] = ("local",)
    #: why tags may be missing; empty when the set is known to be whole
    gaps: tuple[Gap, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether no tag can be missing."""
        return not self.gaps

    def having(self, refs: Mapping[str, str]) -> TagSet:
        """The same, as if `refs` were there as well, or had moved."""
        layers: list[dict[str, str]] = [dict(refs), self.refs]  # type: ignore[list-item]  # ChainMap only reads the second
        return replace(self, refs=ChainMap(*layers))


class Listing(Mapping[str, str]):
    """The refs of `ID<tab>REF` lines, all below one namespace, as a mapping of their short names to ids.

    It is read lazily: the guard wants the names of 100,000 tags, but the ids of one or two.
    """

    __slots__ = ("_asked", "_index", "_lines", "_namespace", "_text", "_width", "raw")

    #: So many ids are searched for before an index is made.
    _FEW = 8

    def __init__(self, listing: bytes, namespace: bytes) -> None:
        #: what git wrote
        self.raw = listing
        self._text = listing.decode("utf-8", "surrogateescape")
        self._namespace = "\t" + namespace.decode()
        self._lines = self._text.split("\n")[:-1]
        self._width = self._text.find("\t")
        self._asked = 0
        self._index: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        self._asked += 1
        if self._asked > self._FEW:
            self._index = self._index or {name: line[: self._width] for name, line in zip(self, self._lines, strict=True)}
            return self._index[name]
        at = self._text.find(f"{self._namespace}{name}\n")
        if at < 0 or "\n" in name:
            raise KeyError(name)
        return self._text[at - self._width : at]

    def __iter__(self) -> Iterator[str]:
        skip = self._width + len(self._namespace)
        return iter([line[skip:] for line in self._lines])

    def __len__(self) -> int:
        return len(self._lines)


def refs_of(listing: bytes, namespace: bytes) -> dict[str, str]:
    """The refs of `ID<tab>REF` lines below `namespace`, by their short names; other lines, and peeled tags, are left out."""
    prefix, found = namespace.decode(), {}
    for line in listing.decode("utf-8", "surrogateescape").split("\n"):
        ident, _, name = line.partition("\t")
        if name.startswith(prefix) and not name.endswith("^{}"):
            found[name[len(prefix) :]] = ident
    return found


def united(local: Listing, remote: bytes, remote_name: str) -> TagSet:
    """The tags here and those of the remote's `ID<tab>REF` lines, which are in order of names and may hold branches as well."""
    at = remote.find(b"\t" + TAGS)
    start = remote.rfind(b"\n", 0, at) + 1 if at >= 0 else len(remote)
    heads, sources = refs_of(remote[:start], HEADS), ("local", remote_name)
    if len(remote) - start == len(local.raw) and remote.endswith(local.raw):  # the common case, and half the work
        return TagSet(local, heads=heads, sources=sources)
    tags = remote[start:]
    our_lines, their_lines = set(local.raw.split(b"\n")), set(tags.split(b"\n"))
    only_here, only_there = (refs_of(b"\n".join(lines), TAGS) for lines in (our_lines - their_lines, their_lines - our_lines))
    split = {name: (ident, only_there[name]) for name, ident in only_here.items() if name in only_there}
    more = "".join(f"{ident}\trefs/tags/{name}\n" for name, ident in only_here.items() if name not in split)
    every = Listing(tags + more.encode("utf-8", "surrogateescape"), TAGS)
    return TagSet(every, split, heads, [name for name in only_there if name not in split], sources)
