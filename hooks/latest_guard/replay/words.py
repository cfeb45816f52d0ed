"""Expansion of shell words, in the order of POSIX 2.6: parameters, commands, arithmetic; then splitting; patterns stay literal."""

from __future__ import annotations

from latest_guard.replay import evaluation
from latest_guard.replay.alternatives import Alternative, Alternatives, Array, Content, Value, one
from latest_guard.replay.arithmetic import number
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.machine import Machine, compact, known, scalar
from latest_guard.replay.texts import rewrite, split
from latest_guard.shell import parse
from latest_guard.shell import words as patterns
from latest_guard.shell.tree import Arithmetic, Chars, Hole, Parameter, Part, Substitution, Word
from latest_guard.source import Source, Span
from latest_guard.values import Colour, Literal, Str, Symbol, join, plain, show, text

Fields = tuple[Str, ...]


def string(machine: Machine, word: Word | None) -> Value:
    """The word as one string, as on the right of `=`: no splitting."""
    if word is None:
        return one(())
    values = [part_string(machine, part) for part in word.parts]
    if len(values) == 1:
        return values[0]
    product = machine.scene.algebra.product(values, machine.path)
    return machine.scene.algebra.each(product, lambda parts: compact(join(list(parts))))


def fields(machine: Machine, words: tuple[Word, ...]) -> Alternatives[Fields]:
    """The words as an argument list: every combination that is possible here."""
    algebra = machine.scene.algebra
    rows: Alternatives[Fields] = (Alternative(machine.path, ()),)
    for word in words:
        expanded = word_fields(machine, word)
        if len(expanded) == 1:
            rows = tuple(Alternative(row.when, row.held + expanded[0].held) for row in rows)
            continue
        both = machine.scene.conditions.both
        grown = [Alternative(when, row.held + e.held) for row in rows for e in expanded if (when := both(row.when, e.when)) != FALSE]
        if len(grown) > 64:
            joined = algebra.fold(algebra.each(expanded, lambda held: join(list(held), " ")))
            grown = [Alternative(row.when, (*row.held, joined)) for row in rows]
        rows = algebra.tidy(grown)
    return rows


def word_fields(machine: Machine, word: Word) -> Alternatives[Fields]:
    """The fields that one word makes."""
    algebra, both = machine.scene.algebra, machine.scene.conditions.both
    if len(word.parts) == 1 and isinstance(part := word.parts[0], Chars) and (part.quoted or "{" not in part.text):
        return (Alternative(machine.path, (text(part.text, part.span),)),)
    rows: list[tuple[int, list[list[tuple[Str, bool]]]]] = [(machine.path, [[]])]
    for part in word.parts:
        content = part_content(machine, part)
        if len(content) == 1:
            rows = [(when, _grow(machine, held, part, content[0].held)) for when, held in rows]
            continue
        rows = [
            (joint, _grow(machine, held, part, a.held)) for when, held in rows for a in content if (joint := both(when, a.when)) != FALSE
        ]
        if len(rows) > 64:
            return one((algebra.fold(string(machine, word)),))
    made = [Alternative(when, _finish(held)) for when, held in rows]
    return algebra.tidy(Alternative(a.when, _braces(word, a.held)) for a in made)


def _grow(machine: Machine, held: list[list[tuple[Str, bool]]], part: Part, content: Content) -> list[list[tuple[Str, bool]]]:
    """`held` with the content of one more part: split where it is unquoted, one field an element for `"${array[@]}"`."""
    grown = [list(field) for field in held]
    quoted = part.quoted
    if isinstance(content, Array):
        for index, value in enumerate(content.values()):
            if index:
                grown.append([])
            _append(grown, value, quoted, machine)
        if not content.items and quoted and len(grown) == 1 and not grown[0]:
            grown[0].append(((), False))
        return grown
    if isinstance(part, Chars):
        grown[-1].append((scalar(content), True))
        return grown
    _append(grown, scalar(content), quoted, machine)
    return grown


