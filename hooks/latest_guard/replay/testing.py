"""`[[ … ]]`, `[ … ]`, `test` and `case` patterns as conditions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Array, Value, one
from latest_guard.replay.arithmetic import compare, decimal, integer
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.machine import Machine, known
from latest_guard.replay.texts import combine
from latest_guard.replay.wording import words
from latest_guard.replay.words import string
from latest_guard.shell import patterns, regex
from latest_guard.shell.tree import Chars, TestBinary, TestBoth, TestNot, TestTree, TestUnary, Word
from latest_guard.values import Str, plain, samples, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.source import Span

NUMERIC = {"-eq": "==", "-ne": "!=", "-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">="}
FILE_TESTS = frozenset(
    ("-e", "-f", "-d", "-r", "-w", "-x", "-s", "-L", "-h", "-p", "-S", "-b", "-c", "-g", "-u", "-k", "-O", "-G", "-N", "-t")
)


def tree(machine: Machine, test: TestTree) -> Condition:
    """The condition that `[[ test ]]` succeeds."""
    conditions = machine.scene.conditions
    if isinstance(test, TestNot):
        return conditions.no(tree(machine, test.operand))
    if isinstance(test, TestBoth):
        left = tree(machine, test.left)
        before = machine.path
        machine.path = conditions.both(before, left if test.operator == "&&" else conditions.no(left))
        right = tree(machine, test.right) if machine.path != FALSE else FALSE
        machine.path = before
        return conditions.both(left, right) if test.operator == "&&" else conditions.either(left, right)
    if isinstance(test, TestUnary):
        return unary(machine, test.operator, string(machine, test.word), test.span)
    return _binary_word(machine, test)


def _binary_word(machine: Machine, test: TestBinary) -> Condition:
    left = string(machine, test.left)
    if test.operator in ("==", "=", "!="):
        holds = matches_word(machine, left, test.right)
        return machine.scene.conditions.no(holds) if test.operator == "!=" else holds
    if test.operator == "=~":
        return _regex(machine, left, test.right, test.span)
    return binary(machine, left, test.operator, string(machine, test.right), test.span)


def unary(machine: Machine, operator: str, value: Value, span: Span) -> Condition:
    """`-n value`, `-z value`, `-v name`, file tests."""
    conditions, judge = machine.scene.conditions, machine.scene.judge
    if operator in ("-z", "-n"):
        empty = conditions.any(conditions.both(a.when, judge.empty(a.held, span)) for a in value)
        return empty if operator == "-z" else conditions.both(conditions.any(a.when for a in value), conditions.no(empty))
    if operator in ("-v", "-R"):
        name = known(value)
        held = machine.get(name) if name else one(None)
        return conditions.any(a.when for a in held if a.held is not None)
    return conditions.any(conditions.both(a.when, _file(machine, operator, a.held, span)) for a in value)


def _file(machine: Machine, operator: str, name: Str, span: Span) -> Condition:
    """A file test: a file of the repository or one that was written is there; of others the run alone knows."""
    whole = plain(name)
    asks = whole is not None and operator in ("-e", "-f", "-s", "-r", "-x")
    if asks and whole and (whole in machine.scene.files or machine.scene.tree.read(_clean(whole)) is not None):
        return TRUE
    key = f"{operator} {show(name)}"
    return machine.scene.conditions.test(Test(key, TestKind.WORK, f"the file test {key}", span))


def _clean(path: str) -> str:
    return path.removeprefix("./")


def binary(
    machine: Machine, left: Value, operator: str, right: Value, span: Span, read: Callable[[str], int | None] = integer
) -> Condition:
    """`left operator right` with literal sides; `read` reads numbers."""
    conditions, judge = machine.scene.conditions, machine.scene.judge
    if operator in NUMERIC:
        return compare(machine, left, NUMERIC[operator], right, span, read)
    found = FALSE
    for row in machine.scene.algebra.product([left, right], machine.path):
        a, b = row.held
        if operator in ("=", "==", "!="):
            holds = judge.equal(a, b, span)
            holds = conditions.no(holds) if operator == "!=" else holds
        elif operator in ("<", ">"):
            holds = judge.ordered(a, operator, b, _lexical(operator), span, "as text")
        else:
            key = f"{show(a)} {operator} {show(b)}"
            holds = conditions.test(Test(key, TestKind.WEAK, f"the file test {key}", span))
        found = conditions.either(found, conditions.both(row.when, holds))
    return found


def _lexical(operator: str) -> Callable[[str, str], bool | None]:
    return (lambda a, b: a < b) if operator == "<" else (lambda a, b: a > b)


# Patterns ---------------------------------------------------------------------------------------------------------------


def matches_word(machine: Machine, value: Value, pattern: Word) -> Condition:
    """`case` and `[[ == ]]`: the value matches the pattern; quoted parts of it stand for themselves."""
    conditions, judge = machine.scene.conditions, machine.scene.judge
    pieces = [(string(machine, Word((part,), part.span)), part.quoted) for part in pattern.parts]
    values = [piece for piece, _ in pieces]
    found = FALSE
    for row in machine.scene.algebra.product([value, *values], machine.path):
        subject, parts = row.held[0], row.held[1:]
        texts = [(plain(part), quoted) for part, (_, quoted) in zip(parts, pieces, strict=True)]
        known_parts = [(t, quoted or not _special(t)) for t, quoted in texts if t is not None]
        if len(known_parts) == len(texts):
            holds = _pattern(machine, subject, known_parts, pattern.span)
        elif all(quoted or t is None or not _special(t) for t, quoted in texts):
            whole = tuple(piece for part in parts for piece in part)
            holds = judge.equal(subject, whole, pattern.span)
        else:
            holds = _loose(machine, subject, list(parts), [q for _, q in pieces], pattern.span)
        found = conditions.either(found, conditions.both(row.when, holds))
    return found


def _special(whole: str) -> bool:
    return any(c in whole for c in "*?[") or "(" in whole


def _pattern(machine: Machine, subject: Str, parts: Sequence[tuple[str, bool]], span: Span) -> Condition:
    whole = "".join(t for t, _ in parts)
    if all(quoted for _, quoted in parts):
        return machine.scene.judge.equal(subject, text(whole), span)
    if whole == "*":
        return TRUE
    literal = whole.split("*", 1)[0].split("?", 1)[0].split("[", 1)[0] or whole.strip("*")
    key = f"{show(subject)} matches {whole}"
    return machine.scene.judge.matches(
        subject, lambda t: patterns.matches(parts, t), key, f"{words(subject)} matches `{whole}`", span, literal
    )


def _loose(machine: Machine, subject: Str, parts: list[Str], quoted: list[bool], span: Span) -> Condition:
    """A pattern with symbols in it: `*"$version"*`."""

    def holds(texts: list[str]) -> str:
        return "1" if patterns.matches(list(zip(texts[1:], quoted, strict=True)), texts[0]) else "0"

    outcome = combine([subject, *parts], holds, "matches")
    if plain(outcome) is not None:
        return TRUE if plain(outcome) == "1" else FALSE
    worlds = samples(outcome)
    outcomes = None if worlds is None else (worlds[0] == "1", worlds[1] == "1", worlds[2] == "1")
    key = f"{show(subject)} matches {' '.join(show(p) for p in parts)}"
    return machine.scene.judge.settle(key, key, span, tuple(x for p in (subject, *parts) for x in p), outcomes, orders=False)


def _regex(machine: Machine, value: Value, pattern: Word, span: Span) -> Condition:
    """`[[ value =~ pattern ]]`, and BASH_REMATCH."""
    conditions = machine.scene.conditions
    found = FALSE
    expression = _regex_text(machine, pattern)
    for row in machine.scene.algebra.product([value, expression], machine.path):
        subject, wanted = row.held
        whole = plain(wanted)
        compiled = regex.compile_ere(whole) if whole is not None else None
        if compiled is None:
            if whole is None:
                holds = _loose_regex(machine, subject, wanted, span)
            else:
                holds = machine.scene.judge.unread(f"the pattern {show(wanted)}", span)
        else:
            key = f"{show(subject)} =~ {whole}"
            literal = head(whole or "")
            holds = machine.scene.judge.matches(subject, _finder(compiled), key, f"{words(subject)} matches `{whole}`", span, literal)
            before, machine.path = machine.path, conditions.both(row.when, holds)
            if machine.path != FALSE:
                _rematch(machine, subject, compiled)
            machine.path = before
        found = conditions.either(found, conditions.both(row.when, holds))
    return found


def _regex_text(machine: Machine, pattern: Word) -> Value:
    """The pattern as one ERE: quoted literal parts lose their special meaning."""
    parts = [text(re.escape(part.text), part.span) if isinstance(part, Chars) and part.quoted else None for part in pattern.parts]
    values = [
        one(escaped) if escaped is not None else string(machine, Word((part,), part.span))
        for part, escaped in zip(pattern.parts, parts, strict=True)
    ]
    rows = machine.scene.algebra.product(values, machine.path)
    return machine.scene.algebra.each(rows, lambda held: tuple(piece for s in held for piece in s))


def _search(compiled: regex.Regex, subject: str) -> regex.Match | None:
    try:
        return compiled.search(subject)
    except regex.TooLong:
        return None


def _loose_regex(machine: Machine, subject: Str, wanted: Str, span: Span) -> Condition:
    def holds(texts: list[str]) -> str | None:
        compiled = regex.compile_ere(texts[1])
        return None if compiled is None else "1" if _search(compiled, texts[0]) else "0"

    worlds = samples(combine([subject, wanted], holds, "=~"))
    outcomes = None if worlds is None else (worlds[0] == "1", worlds[1] == "1", worlds[2] == "1")
    key = f"{show(subject)} =~ {show(wanted)}"
    return machine.scene.judge.settle(key, key, span, subject + wanted, outcomes, orders=False)


def head(pattern: str) -> str:
    """The literal text with which a match must begin, or else any literal word in it."""
    body = pattern.removeprefix("^").replace("\\.", ".").replace("\\-", "-")
    head = re.match(r"[\w/.-]*", body)
    return head.group(0) if head and head.group(0) else "".join(re.findall(r"[A-Za-z-]+", re.sub(r"\[[^\]]*\]|\\.", "", pattern))[:1])


def _finder(compiled: regex.Regex) -> Callable[[str], bool]:
    return lambda subject: _search(compiled, subject) is not None


def _rematch(machine: Machine, subject: Str, compiled: regex.Regex) -> None:
    from latest_guard.replay.texts import rewrite

    items: list[tuple[str, Str]] = []
    for group in range(compiled.groups + 1):

        def pick(whole: str, at: int = group) -> str | None:
            match = _search(compiled, whole)
            return None if match is None else match.group(at) or ""

        items.append((str(group), rewrite(subject, pick, f"BASH_REMATCH[{group}]") or ()))
    machine.set("BASH_REMATCH", one(Array(tuple(items))))


# [ … ] ------------------------------------------------------------------------------------------------------------------


def bracket(machine: Machine, words: tuple[Str, ...], span: Span) -> Condition:
    """`test`/`[` with its expanded arguments, by POSIX's rules for their number, and `-a`, `-o`, `!`, parentheses."""
    return _Bracket(machine, words, span).either()


