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
