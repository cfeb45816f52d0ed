"""GitHub workflows as pipelines: scenarios, jobs, steps, and what is said of wrong shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latest_guard.expressions.tree import Template, Unreadable
from latest_guard.pipeline import Action, InputType, Pipeline, Run, Scenario, Start, Use
from latest_guard.source import Source, Text
from latest_guard.systems import github, registry
from latest_guard.systems.github.filters import Filter, pattern
from latest_guard.values import Colour, Either, Kind, Symbol, plain, samples, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.values import Data

STEP = "jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n"


def read(text: str, path: str = ".github/workflows/x.yml") -> Pipeline:
    return github.read(Source(path, text))


def started(on: str, rest: str = STEP) -> dict[str, Scenario]:
    """The scenarios that an `on:` makes, by name."""
    pipeline = read(f"on:{on}\n{rest}")
    assert not pipeline.problems, pipeline.problems
    assert len({one.name for one in pipeline.scenarios}) == len(pipeline.scenarios)
    return {one.name: one for one in pipeline.scenarios}


def said(scenario: Scenario, *way: str) -> Data:
    """What a context says: `github`, `event`, `release`, …"""
    found: Data = scenario.contexts[way[0]]
    for key in way[1:]:
        assert isinstance(found, dict), way
        found = found.get(key)
    return found


def shown(data: Data) -> str:
    """A string in words."""
    assert isinstance(data, tuple)
    return show(data)


# Which files ------------------------------------------------------------------------------------------------------------

CLAIMED = {
    ".github/workflows/release.yml": "github-actions",
    ".github/workflows/release.yaml": "github-actions",
    "sub/.github/workflows/release.yml": "github-actions",
    ".forgejo/workflows/x.yml": "forgejo",
    ".gitea/workflows/x.yaml": "gitea",
}
NOT_CLAIMED = (
    ".github/workflows/sub/x.yml",
    ".github/dependabot.yml",
    ".github/workflows/x.yml.bak",
    ".github/workflows/readme.md",
    "workflows/x.yml",
    "x.github/workflows/x.yml/y",
    "action.yml",
)


@pytest.mark.parametrize(("path", "system"), CLAIMED.items())
def test_workflows_are_claimed(path: str, system: str) -> None:
    assert registry.claims(path) is github
    assert read(f"on: push\n{STEP}", path).system == system


@pytest.mark.parametrize("path", NOT_CLAIMED)
def test_other_files_are_not(path: str) -> None:
    assert not github.claims(path)


# Filters ----------------------------------------------------------------------------------------------------------------

PATTERNS = [
    ("v*", "v1.2.3", True), ("v*", "V1", False), ("v*", "v1/x", False), ("v**", "v1/x", True), ("**", "a/b", True), ("*", "a/b", False),
    ("v[0-9]+.[0-9]+.[0-9]+", "v1.27.4", True), ("v[0-9]+.[0-9]+.[0-9]+", "v1.29.0-rc.1", False), ("v[12].[0-9]+.[0-9]+", "v3.1.1", False),
    ("v[12].[0-9]+.[0-9]+", "v2.10.1", True), ("**docs**", "my/docs/x", True), ("jsx?", "js", True), ("jsx?", "jsx", True),
    ("jsx?", "jsxx", False), ("release/**", "release/1/2", True), ("release/**", "release", False),
    ("a\\*b", "a*b", True), ("a\\*b", "axb", False), ("", "", True),
    ("[CB]at", "Cat", True), ("[CB]at", "cat", False), ("*.*.*", "1.2.3", True), ("x+", "xxx", True), ("x+", "", False),
    ("[a-z0-9]*", "q/", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "accepted"), PATTERNS)
def test_patterns(text: str, name: str, accepted: bool) -> None:
    assert pattern(text).accepts(name) is accepted


def test_a_later_pattern_takes_back_what_an_earlier_one_chose() -> None:
    def accepts(*texts: str) -> list[bool]:
        chosen = Filter(tuple(pattern(one) for one in texts), None)
        return [chosen.accepts(name) for name in ("v1.0.0", "v1.0.0-rc.1", "v1.0.0-rc.1-final", "x")]

    assert accepts("v*") == [True, True, True, False]
    assert accepts("v*", "!v*-rc*") == [True, False, False, False]
    assert accepts("v*", "!v*-rc*", "v*-final") == [True, False, True, False]
    assert accepts("!v*-rc*") == [False, False, False, False]
    ignoring = Filter(None, (pattern("v*-rc*"),))
    assert [ignoring.accepts(name) for name in ("v1.0.0", "v1.0.0-rc.1")] == [True, False]


# Scenarios --------------------------------------------------------------------------------------------------------------

STARTS = [
    (" push", {"push:tag": "release", "push:branch": "branch", "push:branch:other": "branch"}),
    (" [push, pull_request]", {"push:tag": "release", "push:branch": "branch", "push:branch:other": "branch", "pull_request": "branch"}),
    ("\n  push:\n    tags: ['v*']", {"push:tag": "release"}),
    ("\n  push:\n    tags: v*", {"push:tag": "release"}),
    ("\n  push:\n    tags-ignore: ['nightly']", {"push:tag": "release"}),
    ("\n  push:\n    branches: [main]", {"push:branch": "branch"}),
    ("\n  push:\n    branches: [master, 'release/**']", {"push:branch": "branch", "push:branch:release/": "release"}),
    (
        "\n  push:\n    branches: [master, 'release/**']\n    tags: ['v*']",
        {"push:tag": "release", "push:branch": "branch", "push:branch:release/": "branch"},
    ),
    ("\n  push:\n    branches: [hotfix]\n  release:", {"push:branch:hotfix": "branch", "release:published": "release"}),
    ("\n  push:\n    branches: [develop, next]", {"push:branch": "branch", "push:branch:next": "branch"}),
    ("\n  push:\n    branches: ['**', '!main']", {"push:branch:other": "branch"}),
    ("\n  push:\n    branches-ignore: [wip]", {"push:branch": "branch", "push:branch:other": "branch"}),
    ("\n  push:\n    branches: [main]\n    tags: ['*']", {"push:tag": "release", "push:branch": "branch"}),
    ("\n  push:\n    paths: [src]", {"push:tag": "release", "push:branch": "branch", "push:branch:other": "branch"}),
    ("\n  push:\n    tags: [nightly]", {"push:tag": "branch"}),
    ("\n  release:", {"release:published": "release"}),
    ("\n  release:\n    types: [published, released]", {"release:published": "release", "release:released": "release"}),
    ("\n  release:\n    types: deleted", {"release:deleted": "branch"}),
    (" create", {"create:tag": "release", "create:branch": "branch"}),
    (" workflow_dispatch", {"workflow_dispatch": "manual"}),
    (" workflow_call", {"workflow_call": "called"}),
    ("\n  schedule:\n    - cron: '0 0 * * *'", {"schedule": "branch"}),
    ("\n  repository_dispatch:\n    types: [x]", {"repository_dispatch": "release"}),
    ("\n  workflow_run:\n    workflows: [Build]\n    branches: [main]", {"workflow_run:branch": "branch"}),
    (
        "\n  workflow_run:\n    workflows: [B]",
        {"workflow_run:tag": "release", "workflow_run:branch": "branch", "workflow_run:branch:other": "branch"},
    ),
    ("\n  pull_request:\n    types: [opened, closed]", {"pull_request": "branch", "pull_request:closed": "branch"}),
    (" issue_comment", {"issue_comment": "manual"}),
    (" merge_group", {"merge_group": "branch"}),
    ("\n  milestone:\n    types: [closed]", {"milestone": "branch"}),
]  # fmt: skip


@pytest.mark.parametrize(("on", "expected"), STARTS, ids=[on for on, _ in STARTS])
def test_scenarios(on: str, expected: Mapping[str, str]) -> None:
    assert {name: one.start.value for name, one in started(on).items()} == expected


TAGS = [
    ("v*", ("v1.27.4", "v1.29.0", "v1.29.0-rc.1")),
    ("'*'", ("v1.27.4", "v1.29.0", "v1.29.0-rc.1")),
    ("'[0-9]+.*'", ("1.27.4", "1.29.0", "1.29.0-rc.1")),
    ("'v[0-9]+.[0-9]+.[0-9]+'", ("v1.27.4", "v1.29.0", "v1.29.0")),
    ("'v[0-9]+.[0-9]+.[0-9]+rc[0-9]+'", ("v1.27.4rc1", "v1.29.0rc1", "v1.29.0rc1")),
    ("'v[0-9]+.[0-9]+'", ("v1.27", "v1.29", "v1.29")),
    ("release-*", ("release-1.27.4", "release-1.29.0", "release-1.29.0-rc.1")),
    ("api/v*", ("api/v1.27.4", "api/v1.29.0", "api/v1.29.0-rc.1")),
    ("'@scope/pkg@*'", ("@scope/pkg@1.27.4", "@scope/pkg@1.29.0", "@scope/pkg@1.29.0-rc.1")),
    ("[v*, '!v*-*']", ("v1.27.4", "v1.29.0", "v1.29.0rc1")),
    ("[v*, '!v*rc*', '!v*-*', '!v*b*', '!v*dev*']", ("v1.27.4", "v1.29.0", "v1.29.0")),
    ("v1.27.*", None),
    ("v2.*", None),
]


@pytest.mark.parametrize(("tags", "expected"), TAGS, ids=[tags for tags, _ in TAGS])
def test_the_released_tag_is_one_that_the_filter_takes(tags: str, expected: tuple[str, str, str] | None) -> None:
    name = said(started(f"\n  push:\n    tags: {tags}")["push:tag"], "github", "ref_name")
    assert isinstance(name, tuple)
    assert samples(name) == expected
    assert any(isinstance(piece, Symbol) and Colour.RELEASED in piece.colours for piece in name)


def test_where_no_line_of_the_worlds_is_taken_the_prefix_is_known() -> None:
    scenario = started("\n  push:\n    tags: ['v2.*']")["push:tag"]
    ref = said(scenario, "github", "ref")
    assert isinstance(ref, tuple)
    assert show(ref).startswith("refs/tags/v2.{")


def test_a_tag_scenario() -> None:
    one = started("\n  push:\n    tags: ['v*']")["push:tag"]
    assert shown(said(one, "github", "event_name")) == "push"
    assert shown(said(one, "github", "ref")) == "refs/tags/{the released tag}"
    assert shown(said(one, "github", "ref_type")) == "tag"
    assert shown(said(one, "github", "event", "ref")) == "refs/tags/{the released tag}"
    assert said(one, "github", "event", "release") is None
    assert said(one, "github", "event", "repository", "fork") is False
    assert one.variables["GITHUB_REF_NAME"] == said(one, "github", "ref_name")
    assert (one.span.line, one.span.column) == (2, 3)


def test_a_branch_scenario() -> None:
    one = started(" push", STEP + "      - run: test $GITHUB_REF = refs/heads/master\n")["push:branch"]
    assert shown(said(one, "github", "ref")) == "refs/heads/master"
    assert shown(said(one, "github", "event", "repository", "default_branch")) == "master"
    assert shown(one.variables["GITHUB_REF_TYPE"]) == "branch"


def test_release_scenarios() -> None:
    found = started("\n  release:\n    types: [published, released, prereleased]")
    published, released, prereleased = (found[f"release:{kind}"] for kind in ("published", "released", "prereleased"))
    flag = said(published, "github", "event", "release", "prerelease")
    assert isinstance(flag, tuple)
    assert isinstance(flag[0], Symbol)
    assert (flag[0].kind, flag[0].colours, flag[0].samples) == (Kind.BOOLEAN, Colour.PRERELEASE, ("false", "false", "true"))
    assert said(released, "github", "event", "release", "prerelease") is False
    assert said(prereleased, "github", "event", "release", "prerelease") is True
    names = [said(one, "github", "event", "release", "tag_name") for one in (published, released, prereleased)]
    assert [samples(name) for name in names if isinstance(name, tuple)] == [
        ("v1.27.4", "v1.29.0", "v1.29.0-rc.1"),
        ("v1.27.4", "v1.29.0", "v1.29.0"),
        ("v1.27.4-rc.1", "v1.29.0-rc.1", "v1.29.0-rc.1"),
    ]
    assert plain(said(published, "github", "event", "action") or ()) == "published"  # type: ignore[arg-type]


def test_a_release_without_types_is_looked_at_type_by_type_only_where_the_type_is_asked_for() -> None:
    assert set(started(" release")) == {"release:published"}
    asked = started(" release", STEP.replace("steps:", "if: github.event.action == 'released'\n    steps:"))
    assert {"release:published", "release:released", "release:created"} < set(asked)


DISPATCH = """
  workflow_dispatch:
    inputs:
      tag: {required: true}
      note: {default: none}
      force: {type: boolean, default: false}
      channel: {type: choice, options: [stable, 1.10]}
      count: {type: number}
