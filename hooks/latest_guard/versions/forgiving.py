"""Reading tags that exist already, however they were spelled: the leading numbers, and whether it is a prerelease.

A tag that the scheme cannot read still takes part in the order: leaving it out would let a lower version pass unseen.
"""

from __future__ import annotations

import re

from latest_guard.versions.version import LONGEST

_NUMBERS = re.compile(r"([0-9]+(?:\.[0-9]+)+)(.*)", re.ASCII | re.DOTALL)
_PRERELEASE = re.compile(
    r"[-._~]?(?:dev|alpha|a|beta|b|c|cr|rc|pre|preview|m|milestone|snapshot|nightly|canary|next|ea|test)(?![a-z])", re.ASCII | re.IGNORECASE
)


def leading_numbers(text: str) -> tuple[tuple[int, ...], bool] | None:
    """The two or more dotted numbers that `text` begins with, and whether a prerelease's word follows them; None without such numbers.

    One number alone (`v1`) is more often a pointer than a version, and is left out.
    """
    found = _NUMBERS.match(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    numbers = tuple(int(number) for number in found[1].split("."))
    return numbers, _PRERELEASE.match(found[2]) is not None
