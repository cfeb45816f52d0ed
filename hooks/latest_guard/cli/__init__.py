"""The command line: one module a subcommand, imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from latest_guard import __version__
from latest_guard.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

#: Every subcommand: its module below `latest_guard.cli` and its line in the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "lint": ("lint", "prove that CI gates every move of a `latest` pointer"),
    "inventory": ("inventory", "list every pointer, what moves it, when, and behind which gate"),
    "explain": ("explain", "show the page of a rule, or why a move has its verdict"),
    "baseline": ("baseline", "keep a list of findings that are known and not mended yet"),
    "init": ("init", "put the hooks, the settings and a CI job into a repository"),
    "check-tag": ("check_tag", "check that a version tag moves its release line forwards"),
    "check-version": ("check_version", "check the declared version against the tags of its release line"),
    "gate": ("gate", "say which pointers this release may move: latest, 1, 1.27"),
    "promote": ("promote", "move pointers to a version that is published already, by digest, planned and confirmed"),
    "reconcile": ("reconcile", "set every pointer to the highest published final version of its line"),
    "verify": ("verify", "look whether every pointer is where it should be, in every registry"),
    "install": ("install", "put the tag guard at git's doors: pre-tag, pre-push, server"),
    "uninstall": ("uninstall", "take the tag guard away, and bring back the hooks that were there before"),
    "doctor": ("doctor", "say which of git's doors are guarded here, and which are not"),
    "completions": ("completions", "print a script that makes bash, zsh or fish complete this command line"),
    "hook": ("hook", "what git's hooks call; not for people"),
}

ISSUES = "https://github.com/latest-guard/latest-guard/issues"


class Command(Protocol):
    """What a module of this folder offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the subcommand's options."""

    def run(self, options: argparse.Namespace) -> int:
        """Do the work and return the exit code: 0 fine, 1 findings or a refusal; raise UserError for 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line in `arguments` (default: the process's own) and return the exit code (DESIGN: 0, 1, 2, 3)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (["--version"], ["-V"]):
        print(f"latest-guard {__version__}")
        return 0
    try:
        return dispatch(words)
    except UserError as error:
        print(f"latest-guard: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    except Exception:  # noqa: BLE001
        import traceback

        traceback.print_exc()
        print(
            f"latest-guard: this is a bug in latest-guard {__version__}; please report it with the lines above: {ISSUES}", file=sys.stderr
        )
        return 3


def dispatch(words: list[str]) -> int:
    """Parse `words` and run the subcommand that they name."""
    import argparse

    parser = argparse.ArgumentParser(prog="latest-guard", description="Keeps `latest` from going back to an older version.")
    parser.add_argument("-V", "--version", action="version", version=f"latest-guard {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in words if not word.startswith("-")), "")
    # A parser for each of the others would cost more than most commands do.
    offered = {chosen: COMMANDS[chosen]} if words[:1] == [chosen] and chosen in COMMANDS else COMMANDS
    for name, (module, line) in offered.items():
        sub = commands.add_parser(name, help=line, description=line[:1].upper() + line[1:] + ".")
        if name == chosen:
            command: Command = import_module(f"latest_guard.cli.{module}")
            command.configure(sub)
            sub.set_defaults(run=command.run, commands=COMMANDS)
    options = parser.parse_args(words)
    return int(options.run(options))