def _append(grown: list[list[tuple[Str, bool]]], value: Str, quoted: bool, machine: Machine) -> None:
    if quoted:
        grown[-1].append((value, True))
        return
    separators = machine.separators()
    parts = split(value, separators) if separators else [value] if value else []
    starts = bool(value) and isinstance(value[0], Literal) and value[0].text[:1] in separators
    ends = bool(value) and isinstance(value[-1], Literal) and value[-1].text[-1:] in separators
    for index, field in enumerate(parts):
        if index or (starts and grown[-1]):
            grown.append([])
        grown[-1].append((field, bool(field)))
    if parts and ends:
        grown.append([])


def _finish(held: list[list[tuple[Str, bool]]]) -> Fields:
    return tuple(compact(join([value for value, _ in field])) for field in held if any(keep or value for value, keep in field))


def _braces(word: Word, held: Fields) -> Fields:
    if not any(isinstance(p, Chars) and not p.quoted and "{" in p.text for p in word.parts):
        return held
    made: list[Str] = []
    for field in held:
        whole = plain(field)
        if whole is None or "{" not in whole:
            made.append(field)
        else:
            made += [text(one_of, field[0].span) for one_of in patterns.braces(whole)]
    return tuple(made)


# Parts ------------------------------------------------------------------------------------------------------------------


def part_string(machine: Machine, part: Part) -> Value:
    """One part as a string; an array is its elements with blanks between."""
    return machine.scene.algebra.each(part_content(machine, part), _flat)


def _flat(content: Content) -> Str:
    return join(content.values(), " ") if isinstance(content, Array) else scalar(content)


def part_content(machine: Machine, part: Part) -> Alternatives[Content]:
    """What one part expands to, before splitting."""
    if isinstance(part, Chars):
        return one(text(_tilde(part), part.span))
    if isinstance(part, Parameter):
        return parameter(machine, part)
    if isinstance(part, Substitution):
        return substitution(machine, part)
    if isinstance(part, Arithmetic):
        return _contents(number(machine, part.expression, string))
    assert isinstance(part, Hole)
    return _contents(hole(machine, part))


def _tilde(part: Chars) -> str:
    return part.text


def _contents(value: Value) -> Alternatives[Content]:
    return value


def hole(machine: Machine, part: Hole) -> Value:
    """The value that the CI system writes in place of `${{ … }}`."""
    evaluate = machine.scene.evaluate
    if evaluate is None:
        return one(machine.unread("an expression outside a pipeline", part.span))
    return evaluation.strings(machine.scene, evaluate(part.expression))


def substitution(machine: Machine, part: Substitution) -> Alternatives[Content]:
    """`$(…)`: what the commands print; `<(…)`: the name of a file that holds it."""
    value, child = machine.capture(part.body)
    if part.process:
        name = f"/dev/fd/{part.span}"
        machine.scene.files[name] = machine.chunks(value)
        return one(text(name))
    machine.status = child.status
    return _contents(value)


# Parameters -------------------------------------------------------------------------------------------------------------


def parameter(machine: Machine, part: Parameter) -> Alternatives[Content]:
    """`$name` and every `${name…}`."""
    algebra = machine.scene.algebra
    if part.keys:
        return algebra.each(machine.get(part.name), _keys)
    if part.indirect:
        return _indirect(machine, part)
    value = special(machine, part.name)
    if part.index is not None:
        value = element(machine, value, part.index)
    elif part.name not in "@*" or len(part.name) != 1:
        value = algebra.each(value, lambda c: c if c is None else scalar(c))
    if part.length:
        return algebra.each(value, _length)
    if part.name == "*" or (part.index is not None and patterns_star(part.index)):
        value = algebra.each(value, _flat) if part.quoted else value
    return operate(machine, part, value) if part.operator else value


def patterns_star(index: Word) -> bool:
    """Is the subscript `*`?"""
    return len(index.parts) == 1 and isinstance(index.parts[0], Chars) and index.parts[0].text == "*"


def _keys(content: Content) -> Content:
    if isinstance(content, Array):
        return Array(tuple((str(i), text(name)) for i, (name, _) in enumerate(content.items)))
    return Array(())


