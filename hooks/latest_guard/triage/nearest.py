"""What somebody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean x?` for the known word most like `word`; empty where none is like it."""
    from difflib import get_close_matches

    found = get_close_matches(word[:80], sorted(known), n=1)
    return f", did you mean `{found[0]}`?" if found else ""
