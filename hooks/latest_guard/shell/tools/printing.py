"""`echo`, `printf`, `basename`, `dirname` and `xargs` with nothing but `echo` behind it."""

from __future__ import annotations

import re

from latest_guard.shell.escapes import decode
from latest_guard.shell.tools.options import CannotTell, Output, count, lines, read_options

_ECHO_OPTIONS = re.compile(r"-[neE]+")
_ECHO_ESCAPE = re.compile(r"\\(?:0([0-7]{0,3})|([0-7]{1,3})|[abeEfnrtv\\]|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8})")
_PRINTF_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|[abeEfnrtv\\\"'?]|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8})")
_DIRECTIVE = re.compile(r"%(?:%|([-+ #0]*)(\*|\d{1,4})?(?:\.(\*|\d{0,4}))?([hlLjzt]*)([a-zA-Z]))")
_INTEGER = re.compile(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)(.*)", re.DOTALL | re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_SAFE = re.compile(r"[A-Za-z0-9_%+\-./:=@]+")
_WORDS = re.compile(r"""(?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s'"\\])+""", re.DOTALL)
_QUOTING = re.compile(r"""'([^']*)'|"([^"]*)"|\\(.)""", re.DOTALL)
_MOST = 100_000


def echo(words: list[str], stdin: str) -> Output:
    """bash's `echo [-neE]`."""
    escapes, end = False, "\n"
    rest = list(words)
    while rest and _ECHO_OPTIONS.fullmatch(rest[0]):
        for letter in rest.pop(0)[1:]:
            escapes = letter == "e" or (escapes and letter != "E")
            end = "" if letter == "n" else end
    text = " ".join(rest)
    if not escapes:
        return text + end, 0
    text, stop, _ = text.partition("\\c")
    return _echo_escapes(text) + ("" if stop else end), 0