def _length(content: Content) -> Content:
    if isinstance(content, Array):
        return text(str(len(content.items)))
    return rewrite(scalar(content), lambda whole: str(len(whole)), "length") or ()


def _indirect(machine: Machine, part: Parameter) -> Alternatives[Content]:
    name = known(machine.string(part.name))
    if name is None or not name.replace("_", "a").isalnum():
        return one(machine.unread(f"the variable that ${part.name} names", part.span))
    return machine.get(name)


def special(machine: Machine, name: str) -> Alternatives[Content]:
    """A variable, or one of the shell's own parameters."""
    if name == "?":
        return _contents(machine.status)
    if name in ("$", "!", "-", "_"):
        return one((Symbol("$" + name),))
    if name == "*":
        return machine.get("@")
    if name == "#":
        return machine.scene.algebra.each(machine.get("@"), _length)
    if name.isdigit() and name != "0":
        return machine.scene.algebra.each(machine.get("@"), lambda c: c.get(str(int(name) - 1)) if isinstance(c, Array) else None)
    if name == "0":
        return one(text(machine.script or "sh"))
    return machine.get(name)


def element(machine: Machine, value: Alternatives[Content], index: Word) -> Alternatives[Content]:
    """`${name[index]}`."""
    if len(index.parts) == 1 and isinstance(index.parts[0], Chars) and index.parts[0].text in ("@", "*"):
        return machine.scene.algebra.each(value, lambda c: c if isinstance(c, Array) else Array((("0", c),) if c is not None else ()))
    algebra, both = machine.scene.algebra, machine.scene.conditions.both
    found: list[Alternative[Content]] = []
    for key in string(machine, index):
        for held in value:
            associative = isinstance(held.held, Array) and held.held.associative
            for at in one(key.held) if associative else subscript(machine, key.held, index.span):
                when = both(both(key.when, held.when), at.when)
                found.append(Alternative(when, _pick(held.held, plain(at.held), index.span)))
    return algebra.tidy(found)


def subscript(machine: Machine, said: Str, span: Span) -> Value:
    """The number of an indexed array's element: what stands between the brackets is arithmetic, in which a bare name is a variable."""
    whole = plain(said)
    if whole is None or whole.isdigit() or whole in ("-1", ""):
        return one(said)
    return number(machine, parse.number(Source(span.path, whole).whole()), string)


def _pick(content: Content, key: str | None, span: Span) -> Content:
    if not isinstance(content, Array):
        return content if key in ("0", "-1") else None
    if key is None:
        found = [symbol for value in content.values() for symbol in value if isinstance(symbol, Symbol)]
        shade = Colour.NONE
        for symbol in found:
            shade |= symbol.colours
        return (Symbol(f"an element of an array at {span}", shade, span=span),)
    if not content.associative:
        at = int(key) if key.lstrip("-").isdigit() else 0
        values = content.items
        if at < 0:
            return values[at][1] if -at <= len(values) else None
        return content.get(str(at))
    return content.get(key)


def operate(machine: Machine, part: Parameter, value: Alternatives[Content]) -> Alternatives[Content]:
    """`${name<operator>argument}`."""
    operator = part.operator
    if operator in (":-", "-", ":=", "=", ":+", "+", ":?", "?"):
        return _default(machine, part, value)
    algebra = machine.scene.algebra
    if operator == ":":
        return _slice(machine, part, value)
    arguments = string(machine, part.argument)
    second = string(machine, part.second)
    made: list[Alternative[Content]] = []
    for pattern in arguments:
        for replacement in second:
            when = machine.scene.conditions.both(pattern.when, replacement.when)
            quoted = bool(part.argument and part.argument.parts and part.argument.parts[0].quoted)
            for held in value:
                joint = machine.scene.conditions.both(when, held.when)
                if joint != FALSE:
                    made.append(Alternative(joint, _rewritten(held.held, operator, pattern.held, replacement.held, quoted)))
    return algebra.tidy(made)


