"""Text filters (`sort`, `grep`, `sed`, `jq` …) on strings that are known in part."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog import answers, index
from latest_guard.catalog.answers import OLD_PRERELEASE
from latest_guard.replay.alternatives import Alternative, Value, literal, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.files import content, write_file
from latest_guard.replay.texts import MARKS, bare, rewrite
from latest_guard.shell import filters
from latest_guard.values import (
    Colour,
    Literal,
    Lookup,
    Order,
    Piece,
    Str,
    Symbol,
    Worlds,
    colours,
    derived,
    plain,
    samples,
    show,
    symbols,
    text,
)

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span

FILTERS = frozenset(
    [
        "sort",
        "uniq",
        "head",
        "tail",
        "grep",
        "egrep",
        "fgrep",
        "sed",
        "gsed",
        "cut",
        "tr",
        "awk",
        "gawk",
        "mawk",
        "jq",
        "wc",
        "rev",
        "tac",
        "paste",
        "basename",
        "dirname",
        "seq",
        "column",
        "nl",
        "fold",
        "xargs",
        "yq",
    ]
)

#: How many words of a filter's command line are no files, and which of its options take the next word.
OPERANDS: dict[str, tuple[int, str]] = {
    "sort": (0, "-k -t -o -S"), "uniq": (0, "-f -s -w"), "head": (0, "-n -c"), "tail": (0, "-n -c"), "tac": (0, ""), "wc": (0, ""),
    "cut": (0, "-d -f -c -b"), "grep": (1, "-e -f -m -A -B -C"), "egrep": (1, "-e -f -m"), "fgrep": (1, "-e -f -m"),
    "sed": (1, "-e -f"), "gsed": (1, "-e -f"), "awk": (1, "-F -v -f"), "gawk": (1, "-F -v -f"), "mawk": (1, "-F -v -f"),
    "jq": (1, "--arg --argjson --indent"), "yq": (1, ""), "rev": (0, ""), "paste": (0, "-d"), "nl": (0, ""), "column": (0, "-t -s"),
}  # fmt: skip

#: Filters that look for something in a file.
ASKING = frozenset(("grep", "egrep", "sed", "gsed", "awk", "gawk", "mawk", "jq", "yq"))

#: Filters that move text about without looking into it, so that symbols of unknown text keep their place.
COUNTING = frozenset(("awk", "gawk", "mawk"))
SAFE = frozenset(("head", "tail", "tac", "tr", "cut", "paste", "xargs", "rev", "sed", "column", "nl"))
EDITORS = frozenset(("sed", "gsed"))


def run(machine: Machine, tool: str, words: tuple[Str, ...], span: Span) -> None:
    """Run a filter over its files or its standard input."""
    words, file = _written_to(tool, words)
    argv, value = _inputs(machine, tool, list(words), span)
    if tool == "xargs" and _xargs(machine, argv, value, span):
        return
    conditions = machine.scene.conditions
    start = machine.path
    success = FALSE
    for a in value:
        machine.path = conditions.both(start, a.when)
        if machine.path == FALSE:
            continue
        out, worked = apply(machine, argv, a.held, span)
        if file is None:
            machine.write(one(out))
        else:
            write_file(machine, one(file), machine.chunks(one(out)), False)
        success = conditions.either(success, conditions.both(a.when, worked))
    machine.path = start
    machine.finish_if(success)


def _written_to(tool: str, words: tuple[Str, ...]) -> tuple[tuple[Str, ...], Str | None]:
    """The command line without `sort -o FILE`, and the file."""
    at = next((at for at, word in enumerate(words[:-1]) if plain(word) in ("-o", "--output")), 0) if tool == "sort" else 0
    return ((*words[:at], *words[at + 2 :]), words[at + 1]) if at else (words, None)


def _inputs(machine: Machine, tool: str, words: list[Str], span: Span) -> tuple[list[Str], Value]:
    """The command line without its files, and what is read: the files, or standard input."""
    if tool not in OPERANDS:
        return words, machine.stdin or literal("")
    skip, valued = OPERANDS[tool]
    takes = valued.split()
    kept: list[Str] = [words[0]]
    files: list[Str] = []
    at = 1
    while at < len(words):
        word = plain(words[at])
        if word is not None and word.startswith("-") and len(word) > 1 and not (tool in ("head", "tail") and word[1:].isdigit()):
            kept.append(words[at])
            if word in ("-e", "--regexp", "--expression", "-f") and tool in ("grep", "sed", "egrep", "fgrep", "gsed"):
                skip = 0
            count = 2 if word in ("--arg", "--argjson") else 1
            if word in takes:
                kept += words[at + 1 : at + 1 + count]
                at += count
        elif skip > 0 or (word or "").startswith("-"):
            kept.append(words[at])
            skip -= 1
        else:
            files.append(words[at])
        at += 1
    if not files:
        return kept, machine.stdin or literal("")
    if _asks_version(tool, kept, files):
        machine.scene.released = True
        return [text("cat")], one((answers.released("the version in the project's files"),))
    asks = tool in ASKING and any("version" in (plain(word) or "").lower() for word in kept[1:])
    values = [content(machine, name, span, asks) if plain(name) != "-" else machine.stdin or literal("") for name in files]
    product = machine.scene.algebra.product(values, machine.path)
    return kept, machine.scene.algebra.each(product, lambda held: tuple(piece for part in held for piece in part))


def _asks_version(tool: str, words: list[Str], files: list[Str]) -> bool:
    """Is the project's version taken out of a file that is not known by its name? `grep '^version' its.toml`."""
    names = [plain(name) or "" for name in files]
    if tool not in ("grep", "egrep", "sed", "gsed", "awk", "gawk", "jq", "yq") or not all(name.endswith(DECLARING) for name in names):
        return False
    if any(index.file_contents(name) is not None for name in names):
        return False
    return any("version" in (plain(word) or "").lower() for word in words[1:])


