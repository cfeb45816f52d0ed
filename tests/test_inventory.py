"""The inventory, on the shared set of findings, against its snapshots (UPDATE_SNAPSHOTS=1 writes them)."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

import report_case
from latest_guard.findings import Verdict
from latest_guard.inventory import FORMATS
from latest_guard.inventory.pointers import entries
from latest_guard.report.look import Look
from latest_guard.report.screen import columns

SNAPSHOTS = Path(__file__).parent.parent / "fixtures" / "inventory"
SCHEMA = Path(__file__).parent.parent / "docs" / "schemas" / "inventory.json"


def rendered(name: str, width: int = 80) -> str:
    text: str = import_module(f"latest_guard.inventory.{FORMATS[name][0]}").render(report_case.report(), Look(width=width))
    return text


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_snapshot(name: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(rendered(name), encoding="utf-8")
    assert rendered(name) == path.read_text(encoding="utf-8")


def test_json_is_what_its_schema_says() -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(rendered("json")), schema)


def test_moves_of_one_pointer_stand_together_the_worst_first() -> None:
    report = report_case.report()
    gated = replace(report.moves[0], verdict=Verdict.GATED, via="another way")
    found = entries(replace(report, moves=(gated, *report.moves)))
    assert [(entry.pointer.target, [move.verdict.value for move in entry.moves]) for entry in found if len(entry.moves) > 1] == [
        ("ghcr.io/example/kestrel:latest", ["ungated", "gated"])
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert max(columns(line) for line in rendered("text", width).splitlines()) <= width


def test_picture_is_well_formed_and_shows_every_pointer() -> None:
    root = ElementTree.fromstring(rendered("svg"))
    words = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"nothing", "comparison, line 32", "docker ghcr.io/example/kestrel:latest"} <= words
    bad = [element for element in root.iter("{http://www.w3.org/2000/svg}path") if element.attrib["class"] == "way bad"]
    assert len(bad) == 3, "from its scenario to the job, to what stands in the way, to the pointer"


def test_picture_boxes_do_not_overlap() -> None:
    root = ElementTree.fromstring(rendered("svg"))
    boxes = [element.attrib for element in root.iter("{http://www.w3.org/2000/svg}rect") if "x" in element.attrib]
    places = [(float(box["x"]), float(box["y"])) for box in boxes]
    assert len(set(places)) == len(places) == 13
    for (x, y), box in zip(places, boxes, strict=True):
        for other_x, other_y in places:
            assert other_x >= x + float(box["width"]) or other_x <= x or (x, y) == (other_x, other_y)
            assert x != other_x or y == other_y or abs(y - other_y) > float(box["height"])


def test_picture_of_nothing() -> None:
    report = replace(report_case.report(), moves=())
    ElementTree.fromstring(import_module("latest_guard.inventory.svg").render(report, Look()))
