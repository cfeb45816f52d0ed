"""What is walked and what is not: nothing that can move or decide is left out, and what surely cannot costs no replay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from latest_guard.catalog import signs
from latest_guard.findings import Verdict
from latest_guard.linter import lint
from latest_guard.replay.relevance import Relevance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.source import Source

HEAD = "on:\n  push:\n    tags: ['v*']\njobs:\n"
CHECK = """\
on:
  workflow_call:
    outputs:
      newest:
        value: ${{ jobs.compare.outputs.newest }}
jobs:
  compare:
    runs-on: ubuntu-latest
    outputs:
      newest: ${{ steps.compare.outputs.newest }}
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - id: compare
        run: |
          highest=$(git tag --list 'v*' | sort -V | tail -1)
          if [ "$GITHUB_REF_NAME" = "$highest" ]; then echo newest=true >> "$GITHUB_OUTPUT"; fi
"""


def written(root: Path, files: Mapping[str, str]) -> Path:
    """A repository with these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def verdicts(root: Path) -> dict[str, Verdict]:
    """The verdicts of the moves in its pipelines, by target."""
    return {move.pointer.target: move.verdict for move in lint([root]).moves if "called" not in move.scenarios}


def test_a_workflow_that_only_compares_is_walked_for_what_it_says(tmp_path: Path) -> None:
    jobs = "  check:\n    uses: ./.github/workflows/check.yml\n  push:\n    needs: check\n    runs-on: ubuntu-latest\n"
    steps = "    if: needs.check.outputs.newest == 'true'\n    steps:\n      - run: docker push o/r:latest\n"
    root = written(tmp_path, {".github/workflows/release.yml": HEAD + jobs + steps, ".github/workflows/check.yml": CHECK})
    assert verdicts(root) == {"o/r:latest": Verdict.GATED}


@pytest.mark.parametrize(
    ("run", "files"),
    [
        ("./ci/push.sh", {"ci/push.sh": 'tool=docker\n"$tool" push o/r:latest\n'}),
        ("./ci/push.sh", {"ci/push.sh": 'docker \\\n  push \\\n  o/r:latest\n'}),
        ("./ci/push.sh", {"ci/push.sh": 'act=push\ndocker $act o/r:latest\n'}),
        ("make release", {"Makefile": "DOCKER ?= docker\nrelease:\n\t$(DOCKER) push o/r:latest\n"}),
        ("python3 ci/push.py", {"ci/push.py": "import subprocess\nsubprocess.run(\n    [\n        'docker',\n        'push',\n        'o/r:latest',\n    ]\n)\n"}),
        ("./ci/tag.sh", {"ci/tag.sh": "git tag -f latest\ngit push --force origin latest\n"}),
        ("./ci/api.sh", {"ci/api.sh": 'api() { curl "$@"; }\napi -X PUT -d @m.json https://ghcr.io/v2/o/r/manifests/latest\n'}),
    ],
    ids=["tool in a variable", "lines that go on", "subcommand in a variable", "make", "list of words", "git", "options of a function"],
)  # fmt: skip
def test_what_moves_is_walked(tmp_path: Path, run: str, files: Mapping[str, str]) -> None:
    job = f"  release:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {run}\n"
    assert verdicts(written(tmp_path, {**files, ".github/workflows/release.yml": HEAD + job}))


@pytest.mark.parametrize(
    ("tool", "words", "said", "expected"),
    [
        ("docker", ("push",), "docker push x", True),
        ("docker", ("push",), "docker --config d push x", True),
        ("docker", ("push",), 'docker "$what" x', True),
        ("docker", ("push",), "$DOCKER push x", True),
        ("docker", ("buildx", "imagetools", "create"), "docker buildx \\\n imagetools \\\n create", True),
        ("docker", ("push",), "run('docker',\n  'push')", True),
        ("docker", ("push",), "docker ps\ngit push", False),
        ("docker", ("tag",), "# tag of the docker\n", False),
        ("docker", ("build",), "name: docker\nbuild: yes", False),
    ],
)
def test_a_command_stands_together(tool: str, words: tuple[str, ...], said: str, expected: bool) -> None:
    assert signs.together(said, tool, words) is expected


def test_where_nothing_can_move_nothing_is_replayed(tmp_path: Path) -> None:
    job = "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: python -m pytest -x\n"
    root = written(tmp_path, {".github/workflows/test.yml": HEAD + job, "README.md": "docker push o/r:latest\n"})
    code = "import sys\nfrom pathlib import Path\nfrom latest_guard.linter import lint\nreport = lint([Path('.')])\n"
    code += (
        "print(report.files, *(name for name in ('scene', 'interpreter', 'repository') if f'latest_guard.replay.{name}' in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1"]


def test_what_is_broken_is_told_where_nothing_can_move(tmp_path: Path) -> None:
    root = written(
        tmp_path, {".github/workflows/a.yml": "on: [push\n", ".github/workflows/b.yml": HEAD + "  test: {runs-on: x, steps: []}\n"}
    )
    report = lint([root])
    assert report.files == 2
    assert [error.span.path.rpartition("/")[2] for error in report.errors] == ["a.yml"]


def test_what_cannot_be_looked_through_is_walked() -> None:
    """A bug in the quick look hides no mover: what it could not tell of is worth the walk."""

    class Broken:
        def read(self, path: str) -> Source | None:
            raise RecursionError(path)

        source = read

        def listing(self) -> list[str]:
            return ["Makefile"]

    assert Relevance(Broken()).text("make release")
    assert not Relevance(Broken()).text("echo done")
