"""Filters that count, cut off, turn round or lay out lines: `cat`, `head`, `tail`, `tac`, `rev`, `wc`, `nl`, `paste`, `seq`, `column`."""

from __future__ import annotations

import re

from latest_guard.shell.tools.options import CannotTell, Options, Output, count, joined, lines, no_files, read_options

_DECIMAL = re.compile(r"-?\d{1,9}", re.ASCII)
_MOST = 10_000


def cat(words: list[str], stdin: str) -> Output:
    """`cat [-]` of standard input."""
    _, operands = read_options(words, "u", {})
    no_files(operands)
    return stdin, 0


def tee(words: list[str], stdin: str) -> Output:
    """`tee FILE…`: what goes through."""
    read_options(words, "aip", {"append": "a"})
    return stdin, 0


def head(words: list[str], stdin: str) -> Output:
    """`head [-n N] [-n -N] [-c N] [-N]`."""
    letter, text = _amount(words)
    if text.startswith("-"):
        return _first(stdin, letter, max(0, _size(stdin, letter) - count(text[1:]))), 0
    return _first(stdin, letter, count(text)), 0


def tail(words: list[str], stdin: str) -> Output:
    """`tail [-n N] [-n +N] [-c N] [-N]`."""
    letter, text = _amount(words)
    before = count(text[1:]) - 1 if text.startswith("+") else _size(stdin, letter) - count(text.removeprefix("-"))
    skipped = max(0, before)
    return stdin[len(_first(stdin, letter, skipped)) :], 0


def _amount(words: list[str]) -> tuple[str, str]:
    """`n` for lines or `c` for bytes, and how many, with the sign in front."""
    if words and re.fullmatch(r"-\d+", words[0], re.ASCII):
        words = ["-n", words[0][1:], *words[1:]]
    options, operands = read_options(words, "n:c:qv", {"lines": "n", "bytes": "c", "quiet": "q"})
    no_files(operands)
    found = [option for option in options if option[0] in "nc"]
    return found[-1] if found else ("n", "10")


def _size(text: str, letter: str) -> int:
    return len(text) if letter == "c" else len(lines(text))


def _first(text: str, letter: str, amount: int) -> str:
    if letter == "c":
        if not text.isascii():
            raise CannotTell("bytes of characters that are not ASCII")
        return text[:amount]
    at = 0
    for _ in range(amount):
        found = text.find("\n", at)
        if found < 0:
            return text
        at = found + 1
    return text[:at]


def tac(words: list[str], stdin: str) -> Output:
    """`tac`: a last line without an end is joined to the one before it, as GNU's tac does."""
    _, operands = read_options(words, "", {})
    no_files(operands)
    found = stdin.split("\n")
    last = found.pop()
    return last + joined(found[::-1]), 0


def rev(words: list[str], stdin: str) -> Output:
    """`rev`."""
    _, operands = read_options(words, "", {})
    no_files(operands)
    return "\n".join(line[::-1] for line in stdin.split("\n")), 0


def wc(words: list[str], stdin: str) -> Output:
    """`wc [-lwcm]` of standard input."""
    options, operands = read_options(words, "lwcm", {"lines": "l", "words": "w", "bytes": "c", "chars": "m"})
    no_files(operands)
    wanted = {letter for letter, _ in options} or set("lwc")
    sizes = {"l": stdin.count("\n"), "w": len(stdin.split()), "m": len(stdin), "c": len(stdin.encode())}
    found = [sizes[letter] for letter in "lwmc" if letter in wanted]
    dash = " -" if operands else ""
    if len(found) == 1:
        return f"{found[0]}{dash}\n", 0
    return " ".join(f"{size:7d}" for size in found) + dash + "\n", 0


