"""docker/metadata-action on values known in part: what its entries yield is the catalog's, under which condition is worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.catalog import metadata_action as action
from latest_guard.catalog.metadata_action import HOLE, Entry, Event, Flavor, InputError
from latest_guard.catalog.strings import cut, veiled
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.evaluation import Contexts, Found, evaluate, strings, template
from latest_guard.source import Span, Text
from latest_guard.values import OLDER, Literal, Piece, Str, Symbol, join, plain, samples, text

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Template
    from latest_guard.pipeline import Binding, Use
    from latest_guard.replay.scene import Scene

#: Conditional tags up to this many make every combination of them; more are each an alternative of their own.
EXACT = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A tag that the action puts out, and when."""

    when: Condition
    tag: Str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the `tags` input under the condition that it stands there and is enabled, and its text."""

    when: Condition
    entry: Entry
    text: Str


def outputs(scene: Scene, step: Use, contexts: Contexts, path: Condition) -> dict[str, Found]:
    """The action's outputs: `tags`, `version`, `json` and the rest."""
    given = {b.name.lower(): b for b in step.inputs}
    named = named_tags(scene, step, contexts, given)
    images = _images(scene, contexts, given.get("images") or given.get("image"))
    separator = _separator(scene, contexts, given)
    both = scene.conditions.both
    full = [Named(both(n.when, i.when), (*i.tag, *n.tag) if i.tag else n.tag[1:]) for n in named for i in images or [Named(TRUE, ())]]
    tags = _joined(scene, full, separator)
    bare = [Named(n.when, n.tag[1:]) for n in named]
    json = scene.algebra.each(tags, lambda held: _json(held, separator))
    ordinary = Symbol(f"the output * of {step.uses.partition('@')[0]} at {step.uses_span}", span=step.uses_span)
    version = bare[0].tag if bare else ()
    return {"tags": tags, "tag-names": _joined(scene, bare, separator), "json": json, "version": one(version), "*": one((ordinary,))}


def environment(made: Mapping[str, Found]) -> dict[str, Found]:
    """The variables that the action sets beside its outputs."""
    return {f"DOCKER_METADATA_OUTPUT_{name.upper().replace('-', '_')}": found for name, found in made.items() if name != "*"}


def _json(held: Str, separator: str) -> Str:
    pieces: list[Piece] = [Literal('{"tags":["')]
    for piece in held:
        if isinstance(piece, Literal):
            pieces.append(Literal(piece.text.replace(separator, '","'), piece.span))
        else:
            pieces.append(piece)
    return (*pieces, Literal('"]}'))


def _joined(scene: Scene, found: list[Named], separator: str) -> Value:
    """The list of tags: exact where few are conditional; else each conditional tag is an alternative beside the rest."""
    always = [n.tag for n in found if n.when == TRUE]
    sometimes = [n for n in found if n.when not in (TRUE, FALSE)]
    base = join(always, separator)
    if len(sometimes) > EXACT:
        both = [Alternative(n.when, join([*always, n.tag], separator)) for n in sometimes]
        return (*([Alternative(TRUE, base)] if always else []), *both)
    rows: list[tuple[Condition, list[Str]]] = [(TRUE, [])]
    conditions = scene.conditions
    for n in found:
        grown = [(conditions.both(when, n.when), [*held, n.tag]) for when, held in rows]
        grown += [(conditions.both(when, conditions.no(n.when)), held) for when, held in rows]
        rows = [row for row in grown if row[0] != FALSE]
    return scene.algebra.tidy(Alternative(when, join(held, separator)) for when, held in rows)


def _separator(scene: Scene, contexts: Contexts, given: Mapping[str, Binding]) -> str:
    binding = given.get("sep-tags")
    value = template(scene, contexts, binding.value) if binding else ()
    return (plain(value[0].held) or "\n") if value else "\n"


def _images(scene: Scene, contexts: Contexts, binding: Binding | None) -> list[Named]:
    """The image names of the `images` input, each with its condition; those that are switched off are left out."""
    found: dict[Str, Condition] = {}
    for when, line in _lines(scene, contexts, binding.value) if binding is not None else []:
        for name in filter(None, _names(line)):
            found[name] = scene.conditions.either(found.get(name, FALSE), when)
    return [Named(when, name) for name, when in found.items()]


