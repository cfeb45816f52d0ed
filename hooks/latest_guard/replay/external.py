"""Commands that are no builtins: text filters, the catalog's entries, files of the repository, and what nobody knows."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.catalog.entries import Comparer, Nature, Order, Question
from latest_guard.replay import downstream, filtering, following, strangers
from latest_guard.replay.alternatives import Alternative, Value, literal, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.files import write_file
from latest_guard.replay.machine import Machine, truth
from latest_guard.replay.ordering import holds, key, sort
from latest_guard.replay.texts import combine
from latest_guard.values import Colour, Literal, Str, Symbol, colours, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

Words = tuple[Str, ...]
#: What a program is given that may decide about a pointer.
ASKED = Colour.RELEASED | Colour.KNOWN | Colour.PERSON

_PIECE = re.compile(r"""[^\s"'`;,|&]+""")
_VARIABLE = re.compile(r"(\$\(\w+\)|\$\{[^{}]*\}|\$\w+)")


def run(machine: Machine, name: str, words: Words, span: Span) -> None:
    """Run the command `name` (its first word as text)."""
    tool = posixpath.basename(name)
    rest = list(words[1:])
    if _compares(machine, tool, rest, span) or _sorts(machine, tool, rest):
        return
    moved = moves(machine, tool, rest, span)
    if _asks(machine, tool, rest, span) or _runner(machine, tool, rest, span):
        return
    if moved:
        machine.write(one((_printed(words, span), Literal("\n"))))
        _worked(machine, tool, words, span)
        return
    if tool == "git":
        _fetches(machine.scene, rest)
        _checks_out(machine, rest, span)
    if tool in filtering.FILTERS:
        filtering.run(machine, tool, words, span)
    elif tool in ("which", "type"):
        _found(machine, tool, words, span)
    elif not following.command(machine, name, tool, words, span):
        _other(machine, tool, words, span)


def _runner(machine: Machine, tool: str, rest: list[Str], span: Span) -> bool:
    """A command that runs the command in its arguments."""
    for entry in index.runners(tool):
        arguments = index.arguments_of(entry, rest)
        inner = entry.inner(arguments) if arguments is not None else None
        if inner:
            following.dispatch(machine, tuple(inner), span)
            return True
    return False


def moves(machine: Machine, tool: str, rest: list[Str], span: Span) -> bool:
    """Hand every pointer that the command sets to the scene; False where it sets none."""
    for entry in index.movers(tool):
        arguments = index.arguments_of(entry, rest)
        targets = entry.targets(arguments) if arguments is not None else ()
        for target in targets:
            machine.scene.reach(entry.kind, entry.name, target, span, machine.path)
        if targets:
            return True
    return False


def _asks(machine: Machine, tool: str, rest: list[Str], span: Span) -> bool:
    """A lookup, or the released version as the project declares it."""
    for entry in index.questions(tool):
        arguments = index.arguments_of(entry, rest)
        symbol = entry.answer(arguments) if arguments is not None else None
        if symbol is not None:
            _answer(machine, entry, arguments, symbol, span)
            return True
    return False


def _answer(machine: Machine, entry: Question, arguments: Arguments | None, symbol: Symbol, span: Span) -> None:
    """Print a lookup's answer, or put it where the command line says; a jq program among its options is applied to it."""
    answer, failure = machine.scene.ask(symbol, span)
    program = arguments.value(*entry.filters) if arguments is not None and entry.filters else None
    if program is not None:
        argv = [text("jq"), text("-r"), program]
        answer = machine.scene.algebra.each(answer, lambda held: filtering.apply(machine, argv, held, span)[0] if held else held)
    printed = machine.scene.algebra.each(answer, lambda held: (*held, Literal("\n")) if held and not _ends(held) else held)
    file = arguments.value(*entry.files) if arguments is not None and entry.files else None
    if file is not None and plain(file) != "-":
        write_file(machine, one(file), machine.chunks(printed), False)
    else:
        machine.write(printed)
    machine.finish_if(machine.scene.conditions.no(failure))


def _ends(held: Str) -> bool:
    last = held[-1]
    return last.text.endswith("\n") if isinstance(last, Literal) else bool(last.samples and last.samples[0].endswith("\n"))


def _compares(machine: Machine, tool: str, rest: list[Str], span: Span) -> bool:
    for entry in index.comparers(tool):
        arguments = index.arguments_of(entry, rest)
        order = entry.order(arguments) if arguments is not None else None
        if order is not None:
            compare(machine, entry, order, span)
            return True
    return False


