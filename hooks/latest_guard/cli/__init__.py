"""The command line: one module a subcommand, imported only when it is called."""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol

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
    "log": ("log", "look whether the log of releases is whole, and show it"),
    "history": ("history", "show what was released when, and how often an unguarded `latest` would have gone back"),
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


def entry() -> NoReturn:
    """Run the process's command line, and end the process.

    Without what an interpreter does to give back its memory object by object, and without looking for cycles among the first hundred
    thousand objects: both cost more than most commands do.
    """
    gc.set_threshold(100_000)
    code = main()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except OSError as error:
        code = _unwritten(error)
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line in `arguments` (default: the process's own) and return the exit code (DESIGN: 0, 1, 2, 3)."""
    try:
        return dispatch(list(sys.argv[1:] if arguments is None else arguments))
    except UserError as error:
        print(f"latest-guard: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001
        return _unwritten(error) if isinstance(error, OSError) and error.errno in _UNWRITTEN else _bug()


#: What writing to standard output ends with where nobody reads it, or where it is a file and the disk is full.
_UNWRITTEN = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT)


def _unwritten(error: OSError) -> int:
    """The exit code for an answer that did not arrive; it is told where somebody may want to know."""
    if error.errno == errno.EPIPE:
        return 141
    os.write(2, f"latest-guard: the output cannot be written: {error.strerror}\n".encode())
    return 2


def _bug() -> int:
    """Tell of a bug; the exit code."""
    import traceback

    traceback.print_exc()
    version = f"latest-guard {__version__}"
    print(f"latest-guard: this is a bug in {version}; please report it with the lines above: {ISSUES}", file=sys.stderr)
    return 3


def dispatch(words: list[str]) -> int:
    """Parse `words` and run the subcommand that they name."""
    if words[:1] in (["--version"], ["-V"]):
        print(f"latest-guard {__version__}")
        return 0
    import argparse

    columns = _columns()

    def layout(prog: str) -> argparse.HelpFormatter:
        return argparse.HelpFormatter(prog, width=columns - 2)

    parser = argparse.ArgumentParser(
        prog="latest-guard", description="Keeps `latest` from going back to an older version.", formatter_class=layout
    )
    parser.add_argument("-V", "--version", action="version", version=f"latest-guard {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="latest-guard")
    chosen = next((word for word in words if not word.startswith("-")), "")
    # A parser for each of the others would cost more than most commands do.
    offered = {chosen: COMMANDS[chosen]} if words[:1] == [chosen] and chosen in COMMANDS else COMMANDS
    for name, (module, line) in offered.items():
        sub = commands.add_parser(name, help=line, description=line[:1].upper() + line[1:] + ".", formatter_class=layout)
        if name == chosen:
            command: Command = import_module(f"latest_guard.cli.{module}")
            command.configure(sub)
            sub.set_defaults(run=command.run, commands=COMMANDS)
    options = parser.parse_args(words)
    return int(options.run(options))


def _columns() -> int:
    """The width of the help, found once: argparse would import shutil for it, and ask again for every option."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(40, int(os.environ["COLUMNS"]))
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80
