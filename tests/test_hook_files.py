"""The `files:` of the hook `gated-latest`: whatever the linter reads by its name lets a commit of it be judged."""

from __future__ import annotations

import itertools
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

import latest_guard.replay
from latest_guard import config
from latest_guard.linter import lint
from latest_guard.replay import loose
from latest_guard.systems import registry
from machine import REPOSITORY

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
FILES = re.compile(HOOKS["gated-latest"]["files"].strip())
#: The constants in which the replay's modules name the files that a tool reads by itself.
CONSTANTS = ("NAMES", "COMPOSE", "OVERRIDES")

FOLDERS = (
    "",
    "sub/",
    ".github/workflows/",
    ".github/actions/x/",
    ".gitea/workflows/",
    ".forgejo/workflows/",
    ".gitlab/",
    ".gitlab/ci/",
    "ci/",
    "tools/release/",
)
ENDINGS = (
    "release.yml", "release.yaml", "action.yml", "action.yaml", ".gitlab-ci.yml", ".gitlab-ci.yaml", "x.gitlab-ci.yml", "gitlab-ci-release.yml",
    "push.sh", "push.bash", "Makefile", "makefile", "GNUmakefile", ".goreleaser.yml", "goreleaser.release.yaml", "notes.md", "release", "app.py",
)  # fmt: skip


def named() -> dict[str, str]:
    """Every file that a tool reads by itself, with the module that says so."""
    found = {}
    for module in pkgutil.walk_packages(latest_guard.replay.__path__, "latest_guard.replay."):
        for constant in CONSTANTS:
            names = getattr(import_module(module.name), constant, ())
            if isinstance(names, tuple):
                found |= dict.fromkeys(names, module.name.rpartition("replay.")[2])
    return found


def test_the_files_that_tools_read_by_themselves_are_known() -> None:
    assert {"tasks.just", "tasks.taskfile", "goreleaser.command", "bake.files", "make.command"} <= set(named().values())


@pytest.mark.parametrize("name", sorted(named()))
@pytest.mark.parametrize("folder", ["", "sub/folder/"])
def test_a_file_that_a_tool_reads_by_itself_triggers(folder: str, name: str) -> None:
    assert FILES.search(folder + name)


@pytest.mark.parametrize("path", sorted(folder + ending for folder, ending in itertools.product(FOLDERS, ENDINGS)))
def test_what_a_ci_system_or_a_caller_reads_triggers(path: str) -> None:
    if registry.claims(path) or loose.claims(path):
        assert FILES.search(path)


@pytest.mark.parametrize("name", [config.OWN_FILE, "pyproject.toml"])
def test_settings_trigger(name: str) -> None:
    assert FILES.search(name)


@pytest.mark.parametrize(
    "path",
    [
        "scripts/should_release.py",
        "release.py",
        "lib/publish.mjs",
        "scripts/lib/versions.ts",
        "hack/release",
        "ci/release.rb",
        "bin/push-images",
    ],
)
def test_scripts_and_programs_of_releases_trigger(path: str) -> None:
    assert FILES.search(path)


@pytest.mark.parametrize(
    "path", ["README.md", "src/app/main.py", "src/index.ts", "docs/latest.md", "poetry.lock", "web/theme.yml", "src/lib.rs"]
)
def test_what_has_no_part_in_releases_does_not_trigger(path: str) -> None:
    assert not FILES.search(path)


EXAMPLES = sorted({path.parent for path in REPOSITORY.glob("fixtures/**/label.json")} | set((REPOSITORY / "docs" / "examples").iterdir()))


def test_everything_that_was_read_in_the_fixtures_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    read = set()
    for folder in EXAMPLES:
        monkeypatch.chdir(folder)
        read |= set(lint([Path()]).sources)
    assert len(read) >= 8
    assert [path for path in sorted(read) if not FILES.search(path)] == []
