"""The functions of make (GNU Make Manual, section 8) on values that are known in part."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, Value, literal, one
from latest_guard.replay.composed import printed
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.files import content, resolve, spelled
from latest_guard.replay.filtering import advance
from latest_guard.replay.make.expansion import Definition, Expander, Scope, View, listed, matched, swapped
from latest_guard.replay.make.tree import Function, Held, Words
from latest_guard.replay.texts import combine, rewrite
from latest_guard.values import Colour, Literal, Piece, Str, Symbol, join, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from latest_guard.source import Span

#: Words of a list that `foreach` goes through; patterns that `filter` tries.
WORDS = 64
Texts = list[Str]


def _arguments(expander: Expander, function: Function, view: View) -> list[Value]:
    return [expander.expand(words, view) for words in function.arguments]


def _texts(work: Callable[[Texts], Str | None], least: int) -> Callable[[Expander, Function, View], Value]:
    """A function of the texts of its arguments; None: it cannot be worked out."""

    def run(expander: Expander, function: Function, view: View) -> Value:
        algebra = expander.machine.scene.algebra
        values = _arguments(expander, function, view)
        if len(values) < least:
            return one(())

        def each(row: tuple[Str, ...]) -> Str:
            made = work(list(row))
            return expander.machine.unread(f"$({function.name} …) of what only the run knows", function.span) if made is None else made

        return algebra.each(algebra.product(values), each)

    return run


# Text (section 8.2) -------------------------------------------------------------------------------------------------------


def _subst(texts: Texts) -> Str | None:
    before, after = plain(texts[0]), plain(texts[1])
    if before is None or after is None:
        return combine(texts, lambda row: row[2].replace(row[0], row[1]) if row[0] else row[2], "subst")
    return rewrite(texts[2], lambda whole: whole.replace(before, after) if before else whole + after, f"subst {before} {after}")


def _patsubst(texts: Texts) -> Str | None:
    before, after = plain(texts[0]), plain(texts[1])
    if before is None or after is None:
        return None
    return _joined(swapped(word, before.strip(), after) for word in listed(texts[2]))


def _strip(texts: Texts) -> Str:
    return _joined(listed(texts[0]))


def _joined(words: Iterable[Str]) -> Str:
    return join([word for word in words if word], " ")


def _sort(texts: Texts) -> Str | None:
    words = listed(texts[0])
    known = [plain(word) for word in words]
    if None not in known:
        spans = {plain(word): word for word in words}
        return _joined(spans[name] for name in sorted({name for name in known if name}))
    made = rewrite(texts[0], lambda whole: " ".join(sorted(set(whole.split()))), "make's sort")
    return None if made is None else advance(made, texts[0], "sort", [])


def _picked(words: Texts, of: Str) -> Str:
    """Words taken out of a list: a lookup's answer is a list no longer."""
    whole = len(listed(of)) == 1 and bool(words)
    made: list[Piece] = []
    for piece in _joined(words):
        if isinstance(piece, Symbol) and piece.lookup is not None and piece.lookup.many:
            name = f"one of {piece.name}" if whole and piece.samples is None else piece.name
            piece = replace(piece, name=name, lookup=replace(piece.lookup, many=False))
        made.append(piece)
    return tuple(made)


def _word(texts: Texts) -> Str | None:
    number = plain(texts[0])
    if number is None or not number.strip().isdigit():
        return None
    words = listed(texts[1])
    return _picked(words[int(number) - 1 : int(number)], texts[1])


def _wordlist(texts: Texts) -> Str | None:
    first, last = plain(texts[0]), plain(texts[1])
    if first is None or last is None or not first.strip().isdigit() or not last.strip().isdigit():
        return None
    return _joined(listed(texts[2])[max(0, int(first) - 1) : int(last)])


def _each(change: Callable[[str], str], name: str) -> Callable[[Texts], Str | None]:
    def work(texts: Texts) -> Str:
        return _joined(rewrite(word, change, name) or () for word in listed(texts[0]))

    return work


def _join(texts: Texts) -> Str:
    left, right = listed(texts[0]), listed(texts[1])
    size = max(len(left), len(right))
    return _joined((left[i] if i < len(left) else ()) + (right[i] if i < len(right) else ()) for i in range(size))


# Lists whose words may be there or not ------------------------------------------------------------------------------------