#: Files of a form in which projects declare things.
DECLARING = (
    ".toml",
    ".json",
    ".yaml",
    ".yml",
    ".cfg",
    ".ini",
    ".properties",
    ".py",
    ".gradle",
    ".kts",
    ".xml",
    ".mk",
    ".env",
    ".h",
    ".go",
    ".rb",
    ".sbt",
    ".cmake",
)


def _xargs(machine: Machine, argv: list[Str], value: Value, span: Span) -> bool:
    """`xargs command`: run with every word of the input; `-I X`: once a line, with X replaced."""
    from latest_guard.replay.following import dispatch
    from latest_guard.replay.texts import lines, split

    rest = argv[1:]
    mark = ""
    one_by_one = False
    while rest and (word := plain(rest[0])) is not None and word.startswith("-"):
        rest = rest[1:]
        if word[:2] in ("-I", "-i"):
            mark = word[2:] or (plain(rest[0]) or "{}" if rest and word == "-I" else "{}")
            rest = rest[1:] if word == "-I" else rest
        elif word[:2] in ("-n", "-L", "-P", "-d", "-s"):
            one_by_one = one_by_one or word[:2] in ("-n", "-L")
            rest = rest[1:] if len(word) == 2 else rest
    if not rest:
        return False
    conditions = machine.scene.conditions
    start, after = machine.path, FALSE
    for a in value:
        machine.path = conditions.both(start, a.when)
        items = lines(a.held) if mark else split(a.held, " \t\n")
        if machine.path == FALSE or (not items and mark):
            after = conditions.either(after, machine.path)
            continue
        rounds = [[item] for item in items[:24]] if mark or one_by_one else [items]
        for batch in rounds:
            command = [_replaced(word, mark, batch[0]) for word in rest] if mark else [*rest, *batch]
            dispatch(machine, tuple(command), span)
        after = conditions.either(after, machine.path)
    machine.path = after
    return True


def _replaced(word: Str, mark: str, item: Str) -> Str:
    made: list[Piece] = []
    for piece in word:
        if isinstance(piece, Literal) and mark in piece.text:
            parts = piece.text.split(mark)
            for index, part in enumerate(parts):
                made += [*item] if index else []
                made += [Literal(part, piece.span)] if part else []
        else:
            made.append(piece)
    return tuple(made)


def apply(machine: Machine, argv: list[Str], stdin: Str, span: Span) -> tuple[Str, Condition]:
    """A filter's output on one input, and the condition that it succeeded.

    Where it leaves nothing of a list of versions, they are not written as we took them to be: the list is not taken for empty.
    """
    known = [plain(word) or "" for word in argv]
    tool = known[0].rpartition("/")[2]
    if tool in COUNTING and any("%d" in word or "%0" in word or "+0" in word or "+ 0" in word for word in known[1:]):
        stdin = bare(stdin)
    out, outcomes = _filtered(argv, stdin, tool, span)
    if _nothing(out) and _lists(stdin):
        stdin = _respelt(stdin)
        out, outcomes = _filtered(argv, stdin, tool, span)
        if _nothing(out):
            name = f"{' '.join(show(word) for word in argv)} over {show(stdin)}"
            out, outcomes = (derived(symbols(stdin), name, None),), None
    if tool == "sort" and _mixed(stdin):
        stdin = _respelt(stdin)
        out, outcomes = _filtered(argv, stdin, tool, span)
    if out and tool == "sort" and _mixed(stdin):
        out = tuple(replace(p, samples=None) if isinstance(p, Symbol) else p for p in out)
    return advance(out, stdin, tool, known[1:]), _success(machine, argv, stdin, outcomes, tool, span)


