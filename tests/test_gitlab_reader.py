"""GitLab configurations as pipelines: how they are put together, when jobs run, what they run; judged by gitlab-ci-local."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from latest_guard.expressions import gitlab_values
from latest_guard.expressions.tree import Name, Template
from latest_guard.files import Tree
from latest_guard.pipeline import Job, Pipeline, Rule, Run, Start, Use
from latest_guard.source import Source, Text
from latest_guard.systems import gitlab, registry
from latest_guard.values import OLDER, Colour, colours, samples, show
from machine import tool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def laid_out(folder: Path, files: Mapping[str, str]) -> Tree:
    """A repository with these files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return Tree(folder)


def read(text: str) -> Pipeline:
    return gitlab.read(Source(".gitlab-ci.yml", text))


def job(pipeline: Pipeline, name: str) -> Job:
    return next(one for one in pipeline.jobs if one.id == name)


def said(template: Template | None) -> str:
    """A template with `$NAME` for what GitLab puts in."""
    assert template is not None
    return "".join(part.value if isinstance(part, Text) else f"${part.name}" if isinstance(part, Name) else "…" for part in template.parts)


def script(one: Job) -> list[str]:
    """The lines of a job's main script."""
    return [line for step in one.steps if isinstance(step, Run) and step.name == "script" for line in said(step.script).splitlines()]


# When jobs run ----------------------------------------------------------------------------------------------------------


def concrete(pipeline: Pipeline, scenario: str) -> dict[str, str]:
    """The variables of a scenario in the accident."""
    one = next(one for one in pipeline.scenarios if one.name == scenario)
    found = {}
    for name, data in one.variables.items():
        assert isinstance(data, tuple)
        worlds = samples(data)
        found[name] = worlds[OLDER] if worlds else show(data)
    return found


def first(rules: tuple[Rule, ...], variables: Mapping[str, str]) -> Rule | None:
    """The rule that decides."""
    return next((rule for rule in rules if rule.condition is None or gitlab_values.holds(_without_status(rule), variables)), None)


def _without_status(rule: Rule) -> Any:
    """The condition without what it asks of earlier jobs."""
    from latest_guard.expressions.tree import Binary, Call, Constant

    condition = rule.condition
    if isinstance(condition, Call):
        return Constant(True, condition.span)
    if isinstance(condition, Binary) and isinstance(condition.right, Call) and condition.right.function in ("always", "failure"):
        return condition.left
    return condition


def running(pipeline: Pipeline, scenario: str) -> dict[str, str]:
    """The jobs that a scenario runs, and whether each runs by itself or by hand."""
    variables = concrete(pipeline, scenario)
    variables.update((b.name, said(b.value)) for b in pipeline.env)
    found = {}
    for one in pipeline.jobs:
        own = {**variables, **{b.name: said(b.value) for b in one.env}}
        rule = first(one.rules, own) if one.rules else None
        if one.rules and (rule is None or not rule.runs):
            continue
        found[one.id] = "manual" if one.manual or (rule and rule.manual) else "auto"
    return found


