"""The published JSON Schemas hold what is really written and read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomlkit

import report_case
from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.report import render
from latest_guard.report.look import Look

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in SCHEMAS.glob("*.json")))
def test_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(schema(name))


@pytest.mark.parametrize("look", [Look(), Look(show_all=True)], ids=["findings", "all"])
def test_lint_json_is_what_its_schema_says(look: Look) -> None:
    jsonschema.validate(json.loads(render("json", report_case.report(), look)), schema("lint.json"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], "latest-guard/2"),
        (["moves", 0, "verdict"], "fine"),
        (["moves", 0, "pointer", "kind"], "tape"),
        (["findings", 0, "line"], 0),
        (["findings", 0, "severity"], "fatal"),
        (["findings", 0, "trace", 0, "note"], None),
    ],
)
def test_lint_schema_refuses(path: list[Any], value: object) -> None:
    document = copy.deepcopy(json.loads(render("json", report_case.report(), Look())))
    at = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("lint.json"))


SETTINGS = [
    ("", True),
    ('policy = "auto"', True),
    ('policy = "automatic"', False),
    ("polcy = 1", False),
    ('ignore = "weak-gate"', True),
    ('ignore = ["weak-gate"]', True),
    ("ignore = [1]", False),
    ("no-gaps = true", True),
    ('no-gaps = "yes"', False),
    ("remote-timeout = 0", False),
    ("remote-timeout = 2.5", True),
    ('[[per-path]]\npaths = "x"\nignore = "weak-gate"\nreason = "y"', True),
    ('[[per-path]]\npaths = "x"', False),
    ('[[per-path]]\npaths = "x"\nignore = "weak-gate"\nreason = "y"\nmore = "z"', False),
]


@pytest.mark.parametrize(("text", "good"), SETTINGS)
def test_config_schema_and_reader_agree(text: str, good: bool) -> None:
    document = tomlkit.parse(text).unwrap()
    assert jsonschema.Draft7Validator(schema("config.json")).is_valid(document) is good
    try:
        config.read({config.OWN_FILE: text})
    except UserError:
        assert not good
    else:
        assert good
