"""Lookups that a program makes: what the catalog says they answer, as data of the program."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog import index, releases
from latest_guard.catalog.answers import unknown as unknown_answer
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, Condition, Test, TestKind
from latest_guard.replay.programs.items import Concrete, Datum, Item, Items, Record, blend, loaded, named, origins, raised, unknown
from latest_guard.replay.texts import MARKS, relocate
from latest_guard.values import Colour, Literal, Order, Str, Symbol, samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.replay.programs import tree
    from latest_guard.replay.programs.process import Given, Process


def asked(process: Process, symbol: Symbol, node: tree.Expression) -> tuple[Item, Condition]:
    """The answer of a lookup as data, and the condition that it failed."""
    process.effect()
    answer, failure = process.scene.ask(symbol, process.span_of(node))
    return data_of(answer[0].held[0] if answer[0].held else symbol), failure  # type: ignore[arg-type]


def known(process: Process, symbol: Symbol, node: tree.Expression) -> Items:
    """The answer of a lookup that ends the program, or goes to its handler, where it fails."""
    item, failure = asked(process, symbol, node)
    process.throw(failure)
    return one(item)


def data_of(symbol: Symbol) -> Item:
    """A symbol whose text is JSON as data; other text stays text; without a text it is unknown."""
    if symbol.samples is None:
        return Datum(symbol)
    worlds: list[Concrete] = []
    for sample in symbol.samples:
        try:
            worlds.append(loaded(json.loads(sample)))
        except (ValueError, RecursionError):
            return (symbol,)
    return raised((worlds[0], worlds[1], worlds[2]), replace(symbol, samples=None))


def parsed(process: Process, item: Item) -> Item:
    """What `JSON.parse` makes of a value."""
    if not isinstance(item, tuple):
        return item
    worlds = samples(item)
    if worlds is None:
        return unknown(origins(item), "data")
    kept_parts = _with_marks(process, item)
    if kept_parts is not None:
        return kept_parts
    found = [_loads(world) for world in worlds]
    symbol = blend(origins(item), named("the data of " + " and ".join(one_of.name for one_of in origins(item))))
    if not origins(item):
        from latest_guard.replay.programs.worlds import kept

        return kept(process, found[0])
    return raised((found[0], found[1], found[2]), symbol)


def _with_marks(process: Process, item: Str) -> Item | None:
    """JSON whose symbols stand inside of its strings: an object that keeps its literal parts, and the symbols where they stand."""
    if process.world is not None or not any(isinstance(piece, Literal) for piece in item):
        return None
    found = dict.fromkeys(origins(item))
    marks = {chr(MARKS + index): symbol for index, symbol in enumerate(found)}
    names = {symbol: mark for mark, symbol in marks.items()}
    marked = "".join(piece.text if isinstance(piece, Literal) else names[piece] for piece in item)
    data = _loads(marked)
    return None if data is None else _unmarked(process, data, item, marks)


def _unmarked(process: Process, data: Concrete, origin: Str, marks: dict[str, Symbol]) -> Item:
    if isinstance(data, str):
        return relocate(data, origin, marks)
    if isinstance(data, tuple):
        return process.listing([one(_unmarked(process, part, origin, marks)) for part in data])
    if isinstance(data, Record):
        return process.table({name: one(_unmarked(process, part, origin, marks)) for name, part in data.fields})
    return data if isinstance(data, (bool, int, float)) else None


def _loads(sample: str) -> Concrete:
    try:
        return loaded(json.loads(sample))
    except (ValueError, RecursionError):
        return None


#: Ways to ask GitHub by the last part of a method's name.
ANSWERS: dict[str, Callable[[], Symbol]] = {
    "listReleases": releases.release_list,
    "get_releases": releases.release_list,
    "list_releases": releases.release_list,
    "getLatestRelease": releases.latest_release,
    "get_latest_release": releases.latest_release,
    "listTags": releases.tag_list,
    "get_tags": releases.tag_list,
    "list_tags": releases.tag_list,
    "listMatchingRefs": releases.ref_list,
    "listRefs": releases.ref_list,
}
#: Asks whether one thing is there; nothing is known of what it says, and where it is not there it fails.
EXISTENCE = frozenset(
    [
        "getReleaseByTag",
        "get_release",
        "getRef",
        "getRelease",
        "getBranch",
        "getTag",
        "get_git_ref",
        "get_branch",
        "getContent",
        "getCommit",
        "get_by_tag",
        "get_release_by_tag",
    ]
)


def _own(tag: str) -> Record:
    return Record((("tag_name", tag), ("name", tag)))


def of_api(process: Process, method: str, given: Given) -> Items | None:
    """The answer of a method of GitHub's API, as its data; None where it is no lookup of versions."""
    if method in ANSWERS:
        return known(process, ANSWERS[method](), given.node)
    if method in EXISTENCE:
        return existing(process, given.node)
    if method.startswith(("getAllPackageVersions", "listPackageVersions")):
        return known(process, unknown_answer("the registry's tags", Order.DATE), given.node)
    return None


def existing(process: Process, node: tree.Expression) -> Items:
    """Something that is there or is not: both happen, where somebody takes notice."""
    process.effect()
    span = process.span_of(node)
    if process.heeded:
        note = f"`{process.said(node)}` finds nothing"
        process.throw(process.scene.conditions.test(Test(f"missing at {span}", TestKind.SCENARIO, note, span)))
    return one(Datum(Symbol(f"what {process.said(node)} says", kind=blend((), "").kind, span=span)))


def web(process: Process, url: Items, node: tree.Expression) -> Items:
    """The response to GET of an address: an object with its status, text and data."""
    process.effect()
    made: list[Alternative[Item]] = []
    both = process.scene.conditions.both
    for a in process.strings(url):
        symbol = index.address_answer(a.held)
        if symbol is None:
            body: Item = Datum(Symbol(f"what {process.said(node)} says", _shade(a.held)))
            made.append(Alternative(a.when, _response(process, body, one(200), FALSE)))
            continue
        item, failure = asked(process, symbol, node)
        status = process.tidy([Alternative(process.scene.conditions.no(failure), 200), Alternative(both(failure, process.path), 500)])
        made.append(Alternative(a.when, _response(process, item, status, failure)))
    return process.tidy(made)


def _shade(url: object) -> Colour:
    shade = Colour.NONE
    for symbol in origins(url):  # type: ignore[arg-type]
        shade |= symbol.colours & (Colour.UNREAD | Colour.PERSON)
    return shade


FAILED = Record((("message", "Not Found"), ("(failed)", True)))


def _response(process: Process, body: Item, status: Items, failure: Condition) -> Item:
    conditions = process.scene.conditions
    failed = Datum(Symbol("an error's message"), (FAILED, FAILED, FAILED))
    held = process.tidy([Alternative(conditions.no(failure), body), Alternative(failure, failed)])
    good = process.truths(conditions.no(failure))
    return process.table(
        {
            "ok": good,
            "status": status,
            "status_code": status,
            "statusCode": status,
            "data": held,
            "(body)": held,
            "body": held,
            "(failed)": process.truths(failure),
            "headers": one(Datum(Symbol("an answer's headers"))),
        }
    )
