"""What to do about a move that no comparison stands in front of: lines to paste that fit its CI system, its file and the way it is made.

Markdown: sentences, and fenced blocks. A block is indented as it is to stand in the file.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from latest_guard.rules import taking
from latest_guard.rules.places import dash, fenced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.findings import Move
    from latest_guard.source import Source

#: What stands for values of a run in the name of an image, and the shell's variable that holds it, by CI system.
VARIABLES = {
    "github-actions": {
        "{the repository's owner}/{the repository's name}": "$GITHUB_REPOSITORY",
        "{the repository's owner}": "$GITHUB_REPOSITORY_OWNER",
    },
    "gitlab": {"{CI_REGISTRY_IMAGE}": "$CI_REGISTRY_IMAGE", "{CI_REGISTRY}": "$CI_REGISTRY", "{CI_PROJECT_PATH}": "$CI_PROJECT_PATH"},
}
VARIABLES["gitea"] = VARIABLES["forgejo"] = VARIABLES["github-actions"]

#: What is said of `promote --rollback`, the only promote that nothing stands in front of.
ROLLBACK = (
    "Without `--rollback` promote moves only forwards. Going back belongs in a run of its own that somebody starts by hand, "
    "with the reason as an input of the run."
)


#: The commit that an action is pinned to.
COMMIT = re.compile(r"@[0-9a-f]{40}$")


def advice(move: Move, sources: Mapping[str, Source] | None = None) -> str:
    """How to put a gate in front of a move; `sources` are the files around it, as far as they were read."""
    known = sources or {}
    if move.via == "latest-guard promote":
        return ROLLBACK
    if move.system == "gitlab":
        return gitlab(move, known)
    return github(move, known) if move.system in VARIABLES else anywhere(move, known)


def github(move: Move, sources: Mapping[str, Source]) -> str:
    """A step that asks the gate, and how its answer is taken."""
    step = taking.step_of(move)
    inset = dash(sources, step.span if step else None)
    lines = [f"{inset}- id: latest-guard", f"{inset}  run: pipx run latest-guard gate {version(move)}{asked(move)}"]
    if step and PurePosixPath(step.span.path).stem == "action":
        lines.append(f"{inset}  shell: bash")
    return f"Ask the gate{before(move)}{told(move)}:\n\n{fenced('yaml', lines)}\n\n{taking.github(move, sources, inset + '  ')}"


def gitlab(move: Move, sources: Mapping[str, Source]) -> str:
    """The gate's answer as shell variables, in the same script."""
    ask = [f'answer=$(latest-guard gate "$CI_COMMIT_TAG"{asked(move)} --shell)', 'eval "$answer"']
    return f"Ask the gate in the same script, and take its answer:\n\n{taking.gitlab(move, sources, ask)}"


def anywhere(move: Move, sources: Mapping[str, Source]) -> str:
    """The gate's exit code, which every shell has."""
    ask = f'latest-guard gate "$VERSION"{asked(move)} --exit-code'
    return f"Move only where the gate says so; `VERSION` is the version that is being released:\n\n{taking.anywhere(move, sources, ask)}"


def version(move: Move) -> str:
    """How a GitHub run gets the version: the ref's name in a release, what was typed in a run by hand."""
    return '"$VERSION"' if all(map(by_hand, move.scenarios)) else '"$GITHUB_REF_NAME"'


def told(move: Move) -> str:
    """What is to be said of the version, empty where the ref's name is it in every scenario."""
    if all(map(by_hand, move.scenarios)):
        return "; `VERSION` is the version that is being released"
    return "; in a run by hand, give it the version that was typed" if any(map(by_hand, move.scenarios)) else ""


def by_hand(scenario: str) -> bool:
    """Whether the ref's name is as like as not a branch in a scenario."""
    return scenario.startswith(("workflow_dispatch", "workflow_call")) and not scenario.endswith(":tag")


def asked(move: Move) -> str:
    """Where the gate looks for the versions that exist, besides git's tags; empty where the name is not known here."""
    if move.pointer.kind == "github-release" and move.system == "github-actions":
        return ' --github "$GITHUB_REPOSITORY"'
    target = move.pointer.target
    for name, variable in VARIABLES.get(move.system, {}).items():
        target = target.replace(name, variable)
    if move.pointer.kind != "docker" or set("{}` \"'\\;&|<>()") & set(target):
        return ""
    name, _, tag = target.rpartition(":")
    image = name if name and "/" not in tag else target
    return f' --image "{image}"' if "$" in image else f" --image {image}"


def before(move: Move) -> str:
    """Where the gate's step goes; a step without a name is named by what it uses, the commit left out."""
    names = {step.role: COMMIT.sub("", step.note.partition(" ")[2]) for step in move.trace if step.role in {"job", "step"}}
    step = f" before the step `{names['step']}`" if names.get("step") else ""
    return f" in the job `{names['job']}`{',' if step else ''}{step}" if names.get("job") else step
