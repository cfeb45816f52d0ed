"""One place that is reached on several ways is judged once for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

PUSH = "docker push ghcr.io/o/r:latest\n"
JOB = "  {name}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: sh push.sh\n"
CALLED = """\
on: {workflow_call: {inputs: {move: {type: boolean}}}}
jobs:
  push:
    if: ${{ inputs.move }}
    runs-on: ubuntu-latest
    steps:
      - run: docker push ghcr.io/o/r:latest
"""
CALLERS = """\
on: {push: {tags: ['v*']}}
jobs:
  final:
    uses: ./.github/workflows/push.yml
    with: {move: "${{ !contains(github.ref_name, '-') }}"}
  every:
    uses: ./.github/workflows/push.yml
    with: {move: true}
"""


def test_two_workflows_that_run_one_script_are_two_ways(tmp_path: Path) -> None:
    on_tag = "on: {push: {tags: ['v*']}}\njobs:\n" + JOB.format(name="a")
    on_branch = "on: {push: {branches: [main]}}\njobs:\n" + JOB.format(name="b")
    found = moves(tmp_path, {".github/workflows/a.yml": on_tag, ".github/workflows/b.yml": on_branch, "push.sh": PUSH})
    assert {(m.trace[0].span.path, m.verdict.value) for m in found} == {
        (".github/workflows/a.yml", "ungated"),
        (".github/workflows/b.yml", "branch"),
    }


def test_each_caller_of_a_workflow_has_its_verdict(tmp_path: Path) -> None:
    found = moves(tmp_path, {".github/workflows/push.yml": CALLED, ".github/workflows/release.yml": CALLERS})
    assert sorted(m.verdict.value for m in found) == ["ungated", "weak"]


def test_scenarios_of_one_way_are_one_move(tmp_path: Path) -> None:
    text = "on:\n  push: {tags: ['v*']}\n  release: {types: [published]}\njobs:\n" + JOB.format(name="a")
    found = moves(tmp_path, {".github/workflows/a.yml": text, "push.sh": PUSH})
    assert [m.verdict.value for m in found] == ["ungated"]
    assert len(found[0].scenarios) == 2
