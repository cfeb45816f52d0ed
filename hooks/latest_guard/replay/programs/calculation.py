"""Plain calculation in one world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.programs import text_methods
from latest_guard.replay.programs.items import (
    Concrete,
    Moment,
    Release,
    written,
)
from latest_guard.replay.programs.process import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable


def number(value: Concrete) -> int | float:
    """A number; text that says one, too. Raises ValueError."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        bare = value.strip()
        return int(bare) if bare.lstrip("+-").isdigit() and len(bare) < 20 else float(bare or "0")
    if isinstance(value, Moment):
        return float(int.from_bytes(value.text.encode()[:6], "big"))
    raise ValueError("no number")


def arithmetic(sign: str, left: Concrete, right: Concrete) -> Concrete:
    """`left sign right` in a world."""
    if sign == "+" and isinstance(left, (str, tuple)) and type(left) is type(right):
        return text_methods._cap(left + right) if isinstance(left, str) and isinstance(right, str) else (*left, *right)
    if sign == "*" and isinstance(left, str) and isinstance(right, int):
        return left * min(right, 100)
    if isinstance(left, Release) or isinstance(right, Release):
        raise UndecidedError
    if sign == "|" and isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(dict.fromkeys((*left, *right)))
    if sign == "-" and isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(part for part in left if part not in right)
    if sign == "/" and isinstance(left, str) and isinstance(right, str):
        return f"{left}/{right}"  # pathlib
    first, second = number(left), number(right)
    works: dict[str, Callable[[], int | float]] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "/": lambda: first / second,
        "//": lambda: first // second,
        "%": lambda: first % second,
        "|": lambda: int(first) | int(second),
        "&": lambda: int(first) & int(second),
    }
    return works[sign]()


def percent(pattern: Concrete, given: Concrete) -> str:
    """Python's `%` on text."""
    if not isinstance(pattern, str):
        raise TypeError("no text")
    values = list(given) if isinstance(given, tuple) else [given]
    out = pattern
    for sign in ("%s", "%d", "%r"):
        while sign in out and values:
            out = out.replace(sign, written(values.pop(0)), 1)
    return out
