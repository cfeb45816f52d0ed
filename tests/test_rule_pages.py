"""The page of every rule: it has all sections, its bad example fires, and its good one does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from latest_guard.linter import lint
from latest_guard.rules.all import RULES
from latest_guard.rules.ids import IDS
from latest_guard.rules.pages import page

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ["Why", "Bad", "Good", "Limits"]


def example(rule: str, section: str, folder: Path) -> set[str]:
    """What the linter says of an example on a rule's page."""
    found = re.search(rf"^## {section}\n\n```yaml\n(.*?)^```$", page(rule).body, re.MULTILINE | re.DOTALL)
    assert found, f"{rule} has no {section.lower()} example"
    workflow = folder / ".github" / "workflows" / "release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(found[1], encoding="utf-8")
    report = lint([folder], optional=True)
    assert report.errors == ()
    return {finding.rule for finding in report.findings}


def test_ids_are_those_of_the_rules() -> None:
    assert tuple(rule.ID for rule in RULES) == IDS


@pytest.mark.parametrize("rule", IDS)
def test_page_has_its_sections(rule: str) -> None:
    assert re.findall(r"^## (.*)$", page(rule).body, re.MULTILINE) == SECTIONS
    assert re.fullmatch(r"[A-Z][^.]*\.", page(rule).summary)


@pytest.mark.parametrize("rule", IDS)
def test_bad_example_fires(rule: str, tmp_path: Path) -> None:
    assert rule in example(rule, "Bad", tmp_path)


@pytest.mark.parametrize("rule", IDS)
def test_good_example_does_not(rule: str, tmp_path: Path) -> None:
    assert rule not in example(rule, "Good", tmp_path)


@pytest.mark.parametrize(
    ("step", "contested"),
    [
        ("uses: googleapis/release-please-action@v4", False),
        ("run: npx semantic-release", False),
        ("run: gh release create nightly-$GITHUB_SHA --notes x", True),
    ],
)
def test_a_tool_that_releases_on_a_branch_contests_nothing(step: str, contested: bool, tmp_path: Path) -> None:
    jobs = "jobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - {}\n"
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "main.yml").write_text("on: {push: {branches: [main]}}\n" + jobs.format(step), encoding="utf-8")
    released = "on: {push: {tags: ['v*']}}\n" + jobs.format("run: gh release create $GITHUB_REF_NAME --notes x")
    (folder / "release.yml").write_text(released, encoding="utf-8")
    assert ("contested-latest" in {finding.rule for finding in lint([tmp_path]).findings}) is contested


@pytest.mark.parametrize(
    ("condition", "contested"),
    [("startsWith(github.ref, 'refs/tags/v')", False), ("startsWith(github.ref, 'refs/')", True), ("endsWith(github.ref, 'x')", True)],
)
def test_a_branch_that_is_known_in_part_is_no_tag(condition: str, contested: bool, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = "on: {push: {tags: ['v*'], branches: ['dev-*']}}\njobs:\n  image:\n    runs-on: x\n    steps:\n"
    tags = "      - if: github.ref_type == 'tag'\n        run: docker push ghcr.io/example/app:latest\n"
    both = f"      - if: {condition}\n        run: docker push ghcr.io/example/app:latest\n"
    (folder / "release.yml").write_text(text + tags + both, encoding="utf-8")
    assert lint([tmp_path]).errors == ()
    assert ("contested-latest" in {finding.rule for finding in lint([tmp_path]).findings}) is contested