def _rewritten(content: Content, operator: str, pattern: Str, replacement: Str, quoted: bool) -> Content:
    if content is None:
        return None
    if isinstance(content, Array):
        return Array(
            tuple((name, _one(value, operator, pattern, replacement, quoted)) for name, value in content.items), content.associative
        )
    return _one(content, operator, pattern, replacement, quoted)


def _one(value: Str, operator: str, pattern: Str, replacement: Str, quoted: bool) -> Str:
    known_pattern, known_replacement = plain(pattern), plain(replacement)
    label = "${…" + operator + show(pattern) + "}"
    if known_pattern is None or known_replacement is None:
        from latest_guard.replay.texts import combine

        return combine([value, pattern, replacement], lambda t: patterns.operate(t[0], operator, t[1], t[2], quoted), label)
    made = rewrite(value, lambda whole: patterns.operate(whole, operator, known_pattern, known_replacement, quoted), label, safe=True)
    return made if made is not None else value


def _default(machine: Machine, part: Parameter, value: Alternatives[Content]) -> Alternatives[Content]:
    """The operators that ask whether the variable is set (with `:`, and not empty)."""
    conditions, algebra = machine.scene.conditions, machine.scene.algebra
    made: list[Alternative[Content]] = []
    for held in value:
        absent = _absent(machine, held.held, part)
        present = conditions.both(held.when, conditions.no(absent))
        missing = conditions.both(held.when, absent)
        kept, other = (present, missing) if "+" not in part.operator else (missing, present)
        if kept != FALSE:
            made.append(Alternative(kept, held.held if "+" not in part.operator else ()))
        if other != FALSE and "?" in part.operator:
            _complain(machine, other)
        elif other != FALSE:
            made += [Alternative(conditions.both(other, a.when), a.held) for a in _argument(machine, part, other)]
    result = algebra.tidy(made)
    if "=" in part.operator:
        machine.set(part.name, result)
    return result


def _complain(machine: Machine, missing: Condition) -> None:
    """`${name:?}` of nothing ends the shell, with `set -e` or without."""
    conditions = machine.scene.conditions
    gone = conditions.both(machine.path, missing)
    if gone != FALSE:
        machine.exits.append((gone, one(text("1"))))
        machine.path = conditions.both(machine.path, conditions.no(missing))


def _argument(machine: Machine, part: Parameter, path: int) -> Alternatives[Content]:
    before, machine.path = machine.path, path
    try:
        if part.argument is not None and not part.quoted and not _is_quoted(part.argument):
            spread = word_fields(machine, part.argument)
            return tuple(
                Alternative(a.when, Array(tuple((str(i), f) for i, f in enumerate(a.held))) if len(a.held) > 1 else join(list(a.held)))
                for a in spread
            )
        return _contents(string(machine, part.argument))
    finally:
        machine.path = before


def _is_quoted(word: Word) -> bool:
    return all(part.quoted for part in word.parts)


def _absent(machine: Machine, content: Content, part: Parameter) -> int:
    if content is None:
        return 1
    if ":" not in part.operator:
        return 0
    if isinstance(content, Array):
        return 0 if content.items else 1
    return machine.scene.judge.empty(content, part.span)


def _slice(machine: Machine, part: Parameter, value: Alternatives[Content]) -> Alternatives[Content]:
    """`${name:offset:length}`."""
    start, size = known(string(machine, part.argument)), known(string(machine, part.second)) if part.second else ""
    if start is None or size is None or not start.strip().lstrip("-").isdigit() or (size and not size.strip().lstrip("-").isdigit()):
        return machine.scene.algebra.each(value, lambda c: rewrite(scalar(c), lambda _: None, "substring") or c)
    first, length = int(start), int(size) if size else None

    def cut(whole: str) -> str:
        rest = whole[first:] if first >= 0 or -first <= len(whole) else ""
        return rest if length is None else rest[:length]

    def sliced(content: Content) -> Content:
        if isinstance(content, Array):
            items = content.items[max(first - 1, 0) if part.name == "@" else first :]
            return Array(tuple((str(i), v) for i, (_, v) in enumerate(items if length is None else items[:length])))
        return rewrite(scalar(content), cut, "substring") if content is not None else None

    return machine.scene.algebra.each(value, sliced)