def _names(line: Str) -> list[Str]:
    """One line's image: `name`, or `name=…,enable=…`; a line of several names has commas between."""
    seen = veiled(line)
    if "enable=false" in seen.replace(" ", ""):
        return []
    made: list[Str] = []
    at = 0
    for part in seen.split(","):
        start = at + (len(part) - len(part.lstrip()))
        end = at + len(part.rstrip())
        word = part.strip()
        if word.startswith("name="):
            start += 5
        if word and not word.startswith(("enable=", "type=")):
            made.append(cut(line, start, end))
        at += len(part) + 1
    return made


# Tags -------------------------------------------------------------------------------------------------------------------


def named_tags(scene: Scene, step: Use, contexts: Contexts, given: Mapping[str, Binding]) -> list[Named]:
    """Every tag that can come out, its text with `:` before it; the colon stands where the deciding entry does."""
    event = _event(scene, contexts)
    found = _entries(scene, contexts, step, given.get("tags"), event)
    named: list[Named] = []
    flavor = given.get("flavor")
    for when, looks in _flavors(scene, contexts, flavor):
        asks = flavor.span if flavor is not None and looks.latest == "true" else step.uses_span
        named += _of_flavor(scene, asks, found, looks, when, event)
    return named


def _of_flavor(scene: Scene, asks: Span, found: list[Line], looks: Flavor, when: Condition, event: Event) -> list[Named]:
    """The tags under one flavor; `asks` is where `latest` is asked for besides the entries."""
    conditions = scene.conditions
    named: list[Named] = []
    undecided, automatic = when, FALSE
    decider: Span | None = None
    for line in found:
        here = conditions.both(when, line.when)
        given = _yield(line.entry, looks, event)
        if given is None or here == FALSE:
            continue
        place = _span(line.text) or asks
        tag, yes = given
        named.append(Named(here, (Literal(":", place), *_tag(line, tag, place))))
        decides = conditions.both(undecided, here)
        undecided = conditions.both(undecided, conditions.no(here))
        if looks.latest == "auto" and yes or looks.latest == "true":
            automatic = conditions.either(automatic, decides)
            decider = decider or place
    if automatic != FALSE:
        named.append(Named(automatic, (Literal(":", decider), Literal(looks.latest_tag, asks))))
    return named


def _yield(entry: Entry, looks: Flavor, event: Event) -> tuple[str, bool] | None:
    try:
        if HOLE not in entry.get("enable", "true") and not action.enabled(entry, event):
            return None
        given = action.yields(entry, looks, event)
    except InputError:
        return None
    return None if given is None else (given.tag, given.latest)


def _tag(line: Line, tag: str, place: Span) -> Str:
    """The tag with the line's symbols of unknown text put back in."""
    unknown = [s for s in line.text if isinstance(s, Symbol) and s.samples is None]
    if HOLE not in tag:
        return text(tag, place)
    pieces: list[Piece] = []
    parts = tag.split(HOLE)
    for index, part in enumerate(parts):
        if index:
            pieces.append(unknown[min(index - 1, len(unknown) - 1)] if unknown else Symbol("a part of the tag"))
        if part:
            pieces.append(Literal(part, place))
    return tuple(pieces)


def _span(string: Str) -> Span | None:
    return next((piece.span for piece in string if piece.span is not None), None)


def _entries(scene: Scene, contexts: Contexts, step: Use, binding: Binding | None, event: Event) -> list[Line]:
    """The entries of the `tags` input, each under its condition, in the order in which they are worked off."""
    found: list[Line] = []
    lines = _lines(scene, contexts, binding.value) if binding is not None else []
    for when, line in lines:
        found += _of_line(scene, when, line)
    if not found:
        place: Str = (Literal("", step.uses_span),)
        found = [Line(TRUE, entry, place) for entry in action.entries("")]
    return sorted(found, key=lambda line: -line.entry.priority if line.entry.priority == line.entry.priority else 0.0)


