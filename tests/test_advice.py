"""What to do about a move: lines that fit the CI system and the way the move is made."""

from __future__ import annotations

import re

import pytest
import yaml

from latest_guard.findings import Move, Pointer, TraceStep, Verdict
from latest_guard.rules.advice import advice
from latest_guard.source import Span

SPAN = Span("x.yml", 7, 1, 7, 2)
TRACE = (TraceStep(SPAN, "job images", "job"), TraceStep(SPAN, "step push them", "step"))
LATEST = "steps.latest-guard.outputs.latest"


def move(kind: str, target: str, via: str, system: str = "github-actions", scenarios: tuple[str, ...] = ("push:tag",)) -> Move:
    return Move(SPAN, Pointer(kind, "latest", target), via, system, scenarios, Verdict.UNGATED, "", TRACE)


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
    (move("docker", "o/r:latest", "docker push", "gitlab"), 'eval "$(latest-guard gate "$CI_COMMIT_TAG" --image o/r --shell)"'),
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