def _echo_escapes(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        if found[1] is not None:
            return chr(int(found[1] or "0", 8) & 0xFF)
        return found.group() if found[2] else decode(found.group())

    return _ECHO_ESCAPE.sub(character, text)


# printf


def printf(words: list[str], stdin: str) -> Output:
    """bash's `printf FORMAT [ARGUMENT…]`, the format used again while arguments are left."""
    rest = words[1:] if words[:1] == ["--"] else list(words)
    if not rest or (rest[0].startswith("-") and len(rest[0]) > 1):
        raise CannotTell("an option of printf")
    return _Printf(rest[0], rest[1:]).output()


class _Printf:
    """One call of printf."""

    def __init__(self, form: str, arguments: list[str]) -> None:
        self._form = form
        self._arguments = arguments
        self._at = 0
        self._status = 0
        self._stopped = False

    def output(self) -> Output:
        made: list[str] = []
        size = 0
        while True:
            before = self._at
            made.append(self._once())
            size += len(made[-1])
            if size > _MOST:
                raise CannotTell("a long output")
            if self._stopped or self._at >= len(self._arguments) or self._at == before:
                return "".join(made), self._status

    def _next(self) -> str:
        self._at += 1
        return self._arguments[self._at - 1] if self._at <= len(self._arguments) else ""

    def _once(self) -> str:
        made: list[str] = []
        at = 0
        for found in _DIRECTIVE.finditer(self._form):
            made.append(self._literal(self._form[at : found.start()]))
            if found.group() == "%%":
                made.append("%")
            else:
                made.append(self._directive(*found.groups(default="")))
            at = found.end()
            if self._stopped:
                return "".join(made)
        return "".join([*made, self._literal(self._form[at:])])

    def _literal(self, text: str) -> str:
        if "%" in text:
            raise CannotTell("a format that is not known")
        return _PRINTF_ESCAPE.sub(lambda found: decode(found.group()), text)

    def _directive(self, flags: str, width: str, precision: str, size: str, kind: str) -> str:
        if width == "*":
            width = self._size(self._next())
        if width.startswith("-"):
            flags, width = flags + "-", width[1:]
        if precision == "*":
            precision = self._size(self._next())
        argument = self._next()
        if kind in "diouxX":
            return self._integer(flags, width, precision, kind, argument)
        if kind in "eEfFgG":
            return self._float(flags, width, precision, kind, argument)
        return self._text(flags, width, precision, kind, argument)

    def _size(self, text: str) -> str:
        """A width or precision out of an argument."""
        value = self._number(text)
        if abs(value) > 9999:
            raise CannotTell("a long output")
        return str(value)

    def _text(self, flags: str, width: str, precision: str, kind: str, argument: str) -> str:
        if kind == "b":
            argument, stop, _ = argument.partition("\\c")
            self._stopped = bool(stop)
            argument = _echo_escapes(_PRINTF_ESCAPE.sub(_octal_without_zero, argument))
        elif kind == "q":
            argument = _quoted(argument)
        elif kind == "c":
            argument = argument[:1] or "\0"
        elif kind != "s":
            raise CannotTell(f"the format %{kind}")
        if precision != "" and kind in "sb":
            argument = argument[: int(precision)]
        return argument.ljust(int(width or 0)) if "-" in flags else argument.rjust(int(width or 0))

    def _integer(self, flags: str, width: str, precision: str, kind: str, argument: str) -> str:
        value = self._number(argument)
        if kind in "ouxX":
            value &= 2**64 - 1
        form = "%" + flags + width + ("." + precision if precision else "") + ("d" if kind in "iu" else kind)
        if "#" in flags and kind == "o":
            raise CannotTell("octal numbers with a prefix")
        return form % value

    def _number(self, argument: str) -> int:
        if argument[:1] in ("'", '"') and argument:
            return ord(argument[1]) if len(argument) > 1 else 0
        found = _INTEGER.fullmatch(argument)
        if not found:
            self._status = int(bool(argument)) or self._status
            return 0
        digits = found[2]
        value = int(digits, 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10)
        if found[3] or value >= 2**63:
            self._status = 1
        return -value if found[1] == "-" else value

    def _float(self, flags: str, width: str, precision: str, kind: str, argument: str) -> str:
        if argument and not _FLOAT.fullmatch(argument):
            raise CannotTell("a number that is none")
        return ("%" + flags + width + ("." + precision if precision else "") + kind) % float(argument or 0)


def format_number(form: str, value: float | str) -> str:
    """`value` in one directive of printf, which Python's `%` knows as well."""
    return form % value


def _octal_without_zero(found: re.Match[str]) -> str:
    """`%b` takes `\\101` as well as `\\0101`."""
    return chr(int(found.group()[1:], 8) & 0xFF) if found.group()[1:].isdigit() else found.group()


def _quoted(text: str) -> str:
    if _SAFE.fullmatch(text) or not text:
        return text or "''"
    if not text.isprintable():
        raise CannotTell("a text to quote that cannot be printed")
    return re.sub(r"([^A-Za-z0-9_%+\-./:=@])", r"\\\1", text)


# Names of files


def basename(words: list[str], stdin: str) -> Output:
    """`basename NAME [SUFFIX]`, `basename -a NAME…`, `basename -s SUFFIX NAME…`."""
    options, operands = read_options(words, "as:", {"multiple": "a", "suffix": "s"}, permute=False)
    suffix = next((value for letter, value in reversed(options) if letter == "s"), "")
    names = operands
    if not options:
        names, suffix = operands[:1], "".join(operands[1:2])
        if len(operands) > 2:
            raise CannotTell("too many names")
    if not names:
        raise CannotTell("no name")
    return "".join(_last(name, suffix) + "\n" for name in names), 0


def _last(name: str, suffix: str) -> str:
    if not name.strip("/"):
        return name[:1]
    last = name.rstrip("/").rpartition("/")[2]
    return last.removesuffix(suffix) if last != suffix else last


def dirname(words: list[str], stdin: str) -> Output:
    """`dirname NAME…`."""
    _, operands = read_options(words, "", {}, permute=False)
    if not operands:
        raise CannotTell("no name")
    return "".join(_folder(name) + "\n" for name in operands), 0


def _folder(name: str) -> str:
    if not name.strip("/"):
        return name[:1] or "."
    head = name.rstrip("/").rpartition("/")
    if not head[1]:
        return "."
    return head[0].rstrip("/") or "/"


# xargs


def xargs(words: list[str], stdin: str) -> Output:
    """`xargs [-r] [-n N] [-I X] [echo …]`."""
    options, command = read_options(words, "rn:I:L:d:t0", {"no-run-if-empty": "r", "max-args": "n", "replace": "I"}, permute=False)
    given = dict(options)
    if set(given) & set("Ldt0") or (command and command[0] != "echo"):
        raise CannotTell("a command")
    command = command or ["echo"]
    if "I" in given:
        if set(stdin) & set("\"'\\"):
            raise CannotTell("quotes in lines")
        made = [[word.replace(given["I"], line.lstrip()) for word in command] for line in lines(stdin) if line.strip()]
    else:
        made = [[*command, *batch] for batch in _batches(_split(stdin), given)]
    return "".join(echo(one[1:], "")[0] for one in made), 0


def _batches(found: list[str], given: dict[str, str]) -> list[list[str]]:
    size = count(given["n"]) if "n" in given else len(found)
    if not found:
        return [] if "r" in given else [[]]
    return [found[at : at + size] for at in range(0, len(found), max(1, size))]


def _split(text: str) -> list[str]:
    """The words of xargs, quotes taken off."""
    found = _WORDS.findall(text)
    if re.sub(r"\s+", "", "".join(found)) != re.sub(r"\s+", "", text):
        raise CannotTell("a quote that is not closed")
    return [_QUOTING.sub(lambda quote: quote[1] or quote[2] or quote[3] or "", word) for word in found]
