"""Python's argparse, as far as a release script uses it: what each option holds for the words on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field

from latest_guard.replay.alternatives import one
from latest_guard.replay.programs.items import Item, Items, Native, Reference, unknown
from latest_guard.replay.programs.process import Given, Listed, Object, Process
from latest_guard.values import Str, plain, symbols, text


@dataclass
class Option:
    """One argument: its names, where its value goes, and what it holds when it is not given."""

    names: tuple[str, ...]
    dest: str
    action: str
    default: Items
    many: str
    given: bool = False


@dataclass
class Parser:
    """What was declared."""

    options: list[Option] = field(default_factory=list)
    defaults: dict[str, Items] = field(default_factory=dict)
    command: str = ""
    commands: dict[str, Parser] = field(default_factory=dict)


def new(process: Process, given: Given) -> Items:
    """`argparse.ArgumentParser(…)`."""
    process.effect()
    return one(_item(process, Parser()))


def _item(process: Process, parser: Parser) -> Item:
    cell = Object()
    item = process.new(cell)
    process.effects[f"parser {item.number}"] = parser
    for name in (
        "add_argument",
        "parse_args",
        "parse_known_args",
        "add_subparsers",
        "add_parser",
        "set_defaults",
        "add_argument_group",
        "add_mutually_exclusive_group",
        "error",
    ):
        cell.fields[name] = one(Native(f"argparse.{name}", item))
    return item


def method(process: Process, native: Native, given: Given) -> Items:
    """A method of a parser."""
    item = native.receiver
    assert isinstance(item, Reference)
    parser = process.effects[f"parser {item.number}"]
    assert isinstance(parser, Parser)
    name = native.name.rpartition(".")[2]
    if name == "add_argument":
        _add(process, parser, given)
    elif name in ("parse_args", "parse_known_args"):
        found = _parse(process, parser, list(process.arguments))
        return one(process.listing([one(found), one(process.listing([]))])) if name == "parse_known_args" else one(found)
    elif name == "add_subparsers":
        parser.command = _word(given.named.get("dest")) or "(command)"
        return one(item)
    elif name == "add_parser":
        inner = parser.commands.setdefault(_word(given.get(0)), Parser())
        return one(_item(process, inner))
    elif name == "set_defaults":
        parser.defaults.update(given.named)
    elif name == "error":
        process.exit(0)
    else:
        return one(item)
    return one(None)


def _word(items: Items | None) -> str:
    return (plain(items[0].held) or "") if items and isinstance(items[0].held, tuple) else ""


def _add(process: Process, parser: Parser, given: Given) -> None:
    names = tuple(_word(row) for row in given.items)
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    dest = _word(given.named.get("dest")) or long.lstrip("-").replace("-", "_")
    action = _word(given.named.get("action"))
    default = given.named.get("default") or one(False if action == "store_true" else True if action == "store_false" else None)
    many = _word(given.named.get("nargs"))
    parser.options.append(Option(names, dest, action, default, many))


def _parse(process: Process, parser: Parser, words: list[Str]) -> Item:
    fields: dict[str, Items] = {o.dest: o.default for o in parser.options}
    fields.update(parser.defaults)
    _read(process, parser, words, fields)
    found = [symbol for word in words for symbol in symbols(word)]
    rest = one(unknown(found, "an argument")) if found else ()
    return process.table(fields, rest)


def _read(process: Process, parser: Parser, words: list[Str], fields: dict[str, Items]) -> None:
    waiting = [o for o in parser.options if not o.names[:1] or not o.names[0].startswith("-")]
    by_name = {name: o for o in parser.options for name in o.names if name.startswith("-")}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        head = _head(word)
        name, equals, _ = head.partition("=")
        option = by_name.get(name)
        if option is not None:
            _take(process, option, _behind(word, len(name) + 1) if equals else None, rest, fields)
        elif parser.commands and plain(word) in parser.commands:
            fields[parser.command] = one(word)
            inner = parser.commands[plain(word) or ""]
            fields.update({o.dest: o.default for o in inner.options if o.dest not in fields})
            fields.update(inner.defaults)
            _read(process, inner, rest, fields)
            return
        elif not head.startswith("-") and waiting:
            first = waiting[0]
            if first.many in ("*", "+"):
                fields[first.dest] = one(process.listing([one(word), *(one(w) for w in rest)]))
                return
            fields[first.dest] = one(word)
            waiting.pop(0)


def _head(word: Str) -> str:
    first = word[0] if word else None
    return getattr(first, "text", "")


def _behind(word: Str, count: int) -> Str:
    first = _head(word)[count:]
    return (*text(first, getattr(word[0], "span", None)), *word[1:])


def _take(process: Process, option: Option, value: Str | None, rest: list[Str], fields: dict[str, Items]) -> None:
    if option.action in ("store_true", "store_false"):
        fields[option.dest] = one(option.action == "store_true")
        return
    if value is None and option.many in ("*", "+"):
        taken: list[Items] = []
        while rest and not _head(rest[0]).startswith("-"):
            taken.append(one(rest.pop(0)))
        fields[option.dest] = one(process.listing(taken))
        return
    held: Items = one(value if value is not None else rest.pop(0) if rest else None)
    if option.action == "append":
        before = fields.get(option.dest) or one(None)
        item = before[0].held
        listed = item if option.given and isinstance(item, Reference) else process.listing([])
        cell = process.heap[listed.number] if isinstance(listed, Reference) else None
        if isinstance(cell, Listed):
            process.append(cell, held)
        held = one(listed)
    option.given = True
    fields[option.dest] = held