def _filter(expander: Expander, function: Function, view: View) -> Value:
    """`filter` and `filter-out`: a word that only the run knows is there under the condition that it matches."""
    if len(function.arguments) < 2:
        return one(())
    algebra, both = expander.machine.scene.algebra, expander.machine.scene.conditions.both
    made: list[Alternative[Str]] = []
    for row in algebra.product(_arguments(expander, function, view)):
        kept: Value = (Alternative(row.when, ()),)
        for word in listed(row.held[1]):
            holds = _matching(expander, word, listed(row.held[0]), function.span)
            holds = holds if function.name == "filter" else expander.machine.scene.conditions.no(holds)
            grown = [Alternative(both(a.when, holds), (*a.held, *(text(" ") if a.held else ()), *word)) for a in kept]
            grown += [Alternative(both(a.when, expander.machine.scene.conditions.no(holds)), a.held) for a in kept]
            kept = algebra.bounded(algebra.tidy(grown))
        made += kept
    return algebra.tidy(made)


def _matching(expander: Expander, word: Str, patterns: Sequence[Str], span: Span) -> Condition:
    """The condition that the word matches one of the patterns."""
    judge, conditions = expander.machine.scene.judge, expander.machine.scene.conditions
    found: list[Condition] = []
    for pattern in patterns[:WORDS]:
        known = plain(pattern)
        if known is None or "%" not in known:
            found.append(judge.equal(word, pattern, span))
            continue

        def accepts(whole: str, like: str = known) -> bool:
            return matched(like, whole) is not None

        note = f"{show(word)} matches {known}"
        found.append(judge.matches(word, accepts, note, note, span, known.partition("%")[0] or known.rpartition("%")[2]))
    return conditions.any(found)


def _findstring(expander: Expander, function: Function, view: View) -> Value:
    if len(function.arguments) < 2:
        return one(())
    scene = expander.machine.scene
    made: list[Alternative[Str]] = []
    for row in scene.algebra.product(_arguments(expander, function, view)):
        holds = _contains(expander, row.held[0], row.held[1], function.span)
        made.append(Alternative(scene.conditions.both(row.when, holds), row.held[0]))
        made.append(Alternative(scene.conditions.both(row.when, scene.conditions.no(holds)), ()))
    return scene.algebra.tidy(made)


def _contains(expander: Expander, part: Str, whole: Str, span: Span) -> Condition:
    judge = expander.machine.scene.judge
    known = plain(part)
    note = f"{show(part)} stands in {show(whole)}"
    if known is not None:
        return judge.matches(whole, lambda held: known in held, note, note, span, known)
    if part == whole:
        return TRUE
    return judge.settle(note, note, span, part + whole, None, orders=False)


# Choices (section 8.5) ------------------------------------------------------------------------------------------------------


def _if(expander: Expander, function: Function, view: View) -> Value:
    conditions = expander.machine.scene.conditions
    missing = expander.empty(expander.expand(function.arguments[0], view))
    then, otherwise = (*function.arguments[1:3], (), ())[:2]
    made = _branch(expander, conditions.no(missing), then, view) + _branch(expander, missing, otherwise, view)
    return expander.machine.scene.algebra.tidy(made)


def _branch(expander: Expander, holds: Condition, words: Words, view: View) -> list[Alternative[Str]]:
    """A text that is only expanded where `holds`."""
    if holds == FALSE:
        return []
    both = expander.machine.scene.conditions.both
    with expander.under(holds) as there:
        value = expander.expand(words, view) if there else one(())
    return [Alternative(both(holds, a.when), a.held) for a in value]


def _or(expander: Expander, function: Function, view: View) -> Value:
    """`or`: the first argument that is not empty; `and`: the last one, where none is empty."""
    conditions, algebra = expander.machine.scene.conditions, expander.machine.scene.algebra
    made: list[Alternative[Str]] = []
    going: Condition = TRUE
    for index, words in enumerate(function.arguments):
        with expander.under(going) as there:
            value = expander.expand(words, view) if there else one(())
            missing = expander.empty(value)
        ends = conditions.no(missing) if function.name == "or" else missing
        last = index == len(function.arguments) - 1
        here = conditions.both(going, TRUE if last else ends)
        made += [Alternative(conditions.both(here, a.when), a.held if function.name == "or" or last else ()) for a in value]
        going = conditions.both(going, conditions.no(ends))
    return algebra.tidy(made)


def _intcmp(expander: Expander, function: Function, view: View) -> Value:
    values = _arguments(expander, function, view)
    numbers = [plain(value[0].held) if len(value) == 1 else None for value in values[:2]]
    if len(numbers) < 2 or any(n is None or not n.strip().lstrip("-").isdigit() for n in numbers):
        return one(expander.machine.unread("$(intcmp …) of what only the run knows", function.span))
    left, right = (int(number or 0) for number in numbers)
    rest = values[2:]
    if not rest:
        return literal(str(left)) if left == right else one(())
    at = 0 if left < right else 1 if left == right else 2
    return rest[min(at, len(rest) - 1)] if at < len(rest) or at == 2 else one(())


