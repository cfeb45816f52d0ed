"""The rules that are off unless selected: `latest` moved by the run that publishes, and `latest` without a tag of the version's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from latest_guard.linter import lint
from latest_guard.rules.ids import OPTIONAL
from machine import REPOSITORY

FIXTURES = REPOSITORY / "fixtures" / "release"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))
COUPLED, UNVERSIONED = "coupled-release", "unversioned-latest"

TAG = "on: {push: {tags: ['v*']}}\n"
VERSION = 'docker push "ghcr.io/example/kestrel:${GITHUB_REF_NAME#v}"'
LATEST = "docker push ghcr.io/example/kestrel:latest"
MOVE = 'latest-guard promote "$GITHUB_REF_NAME" --image ghcr.io/example/kestrel --yes'
TYPED = "on: {workflow_dispatch: {inputs: {version: {type: string}, move: {type: boolean}}}}\n"


def job(name: str, *steps: str, **settings: str) -> str:
    """A job of GitHub Actions; the settings stand on lines of their own."""
    lines = [f"  {name}:", "    runs-on: ubuntu-latest", *(f"    {key.rstrip('_')}: {value}" for key, value in settings.items())]
    return "\n".join([*lines, "    steps:", *(f"      - {step if ':' in step.split()[0] else 'run: ' + step}" for step in steps), ""])


def found(folder: Path, files: dict[str, str]) -> set[str]:
    """The optional rules that find something."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    report = lint([folder], optional=True)
    assert not report.errors, report.errors
    assert report.moves, "nothing was read"
    return {finding.rule for finding in report.findings} & OPTIONAL


