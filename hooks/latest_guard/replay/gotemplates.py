"""Go templates on values that are known in part: the language itself and its builtin functions.

What stands behind a dot, and which other functions there are, is the tool's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.expressions import gotemplate
from latest_guard.expressions.gotemplate import Branch, Chars, Constant, Field, Node, Operand, Output, Pipeline, Unreadable, Word
from latest_guard.replay.alternatives import BOUND, Alternative, Alternatives, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import compact
from latest_guard.replay.placed import literals
from latest_guard.values import Kind, Str, Symbol, join, plain, scalar_text, text, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span, Text

Found: TypeAlias = Alternatives[object]
"""Alternatives of data: None, bool, float, Str, or a tuple of them in a `Listed`."""
Function: TypeAlias = "Callable[[Renderer, list[Found], Span], Found]"

#: Rounds of a `range`.
ROUNDS = 24


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of data, or a map where `keys` has a name for each."""

    items: tuple[object, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """A map whose values are worked out when they are asked for."""

    get: Callable[[str, Span], Found]


@dataclass
class Renderer:
    """Renders the templates of one tool. `data` is what stands behind the dot; `functions` are the tool's own beside Go's."""

    scene: Scene
    data: Names
    functions: Mapping[str, Function]
    variables: dict[str, Found] = field(default_factory=dict)
    dot: Found | None = None
    source: Text | None = None

    def render(self, template: Text) -> Value:
        """The template's text. One without actions is what it is."""
        if not gotemplate.has_actions(template.value):
            return one(tuple(literals(template)))
        key = ("go template", id(template))
        found = self.scene.cache.get(key)
        if found is None:
            found = self.scene.cache[key] = (template, gotemplate.parse(template))
        before, self.source = self.source, template
        value = self.nodes(found[1])  # type: ignore[arg-type]
        self.source = before
        return value

    # Nodes ----------------------------------------------------------------------------------------------------------------

    def nodes(self, nodes: Sequence[Node]) -> Value:
        """Nodes one after the other."""
        algebra = self.scene.algebra
        values = [self.node(node) for node in nodes]
        if not values:
            return one(())
        made = algebra.each(algebra.product(values), lambda parts: compact(join(list(parts))))
        return made if len(made) <= BOUND else one(algebra.fold(made))

    def node(self, node: Node) -> Value:
        """What one node puts out."""
        if isinstance(node, Chars):
            assert self.source is not None
            return one(tuple(literals(self.source, node.start, node.end)))
        if isinstance(node, Output):
            found = self.pipeline(node.pipeline)
            return one(()) if node.pipeline.declares else self.strings(found)
        if isinstance(node, Branch):
            return self._range(node) if node.keyword == "range" else self._branch(node)
        return one(unread(node.reason, node.span))

    def _branch(self, node: Branch) -> Value:
        conditions, algebra = self.scene.conditions, self.scene.algebra
        found = self.pipeline(node.pipeline)
        holds = self.truthy(found, node.pipeline.span)
        before = self.dot
        self.dot = found if node.keyword == "with" else before
        then = self.nodes(node.then) if holds != FALSE else ()
        self.dot = before
        otherwise = self.nodes(node.otherwise) if holds != TRUE else ()
        made = [Alternative(conditions.both(holds, a.when), a.held) for a in then]
        made += [Alternative(conditions.both(conditions.no(holds), a.when), a.held) for a in otherwise]
        return algebra.tidy(made)

    def _range(self, node: Branch) -> Value:
        before, made = self.dot, list[Alternative[Str]]()
        both = self.scene.conditions.both
        for a in self.pipeline(node.pipeline):
            items = a.held.items[:ROUNDS] if isinstance(a.held, Listed) else ()
            values: list[Value] = []
            for item in items:
                self.dot = one(item)
                values.append(self.nodes(node.then))
            self.dot = before
            value = self.scene.algebra.each(self.scene.algebra.product(values), lambda parts: compact(join(list(parts))))
            value = value if items else self.nodes(node.otherwise)
            made += [Alternative(both(a.when, v.when), v.held) for v in value]
        return self.scene.algebra.tidy(made)

    # Pipelines ------------------------------------------------------------------------------------------------------------

    def pipeline(self, pipeline: Pipeline) -> Found:
        """What a pipeline yields."""
        last: list[Found] = []
        for command in pipeline.commands:
            last = [self._command(command, last, pipeline.span)]
        found = last[0] if last else one(None)
        if pipeline.declares:
            self.variables[pipeline.declares.lstrip("$")] = found
        return found

    def _command(self, command: tuple[Operand, ...], last: list[Found], span: Span) -> Found:
        if not command:
            return last[0] if last else one(None)
        first, *rest = command
        arguments = [self._operand(operand, span) for operand in rest] + last
        if not isinstance(first, Word):
            return self._operand(first, span)
        function = self.functions.get(first.name) or BUILTIN.get(first.name)
        if function is None:
            return one(unread(f"`{first.name}` is no template function that is known here", span))
        return function(self, arguments, span)

    def _operand(self, operand: Operand, span: Span) -> Found:
        if isinstance(operand, Constant):
            return self._constant(operand)
        if isinstance(operand, Word):
            return self._command((operand,), [], span)
        if operand.of is not None:
            return self.within(self.pipeline(operand.of), operand.path, span)
        if operand.variable and operand.variable != "$":
            return self.within(self.variables.get(operand.variable.lstrip("$"), one(None)), operand.path, span)
        if self.dot is not None and not operand.variable:
            return self.within(self.dot, operand.path, span)
        return self.field(operand.path, span)

    def _constant(self, constant: Constant) -> Found:
        if not isinstance(constant.value, str):
            return one(constant.value)
        exact = self.source is not None and constant.end and self.source.value[constant.start : constant.end] == constant.value
        return one(tuple(literals(self.source, constant.start, constant.end)) if exact and self.source else text(constant.value))

    def field(self, path: Sequence[str], span: Span) -> Found:
        """`.a.b` at the top of a template."""
        return self.within(one(self.data), path, span)

    def within(self, found: Found, path: Sequence[str], span: Span) -> Found:
        """A field of a map."""
        both = self.scene.conditions.both
        for name in path:
            made: list[Alternative[object]] = []
            for a in found:
                inner = a.held.get(name, span) if isinstance(a.held, Names) else one(self._item(a.held, name, span))
                made += [Alternative(both(a.when, b.when), b.held) for b in inner]
            found = self.tidy(made)
        return found

    def _item(self, held: object, name: str, span: Span) -> object:
        if isinstance(held, Listed):
            if name in held.keys:
                return held.items[held.keys.index(name)]
            return held.items[int(name)] if not held.keys and name.isdigit() and int(name) < len(held.items) else None
        return unread(f"the field {name} of what only the run knows", span) if isinstance(held, tuple) and held else None

    # Data -----------------------------------------------------------------------------------------------------------------

    def each(self, found: Found, change: Callable[[object], object]) -> Found:
        """`change` applied to every alternative."""
        return self.tidy([Alternative(a.when, change(a.held)) for a in found])

    def tidy(self, alternatives: list[Alternative[object]]) -> Found:
        """Equal alternatives united; `True` and `1` are not equal."""
        merged: dict[tuple[type, object], Condition] = {}
        for a in alternatives:
            key = (type(a.held), a.held)
            if a.when != FALSE:
                merged[key] = self.scene.conditions.either(merged.get(key, FALSE), a.when)
        return tuple(Alternative(when, key[1]) for key, when in merged.items())

    def strings(self, found: Found) -> Value:
        """The data as text."""
        return self.scene.algebra.each(found, as_text)

    def flag(self, holds: Condition) -> Found:
        """A boolean."""
        return self.tidy([Alternative(holds, True), Alternative(self.scene.conditions.no(holds), False)])

    def truthy(self, found: Found, span: Span | None = None) -> Condition:
        """Go's truth: not false, 0, nil, or empty."""
        conditions = self.scene.conditions
        return conditions.any(conditions.both(a.when, self._true(a.held, span)) for a in found)

    def _true(self, held: object, span: Span | None) -> Condition:
        if isinstance(held, tuple):
            if len(held) == 1 and isinstance(held[0], Symbol) and held[0].kind is Kind.BOOLEAN:
                return self.scene.judge.true(held, span)
            return self.scene.conditions.no(self.scene.judge.empty(held, span))
        return TRUE if (held.items if isinstance(held, Listed) else held) else FALSE

    def rows(self, arguments: Sequence[Found]) -> list[tuple[Condition, list[Str]]]:
        """Every combination of the arguments as texts."""
        values = [self.strings(argument) for argument in arguments]
        return [(row.when, list(row.held)) for row in self.scene.algebra.product(values)]


def as_text(held: object) -> Str:
    """A datum as Go prints it."""
    if isinstance(held, Listed):
        return (*text("["), *join([as_text(item) for item in held.items], " "), *text("]"))
    return scalar_text(held)


# Functions ----------------------------------------------------------------------------------------------------------------


def texts(work: Callable[[list[Str]], object], least: int = 1) -> Function:
    """A function of the texts of its arguments; where `work` gives None it cannot be worked out."""

    def run(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
        if len(arguments) < least:
            return one(unread("a template function with too few arguments", span))
        made: list[Alternative[object]] = []
        for when, row in renderer.rows(arguments):
            held = work(row)
            made.append(Alternative(when, unread("a template function of what only the run knows", span) if held is None else held))
        return renderer.tidy(made)

    return run


def tests(holds: Callable[[Renderer, list[Str], Span], Condition], least: int = 2) -> Function:
    """A function that says whether something holds of the texts of its arguments."""

    def run(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
        conditions = renderer.scene.conditions
        if len(arguments) < least:
            return one(unread("a template function with too few arguments", span))
        return renderer.flag(conditions.any(conditions.both(when, holds(renderer, row, span)) for when, row in renderer.rows(arguments)))

    return run


def _equal(renderer: Renderer, row: list[Str], span: Span) -> Condition:
    """`eq a b c`: a is b or c."""
    return renderer.scene.conditions.any(renderer.scene.judge.equal(row[0], other, span) for other in row[1:])


def _negated(function: Function) -> Function:
    def run(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
        return renderer.flag(renderer.scene.conditions.no(renderer.truthy(function(renderer, arguments, span), span)))

    return run


COMPARED: Mapping[str, Callable[..., bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _ordered(operator: str) -> Function:
    def holds(left: str, right: str) -> bool:
        if left.isdigit() and right.isdigit():
            return COMPARED[operator](int(left), int(right))
        return COMPARED[operator](left, right)

    def test(renderer: Renderer, row: list[Str], span: Span) -> Condition:
        return renderer.scene.judge.ordered(row[0], operator, row[1], holds, span, "as text")

    return tests(test)


def _choice(renderer: Renderer, arguments: list[Found], first: bool) -> Found:
    """`or`: the first argument that is true, else the last; `and` the first that is not."""
    conditions = renderer.scene.conditions
    made: list[Alternative[object]] = []
    going = TRUE
    for index, found in enumerate(arguments):
        for a in found:
            true = renderer.truthy((Alternative(TRUE, a.held),))
            ends = TRUE if index == len(arguments) - 1 else true if first else conditions.no(true)
            made.append(Alternative(conditions.all((going, a.when, ends)), a.held))
        true = renderer.truthy(found)
        going = conditions.both(going, conditions.no(true) if first else true)
    return renderer.tidy(made)


def _not(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    return renderer.flag(renderer.scene.conditions.no(renderer.truthy(arguments[0], span) if arguments else FALSE))


def _index(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    """`index map "key"`, `index list 0`."""
    found = arguments[0] if arguments else one(None)
    for argument in arguments[1:]:
        keys = [plain(a.held) for a in renderer.strings(argument)]
        if len(keys) != 1 or keys[0] is None:
            return one(unread("an index that only the run knows", span))
        found = renderer.within(found, [keys[0]], span)
    return found


def _len(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    def size(held: object) -> object:
        if isinstance(held, Listed):
            return float(len(held.items))
        known = plain(held) if isinstance(held, tuple) else None
        return unread("a length that only the run knows", span) if known is None else float(len(known))

    return renderer.each(arguments[0], size) if arguments else one(0.0)


def _printf(row: list[Str]) -> Str | None:
    """`printf`: `%s`, `%v` and `%d`."""
    shape = plain(row[0])
    if shape is None:
        return None
    made: Str = ()
    rest = row[1:]
    parts = shape.replace("%v", "%s").replace("%d", "%s").split("%s")
    for index, part in enumerate(parts):
        made = (*made, *((rest[index - 1] if index <= len(rest) else ()) if index else ()), *text(part.replace("%%", "%")))
    return made


BUILTIN: Mapping[str, Function] = {
    "eq": tests(_equal),
    "ne": _negated(tests(_equal)),
    "lt": _ordered("<"),
    "le": _ordered("<="),
    "gt": _ordered(">"),
    "ge": _ordered(">="),
    "not": _not,
    "or": lambda renderer, arguments, span: _choice(renderer, arguments, True),
    "and": lambda renderer, arguments, span: _choice(renderer, arguments, False),
    "index": _index,
    "len": _len,
    "print": texts(lambda row: join(row)),
    "println": texts(lambda row: (*join(row, " "), *text("\n"))),
    "printf": texts(_printf),
}

__all__ = ["Field", "Found", "Function", "Listed", "Names", "Renderer", "Unreadable", "as_text", "tests", "texts"]
