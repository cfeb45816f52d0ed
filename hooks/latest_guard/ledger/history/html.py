"""The history as a page: the picture, each time that an unguarded `latest` goes back, and every release in a table.

The page stands alone. Its policy (CSP level 3) lets nothing be loaded, and nothing run but the style and the script that stand in it, which
it knows by their hashes: what a tag's name might smuggle in is not obeyed. Names are only ever shown; links go by numbers. All is there
without the script, and every mark is a link to its row; the script makes the marks one stop of the Tab key, on which arrow keys move.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from latest_guard.ledger.history.picture import STYLE as DRAWING
from latest_guard.ledger.history.picture import picture
from latest_guard.ledger.history.words import aside, duration, logged, minute, sentence, summary
from latest_guard.report.drawing import sheet, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.ledger.history.past import Past, Track
    from latest_guard.report.look import Look

STYLE = (
    sheet(
        """\
html { color-scheme: light dark; font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
body { margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 100rem }
h1 { font-size: 1.35rem; line-height: 1.35; margin: 0.25rem 0 0.75rem }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0.5rem 0; padding: 0; list-style: none }
.scroll { overflow-x: auto }
svg { display: block; max-width: 100%; min-width: 48rem; height: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: 0.15rem 1.25rem 0.15rem 0; text-align: left; vertical-align: top; white-space: nowrap }
td:last-child { white-space: normal }
thead th { position: sticky; top: 0 }
a { text-underline-offset: 0.15em }
:focus-visible { outline: 2px solid; outline-offset: 2px }
figure { margin: 0 }
figcaption { font-weight: 600; margin: 0.75rem 0 }
#says { position: sticky; bottom: 0; min-height: 1.5em; margin: 0; padding: 0.35rem 0 }
.mark { cursor: pointer }
.mark:focus { outline: none }
.mark:is(:hover, :focus-visible, :target) :is(circle, path) { stroke-width: 5 }""",
        """\