def compare(machine: Machine, entry: Comparer, order: Order, span: Span) -> None:
    """What a comparing command says, as its status or its output."""
    if order.operator == "compare":
        outcome = three_way(order, entry.name)
        if order.prints:
            machine.write(one((*outcome, Literal("\n"))))
        machine.finish(literal("0") if order.prints else one(outcome))
        return
    condition = ordered(machine.scene, order, span, entry.name)
    if order.echoes:
        machine.write((Alternative(condition, (*order.left, Literal("\n"))), Alternative(machine.scene.conditions.no(condition), ())))
        machine.finish(truth(machine.scene, condition))
    elif order.prints:
        yes, no = machine.scene.conditions.both, machine.scene.conditions.no
        machine.write((Alternative(yes(machine.path, condition), text("true\n")), Alternative(no(condition), text("false\n"))))
        machine.finish(literal("0"))
    else:
        machine.finish(truth(machine.scene, condition))


def ordered(scene: Scene, order: Order, span: Span, name: str) -> Condition:
    """The condition that `left operator right` holds as versions."""
    if not order.left or not order.right:
        held = order.lowest and holds("1" if order.left else "0", order.operator, "1" if order.right else "0")
        return TRUE if held else FALSE
    return scene.judge.ordered(order.left, order.operator, order.right, lambda a, b: holds(a, order.operator, b), span, name)


def three_way(order: Order, name: str) -> Str:
    """-1, 0 or 1."""

    def work(texts: list[str]) -> str | None:
        less, same = holds(texts[0], "<", texts[1]), holds(texts[0], "==", texts[1])
        return None if less is None else order.outcomes[0 if less else 1 if same else 2]

    return combine([order.left, order.right], work, name)


def _printed(words: Words, span: Span) -> Symbol:
    """What a mover prints: of what it was told to move."""
    shade = Colour.NONE
    for word in words:
        shade |= colours(word)
    return Symbol(f"what {_said(words)} prints", shade & (Colour.RELEASED | Colour.BRANCH), span=span)


#: Options of `git fetch` and `git pull` that bring the tags which a shallow checkout left out.
_BRINGS_TAGS = frozenset(("--tags", "-t", "--unshallow"))


def _fetches(scene: Scene, rest: list[Str]) -> None:
    """`git fetch --tags` and its kin bring the tags that the checkout left out."""
    said = [plain(word) or "" for word in rest]
    fetches = any(word in ("fetch", "pull") for word in said[:3])
    if scene.checkout and fetches and (_BRINGS_TAGS & set(said) or any("refs/tags/*" in word for word in said)):
        scene.checkout = "full"


def _checks_out(machine: Machine, rest: list[Str], span: Span) -> None:
    """`git checkout REF`, `git switch --detach REF`: with `--` behind it, it is about files."""
    said = [plain(word) or "" for word in rest]
    if said[:1] in (["checkout"], ["switch"]) and "--" not in said:
        refs = [word for word in rest[1:] if not (plain(word) or "").startswith("-")]
        if len(refs) == 1:
            machine.scene.checked_out(one(refs[0]), machine.path, span)


def _sorts(machine: Machine, tool: str, rest: list[Str]) -> bool:
    for entry in index.sorters(tool):
        if not rest:
            machine.write(one(text(f"usage: {tool} [options] <version>…\n")))
            machine.finish(literal("0"))
            return True
        arguments = index.arguments_of(entry, rest)
        versions = entry.versions(arguments) if arguments is not None else ()
        if versions and arguments is not None:
            made = filtering.in_order(combine(list(versions), _sorter(entry.descending(arguments)), entry.name))
            if made:
                machine.write(one((*made, Literal("\n"))))
            machine.finish(literal("0" if made else "1"))
            return True
    return False


def _sorter(descending: bool) -> Callable[[list[str]], str]:
    """The versions among the texts in order, as `semver` writes them; nothing where none of them is one."""
    return lambda texts: "\n".join(one_of.strip().lstrip("v=") for one_of in sort([t for t in texts if key(t) is not None], descending))


def _worked(machine: Machine, tool: str, words: Words, span: Span) -> None:
    """The status of work: that it succeeds is no condition of anything, except where a script asks for it."""
    if not machine.testing or machine.lenient:
        machine.finish(literal("0"))
        return
    key = f"succeeds: {' '.join(show(w) for w in words)} at {span}"
    machine.finish_if(machine.scene.conditions.test(Test(key, TestKind.WORK, f"`{tool}` succeeds", span)))


def _found(machine: Machine, tool: str, words: Words, span: Span) -> None:
    """`which name`: where a tool is. That it is there is taken for granted, as for every tool that a script needs."""
    machine.write(one((*(words[-1] if len(words) > 1 else ()), Literal("\n"))))
    _worked(machine, tool, words, span)


