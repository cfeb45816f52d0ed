"""What GitLab's rule expressions yield; the same through gitlab-ci-local."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from latest_guard.expressions import gitlab, gitlab_values
from latest_guard.source import Source
from machine import tool

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = {"TAG": "v1.27.4", "EMPTY": "", "YES": "yes", "PATTERN": "/^v[0-9]/", "WORD": "1.27", "REF": "feature/x"}

HOLDS = [
    "$TAG", '$TAG == "v1.27.4"',
    "$NOPE == null", "$EMPTY != null", '$EMPTY == ""', "$TAG =~ /^v[0-9]+[.][0-9]+/", "$TAG =~ /1\\.27/",
    "$TAG !~ /-rc/", "$TAG =~ /^V1/i", "$TAG =~ $PATTERN", '$TAG && $YES == "yes"', "$NOPE || $TAG", "($NOPE || $TAG) && $YES",
    '"v1.27.4" == $TAG',
    "$REF =~ /^feature\\//", "$TAG =~ /^(v|release-)\\d+\\.\\d+\\.\\d+$/", "$NOPE == $MISSING",
]  # fmt: skip
FAILS = [
    "$NOPE", "$EMPTY", '$TAG == "v1.27"', "$TAG =~ /-rc/", "$TAG =~ /^1/", "$TAG !~ /^v/", '$TAG && $YES == "no"', "$NOPE && $TAG",
    "$NOPE =~ /x/", "$TAG == null", "$TAG != $TAG", "$TAG && ($EMPTY || $YES)", '$REF =~ /^release/ || $TAG == "x"',
]  # fmt: skip


def parsed(text: str) -> bool:
    return gitlab_values.holds(gitlab.parse(Source("x", text).whole()), VARIABLES)


@pytest.mark.parametrize("text", HOLDS)
def test_what_holds(text: str) -> None:
    assert parsed(text)


@pytest.mark.parametrize("text", FAILS)
def test_what_does_not(text: str) -> None:
    assert not parsed(text)


def test_gitlab_ci_local_says_the_same(tmp_path: Path) -> None:
    every = [text for text in (*HOLDS, *FAILS) if "($EMPTY ||" not in text]  # it takes an empty string for false on the way
    jobs = {f"j{n}": {"script": ["x"], "rules": [{"if": text}]} for n, text in enumerate(every)}
    (tmp_path / ".gitlab-ci.yml").write_text(json.dumps({"variables": VARIABLES, **jobs}))
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    command = [tool("gitlab-ci-local"), "--no-json-schema-validation", "--list-json"]
    environment = {**os.environ, "HOME": str(tmp_path), "CI": ""}
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, env=environment).stdout
    chosen = {row["name"] for row in json.loads(said[said.index("[\n") :]) if row["when"] != "never"}
    assert {every[int(name[1:])] for name in chosen} == {text for text in every if parsed(text)}


@pytest.mark.parametrize("text", ["$TAG =~ /(?<=v)1/", "hashFiles('x')", "$TAG =="])
def test_what_cannot_be_worked_out_says_so(text: str) -> None:
    with pytest.raises(gitlab_values.UnknownError):
        parsed(text)
