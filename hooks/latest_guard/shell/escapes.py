"""Backslash escapes as `$'…'`, `echo -e` and `printf` know them."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.))",
    re.DOTALL,
)
_NAMED = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def decode(text: str) -> str:
    """The text with the escapes of `$'…'` (bash manual, ANSI-C quoting) replaced by what they stand for; others stay."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    named, byte, short, long, octal, control = found.groups()
    if named:
        return _NAMED.get(named, named)
    if control:
        return chr(ord(control) & 0x1F)
    code = int(octal, 8) & 0xFF if octal else int(byte or short or long, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
