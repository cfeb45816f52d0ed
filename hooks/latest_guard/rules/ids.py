"""The names of the rules, without the rules: what only needs to know them need not read what they look at."""

from __future__ import annotations

#: The ids of the rules, in the order in which they are told; those of `rules.all.RULES`, which a test compares.
IDS: tuple[str, ...] = (
    "ungated-latest",
    "weak-gate",
    "opaque-gate",
    "fail-open-gate",
    "void-gate",
    "blind-gate",
    "unsound-comparison",
    "circular-gate",
    "racy-gate",
    "contested-latest",
    "coupled-release",
    "unversioned-latest",
)
#: Those that count only where they are selected: how a project publishes is its own choice, until it makes this one.
OPTIONAL: frozenset[str] = frozenset(("coupled-release", "unversioned-latest"))
