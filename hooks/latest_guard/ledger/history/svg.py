"""The history as a picture, a document of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.ledger.history.picture import LINE, STYLE, picture
from latest_guard.ledger.history.words import sentence
from latest_guard.report.drawing import document

if TYPE_CHECKING:
    from latest_guard.ledger.history.past import Past
    from latest_guard.report.look import Look


def render(past: Past, look: Look) -> str:
    """The picture as one SVG document."""
    found = picture(past)
    closing = found.closing()
    return document(found.width, found.height + LINE * len(closing), STYLE, [*found.drawn(), *closing], sentence(past))
