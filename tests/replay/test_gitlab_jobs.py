"""GitLab's jobs in the replay: which variables win, what waits for what, what starts what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

PUSH = "docker push registry.example.com/kestrel:$CHANNEL"


def verdicts(folder: Path, text: str, **files: str) -> list[str]:
    """The verdicts of a configuration's moves, each with its line; further files by name, `_` for the dot."""
    found = moves(folder, {".gitlab-ci.yml": text, **{name.replace("_", "."): held for name, held in files.items()}})
    return [f"{move.verdict.value} {move.span.line}" for move in found]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("variables: {CHANNEL: latest}\nj: {only: [tags], script: [PUSH]}", True),
        ("variables: {CHANNEL: latest}\nj: {only: [tags], variables: {CHANNEL: edge}, script: [PUSH]}", False),
        ("variables: {CHANNEL: $WHERE}\nj: {only: [tags], variables: {WHERE: latest}, script: [PUSH]}", True),
        ("variables: {CHANNEL: $WHERE, WHERE: latest}\nj: {only: [tags], script: [PUSH]}", True),
        ("j: {variables: {CHANNEL: edge}, script: [PUSH], rules: [{if: $CI_COMMIT_TAG, variables: {CHANNEL: latest}}]}", True),
        (
            "workflow: {rules: [{if: $CI_COMMIT_TAG, variables: {CHANNEL: latest}}, {when: always}]}\n"
            "variables: {CHANNEL: edge}\nj: {only: [tags], script: [PUSH]}",
            True,
        ),
        ("variables: {CHANNEL: {value: '$WHERE', expand: false}, WHERE: latest}\nj: {only: [tags], script: [PUSH]}", False),
        ("variables: {channel: latest}\nj: {only: [tags], script: [PUSH]}", False),
        ("j: {variables: {CHANNEL: $CHANNEL}, only: [tags], script: [PUSH]}", False),
    ],
)
def test_which_variable_wins(text: str, moved: bool, tmp_path: Path) -> None:
    assert bool(verdicts(tmp_path, text.replace("PUSH", PUSH))) is moved


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ("[{if: $CI_COMMIT_TAG}]", "ungated"),
        ("[{if: $CI_COMMIT_TAG, when: never}, {when: on_success}]", "branch"),
        ("[{if: '$CI_COMMIT_TAG =~ /-rc/', when: never}, {if: $CI_COMMIT_TAG}]", "weak"),
        ("[{if: '$CI_COMMIT_TAG && $CI_COMMIT_BRANCH'}]", ""),
        ("[{if: '$CI_COMMIT_TAG && $EMPTY'}]", ""),
        ("[{if: '$EMPTY && $CI_COMMIT_TAG'}]", "ungated"),
        ("[{if: '$EMPTY || $CI_COMMIT_TAG'}]", ""),
        ("[{if: '$MISSING || $CI_COMMIT_TAG'}]", "ungated"),
        ("[{if: '$CI_COMMIT_TAG && $MOVE_LATEST == \"true\"'}]", "weak"),
        ("[{if: '$CI_COMMIT_TAG && $REGISTRY_PASSWORD'}]", "ungated"),
        ("[{if: $CI_COMMIT_TAG, when: on_failure}]", ""),
        ("[{if: $CI_COMMIT_TAG, when: always}]", "ungated"),
        ("[{if: '$CI_COMMIT_TAG =~ $PATTERN'}]", "ungated"),
        ("[{if: '$CI_COMMIT_TAG !~ $PATTERN'}]", "branch"),
        ("[{if: '$CI_COMMIT_TAG =~ /(?<=v)1/'}]", "opaque"),
        ("[{if: '!$CI_COMMIT_TAG', when: never}, {when: manual}]", "manual"),
        ("[]", ""),
    ],
)
def test_what_rules_decide(rules: str, verdict: str, tmp_path: Path) -> None:
    text = f"variables: {{EMPTY: '', PATTERN: '/^v[0-9]/', CHANNEL: latest}}\nj:\n  script: [{PUSH}]\n  rules: {rules}\n"
    text += "k:\n  script: [docker push registry.example.com/kestrel:$CI_COMMIT_TAG]\n  rules: [{if: $CI_COMMIT_TAG}]\n"
    assert verdicts(tmp_path, text) == ([f"{verdict} 3"] if verdict else [])


def test_a_button_of_an_earlier_job_decides_nothing_about_the_pointer(tmp_path: Path) -> None:
    text = """
version: {only: [tags], when: manual, script: [docker push registry.example.com/kestrel:$CI_COMMIT_TAG]}
latest:
  only: [tags]
  stage: deploy
  needs: [version]
  script: [docker push registry.example.com/kestrel:latest]
"""
    assert verdicts(tmp_path, text) == ["ungated 7"]


def test_what_an_earlier_job_fails_at_counts_where_versions_decide_it(tmp_path: Path) -> None:
    text = """
check: {stage: build, script: [CHECK], variables: {GIT_DEPTH: "0"}}
latest: {only: [tags], stage: deploy, NEEDS script: [docker push registry.example.com/kestrel:latest]}
"""
    highest = '\'test "$(git tag | sort -V | tail -n 1)" = "$CI_COMMIT_TAG"\''
    for check, needs, verdict in (
        (highest, "", "gated"),
        (highest, "needs: [], ", "ungated"),
        (highest, "needs: [{job: check, optional: true}], ", "gated"),
        ("'grep -q kestrel README.md'", "", "ungated"),
    ):
        assert verdicts(tmp_path, text.replace("CHECK", check).replace("NEEDS", needs)) == [f"{verdict} 3"]


