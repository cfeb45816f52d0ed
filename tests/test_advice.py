"""What to do about a move: lines that fit the CI system and the way the move is made, and that gate it when they are pasted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml

from latest_guard.findings import Move, Pointer, TraceStep, Verdict
from latest_guard.linter import lint
from latest_guard.rules.advice import advice
from latest_guard.source import Span

if TYPE_CHECKING:
    from pathlib import Path

SPAN = Span("x.yml", 7, 1, 7, 2)
TRACE = (TraceStep(SPAN, "job images", "job"), TraceStep(SPAN, "step push them", "step"))
LATEST = "steps.latest-guard.outputs.latest"


def move(
    kind: str, target: str, via: str, system: str = "github-actions", scenarios: tuple[str, ...] = ("push:tag",), path: str = "x.yml"
) -> Move:
    return Move(replace(SPAN, path=path), Pointer(kind, "latest", target), via, system, scenarios, Verdict.UNGATED, "", TRACE)


CASES = [
    (move("docker", "ghcr.io/o/r:latest", "docker push"), 'gate "$GITHUB_REF_NAME" --image ghcr.io/o/r\n'),
    (move("docker", "ghcr.io/o/r:latest", "docker push"), "in the job `images`, before the step `push them`"),
    (move("docker", "ghcr.io/o/r:latest", "docker push"), 'if [ "$LATEST" = true ]; then\n  …  # docker push, line 7\nfi'),
    (move("docker", "localhost:5000/r", "docker push"), "--image localhost:5000/r\n"),
    (move("docker", "{env.IMAGE}:latest", "docker push"), 'gate "$GITHUB_REF_NAME"\n'),
    (move("docker", "o/r:latest", "docker/metadata-action"), f"          flavor: latest=${{{{ {LATEST} }}}}"),
    (move("docker", "o/r:latest", "docker/build-push-action"), f"        if: {LATEST} == 'true'"),
    (move("github-release", "latest", "softprops/action-gh-release"), f"          make_latest: ${{{{ {LATEST} }}}}"),
    (move("github-release", "latest", "gh release create"), 'gh release create … --latest="$LATEST"'),
    (move("github-release", "latest", "gh release create"), '--github "$GITHUB_REPOSITORY"'),
    (move("npm", "latest", "npm publish"), "NPM_TAG: ${{ steps.latest-guard.outputs.npm-tag }}"),
    (move("npm", "latest", "npm publish"), 'npm publish … --tag "$NPM_TAG"'),
    (move("docker", "o/r:latest", "docker push", scenarios=("workflow_dispatch",)), 'gate "$VERSION" --image o/r\n'),
    (
        move("docker", "o/r:latest", "docker push", "gitlab"),
        'answer=$(latest-guard gate "$CI_COMMIT_TAG" --image o/r --shell)\neval "$answer"\n',
    ),
    (move("github-release", "latest", "goreleaser release"), '\nmake_latest: "{{ .Env.LATEST }}"\n'),
    (move("homebrew", "app", "goreleaser brews"), """skip_upload: '{{ if eq .Env.LATEST "true" }}false{{ else }}true{{ end }}'"""),
    (move("docker", "o/r:latest", "goreleaser dockers"), """'{{ if eq .Env.LATEST "true" }}latest{{ end }}'"""),
    (move("docker", "o/r:latest", "docker buildx bake", path="b.hcl"), 'LATEST == "true" ? "o/r:latest" : ""'),
    (move("docker", "o/r:latest", "docker push", path="ci/Makefile"), '\tif [ "$$LATEST" = true ]; then …; fi'),
    (
        move("npm", "latest", "lerna publish", path="package.json"),
        "line 7: publish with `--dist-tag` and the value of the environment variable `NPM_TAG`",
    ),
    (
        move("docker", "o/r:latest", "docker push", path="ci/push.py"),
        "go on to `docker push` only where the environment variable `LATEST` is `true`",
    ),
    (
        move("docker", "o/r:latest", "docker push", "make", ("called",), path="Makefile"),
        '\tif latest-guard gate "$$VERSION" --image o/r --exit-code; then …; fi\n',
    ),
    (
        move("github-release", "latest", "goreleaser release", "goreleaser", ("called",)),
        "then export LATEST=true; else export LATEST=false; fi\n```\n\nand take it in",
    ),
    (move("docker", "{the repository's owner}/r:latest", "docker push"), '--image "$GITHUB_REPOSITORY_OWNER/r"\n'),
    (move("docker", "`x`/r:latest", "docker push"), 'gate "$GITHUB_REF_NAME"\n'),
    (
        move("docker", "o/r:latest", "docker push", scenarios=("push:tag", "workflow_dispatch")),
        "; in a run by hand, give it the version that was typed:",
    ),
    (move("docker", "o/r:latest", "docker push", "circleci"), 'if latest-guard gate "$VERSION" --image o/r --exit-code; then'),
]


@pytest.mark.parametrize(("subject", "words"), CASES)
def test_advice(subject: Move, words: str) -> None:
    assert words in advice(subject)


@pytest.mark.parametrize("subject", [case[0] for case in CASES])
def test_blocks_are_closed_and_yaml_is_yaml(subject: Move) -> None:
    text = advice(subject)
    blocks = re.findall(r"```(\w+)\n(.*?)\n```", text, re.DOTALL)
    assert text.count("```") == 2 * len(blocks) > 0
    for language, block in blocks:
        if language == "yaml":
            assert yaml.safe_load(block)


# Pasted -----------------------------------------------------------------------------------------------------------------

HEAD = """\
on:
  push:
    tags: ["v*"]