# Loops and calls (sections 8.6 to 8.8) ----------------------------------------------------------------------------------------


def _fixed(held: Str) -> Definition:
    return Definition((Held(one(held)),), "automatic")


def _foreach(expander: Expander, function: Function, view: View) -> Value:
    """`foreach`: the text once for every word, joined by blanks."""
    if len(function.arguments) < 3:
        return one(())
    scene = expander.machine.scene
    name = (expander.text(function.arguments[0], view) or "").strip()
    made: list[Alternative[Str]] = []
    for row in expander.expand(function.arguments[1], view):
        with expander.under(row.when) as there:
            if not there:
                continue
            scopes: list[Scope] = [{name: one(_fixed(word))} for word in listed(row.held)[:WORDS]]
            values = [expander.expand(function.arguments[2], view.inside(scope)) for scope in scopes]
        product = scene.algebra.product(values, row.when)
        made += scene.algebra.each(product, lambda parts: join(list(parts), " "))
    return scene.algebra.tidy(made)


def _let(expander: Expander, function: Function, view: View) -> Value:
    if len(function.arguments) < 3:
        return one(())
    names = (expander.text(function.arguments[0], view) or "").split()
    value = expander.expand(function.arguments[1], view)
    words = listed(value[0].held) if value else []
    scope: dict[str, object] = {}
    for index, name in enumerate(names):
        last = index == len(names) - 1
        scope[name] = one(_fixed(join(words[index:] if last else words[index : index + 1], " ")))
    return expander.expand(function.arguments[2], view.inside(scope))  # type: ignore[arg-type]


def _call(expander: Expander, function: Function, view: View) -> Value:
    """`call`: the variable's text with `$(1)` and its kin."""
    values = _arguments(expander, function, view)
    name = plain(values[0][0].held) if len(values[0]) == 1 else None
    if name is None:
        return one(expander.machine.unread("$(call …) of a name that only the run knows", function.span))
    name = name.strip()
    if name in FUNCTIONS:
        inner = Function(name, tuple((Held(value),) for value in values[1:]), function.span)
        return FUNCTIONS[name](expander, inner, view)
    given = {str(index): one(Definition((Held(value),), "automatic")) for index, value in enumerate(values)}
    empty = {str(index): one(_fixed(())) for index in range(len(values), 10)}
    return expander.value(name, view.inside({**empty, **given}))


def _value(expander: Expander, function: Function, view: View) -> Value:
    """`value`: the text as it was written; what was expanded when it was set is what it holds."""
    return expander.value((expander.text(function.arguments[0], view) or "").strip(), view)


def _origin(expander: Expander, function: Function, view: View) -> Value:
    name = (expander.text(function.arguments[0], view) or "").strip()
    made: list[Alternative[Str]] = []
    for a in expander.lookup(name, view):
        if function.name == "origin":
            said = "undefined" if a.held is None else a.held.origin
        else:
            said = "undefined" if a.held is None else "simple" if a.held.simple else "recursive"
        made.append(Alternative(a.when, text(said)))
    return expander.machine.scene.algebra.tidy(made)


# What reaches out of make (sections 8.9 to 8.14) ----------------------------------------------------------------------------


def _shell(expander: Expander, function: Function, view: View) -> Value:
    """`shell`: what the command prints, its line ends as blanks."""
    command = expander.expand(function.arguments[0], view)
    key = ("shell", command, expander.machine.directory)
    if key not in expander.known:
        path, expander.machine.path = expander.machine.path, expander.start
        output = printed(expander.machine, command, function.span)
        expander.known[key] = expander.machine.scene.algebra.each(output, _one_line)
        expander.machine.path = path
    return expander.known[key]


def _one_line(held: Str) -> Str:
    return rewrite(held, lambda whole: whole.replace("\n", " "), "one line", safe=True) or ()


def _error(expander: Expander, function: Function, view: View) -> Value:
    """`error`: make ends here."""
    expander.expand(function.arguments[0], view)
    expander.machine.path = FALSE
    return one(())


def _silent(expander: Expander, function: Function, view: View) -> Value:
    """`info` and `warning`: only told to the user."""
    return one(())


def _eval(expander: Expander, function: Function, view: View) -> Value:
    """`eval`: the text is read as a makefile."""
    value = expander.expand(function.arguments[0], view)
    if expander.read is not None:
        expander.read(value, function.span)
    return one(())