def _filtered(argv: list[Str], stdin: Str, tool: str, span: Span) -> tuple[Str, tuple[bool, bool, bool] | None]:
    """What it prints, and in which worlds it succeeds."""
    fixed = [word for word in map(plain, argv) if word is not None]
    name = " ".join(show(word) for word in argv)
    if len(fixed) == len(argv):
        made = rewrite(stdin, lambda t: _output(filters.run_filter(fixed, t)), name, safe=_is_safe(tool, fixed, stdin))
        out = made if made is not None else (Symbol(f"{name} over {show(stdin)}"[:200], colours(stdin), span=span),)
        return out, _statuses(fixed, fixed, fixed, stdin)
    built = _built(argv, stdin, name) if tool == "jq" else None
    return (built, None) if built is not None else _varied(argv, stdin, name)


def _nothing(out: Str) -> bool:
    worlds = samples(out)
    return worlds is not None and not any(world.strip() for world in worlds)


def _lists(stdin: Str) -> bool:
    """Is it a list of versions, or a document about them, as far as it is known?"""
    known = [s.samples[0].strip() for s in symbols(stdin) if s.lookup is not None and s.lookup.many and s.samples is not None]
    return any("\n" in sample or sample[:1] in ("[", "{", "<") for sample in known)


def _respelt(stdin: Str) -> Str:
    """The versions that exist already with a `v` before them, or without it where they have one: how they are written is our guess."""

    def other(line: str) -> str:
        return line[1:] if line[:1] == "v" else "v" + line if line[:1].isdigit() else line

    def respelt(piece: Piece) -> Piece:
        if isinstance(piece, Literal) or piece.samples is None or piece.lookup is None or Colour.RELEASED in piece.colours:
            return piece
        first, second, third = ("\n".join(map(other, world.split("\n"))) for world in piece.samples)
        return replace(piece, samples=(first, second, third))

    return tuple(map(respelt, stdin))


def _is_safe(tool: str, argv: list[str], stdin: Str) -> bool:
    """Does the filter move about what nobody here can tell, without looking into it?

    Some do by their nature; an editor does if it comes out again, and others do as well where it is only what any run has.
    """
    unknown = [symbol for symbol in symbols(stdin) if symbol.samples is None]
    if not unknown or (tool in SAFE and tool not in EDITORS):
        return True
    asked = Colour.RELEASED | Colour.KNOWN | Colour.PERSON | Colour.PRERELEASE | Colour.UNREAD | Colour.BRANCH
    if tool not in EDITORS and any(symbol.colours & asked for symbol in unknown):
        return False
    mark = chr(MARKS)
    put = "".join(p.text if isinstance(p, Literal) else mark if p.samples is None else p.samples[0] for p in stdin)
    return mark in (_output(filters.run_filter(argv, put)) or "")


def _output(done: tuple[str, int] | None) -> str | None:
    return None if done is None else done[0]


def _statuses(older: list[str], newer: list[str], third: list[str], stdin: Str) -> tuple[bool, bool, bool] | None:
    worlds = samples(stdin)
    if worlds is None:
        return None
    found = [filters.run_filter(argv, text) for argv, text in zip((older, newer, third), worlds, strict=True)]
    if found[0] is None or found[1] is None:
        return None
    last = found[1] if found[2] is None else found[2]
    return found[0][1] == 0, found[1][1] == 0, last[1] == 0


def _varied(argv: list[Str], stdin: Str, name: str) -> tuple[Str, tuple[bool, bool, bool] | None]:
    """A filter whose command line has symbols: worked out world by world."""
    every = [samples(word) for word in argv]
    worlds = samples(stdin)
    found = tuple(s for word in (*argv, stdin) for s in symbols(word))
    rows = [w for w in every if w is not None]
    if worlds is None or len(rows) != len(every):
        return (derived(found, f"{name} over {show(stdin)}", None),), None
    lines = [[w[at] for w in rows] for at in range(3)]
    outs = [filters.run_filter(line, text) for line, text in zip(lines, worlds, strict=True)]
    if outs[0] is None or outs[1] is None:
        return (derived(found, f"{name} over {show(stdin)}", None),), None
    third = outs[2] if outs[2] is not None else outs[1]
    texts: Worlds = (outs[0][0], outs[1][0], third[0])
    return (derived(found, f"{name} over {show(stdin)}", texts),), (outs[0][1] == 0, outs[1][1] == 0, third[1] == 0)