concurrency:
  group: release
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
"""
WORKFLOW, GITLAB = ".github/workflows/release.yml", ".gitlab-ci.yml"
JOB = "release:\n  resource_group: release\n  rules:\n    - if: $CI_COMMIT_TAG\n"

#: What the accident stands in, by the way in which it happens. The last step of a workflow makes the move.
ACCIDENTS = {
    "a line": {WORKFLOW: HEAD + "    - run: docker push ghcr.io/example/app:latest\n"},
    "a block": {
        WORKFLOW: HEAD
        + "    - name: push\n      run: |\n        echo pushing\n        docker push \\\n          ghcr.io/example/app:latest\n"
    },
    "half a line": {WORKFLOW: HEAD + "    - run: |\n        make && docker push ghcr.io/example/app:latest\n"},
    "the repository's image": {WORKFLOW: HEAD + "    - run: docker push ghcr.io/${{ github.repository }}:latest\n"},
    "npm": {WORKFLOW: HEAD + "    - run: npm publish\n"},
    "the badge": {WORKFLOW: HEAD + "    - run: gh release create v1 --notes x\n"},
    "metadata-action": {
        WORKFLOW: HEAD + "    - uses: docker/metadata-action@v5\n      id: meta\n      with:\n        images: ghcr.io/example/app\n"
        "    - uses: docker/build-push-action@v6\n      with:\n        push: true\n        tags: ${{ steps.meta.outputs.tags }}\n"
    },
    "a tag of an action": {
        WORKFLOW: HEAD + "    - uses: docker/build-push-action@v6\n      with:\n        push: true\n        tags: |\n"
        "          ghcr.io/example/app:${{ github.ref_name }}\n          ghcr.io/example/app:latest\n"
    },
    "an action that decides": {
        WORKFLOW: HEAD + "    - uses: softprops/action-gh-release@v2\n      with:\n        generate_release_notes: true\n"
    },
    "an action that does not": {
        WORKFLOW: HEAD
        + "    - uses: akhilerm/tag-push-action@v2\n      with:\n        src: ghcr.io/example/app:v1\n        dst: ghcr.io/example/app:latest\n"
    },
    "make": {
        WORKFLOW: HEAD + "    - run: make push\n",
        "Makefile": "push:\n\tdocker build -t ghcr.io/example/app .\n\tdocker push ghcr.io/example/app:latest\n",
    },
    "a script": {
        WORKFLOW: HEAD + "    - run: sh ci/push.sh\n",
        "ci/push.sh": "set -e\nfor i in 1; do\n  docker push ghcr.io/example/app:latest\ndone\n",
    },
    "GitLab, a line": {GITLAB: JOB + "  script:\n    - docker push $CI_REGISTRY_IMAGE:latest\n"},
    "GitLab, a block": {GITLAB: JOB + "  script:\n    - |\n      make\n      docker push ghcr.io/example/app:latest\n"},
}


def blocks(text: str) -> list[tuple[str, list[str]]]:
    return [(language, lines.split("\n")) for language, lines in re.findall(r"```(\w+)\n(.*?)\n```", text, re.DOTALL)]


def pasted(folder: Path) -> None:
    """Do what the finding about the accident says: replace the lines that make the move, insert keys, put the gate's step in front."""
    (found,) = {finding.move: finding for finding in lint([folder]).findings if finding.rule in {"ungated-latest", "weak-gate"}}.values()
    assert found.move
    relative = {name: name.removeprefix(f"{folder.as_posix()}/") for name in (found.span.path, *(step.span.path for step in found.trace))}
    steps = [step.span for step in found.trace if step.role == "step"]
    for language, lines in reversed(blocks(found.help)):
        word = lines[0].split()[0]
        if word == "-" and "id: latest-guard" in lines[0]:
            put(folder / relative[steps[-1].path], steps[-1].line, lines, 0)
        elif word in {"env:", "if:"}:
            step = (folder / relative[steps[-1].path]).read_text(encoding="utf-8").splitlines()
            put(folder / relative[steps[-1].path], len(step) + 1, lines, 0)
        elif word in {"flavor:", "make_latest:"}:
            workflow = (folder / relative[steps[-1].path]).read_text(encoding="utf-8").splitlines()
            line = next(number for number, text in enumerate(workflow, 1) if number > found.span.line and text.strip() == "with:")
            put(folder / relative[steps[-1].path], line + 1, lines, 0)
        else:
            assert language in {"sh", "yaml", "make"}
            put(folder / relative[found.span.path], found.span.line, lines, found.span.end_line - found.span.line + 1)


def put(path: Path, line: int, lines: list[str], instead: int) -> None:
    """Put lines before `line` (from 1), in the place of as many as are `instead`."""
    old = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*old[: line - 1], *lines, *old[line - 1 + instead :]]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in ACCIDENTS if name != "half a line"])
def test_pasted_it_gates_the_move(name: str, tmp_path: Path) -> None:
    for path, text in ACCIDENTS[name].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    pasted(tmp_path)
    report = lint([tmp_path])
    shown = "\n".join(path.read_text(encoding="utf-8") for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert (report.errors, [finding.message for finding in report.findings]) == ((), []), shown
    assert {move.verdict for move in report.moves} == {Verdict.GATED}, shown


def test_a_command_that_does_not_stand_alone_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / WORKFLOW
    path.parent.mkdir(parents=True)
    path.write_text(ACCIDENTS["half a line"][WORKFLOW], encoding="utf-8")
    (finding,) = lint([tmp_path]).findings
    assert ['        if [ "$LATEST" = true ]; then', "          …  # docker push, line 12", "        fi"] in [
        lines for _, lines in blocks(finding.help)
    ]
