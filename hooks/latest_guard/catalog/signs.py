"""What a text says of a command in it before anybody walks it: whether the command can move something there at all.

A sign may say yes too often, which costs time; it never says no of a text in which the command moves something.
"""

from __future__ import annotations

import re

#: curl sends something, or its options stand elsewhere.
SENDING = re.compile(
    r"""[\s"',]-(?:[a-z]*[XdFT](?![\w-])|-(?:request|method|data|json|form|upload))|\$[@*]|\[[@*]\]"""
    r"|(?i:\$[{ ]{0,3}[\w.]{0,60}(?:opt|arg|flag|param|cmd))"
)
#: A tag is made, or something is pushed that is no plain branch.
TAGGING = re.compile(r"\b(?:tag|update-ref)\b|\bpush\b")
PUSHED = re.compile(r"[$`{}*+:@%]|\s-[a-z]*[fd]\b|--(?:force|tags|mirror|follow-tags|delete|all)|latest|refs/")


def sends(said: str) -> bool:
    """Can curl send something in this text?"""
    return any(SENDING.search(line, at) for line, at in _behind(said, "curl"))


def pushes(said: str) -> bool:
    """Can git move a tag in this text?"""
    for line, at in _behind(said, "git"):
        found = TAGGING.search(line, at)
        if found and (found[0] != "push" or PUSHED.search(line, found.end())):
            return True
    return False


def together(said: str, tool: str, words: tuple[str, ...]) -> bool:
    """Can `tool` stand in front of its subcommands in a line of this text: by its name or in a variable, they by theirs or in one?"""
    if not words or quoted(said, tool) >= 0:
        return True
    called = re.compile(rf"\b{re.escape(tool)}(?:\s+-\S+)*\s+[\"']?[$`{{]")
    for line in lines(said):
        named = line.find(tool)
        if named >= 0 and called.search(line, named):
            return True
        held = line.find("$")
        at = min((place for place in (named, held) if place >= 0), default=-1)
        for word in words:
            at = line.find(word, at) if at >= 0 else -1
        if at >= 0:
            return True
    return False


def lines(said: str) -> list[str]:
    """The lines of a text, those that a backslash goes on in the next one as one."""
    return said.replace("\\\r\n", " ").replace("\\\n", " ").split("\n")


def quoted(said: str, command: str) -> int:
    """Where a command stands as an item of a list, as programs have it; -1 where it does not."""
    places = [place for place in (said.find(f"'{command}'"), said.find(f'"{command}"')) if place >= 0]
    return min(places, default=-1)


def _behind(said: str, command: str) -> list[tuple[str, int]]:
    """The lines in which `command` stands, with the place behind it; where it is an item of a list, all from there on is its line."""
    place = quoted(said, command)
    found = [(said, place)] if place >= 0 else []
    for line in lines(said):
        at = line.find(command)
        if at >= 0:
            found.append((line, at + len(command)))
    return found


# Programs that are told to publish ------------------------------------------------------------------------------------

#: What the words of a variable's name say that holds the name under which something is to be published …
PUBLISHED = frozenset(
    (
        "tag",
        "tags",
        "dest",
        "destination",
        "destinations",
        "target",
        "targets",
        "alias",
        "aliases",
        "release",
        "publish",
        "published",
        "push",
        "pointer",
    )
)
#: … and those of one that holds what is to be published, or what is to be used for it.
USED = frozenset(("src", "source", "sources", "from", "base", "builder", "cache", "runner", "ci", "pull", "input"))

_WORDS = re.compile(r"[a-z0-9]+|[A-Z0-9]+(?![a-z])|[A-Z][a-z0-9]*")


def names_destination(name: str) -> bool:
    """Does the name of a variable or input say that something is published under its value?"""
    words = {word.lower() for word in _WORDS.findall(name)}
    return bool(words & PUBLISHED) and not words & USED


#: How the subcommands begin by which programs publish.
PUBLISHING = ("publish", "push", "promote", "retag", "release")
_TOLD = re.compile(r"\s[\"']?(?:publish|push|promote|retag|release)")
_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_HANDED = re.compile(r"\$[@*]|\[[@*]\]|(?i:\$[{( ]{0,3}\w{0,60}(?:opt|arg|flag|param))")


def publishes(text: str) -> bool:
    """Can a program stand in a text that is told to publish something under a name, in its line or in what a variable of it holds?"""
    options = frozenset(word for word in _OPTION.findall(text) if names_destination(word))
    if not options:
        return False
    told_to = (line for line in lines(text) if _TOLD.search(line))
    return any(_HANDED.search(line) or options & set(_OPTION.findall(line)) for line in told_to)
