"""Text in Markdown that shows as it is.  Shared by the formats."""

from __future__ import annotations

import re

from latest_guard.report.screen import clean

SPECIAL = re.compile(r"([\\`*_\[\]<>#|~@&])")


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is; words between backquotes stay code."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:
        return SPECIAL.sub(r"\\\1", clean(text))
    return "".join(code(part) if index % 2 else SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def code(text: str, table: bool = False) -> str:
    """`text` as code within a line, or within a `table`."""
    cleaned = clean(text).replace("|", "\\|") if table else clean(text)
    ticks = "`" * (longest_run(cleaned) + 1)
    pad = " " if cleaned.startswith("`") or cleaned.endswith("`") else ""
    return f"{ticks}{pad}{cleaned}{pad}{ticks}"


def fenced(text: str) -> tuple[str, str, str]:
    """`text` as a block of code that it cannot end itself."""
    fence = "`" * max(3, longest_run(text) + 1)
    return fence, text, fence


def longest_run(text: str) -> int:
    """The length of the longest run of backquotes."""
    return max((len(run) for run in re.findall("`+", text)), default=0)
