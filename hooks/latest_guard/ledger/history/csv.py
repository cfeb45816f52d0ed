"""The history as CSV (RFC 4180), a row for each version tag."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from latest_guard.ledger.history.words import stamp
from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from latest_guard.ledger.history.past import Past
    from latest_guard.report.look import Look

HEAD = ("date", "component", "tag", "version", "line", "kind", "latest", "back_from", "back_until")


def render(past: Past, look: Look) -> str:
    """The rows, component by component, in the order of time; `back_from` is what an unguarded `latest` goes back from."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for track in past.tracks:
        component = cell(track.component)
        falls = {
            setback.after.tag: (setback.before.tag, "" if setback.until is None else stamp(setback.until)) for setback in track.setbacks
        }
        for release in track.releases:
            before, until = falls.get(release.tag, ("", ""))
            names = map(cell, (release.tag, past.version(release.tag), track.lines[release.line]))
            writer.writerow((stamp(release.seconds), component, *names, release.kind, cell(release.latest), cell(before), until))
    return out.getvalue()


def cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: with an apostrophe in front of what begins like one."""
    return f"'{clean(text)}" if text.startswith(("=", "+", "-", "@")) else clean(text)
