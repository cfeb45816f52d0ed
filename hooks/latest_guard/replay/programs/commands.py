"""Commands that a program runs: they go to the shell's interpreter with what is known of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.expressions.tree import Expression as CiExpression
from latest_guard.expressions.tree import Name, Template
from latest_guard.replay import following
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.files import resolve
from latest_guard.replay.machine import Machine, known, merge_exits, strip_newlines
from latest_guard.replay.programs import elements
from latest_guard.replay.programs.items import Datum, Item, Items, Reference, as_text
from latest_guard.replay.programs.process import Given, Listed, Object, Process
from latest_guard.replay.programs.words import run_parts
from latest_guard.source import Span, Text
from latest_guard.values import Literal, Str, plain, text

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ran:
    """A command that was run: what it printed, and the condition that it succeeded."""

    def __init__(self, out: Value, well: Condition) -> None:
        self.out, self.well = out, well


def child_of(process: Process, environment: Items = (), folder: Items = ()) -> Machine:
    """A shell for one command: it sees what is exported, and what the call adds."""
    machine = process.machine
    child = machine.fork()
    child.variables = {name: machine.variables[name] for name in machine.exported if name in machine.variables}
    child.functions, child.options, child.testing, child.aliases = {}, set(), 0, {}
    child.stdin = None
    for name, value in elements.fields(process, environment).items() if environment else ():
        child.variables[name] = tuple(Alternative(a.when, a.held) for a in process.strings(value))
        child.exported.add(name)
    where = known(process.strings(folder)) if folder else None
    if where:
        child.directory = resolve(machine, where) or child.directory
    return child


def run_words(process: Process, words: Sequence[Items], span: Span, environment: Items = (), folder: Items = ()) -> Ran:
    """Run a command given as a list of words."""
    process.effect()
    child = child_of(process, environment, folder)
    conditions = process.scene.conditions
    rows = process.scene.algebra.product([process.strings(word) for word in words], process.path)
    start, after = child.path, FALSE
    for row in rows:
        child.path = conditions.both(start, row.when)
        if child.path != FALSE and row.held:
            following.dispatch(child, tuple(row.held), span)
            after = conditions.either(after, child.path)
    child.path = after
    return _ended(process, child)


def run_text(process: Process, command: Items, span: Span, environment: Items = (), folder: Items = ()) -> Ran:
    """Run a command line through a shell."""
    process.effect()
    child = child_of(process, environment, folder)
    conditions = process.scene.conditions
    start, after = child.path, FALSE
    for a in process.strings(command):
        child.path = conditions.both(start, a.when)
        if child.path != FALSE:
            _script(process, child, a.held, span)
            after = conditions.either(after, child.path)
    child.path = after
    return _ended(process, child)


def _script(process: Process, child: Machine, whole: Str, span: Span) -> None:
    """A command line with symbols in it: each stands as an expression that the shell does not look into."""
    parts: list[Text | CiExpression] = []
    values: dict[str, Value] = {}
    for piece in whole:
        if isinstance(piece, Literal):
            parts.append(_placed(process, piece, span))
        else:
            name = f"value {len(values)}"
            values[name] = one((piece,))
            parts.append(Name(name, piece.span or span))
    run_parts(child, Template(tuple(parts), span), values)


def _placed(process: Process, piece: Literal, span: Span) -> Text:
    source = process.program.text.source
    place = piece.span or span
    if place.path != source.path:
        source = process.scene.tree.source(place.path) or source
    starts = source.starts()
    at = starts[place.line - 1] + place.column - 1 if 1 <= place.line <= len(starts) else 0
    found = source.text.find(piece.text, at, at + len(piece.text) + 16)
    return Text(piece.text, source, ((0, found, len(piece.text)),) if found >= 0 else ((0, at, 0),))


def _ended(process: Process, child: Machine) -> Ran:
    merge_exits(child)
    out = child.collect(child.out, process.path)
    well = child.succeeded() if child.path != FALSE else FALSE
    return Ran(out, process.scene.conditions.either(well, process.scene.conditions.no(process.path)))


# The ways in which programs run commands ------------------------------------------------------------------------------------


def words_of(process: Process, item: Item) -> list[Items] | None:
    """The words of a command given as a list; None where it is text."""
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Listed):
        return _guarded(process, cell)
    if isinstance(item, Datum):
        return [one(part) for _, part in elements.elements(process, one(item))]
    return None


def _guarded(process: Process, cell: Listed) -> list[Items]:
    return [((Alternative(when, item),) if when != TRUE else one(item)) for when, item in cell.entries]


def run_list(process: Process, entries: Sequence[Items], span: Span, environment: Items = (), folder: Items = ()) -> Ran:
    """Run a list of words some of which are there only under conditions."""
    conditions = process.scene.conditions
    rows: list[tuple[Condition, tuple[Str, ...]]] = [(process.path, ())]
    for entry in entries:
        grown: dict[tuple[Str, ...], Condition] = {}
        strings = process.strings(entry)
        present = conditions.any(a.when for a in entry)
        for when, row in rows:
            for a in strings:
                here = conditions.both(when, a.when)
                if here != FALSE:
                    grown[(*row, a.held)] = conditions.either(grown.get((*row, a.held), FALSE), here)
            absent = conditions.both(when, conditions.no(present))
            if absent != FALSE:
                grown[row] = conditions.either(grown.get(row, FALSE), absent)
        rows = [(when, row) for row, when in grown.items()]
        if len(rows) > 48:
            return run_words(process, [one(as_text(a.held)) for e in entries for a in e[:1]], span, environment, folder)
    process.effect()
    child = child_of(process, environment, folder)
    after = FALSE
    for when, row in rows:
        child.path = when
        if row:
            following.dispatch(child, row, span)
            after = conditions.either(after, child.path)
    child.path = after
    return _ended(process, child)


def run(process: Process, given: Given, *, shell: bool, at: int = 0, listed: int | None = None) -> Ran:
    """Run what the arguments of a call say: words in a list, a tool with a list of words behind it, or a command line."""
    span = process.span_of(given.node)
    environment, folder = option(process, given, "env"), option(process, given, "cwd")
    first = process.under(given.get(at))
    item = first[0].held if first else None
    words = words_of(process, item) if len(first) == 1 else None
    if words is not None:
        return run_list(process, words, span, environment, folder)
    behind = process.under(given.get(at + 1)) if listed is not None else ()
    more = words_of(process, behind[0].held) if len(behind) == 1 else None
    if more is not None and len(first) == 1:
        tool = _split_tool(item)
        return run_list(process, [*[one(word) for word in tool], *more], span, environment, folder)
    if len(first) > 1 and any(words_of(process, a.held) is not None for a in first):
        return _each_way(process, first, span, environment, folder)
    return run_text(process, first, span, environment, folder)


def _split_tool(item: Item) -> list[Item]:
    whole = plain(item) if isinstance(item, tuple) else None
    if whole is None or " " not in whole.strip():
        return [item]
    place = item[0].span if isinstance(item, tuple) and item else None
    return [text(word, place) for word in whole.split()]


def _each_way(process: Process, items: Items, span: Span, environment: Items, folder: Items) -> Ran:
    """A list of words that differs from way to way."""
    conditions = process.scene.conditions
    start, after, well = process.path, FALSE, TRUE
    outs: list[Alternative[Str]] = []
    for a in items:
        process.path = conditions.both(start, a.when)
        if process.path == FALSE:
            continue
        words = words_of(process, a.held)
        ran = (
            run_list(process, words, span, environment, folder)
            if words is not None
            else run_text(process, one(a.held), span, environment, folder)
        )
        outs += [Alternative(conditions.both(a.when, o.when), o.held) for o in ran.out]
        well = conditions.both(well, conditions.either(ran.well, conditions.no(a.when)))
        after = conditions.either(after, process.path)
    process.path = after
    return Ran(process.scene.algebra.tidy(outs), well)


def option(process: Process, given: Given, name: str) -> Items:
    """An option of the call: a named argument, or a field of an object among the arguments."""
    if name in given.named:
        return given.named[name]
    for row in given.items[1:]:
        if len(row) == 1 and isinstance(row[0].held, Reference) and isinstance(cell := process.heap[row[0].held.number], Object):
            found = cell.fields.get(name)
            if found is not None:
                return found
    return ()


def printed(ran: Ran, process: Process, *, stripped: bool = False) -> Items:
    """What it printed, as a value."""
    out = process.scene.algebra.each(ran.out, strip_newlines) if stripped else ran.out
    return tuple(Alternative(a.when, a.held) for a in out)


def shown(process: Process, ran: Ran) -> None:
    """What it printed goes where the program prints."""
    process.machine.write(ran.out)


def completed(process: Process, ran: Ran, *, captured: bool = True) -> Items:
    """An object as most ways of running give it."""
    code = process.tidy([Alternative(ran.well, 0), Alternative(process.scene.conditions.no(ran.well), 1)])
    out = printed(ran, process) if captured else one(None)
    failed = process.truths(process.scene.conditions.no(ran.well))
    return one(
        process.table(
            {
                "stdout": out,
                "returncode": code,
                "status": code,
                "exitCode": code,
                "code": code,
                "stderr": one(()),
                "failed": failed,
                "error": one(None),
            }
        )
    )


def demanded(process: Process, ran: Ran) -> None:
    """A command that must succeed."""
    process.throw(process.scene.conditions.no(ran.well))


# A call of an unknown function that looks like running a command ------------------------------------------------------------


def as_command(process: Process, given: Given) -> Items | None:
    """Words of a tool that the catalog knows, given to a function that nobody here knows: they are as good as run."""
    if process.world is not None or not given.items:
        return None
    first = process.under(given.items[0])
    if len(first) != 1:
        return None
    words = words_of(process, first[0].held)
    head = process.strings(words[0])[0].held if words else first[0].held
    tool = plain(head) if isinstance(head, tuple) else None
    if tool is None or not (_tool(tool) or (words is None and _line(tool))):
        return None
    if words is None and len(given.items) == 1 and not _line(tool):
        return None
    if (
        words is None
        and len(given.items) > 1
        and not _line(tool)
        and words_of(process, given.items[1][0].held if given.items[1] else None) is None
    ):
        return None
    ran = run(process, given, shell=words is None, listed=1)
    demanded(process, ran)
    return completed(process, ran)


def _tool(name: str) -> bool:
    return bool(index.movers(name) or index.questions(name))


def _line(command: str) -> bool:
    words = command.split()
    if len(words) < 2:
        return False
    known = [entry.words for entry in index.movers(words[0])] + [entry.words for entry in index.questions(words[0])]
    return any(all(word in words for word in wanted) for wanted in known)