JOB = "{script: [make]}"
CHOICES = {
    "no rules": f"a: {JOB}\nb: {{script: [x], when: manual}}\nc: {{script: [x], when: always}}\nd: {{script: [x], when: on_failure}}",
    "tag": "a: {script: [x], rules: [{if: $CI_COMMIT_TAG}]}\nb: {script: [x], rules: [{if: '$CI_COMMIT_TAG == null'}]}",
    "pattern": "a: {script: [x], rules: [{if: '$CI_COMMIT_TAG =~ /^v\\d+\\.\\d+\\.\\d+$/'}]}\n"
    "b: {script: [x], rules: [{if: '$CI_COMMIT_TAG =~ /^v\\d+\\.\\d+\\.\\d+-rc/'}]}\n"
    "c: {script: [x], rules: [{if: '$CI_COMMIT_REF_NAME !~ /^v/'}]}",
    "first match": "a:\n  script: [x]\n  rules:\n    - {if: $CI_COMMIT_TAG, when: never}\n"
    "    - {if: $CI_COMMIT_BRANCH, when: manual}\n    - when: always\n"
    "b:\n  script: [x]\n  rules: [{if: $NOPE}, {if: $CI_COMMIT_TAG, when: manual}, {when: on_success}]\n",
    "job when": "a: {script: [x], when: manual, rules: [{if: $CI_COMMIT_TAG}, {if: $CI_COMMIT_BRANCH, when: always}]}\n",
    "variables": "variables: {PUSH: 'yes'}\na: {script: [x], rules: [{if: '$PUSH == \"yes\" && $OWN'}], variables: {OWN: '1'}}\n"
    "b: {script: [x], rules: [{if: '$PUSH == \"no\" || $OWN'}]}",
    "parentheses": "a: {script: [x], rules: [{if: '($CI_COMMIT_TAG || $X) && $CI_PIPELINE_SOURCE == \"push\"'}]}",
    "extends": ".r: {rules: [{if: $CI_COMMIT_TAG, when: manual}, {when: never}]}\na: {extends: .r, script: [x]}\n"
    "b: {extends: [.r], script: [x], rules: []}",
    "references": ".r: {rules: [{if: $CI_COMMIT_TAG}]}\n.s: {rules: [{if: $CI_COMMIT_BRANCH, when: manual}]}\n"
    "a: {script: [x], rules: [!reference [.r, rules], !reference [.s, rules]]}\nb: {script: [x], rules: !reference [.s, rules]}",
    "anchors": ".r: &r\n  rules: &rules\n    - if: $CI_COMMIT_TAG\na: {<<: *r, script: [x]}\nb: {script: [x], rules: *rules}",
    "exists": "a: {script: [x], rules: [{exists: [Dockerfile]}]}\nb: {script: [x], rules: [{exists: ['**/*.nope']}]}\n"
    "c: {script: [x], rules: [{exists: ['sub/**/*.txt']}]}\nd: {script: [x], rules: [{exists: ['*.yml'], if: $CI_COMMIT_TAG}]}",
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_same_jobs_run_as_with_gitlab_ci_local(name: str, tmp_path: Path) -> None:
    files = {".gitlab-ci.yml": CHOICES[name], "Dockerfile": "", "sub/deep/x.txt": ""}
    tree = laid_out(tmp_path, files)
    source = tree.read(".gitlab-ci.yml")
    assert source
    pipeline = gitlab.read(source, tree)
    assert not pipeline.problems
    for scenario, options in {
        "push:tag": [
            "--variable",
            "CI_COMMIT_TAG=v1.27.4",
            "--variable",
            "CI_COMMIT_REF_NAME=v1.27.4",
            "--unset-variable",
            "CI_COMMIT_BRANCH",
        ],
        "push:branch": ["--variable", "CI_COMMIT_BRANCH=main", "--variable", "CI_COMMIT_REF_NAME=main"],
    }.items():
        assert running(pipeline, scenario) == judged(tmp_path, options), scenario


def repository(folder: Path) -> None:
    """A git repository with one commit, on main."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    if not (folder / ".git").exists():
        for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
            subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)


def judge(folder: Path, words: list[str]) -> str:
    """What gitlab-ci-local says."""
    repository(folder)
    environment = {**os.environ, "HOME": str(folder.parent), "CI": ""}
    command = [tool("gitlab-ci-local"), "--no-json-schema-validation", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=environment).stdout


def judged(folder: Path, words: list[str]) -> dict[str, str]:
    """The jobs that gitlab-ci-local would run."""
    rows = judge(folder, ["--list-json", "--variable", "CI_PIPELINE_SOURCE=push", *words])
    jobs = json.loads(rows[rows.index("[\n") :])
    return {row["name"]: "manual" if row["when"] == "manual" else "auto" for row in jobs if row["when"] != "never"}


# How configurations are put together --------------------------------------------------------------------------------------

PUT_TOGETHER: dict[str, dict[str, str]] = {
    "extends": {
        ".gitlab-ci.yml": "default: {before_script: [before], image: alpine}\n.a: {script: [a], variables: {X: '1', Y: '1'}}\n"
        ".b: {extends: .a, variables: {Y: '2', Z: '2'}}\nj: {extends: [.b], variables: {Z: '3'}}\n"
        "k: {extends: [.a, .c], before_script: []}\n.c: {script: [c]}\nl: {script: [l], inherit: {default: false}}\n"
        "m: {script: [m], inherit: {default: [image]}}",
    },
    "references": {
        ".gitlab-ci.yml": ".s: {script: [one, two], variables: {V: v}}\n.t: {script: [!reference [.s, script], three]}\n"
        "j: {script: [zero, !reference [.t, script]], variables: !reference [.s, variables]}\nk: {script: [!reference [.s, script]]}",
    },
    "includes": {
        ".gitlab-ci.yml": "include: [/ci/a.yml, {local: 'ci/sub/*.yml'}]\nvariables: {ROOT: root}\nj: {script: [mine]}\n",
        "ci/a.yml": "include: {local: ci/b.yml}\nvariables: {ROOT: a, A: a}\nj: {script: [theirs], variables: {FROM: a}}\n",
        "ci/b.yml": ".base: {before_script: [base]}\nb: {extends: .base, script: [b]}\n",
        "ci/sub/c.yml": "c: {extends: .base, script: [c]}\n",
        "ci/sub/no.txt": "d: {script: [d]}\n",
    },
    "old default": {
        ".gitlab-ci.yml": "before_script: [old]\nafter_script: [later]\nj: {script: [x]}\n"
        "k: {script: y, before_script: [own], after_script: []}",
    },
    "anchors": {
        ".gitlab-ci.yml": ".l: &l [one, two]\n.j: &j {image: x, variables: {A: '1'}}\nj: {<<: *j, script: *l}\n"
        "k: {<<: *j, script: [*l, three], variables: {B: '2'}}",
    },
    "blocks": {
        ".gitlab-ci.yml": "j:\n  script:\n    - |\n      if true; then\n        echo a\n      fi\n    - >-\n"
        "      docker push\n      x\n    - 'echo: it''s'\n",
    },
}


@pytest.mark.parametrize("name", PUT_TOGETHER)
def test_configurations_are_put_together_as_by_gitlab_ci_local(name: str, tmp_path: Path) -> None:
    tree = laid_out(tmp_path, PUT_TOGETHER[name])
    source = tree.read(".gitlab-ci.yml")
    assert source
    pipeline = gitlab.read(source, tree)
    assert not pipeline.problems
    shown = judge(tmp_path, ["--preview"])
    expected = yaml.safe_load(shown[shown.index("---") :])
    assert {one.id for one in pipeline.jobs} == {name for name, value in expected.items() if isinstance(value, dict) and "script" in value}
    assert {b.name: said(b.value) for b in pipeline.env} == (expected.get("variables") or {})
    for one in pipeline.jobs:
        wanted = expected[one.id]
        assert {b.name: said(b.value) for b in one.env if not b.name.startswith("CI_")} == wanted.get("variables", {}), one.id
        lines = [line for key in ("before_script", "script") for each in listed(wanted.get(key, [])) for line in each.splitlines()]
        assert script(one) == lines, one.id
        after = [said(step.script).strip() for step in one.steps if isinstance(step, Run) and step.name == "after_script"]
        assert after == (["\n".join(listed(wanted["after_script"]))] if wanted.get("after_script") else [])


def listed(data: object) -> list[str]:
    """A script as its judge shows it: a string, a list, lists in a list."""
    if isinstance(data, list):
        return [line for one in data for line in listed(one)]
    return [str(data)]


def test_commands_stand_where_their_files_have_them(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "include: ci/a.yml\nj:\n  extends: .a\n  before_script:\n    - !reference [.a, setup]\n    - docker login\n",
        "ci/a.yml": ".a:\n  setup: [apk add docker]\n  script:\n    - docker build .\n    - |\n      docker push x\n",
    }
    tree = laid_out(tmp_path, files)
    source = tree.read(".gitlab-ci.yml")
    assert source
    pipeline = gitlab.read(source, tree)
    steps = [step for step in job(pipeline, "j").steps if isinstance(step, Run)]
    assert [step.continues for step in steps] == [False, True, True]
    for word, path in (
        ("apk add", "ci/a.yml"),
        ("docker login", ".gitlab-ci.yml"),
        ("docker build", "ci/a.yml"),
        ("docker push", "ci/a.yml"),
    ):
        text = next(part for step in steps for part in step.script.parts if isinstance(part, Text) and word in part.value)
        span = text.span(text.value.index(word), text.value.index(word) + len(word))
        assert span.path == path
        assert files[path].splitlines()[span.line - 1][span.column - 1 : span.end_column - 1] == word
    assert pipeline.parts == ("ci/a.yml",)


def test_inputs_of_included_files(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "include: [{local: t.yml, inputs: {image: app, push: true}}]\n",
        "t.yml": "spec:\n  inputs:\n    image: {}\n    tag: {default: latest}\n    push: {type: boolean}\n---\n"
        "'$[[ inputs.image ]]-job':\n  script: ['docker push $[[ inputs.image ]]:$[[ inputs.tag ]] now']\n"
        "  allow_failure: $[[ inputs.push ]]\n",
    }
    tree = laid_out(tmp_path, files)
    source = tree.read(".gitlab-ci.yml")
    assert source
    pipeline = gitlab.read(source, tree)
    one = job(pipeline, "app-job")
    assert script(one) == ["docker push app:latest now"]
    assert said(one.tolerant) == "true"
    step = one.steps[0]
    assert isinstance(step, Run)
    text = step.script.parts[0]
    assert isinstance(text, Text)
    span = text.span(text.value.index("now"), text.value.index("now") + 3)
    assert files["t.yml"].splitlines()[span.line - 1][span.column - 1 : span.end_column - 1] == "now"


def test_what_is_included_from_elsewhere_is_a_step_of_its_own() -> None:
    text = (
        "include:\n  - {project: group/ci, file: [/a.yml, b.yml]}\n  - https://example.com/x.yml\n  - {template: Docker.gitlab-ci.yml}\n"
        "  - {component: $CI_SERVER_FQDN/group/docker@1, inputs: {tag: latest}}\nj: {extends: .theirs}\nk: {variables: {A: b}}\n"
    )
    pipeline = read(text)
    assert not pipeline.problems
    uses = [step for one in pipeline.jobs for step in one.steps if isinstance(step, Use)]
    assert [one.uses for one in uses] == [
        "extends:.theirs", "project:group/ci/a.yml", "project:group/ci/b.yml", "remote:https://example.com/x.yml",
        "template:Docker.gitlab-ci.yml", "component:$CI_SERVER_FQDN/group/docker@1",
    ]  # fmt: skip
    assert [(b.name, said(b.value)) for b in uses[-1].inputs] == [("tag", "latest")]


# Jobs -------------------------------------------------------------------------------------------------------------------


def test_a_job() -> None:
    pipeline = read(
        "stages: [build, push]\nvariables: {GIT_DEPTH: 0, IMAGE: '$CI_REGISTRY_IMAGE:$${X}', RAW: {value: $A, expand: false}}\n"
        "image: docker\none: {stage: build, script: [x], artifacts: {reports: {dotenv: build.env}}}\n"
        "two:\n  stage: push\n  script: [y]\n  after_script: [z]\n  environment: {name: production}\n"
        "  resource_group: release\n  allow_failure: true\n"
        "  parallel: {matrix: [{A: [x, y], B: z}, {A: w}]}\n"
        "three: {needs: [{job: one, artifacts: true}], script: [w], image: {name: debian}, variables: {GIT_DEPTH: 5}}\n"
    )
    assert not pipeline.problems
    one, two, three = (job(pipeline, name) for name in ("one", "two", "three"))
    assert {b.name: said(b.value) for b in pipeline.env} == {"GIT_DEPTH": "0", "IMAGE": "$CI_REGISTRY_IMAGE:${X}", "RAW": "$A"}
    assert (said(one.report), said(one.container), said(one.depth), said(three.depth), said(three.container)) == (
        "build.env",
        "docker",
        "0",
        "5",
        "debian",
    )
    assert (two.needs, three.needs) == (("one",), ("one",))
    assert two.concurrency is not None
    assert (said(two.concurrency.group), said(two.environment), said(two.tolerant)) == ("release", "production", "true")
    assert two.matrix is not None
    assert [{name: said(each) for name, each in leg.items()} for leg in two.matrix.include if isinstance(leg, dict)] == [
        {"A": "x", "B": "z"}, {"A": "y", "B": "z"}, {"A": "w"},
    ]  # fmt: skip
    assert {"A", "B"} <= {b.name for b in two.env}
    after = two.steps[-1]
    assert isinstance(after, Run)
    assert (said(after.script), after.condition is not None) == ("z\n", True)


def test_the_depth_is_gitlabs_own_where_none_is_said() -> None:
    assert said(job(read("j: {script: [x]}"), "j").depth) == "20"


def test_only_and_except() -> None:
    pipeline = read(
        "tags: {script: [x], only: [tags]}\nbranches: {script: [x], only: [branches]}\n"
        "pattern: {script: [x], only: ['/^v[0-9]+/'], except: [branches]}\nmain: {script: [x], only: {refs: [main]}}\n"
        "but: {script: [x], except: [tags]}\nschedules: {script: [x], only: [schedules]}\nhand: {script: [x], only: [tags], when: manual}\n"
        "both: {script: [x], only: {refs: [tags], variables: ['$NOPE']}}\ngroup: {script: [x], only: ['tags@a/b', '/^release/i@a/b']}\n"
    )
    assert not pipeline.problems
    assert running(pipeline, "push:tag") == {"tags": "auto", "pattern": "auto", "hand": "manual", "group": "auto"}
    assert running(pipeline, "push:branch") == {"branches": "auto", "main": "auto", "but": "auto"}
    assert running(pipeline, "schedule") == {"branches": "auto", "main": "auto", "but": "auto", "schedules": "auto"}


def test_workflow_rules_and_the_variables_of_rules() -> None:
    pipeline = read(
        "workflow: {rules: [{if: $CI_COMMIT_TAG, variables: {PUSH: '1'}}]}\nj: {script: [x], rules: [{when: manual, allow_failure: true}]}"
    )
    rule = first(pipeline.rules, concrete(pipeline, "push:tag"))
    assert rule is not None
    assert [(b.name, said(b.value)) for b in rule.env] == [("PUSH", "1")]
    assert first(pipeline.rules, concrete(pipeline, "push:branch")) is None
    own = job(pipeline, "j").rules[0]
    assert (own.manual is not None, own.tolerant, own.span.line) == (True, True, 2)


def test_triggers() -> None:
    pipeline = read(
        "a: {trigger: group/other, variables: {TAG: latest}}\nb: {trigger: {project: group/third}}\nc: {trigger: {include: ci/child.yml}}\n"
        "d: {trigger: {include: [{local: /ci/x.yml}]}}\ne: {trigger: {include: [{artifact: made.yml, job: x}]}}\n"
    )
    calls = [one.call for one in pipeline.jobs if one.call]
    assert [one.uses for one in calls] == ["group/other", "group/third", "./ci/child.yml", "./ci/x.yml", "a pipeline that the run makes"]
    assert [(b.name, said(b.value)) for b in calls[0].inputs] == [("TAG", "latest")]


# Scenarios --------------------------------------------------------------------------------------------------------------


def test_scenarios() -> None:
    found = {one.name: one for one in read("j: {script: [x], rules: [{if: '$CI_COMMIT_BRANCH == \"develop\"'}]}").scenarios}
    assert {name: one.start.value for name, one in found.items()} == {
        "push:tag": "release", "push:branch": "branch", "push:branch:other": "branch", "schedule": "branch",
    }  # fmt: skip
    assert "CI_COMMIT_BRANCH" not in found["push:tag"].variables
    assert "CI_COMMIT_TAG" not in found["push:branch"].variables
    assert show(found["push:tag"].variables["CI_COMMIT_REF_SLUG"]) == "{slug({the released tag})}"  # type: ignore[arg-type]
    assert samples(found["push:tag"].variables["CI_COMMIT_REF_SLUG"])[OLDER] == "v1-27-4"  # type: ignore[arg-type,index]


def test_a_release_branch_is_a_release_where_no_rule_asks_for_tags() -> None:
    text = "j: {script: [x], only: [releases/minor]}"
    found = {one.name: one.start for one in read(text).scenarios}
    assert found["push:branch:releases/minor"] is Start.RELEASE
    found = {one.name: one.start for one in read(text + "\nk: {script: [x], only: [tags]}").scenarios}
    assert found["push:branch:releases/minor"] is Start.BRANCH


@pytest.mark.parametrize(
    ("rule", "tag"),
    [
        ("$CI_COMMIT_TAG", "v1.27.4"),
        ("$CI_COMMIT_TAG =~ /^[0-9]+\\.[0-9]+\\.[0-9]+$/", "1.27.4"),
        ("$CI_COMMIT_TAG =~ /^release-\\d/", "release-1.27.4"),
        ("$CI_COMMIT_REF_NAME =~ /^chart-v/", "chart-v1.27.4"),
        ("$CI_COMMIT_TAG =~ /((((a+)+)+)+)+$/", "v1.27.4"),
    ],
)
def test_the_released_tag_is_of_the_form_that_rules_ask_for(rule: str, tag: str) -> None:
    text = json.dumps({"j": {"script": ["x"], "rules": [{"if": rule}]}})
    assert concrete(read(text), "push:tag")["CI_COMMIT_TAG"] == tag


def test_sources_make_scenarios_where_rules_ask_for_them() -> None:
    rules = [{"if": '$CI_PIPELINE_SOURCE == "web"'}, {"if": '"merge_request_event" == $CI_PIPELINE_SOURCE'}]
    text = json.dumps({"j": {"script": ["x"], "rules": rules}, "k": {"script": ["x"], "only": ["triggers"]}})
    found = {one.name: one.start.value for one in read(text).scenarios}
    assert found["web"] == "manual"
    assert found["merge_request_event"] == "branch"
    assert found["trigger"] == "manual"  # with a version or without, as by hand


def test_the_form_of_a_run_by_hand_is_filled_in() -> None:
    text = """
variables:
  CHANNEL: {description: where to, options: [stable, latest], value: stable}
  RELEASE_VERSION: {description: which version}
  PUSH: {description: push it, value: "no"}
  PLAIN: x
j: {script: [x]}
"""
    pipeline = read(text)
    web = next(one for one in pipeline.scenarios if one.name == "web")
    form = web.contexts["variables"]
    assert isinstance(form, dict)
    assert list(form) == ["CHANNEL", "RELEASE_VERSION", "PUSH"]
    assert [show(one) for one in form["CHANNEL"].options] == ["stable", "latest"]
    assert Colour.RELEASED in colours(form["RELEASE_VERSION"])
    assert [show(one) for one in form["PUSH"].options] == ["no", "{$PUSH}"]


def test_rules_that_ask_for_what_no_file_sets_make_a_run_by_hand() -> None:
    assert "web" in {one.name for one in read("j: {script: [x], rules: [{if: $RELEASE}]}").scenarios}
    assert "web" not in {one.name for one in read("j: {script: [x], variables: {RELEASE: x}, rules: [{if: $RELEASE}]}").scenarios}


def test_tags_that_are_dates_are_tags_as_well() -> None:
    rules = [{"if": "$CI_COMMIT_TAG =~ /^v[0-9]+\\.[0-9]+/"}, {"if": "$CI_COMMIT_TAG =~ /^v[0-9]{4}-[0-9]{2}-[0-9]{2}/"}]
    found = {one.name: one for one in read(json.dumps({"j": {"script": ["x"], "rules": rules}})).scenarios}
    assert show(found["push:tag:other"].variables["CI_COMMIT_TAG"]) == "v{the released tag, a date}"  # type: ignore[arg-type]
    assert found["push:tag:other"].start is Start.RELEASE
    assert "push:tag:other" not in {one.name for one in read(json.dumps({"j": {"script": ["x"], "rules": rules[:1]}})).scenarios}


# Wrong shapes and bounds --------------------------------------------------------------------------------------------------

WRONG = [
    ("", "empty"),
    ("- a", "must be a mapping"),
    ("a: text", "the job `a` must be a mapping"),
    ("a: {stage: x}", "neither `script` nor `trigger`"),
    ("a: {script: {b: c}}", "a script must be a list"),
    ("a: {script: [!reference [.b, script]]}", "`!reference [.b, script]` names nothing"),
    ("a: {script: [!reference [a, script]]}", "more than 10 references"),
    ("a: {extends: .b, script: [x]}\n.b: {extends: .c}\n.c: {extends: .b}", "round in a circle"),
    ("a: {script: [x], rules: [text]}", "a rule must be a mapping"),
    ("include: nope.yml\na: {script: [x]}", "`nope.yml` cannot be read"),
    ("a: {script: [x]\n", "no YAML"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_has_the_wrong_shape_is_told(text: str, words: str, tmp_path: Path) -> None:
    problems = gitlab.read(Source(".gitlab-ci.yml", text), Tree(tmp_path)).problems
    assert any(words in one.message for one in problems), problems
    assert all("\n" not in one.message for one in problems)


def test_what_grows_out_of_bounds_is_refused() -> None:
    keys = "{" + ", ".join(f"k{n}: {n}" for n in range(2000)) + "}"
    text = f".b: {{script: [x], variables: {keys}}}\n" + "\n".join(f"j{n}: {{extends: .b, variables: {{A: b}}}}" for n in range(1000))
    assert "out of bounds" in read(text).problems[0].message


# Which files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        (".gitlab-ci.yml", True), ("sub/.gitlab-ci.yaml", True), ("ci/build.gitlab-ci.yml", True), ("gitlab-ci.yml", False),
        (".gitlab/ci.yml", False), (".gitlab-ci.yml.bak", False), ("x.gitlab-ci.yml/y", False),
    ],
)  # fmt: skip
def test_which_files_are_gitlabs(path: str, claimed: bool) -> None:
    assert gitlab.claims(path) is claimed
    assert (registry.claims(path) is gitlab) is claimed


def test_parts_of_others_are_no_pipelines(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "include: [{local: /ci/a.gitlab-ci.yml}, 'ci/sub/*.gitlab-ci.yml']\n",
        "ci/a.gitlab-ci.yml": "", "ci/sub/b.gitlab-ci.yml": "", "ci/own.gitlab-ci.yml": "", "sub/.gitlab-ci.yml": "",
        ".github/workflows/x.yml": "",
    }  # fmt: skip
    found = list(registry.discover(laid_out(tmp_path, files)))
    assert sorted(found) == [".github/workflows/x.yml", ".gitlab-ci.yml", "ci/own.gitlab-ci.yml", "sub/.gitlab-ci.yml"]