GITHUB = {
    "one job": (TAG + "jobs:\n" + job("a", VERSION, LATEST), {COUPLED}),
    "a job of its own": (TAG + "jobs:\n" + job("a", VERSION) + job("b", MOVE, needs="a"), {COUPLED}),
    "an environment in between": (TAG + "jobs:\n" + job("a", VERSION) + job("b", MOVE, needs="a", environment="latest"), set()),
    "an environment with a page": (TAG + "jobs:\n" + job("a", VERSION) + job("b", MOVE, needs="a", environment="{name: latest}"), set()),
    "a job that waits for one": (
        TAG + "jobs:\n" + job("a", VERSION) + job("ask", "true", needs="a", environment="latest") + job("b", MOVE, needs="ask"),
        set(),
    ),
    "an environment before both": (TAG + "jobs:\n" + job("a", VERSION, LATEST, environment="release"), {COUPLED}),
    "a job that both wait for": (
        TAG + "jobs:\n" + job("ask", "true", environment="x") + job("a", VERSION, needs="ask") + job("b", MOVE, needs="a"),
        {COUPLED},
    ),
    "an environment before the publishing alone": (
        TAG + "jobs:\n" + job("a", VERSION, environment="release") + job("b", MOVE),
        {COUPLED},
    ),
    "a run of its own": (TYPED + "jobs:\n" + job("a", MOVE.replace("$GITHUB_REF_NAME", "${{ inputs.version }}")), set()),
    "a run by hand that publishes": (
        TYPED + "jobs:\n" + job("a", 'docker push "ghcr.io/example/kestrel:${{ inputs.version }}"', LATEST),
        {COUPLED},
    ),
    "a box for the pointer": (
        TYPED
        + "jobs:\n"
        + job("a", 'docker push "ghcr.io/example/kestrel:${{ inputs.version }}"', f"if: inputs.move\n        run: {LATEST}"),
        set(),
    ),
    "a box for the whole release": (
        TYPED + "jobs:\n" + job("a", 'docker push "ghcr.io/example/kestrel:${{ inputs.version }}"', LATEST, if_="inputs.move"),
        {COUPLED},
    ),
    "a release that is published": ("on: {release: {types: [published]}}\njobs:\n" + job("a", VERSION, LATEST), {COUPLED}),
    "npm publish": (TAG + "jobs:\n" + job("a", "npm publish"), {COUPLED}),
    "npm, in two acts": (
        TAG
        + "jobs:\n"
        + job("a", "npm publish --tag candidate")
        + job("b", "npm dist-tag add kestrel@1.2.3 latest", needs="a", environment="x"),
        set(),
    ),
    "npm, in two runs": (TYPED + "jobs:\n" + job("a", "npm dist-tag add kestrel@${{ inputs.version }} latest"), set()),
    "the badge": (TAG + "jobs:\n" + job("a", 'gh release create "$GITHUB_REF_NAME"'), {COUPLED}),
    "the badge, in two acts": (
        TAG
        + "jobs:\n"
        + job("a", 'gh release create "$GITHUB_REF_NAME" --latest=false')
        + job("b", 'gh release edit "$GITHUB_REF_NAME" --latest', needs="a", environment="x"),
        set(),
    ),
    "the badge, in two runs": (TYPED + "jobs:\n" + job("a", 'gh release edit "v${{ inputs.version }}" --latest'), set()),
    "a branch": ("on: {push: {branches: [main]}}\njobs:\n" + job("a", LATEST), set()),
    "a workflow that others call": ("on: {workflow_call: {inputs: {version: {type: string}}}}\njobs:\n" + job("a", LATEST), set()),
    "only the pointer": (TAG + "jobs:\n" + job("a", LATEST), {COUPLED, UNVERSIONED}),
    "only the pointer, asked for": (TAG + "jobs:\n" + job("a", LATEST, environment="x"), {UNVERSIONED}),
    "the version afterwards": (TAG + "jobs:\n" + job("a", LATEST, VERSION), {COUPLED}),
    "the version in another job": (TAG + "jobs:\n" + job("a", LATEST) + job("b", VERSION), {COUPLED}),
    "a line of versions": (
        TAG + "jobs:\n" + job("a", 'docker push "ghcr.io/example/kestrel:${GITHUB_REF_NAME%.*}"', LATEST),
        {COUPLED, UNVERSIONED},
    ),
    "a version of which not all is known": (
        "on: {push: {tags: ['release/*']}}\njobs:\n"
        + job("a", 'docker push "ghcr.io/example/kestrel:$(echo "$GITHUB_REF" | cut -d/ -f3)-amd64"', LATEST),
        {COUPLED},
    ),
    "the commit": (TAG + "jobs:\n" + job("a", 'docker push "ghcr.io/example/kestrel:$GITHUB_SHA"', LATEST), {COUPLED, UNVERSIONED}),
    "another image": (TAG + "jobs:\n" + job("a", VERSION.replace("kestrel", "merlin"), LATEST), {COUPLED, UNVERSIONED}),
    "one of two registries": (
        TAG + "jobs:\n" + job("a", VERSION, LATEST, "docker push example/kestrel:latest"),
        {COUPLED, UNVERSIONED},
    ),
    "the hub under two names": (
        TAG + "jobs:\n" + job("a", 'docker push "docker.io/example/kestrel:$GITHUB_REF_NAME"', "docker push example/kestrel:latest"),
        {COUPLED},
    ),
    "all names": (
        TAG
        + "jobs:\n"
        + job(
            "a",
            'docker tag x "example/kestrel:$GITHUB_REF_NAME"',
            "docker tag x example/kestrel:latest",
            "docker push --all-tags example/kestrel",
        ),
        {COUPLED},
    ),
    "a copy of the version": (
        TAG + "jobs:\n" + job("a", 'crane tag "ghcr.io/example/kestrel:$GITHUB_REF_NAME" latest', environment="x"),
        set(),
    ),
    "a copy of another image": (
        TAG + "jobs:\n" + job("a", 'crane copy "ghcr.io/example/staging:$GITHUB_REF_NAME" ghcr.io/example/kestrel:latest', environment="x"),
        {UNVERSIONED},
    ),
    "reconcile": (TAG + "jobs:\n" + job("a", "latest-guard reconcile --image ghcr.io/example/kestrel", environment="x"), set()),
    "metadata-action": (
        TAG
        + "jobs:\n"
        + job(
            "a",
            "id: m\n        uses: docker/metadata-action@v5\n        with: {images: ghcr.io/example/kestrel, tags: 'type=semver,pattern={{version}}'}",
            "uses: docker/build-push-action@v6\n        with: {push: true, tags: '${{ steps.m.outputs.tags }}'}",
        ),
        {COUPLED},
    ),
    "metadata-action with a line": (
        TAG
        + "jobs:\n"
        + job(
            "a",
            "id: m\n        uses: docker/metadata-action@v5\n"
            "        with: {images: ghcr.io/example/kestrel, tags: 'type=semver,pattern={{major}}.{{minor}}'}",
            "uses: docker/build-push-action@v6\n        with: {push: true, tags: '${{ steps.m.outputs.tags }}'}",
        ),
        {COUPLED, UNVERSIONED},
    ),
}