def test_a_child_pipeline_is_read_by_the_system_of_its_parent(tmp_path: Path) -> None:
    parent = "j: {only: [tags], variables: {CHANNEL: GIVEN}, trigger: {include: [{local: child.yml}]}}\n"
    child = f"variables: {{CHANNEL: edge}}\nk: {{script: [{PUSH}], rules: [{{if: '$CI_PIPELINE_SOURCE == \"parent_pipeline\"'}}]}}\n"
    assert verdicts(tmp_path, parent.replace("GIVEN", "latest"), child_yml=child) == ["ungated 2"]
    assert verdicts(tmp_path, parent.replace("GIVEN", "stable"), child_yml=child) == []


def test_a_job_that_extends_what_is_not_here_may_have_rules_from_there(tmp_path: Path) -> None:
    text = """
include: {project: example/templates, file: publish.yml}
j:
  extends: .publishing
  script: [docker push registry.example.com/kestrel:latest]
"""
    assert verdicts(tmp_path, text) == ["opaque 5"]
    assert verdicts(tmp_path, text + "  rules: [{if: $CI_COMMIT_TAG}]\n") == ["ungated 5"]


def test_what_somebody_fills_in_for_a_run(tmp_path: Path) -> None:
    text = """
variables:
  VERSION: {description: the version to release}
  MOVE_LATEST: {description: move latest, options: ["yes", "no"], value: "no"}
j:
  rules: [{if: '$CI_PIPELINE_SOURCE == "web"'}]
  script:
    - docker push "registry.example.com/kestrel:$VERSION"
    - if [ "$MOVE_LATEST" = yes ]; then docker push registry.example.com/kestrel:latest; fi
"""
    assert verdicts(tmp_path, text) == ["manual 9"]


def test_what_is_handed_to_a_pipeline_elsewhere(tmp_path: Path) -> None:
    text = "j: {only: [tags], variables: {NAME: VALUE}, trigger: {project: example/images}}"
    for name, value, moved in (
        ("RELEASE_TAG", "latest", True), ("DESTINATIONS", "'example/kestrel:1,example/kestrel:latest'", True),
        ("BASE_TAG", "latest", False), ("IMAGE", "example/kestrel:latest", False), ("TAG", "$CI_COMMIT_TAG", False),
    ):  # fmt: skip
        assert bool(verdicts(tmp_path, text.replace("NAME", name).replace("VALUE", value))) is moved, name


def test_a_program_that_nobody_knows_is_told_where_to_publish(tmp_path: Path) -> None:
    text = "j: {only: [tags], script: ['kestrelctl LINE']}"
    for line, moved in (
        ("publish-image --destinations example/kestrel:latest", True),
        ("push --tag=latest", True),
        ("lint --tag latest", False),
        ("publish --source example/kestrel:latest", False),
    ):
        assert bool(verdicts(tmp_path, text.replace("LINE", line))) is moved, line


@pytest.mark.parametrize(
    ("inherit", "moved"),
    [
        ("", True),
        (", inherit: {variables: false}", False),
        (", inherit: {variables: [CHANNEL]}", True),
        (", inherit: {variables: [X]}", False),
    ],
)
def test_a_job_may_shut_variables_out(inherit: str, moved: bool, tmp_path: Path) -> None:
    text = f"variables: {{CHANNEL: latest, X: x}}\nj: {{only: [tags], script: [{PUSH}]{inherit}}}"
    assert bool(verdicts(tmp_path, text)) is moved


@pytest.mark.parametrize(
    ("forward", "moved"),
    [
        ("", True),
        (", forward: {yaml_variables: true}", True),
        (", forward: {yaml_variables: false}", False),
        (", forward: {pipeline_variables: true}", True),
    ],
)
def test_what_a_trigger_hands_on(forward: str, moved: bool, tmp_path: Path) -> None:
    child = f"j: {{script: [{PUSH}]}}"
    text = f"j: {{only: [tags], variables: {{CHANNEL: latest}}, trigger: {{include: child.yml{forward}}}}}"
    assert bool(verdicts(tmp_path, text, child_yml=child)) is moved


def test_what_was_given_goes_no_further_by_itself(tmp_path: Path) -> None:
    last = f"j: {{script: [{PUSH}]}}"
    for forward, moved in (("", False), (", forward: {pipeline_variables: true}", True)):
        text = "j: {only: [tags], variables: {CHANNEL: latest}, trigger: {include: child.yml}}"
        child = f"j: {{trigger: {{include: last.yml{forward}}}}}"
        assert bool(verdicts(tmp_path, text, child_yml=child, last_yml=last)) is moved


def test_a_child_of_several_files(tmp_path: Path) -> None:
    text = "j: {only: [tags], trigger: {include: [{local: /a.yml}, b.yml]}}"
    files = {"a_yml": ".push: {variables: {CHANNEL: latest}}\n", "b_yml": f"j:\n  extends: .push\n  script:\n    - {PUSH}\n"}
    assert verdicts(tmp_path, text, **files) == ["ungated 4"]
