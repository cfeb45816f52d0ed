"""How the gate's answer is taken where a move is made: by the input of an action, the shell, a setting, or a program."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from latest_guard.rules.places import command, fenced, margin, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.findings import Move, TraceStep
    from latest_guard.source import Source

#: The actions whose input decides about the pointer, and the line that takes the gate's answer. `{}` is the answer, as an expression.
INPUTS = {
    "docker/metadata-action": "flavor: latest=${{{{ {} }}}}",
    "softprops/action-gh-release": "make_latest: ${{{{ {} }}}}",
    "ncipollo/release-action": "makeLatest: ${{{{ {} }}}}",
}
ANSWER = "steps.latest-guard.outputs.latest"

#: Kinds of files whose commands are the shell's.
SHELL = frozenset((".yml", ".yaml", ".sh", ".bash", ".zsh", ".ksh", ""))
#: The option that names npm's dist-tag, where it is not `--tag`.
TAG_OPTIONS = {"lerna": "--dist-tag"}
#: What goreleaser skips by a template, by the section of its settings.
SKIPPED = {"homebrew_casks", "brews", "scoops", "nix", "winget", "krews", "aurs"}


def step_of(move: Move) -> TraceStep | None:
    """The step in which a move is made; None where none is known."""
    return next((step for step in reversed(move.trace) if step.role == "step"), None)


def github(move: Move, sources: Mapping[str, Source], inset: str) -> str:
    """How a step of a workflow takes the answer; `inset` is that of the step's keys."""
    action = move.via.partition("@")[0]
    if action in INPUTS:
        return (
            f"and let its answer decide under `with:` of `{move.via}`:\n\n{fenced('yaml', [f'{inset}  {INPUTS[action].format(ANSWER)}'])}"
        )
    if "/" in action:
        return of_action(move, sources, inset)
    name, output = ("NPM_TAG", "npm-tag") if move.pointer.kind == "npm" else ("LATEST", "latest")
    env = fenced("yaml", [f"{inset}env:", f"{inset}  {name}: ${{{{ steps.latest-guard.outputs.{output} }}}}"])
    return f"hand its answer to the step:\n\n{env}\n\n{by_variable(move, sources, name)}"


def of_action(move: Move, sources: Mapping[str, Source], inset: str) -> str:
    """An action without such an input: its tag, or the whole step, depends on the answer."""
    tag = words(sources, move.span)
    if tag and tag == move.pointer.target:
        line = sources[move.span.path].line(move.span.line)
        named = f"{line[: move.span.column - 1]}${{{{ {ANSWER} == 'true' && '{tag}' || '' }}}}{line[move.span.end_column - 1 :]}"
        return f"and name this tag only where the answer is yes, in line {move.span.line}:\n\n{fenced('yaml', [named])}"
    condition = fenced("yaml", [f"{inset}if: {ANSWER} == 'true'"])
    return f"and run this step, or name this tag, only where the answer is yes:\n\n{condition}"


def by_variable(move: Move, sources: Mapping[str, Source], name: str) -> str:
    """How what the step runs takes the answer from the variable `name`."""
    path = PurePosixPath(move.span.path)
    if move.via.startswith("goreleaser "):
        return of_goreleaser(move, sources)
    if path.suffix == ".hcl":
        lines = ['variable "LATEST" { default = "" }', f'LATEST == "true" ? "{move.pointer.target}" : ""']
        return f"and name the tag in `{path}` only where it says so:\n\n{fenced('hcl', lines)}"
    if is_makefile(move):
        made = f'if [ "$${name}" = true ]; then {one_line(move, sources)}; fi'
        return f"and take it in `{path}`, line {move.span.line}:\n\n{fenced('make', [chr(9) + made])}"
    if path.suffix in SHELL:
        return f"and take it there:\n\n{fenced('sh', decided(move, sources, f'${name}'))}"
    return f"and take it in `{path}`, line {move.span.line}: {in_program(move, name)}"


def in_program(move: Move, name: str) -> str:
    """What a program does with the variable `name`, in a sentence."""
    if move.pointer.kind == "npm":
        return f"publish with `{tag_option(move)}` and the value of the environment variable `{name}`"
    return f"go on to `{move.via}` only where the environment variable `{name}` is `true`"


