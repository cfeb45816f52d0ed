"""`latest-guard completions SHELL`: a script that makes the shell complete subcommands, flags and their choices.

source <(latest-guard completions bash)
latest-guard completions zsh > ~/.zfunc/_latest-guard
latest-guard completions fish > ~/.config/fish/completions/latest-guard.fish
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(Protocol):
    """What a module of this folder declares."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: its spellings, its line in the help, what may follow it, and whether something does.

    One without spellings is a word that stands right behind the subcommand, one of its choices.
    """

    names: tuple[str, ...]
    line: str
    choices: tuple[str, ...]
    takes_value: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("shell", choices=sorted(SHELLS), metavar="SHELL", help="bash, zsh or fish")


def run(options: argparse.Namespace) -> int:
    """Print the script; `options.commands` is the table of subcommands."""
    sys.stdout.write(SHELLS[options.shell]({name: described(*row) for name, row in options.commands.items() if name != "hook"}))
    return 0


def described(module: str, line: str) -> tuple[str, list[Flag]]:
    """A subcommand's line in the help, and its flags."""
    parser = argparse.ArgumentParser()
    cast("Command", import_module(f"latest_guard.cli.{module}")).configure(parser)
    return line, list(flags(parser))


def flags(parser: argparse.ArgumentParser) -> Iterator[Flag]:
    """The flags of a subcommand, and of those below it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield Flag((), action.help or "", tuple(action.choices), True)
            below = [flag for sub in dict.fromkeys(action.choices.values()) for flag in flags(sub)]
            yield from {flag.names: flag for flag in below if "--help" not in flag.names}.values()
        elif action.option_strings and action.help is not argparse.SUPPRESS:
            choices = tuple(map(str, action.choices or ()))
            yield Flag(tuple(action.option_strings), " ".join((action.help or "").replace("%%", "%").split()), choices, action.nargs != 0)


def bash(found: dict[str, tuple[str, list[Flag]]]) -> str:
    """The script for bash: words by `compgen`, files where nothing else is known."""
    lines = ["_latest_guard() {", '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""']
    lines += ["  COMPREPLY=()", "  if [ $COMP_CWORD -eq 1 ]; then", f'    words="{" ".join(found)} --version --help"']
    lines += ["  else", '    case "${COMP_WORDS[1]} $before" in']
    for name, (_, options) in found.items():
        for option in options:
            if option.choices and option.names:
                patterns = "|".join(f'"{name} {spelling}"' for spelling in option.names)
                lines.append(f'      {patterns}) words="{" ".join(option.choices)}" ;;')
    lines += ["      *)", '        case "${COMP_WORDS[1]}" in']
    for name, (_, options) in found.items():
        flagged = f'[ "${{word:0:1}}" = - ] && words="{" ".join(spelling for o in options for spelling in o.names)}"'
        behind = " ".join(choice for o in options if not o.names for choice in o.choices)
        second = f'; [ $COMP_CWORD -eq 2 ] && words="{behind}"' if behind else ""
        lines.append(f"          {name}) {flagged}{second} ;;")
    lines += ["        esac", "        ;;", "    esac", "  fi"]
    lines += ['  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); fi', "}"]
    return "\n".join([*lines, "complete -o bashdefault -o default -F _latest_guard latest-guard"]) + "\n"


def zsh(found: dict[str, tuple[str, list[Flag]]]) -> str:
    """The script for zsh, a completion function for its `fpath`."""
    lines = ["#compdef latest-guard", "_latest-guard() {", "  local -a commands", "  commands=("]
    lines += [f"    {quoted(f'{name}:{line}')}" for name, (line, _) in found.items()]
    lines += ["  )", "  if (( CURRENT == 2 )); then _describe command commands; return; fi", "  local command=$words[2]", "  shift words"]
    lines += ["  (( CURRENT-- ))", "  case $command in"]
    for name, (_, options) in found.items():
        specs = [quoted(zsh_spec(spelling, option)) for option in options for spelling in option.names]
        specs += [quoted(f"1:what:({' '.join(option.choices)})") for option in options if not option.names]
        lines.append(f"    {name}) _arguments {' '.join(specs)} '*:file:_files' ;;")
    return "\n".join([*lines, "  esac", "}", '_latest-guard "$@"']) + "\n"


def zsh_spec(spelling: str, option: Flag) -> str:
    """A flag as zsh's _arguments wants it."""
    line = "".join(f"\\{character}" if character in "[]:\\" else character for character in option.line)
    value = f":value:({' '.join(option.choices)})" if option.choices else ":value:_files" if option.takes_value else ""
    return f"{spelling}[{line}]{value}"


def fish(found: dict[str, tuple[str, list[Flag]]]) -> str:
    """The script for fish."""
    lines = []
    for name, (line, options) in found.items():
        lines.append(f"complete -c latest-guard -n __fish_use_subcommand -f -a {name} -d {quoted(line)}")
        for option in options:
            spellings = " ".join(f"-l {s[2:]}" if s.startswith("--") else f"-s {s[1:]}" for s in option.names)
            value = f" -x -a {quoted(' '.join(option.choices))}" if option.choices else " -r" if option.takes_value else ""
            condition = quoted(f"__fish_seen_subcommand_from {name}")
            lines.append(f"complete -c latest-guard -n {condition} {spellings}{value} -d {quoted(option.line)}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """`text` in single quotes, for any of the shells."""
    return "'" + text.replace("'", "'\\''") + "'"


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}
