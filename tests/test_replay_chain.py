"""One answer through many files: a workflow calls make, make a script, the script bake or goreleaser, with the answer in a variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from latest_guard.linter import lint

FILES = {
    ".github/workflows/release.yml": """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - run: |
          HIGHEST=$(git tag --list 'v*' --sort=-v:refname | head -n1)
          if [ "$HIGHEST" = "$GITHUB_REF_NAME" ]; then echo "is_latest=true" >> "$GITHUB_OUTPUT"; fi
        id: gate
      - run: make release
        env:
          IS_LATEST: ${{ steps.gate.outputs.is_latest }}
""",
    "Makefile": """\
LATEST ?= $(IS_LATEST)
export TAG_LATEST := $(LATEST)

release: build
\t./ci/release.sh

build:
\ttrue
""",
    "ci/release.sh": """\
#!/bin/sh
set -eu
export PUSH_LATEST="${TAG_LATEST:-false}"
goreleaser release --clean
docker buildx bake --push
""",
    ".goreleaser.yaml": """\
release: {disable: true}
dockers:
  - image_templates:
      - '{{ if eq .Env.PUSH_LATEST "true" }}ghcr.io/o/one:latest{{ end }}'
""",
    "docker-bake.hcl": """\
variable "PUSH_LATEST" { default = false }
target "default" {
  tags = [PUSH_LATEST ? "ghcr.io/o/two:latest" : ""]
}
""",
}
IMAGES = ["ghcr.io/o/one:latest", "ghcr.io/o/two:latest"]


def verdicts(folder: Path, files: dict[str, str], changed: tuple[str, str] | None = None) -> dict[str, str]:
    """The verdict of each image; `changed` is a file in which a word is misspelt."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        wrong = changed is not None and changed[0] == name
        path.write_text(content.replace(changed[1], "MISSPELT", 1) if changed and wrong else content)
    (folder / "ci/release.sh").chmod(0o755)
    return {move.pointer.target: move.verdict.value for move in lint([folder]).moves}


def test_the_answer_arrives(tmp_path: Path) -> None:
    assert verdicts(tmp_path, FILES) == dict.fromkeys(IMAGES, "gated")
    for move in lint([tmp_path]).moves:
        named = [step.span.path.rpartition("/")[2] for step in move.trace if step.span]
        assert list(dict.fromkeys(named))[:3] == ["release.yml", "Makefile", "release.sh"]


LOST = [
    (".github/workflows/release.yml", "IS_LATEST"),
    ("Makefile", "IS_LATEST"),
    ("Makefile", "TAG_LATEST"),
    ("ci/release.sh", "TAG_LATEST"),
]


@pytest.mark.parametrize("changed", [*LOST, ("ci/release.sh", "PUSH_LATEST")], ids=" ".join)
def test_an_answer_that_is_lost_on_the_way_moves_nothing(changed: tuple[str, str], tmp_path: Path) -> None:
    """What nobody sets is not `true`: neither tool pushes `latest` at all."""
    assert verdicts(tmp_path, FILES, changed) == {}


@pytest.mark.parametrize("changed", LOST, ids=" ".join)
def test_an_answer_that_is_lost_where_none_means_yes(changed: tuple[str, str], tmp_path: Path) -> None:
    careless = {
        **FILES,
        "ci/release.sh": FILES["ci/release.sh"].replace(":-false", ":-true"),
        ".github/workflows/release.yml": FILES[".github/workflows/release.yml"].replace(
            "fi\n", 'else echo "is_latest=false" >> "$GITHUB_OUTPUT"; fi\n'
        ),
    }
    assert verdicts(tmp_path, careless) == dict.fromkeys(IMAGES, "gated")
    assert verdicts(tmp_path, careless, changed) == dict.fromkeys(IMAGES, "ungated")
    for move in lint([tmp_path]).moves:
        assert any(step.span and step.span.path.endswith(changed[0]) for step in move.trace)