"""


def test_inputs_of_a_manual_run() -> None:
    one = started(DISPATCH)["workflow_dispatch"]
    inputs = one.contexts["inputs"]
    assert isinstance(inputs, dict)
    tag = inputs["tag"]
    assert isinstance(tag, tuple)
    assert isinstance(tag[0], Symbol)
    assert tag[0].colours == Colour.PERSON | Colour.RELEASED
    assert tag[0].samples == ("v1.27.4", "v1.29.0", "v1.29.0-rc.1")
    note = inputs["note"]
    assert isinstance(note, Either)
    assert note.colours == Colour.PERSON
    assert [show(option) for option in note.options if isinstance(option, tuple)] == ["none", "{inputs.note}"]
    channel = inputs["channel"]
    assert isinstance(channel, Either)
    assert [show(option) for option in channel.options if isinstance(option, tuple)] == ["stable", "1.1"]
    kinds = {name: data[0].kind for name, data in inputs.items() if isinstance(data, tuple) and isinstance(data[0], Symbol)}
    assert kinds == {"tag": Kind.STRING, "force": Kind.BOOLEAN, "count": Kind.NUMBER}
    assert said(one, "github", "event", "inputs", "tag") == tag
    force = said(one, "github", "event", "inputs", "force")
    assert isinstance(force, Either)
    assert [plain(option) for option in force.options if isinstance(option, tuple)] == ["true", "false"]


def test_a_manual_run_that_asks_for_its_ref_may_stand_on_a_tag() -> None:
    found = started(" workflow_dispatch", STEP + "      - run: echo ${{ github.ref_name }}\n")
    assert shown(said(found["workflow_dispatch:tag"], "github", "ref_type")) == "tag"
    assert shown(said(found["workflow_dispatch"], "github", "ref")) == "refs/heads/main"


def test_inputs_of_a_caller_that_cannot_be_seen() -> None:
    one = started("\n  workflow_call:\n    inputs:\n      version: {type: string}\n      latest: {type: boolean}")["workflow_call"]
    version, latest = said(one, "inputs", "version"), said(one, "inputs", "latest")
    assert isinstance(version, tuple)
    assert isinstance(latest, tuple)
    assert samples(version) == ("1.27.4", "1.29.0", "1.29.0-rc.1")
    assert isinstance(latest[0], Symbol)
    assert (latest[0].colours, latest[0].kind) == (Colour.UNREAD, Kind.BOOLEAN)
    assert "caller" in latest[0].reason


def test_a_callable_workflow() -> None:
    on = "\n  workflow_call:\n    inputs:\n      x: {default: 1}\n    outputs:\n      y: {value: '${{ jobs.a.outputs.z }}'}"
    pipeline = read(f"on:{on}\n{STEP}")
    assert pipeline.callable
    assert [(one.name, one.type) for one in pipeline.inputs] == [("x", InputType.STRING)]
    assert [one.name for one in pipeline.outputs] == ["y"]
    assert not read(f"on: push\n{STEP}").callable


def test_what_ran_before() -> None:
    found = started("\n  workflow_run:\n    workflows: [Build, Test]\n    types: [completed]")
    one = found["workflow_run:tag"]
    assert one.follows == ("Build", "Test")
    assert shown(said(one, "github", "event", "workflow_run", "head_branch")) == "{the released tag}"
    assert shown(said(one, "github", "ref")) == "refs/heads/main"


def test_a_merge_is_a_release_where_the_version_is_taken_from_the_merged_branch() -> None:
    rest = STEP.replace("steps:", "if: github.event.pull_request.merged && startsWith(github.head_ref, 'release/')\n    steps:")
    one = started("\n  pull_request:\n    types: [closed]", rest)["pull_request:closed"]
    head = said(one, "github", "head_ref")
    assert isinstance(head, tuple)
    assert one.start is Start.RELEASE
    assert samples(head) == ("release/1.27.4", "release/1.29.0", "release/1.29.0-rc.1")


def test_forgejo_gives_its_context_under_its_own_names_too() -> None:
    scenario = read(f"on: push\n{STEP}", ".forgejo/workflows/x.yml").scenarios[0]
    assert scenario.contexts["forge"] is scenario.contexts["github"]
    assert scenario.variables["FORGEJO_REF"] == scenario.variables["GITHUB_REF"]
    assert "FORGEJO_REF" not in read(f"on: push\n{STEP}").scenarios[0].variables


# Jobs and steps ---------------------------------------------------------------------------------------------------------

WHOLE = """\
name: Release
on: {push: {tags: ['v*']}}
env: {IMAGE: acme/app, N: 1.10, ON: on, T: TRUE, E: }
defaults: {run: {shell: bash, working-directory: src}}
concurrency: {group: 'release-${{ github.ref }}', cancel-in-progress: true}
jobs:
  build:
    name: Build it
    runs-on: ubuntu-latest
    if: github.ref_type == 'tag'
    container: {image: 'debian:12', env: {IN: box}}
    environment: {name: production, url: x}
    concurrency: build
    continue-on-error: ${{ matrix.soft }}
    env: {JOB: 1}
    outputs: {tag: '${{ steps.v.outputs.tag }}'}
    strategy:
      matrix:
        os: [a, b]
        n: [1, true, null, 'x${{ github.ref }}']
        later: ${{ fromJSON(needs.x.outputs.y) }}
        include: [{os: c, extra: {deep: 1}}]
        exclude:
          - os: a
    defaults: {run: {shell: sh}}
    steps:
      - id: v
        name: The version
        if: ${{ success() }}
        shell: bash -e {0}
        working-directory: ci
        continue-on-error: true
        env: {A: b}
        run: |
          echo "tag=${GITHUB_REF#refs/tags/}"
          docker push acme/app:latest
      - uses: docker/build-push-action@v6
        with: {push: true, tags: "acme/app:latest", n: 0x10}
  call:
    needs: [build]
    uses: ./.github/workflows/other.yml
    with: {version: '${{ needs.build.outputs.tag }}'}
    secrets: inherit
  other:
    needs: build
    uses: owner/repo/.github/workflows/x.yml@v1
    secrets: {TOKEN: '${{ secrets.T }}'}
    strategy: {matrix: '${{ fromJSON(1) }}'}