html, thead th, #says { background: $page; color: $words }
a { color: $plain }
th, .note { color: $faint }
tr { border-bottom: 1px solid $grid }
tr:target { background: $box; outline: 2px solid $plain }
.bad { color: $bad }
.back-port, .late { color: $unsure }
.mark:is(:hover, :focus-visible, :target) :is(circle, path) { stroke: $words }""",
    )
    + "\n"
    + DRAWING
)
SCRIPT = """\
"use strict";
const svg = document.querySelector("svg"), says = document.getElementById("says");
const marks = [...svg.querySelectorAll(".mark")].sort((a, b) => a.id.slice(1) - b.id.slice(1));
let at = marks.length - 1;
const say = mark => { says.textContent = mark.querySelector("title").textContent; };
const stop = () => marks.forEach((mark, number) => mark.setAttribute("tabindex", number === at ? 0 : -1));
const isBack = mark => mark.hasAttribute("data-back");
const backFrom = step => {
  for (let next = at + step; marks[next]; next += step) if (isBack(marks[next])) return next;
  return at;
};
const ways = {
  ArrowLeft: () => at - 1, ArrowRight: () => at + 1, ArrowUp: () => backFrom(1), ArrowDown: () => backFrom(-1),
  Home: () => 0, End: () => marks.length - 1,
};
svg.addEventListener("keydown", event => {
  if (!ways[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  at = Math.min(Math.max(ways[event.key](), 0), marks.length - 1);
  stop();
  marks[at].focus();
});
svg.addEventListener("focusin", event => {
  const mark = event.target.closest(".mark");
  if (mark) { at = marks.indexOf(mark); stop(); say(mark); }
});
svg.addEventListener("mouseover", event => { const mark = event.target.closest(".mark"); if (mark) say(mark); });
stop();
says.textContent = "Tab goes to the picture; there, left and right go from release to release, up and down to each way back.";
"""


def render(past: Past, look: Look) -> str:
    """The whole page."""
    return "\n".join([*head(past), *body(past), f"<script>{SCRIPT}</script>", "</body>", "</html>"]) + "\n"


def head(past: Past) -> Iterator[str]:
    """All before what is seen."""
    policy = f"default-src 'none'; style-src {trusted(STYLE)}; script-src {trusted(SCRIPT)}; base-uri 'none'; form-action 'none'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n<meta name="color-scheme" content="light dark"/>'
    yield '<meta name="referrer" content="no-referrer"/>\n<title>Releases, and where latest would have gone</title>'
    yield f"<style>{STYLE}</style>\n</head>\n<body>"


def trusted(text: str) -> str:
    """A text as the policy names it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def body(past: Past) -> Iterator[str]:
    """What is seen."""
    drawing = picture(past)
    yield "<header><h1>Releases, and where <code>latest</code> would have gone</h1>"
    yield f"<nav><ul>{contents(past)}</ul></nav></header>\n<main>"
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}" viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}"'
    yield f'<figure><div class="scroll"><svg {size} role="group" aria-label="releases: time from left to right, lines upwards">'
    yield from drawing.drawn(linked=True)
    yield '</svg></div>\n<p id="says" class="note" aria-live="polite"></p>'
    yield f"<figcaption>{told(sentence(past))}</figcaption></figure>"
    number = 0
    for at, track in enumerate(past.tracks):
        yield from section(track, at, number, f"{told(track.component)}: " if track.component else "")
        number += len(track.releases)
    yield (f'<p class="note">{told(aside(past))}</p>\n' if aside(past) else "") + "</main>"


def contents(past: Past) -> str:
    """Links to the sections, of which a picture of two thousand marks is not the shortest to leave."""
    return "".join(
        f'<li><a href="#{kind}{at}">{told(f"{track.component}: " if track.component else "")}{words}</a></li>'
        for at, track in enumerate(past.tracks)
        for kind, words, there in (
            ("b", "an unguarded latest goes back", track.setbacks),
            ("l", "the log", track.logged),
            ("t", "every version tag", track.releases),
        )
        if there
    )


def section(track: Track, at: int, number: int, name: str) -> Iterator[str]:
    """A component's tables; its releases have the numbers from `number` on."""
    rows = {release.tag: row for row, release in enumerate(track.releases, number)}
    if track.setbacks:
        yield f'<h2 id="b{at}">{name}An unguarded latest goes back</h2>'
        backs = (
            (
                minute(setback.after.seconds),
                *(link(rows, one.tag) for one in (setback.before, setback.after)),
                str(setback.lines),
                duration(setback),
            )
            for setback in track.setbacks
        )
        yield from table(("date, UTC", "from", "to", "lines down", "for"), (f"<tr>{cells(row)}</tr>" for row in backs))
    if track.logged:
        yield f'<h2 id="l{at}">{name}Moves of latest in the log</h2>\n<ul>'
        yield from (f"<li>{minute(move.seconds)} UTC: {told(logged(move))}</li>" for move in track.logged)
        yield "</ul>"
    yield f'<h2 id="t{at}">{name}Every version tag</h2>\n<p class="note">{told(summary(track))}</p>'
    yield from table(("date, UTC", "tag", "line", "kind", "latest, guarded", "unguarded"), releases(track, number))


def releases(track: Track, number: int) -> Iterator[str]:
    """The rows of the table of releases, each with a link to its mark."""
    falls = {setback.after.tag: f"back from {told(setback.before.tag)}" for setback in track.setbacks}
    for row, release in enumerate(track.releases, number):
        mark = f'<a href="#m{row}">{told(release.tag)}</a>'
        kind = f'<span class="{release.kind}">{release.kind}</span>'
        back = f'<span class="bad">{falls[release.tag]}</span>' if release.tag in falls else ""
        found = (minute(release.seconds), mark, told(track.lines[release.line]), kind, told(release.latest), back)
        yield f'<tr id="r{row}">{cells(found)}</tr>'


def link(rows: dict[str, int], tag: str) -> str:
    """A link to a release's row."""
    return f'<a href="#r{rows[tag]}">{told(tag)}</a>'


def cells(texts: tuple[str, ...]) -> str:
    """What stands in a row."""
    return "".join(f"<td>{text}</td>" for text in texts)


def table(head: tuple[str, ...], rows: Iterator[str]) -> Iterator[str]:
    """A table."""
    names = "".join(f'<th scope="col">{text}</th>' for text in head)
    yield f'<div class="scroll"><table>\n<thead><tr>{names}</tr></thead>\n<tbody>'
    yield from rows
    yield "</tbody>\n</table></div>"
