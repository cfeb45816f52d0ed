"""Every pointer of a repository: what moves it, in which scenario, behind which gate.  One module an output format."""

from __future__ import annotations

#: Every format: its module below `latest_guard.inventory` and its line in the help.
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "for people"),
    "markdown": ("markdown", "for pages"),
    "json": ("json", "for programs, stable"),
    "svg": ("svg", "a picture: scenarios, jobs, gates, pointers"),
}