@pytest.mark.parametrize("name", GITHUB)
def test_github(name: str, tmp_path: Path) -> None:
    text, rules = GITHUB[name]
    assert found(tmp_path, {".github/workflows/release.yml": text}) == rules


def test_what_starts_by_itself_after_a_release_is_no_approval(tmp_path: Path) -> None:
    after = "on: {workflow_run: {workflows: [release], types: [completed]}}\njobs:\n"
    move = job("b", "latest-guard reconcile --image ghcr.io/example/kestrel")
    files = {
        ".github/workflows/release.yml": "name: release\n" + TAG + "jobs:\n" + job("a", VERSION),
        ".github/workflows/after.yml": after + move,
    }
    assert found(tmp_path, files) == {COUPLED}


def test_an_environment_in_a_workflow_that_is_called(tmp_path: Path) -> None:
    called = "on: {workflow_call: {}}\njobs:\n" + job("ask", "true", environment="x")
    calls = (
        TAG + "jobs:\n" + job("a", VERSION) + "  ask:\n    needs: a\n    uses: ./.github/workflows/ask.yml\n" + job("b", MOVE, needs="ask")
    )
    assert found(tmp_path, {".github/workflows/release.yml": calls, ".github/workflows/ask.yml": called}) == set()


GITLAB = """\
publish:
  stage: build
  rules:
    - if: $CI_COMMIT_TAG
{publish}  script:
    - docker push "registry.example.org/kestrel:$CI_COMMIT_TAG"
latest:
  stage: deploy
  rules:
    - if: $CI_COMMIT_TAG
{latest}  script:
    - docker push registry.example.org/kestrel:latest
"""


@pytest.mark.parametrize(
    ("publish", "latest", "rules"),
    [
        ("", "", {COUPLED}),
        ("", "      when: manual\n", set()),
        ("", "  environment: latest\n", set()),
        ("", "  environment: {name: latest}\n", set()),
        ("      when: manual\n      allow_failure: false\n", "", {COUPLED}),
        ("  environment: registry\n", "", {COUPLED}),
    ],
)
def test_gitlab(publish: str, latest: str, rules: set[str], tmp_path: Path) -> None:
    assert found(tmp_path, {".gitlab-ci.yml": GITLAB.format(publish=publish, latest=latest)}) == rules


@pytest.mark.parametrize("name", NAMES)
def test_fixtures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = json.loads((FIXTURES / name / "label.json").read_text(encoding="utf-8"))
    monkeypatch.chdir(FIXTURES / name)
    report = lint([Path()], optional=True)
    assert sorted([finding.rule, finding.span.line] for finding in report.findings) == said["findings"], said["why"]
    assert {finding.rule for finding in lint([Path()]).findings} & OPTIONAL == set(), "they are off unless selected"


def test_every_optional_rule_has_a_fixture() -> None:
    labels = [json.loads((FIXTURES / name / "label.json").read_text(encoding="utf-8")) for name in NAMES]
    assert {rule for said in labels for rule, _ in said["findings"]} == OPTIONAL
    assert any(not said["findings"] for said in labels)


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Run the command line in a folder; exit code and output."""
    done = subprocess.run([sys.executable, "-m", "latest_guard", *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_what_is_off_counts_where_it_is_selected_and_a_baseline_can_know_it(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "coupled", tmp_path, dirs_exist_ok=True)
    assert run(tmp_path, "lint")[0] == 0
    assert "coupled-release" in run(tmp_path, "lint", "--select=all")[1]
    assert run(tmp_path, "lint", "--select=default,coupled-release")[0] == 1
    assert run(tmp_path, "lint", "--select=all", "--ignore=coupled-release")[0] == 0
    assert run(tmp_path, "baseline", "--update", "--select=all")[0] == 0
    assert run(tmp_path, "lint", "--select=all", "--baseline=.latest-guard-baseline.json")[0] == 0
    assert run(tmp_path, "explain", "coupled-release")[0] == 0
