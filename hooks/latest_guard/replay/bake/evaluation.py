"""Bake's expressions worked out: HCL's operators, templates, loops, and the functions that a file declares itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import one
from latest_guard.replay.bake.functions import FUNCTIONS, Asked, equal, ordered, picked
from latest_guard.replay.bake.tree import (
    Block,
    Call,
    Constant,
    Expression,
    Listing,
    Loop,
    Member,
    Name,
    Operation,
    Table,
    Template,
)
from latest_guard.replay.bake.values import Data, Fields, Found, Items
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import compact
from latest_guard.values import Literal, Str, join, plain, scalar_text, text, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.source import Span

#: Expressions inside expressions, and calls of functions that call others.
DEPTH = 80
#: Rounds of a loop.
ROUNDS = 200


@dataclass
class Evaluator:
    """Works out expressions. `variable` says what a name at the top of the files is; `functions` are those that they declare."""

    data: Data
    variable: Callable[[str, Span], Found]
    functions: Mapping[str, Block]
    depth: int = 0
    names: dict[str, Found] = field(default_factory=dict)  # arguments, and what a loop goes through

    def value(self, expression: Expression) -> Found:
        """What the expression yields."""
        if self.depth > DEPTH or self.data.scene.tired():
            return one(unread("an expression that leads too deep", expression.span))
        self.depth += 1
        found = self._value(expression)
        self.depth -= 1
        return found

    def _value(self, expression: Expression) -> Found:
        if isinstance(expression, Template):
            return self._template(expression)
        if isinstance(expression, Constant):
            return one(expression.value)
        if isinstance(expression, Name):
            return self.names[expression.name] if expression.name in self.names else self.variable(expression.name, expression.span)
        if isinstance(expression, Listing):
            return self._listing(expression)
        if isinstance(expression, Table):
            return self._table(expression)
        if isinstance(expression, Operation):
            return self._operation(expression)
        if isinstance(expression, Call):
            return self._call(expression)
        if isinstance(expression, Member):
            return picked(Asked(self.data, [self.value(expression.of), self.value(expression.key)], expression.span))
        if isinstance(expression, Loop):
            return self._loop(expression)
        return one(unread(expression.reason, expression.span))

    # Strings and collections ------------------------------------------------------------------------------------------------

    def _template(self, expression: Template) -> Found:
        if len(expression.parts) == 1 and not isinstance(expression.parts[0], Literal):
            return self.value(expression.parts[0])  # HCL: a template of one interpolation keeps its type
        algebra = self.data.scene.algebra
        values = [one((part,)) if isinstance(part, Literal) else self.data.strings(self.value(part)) for part in expression.parts]
        if not values:
            return one(())
        return algebra.bounded(algebra.each(algebra.product(values), lambda row: compact(join(list(row)))))

    def _listing(self, expression: Listing) -> Found:
        entries: list[tuple[Condition, object]] = []
        for item in expression.items:
            entries += [(a.when, a.held) for a in self.value(item)]
        return one(Items(tuple(entries)))

    def _table(self, expression: Table) -> Found:
        fields: list[tuple[str, object]] = []
        for key, item in expression.items:
            name = plain(self.data.strings(self.value(key))[0].held) or ""
            found = self.value(item)
            fields.append((name, found[0].held if len(found) == 1 else Items(tuple((a.when, a.held) for a in found))))
        return one(Fields(tuple(fields)))

    def _loop(self, expression: Loop) -> Found:
        """`for`: an element for each one that passes the test."""
        both = self.data.scene.conditions.both
        entries: list[tuple[Condition, object]] = []
        fields: list[tuple[str, object]] = []
        before = dict(self.names)
        for when, key, held in self._elements(expression):
            self.names[expression.names[-1]] = one(held)
            if len(expression.names) > 1:
                self.names[expression.names[0]] = one(key)
            passes = TRUE if expression.test is None else self.data.truthy(self.value(expression.test), expression.span)
            here = both(when, passes)
            for a in self.value(expression.value) if here != FALSE else ():
                if expression.key is not None:
                    fields.append((plain(self.data.strings(self.value(expression.key))[0].held) or "", a.held))
                entries.append((both(here, a.when), a.held))
        self.names = before
        return one(Fields(tuple(fields))) if expression.key is not None else one(Items(tuple(e for e in entries if e[0] != FALSE)))

    def _elements(self, expression: Loop) -> list[tuple[Condition, object, object]]:
        found = self.value(expression.of)
        made: list[tuple[Condition, object, object]] = []
        for a in found:
            if isinstance(a.held, Fields):
                made += [(a.when, text(key), held) for key, held in a.held.entries]
        if not made:
            made = [(when, float(at), held) for at, (when, held) in enumerate(self.data.entries(found))]
        return made[:ROUNDS]

    # Operators and calls ----------------------------------------------------------------------------------------------------

    def _operation(self, expression: Operation) -> Found:
        if expression.operator == "?":
            return self._choice(expression)
        found = [self.value(operand) for operand in expression.operands]
        asked = Asked(self.data, found, expression.span)
        if expression.operator in ("&&", "||"):
            holds = [self.data.truthy(one_of, expression.span) for one_of in found]
            conditions = self.data.scene.conditions
            return self.data.flag(conditions.all(holds) if expression.operator == "&&" else conditions.any(holds))
        if expression.operator == "!":
            return self.data.flag(self.data.scene.conditions.no(self.data.truthy(found[0], expression.span)))
        return self._compared(expression.operator, asked)

    def _compared(self, operator: str, asked: Asked) -> Found:
        conditions = self.data.scene.conditions
        decide = {"==": equal, "!=": equal}.get(operator) or (ordered(operator) if operator in ("<", "<=", ">", ">=") else None)
        if decide is not None:
            holds = conditions.any(conditions.both(when, decide(asked, row)) for when, row in asked.rows())
            return self.data.flag(conditions.no(holds) if operator == "!=" else holds)
        named = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}.get(operator)
        return FUNCTIONS[named](asked) if named and len(asked.arguments) > 1 else one(unread("an operator", asked.span))

    def _choice(self, expression: Operation) -> Found:
        test, then, otherwise = expression.operands
        conditions = self.data.scene.conditions
        holds = self.data.truthy(self.value(test), expression.span)
        parts: list[tuple[Condition, Found]] = []
        if holds != FALSE:
            parts.append((holds, self.value(then)))
        if holds != TRUE:
            parts.append((conditions.no(holds), self.value(otherwise)))
        return self._lists_as_one(parts)

    def _lists_as_one(self, parts: list[tuple[Condition, Found]]) -> Found:
        """Two lists of which one is there are one list whose elements are there under conditions."""
        both = self.data.scene.conditions.both
        if not all(isinstance(a.held, Items) for _, found in parts for a in found):
            return self.data.join(parts)
        entries: list[tuple[Condition, object]] = []
        for when, found in parts:
            entries += [(both(when, there), held) for there, held in self.data.entries(found)]
        return one(Items(tuple(entry for entry in entries if entry[0] != FALSE)))

    def _call(self, expression: Call) -> Found:
        found = [self.value(argument) for argument in expression.arguments]
        if expression.spreads and found:
            found = [*found[:-1], *(one(held) for _, held in self.data.entries(found[-1]))]
        own = self.functions.get(expression.function)
        if own is not None:
            return self._own(own, found)
        function = FUNCTIONS.get(expression.function)
        if function is None:
            return one(unread(f"`{expression.function}` is no function that is known here", expression.span))
        return function(Asked(self.data, found, expression.span)) if found or expression.function == "timestamp" else one(None)

    def _own(self, block: Block, arguments: list[Found]) -> Found:
        """A function that the file declares."""
        result = block.attributes.get("result")
        if result is None:
            return one(None)
        names = [name.name for name in _named(block.attributes.get("params"))]
        rest = block.attributes.get("variadic_params")
        before = self.names
        self.names = dict(zip(names, arguments, strict=False))
        if isinstance(rest, Name):
            self.names[rest.name] = one(Items(tuple((a.when, a.held) for found in arguments[len(names) :] for a in found)))
        made = self.value(result)
        self.names = before
        return made


def _named(expression: Expression | None) -> list[Name]:
    return [item for item in expression.items if isinstance(item, Name)] if isinstance(expression, Listing) else []


def as_words(data: Data, found: Found) -> list[tuple[Condition, Str]]:
    """The elements of a list as texts."""
    return [(when, scalar_text(held)) for when, held in data.entries(found)]
