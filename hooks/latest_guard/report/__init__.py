"""One module an output format: `render(report, look) -> str`, imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from latest_guard.findings import Report
    from latest_guard.report.look import Look

#: Every format: its module below `latest_guard.report` and its line in the help.
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "for people"),
    "json": ("json", "for programs, stable"),
    "sarif": ("sarif", "SARIF 2.1.0, for code scanning and editors"),
    "github": ("github", "annotations and, in a job, the step summary"),
    "gitlab": ("gitlab", "Code Quality"),
    "junit": ("junit", "JUnit XML, a test a move"),
    "markdown": ("markdown", "for comments and pages"),
}


class Format(Protocol):
    """What a module of this folder offers."""

    def render(self, report: Report, look: Look) -> str:
        """The whole report, ready to be written out."""


def render(name: str, report: Report, look: Look) -> str:
    """The report in the format `name`, one of FORMATS."""
    module = cast("Format", import_module(f"latest_guard.report.{FORMATS[name][0]}"))
    return module.render(report, look)