def nl(words: list[str], stdin: str) -> Output:
    """`nl`: numbers in front of lines that are not empty."""
    options, operands = read_options(words, "b:", {})
    no_files(operands)
    every = ("b", "a") in options
    if [option for option in options if option not in (("b", "a"), ("b", "t"))]:
        raise CannotTell("an option of nl")
    found: list[str] = []
    number = 0
    for line in lines(stdin):
        counted = every or bool(line)
        number += counted
        found.append(f"{number:6d}\t{line}" if counted else " " * 7 + line)
    return joined(found), 0


def paste(words: list[str], stdin: str) -> Output:
    """`paste [-s] [-d LIST] [-]…` of standard input."""
    options, operands = read_options(words, "sd:", {"serial": "s", "delimiters": "d"})
    no_files(operands)
    delimiters = _delimiters(options)
    found = lines(stdin)
    if ("s", "") in options:
        return _woven(found, delimiters) + "\n" * max(1, len(operands)), 0  # the first operand takes all there is
    columns = len(operands) or 1
    rows = [found[at : at + columns] for at in range(0, len(found), columns)]
    return joined([_woven(row + [""] * (columns - len(row)), delimiters) for row in rows]), 0


def _delimiters(options: Options) -> list[str]:
    text = next((value for letter, value in reversed(options) if letter == "d"), "\t")
    escaped = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\0": ""}
    return [escaped.get(part, part) for part in re.findall(r"\\.|.", text, re.DOTALL)] or [""]


def _woven(parts: list[str], delimiters: list[str]) -> str:
    made = parts[:1]
    for at, part in enumerate(parts[1:]):
        made += [delimiters[at % len(delimiters)], part]
    return "".join(made)


def seq(words: list[str], stdin: str) -> Output:
    """`seq [-s S] [-w] [FIRST [STEP]] LAST` with whole numbers."""
    flags, numbers = _seq_words(words)
    options, operands = read_options(flags, "s:w", {"separator": "s", "equal-width": "w"})
    if operands or not 1 <= len(numbers) <= 3:
        raise CannotTell("the numbers of seq")
    values = [int(number) for number in numbers]
    first, step, last = (1, 1, values[0]) if len(values) == 1 else (values[0], 1, values[1]) if len(values) == 2 else values
    if step == 0 or abs(last - first) // abs(step) > _MOST:
        raise CannotTell("too many numbers")
    found = [str(number) for number in range(first, last + (1 if step > 0 else -1), step)]
    if ("w", "") in options:
        width = max(len(str(first)), len(str(last)))
        found = [("-" if text[0] == "-" else "") + text.lstrip("-").zfill(width - (text[0] == "-")) for text in found]
    separator = next((value for letter, value in reversed(options) if letter == "s"), "\n")
    return (separator.join(found) + "\n" if found else ""), 0


def _seq_words(words: list[str]) -> tuple[list[str], list[str]]:
    """The options, and the numbers, which may begin with a minus sign."""
    for at, word in enumerate(words):
        if _DECIMAL.fullmatch(word) and (at == 0 or words[at - 1] != "-s"):
            if not all(_DECIMAL.fullmatch(rest) for rest in words[at:]):
                raise CannotTell("numbers that are not whole")
            return words[:at], words[at:]
    raise CannotTell("no numbers")


def column(words: list[str], stdin: str) -> Output:
    """`column -t [-s CHARACTERS]`."""
    options, operands = read_options(words, "ts:", {"table": "t", "separator": "s"})
    no_files(operands)
    if ("t", "") not in options:
        raise CannotTell("columns that are filled")
    separators = next((value for letter, value in reversed(options) if letter == "s"), None)
    rows = [_cells(line, separators) for line in lines(stdin) if line.strip()]
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0))]
    return joined([_laid_out(row, widths) for row in rows]), 0


def _cells(line: str, separators: str | None) -> list[str]:
    if separators is None:
        return line.split()
    return re.split("[" + re.escape(separators) + "]", line)


def _laid_out(row: list[str], widths: list[int]) -> str:
    row = row + [""] * (len(widths) - len(row))
    return "  ".join(cell.ljust(width) if at < len(row) - 1 else cell for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