def _built(argv: list[Str], stdin: Str, name: str) -> Str | None:
    """A document that a program puts together of symbols of unknown text: they keep their places in it.

    None where one of them does not come out again, or not in every world alike: the program looked into it.
    """
    found = tuple(dict.fromkeys(s for word in (*argv, stdin) for s in symbols(word)))
    marks = {chr(MARKS + at): symbol for at, symbol in enumerate(s for s in found if s.samples is None)}
    outs = [filters.run_filter(line[:-1], line[-1]) for line in _worlds_with(marks, [*argv, stdin])]
    texts = [out[0] for out in outs if out is not None]
    if not marks or len(texts) != len(outs):
        return None
    orders = [[char for char in text if char in marks] for text in texts]
    if set(orders[0]) != set(marks) or any(order != orders[0] for order in orders):
        return None
    known = tuple(s for s in found if s.samples is not None)
    pieces: list[Piece] = []
    for at, parts in enumerate(zip(*(_cut_at(one_text, marks) for one_text in texts), strict=True)):
        same = len(set(parts)) == 1
        pieces += [Literal(parts[0])] if same and parts[0] else [] if same else [derived(known, f"{name}[{at}]", parts)]
        pieces += [marks[orders[0][at]]] if at < len(orders[0]) else []
    return tuple(pieces)


def _worlds_with(marks: dict[str, Symbol], words: list[Str]) -> list[list[str]]:
    """The words as text in each world, a mark for each symbol of unknown text."""
    names = {symbol: mark for mark, symbol in marks.items()}

    def said(piece: Piece, world: int) -> str:
        if isinstance(piece, Literal):
            return piece.text
        return names[piece] if piece.samples is None else piece.samples[world]

    return [["".join(said(piece, world) for piece in word) for word in words] for world in range(3)]


def _cut_at(text: str, marks: dict[str, Symbol]) -> list[str]:
    """The parts of `text` between marks."""
    parts = [""]
    for char in text:
        if char in marks:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _success(machine: Machine, argv: list[Str], stdin: Str, outcomes: tuple[bool, bool, bool] | None, tool: str, span: Span) -> Condition:
    """Filters that search or check say by their status what they found; the others just work."""
    words = [plain(word) or "" for word in argv[1:]]
    checks = tool in ("grep", "egrep", "fgrep") or (tool == "jq" and "-e" in words) or (tool == "sort" and _checks(words))
    if not checks:
        return TRUE
    asked = tuple(piece for word in (*argv[1:], stdin) for piece in word)
    if plain(asked) is not None and outcomes is not None:
        return TRUE if outcomes[0] else FALSE
    key = f"{' '.join(show(w) for w in argv)} over {show(stdin)}"
    if "grep" in tool and not colours(asked) & Colour.RELEASED and outcomes is not None and outcomes[0] and _lists(stdin):
        note = f"`{' '.join(show(w) for w in argv)}` finds nothing in {show(stdin)[:80]}"
        lookups = tuple(dict.fromkeys(s.lookup for s in symbols(stdin) if s.lookup))
        return machine.scene.conditions.no(
            machine.scene.conditions.test(Test(f"nothing: {key}", TestKind.LOOKUP, note, span, lookups=lookups))
        )
    orders = tool == "sort" or (_one_picked(stdin) and bool(Colour.RELEASED & colours(asked)))
    note = f"`{' '.join(show(w) for w in argv)}` finds something in {show(stdin)[:80]}"
    return machine.scene.judge.settle(key, note, span, asked, outcomes, orders=orders)


def _checks(words: list[str]) -> bool:
    return any(word.startswith("-") and not word.startswith("--") and ("C" in word or "c" in word) or word == "--check" for word in words)


def _one_picked(stdin: Str) -> bool:
    found = [symbol.lookup for symbol in symbols(stdin) if symbol.lookup]
    return bool(found) and all(not lookup.many for lookup in found)


def _mixed(stdin: Str) -> bool:
    """Are versions written in two ways among the lines? Then what a sort says of them is an accident of spelling."""
    worlds = samples(stdin)
    if worlds is None:
        return False
    heads = {line[0].isdigit() for line in worlds[0].split() if line}
    return len(heads) > 1


# What a filter does to a list of versions -------------------------------------------------------------------------------


def advance(out: Str, stdin: Str, tool: str, words: list[str]) -> Str:
    """The output's symbols with what the filter did to their list: put in order, picked from, freed of prereleases."""
    if not any(isinstance(piece, Symbol) and piece.lookup for piece in out):
        return out
    return tuple(replace(p, lookup=_advanced(p, stdin, tool, words)) if isinstance(p, Symbol) and p.lookup else p for p in out)