"""


def texts(template: Template | None) -> list[str]:
    """The literal parts of a template, and `…` for each expression."""
    assert template is not None
    return [part.value if isinstance(part, Text) else "…" for part in template.parts]


def test_a_whole_workflow() -> None:
    pipeline = read(WHOLE)
    assert not pipeline.problems
    assert (pipeline.name, pipeline.shell, texts(pipeline.directory)) == ("Release", "bash", ["src"])
    assert {one.name: texts(one.value) for one in pipeline.env} == {
        "IMAGE": ["acme/app"],
        "N": ["1.1"],
        "ON": ["on"],
        "T": ["true"],
        "E": [],
    }
    assert pipeline.concurrency is not None
    assert (texts(pipeline.concurrency.group), texts(pipeline.concurrency.cancels)) == (["release-", "…"], ["true"])
    assert [job.id for job in pipeline.jobs] == ["build", "call", "other"]


def test_a_job() -> None:
    job = read(WHOLE).jobs[0]
    assert (job.name, job.shell, job.needs) == ("Build it", "sh", ())
    assert job.condition is not None
    assert [one.name for one in job.env] == ["IN", "JOB"]
    assert (texts(job.environment), texts(job.container), texts(job.tolerant)) == (["production"], ["debian:12"], ["…"])
    assert [one.name for one in job.outputs] == ["tag"]
    assert (job.span.line, job.span.column, job.span.end_column) == (7, 3, 8)


def test_a_matrix() -> None:
    matrix = read(WHOLE).jobs[0].matrix
    assert matrix is not None
    axes = dict(matrix.axes)
    assert isinstance(axes["n"], tuple)
    assert axes["n"][:3] == (1.0, True, None)
    assert isinstance(axes["n"][3], Template)
    assert isinstance(axes["later"], Template)
    assert len(matrix.include) == len(matrix.exclude) == 1
    assert isinstance(matrix.include[0], dict)
    assert matrix.include[0]["extra"] == {"deep": 1.0}
    dynamic = read(WHOLE).jobs[2].matrix
    assert dynamic is not None
    assert texts(dynamic.dynamic) == ["…"]


def test_steps() -> None:
    run, use = read(WHOLE).jobs[0].steps
    assert isinstance(run, Run)
    assert (run.id, run.name, run.shell, texts(run.directory), texts(run.tolerant)) == ("v", "The version", "bash -e {0}", ["ci"], ["true"])
    assert run.condition is not None
    script = run.script.parts[0]
    assert isinstance(script, Text)
    place = script.span(script.value.index("docker push"), script.value.index("\n", script.value.index("docker")))
    assert WHOLE.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1] == "docker push acme/app:latest"
    assert isinstance(use, Use)
    assert use.uses == "docker/build-push-action@v6"
    assert {one.name: texts(one.value) for one in use.inputs} == {"push": ["true"], "tags": ["acme/app:latest"], "n": ["16"]}


def test_calls() -> None:
    _, call, other = read(WHOLE).jobs
    assert call.call is not None
    assert (call.needs, call.call.uses, call.call.inherits_secrets, call.steps) == (("build",), "./.github/workflows/other.yml", True, ())
    assert [one.name for one in call.call.inputs] == ["version"]
    assert other.call is not None
    assert ([one.name for one in other.call.secrets], other.needs) == (["TOKEN"], ("build",))


def test_an_anchor_stands_for_what_it_names() -> None:
    text = "on: push\njobs:\n  a: &a\n    runs-on: x\n    steps: [{run: one}]\n  b: *a\n  c:\n    <<: *a\n    env: {X: y}\n"
    pipeline = read(text)
    assert [len(job.steps) for job in pipeline.jobs] == [1, 1, 1]
    assert [job.id for job in pipeline.jobs] == ["a", "b", "c"]


# Wrong shapes -----------------------------------------------------------------------------------------------------------

WRONG = [
    ("", (1, 1), "empty"),
    ("- a", (1, 1), "must be a mapping"),
    ("just words", (1, 1), "must be a mapping"),
    (STEP, (1, 1), "no `on`"),
    ("on: push", (1, 1), "no `jobs`"),
    (f"on: pusj\n{STEP}", (1, 5), "did you mean `push`"),
    (f"on: [push, released]\n{STEP}", (1, 12), "no event `released`; did you mean `release`"),
    (f"on: {{push: [main]}}\n{STEP}", (1, 12), "`on.push` must be a mapping"),
    (f"on: {{push: {{tags: {{a: b}}}}}}\n{STEP}", (1, 19), "`on.push.tags` must be a list"),
    (f"on: push\nenv: [a]\n{STEP}", (2, 6), "`env` must be a mapping"),
    ("on: push\njobs: [a]", (2, 7), "`jobs` must be a mapping"),
    ("on: push\njobs:\n  a: text", (3, 6), "the job `a` must be a mapping"),
    ("on: push\njobs:\n  a:", (3, 3), "the job `a` is empty"),
    ("on: push\njobs:\n  a: {runs-on: x}", (3, 3), "neither `steps` nor `uses`"),
    ("on: push\njobs:\n  a:\n    steps: text", (4, 12), "`steps` must be a list"),
    ("on: push\njobs:\n  a:\n    steps:\n      - text", (5, 9), "a step must be a mapping"),
    ("on: push\njobs:\n  a:\n    steps:\n      - name: text", (5, 9), "needs `run` or `uses`"),
    ("on: push\njobs:\n  a:\n    steps:\n      - run: [a]", (5, 9), "needs `run` or `uses`"),
    ("on: push\njobs:\n  a:\n    steps:\n      -\n", (5, 8), "a step is empty"),
    ("on: push\njobs:\n  a:\n    steps:\n      - run: x\n        env: {A: [b]}", (6, 18), "`A` must be a single value"),
    (f"on: {{workflow_dispatch: {{inputs: {{a: {{type: bool}}}}}}}}\n{STEP}", (1, 45), "no input type `bool`"),
    ("on: push\njobs:\n\ta: b", (3, 1), "tab"),
]


@pytest.mark.parametrize(("text", "place", "words"), WRONG, ids=[words for _, _, words in WRONG])
def test_what_has_the_wrong_shape_is_told_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    problems = read(text).problems
    assert [(one.span.line, one.span.column) for one in problems][:1] == [place], problems
    assert words in problems[0].message
    assert all("\n" not in one.message for one in problems)


def test_what_stands_beside_a_wrong_shape_is_read() -> None:
    pipeline = read("on: [push, nothing]\nenv: [a]\njobs:\n  a: text\n  b:\n    steps:\n      - text\n      - run: make\n")
    assert len(pipeline.problems) == 4
    assert [len(job.steps) for job in pipeline.jobs] == [1]
    assert pipeline.scenarios


def test_an_expression_that_cannot_be_read_stays_in_its_place() -> None:
    step = read("on: push\njobs:\n  a:\n    steps:\n      - run: echo ${{ github.ref == }}\n").jobs[0].steps[0]
    assert isinstance(step, Run)
    part = step.script.parts[1]
    assert isinstance(part, Unreadable)
    assert part.span.line == 5


# Actions ----------------------------------------------------------------------------------------------------------------


def action(text: str) -> Action:
    return github.read_action(Source("action.yml", text))


def test_a_composite_action() -> None:
    found = action(
        "name: A\ninputs: {tag: {required: true, default: '${{ github.ref_name }}'}}\noutputs: {x: {value: '${{ steps.s.outputs.x }}'}}\n"
        "runs:\n  using: composite\n  steps:\n    - {id: s, run: echo, shell: bash}\n    - uses: ./other\n"
    )
    assert not found.problems
    assert (found.name, found.opaque, len(found.steps)) == ("A", "", 2)
    assert [(one.name, one.required, texts(one.default)) for one in found.inputs] == [("tag", True, ["…"])]
    assert [one.name for one in found.outputs] == ["x"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("runs: {using: node20, main: dist/index.js}", "JavaScript `dist/index.js`"),
        ("runs: {using: docker, image: Dockerfile}", "container `Dockerfile`"),
        ("runs: {using: magic}", "`magic`"),
        ("name: x", "no action"),
        ("- x", "no action"),
        ("a: [", "no YAML"),
    ],
)
def test_an_action_that_cannot_be_followed_says_why(text: str, words: str) -> None:
    found = action(text)
    assert words in found.opaque
    assert not found.steps
