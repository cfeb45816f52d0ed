"""`awk`: the part of the language that scripts use on versions and lists (POSIX awk).

Output to files, `getline`, `system`, user functions, regular expressions made at run time with escapes, and whatever depends on the
order of an array are refused.
"""

from __future__ import annotations

from latest_guard.shell.tools.awk_machine import run
from latest_guard.shell.tools.awk_syntax import read
from latest_guard.shell.tools.options import CannotTell, Output, no_files, read_options


def awk(words: list[str], stdin: str) -> Output:
    """`awk [-F SEPARATOR] [-v NAME=VALUE]… PROGRAM` on standard input."""
    options, operands = read_options(words, "F:v:", {}, permute=False)
    if not operands:
        raise CannotTell("no program")
    program = read(operands.pop(0))
    no_files(operands)
    variables: dict[str, str] = {}
    for letter, value in options:
        name, equals, text = ("FS", "=", value) if letter == "F" else value.partition("=")
        if not equals or not name.isidentifier():
            raise CannotTell(f"the option -{letter}")
        if letter == "F" and value == "t":
            raise CannotTell("the separator t, which awks read differently")
        variables[name] = text
    return run(program, stdin, variables)
