"""The order of versions as the tools in scripts see it: numbers piece by piece, a prerelease before its final."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = re.compile(r"[^0-9]{0,32}([0-9]+(?:\.[0-9]+){0,8})(.{0,64})", re.DOTALL)

_OPERATORS: dict[str, Callable[..., bool]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt,
}  # fmt: skip


def key(version: str) -> tuple[tuple[int, ...], bool, str] | None:
    """A sort key of a version text, None where it holds no version."""
    match = _VERSION.match(version.strip())
    if match is None:
        return None
    numbers = tuple(int(part) for part in match.group(1).split("."))
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    rest = match.group(2)
    return numbers, not rest.startswith(("-", "rc", "a", "b", "~", ".dev")), rest


def holds(left: str, name: str, right: str) -> bool | None:
    """`left name right` as versions; None where one of them is no version or the operator is unknown."""
    first, second = key(left), key(right)
    if first is None or second is None or name not in _OPERATORS:
        return None
    return _OPERATORS[name](first, second)


def sort(versions: list[str], descending: bool) -> list[str]:
    """Versions in their order; texts that are none come first."""
    return sorted(versions, key=lambda version: key(version) or ((), False, version), reverse=descending)