#: How one version was come by, which a sound sort of it with another does not mend.
ORIGINS = frozenset((Order.BADGE, Order.GRAPH, Order.DATE, Order.POINTER))


def _advanced(symbol: Symbol, stdin: Str, tool: str, words: list[str]) -> Lookup:
    lookup = symbol.lookup
    assert lookup is not None
    if tool == "sort" and (lookup.many or len(symbols(stdin)) > 1 or "\n" in _world(stdin).strip()):
        order = _sorting(words)
        if lookup.many or order is not Order.VERSION or lookup.order not in ORIGINS:
            lookup = replace(lookup, order=order)
    if "grep" in tool and any("Latest" in word for word in words):
        lookup = replace(lookup, order=Order.BADGE)
    if tool == "jq" and lookup.many:
        lookup = replace(lookup, order=_jq_order(words) or lookup.order)
    if tool in COUNTING and lookup.many and _picks(symbol, stdin, tool, words) and any("-F." in w or "split(" in w for w in words):
        lookup = replace(lookup, order=Order.VERSION)
    if lookup.prereleases and _frees(symbol, stdin, tool, words):
        lookup = replace(lookup, prereleases=False)
    if lookup.many and _picks(symbol, stdin, tool, words):
        lookup = replace(lookup, many=False)
    return lookup


def in_order(versions: Str) -> Str:
    """Versions that a tool which knows prereleases has put in order."""

    def sorted_(piece: Piece) -> Piece:
        if not isinstance(piece, Symbol) or piece.lookup is None:
            return piece
        order = piece.lookup.order if piece.lookup.order in ORIGINS and not piece.lookup.many else Order.VERSION
        return replace(piece, lookup=replace(piece.lookup, order=order, prereleases=False))

    return tuple(map(sorted_, versions))


def _world(string: Str) -> str:
    worlds = samples(string)
    return worlds[0] if worlds else ""


def _sorting(words: list[str]) -> Order:
    short = "".join(word[1:] for word in words if word.startswith("-") and not word.startswith("--"))
    if "V" in short or "--version-sort" in words or any(word.startswith("--sort=version") for word in words):
        return Order.VERSION
    if "-t." in words or ("-t" in words and "." in words) or "n" in short:
        return Order.VERSION if any(word.startswith("-k") for word in words) else Order.TEXT
    return Order.TEXT


#: What a jq program sorts by, or takes the greatest by.
_JQ_SORT = re.compile(r"\b(?:sort|max|min|sort_by|max_by|min_by)\b")
_JQ_DATES = re.compile(r"(?:sort|max|min)_by\(\s*\.(?:\w{1,20}_at|\w{1,20}At|date)\b")


def _jq_order(words: list[str]) -> Order | None:
    """The order into which a jq program puts versions: number by number, by date, as text; None where it sorts nothing."""
    program = " ".join(words)
    if "isLatest" in program:
        return Order.BADGE
    if not _JQ_SORT.search(program):
        return None
    if _JQ_DATES.search(program):
        return Order.DATE
    return Order.VERSION if "tonumber" in program else Order.TEXT


def _frees(symbol: Symbol, stdin: Str, tool: str, words: list[str]) -> bool:
    before = _world(stdin)
    if symbol.samples is not None and OLD_PRERELEASE in before and tool in ("grep", "egrep", "sed", "awk", "jq"):
        return OLD_PRERELEASE not in symbol.samples[0]
    if symbol.samples is not None:
        return False
    joined = " ".join(words).lower()
    if tool in ("grep", "egrep"):
        return any("v" in w for w in words if w.startswith("-") and not w.startswith("--")) or joined.endswith("$")
    return tool == "jq" and "prerelease" in joined


PICKING = (
    "--lines=1",
    "-n1",
    "-1",
    "-m1",
    "--max-count=1",
    "1p",
    "$!d",
    "1q",
    "$p",
    "NR==1",
    "END",
    "[0]",
    "[-1]",
    "last",
    "first",
    "max",
    ".tag_name",
)


_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}")


def _versions(sample: str) -> set[str]:
    return set(_VERSION.findall(sample))


def _picks(symbol: Symbol, stdin: Str, tool: str, words: list[str]) -> bool:
    if symbol.samples is not None:
        return len(_versions(_world(stdin))) > 1 >= len(_versions(symbol.samples[0]))
    if tool in ("head", "tail") and ("1" in words or not words):
        return True
    return any(mark in word for mark in PICKING for word in words)


__all__ = ["Alternative"]
