"""The page of a rule: the docstring of its module, in Markdown.

The first line says in one sentence what the rule finds.  Sections follow, each under a `##` heading: Why, Bad, Good, Limits.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page: `summary` is one sentence without Markdown, `body` the whole page without its title."""

    rule: str
    summary: str
    body: str


def page(rule: str) -> Page:
    """The page of the rule with this id; an id without a module has an empty one."""
    try:
        module = import_module(f"latest_guard.rules.{rule.replace('-', '_')}")
    except ModuleNotFoundError:
        return Page(rule, rule, "")
    body = inspect.cleandoc(module.__doc__ or "")
    summary = " ".join(body.partition("\n\n")[0].split())
    return Page(rule, summary or rule, body)
