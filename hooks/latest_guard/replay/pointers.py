"""Which names are under watch, which pointer a mover's target names, and which targets are tags of the version's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form, Target
from latest_guard.catalog.images import is_private_registry
from latest_guard.findings import Pointer
from latest_guard.values import Colour, Literal, Str, Symbol, colours, plain, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.values import Piece

SEPARATORS = "-_."
#: A version that is written out.
WRITTEN = re.compile(r"(?<![\w.])v?\d{1,9}\.\d{1,9}\.\d{1,9}")
#: The line of one, as the tag or between dashes: 1.27, v1.
LINE = re.compile(r"(?<![\w.])v?\d{1,9}(?:\.\d{1,9})?(?![\w.])")
#: How the host of Docker Hub may be written, or left out (https://docs.docker.com/reference/cli/docker/image/pull/).
HUB = ("docker://", "index.docker.io/", "docker.io/", "library/")


@dataclass(frozen=True, slots=True)
class Watch:
    """The names under watch: `latest` and its variants (`latest-alpine`, `3-latest`), and what the configuration adds.

    `majors` and `minors` ask for floating `1` and `1.2` as well.
    """

    names: tuple[str, ...] = ("latest",)
    majors: bool = False
    minors: bool = False

    def holds(self, name: str) -> bool:
        """Is `name` one of them, or a variant of one?"""
        lowered = name.lower()
        for word in self.names:
            at = lowered.find(word)
            while at >= 0:
                end = at + len(word)
                before, after = lowered[at - 1 : at] if at else "", lowered[end : end + 1]
                if (not before or before in SEPARATORS) and (not after or after in SEPARATORS):
                    return True
                at = lowered.find(word, at + 1)
        return self._floats(lowered)

    def mentioned(self, text: str) -> bool:
        """Can one of the names stand in a text?"""
        lowered = text.lower()
        return self.majors or self.minors or any(word in lowered for word in self.names)

    def _floats(self, name: str) -> bool:
        numbers = name.removeprefix("v").split(".")
        if not all(number.isdigit() for number in numbers):
            return False
        return (self.majors and len(numbers) == 1) or (self.minors and len(numbers) == 2)


def image_tag(image: Str) -> tuple[Str, Str] | None:
    """The name and the tag of an image reference; tag `latest` where none is written; None for a digest or an unknown tail.

    The grammar is that of the distribution's reference package: the tag follows the last `:` behind the last `/`.
    """
    cut = _last_slash(image)
    tail = image[cut[0] :] if cut else image
    offset = cut[1] if cut else 0
    for index, piece in enumerate(tail):
        if not isinstance(piece, Literal):
            continue
        start = offset if index == 0 else 0
        if "@" in piece.text[start:]:
            return None
        colon = piece.text.find(":", start)
        if colon >= 0:
            at = (cut[0] if cut else 0) + index
            name = (*image[:at], Literal(piece.text[:colon], piece.span)) if colon else image[:at]
            rest = piece.text[colon + 1 :]
            tag = ((Literal(rest, piece.span),) if rest else ()) + tuple(image[at + 1 :])
            return name, tag
    last = image[-1] if image else None
    if isinstance(last, Symbol) and (last.samples is None or any(c in last.samples[0] for c in ":@/")):
        return _sampled_tag(image, last)
    return (image, (Literal("latest", last.span if last else None),)) if image else None


def _sampled_tag(image: Str, last: Symbol) -> tuple[Str, Str] | None:
    if last.samples is None or "@" in last.samples[0]:
        return None
    name, colon, tag = last.samples[0].rpartition(":")
    if not colon or "/" in tag:
        return (image, (Literal("latest", last.span),))
    return (*image[:-1], Literal(name, last.span)), (Literal(tag, last.span),)


def _last_slash(image: Str) -> tuple[int, int] | None:
    for index in range(len(image) - 1, -1, -1):
        piece = image[index]
        if isinstance(piece, Literal):
            at = piece.text.rfind("/")
            if at >= 0:
                return index, at + 1
    return None


def moved(kind: str, target: Target, watch: Watch) -> Pointer | None:
    """The pointer that `target` names, None where it is none under watch."""
    at = folded(target.text)
    if at is None:
        return _moved(kind, target, watch)
    pieces, symbol = target.text, target.text[at]
    ways = (replace(target, text=(*pieces[:at], Literal(option, symbol.span), *pieces[at + 1 :])) for option in symbol.options)  # type: ignore[union-attr]
    return next((found for way in ways if (found := moved(kind, way, watch)) is not None), None)


def folded(string: Str) -> int | None:
    """Where a symbol stands in a string for more alternatives than are followed."""
    return next((at for at, piece in enumerate(string) if isinstance(piece, Symbol) and piece.options), None)


def _moved(kind: str, target: Target, watch: Watch) -> Pointer | None:
    if target.form is Form.RELEASE:
        return _badge(kind, target)
    if target.form is Form.FORMULA:
        name = tag_name(target.text)
        return Pointer(kind, name or "formula", target.repository or name)
    if target.form is Form.IMAGE:
        parts = image_tag(target.text)
        if parts is None or is_private_registry(target.text):
            return None
        name = tag_name(parts[1])
        return Pointer(kind, name, f"{show(parts[0])}:{name}") if name and watch.holds(name) else None
    name = tag_name(target.text)
    if target.form is Form.PATH:
        parts_of = [part for part in name.replace(":", "/").split("/") if watch.holds(part.partition(".")[0])]
        return Pointer(kind, parts_of[0], name) if parts_of else None
    if target.form is Form.REF:
        name = name.removeprefix("refs/tags/")
    if not name or not watch.holds(name):
        return None
    return Pointer(kind, name, f"{target.repository}:{name}" if target.repository else name)


def _badge(kind: str, target: Target) -> Pointer | None:
    said = plain(target.text)
    if said is not None and said.strip().lower() == "false":
        return None
    return Pointer(kind, "latest", target.repository or "the repository's latest release")


def tag_name(tag: Str) -> str:
    """The tag as text: a symbol stands as its text in the accident, or in braces as its name."""
    parts = []
    for piece in tag:
        if isinstance(piece, Literal):
            parts.append(piece.text)
        elif piece.samples is not None:
            parts.append(piece.samples[0])
        else:
            parts.append("{" + piece.name.replace("latest", "l…") + "}")
    return "".join(parts).strip()


# Tags of the version's own ----------------------------------------------------------------------------------------------


def versioned(target: Target) -> Iterator[str]:
    """The images of which a tag of the version's own is there after `target` is set: it is one, or it is copied from one."""
    named = [_named(target.text) if target.form is Form.IMAGE else (target.repository, target.text) if target.form is Form.TAG else None]
    for found in (*named, *map(_named, target.sources)):
        if found is not None and _is_whole(found[1]):
            yield bare(found[0])


def bare(image: str) -> str:
    """An image's name without what may be left out of it."""
    for head in HUB:
        image = image.removeprefix(head)
    return image


def _named(image: Str) -> tuple[str, Str] | None:
    parts = image_tag(image)
    return (show(parts[0]), parts[1]) if parts is not None else None


def _is_whole(tag: Str) -> bool:
    """Does a tag hold a whole version? What only the run knows is taken for one, unless it is the commit, a branch or a line."""
    said = tag_name(tag)
    if any(Colour.RELEASED in colours((piece,)) for piece in tag):
        return WRITTEN.search(said) is not None or LINE.search(said) is None
    return WRITTEN.search(said) is not None or any(map(_may_be_version, tag))


def _may_be_version(piece: Piece) -> bool:
    return isinstance(piece, Symbol) and piece.samples is None and not piece.colours & (Colour.CIRCUMSTANCE | Colour.BRANCH)
