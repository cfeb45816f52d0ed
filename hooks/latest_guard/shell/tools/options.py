"""Command lines of filters, as getopt_long takes them apart (POSIX 12.2, and GNU's long options)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Options: TypeAlias = list[tuple[str, str]]
"""Options in order by their letter, each with its argument, "" for those that take none."""

Output: TypeAlias = tuple[str, int]
"""What a filter prints, and its exit status."""


class CannotTell(Exception):
    """Nobody here can say what the filter would do."""


def read_options(words: list[str], short: str, long: Mapping[str, str], permute: bool = True) -> tuple[Options, list[str]]:
    """The options and the operands of a command line, `words` without the command.

    `short` has the letters, with a colon behind those that take an argument; `long` gives the letter for each long
    name. Options may stand behind operands where `permute` is set. An unknown option raises CannotTell.
    """
    found: Options = []
    operands: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return found, operands + rest
        if word.startswith("--"):
            found.append(_long(word[2:], rest, short, long))
        elif word.startswith("-") and len(word) > 1:
            found.extend(_short(word[1:], rest, short))
        elif permute:
            operands.append(word)
        else:
            return found, [word, *rest]
    return found, operands


def _short(letters: str, rest: list[str], short: str) -> Options:
    found: Options = []
    for at, letter in enumerate(letters):
        if letter == ":" or letter not in short:
            raise CannotTell(f"the option -{letter}")
        if not _takes_argument(letter, short):
            found.append((letter, ""))
            continue
        found.append((letter, letters[at + 1 :] or _next(rest, letter)))
        break
    return found


def _long(word: str, rest: list[str], short: str, long: Mapping[str, str]) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    names = [name] if name in long else [full for full in long if full.startswith(name)]
    letters = {long[full] for full in names}
    if len(letters) != 1:
        raise CannotTell(f"the option --{name}")
    letter = letters.pop()
    if not _takes_argument(letter, short):
        return letter, value
    return letter, value if equals else _next(rest, name)


def _takes_argument(letter: str, short: str) -> bool:
    at = short.find(letter)
    return short[at + 1 : at + 2] == ":"


def _next(rest: list[str], name: str) -> str:
    if not rest:
        raise CannotTell(f"the option {name} without its argument")
    return rest.pop(0)


def no_files(operands: list[str]) -> None:
    """Raise CannotTell where the filter would read files instead of its standard input."""
    if any(operand != "-" for operand in operands):
        raise CannotTell("files")


def count(text: str) -> int:
    """A number of lines and the like."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise CannotTell(f"the number {text}")
    return int(text)


def lines(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    found = text.split("\n")
    if not found[-1]:
        found.pop()
    return found


def joined(found: list[str]) -> str:
    """Lines as a text, each with an end."""
    return "".join(line + "\n" for line in found)
