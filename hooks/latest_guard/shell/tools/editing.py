"""`sed` (GNU sed)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.shell import regex
from latest_guard.shell.tools.options import CannotTell, Output, no_files, read_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.shell.regex import Match, Regex

_MOST_STEPS = 50_000
_LONGEST = 100_000

_LONG = {"quiet": "n", "silent": "n", "expression": "e", "regexp-extended": "E", "separate": "s", "unbuffered": "u", "posix": "p"}
_BLANK = re.compile(r"[ \t]*")
_BLANK_OR_END = re.compile(r"[ \t\n;]*")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_LABEL = re.compile(r"[ \t]*([^\n;}]*)")
_FLAGS = re.compile(r"[0-9gpiIeMmw]*", re.ASCII)
_TEXT = re.compile(r"[ \t]*(?:\\\n?[ \t]*)?([^\n]*(?:\\\n[^\n]*)*)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}

Replacement: TypeAlias = "list[str | int | _Case]"


@dataclass(frozen=True, slots=True)
class _Case:
    """`\\U`, `\\L`, `\\u`, `\\l` and `\\E` in a replacement."""

    letter: str


@dataclass(frozen=True, slots=True)
class _Address:
    """Which lines: a number, `$`, an expression, or `first~step`."""

    number: int = -1
    last: bool = False
    wanted: Regex | None = None
    step: int = 0


@dataclass(slots=True)
class _Command:
    """One command with its addresses. `active` holds whether its range has begun."""

    letter: str = ""
    first: _Address | None = None
    second: _Address | None = None
    more: int = -1  # `first,+more`
    negated: bool = False
    active: bool = False
    until: int = -1
    wanted: Regex | None = None
    replacement: Replacement = field(default_factory=list)
    every: bool = False
    number: int = 1
    prints: bool = False
    text: str = ""
    table: dict[str, str] = field(default_factory=dict)
    to: int = -1  # where `}` or a label is


def sed(words: list[str], stdin: str) -> Output:
    """`sed [-nEr] (SCRIPT | -e SCRIPT…)` of standard input."""
    options, operands = read_options(words, "ne:Ersup", _LONG)
    letters = {letter for letter, _ in options}
    scripts = [value for letter, value in options if letter == "e"]
    if not scripts:
        if not operands:
            raise CannotTell("no script")
        scripts = [operands.pop(0)]
    no_files(operands)
    text = "\n".join(scripts)
    quiet = "n" in letters
    if text.startswith("#n\n") or text == "#n":
        quiet = True
    commands = _Reader(text, bool(letters & set("Er"))).commands()
    if not stdin.endswith("\n") and any(command.letter in "xgG" for command in commands):
        raise CannotTell("whether the last line has an end")
    return _Machine(commands, stdin, quiet).output()


# Reading a script


class _Reader:
    """Reads the commands of a script."""

    def __init__(self, text: str, extended: bool) -> None:
        self._text = text
        self._at = 0
        self._extended = extended
        self._last: Regex | None = None

    def commands(self) -> list[_Command]:
        """All commands in order; blocks and branches as jumps."""
        found: list[_Command] = []
        opened: list[int] = []
        labels: dict[str, int] = {}
        while True:
            self._skip(_BLANK_OR_END)
            if self._at >= len(self._text):
                break
            command = self._command()
            if command.letter == "#":
                continue
            if command.letter == ":":
                labels[command.text] = len(found)
                continue
            if command.letter == "}":
                if not opened:
                    raise CannotTell("a brace that was never opened")
                found[opened.pop()].to = len(found)
                continue
            if command.letter == "{":
                opened.append(len(found))
            found.append(command)
        if opened:
            raise CannotTell("a brace that is not closed")
        for command in found:
            if command.letter in ("b", "t", "T"):
                if command.text and command.text not in labels:
                    raise CannotTell("an unknown label")
                command.to = labels.get(command.text, len(found))
        return found

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found
        self._at = found.end()
        return found.group()

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _command(self) -> _Command:
        command = _Command(first=self._address())
        self._skip(_BLANK)
        if command.first and self._peek() == ",":
            self._at += 1
            self._skip(_BLANK)
            self._second(command)
        self._skip(_BLANK)
        while self._peek() == "!":
            command.negated = True
            self._at += 1
            self._skip(_BLANK)
        command.letter = self._next()
        self._arguments(command)
        return command

    def _second(self, command: _Command) -> None:
        if self._peek() == "+":
            self._at += 1
            command.more = self._number()
            return
        command.second = self._address()
        if command.second is None:
            raise CannotTell("an address")

    def _number(self) -> int:
        found = _NUMBER.match(self._text, self._at)
        if not found:
            raise CannotTell("a number")
        self._at = found.end()
        return int(found.group())

    def _address(self) -> _Address | None:
        char = self._peek()
        if char.isascii() and char.isdigit():
            number = self._number()
            if self._peek() == "~":
                self._at += 1
                return _Address(number, step=self._number())
            return _Address(number)
        if char == "$":
            self._at += 1
            return _Address(last=True)
        if char in ("/", "\\") and char:
            self._at += 1 if char == "/" else 2
            delimiter = self._text[self._at - 1]
            pattern = self._delimited(delimiter, is_pattern=True)
            ignore_case = self._peek() == "I"
            self._at += ignore_case
            return _Address(wanted=self._compiled(pattern, ignore_case))
        return None

    def _delimited(self, delimiter: str, is_pattern: bool) -> str:
        """The text up to the delimiter; an escaped delimiter stands for itself, a line end may be written `\\n`."""
        made: list[str] = []
        in_bracket = False
        while True:
            char = self._next()
            if not char:
                raise CannotTell("a delimiter is missing")
            if char == "\\":
                made.append(self._escaped(self._next(), delimiter, in_bracket, is_pattern))
            elif char == delimiter and not in_bracket:
                return "".join(made)
            else:
                if is_pattern and char == "[" and not in_bracket:
                    made.append(self._bracket_start())
                    in_bracket = True
                    continue
                if in_bracket and char == "[" and self._peek() in (":", ".", "="):
                    made.append(self._class())
                    continue
                in_bracket = in_bracket and char != "]"
                made.append(char)

    def _bracket_start(self) -> str:
        start = self._at
        if self._peek() == "^":
            self._at += 1
        if self._peek() == "]":
            self._at += 1
        return "[" + self._text[start : self._at]

    def _class(self) -> str:
        mark = self._peek()
        end = self._text.find(mark + "]", self._at + 1)
        if end < 0:
            raise CannotTell("a class of characters")
        start, self._at = self._at, end + 2
        return "[" + self._text[start : self._at]

    def _escaped(self, char: str, delimiter: str, in_bracket: bool, is_pattern: bool) -> str:
        if char == delimiter and not in_bracket:
            if is_pattern and char in "|(){}+?.*^$[]" and char:
                raise CannotTell("an escaped delimiter that means something")
            return char if is_pattern or char != "&" else "\\&"
        if is_pattern and char in _ESCAPES and char:
            return _ESCAPES[char]
        return "\\" + char

    def _compiled(self, pattern: str, ignore_case: bool) -> Regex:
        if not pattern:
            raise CannotTell("the expression that was used last")
        found = (regex.compile_ere if self._extended else regex.compile_bre)(pattern, ignore_case)
        if found is None:
            raise CannotTell(f"the expression {pattern}")
        return found

    def _arguments(self, command: _Command) -> None:
        letter = command.letter
        if letter == "s":
            self._substitution(command)
        elif letter == "y":
            self._translation(command)
        elif letter in ("a", "i", "c") and letter:
            found = _TEXT.match(self._text, self._at)
            assert found
            self._at = found.end()
            command.text = re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) + "\n"
            if not found[1]:
                raise CannotTell("a text is missing")
            return
        elif letter in (":", "b", "t", "T"):
            found = _LABEL.match(self._text, self._at)
            assert found
            self._at = found.end()
            command.text = found[1].strip()
            return
        elif letter == "#":
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
            return
        elif letter in ("q", "Q"):
            if command.second or command.more >= 0:
                raise CannotTell("a range in front of q")
            self._skip(_BLANK)
            command.number = self._number() if self._peek().isdigit() else 0
        elif letter not in tuple("pdPDnNhHgGx=l{}") or letter == "l":
            raise CannotTell(f"the command {letter}")
        if letter not in ("{", "}"):
            self._skip(_BLANK)
            if self._peek() not in ("", "\n", ";", "}", "#"):
                raise CannotTell("something behind a command")

    def _substitution(self, command: _Command) -> None:
        delimiter = self._next()
        if delimiter in ("", "\n", "\\"):
            raise CannotTell("a delimiter")
        pattern = self._delimited(delimiter, is_pattern=True)
        text = self._delimited(delimiter, is_pattern=False)
        flags = self._skip(_FLAGS)
        if set(flags) & set("eMmw"):
            raise CannotTell("a flag of s")
        digits = "".join(char for char in flags if char.isdigit())
        command.every, command.prints = "g" in flags, "p" in flags
        command.number = int(digits or 1)
        command.wanted = self._compiled(pattern, bool(set(flags) & set("iI")))
        command.replacement = _replacement(text)
        if any(isinstance(part, int) and part > command.wanted.groups for part in command.replacement) or command.number == 0:
            raise CannotTell("a group that there is not")

    def _translation(self, command: _Command) -> None:
        delimiter = self._next()
        sides = [_plain(self._delimited(delimiter, is_pattern=False)) for _ in range(2)]
        if len(sides[0]) != len(sides[1]):
            raise CannotTell("y with sides of different length")
        command.table = dict(zip(*sides, strict=True))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


def _replacement(text: str) -> Replacement:
    """The parts of a replacement: texts, numbers of groups, changes of case."""
    found: Replacement = []
    for part in re.findall(r"\\.|&|[^\\&]+|\\", text, re.DOTALL):
        if part == "&":
            found.append(0)
        elif part[0] != "\\" or len(part) == 1:
            found.append(part)
        elif part[1].isascii() and part[1].isdigit():
            found.append(int(part[1]))
        elif part[1] in "ULEul":
            found.append(_Case(part[1]))
        elif part[1] in "cdox":
            raise CannotTell("a character by its number")
        else:
            found.append(_ESCAPES.get(part[1], part[1]))
    return found


# Running it


class _Machine:
    """Runs commands over the lines of a text."""

    def __init__(self, commands: list[_Command], stdin: str, quiet: bool) -> None:
        self._commands = commands
        self._quiet = quiet
        self._lines = stdin.split("\n")
        self._ended = self._lines[-1] == ""  # whether the last line has an end
        if self._ended:
            self._lines.pop()
        self._number = 0
        self._space = ""
        self._hold = ""
        self._made: list[str] = []
        self._after: list[str] = []
        self._steps = 0
        self._status = 0
        self._substituted = False

    def output(self) -> Output:
        going = True
        restart = False
        while going and (restart or self._number < len(self._lines)):
            if not restart:
                self._space = self._lines[self._number]
                self._number += 1
            going, restart = self._cycle()
        return "".join(self._made), self._status

    def _print(self, text: str, ended: bool = False) -> None:
        """Print the pattern space: without a line end where the last line has none, unless `ended` is set."""
        last = self._number == len(self._lines) and not self._ended and not ended
        if self._made and not self._made[-1].endswith("\n"):
            self._made.append("\n")
        self._made.append(text if last else text + "\n")

    def _end_cycle(self, prints: bool) -> None:
        if prints and not self._quiet:
            self._print(self._space)
        for text in self._after:
            self._print(text[:-1], ended=True)
        self._after.clear()

    def _cycle(self) -> tuple[bool, bool]:
        """Run the commands on the pattern space: whether to go on, and whether to go on without reading a line."""
        at = 0
        self._substituted = False
        while at < len(self._commands):
            self._steps += 1
            if self._steps > _MOST_STEPS or len(self._space) > _LONGEST:
                raise CannotTell("a script that does not end")
            command = self._commands[at]
            at += 1
            if self._selects(command) == command.negated:
                at = command.to if command.letter == "{" else at
                continue
            done = self._run(command, at)
            if isinstance(done, tuple):
                return done
            at = done
        self._end_cycle(prints=True)
        return True, False

    def _run(self, command: _Command, at: int) -> int | tuple[bool, bool]:
        """Run one command: where to go on, or how the cycle ended."""
        letter = command.letter
        if letter == "s":
            self._substitute(command)
        elif letter in _SIMPLE:
            _SIMPLE[letter](self, command)
        elif letter == "b" or (letter == "t" and self._substituted) or (letter == "T" and not self._substituted):
            self._substituted = self._substituted and letter != "t"
            return command.to
        elif letter == "T":
            self._substituted = False
        elif letter in ("d", "c", "q", "Q", "D"):
            return self._finish(command)
        elif letter in ("n", "N"):
            return self._read(letter, at)
        return at

    def _finish(self, command: _Command) -> tuple[bool, bool]:
        letter = command.letter
        if letter == "D" and "\n" in self._space:
            self._space = self._space.partition("\n")[2]
            self._end_cycle(prints=False)
            return True, True
        if letter in ("q", "Q"):
            self._status = command.number
            if self._number == len(self._lines) and not self._ended:
                raise CannotTell("whether the last line has an end")
            if letter == "q":
                self._end_cycle(prints=True)
            return False, False
        if letter == "c" and (command.negated or not (command.second or command.more >= 0) or not command.active):
            self._print(command.text[:-1], ended=True)
        self._end_cycle(prints=False)
        return True, False

    def _read(self, letter: str, at: int) -> int | tuple[bool, bool]:
        if self._number >= len(self._lines):
            self._end_cycle(prints=True)
            return False, False
        if letter == "n":
            if not self._quiet:
                self._print(self._space)
            self._space = self._lines[self._number]
        else:
            self._space += "\n" + self._lines[self._number]
        for text in self._after:
            self._print(text[:-1], ended=True)
        self._after.clear()
        self._number += 1
        return at

    # Addresses

    def _selects(self, command: _Command) -> bool:
        if command.first is None:
            return True
        if command.second is None and command.more < 0:
            return self._at_address(command.first)
        if command.active:
            return self._in_range(command)
        starts_before = command.first.number == 0 and not command.first.step
        if starts_before and self._number == 1:
            if not (command.second and command.second.wanted):
                raise CannotTell("line 0")
            command.active = not self._at_address(command.second)
            return True
        if starts_before or not self._at_address(command.first):
            return False
        self._begin_range(command)
        return True

    def _begin_range(self, command: _Command) -> None:
        if command.more >= 0:
            command.until = self._number + command.more
            command.active = command.more > 0
        elif command.second and command.second.number >= 0:
            command.until = command.second.number
            command.active = command.until > self._number
        else:
            command.active = not (command.second and command.second.last and self._number == len(self._lines))

    def _in_range(self, command: _Command) -> bool:
        if command.until >= 0:
            command.active = self._number < command.until
            if self._number > command.until:
                raise CannotTell("a range whose end was read over")
            return True
        assert command.second
        command.active = not self._at_address(command.second)
        return True

    def _at_address(self, address: _Address) -> bool:
        if address.wanted:
            return address.wanted.search(self._space) is not None
        if address.last:
            return self._number == len(self._lines)
        if address.step:
            return self._number >= address.number and (self._number - address.number) % address.step == 0
        return self._number == address.number

    # Commands

    def _substitute(self, command: _Command) -> None:
        assert command.wanted
        made: list[str] = []
        at = 0
        for index, match in enumerate(command.wanted.find_all(self._space), 1):
            if index < command.number:
                continue
            made += [self._space[at : match.start()], _filled(command.replacement, match)]
            at = match.end()
            if not command.every:
                break
        if not made:
            return
        self._space = "".join(made) + self._space[at:]
        self._substituted = True
        if command.prints:
            self._print(self._space)

    def print_space(self, command: _Command) -> None:
        self._print(self._space)

    def print_first(self, command: _Command) -> None:
        first, newline, _ = self._space.partition("\n")
        self._print(first, ended=bool(newline))

    def print_number(self, command: _Command) -> None:
        self._print(f"{self._number}", ended=True)

    def print_text(self, command: _Command) -> None:
        self._print(command.text[:-1], ended=True)

    def print_later(self, command: _Command) -> None:
        self._after.append(command.text)

    def translate(self, command: _Command) -> None:
        self._space = "".join(command.table.get(char, char) for char in self._space)

    def hold(self, command: _Command) -> None:
        self._hold = self._space

    def hold_more(self, command: _Command) -> None:
        self._hold += "\n" + self._space

    def get(self, command: _Command) -> None:
        self._space = self._hold

    def get_more(self, command: _Command) -> None:
        self._space += "\n" + self._hold

    def exchange(self, command: _Command) -> None:
        self._space, self._hold = self._hold, self._space


_SIMPLE: dict[str, Callable[[_Machine, _Command], None]] = {
    "p": _Machine.print_space,
    "P": _Machine.print_first,
    "=": _Machine.print_number,
    "i": _Machine.print_text,
    "a": _Machine.print_later,
    "y": _Machine.translate,
    "h": _Machine.hold,
    "H": _Machine.hold_more,
    "g": _Machine.get,
    "G": _Machine.get_more,
    "x": _Machine.exchange,
}


def _filled(replacement: Replacement, match: Match) -> str:
    made: list[str] = []
    case = once = ""
    for part in replacement:
        if isinstance(part, _Case):
            if part.letter in "ul":
                once = part.letter
            else:
                case, once = part.letter.replace("E", ""), ""
            continue
        text = part if isinstance(part, str) else match.group(part) or ""
        text = text.upper() if case == "U" else text.lower() if case == "L" else text
        if once and text:
            text = (text[0].upper() if once == "u" else text[0].lower()) + text[1:]
            once = ""
        made.append(text)
    return "".join(made)