def of_goreleaser(move: Move, sources: Mapping[str, Source]) -> str:
    """The template in goreleaser's settings that takes the answer. Source: https://goreleaser.com/customization/templates/"""
    section = move.via.partition(" ")[2]
    if section == "release":
        line = 'make_latest: "{{ .Env.LATEST }}"'
    elif section in SKIPPED:
        line = """skip_upload: '{{ if eq .Env.LATEST "true" }}false{{ else }}true{{ end }}'"""
    else:
        tag = words(sources, move.span).strip("\"'") or move.pointer.name
        line = f"""'{{{{ if eq .Env.LATEST "true" }}}}{tag}{{{{ end }}}}'"""
    return f"and take it in `{move.span.path}`, under `{section}`:\n\n{fenced('yaml', [line])}"


def gitlab(move: Move, sources: Mapping[str, Source], ask: list[str]) -> str:
    """How a script of a GitLab job takes the answer that the lines `ask` get, as it stands in a list of its own or in a file."""
    lines = decided(move, sources, "$LATEST_GUARD_NPM_TAG" if move.pointer.kind == "npm" else "$LATEST_GUARD_LATEST")
    there = command(sources, move.span)
    if there is None or not there.dash:
        return fenced("sh", [there.inset + line if there else line for line in ask] + lines)
    return fenced("yaml", [*(f"{there.inset}- {line}" for line in ask), *lines])


def anywhere(move: Move, sources: Mapping[str, Source], ask: str) -> str:
    """How any shell takes the exit status of the command `ask`; in settings that it goes into, its answer as a variable."""
    if move.via.startswith("goreleaser "):
        answer = fenced("sh", [f"if {ask}; then export LATEST=true; else export LATEST=false; fi"])
        return f"{answer}\n\n{of_goreleaser(move, sources)}"
    if is_makefile(move):
        asked = ask.replace("$", "$$")
        return fenced("make", [f"{chr(9)}if {asked}; then {one_line(move, sources)}; fi"])
    return fenced("sh", guarded(move, sources, f"if {ask}; then"))


def is_makefile(move: Move) -> bool:
    """Whether a move stands in a makefile, whose shell gets every `$$` as `$`."""
    path = PurePosixPath(move.span.path)
    return path.suffix in (".mk", ".mak", ".make") or path.name.endswith("akefile")


def decided(move: Move, sources: Mapping[str, Source], variable: str) -> list[str]:
    """The command with a variable that decides: as its option where it has one, else behind a test."""
    if move.via.startswith(("gh release create", "gh release edit")):
        return with_option(move, sources, f'--latest="{variable}"')
    if move.pointer.kind == "npm":
        return with_option(move, sources, f'{tag_option(move)} "{variable}"')
    return guarded(move, sources, f'if [ "{variable}" = true ]; then')


def tag_option(move: Move) -> str:
    """The option that names the dist-tag."""
    return TAG_OPTIONS.get(move.via.partition(" ")[0], "--tag")


def with_option(move: Move, sources: Mapping[str, Source], option: str) -> list[str]:
    """The command with one more option."""
    there = command(sources, move.span)
    if there is None or len(there.lines) > 1 or option.split("=")[0].split()[0] in there.lines[0]:
        return [f"{margin(sources, move.span)}{move.via} … {option}  # line {move.span.line}"]
    return [f"{there.inset}{there.dash}{there.key}{there.lines[0]} {option}"]


def guarded(move: Move, sources: Mapping[str, Source], head: str) -> list[str]:
    """The command behind the head of an `if`; named by its line where it does not stand alone."""
    there = command(sources, move.span)
    if there is None:
        space = margin(sources, move.span)
        return [space + line for line in (head, f"  …  # {move.via}, line {move.span.line}", "fi")]
    body = [head, *(f"  {line}" for line in there.lines), "fi"]
    if not there.dash and not there.key:
        return [there.inset + line for line in body]
    inside = there.inset + "  " * (bool(there.dash) + bool(there.key))
    return [f"{there.inset}{there.dash}{there.key}|", *(inside + line for line in body)]


def one_line(move: Move, sources: Mapping[str, Source]) -> str:
    """The command, where it is one line."""
    there = command(sources, move.span)
    return there.lines[0] if there and len(there.lines) == 1 else "…"