class _Bracket:
    """A parser over the arguments of `[`; each argument is a string known in part."""

    def __init__(self, machine: Machine, words: tuple[Str, ...], span: Span) -> None:
        self.machine, self.words, self.span, self.at = machine, words, span, 0

    def _peek(self, ahead: int = 0) -> str | None:
        at = self.at + ahead
        return plain(self.words[at]) if at < len(self.words) else None

    def either(self) -> Condition:
        conditions = self.machine.scene.conditions
        result = self.both()
        while self._peek() == "-o":
            self.at += 1
            result = conditions.either(result, self.both())
        return result

    def both(self) -> Condition:
        conditions = self.machine.scene.conditions
        result = self.single()
        while self._peek() == "-a":
            self.at += 1
            result = conditions.both(result, self.single())
        return result

    def single(self) -> Condition:
        left = len(self.words) - self.at
        if left <= 0:
            return FALSE
        if left >= 3 and self._peek(1) in ("=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", *NUMERIC):
            a, operator, b = self.words[self.at], self._peek(1) or "", self.words[self.at + 2]
            self.at += 3
            return binary(self.machine, one(a), operator, one(b), self.span, decimal)
        word = self._peek()
        if word == "!" and left > 1:
            self.at += 1
            return self.machine.scene.conditions.no(self.single())
        if word == "(":
            self.at += 1
            inside = self.either()
            self.at += 1
            return inside
        if word in ("-z", "-n", "-v", *FILE_TESTS) and left > 1:
            value = self.words[self.at + 1]
            self.at += 2
            return unary(self.machine, word, one(value), self.span)
        value = self.words[self.at]
        self.at += 1
        return unary(self.machine, "-n", one(value), self.span)