def _of_line(scene: Scene, when: Condition, line: Str) -> list[Line]:
    try:
        read = action.entries(veiled(line)) if veiled(line).strip() else []
    except InputError:
        return []
    made: list[Line] = []
    for entry in read:
        switch = entry.attributes.get("enable")
        condition = when
        if switch is not None and HOLE in switch.value:
            condition = scene.conditions.both(when, _switched(scene, line, switch.start, switch.end))
        values = {
            name: _sample(line, held.start, held.end) for name, held in entry.attributes.items() if HOLE in held.value and name != "enable"
        }
        made.append(Line(condition, entry.filled(values), cut(line, entry.start, entry.end)))
    return made


def _switched(scene: Scene, line: Str, start: int, end: int) -> Condition:
    return scene.judge.equal(cut(line, start, end), text("true"), _span(cut(line, start, end)))


def _sample(line: Str, start: int, end: int) -> str:
    """An attribute's text in the accident; a symbol of unknown text stays a hole."""
    parts = []
    for piece in cut(line, start, end):
        if isinstance(piece, Literal):
            parts.append(piece.text)
        else:
            parts.append(piece.samples[OLDER] if piece.samples is not None else HOLE)
    return "".join(parts)


def _flavors(scene: Scene, contexts: Contexts, binding: Binding | None) -> list[tuple[Condition, Flavor]]:
    """What the `flavor` input says, with its conditions."""
    if binding is None:
        return [(TRUE, Flavor())]
    made: list[tuple[Condition, Flavor]] = []
    for a in template(scene, contexts, binding.value):
        try:
            looks = action.flavor(veiled(a.held))
        except InputError:
            continue
        if HOLE in looks.latest:
            holds = scene.judge.equal(_latest_value(a.held), text("true"), _span(a.held))
            made.append((scene.conditions.both(a.when, holds), _with(looks, "true")))
            made.append((scene.conditions.both(a.when, scene.conditions.no(holds)), _with(looks, "false")))
        else:
            made.append((a.when, looks))
    return made or [(TRUE, Flavor())]


def _latest_value(held: Str) -> Str:
    seen = veiled(held)
    start = seen.find("latest=") + len("latest=")
    end = min((at for at in (seen.find("\n", start), seen.find(",", start)) if at >= 0), default=len(seen))
    return cut(held, start, end)


def _with(looks: Flavor, latest: str) -> Flavor:
    return Flavor(latest, looks.prefix, looks.prefix_on_latest, looks.suffix, looks.suffix_on_latest)


def _lines(scene: Scene, contexts: Contexts, whole: Template) -> list[tuple[Condition, Str]]:
    """The lines of an input, each with its alternatives: worked out line by line, so that they do not multiply."""
    made: list[tuple[Condition, Str]] = []
    parts: list[Value] = []

    def close() -> None:
        if parts:
            rows = scene.algebra.product(parts)
            made.extend((row.when, join(list(row.held))) for row in rows)
            parts.clear()

    for piece in whole.parts:
        if not isinstance(piece, Text):
            parts.append(strings(scene, evaluate(scene, contexts, piece)))
            continue
        at = 0
        for index, line in enumerate(piece.value.split("\n")):
            if index:
                close()
            if line:
                parts.append(one(text(line, piece.span(at, at + len(line)))))
            at += len(line) + 1
    close()
    return made


def _event(scene: Scene, contexts: Contexts) -> Event:
    """The run as the action sees it, in the accident."""
    facts = next((contexts.names[name] for name in ("github", "forge", "gitea") if name in contexts.names), {})
    if not isinstance(facts, Mapping):
        return Event.of("refs/tags/v1.27.4")

    def said(*names: str) -> str:
        data: object = facts
        for name in names:
            data = data.get(name) if isinstance(data, Mapping) else None
        worlds = samples(data) if isinstance(data, tuple) else None
        return (
            worlds[OLDER]
            if worlds is not None
            else "".join(p.text for p in data if isinstance(p, Literal)) + HOLE
            if isinstance(data, tuple) and data
            else ""
        )

    default = said("event", "repository", "default_branch")
    return Event.of(said("ref"), said("event_name"), default or "main", said("base_ref"))
