"""What all pictures share: colours for light and for dark, and the frame of a document.  Shared by the formats.

SVG 1.1 with a style sheet of its own; nothing is loaded from elsewhere, and no script is in it.
"""

from __future__ import annotations

from html import escape
from string import Template
from typing import TYPE_CHECKING

from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Every colour by what it is for: on light, and on dark. All but `box`, `edge` and `grid` stand out from the page by 4.5 : 1 and more, as
#: WCAG 2.2 (1.4.3) asks for text.
COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "box": ("#f6f8fa", "#161b22"),
    "edge": ("#8c959f", "#6e7681"),
    "grid": ("#d1d9e0", "#30363d"),
    "words": ("#1f2328", "#e6edf3"),
    "faint": ("#59636e", "#9198a1"),
    "plain": ("#0969da", "#58a6ff"),
    "record": ("#8250df", "#bc8cff"),
    "good": ("#1a7f37", "#3fb950"),
    "unsure": ("#9a6700", "#d29922"),
    "bad": ("#cf222e", "#ff7b72"),
}


def sheet(rules: str, coloured: str) -> str:
    """A style sheet: `rules` that hold always, and `coloured` ones, in which `$good` is a colour of COLOURS, for light and for dark."""
    light, dark = (Template(coloured).substitute({name: pair[at] for name, pair in COLOURS.items()}) for at in (0, 1))
    return f"{rules}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def document(width: float, height: float, style: str, body: Iterable[str], about: str) -> str:
    """A picture as one SVG document; `about` is what is read out in its place."""
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{told(about)}">'
    return "\n".join([head, f"<style>\n{style}\n</style>", '<rect class="page" width="100%" height="100%"/>', *body, "</svg>"]) + "\n"


def told(text: str) -> str:
    """`text` for SVG and HTML, within an element or an attribute: shown as it is, and taken for nothing else."""
    return escape(clean(text))