def _other(machine: Machine, tool: str, words: Words, span: Span) -> None:
    """A command that moves nothing and looks nothing up, or that nobody here knows."""
    nature = index.nature(tool, words[1:])
    said = [plain(word) or "" for word in words[1:]]
    if strangers.runs(tool, said):
        reason = f"`{tool}` runs code that is not read here"
        strangers.met(machine, tool, reason, span)
        if strangers.is_program(said) and (machine.captured or _shade(words) & ASKED):
            _hidden(machine, words, reason, span)
            return
    if nature is Nature.WORK:
        machine.write(one((Symbol(f"what {_said(words)} prints", span=span), Literal("\n"))))
        _worked(machine, tool, words, span)
    elif nature is Nature.CHECK:
        machine.write(one((Symbol(f"what {_said(words)} prints", span=span), Literal("\n"))))
        _checked(machine, tool, words, span)
    else:
        downstream.told(machine.scene, words, span, machine.path)
        unknown(machine, words, span)


def _hidden(machine: Machine, words: Words, reason: str, span: Span) -> None:
    """A program of the project's own that is not read: what it prints and answers only the run knows."""
    machine.write(one((Symbol(f"what {_said(words)} prints at {span}", Colour.UNREAD, span=span, reason=reason), Literal("\n"))))
    if machine.testing and not machine.lenient:
        machine.finish_if(machine.scene.judge.unread(reason, span, shade=_shade(words)))
    else:
        machine.finish(literal("0"))


def _checked(machine: Machine, tool: str, words: Words, span: Span) -> None:
    """The status of a question: nobody asks for it where only the answer is read; that a version known already is there is the accident."""
    if machine.captured and not machine.testing:
        _worked(machine, tool, words, span)
        return
    conditions, said, shade = machine.scene.conditions, _said(words), _shade(words)
    if Colour.KNOWN in shade and Colour.RELEASED not in shade:
        absent = Test(f"fails: {said} at {span}", TestKind.LOOKUP, f"`{said}` fails or finds nothing", span, shade=shade)
        machine.finish_if(conditions.no(conditions.test(absent)))
    else:
        machine.finish_if(conditions.test(Test(f"succeeds: {said} at {span}", TestKind.WEAK, f"`{said}` succeeds", span, shade=shade)))


def _shade(words: Words) -> Colour:
    shade = Colour.NONE
    for word in words[1:]:
        shade |= colours(word)
    return shade


def _said(words: Words) -> str:
    whole = " ".join(show(word) for word in words)
    return whole if len(whole) <= 60 else whole[:59] + "…"


def unknown(machine: Machine, words: Words, span: Span) -> None:
    """A program that cannot be read here: its output and its answer are unread."""
    name = show(words[0])
    reason = f"`{name}` is no command that is known here"
    strangers.met(machine, name, reason, span)
    printed = Symbol(f"what {_said(words)} prints at {span}", Colour.UNREAD, span=span, reason=reason)
    machine.write(one((printed, Literal("\n"))))
    shade = _shade(words)
    if machine.testing and ("/" in name or shade & ASKED):
        machine.finish_if(machine.scene.judge.unread(reason, span, shade=shade))
    elif machine.testing and not machine.lenient:
        machine.finish_if(
            machine.scene.conditions.test(Test(f"succeeds: {_said(words)} at {span}", TestKind.WEAK, f"`{_said(words)}` succeeds", span))
        )
    else:
        machine.finish(literal("0"))


def unparsed(machine: Machine, statement: str, span: Span) -> None:
    """A statement that could not be parsed: a mover's line in it is taken as reached under an unread condition."""
    condition = machine.scene.judge.unread("a statement that cannot be parsed", span)
    before = machine.path
    machine.path = machine.scene.conditions.both(before, condition)
    if machine.path != FALSE:
        for line in statement.splitlines():
            mentioned(machine, line, span)
    machine.path = before


def mentioned(machine: Machine, line: str, span: Span) -> None:
    """The movers in a line that is no shell's, or cannot be read as such: what stands behind the name of a tool is taken for its words."""
    words = [word for word in _PIECE.findall(line) if any(map(str.isalnum, word))]
    for at, word in enumerate(words):
        tool = posixpath.basename(word.lstrip("@-+([{"))
        if index.movers(tool):
            moves(machine, tool, [_seen(behind, span) for behind in words[at + 1 :]], span)


def _seen(word: str, span: Span) -> Str:
    """A word as it stands in the text; the variables in it hold what nobody knows."""
    made: list[Literal | Symbol] = []
    for at, part in enumerate(_VARIABLE.split(word)):
        if part:
            made.append(Symbol(part, span=span) if at % 2 else Literal(part, span))
    return tuple(made)


__all__ = ["Value", "colours"]
