"""`jq`: the part of the language that scripts use on answers of APIs (jq 1.6 manual)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from latest_guard.shell.tools.jq_machine import Failed, Json, evaluate
from latest_guard.shell.tools.jq_syntax import Filter, read
from latest_guard.shell.tools.options import CannotTell, Output, lines, no_files

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = {
    "raw-output": "r", "compact-output": "c", "exit-status": "e", "slurp": "s", "null-input": "n", "join-output": "j", "raw-input": "R",
    "sort-keys": "S", "monochrome-output": "M",
}  # fmt: skip


def jq(words: list[str], stdin: str) -> Output:
    """`jq [-rcesnjRSM] [--arg NAME VALUE]… [--argjson NAME JSON]… FILTER` on standard input."""
    flags, variables, operands = _read_words(words)
    if not operands:
        raise CannotTell("no filter")
    program = read(operands.pop(0))
    no_files(operands)
    made: list[str] = []
    status = 4 if "e" in flags else 0
    try:
        for value in _inputs(stdin, flags):
            status = _apply(program, value, variables, flags, made)
    except json.JSONDecodeError:
        return "".join(made), 2
    return "".join(made), status


def _apply(program: Filter, value: Json, variables: dict[str, Json], flags: set[str], made: list[str]) -> int:
    """Add the results for one value to `made`; the status that this leaves."""
    status = 4 if "e" in flags else 0
    try:
        for result in evaluate(program, value, variables):
            made.append(_shown(result, flags))
            status = int("e" in flags and (result is None or result is False))
    except Failed:
        return 5
    return status


def _read_words(words: list[str]) -> tuple[set[str], dict[str, Json], list[str]]:
    """Flags, variables and operands; jq takes options anywhere."""
    flags: set[str] = set()
    variables: dict[str, Json] = {}
    operands: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("--arg", "--argjson"):
            if len(rest) < 2:
                raise CannotTell(f"{word} without its arguments")
            name, text = rest.pop(0), rest.pop(0)
            variables[name] = text if word == "--arg" else _parsed(text)
        elif word.startswith("--") and word[2:] in _LONG:
            flags.add(_LONG[word[2:]])
        elif word.startswith("-") and len(word) > 1:
            if not set(word[1:]) <= set(_LONG.values()):
                raise CannotTell(f"the option {word}")
            flags |= set(word[1:])
        else:
            operands.append(word)
    return flags, variables, operands


def _parsed(text: str) -> Json:
    try:
        found = list(_values(text))
    except json.JSONDecodeError:
        raise CannotTell("an argument that is no JSON") from None
    if len(found) != 1:
        raise CannotTell("an argument that is no JSON")
    return found[0]


def _inputs(stdin: str, flags: set[str]) -> Iterator[Json]:
    if "R" in flags:
        texts: list[Json] = [stdin] if "s" in flags else list(lines(stdin))
        yield from [None] if "n" in flags else texts
    elif "n" in flags:
        yield None
    elif "s" in flags:
        yield list(_values(stdin))
    else:
        yield from _values(stdin)


def _values(text: str) -> Iterator[Json]:
    """The JSON values that stand one behind the other in a text."""
    decoder = json.JSONDecoder(parse_float=_float, parse_int=_integer, parse_constant=_refuse)
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n"))
        if at >= len(text):
            return
        value, at = decoder.raw_decode(text, at)
        yield value


def _float(text: str) -> float:
    value = float(text)
    if value == int(value) or "e" in repr(value):
        raise CannotTell("a number that versions of jq print differently")
    return value


def _integer(text: str) -> int:
    value = int(text) if len(text) < 20 else 2**60
    if abs(value) > 2**53 or text == "-0":
        raise CannotTell("a number that versions of jq print differently")
    return value


def _refuse(text: str) -> float:
    raise CannotTell(f"the number {text}")


def _shown(value: Json, flags: set[str]) -> str:
    end = "" if "j" in flags else "\n"
    if isinstance(value, str) and flags & set("rj"):
        return value + end
    return dump(value, None if "c" in flags else 2, "S" in flags) + end


def dump(value: Json, indent: int | None = None, sort_keys: bool = False) -> str:
    """JSON as jq prints it."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, sort_keys=sort_keys)