def _file(expander: Expander, function: Function, view: View) -> Value:
    """`file <name`: what stands in it."""
    name = _arguments(expander, function, view)[0]
    said = plain(name[0].held) if len(name) == 1 else None
    if said is None or not said.strip().startswith("<"):
        return one(())
    return content(expander.machine, text(said.strip().lstrip("< ")), function.span)


def _wildcard(expander: Expander, function: Function, view: View) -> Value:
    """`wildcard`: the files of the repository that match."""
    value = expander.expand(function.arguments[0], view)
    machine = expander.machine
    made: list[Alternative[Str]] = []
    for a in value:
        found: list[Str] = []
        for word in listed(a.held):
            pattern = spelled(word)
            if pattern is None:
                return one(machine.unread("$(wildcard …) of what only the run knows", function.span))
            found += [text(path) for path in files(expander, pattern)]
        made.append(Alternative(a.when, join(found, " ")))
    return machine.scene.algebra.tidy(made)


def files(expander: Expander, pattern: str) -> list[str]:
    """The files that a pattern of `$(wildcard …)` names, in order."""
    machine = expander.machine
    inside = resolve(machine, pattern)
    if not any(mark in pattern for mark in "*?["):
        return [pattern] if inside and exists(expander, inside) else []
    head = machine.directory + "/" if machine.directory else ""
    found = [path for path in machine.scene.tree.listing() if fnmatch(path, inside) and path.count("/") == inside.count("/")]
    return [path[len(head) :] if path.startswith(head) else path for path in found]


def exists(expander: Expander, path: str) -> bool:
    """Is there a file or folder of this path, from the root, in the repository?"""
    if expander.machine.scene.tree.read(path) is not None:
        return True
    return any(name == path or name.startswith(path + "/") for name in expander.machine.scene.tree.listing())


def _absolute(expander: Expander, function: Function, view: View) -> Value:
    """`abspath` and `realpath`: below the workspace."""
    workspace = Symbol("GITHUB_WORKSPACE", Colour.CIRCUMSTANCE)

    def change(word: Str) -> Str:
        whole = plain(word)
        if whole is None or whole.startswith("/"):
            return word
        inside = resolve(expander.machine, whole)
        return (workspace, Literal("/" + inside)) if inside not in ("", ".") else (workspace,)

    return expander.each_word(expander.expand(function.arguments[0], view), change)


def _suffix(whole: str) -> str:
    return posixpath.splitext(whole)[1]


def _stem(whole: str) -> str:
    return posixpath.splitext(whole)[0]


def _dir(whole: str) -> str:
    return whole[: whole.rfind("/") + 1] or "./"


FUNCTIONS: dict[str, Callable[[Expander, Function, View], Value]] = {
    "abspath": _absolute,
    "addprefix": _texts(lambda t: _joined((*t[0], *word) for word in listed(t[1])), 2),
    "addsuffix": _texts(lambda t: _joined((*word, *t[0]) for word in listed(t[1])), 2),
    "and": _or,
    "basename": _texts(_each(_stem, "basename"), 1),
    "call": _call,
    "dir": _texts(_each(_dir, "dir"), 1),
    "error": _error,
    "eval": _eval,
    "file": _file,
    "filter": _filter,
    "filter-out": _filter,
    "findstring": _findstring,
    "firstword": _texts(lambda t: _picked(listed(t[0])[:1], t[0]), 1),
    "flavor": _origin,
    "foreach": _foreach,
    "guile": _silent,
    "if": _if,
    "info": _silent,
    "intcmp": _intcmp,
    "join": _texts(_join, 2),
    "lastword": _texts(lambda t: _picked(listed(t[0])[-1:], t[0]), 1),
    "let": _let,
    "notdir": _texts(_each(posixpath.basename, "notdir"), 1),
    "or": _or,
    "origin": _origin,
    "patsubst": _texts(_patsubst, 3),
    "realpath": _absolute,
    "shell": _shell,
    "sort": _texts(_sort, 1),
    "strip": _texts(_strip, 1),
    "subst": _texts(_subst, 3),
    "suffix": _texts(_each(_suffix, "suffix"), 1),
    "value": _value,
    "warning": _silent,
    "wildcard": _wildcard,
    "word": _texts(_word, 2),
    "wordlist": _texts(_wordlist, 3),
    "words": _texts(lambda t: text(str(len(listed(t[0])))), 1),
}

__all__ = ["FUNCTIONS", "exists", "files"]
