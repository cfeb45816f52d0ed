"""What a registry asks for with 401: the WWW-Authenticate header (RFC 9110 section 11.6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Scheme, then name=value pairs; values quoted or not. Every alternative starts with another character.
TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
PIECE = re.compile(rf'[\s,]*({TOKEN})(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?')


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in: its `scheme` in lower case, `bearer` or `basic` mostly, and its parameters."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)


def challenges(header: str) -> list[Challenge]:
    """Every challenge of a WWW-Authenticate `header`, in its order; what cannot be read ends the list."""
    found: list[Challenge] = []
    at = 0
    while piece := PIECE.match(header, at):
        at = piece.end()
        name, quoted, bare = piece.groups()
        if quoted is None and bare is None:
            found.append(Challenge(name.lower()))
        elif found:
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
            found[-1].parameters.setdefault(name.lower(), value)
    return found
