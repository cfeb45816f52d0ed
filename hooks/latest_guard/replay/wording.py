"""Strings that are known in part, in words for people: where a value came from matters, not how it was cut."""

from __future__ import annotations

from latest_guard.values import Colour, Literal, Str, Symbol

#: Longer texts are cut.
LENGTH = 70


def words(string: Str) -> str:
    """The string in a sentence: literal text in quotes, a symbol by what it is."""
    if not string:
        return "nothing"
    if len(string) == 1:
        piece = string[0]
        return f"`{_short(piece.text.strip())}`" if isinstance(piece, Literal) else _symbol(piece)
    known = [piece for piece in string if isinstance(piece, Symbol) and Colour.KNOWN in piece.colours]
    if known:
        return _symbol(known[0])
    if any(isinstance(piece, Symbol) and Colour.RELEASED in piece.colours for piece in string):
        return RELEASED
    return "`" + _short("".join(p.text if isinstance(p, Literal) else "{" + p.name + "}" for p in string).strip()) + "`"


RELEASED = "the version being released"


def _symbol(symbol: Symbol) -> str:
    lookup = symbol.lookup.name if symbol.lookup is not None else ""
    if Colour.RELEASED in symbol.colours and Colour.KNOWN in symbol.colours:
        return f"what is picked from {RELEASED} and {lookup or 'the versions that exist'}"
    if Colour.KNOWN in symbol.colours:
        return lookup or _short(symbol.name)
    return RELEASED if Colour.RELEASED in symbol.colours else _short(symbol.name)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LENGTH else line[: LENGTH - 1] + "…"
