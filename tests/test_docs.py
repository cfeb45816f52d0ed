"""The documentation: links hold, commands and settings exist, and what is generated is as the code would write it."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from latest_guard import config
from latest_guard.cli import COMMANDS
from latest_guard.report import FORMATS
from machine import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("fixtures/*/README.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_inside_the_repository_hold(page: Path) -> None:
    for link in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if not link.startswith(("https://", "http://")):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{name(page)}: {link}"
            assert not anchor or anchor in anchors(target), f"{name(page)}: {link}"


def test_every_page_of_docs_is_listed() -> None:
    listed = set(LINK.findall((REPOSITORY / "docs" / "README.md").read_text(encoding="utf-8")))
    pages = {path.name for path in REPOSITORY.glob("docs/*.md")} - {"README.md"}
    assert pages <= listed


def commands() -> list[tuple[str, str]]:
    """Every line in a block of shell that calls latest-guard, with its page."""
    found = []
    for page in PAGES:
        for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            if language in {"sh", "yaml"}:
                calls = re.findall(r"(?:^|[\s/])latest-guard(?:==\S+)? ([a-z-]+ ?[^\n|;&]*)", text, re.MULTILINE)
                found += [(name(page), call) for call in calls if call.split()[0] in COMMANDS]
    return found


@pytest.mark.parametrize(("page", "call"), commands())
def test_commands_shown_are_understood(page: str, call: str) -> None:
    words = [word.strip("\"'") for word in call.split()]
    parser = argparse.ArgumentParser()
    import_module(f"latest_guard.cli.{COMMANDS[words[0]][0]}").configure(parser)
    parser.parse_args(words[1:])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_settings_shown_are_read(page: Path) -> None:
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "toml" and "tool.latest-guard" in text:
            config.read({"pyproject.toml": text})


def test_formats_are_named() -> None:
    text = (REPOSITORY / "docs" / "linter.md").read_text(encoding="utf-8")
    assert [word for word in FORMATS if f"`{word}`" not in text] == []


def test_what_is_generated_is_as_the_code_would_write_it() -> None:
    done = subprocess.run([sys.executable, "docs/generate.py", "--check"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_the_command_of_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    command = next(text.strip() for language, text in BLOCK.findall(readme) if language == "sh" and "pytest" in text)
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert command.removeprefix("python3 ") in script
    assert command in (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
