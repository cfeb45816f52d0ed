"""What to do about a move that no comparison stands in front of: lines to paste that fit its CI system and the way it is made.

Markdown: sentences, and fenced blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.findings import Move

#: The actions whose input decides about the pointer, and the line that takes the gate's answer. `{}` is the answer, as an expression.
INPUTS = {
    "docker/metadata-action": "flavor: latest=${{{{ {} }}}}",
    "softprops/action-gh-release": "make_latest: ${{{{ {} }}}}",
    "ncipollo/release-action": "makeLatest: ${{{{ {} }}}}",
}
#: What is said of `promote --rollback`, the only promote that nothing stands in front of.
ROLLBACK = (
    "Without `--rollback` promote moves only forwards. Going back belongs in a run of its own that somebody starts by hand, "
    "with the reason as an input of the run."
)
ANSWER = "steps.latest-guard.outputs.latest"


def advice(move: Move) -> str:
    """How to put a gate in front of a move."""
    if move.via == "latest-guard promote":
        return ROLLBACK
    if move.system in {"github-actions", "gitea", "forgejo"}:
        return github(move)
    return gitlab(move) if move.system == "gitlab" else anywhere(move)


def github(move: Move) -> str:
    """A step that asks the gate, and how its answer is taken."""
    step = ["      - id: latest-guard", f"        run: pipx run latest-guard gate {version(move)}{source(move)}"]
    asked = f"Ask the gate{before(move)}:\n\n{fenced('yaml', step)}\n\n"
    return asked + (taken_by_input(move) or taken_by_shell(move))


def taken_by_input(move: Move) -> str:
    """How an action takes the answer, empty where it is no action that can."""
    line = INPUTS.get(move.via.partition("@")[0])
    if line:
        return f"and let its answer decide in `{move.via}`:\n\n{fenced('yaml', [f'          {line.format(ANSWER)}'])}"
    if "/" in move.via:
        condition = fenced("yaml", [f"        if: {ANSWER} == 'true'"])
        return f"and run this step, or name this tag, only where the answer is yes:\n\n{condition}"
    return ""


def taken_by_shell(move: Move) -> str:
    """How a script takes the answer."""
    name, output = ("NPM_TAG", "npm-tag") if move.pointer.kind == "npm" else ("LATEST", "latest")
    env = fenced("yaml", ["        env:", f"          {name}: ${{{{ steps.latest-guard.outputs.{output} }}}}"])
    return f"hand its answer to the script:\n\n{env}\n\nand take it there:\n\n{fenced('sh', decided(move, f'${name}'))}"


def gitlab(move: Move) -> str:
    """The gate's answer as a shell variable, in the same script."""
    ask = f'eval "$(latest-guard gate "$CI_COMMIT_TAG"{source(move)} --shell)"'
    variable = "$LATEST_GUARD_NPM_TAG" if move.pointer.kind == "npm" else "$LATEST_GUARD_LATEST"
    return f"Ask the gate in the same script, and take its answer:\n\n{fenced('sh', [ask, *decided(move, variable)])}"


def anywhere(move: Move) -> str:
    """The gate's exit code, which every shell has."""
    lines = [f'if latest-guard gate "$VERSION"{source(move)} --exit-code; then', f"  {command(move)}", "fi"]
    return f"Move only where the gate says so; `VERSION` is the version that is being released:\n\n{fenced('sh', lines)}"


def decided(move: Move, variable: str) -> list[str]:
    """The command with a variable that decides: as its option where it has one, else behind a test."""
    if move.via.startswith(("gh release create", "gh release edit")):
        return [f'{move.via} … --latest="{variable}"  # line {move.span.line}']
    if move.pointer.kind == "npm":
        return [f'{move.via} … --tag "{variable}"  # line {move.span.line}']
    return [f'if [ "{variable}" = true ]; then', f"  {command(move)}", "fi"]


def command(move: Move) -> str:
    """What stands behind the test: what makes the move, by its line."""
    return f"…  # {move.via}, line {move.span.line}"


def version(move: Move) -> str:
    """How a GitHub run gets the version: the ref's name in a release, an input in a run by hand."""
    by_hand = all(scenario.startswith(("workflow_dispatch", "workflow_call")) for scenario in move.scenarios)
    return '"$VERSION"' if by_hand else '"$GITHUB_REF_NAME"'


def source(move: Move) -> str:
    """Where the gate looks for the versions that exist, besides git's tags; empty where the name is not known here."""
    target = move.pointer.target
    if move.pointer.kind == "docker" and not set("{}$ ") & set(target):
        name, _, tag = target.rpartition(":")
        return f" --image {name}" if name and "/" not in tag else f" --image {target}"
    return ' --github "$GITHUB_REPOSITORY"' if move.pointer.kind == "github-release" and move.system == "github-actions" else ""


def before(move: Move) -> str:
    """Where the gate's step goes."""
    names = {step.role: step.note.partition(" ")[2] for step in move.trace if step.role in {"job", "step"}}
    step = f" before the step `{names['step']}`" if names.get("step") else ""
    return f" in the job `{names['job']}`{',' if step else ''}{step}" if names.get("job") else step


def fenced(language: str, lines: list[str]) -> str:
    """A block of lines to paste."""
    return "\n".join([f"```{language}", *lines, "```"])
