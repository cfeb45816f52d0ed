"""The shell's builtins, and the commands that only run another command."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.replay import following, testing
from latest_guard.replay.alternatives import Alternative, Array, Content, Value, literal, one
from latest_guard.replay.arithmetic import nonzero
from latest_guard.replay.assigning import assign_lines
from latest_guard.replay.conditions import FALSE, TRUE
from latest_guard.replay.files import content, spelled
from latest_guard.replay.machine import Frame, Machine, known, scalar
from latest_guard.replay.texts import bare, lines, rewrite, split
from latest_guard.replay.words import string
from latest_guard.shell import filters, parse
from latest_guard.source import Source, Span
from latest_guard.values import Colour, Literal, Str, Symbol, join, plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Words = tuple[Str, ...]


def _echo(machine: Machine, words: Words, span: Span) -> None:
    rest = list(words[1:])
    newline, escapes = True, _always_escapes(machine)
    while rest and (flag := plain(rest[0])) is not None and len(flag) > 1 and flag[0] == "-" and set(flag[1:]) <= set("neE"):
        newline = newline and "n" not in flag
        escapes = escapes or "e" in flag
        rest.pop(0)
    line = join(rest, " ")
    if escapes:
        line = rewrite(line, lambda t: t.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\"), "echo -e", safe=True) or line
    machine.write(one((*line, *text("\n", line[-1].span if line else span)) if newline else line))
    machine.finish(literal("0"))


def _always_escapes(machine: Machine) -> bool:
    """Does `echo` read backslashes by itself? It does in dash, which is `sh` where CI runs, as POSIX has it for XSI systems."""
    source = machine.scene.tree.source(machine.script) if machine.script else None
    first = source.line(1) if source is not None else ""
    return first.startswith("#!") and any(posixpath.basename(word) in ("sh", "dash") for word in first[2:].split()[:2])


def _printf(machine: Machine, words: Words, span: Span) -> None:
    rest = list(words[1:])
    name = ""
    if len(rest) > 1 and plain(rest[0]) == "-v":
        name, rest = plain(rest[1]) or "", rest[2:]
    if rest and plain(rest[0]) == "--":
        rest = rest[1:]
    separator = "\x1f"

    def work(joined: str) -> str | None:
        parts = joined.split(separator)
        done = filters.run_filter(["printf", *parts], "")
        return done[0] if done else None

    if rest and "d" in (plain(rest[0]) or ""):
        rest = [rest[0], *map(bare, rest[1:])]
    made = rewrite(join(rest, separator), work, "printf", safe=True)
    value = one(made if made is not None else machine.unread("printf with this format", span))
    if name:
        machine.set(name, tuple(Alternative(a.when, a.held) for a in value))
    else:
        machine.write(value)
    machine.finish(literal("0"))


def _read(machine: Machine, words: Words, span: Span) -> None:
    """`read`: one line of standard input into variables; without any input a person is asked."""
    flags, names = _options(words[1:], "adinNptu")
    wanted = [plain(name) or "" for name in names] or ["REPLY"]
    if machine.stdin is None:
        for name in [flags["a"]] if "a" in flags else wanted:
            machine.set(name, one((Symbol(f"what is typed at {span}", Colour.PERSON, span=span),)))
        machine.finish(literal("0"))
        return
    conditions, algebra = machine.scene.conditions, machine.scene.algebra
    separators = machine.separators()
    firsts: list[Alternative[Str]] = []
    rests: list[Alternative[Str]] = []
    empty = FALSE
    for a in machine.stdin:
        parts = lines(a.held) if flags.get("d") is None else ([a.held] if a.held else [])
        firsts.append(Alternative(a.when, parts[0] if parts else ()))
        rests.append(Alternative(a.when, join([(*part, *text("\n")) for part in parts[1:]])))
        if not parts:
            empty = conditions.either(empty, a.when)
    _store(machine, algebra.tidy(firsts), flags, wanted, separators)
    machine.stdin = algebra.assign(machine.path, algebra.tidy(rests), machine.stdin)
    machine.finish_if(conditions.no(empty))


def _store(machine: Machine, line: Value, flags: dict[str, str], names: list[str], separators: str) -> None:
    def cut(held: Str) -> list[Str]:
        return split(held, separators, 3) if separators else [held]

    algebra = machine.scene.algebra
    if "a" in flags:
        machine.set(flags["a"], algebra.each(line, lambda held: Array(tuple((str(i), part) for i, part in enumerate(cut(held))))))
        return
    for index, name in enumerate(names):

        def field(held: Str, at: int = index, last: bool = index == len(names) - 1) -> Content:
            if len(names) == 1:
                return _strip(held) if separators and separators.isspace() else held
            parts = cut(held)
            if last:
                return join(parts[at:], separators[:1] or " ")
            return parts[at] if at < len(parts) else ()

        machine.set(name, algebra.each(line, field))


def _strip(held: Str) -> Str:
    return rewrite(held, str.strip, "strip", safe=True) or ()


def _options(words: Sequence[Str], valued: str) -> tuple[dict[str, str], list[Str]]:
    """Short options, run together or not; those in `valued` take a value."""
    flags: dict[str, str] = {}
    rest = list(words)
    while rest and (word := plain(rest[0])) is not None and word.startswith("-") and len(word) > 1:
        rest.pop(0)
        if word == "--":
            break
        for at, letter in enumerate(word[1:], 1):
            if letter in valued:
                flags[letter] = word[at + 1 :] or (plain(rest.pop(0)) or "" if rest else "")
                break
            flags[letter] = ""
    return flags, rest


def _mapfile(machine: Machine, words: Words, span: Span) -> None:
    flags, names = _options(words[1:], "dnOsucC")
    name = (plain(names[0]) if names else "") or "MAPFILE"
    value = machine.stdin or literal("")
    made = machine.scene.algebra.each(value, lambda held: Array(tuple((str(i), line) for i, line in enumerate(lines(held)))))
    machine.set(name, made)
    machine.finish(literal("0"))


def _set(machine: Machine, words: Words, span: Span) -> None:
    rest = list(words[1:])
    names = {"e": "errexit", "u": "nounset", "x": "xtrace", "f": "noglob"}
    while rest and (word := plain(rest[0])) is not None and word[:1] in ("-", "+") and len(word) > 1:
        rest.pop(0)
        if word == "--":
            _positional(machine, rest)
            break
        for letter in word[1:]:
            name = names.get(letter, "")
            if letter == "o":
                name = (plain(rest.pop(0)) or "") if rest else ""
            (machine.options.add if word[0] == "-" else machine.options.discard)(name)
    else:
        if rest:
            _positional(machine, rest)
    machine.finish(literal("0"))


def _positional(machine: Machine, words: list[Str]) -> None:
    machine.set("@", one(Array(tuple((str(i), word) for i, word in enumerate(words)))))


def _shift(machine: Machine, words: Words, span: Span) -> None:
    count = int(plain(words[1]) or "1") if len(words) > 1 and (plain(words[1]) or "").isdigit() else 1

    def moved(held: Content) -> Content:
        values = held.values()[count:] if isinstance(held, Array) else []
        return Array(tuple((str(i), v) for i, v in enumerate(values)))

    had = machine.scene.conditions.any(a.when for a in machine.get("@") if isinstance(a.held, Array) and len(a.held.items) >= count)
    machine.set("@", machine.scene.algebra.each(machine.get("@"), moved))
    machine.finish_if(had)


def _exit(machine: Machine, words: Words, span: Span) -> None:
    status: Value = one(words[1]) if len(words) > 1 else machine.status
    machine.exits.append((machine.path, status))
    machine.exited = True
    machine.path = FALSE


def _return(machine: Machine, words: Words, span: Span) -> None:
    if len(words) > 1:
        machine.finish(one(words[1]))
    if not machine.frames:
        _exit(machine, words, span)
        return
    frame = machine.frames[-1]
    frame.left = machine.scene.conditions.either(frame.left, machine.path)
    machine.path = FALSE


def _break(machine: Machine, words: Words, span: Span) -> None:
    if machine.loops:
        frame = _loop(machine, words)
        machine.finish(literal("0"))
        frame.left = machine.scene.conditions.either(frame.left, machine.path)
        machine.path = FALSE


def _continue(machine: Machine, words: Words, span: Span) -> None:
    if machine.loops:
        frame = _loop(machine, words)
        machine.finish(literal("0"))
        frame.again = machine.scene.conditions.either(frame.again, machine.path)
        machine.path = FALSE


def _loop(machine: Machine, words: Words) -> Frame:
    """The loop that `break` or `continue` means: the innermost, or the one so many further out."""
    depth = int(plain(words[1]) or "1") if len(words) > 1 and (plain(words[1]) or "").isdigit() else 1
    return machine.loops[-min(max(depth, 1), len(machine.loops))]


def _bracket(machine: Machine, words: Words, span: Span) -> None:
    rest = words[1:]
    if plain(words[0]) == "[" and rest and plain(rest[-1]) == "]":
        rest = rest[:-1]
    machine.finish_if(testing.bracket(machine, rest, span))


def _source(machine: Machine, words: Words, span: Span) -> None:
    if len(words) < 2:
        machine.finish(literal("1"))
        return
    following.source(machine, words[1], words[2:], span)


def _eval(machine: Machine, words: Words, span: Span) -> None:
    line = join(list(words[1:]), " ")
    whole = plain(line)
    if whole is None and assign_lines(machine, line):
        return
    if whole is None:
        machine.finish(one(machine.unread("eval of a text that only the run knows", span)))
        return
    source = Source(span.path, whole)
    machine.finish(literal("0"))
    for command in parse.parse(source.whole()).commands:
        machine.run(machine, command)


def _cd(machine: Machine, words: Words, span: Span) -> None:
    folder = spelled(words[1]) if len(words) > 1 else None
    if folder is None:
        machine.directory = ""
    elif folder != "-":
        machine.directory = posixpath.normpath(posixpath.join(machine.directory or ".", folder)).removeprefix("./")
        machine.directory = "" if machine.directory in (".", "..") or machine.directory.startswith("../") else machine.directory
    machine.finish(literal("0"))


def _unset(machine: Machine, words: Words, span: Span) -> None:
    for word in words[1:]:
        name = plain(word) or ""
        if name and not name.startswith("-"):
            machine.set(name, one(None))
    machine.finish(literal("0"))


def _trap(machine: Machine, words: Words, span: Span) -> None:
    """`trap action EXIT`: the action runs when the shell ends."""
    rest = list(words[1:])
    if len(rest) >= 2 and "EXIT" in [plain(word) for word in rest[1:]] and (action := plain(rest[0])):
        machine.aliases["trap EXIT"] = action
    machine.finish(literal("0"))


def _getopts(machine: Machine, words: Words, span: Span) -> None:
    """`getopts spec name`: each round takes the next option of the arguments."""
    spec, name = (plain(words[1]) or "") if len(words) > 1 else "", (plain(words[2]) or "opt") if len(words) > 2 else "opt"
    at = int(known(machine.string("OPTIND")) or "1")
    arguments = machine.get("@")
    held = arguments[0].held if len(arguments) == 1 else None
    values = held.values() if isinstance(held, Array) else []
    word = plain(values[at - 1]) if at - 1 < len(values) else None
    if word is None or not word.startswith("-") or word in ("-", "--"):
        machine.finish(literal("1"))
        return
    letter, used = word[1], 1
    machine.set(name, one(text(letter if letter in spec else "?")))
    if f"{letter}:" in spec:
        value = text(word[2:]) if word[2:] else (values[at] if at < len(values) else ())
        machine.set("OPTARG", one(value))
        used = 1 if word[2:] else 2
    machine.set("OPTIND", one(text(str(at + used))))
    machine.finish(literal("0"))


def _let(machine: Machine, words: Words, span: Span) -> None:
    holds = TRUE
    for word in words[1:]:
        whole = plain(word)
        if whole is None:
            machine.finish(one(machine.unread("let with a text that only the run knows", span)))
            return
        holds = nonzero(machine, parse.number(Source(span.path, whole).whole()), string)
    machine.finish_if(holds)


def _true(machine: Machine, words: Words, span: Span) -> None:
    machine.finish(literal("0"))


def _false(machine: Machine, words: Words, span: Span) -> None:
    machine.finish(literal("1"))


def _cat(machine: Machine, words: Words, span: Span) -> None:
    names = [word for word in words[1:] if not (plain(word) or "").startswith("-") or plain(word) == "-"]
    if not names:
        machine.write(machine.stdin or literal(""))
    for name in names:
        machine.write((machine.stdin or literal("")) if plain(name) == "-" else content(machine, name, span))
    machine.finish(literal("0"))


def _tee(machine: Machine, words: Words, span: Span) -> None:
    value = machine.stdin or literal("")
    machine.write(value)
    flags, names = _options(words[1:], "")
    from latest_guard.replay.files import write_file

    for name in names:
        write_file(machine, one(name), machine.chunks(value), "a" in flags)
    machine.finish(literal("0"))


def _pushd(machine: Machine, words: Words, span: Span) -> None:
    machine.aliases["dirs"] = machine.aliases.get("dirs", "") + "\n" + machine.directory
    _cd(machine, words, span)


def _popd(machine: Machine, words: Words, span: Span) -> None:
    before, _, last = machine.aliases.get("dirs", "").rpartition("\n")
    machine.aliases["dirs"], machine.directory = before, last
    machine.finish(literal("0"))


#: What `uname` says on the machines on which releases are nearly always made.
UNAME = {"s": "Linux", "m": "x86_64", "p": "x86_64", "i": "x86_64", "o": "GNU/Linux"}


def _uname(machine: Machine, words: Words, span: Span) -> None:
    """`uname`: scripts that fetch a tool for this machine ask it, and branch for twenty others."""
    asked = "".join((plain(word) or "").lstrip("-") for word in words[1:]) or "s"
    said = [UNAME[letter] for letter in asked if letter in UNAME]
    whole = " ".join(said) if len(said) == len(asked) else ""
    machine.write(one(text(whole + "\n", span) if whole else (Symbol("what uname prints", span=span), Literal("\n"))))
    machine.finish(literal("0"))


BUILTINS: dict[str, Callable[[Machine, Words, Span], None]] = {
    "echo": _echo, "printf": _printf, "read": _read, "mapfile": _mapfile, "readarray": _mapfile, "set": _set, "shift": _shift,
    "exit": _exit, "return": _return, "break": _break, "continue": _continue, "[": _bracket, "test": _bracket, "source": _source,
    ".": _source, "eval": _eval, "cd": _cd, "pushd": _pushd, "popd": _popd, "unset": _unset, "trap": _trap, "getopts": _getopts,
    "let": _let, "true": _true, ":": _true, "false": _false, "cat": _cat, "tee": _tee, "shopt": _true, "ulimit": _true, "umask": _true,
    "wait": _true, "alias": _true, "hash": _true, "export": _true, "uname": _uname,
}  # fmt: skip


# Wrappers ---------------------------------------------------------------------------------------------------------------


def _after_options(words: Sequence[Str], valued: frozenset[str]) -> list[Str]:
    rest = list(words)
    while rest and (word := plain(rest[0])) is not None and word.startswith("-") and len(word) > 1:
        rest.pop(0)
        if word == "--":
            break
        if word in valued and rest:
            rest.pop(0)
    return rest


def _plain_wrapper(*valued: str) -> Callable[[Machine, Sequence[Str]], list[Str]]:
    taken = frozenset(valued)
    return lambda machine, words: _after_options(words, taken)


def _command(machine: Machine, words: Sequence[Str]) -> list[Str]:
    """`command name …`; `command -v name` asks where it is, as `which` does."""
    asks = bool(words) and plain(words[0]) in ("-v", "-V")
    return [text("which"), *words[1:]] if asks else _after_options(words, frozenset())


def _env(machine: Machine, words: Sequence[Str]) -> list[Str]:
    """`env NAME=value command`, and sudo's same habit: the variables are set for the command (and stay, which widens what is seen)."""
    rest = _after_options(words, frozenset(("-u", "-C", "-S", "-g", "--user", "--chdir")))
    while rest:
        first = rest[0]
        head = first[0].text if first and not isinstance(first[0], Symbol) else ""
        name, equals, value = head.partition("=")
        if not equals or not name.replace("_", "a").isalnum():
            break
        machine.set(name, one((*text(value, first[0].span), *first[1:])))
        machine.exported.add(name)
        rest.pop(0)
    return rest


def _timeout(machine: Machine, words: Sequence[Str]) -> list[Str]:
    return _after_options(words, frozenset(("-k", "-s")))[1:]


WRAPPERS: dict[str, Callable[[Machine, Sequence[Str]], list[Str]]] = {
    "sudo": _env, "env": _env, "doas": _env, "command": _command, "builtin": _plain_wrapper(), "exec": _plain_wrapper("-a"),
    "time": _plain_wrapper("-f", "-o"), "nice": _plain_wrapper("-n"), "nohup": _plain_wrapper(), "setsid": _plain_wrapper(),
    "timeout": _timeout, "stdbuf": _plain_wrapper("-i", "-o", "-e"), "ionice": _plain_wrapper("-c", "-n"),
    "retry": _plain_wrapper("-t", "-d", "-n"), "chronic": _plain_wrapper(), "xvfb-run": _plain_wrapper(), "cross-env": _env,
}  # fmt: skip

__all__ = ["Colour", "scalar"]
