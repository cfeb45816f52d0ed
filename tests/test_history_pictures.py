"""The pictures of the history: well formed, readable from ten releases to thousands, harmless, and the page that stands alone."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history_cases import DAY, NOON, releases
from latest_guard.guard.policy import Policy
from latest_guard.ledger.history import render
from latest_guard.ledger.history.axes import WIDE, TimeAxis
from latest_guard.ledger.history.reading import past
from latest_guard.report.drawing import COLOURS
from latest_guard.report.look import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.ledger.history.past import Past

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "v1.0.0-<script>alert(1)</script>",
    "v1.1.0-\"onload=alert(1)'",
    '"><svg/onload=alert(1)>@1.0.0',
    "</style><script>alert(2)</script>@1.1.0",
    "]]>&amp;&#x3c;-->@1.2.0",
    "javascript&colon;alert(1)@1.0.0",
    "v1.2.0-\u202egpj.exe",
)


def read(tags: Sequence[tuple[str, int]]) -> Past:
    return past([([name for name, _ in tags], [seconds for _, seconds in tags])], Policy())


def hostile() -> Past:
    plain = [("v0.9.0", NOON), ("v2.0.0", NOON + 1)]
    return read([*plain, *((name, NOON + at * DAY) for at, name in enumerate(HOSTILE, 2))])


def drawing(found: Past) -> ElementTree.Element:
    return ElementTree.fromstring(render("svg", found, Look()))


def of_class(root: ElementTree.Element, kind: str, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter(f"{SVG}{kind}") if element.get("class") == name]


HISTORIES = {
    "one": [("v1.0.0", NOON)],
    "ten": releases(10),
    "accident": [("v1.27.2", NOON - 9 * DAY), ("v1.28.0", NOON), ("v1.27.3", NOON + 14_400), ("v1.28.1", NOON + 10 * DAY)],
    "two thousand": releases(2000),
    "a day": [(f"v1.{at}.0", NOON + at * 3600) for at in range(20)],
    "one second": [(f"v1.{at}.0", NOON) for at in range(5)],
    "prereleases only": [("v1.0.0-rc.1", NOON), ("v1.0.0-rc.2", NOON + DAY)],
    "a century": [("v1.0.0", 1), ("v2.0.0", NOON * 2)],
    "long names": [(f"a-component-with-quite-a-name/v{at}.0.0", NOON + at * DAY) for at in range(9)],
    "great numbers": [(f"v2025{at:08d}.{at}.0", NOON + at * DAY) for at in range(9)],
}
every_history = pytest.mark.parametrize("tags", HISTORIES.values(), ids=HISTORIES)


@every_history
def test_every_release_has_a_mark_with_a_title(tags: list[tuple[str, int]]) -> None:
    titles = [title.text or "" for title in drawing(read(tags)).iter(f"{SVG}title")]
    assert sorted(title.split(",")[0] for title in titles if "," in title) == sorted(tag for tag, _ in tags)


@every_history
def test_all_is_inside_the_picture(tags: list[tuple[str, int]]) -> None:
    root = drawing(read(tags))
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    assert root.attrib["viewBox"] == f"0 0 {width:.0f} {height:.0f}"
    assert width <= 1400, "it fits most windows"
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.attrib["cx"]) < width and 0 <= float(circle.attrib["cy"]) < height
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.attrib["y"]) <= height - 6
        assert 0 < float(text.attrib["x"]) < width


@every_history
def test_names_at_the_sides_do_not_overlap(tags: list[tuple[str, int]]) -> None:
    root = drawing(read(tags))
    lines = sorted(float(text.attrib["y"]) for text in of_class(root, "text", "line"))
    assert all(below - above >= 12 for above, below in pairwise(lines))
    times = sorted((float(text.attrib["y"]), float(text.attrib["x"])) for text in of_class(root, "text", "time"))
    assert all(right - left >= 60 for (above, left), (below, right) in pairwise(times) if above == below)


def test_a_long_sentence_is_broken_into_lines() -> None:
    name = "a-component-of-a-very-long-name-that-nobody-would-choose"
    root = drawing(read([("v1.0.0", 1), *((f"{name}/v1.{at}.0", 3 - at) for at in (1, 0))]))
    lines = [text.text or "" for text in of_class(root, "text", "sentence")]
    assert len(lines) > 1
    assert max(map(len, lines)) * 7.9 < float(root.attrib["width"])
    assert " ".join(lines).endswith(f"back once, from {name}/v1.1.0 to {name}/v1.0.0")


def test_two_thousand_releases_fit_some_screens() -> None:
    root = drawing(read(releases(2000)))
    assert float(root.attrib["height"]) < 3000
    assert len(of_class(root, "text", "line")) > 40
    radii = {float(circle.attrib["r"]) for circle in of_class(root, "circle", "release")}
    assert min(radii) >= 1.6


@every_history
def test_a_guarded_latest_never_goes_down(tags: list[tuple[str, int]]) -> None:
    (way,) = of_class(drawing(read(tags)), "path", "guarded")[1:] or [ElementTree.Element("none", d="")]
    heights = [float(height) for height in re.findall(r"(?:V|M[\d.]+ )([\d.]+)", way.attrib["d"])]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("count", [10, 300, 2000])
def test_every_way_back_has_a_ring(count: int) -> None:
    found = read(releases(count))
    assert len(of_class(drawing(found), "circle", "ring")) == len(found.setbacks)


def test_a_fall_goes_from_line_to_line() -> None:
    root = drawing(read(HISTORIES["accident"]))
    fall = of_class(root, "path", "fall")[1]
    start, end = map(float, re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", fall.attrib["d"])[0])
    names = {text.text: float(text.attrib["y"]) - 4 for text in of_class(root, "text", "line")}
    assert start == pytest.approx(names["1.28"], abs=0.1)
    assert start < end < names["1.27"]


def test_kinds_differ_in_shape() -> None:
    root = drawing(read([(tag, at) for at, tag in enumerate(["v1.0.0", "v1.1.0", "v1.0.2", "v1.0.1", "v1.2.0-rc.1", "1.1.0"])]))
    shapes = {element.get("class"): element.tag for element in root.iter() if element.get("class")}
    assert shapes["release"] == shapes["prerelease"] == f"{SVG}circle"
    assert shapes["back-port"] == shapes["late"] == f"{SVG}path"


def test_components_lie_below_each_other() -> None:
    root = drawing(read([("v1.0.0", 1), ("v1.1.0", 2), ("api/v1.0.0", 3), ("web/v3.0.0", 4)]))
    heads = of_class(root, "text", "head")
    assert [(head.text or "").split(":")[0] for head in heads] == ["2 version tags on 2 lines, 1970-01-01", "api", "web"]
    assert [float(head.attrib["y"]) for head in heads] == sorted(float(head.attrib["y"]) for head in heads)


@given(st.integers(0, 4_000_000_000), st.integers(0, 4_000_000_000), st.floats(200, 2400))
def test_times_at_the_side(first: int, span: int, width: float) -> None:
    axis = TimeAxis(first, first + span, 0, width)
    times = [time for time, _ in axis.ticks()]
    assert times == sorted(set(times))
    assert all(first <= time <= first + span for time in times)
    assert len(times) <= max(2, width // WIDE) + 1
    assert len({label for _, label in axis.ticks()}) == len(times)


# light and dark


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", sorted(COLOURS.keys() - {"page", "box", "edge", "grid"}))
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "box"])
def test_colours_stand_out(name: str, scheme: int, ground: str) -> None:
    one, other = sorted((luminance(COLOURS[name][scheme]), luminance(COLOURS[ground][scheme])))
    assert (other + 0.05) / (one + 0.05) >= 4.5


@pytest.mark.parametrize("name", ["svg", "html"])
def test_there_is_a_dark_look(name: str) -> None:
    text = render(name, read(HISTORIES["accident"]), Look())
    light, _, dark = text.partition("@media (prefers-color-scheme: dark)")
    assert COLOURS["page"][0] in light and COLOURS["page"][1] not in light
    assert COLOURS["page"][1] in dark


# what is in a tag's name stays in it


def test_hostile_names_are_only_text_in_the_picture() -> None:
    root = drawing(hostile())
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "style", "rect", "path", "circle", "text", "title", "g"}
    assert not {name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name}
    told = " ".join(root.itertext())
    for name in HOSTILE[:-1]:
        assert name in told


class Page(HTMLParser):
    """A page taken apart: its elements, and that each is closed in its turn."""

    VOID = frozenset({"meta", "circle", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(found: Past) -> Page:
    return Page(render("html", found, Look()))


@every_history
def test_the_page_is_well_formed(tags: list[tuple[str, int]]) -> None:
    found = page(read(tags))
    assert len(found.named("tr")) - len(found.named("thead")) >= len(tags)
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_hostile_names_do_not_break_out_of_the_page() -> None:
    found, harmless = page(hostile()), page(read([(f"v{at}.0.0", at) for at in range(len(HOSTILE))]))
    assert {tag for tag, _ in found.elements} <= {tag for tag, _ in harmless.elements} | {"h2", "ul", "li"}
    assert (len(found.named("script")), len(found.named("style"))) == (1, 1)
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on") or name == "style"]
    told = "".join(text for texts in found.texts.values() for text in texts)
    for name in HOSTILE[:-1]:
        assert name in told


def test_the_page_loads_nothing() -> None:
    text = render("html", hostile(), Look())
    found = Page(text)
    assert not {tag for tag, _ in found.elements} & {
        "link",
        "img",
        "image",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "base",
        "form",
        "use",
    }
    links = [
        value
        for _, attributes in found.elements
        for name, value in attributes.items()
        if name in ("href", "src", "action", "data", "xlink:href")
    ]
    assert links and all(re.fullmatch(r"#[a-z]\d+", link) for link in links)
    assert not re.search(r"url\(|@import|https?:", "".join(found.texts["style"] + found.texts["script"]))


def test_the_policy_of_the_page_knows_its_style_and_its_script() -> None:
    found = page(hostile())
    (policy,) = (meta["content"] for meta in found.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    hashes = {kind: base64.b64encode(hashlib.sha256("".join(found.texts[kind]).encode()).digest()).decode() for kind in ("style", "script")}
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{hashes['style']}'",
        f"script-src 'sha256-{hashes['script']}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert found.elements.index(("meta", {"http-equiv": "Content-Security-Policy", "content": policy})) < min(
        at for at, (tag, _) in enumerate(found.elements) if tag in ("style", "script")
    )


def test_marks_and_rows_are_linked_to_and_fro() -> None:
    found = page(read([*releases(300), ("api/v1.0.0", NOON), ("api/v1.1.0", NOON + 1), ("api/v1.0.1", NOON + 2)]))
    marks = {attributes["id"]: attributes for attributes in found.named("a") if attributes.get("class") == "mark"}
    rows = {attributes["id"] for attributes in found.named("tr") if "id" in attributes}
    assert {attributes["href"].removeprefix("#") for attributes in marks.values()} == rows
    assert rows == {f"r{number}" for number in range(303)} and set(marks) == {f"m{number}" for number in range(303)}
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}
    assert {attributes["href"].removeprefix("#") for attributes in found.named("a")} <= ids
    backs = read(releases(300)).setbacks
    assert sum("data-back" in attributes for attributes in marks.values()) == len(backs) + 1


def test_the_page_says_what_it_comes_to_and_where_to_go() -> None:
    found = page(read(HISTORIES["accident"]))
    assert found.texts["figcaption"] == [
        "pushing `latest` on every release, this project would have sent its users back once, from 1.28.0 to 1.27.3"
    ]
    assert "an unguarded latest goes back" in found.texts["a"] and "every version tag" in found.texts["a"]
    assert [attributes.get("aria-live") for attributes in found.named("p") if attributes.get("id") == "says"] == ["polite"]
