"""The door to the text filters: what `sort`, `grep`, `sed` and their kin print for a text that is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

Filter: TypeAlias = Callable[[list[str], str], tuple[str, int]]

MAX_TEXT = 200_000
"""Longer texts are not filtered."""


def run_filter(argv: list[str], stdin: str) -> tuple[str, int] | None:
    """What a filter prints for `stdin`, and its exit status. `argv` is its whole command line.

    None where nobody here can tell: an unknown tool or option, files, a syntax that is not read, a text that is too long.
    Nothing is run and no file is read. Texts are compared by code point, as with LC_ALL=C.
    """
    if not argv or len(stdin) > MAX_TEXT or sum(map(len, argv)) > MAX_TEXT:
        return None
    found = _filters().get(argv[0].rpartition("/")[2])
    if found is None:
        return None
    from latest_guard.shell.regex import TooLong
    from latest_guard.shell.tools.options import CannotTell

    try:
        return found(argv[1:], stdin)
    except (CannotTell, TooLong, RecursionError):
        return None


@cache
def _filters() -> dict[str, Filter]:
    from latest_guard.shell.tools import cutting, editing, fields, json_query, picking, printing, searching, sorting

    found: dict[str, Filter] = {
        "awk": fields.awk,
        "basename": printing.basename,
        "cat": picking.cat,
        "column": picking.column,
        "cut": cutting.cut,
        "dirname": printing.dirname,
        "echo": printing.echo,
        "egrep": lambda words, stdin: searching.grep(words, stdin, "E"),
        "fgrep": lambda words, stdin: searching.grep(words, stdin, "F"),
        "grep": searching.grep,
        "head": picking.head,
        "jq": json_query.jq,
        "nl": picking.nl,
        "paste": picking.paste,
        "printf": printing.printf,
        "rev": picking.rev,
        "sed": editing.sed,
        "seq": picking.seq,
        "sort": sorting.sort,
        "tac": picking.tac,
        "tail": picking.tail,
        "tee": picking.tee,
        "tr": cutting.tr,
        "uniq": sorting.uniq,
        "wc": picking.wc,
        "xargs": printing.xargs,
    }
    found.update(dict.fromkeys(("gawk", "mawk", "nawk"), found["awk"]))
    found.update({"g" + name: found[name] for name in ("sed", "sort", "grep", "head", "tail", "cut", "tr", "tac")})
    return found
