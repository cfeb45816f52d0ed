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


def _behind(said: str, command: str) -> list[tuple[str, int]]:
    """The lines in which `command` stands, with the place behind it; where it is an item of a list, all from there on is its line."""
    found: list[tuple[str, int]] = []
    for quote in ("'", '"'):
        at = said.find(quote + command + quote)
        if at >= 0:
            found.append((said, at))
    for line in said.replace("\\\n", " ").split("\n"):
        at = line.find(command)
        if at >= 0:
            found.append((line, at + len(command)))
    return found
