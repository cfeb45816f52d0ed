"""Scripts of package.json, justfiles and Taskfiles: what the replay says is pushed is what npm, just and task push."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from machine import tool
from stand_in import Case, case, pushed_by_replay, pushed_for_real, repository

PUSH = "docker push ghcr.io/o/r"


def package(
    name: str,
    command: str = "npm run go",
    /,
    *,
    more: dict[str, object] | None = None,
    others: dict[str, str] | None = None,
    **scripts: str,
) -> Case:
    """A case with a package.json; names of scripts are written with `__` for a colon."""
    held = {"name": "x", "version": "1.0.0", **(more or {}), "scripts": {k.replace("__", ":"): v for k, v in scripts.items()}}
    return Case(name, json.dumps(held, indent="\t"), command, tuple((others or {}).items()))


def inner(name: str, **scripts: str) -> str:
    """A package.json of a workspace."""
    return json.dumps({"name": name, "version": "1.0.0", "scripts": scripts})


MEMBERS = {"a/package.json": inner("@o/a", go=f"{PUSH}:latest-a"), "b/package.json": inner("@o/b", go=f"{PUSH}:latest-b")}
WORKSPACES: dict[str, object] = {"workspaces": ["a", "b"], "private": True}

NPM = (
    package("script", go=f"{PUSH}:latest"),
    package("no such script", go2=f"{PUSH}:latest"),
    package("before and behind", prego=f"{PUSH}:latest-1", go=f"{PUSH}:latest-2", postgo=f"{PUSH}:latest-3"),
    package("failing before", prego="false", go=f"{PUSH}:latest-2"),
    package("failing script", go="false", postgo=f"{PUSH}:latest-3"),
    package("nested", go="npm run a && npm run --silent b__c", a=f"{PUSH}:latest-a", b__c=f"{PUSH}:latest-b"),
    package("arguments", "npm run go -- ghcr.io/o/r:latest", go="docker push"),
    package("an argument of several words", "npm run go -- 'x latest'", go=f"for t in $0; do {PUSH}:latest-$t; done; echo"),
    package("test", "npm test", test=f"{PUSH}:latest"),
    package("quotes", go=f"sh -c \"{PUSH}:latest\""),
    package("if present", "npm run --if-present none && npm run go", go=f"{PUSH}:latest"),
    package("folder", "npm --prefix a run go", others=MEMBERS, go=f"{PUSH}:latest"),
    package("folder by cd", "cd a && npm run go", others=MEMBERS, go=f"{PUSH}:latest"),
    package("one of a workspace", "npm run go -w @o/a", more=WORKSPACES, others=MEMBERS, go=f"{PUSH}:latest"),
    package("the whole workspace", "npm run go --workspaces", more=WORKSPACES, others=MEMBERS, go=f"{PUSH}:latest"),
    package("version in the environment", go=f"{PUSH}:latest-$npm_lifecycle_event"),
    package("script of the repository", go="./push.sh latest", others={"push.sh": f"#!/bin/sh\n{PUSH}:$1\n"}),
    package("test in a script", go=f"test x = y || {PUSH}:latest"),
)  # fmt: skip


def just(name: str, text: str, command: str = "just", **files: str) -> Case:
    """A case with a justfile."""
    return case(name, text, command, **files)


JUST = (
    just("first recipe", f"a: b\n    {PUSH}:latest-a\nb:\n    {PUSH}:latest-b\nc:\n    {PUSH}:latest-c\n"),
    just("variables", 'tag := "latest"\nimage := "ghcr.io/o/r:" + tag\na:\n    docker push {{image}}\n'),
    just("variable of the command line", f'tag := "none"\na:\n    {PUSH}:{{{{tag}}}}\n', "just tag=latest a"),
    just("set", f'tag := "none"\na:\n    {PUSH}:{{{{tag}}}}\n', "just --set tag latest a"),
    just("parameters", f'push tag="none" *rest:\n    {PUSH}:{{{{tag}}}}\n    for r in {{{{rest}}}}; do {PUSH}:latest-$r; done\n', "just push latest a b"),
    just("default of a parameter", f"push tag='latest':\n    {PUSH}:{{{{tag}}}}\n", "just push"),
    just("several recipes", f"a x:\n    {PUSH}:latest-{{{{x}}}}\nb:\n    {PUSH}:latest-b\n", "just a 1 b"),
    just("dependencies with arguments", f'a: (b "latest") && c\n    {PUSH}:latest-a\nb t:\n    {PUSH}:{{{{t}}}}\nc:\n    {PUSH}:latest-c\n'),
    just("each line a shell", f"a:\n    T=latest\n    {PUSH}:x${{T:-}}\n    T=latest; {PUSH}:$T\n"),
    just("shebang", f"a:\n    #!/usr/bin/env bash\n    set -eu\n    T=latest\n    {PUSH}:$T\n"),
    just("marks", f"a:\n    -false\n    @{PUSH}:latest\n    false\n    {PUSH}:latest-no\n"),
    just("choice", f'on := "yes"\nt := if on == "yes" {{ "latest" }} else {{ "edge" }}\na:\n    {PUSH}:{{{{t}}}}\n    {PUSH}:{{{{ if on != "yes" {{ "latest-no" }} else {{ "x" }} }}}}\n'),
    just("environment", f"t := env_var_or_default('TAG', 'latest')\nu := env('NONE', 'x')\na:\n    {PUSH}:{{{{t}}}}-{{{{u}}}}\n", "TAG=latest-t just"),
    just("export", f'export TAG := "latest"\na $B="latest-b":\n    {PUSH}:$TAG\n    {PUSH}:$B\n'),
    just("backtick", f"t := `echo latest`\na:\n    {PUSH}:{{{{t}}}}\n"),
    just("alias and quiet", f"alias p := push\n@push:\n    {PUSH}:latest\n", "just p"),
    just("functions", f'a:\n    {PUSH}:{{{{lowercase("LATEST")}}}}\n    {PUSH}:{{{{replace("x-y", "x", "latest")}}}}\n    {PUSH}:{{{{trim_start_match("vlatest-1", "v")}}}}\n'),
    just("import", "import 'more.just'\na: b\n", more_just=f"b:\n    {PUSH}:latest\n"),
    just("module", "mod more\na:\n    true\n", "just more b", more_just=f"b:\n    {PUSH}:latest\n"),
    just("another file", "", "just -f ci/justfile -d . a", ci__justfile=f"a:\n    {PUSH}:latest\n"),
    just("just in just", f"a:\n    just b latest\nb t:\n    {PUSH}:{{{{t}}}}\n"),
    just("nothing is run", f"a:\n    {PUSH}:latest\n", "just --dry-run a"),
    just("private and attributes", f"[private]\n_a:\n    {PUSH}:latest\n[no-cd]\nb: _a\n", "just b"),
    just("brackets", f"a:\n    echo '{{{{{{{{x}}}}' && {PUSH}:latest\n"),
    just("slash", 'd := "ghcr.io" / "o" / "r"\na:\n    docker push {{d}}:latest\n'),
    just("continued", "a:\n    docker \\\n      push \\\n      ghcr.io/o/r:latest\n"),
    just("shell setting", f'set shell := ["bash", "-euo", "pipefail", "-c"]\na:\n    false | true; {PUSH}:latest\n'),
)  # fmt: skip


def task(name: str, text: str, command: str = "task", **files: str) -> Case:
    """A case with a Taskfile."""
    return case(name, "version: '3'\n" + text, command, **files)


TASK = (
    task("default task", f"tasks:\n  default: {PUSH}:latest\n"),
    task("commands", f"tasks:\n  a:\n    cmds:\n      - {PUSH}:latest-1\n      - cmd: {PUSH}:latest-2\n        silent: true\n      - task: b\n  b:\n    - {PUSH}:latest-b\n", "task a"),
    task("variables", "vars:\n  TAG: latest\n  IMAGE: 'ghcr.io/o/r:{{.TAG}}'\ntasks:\n  default:\n    cmds: ['docker push {{.IMAGE}}']\n"),
    task("variable of the command line", f"vars: {{TAG: none}}\ntasks:\n  a: {PUSH}:{{{{.TAG}}}}\n", "task a TAG=latest"),
    task("default of a variable", f"tasks:\n  a:\n    vars:\n      TAG: '{{{{.TAG | default \"latest\"}}}}'\n    cmds: ['{PUSH}:{{{{.TAG}}}}']\n", "task a"),
    task("default that is not needed", f"tasks:\n  a:\n    vars:\n      TAG: '{{{{.TAG | default \"none\"}}}}'\n    cmds: ['{PUSH}:{{{{.TAG}}}}']\n", "TAG=latest-e task a"),
    task("called with variables", f"tasks:\n  default:\n    cmds:\n      - task: b\n        vars: {{T: latest}}\n      - task: b\n        vars: {{T: latest-2}}\n  b: {PUSH}:{{{{.T}}}}\n"),
    task("what a command prints", f"vars:\n  T: {{sh: echo latest}}\ntasks:\n  default: {PUSH}:{{{{.T}}}}\n"),
    task("dependencies", f"tasks:\n  default:\n    deps: [b, {{task: c, vars: {{T: latest-c}}}}]\n    cmds: ['{PUSH}:latest-a']\n  b: {PUSH}:latest-b\n  c: {PUSH}:{{{{.T}}}}\n"),
    task("environment", f"env: {{TAG: latest}}\ntasks:\n  default:\n    env: {{B: latest-b}}\n    cmds: ['{PUSH}:$TAG', '{PUSH}:$B']\n"),
    task("arguments", "tasks:\n  a: docker push {{.CLI_ARGS}}\n", "task a -- ghcr.io/o/r:latest"),
    task("conditions in templates", f"vars: {{ON: 'true'}}\ntasks:\n  default: {PUSH}:{{{{if eq .ON \"true\"}}}}latest{{{{else}}}}edge{{{{end}}}}\n"),
    task("precondition", f"tasks:\n  default:\n    preconditions: [{{sh: test x = y, msg: no}}]\n    cmds: ['{PUSH}:latest']\n"),
    task("precondition that holds", f"tasks:\n  default:\n    preconditions: ['test x = x']\n    cmds: ['{PUSH}:latest']\n"),
    task("status", f"tasks:\n  default:\n    cmds:\n      - task: a\n      - {PUSH}:latest-2\n  a:\n    status: ['true']\n    cmds: ['{PUSH}:latest-1']\n"),
    task("failing command", f"tasks:\n  default:\n    cmds: ['false', '{PUSH}:latest']\n"),
    task("failing command is ignored", f"tasks:\n  default:\n    cmds:\n      - cmd: 'false'\n        ignore_error: true\n      - {PUSH}:latest\n"),
    task("for", f"tasks:\n  default:\n    cmds:\n      - for: [latest-a, latest-b]\n        cmd: {PUSH}:{{{{.ITEM}}}}\n"),
    task("for a variable", f"tasks:\n  default:\n    vars: {{L: latest-a latest-b}}\n    cmds:\n      - for: {{var: L, as: T}}\n        task: p\n        vars: {{T: '{{{{.T}}}}'}}\n  p: {PUSH}:{{{{.T}}}}\n"),
    task("include", "includes: {ci: ./ci}\ntasks:\n  default: [{task: 'ci:push'}]\n", ci__Taskfile_yml=f"version: '3'\ntasks:\n  push: [{{task: inner}}]\n  inner: {PUSH}:latest\n"),
    task("another file", "tasks: {}\n", "task -t ci/other.yml a", ci__other_yml=f"version: '3'\ntasks:\n  a: {PUSH}:latest\n"),
    task("functions", f"tasks:\n  default:\n    - {PUSH}:{{{{lower \"LATEST\"}}}}\n    - {PUSH}:{{{{trimPrefix \"v\" \"vlatest-1\"}}}}\n    - {PUSH}:{{{{\"latest-x\" | replace \"x\" \"y\"}}}}\n"),
    task("several tasks", f"tasks:\n  a: {PUSH}:latest-a\n  b: {PUSH}:latest-b\n", "task a b"),
    task("nothing is run", f"tasks:\n  a: {PUSH}:latest\n", "task --dry a"),
    task("folder", "tasks:\n  default:\n    dir: ci\n    cmds: ['./push.sh latest']\n", ci__push_sh=f"#!/bin/sh\n{PUSH}:$1\n"),
)  # fmt: skip


def judged(made: Case, folder: Path, name: str, judge: str) -> tuple[list[str], list[str]]:
    """What the replay says is pushed, and what is pushed for real."""
    repository(folder, made, name)
    return pushed_by_replay(folder), pushed_for_real(folder, made, judge)


@pytest.mark.parametrize("made", NPM, ids=lambda made: made.name)
def test_npm_is_the_judge(made: Case, tmp_path: Path) -> None:
    said, done = judged(made, tmp_path / "repository", "package.json", tool("npm"))
    assert said == done


@pytest.mark.parametrize("made", JUST, ids=lambda made: made.name)
def test_just_is_the_judge(made: Case, tmp_path: Path) -> None:
    said, done = judged(made, tmp_path / "repository", "justfile", tool("just"))
    assert said == done


@pytest.mark.parametrize("made", TASK, ids=lambda made: made.name)
def test_task_is_the_judge(made: Case, tmp_path: Path) -> None:
    said, done = judged(made, tmp_path / "repository", "Taskfile.yml", tool("task"))
    assert said == done
