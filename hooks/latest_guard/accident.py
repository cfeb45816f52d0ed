"""What is known of a run in which the accident can happen: the version that is being released, in the form that a tag has.

Every CI system's scenarios are made of these, so that they all mean the same thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.values import OLDER, RELEASED_VERSIONS, Colour, Data, Kind, Literal, Piece, Str, Symbol, Worlds, samples, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.source import Span

#: How projects write tags, the commonest first; `{}` is the version.
FORMS = ("v{}", "{}", "release-{}", "release/{}", "release-v{}", "release/v{}", "version-{}", "r{}", "V{}")

#: Versions of other lengths, for patterns that ask for them.
SHAPES: tuple[Worlds, ...] = (RELEASED_VERSIONS, ("1.27", "1.29", "1.29-rc.1"), ("1.27.4.0", "1.29.0.0", "1.29.0.0-rc.1"))

#: Other ways to write the prerelease of a final version.
PRERELEASES = ("-rc.1", "-rc1", "rc1", ".rc1", "-beta.1", "-beta1", "-alpha.1", "b1", "-pre.1", ".dev1")

TAG = "the released tag"


def released_tag(accepts: Callable[[str], bool] | None = None, prefixes: Iterable[str] = (), name: str = TAG) -> Str | None:
    """The tag that is being released, in the first form that `accepts` (the trigger's filter) takes; None where it takes no version.

    `prefixes` are texts that a tag may begin with, as the filter has them (`api/v`).  Where tags are accepted only of lines that
    the three worlds do not have (`v2.*`), the text behind the prefix is a symbol without samples.
    """
    given = tuple(dict.fromkeys(prefixes))
    forms = (*FORMS, *(form for prefix in given for form in _forms_with(prefix)))
    for shape in SHAPES:
        for form in forms:
            worlds = _worlds(form, shape, accepts or (lambda _: True))
            if worlds:
                return (Symbol(name, Colour.RELEASED, worlds),)
    return _some_version(accepts, given, name)


def takes_prereleases_only(accepts: Callable[[str], bool], prefixes: Iterable[str] = ()) -> bool:
    """Whether a filter takes tags of versions, but of no final ones."""
    worlds = samples(released_tag(accepts, prefixes) or ())
    return worlds is not None and worlds[OLDER].endswith(PRERELEASES)


def _forms_with(prefix: str) -> tuple[str, ...]:
    """The forms that a prefix makes; none where a part of the version stands in it already."""
    if prefix.rstrip(".")[-1:].isdigit():
        return ()
    safe = prefix.replace("{", "{{").replace("}", "}}")
    return (safe + "{}", safe + "v{}")


def _worlds(form: str, shape: Worlds, accepts: Callable[[str], bool]) -> Worlds | None:
    """The three tags of a form. Where no prerelease is accepted, the third is a final version; where only they are, all are."""
    older, newer, third = (form.format(version) for version in shape)
    if accepts(older) and accepts(newer):
        return older, newer, next((tag for tag in (third, *(newer + suffix for suffix in PRERELEASES)) if accepts(tag)), newer)
    for suffix in PRERELEASES:
        if accepts(older + suffix) and accepts(newer + suffix):
            return older + suffix, newer + suffix, newer + suffix
    return None


def with_prerelease(tag: Str, known: Callable[[str], bool]) -> Str:
    """The tag with a prerelease in its third world, in the first form that is `known`; one of which all are prereleases stays."""
    made: list[Piece] = []
    for piece in tag:
        if isinstance(piece, Symbol) and piece.samples is not None and not piece.samples[OLDER].endswith(PRERELEASES):
            older, newer, _ = piece.samples
            third = next((newer + suffix for suffix in PRERELEASES if known(newer + suffix)), newer + PRERELEASES[0])
            made.append(Symbol(piece.name, piece.colours, (older, newer, third), piece.kind, piece.span))
        else:
            made.append(piece)
    return tuple(made)


#: What may follow a prefix that holds a part of the version already.
RESTS = ("{}", ".0", "0", "0.0", ".0.0", "1", "24.1", "24.01.01", "24-01-01", "240101", "1.0.0.0")


def _some_version(accepts: Callable[[str], bool] | None, prefixes: tuple[str, ...], name: str) -> Str | None:
    for prefix in prefixes:
        if any(letter.isdigit() for letter in prefix) and accepts and any(accepts(prefix + rest) for rest in RESTS):
            return (*text(prefix), Symbol(f"{name} without {prefix}", Colour.RELEASED))
    return None


def final(string: Str) -> Str:
    """The string in a run that is known to release no prerelease: in its third world, what it is in the second."""
    return tuple(
        piece
        if isinstance(piece, Literal) or piece.samples is None
        else Symbol(piece.name, piece.colours, (piece.samples[0], piece.samples[1], piece.samples[1]), piece.kind, piece.span)
        for piece in string
    )


def prerelease(string: Str) -> Str:
    """The string in a run that is known to release a prerelease of the older or the newer version."""
    return tuple(
        piece
        if isinstance(piece, Literal) or piece.samples is None
        else Symbol(piece.name, piece.colours, (piece.samples[0] + "-rc.1", piece.samples[2], piece.samples[2]), piece.kind, piece.span)
        for piece in string
    )


def prerelease_flag(name: str = "the release is a prerelease") -> Str:
    """Whether the release is marked as a prerelease: never in the accident."""
    return (Symbol(name, Colour.PRERELEASE, ("false", "false", "true"), Kind.BOOLEAN),)


def circumstance(name: str, kind: Kind = Kind.STRING) -> Str:
    """A fact that any ordinary run has and that says nothing of versions."""
    return (Symbol(name, Colour.CIRCUMSTANCE, kind=kind),)


def anything(name: str, colours: Colour = Colour.CIRCUMSTANCE) -> Str:
    """An object of which nothing is known but where it came from; what is asked of it came from there, too."""
    return (Symbol(name, colours, kind=Kind.ANY),)


#: Names of inputs by which people give the version that they want to release, and how they write it.
_TAG_WORDS = ("tag", "ref")
_VERSION_WORDS = ("version", "release")


#: Words of a name that say that it is asked for a version, and those with which the same name asks for something else.
_ASKING = frozenset(("version", "tag", "release"))
_OTHERWISE = frozenset(
    (
        "secret",
        "token",
        "key",
        "password",
        "pass",
        "user",
        "url",
        "host",
        "path",
        "dir",
        "file",
        "branch",
        "notes",
        "name",
        "channel",
        "type",
        "image",
    )
)
#: Words of a name that say that it is a switch, or that it is asked for another version than the one to be released.
_SWITCHING = frozenset(("latest", "push", "skip", "enable", "disable", "should", "is", "force", "only", "dry", "no", "previous", "last"))
#: What a name says that marks a release instead of naming it.
_MARKING = re.compile(r"pre[-_]?release|draft")
_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def names_version(name: str) -> bool:
    """Does the name of a variable say that a version or a tag is wanted?"""
    words = {word.casefold() for word in _NAME_WORD.findall(name)}
    if words & _SWITCHING:
        return False
    return bool(words & _ASKING) and not (words & _OTHERWISE and "tag" not in words)


def typed(name: str, shown: str, span: Span | None = None, pattern: str = "") -> Str:
    """A text that somebody types for a run: as like as not the version to be released.

    Its samples are a tag's where the input's `name` says so, a version's where it says that; else nobody can tell.
    """
    word = name.casefold()
    worlds: Worlds | None = None
    marks = _MARKING.search(word) or {found.casefold() for found in _NAME_WORD.findall(name)} & _SWITCHING
    if not marks and any(part in word for part in (*_VERSION_WORDS, *_TAG_WORDS)):
        form = pattern or ("{}" if any(part in word for part in _VERSION_WORDS) else "v{}")
        older, newer, third = (form.format(version) for version in RELEASED_VERSIONS)
        worlds = (older, newer, third)
    return (Symbol(shown, Colour.PERSON | Colour.RELEASED, worlds, span=span),)


def branch(name: str) -> Str:
    """The name of a branch that is not known."""
    return (Symbol(name, Colour.BRANCH),)


#: What the names of branches say that hold a release line, from which its versions are published.
_LINE_WORDS = ("release", "hotfix", "maintenance")


def branch_behind(prefix: str) -> Str:
    """The name of a branch of which only the beginning is known. Where that is a release line's, the rest is of the version."""
    colour = Colour.BRANCH | Colour.RELEASED if _names_line(prefix) else Colour.BRANCH
    return (*text(prefix), Symbol(f"the branch behind {prefix}" if prefix else "the branch", colour))


def is_release_line(name: Str) -> bool:
    """Whether a branch holds a release line, by its name: `release/1.27`, `releases/minor`."""
    return bool(name) and isinstance(name[0], Literal) and _names_line(name[0].text)


def _names_line(name: str) -> bool:
    return any(word in name.casefold() for word in _LINE_WORDS)


def ticked(shown: str, span: Span | None = None) -> Data:
    """A box that somebody ticks for a run, or leaves."""
    return (Symbol(shown, Colour.PERSON, kind=Kind.BOOLEAN, span=span),)
