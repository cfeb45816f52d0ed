"""Where the pages of the rules are.  Shared by the formats."""

from __future__ import annotations

REPOSITORY = "https://github.com/latest-guard/latest-guard"


def page(rule: str) -> str:
    """The address of a rule's page."""
    return f"{REPOSITORY}/blob/main/docs/rules/{rule}.md"
