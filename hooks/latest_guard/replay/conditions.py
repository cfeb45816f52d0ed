"""Conditions: what must have come out how for a place to be reached.

A condition is a boolean function of the tests met on the way, kept as a reduced ordered binary decision diagram (Bryant 1986),
so that equal conditions are the same number, `newer and not newer` is FALSE, and both arms of an `if` together are TRUE.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.values import Colour, Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from latest_guard.source import Span

Condition: TypeAlias = int
FALSE: Condition = 0
TRUE: Condition = 1

#: Past this many nodes a further condition is no longer worked out, but unread.
NODES = 40_000


class TestKind(enum.Enum):
    """What a test asks; decides what it is worth as a condition of a move."""

    COMPARISON = "comparison"  # the order of a released and a known version
    LOOKUP = "lookup"  # did a lookup succeed and find something
    PERSON = "person"  # did somebody ask for it in this run
    PRERELEASE = "prerelease"  # is the release a prerelease
    WEAK = "weak"  # anything else that may come out either way in a release
    SCENARIO = "scenario"  # which of several cases this run is; every one of them happens
    WORK = "work"  # did a piece of work succeed, is a file there: what comes after takes it for granted
    UNREAD = "unread"  # decided by something that cannot be read here


#: Tests by which a project means to decide about a pointer.
DECIDING = frozenset((TestKind.COMPARISON, TestKind.PERSON, TestKind.WEAK))


@dataclass(frozen=True, slots=True)
class Test:
    """A question whose answer only the run will know.

    `shade` is where that came from which it asks about.  `accident` is its answer in the accident (1.27.4 after 1.28.0) where that
    can be told.  `lookups` are the lookups whose answers it compares.  `settles` is that it does not matter what runs beside it.
    """

    key: str
    kind: TestKind
    note: str
    span: Span | None = None
    accident: bool | None = None
    lookups: tuple[Lookup, ...] = ()
    shade: Colour = Colour.NONE
    settles: bool = False


class Conditions:
    """All the conditions of one scenario."""

    def __init__(self) -> None:
        self.tests: list[Test] = []
        self._by_key: dict[str, Condition] = {}
        self._nodes: list[tuple[int, Condition, Condition]] = [(1 << 30, 0, 0), (1 << 30, 1, 1)]
        self._unique: dict[tuple[int, Condition, Condition], Condition] = {}
        self._known: dict[tuple[Condition, Condition, Condition], Condition] = {}
        self._limit = NODES
        self.full = False  # conditions were not worked out any more; what came of them is unread
        self.place: Span | None = None  # where the replay is
        self._settled: dict[Condition, Condition] = {}

    # Making ----------------------------------------------------------------------------------------------------------

    def test(self, test: Test) -> Condition:
        """The condition that `test` comes out true; the same key is the same test."""
        found = self._by_key.get(test.key)
        if found is None:
            self.tests.append(test)
            found = self._by_key[test.key] = self._node(len(self.tests) - 1, FALSE, TRUE)
        return found

    def choice(self, name: str, count: int, kind: TestKind, note: str, span: Span | None = None) -> list[Condition]:
        """`count` conditions of which exactly one holds."""
        made: list[Condition] = []
        rest = TRUE
        for index in range(count - 1):
            this = self.test(Test(f"{name}#{index}", kind, note, span))
            made.append(self.both(rest, this))
            rest = self.both(rest, self.no(this))
        return [*made, rest]

    def _node(self, level: int, low: Condition, high: Condition) -> Condition:
        if low == high:
            return low
        key = (level, low, high)
        found = self._unique.get(key)
        if found is None:
            found = len(self._nodes)
            self._nodes.append(key)
            self._unique[key] = found
        return found

    # Combining -------------------------------------------------------------------------------------------------------

    def both(self, left: Condition, right: Condition) -> Condition:
        """`left and right`."""
        if left in (TRUE, right):
            return right
        if right == TRUE:
            return left
        if left == FALSE or right == FALSE:
            return FALSE
        return self._choose(left, right, FALSE) if left < right else self._choose(right, left, FALSE)

    def either(self, left: Condition, right: Condition) -> Condition:
        """`left or right`."""
        if left in (FALSE, right):
            return right
        if right == FALSE:
            return left
        if left == TRUE or right == TRUE:
            return TRUE
        return self._choose(left, TRUE, right) if left < right else self._choose(right, TRUE, left)

    def no(self, condition: Condition) -> Condition:
        """`not condition`."""
        if condition <= TRUE:
            return TRUE - condition
        return self._choose(condition, FALSE, TRUE)

    def all(self, conditions: Iterable[Condition]) -> Condition:
        """All of them."""
        result = TRUE
        for condition in conditions:
            result = self.both(result, condition)
        return result

    def any(self, conditions: Iterable[Condition]) -> Condition:
        """At least one of them."""
        result = FALSE
        for condition in conditions:
            result = self.either(result, condition)
        return result

    def _choose(self, test: Condition, then: Condition, otherwise: Condition) -> Condition:
        """`then` where `test` holds, else `otherwise` (the ITE operator)."""
        if test == TRUE or then == otherwise:
            return then
        if test == FALSE:
            return otherwise
        key = (test, then, otherwise)
        found = self._known.get(key)
        if found is not None:
            return found
        if len(self._nodes) > self._limit:
            return self._overflow()
        first, second, third = self._nodes[test], self._nodes[then], self._nodes[otherwise]
        level = min(first[0], second[0], third[0])
        tested, low_then, low_else = first[0] == level, second[0] == level, third[0] == level
        low = self._choose(first[1] if tested else test, second[1] if low_then else then, third[1] if low_else else otherwise)
        high = self._choose(first[2] if tested else test, second[2] if low_then else then, third[2] if low_else else otherwise)
        result = self._known[key] = self._node(level, low, high)
        return result

    def _overflow(self) -> Condition:
        """Past the bound every condition is one and the same unread test, until more are allowed."""
        self.full = True
        key = f"too many conditions {self._limit}"
        return self.test(Test(key, TestKind.UNREAD, "too many conditions meet here to be worked out", self.place))

    def allow(self, parts: int = 1) -> None:
        """Work out as many conditions again as the bound is: for a further job, for a verdict; or this part of them, for a further step."""
        self._limit = len(self._nodes) + NODES // parts
        self.full = False

    # Asking ------------------------------------------------------------------------------------------------------------

    def support(self, condition: Condition) -> list[Test]:
        """The tests on which `condition` depends, in the order in which they were met."""
        return [self.tests[level] for level in sorted(self._levels(condition))]

    def _levels(self, condition: Condition) -> set[int]:
        levels: set[int] = set()
        seen = {FALSE, TRUE}
        stack = [condition]
        while stack:
            at = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            level, low, high = self._nodes[at]
            levels.add(level)
            stack += (low, high)
        return levels

    def given(self, condition: Condition, answer: Callable[[Test], bool | None]) -> Condition:
        """`condition` where the tests that `answer` knows have come out as it says."""
        answers: dict[int, bool] = {}
        for level in self._levels(condition):
            known = answer(self.tests[level])
            if known is not None:
                answers[level] = known
        return self._restrict(condition, answers, {})

    def _restrict(self, at: Condition, answers: Mapping[int, bool], known: dict[Condition, Condition]) -> Condition:
        if at <= TRUE:
            return at
        if at not in known:
            level, low, high = self._nodes[at]
            if level in answers:
                known[at] = self._restrict(high if answers[level] else low, answers, known)
            else:
                known[at] = self._node(level, self._restrict(low, answers, known), self._restrict(high, answers, known))
        return known[at]

    def possible(self, condition: Condition, free: Callable[[Test], bool]) -> Condition:
        """Can `condition` hold for some answer to the tests that are `free`? A condition of the other tests."""
        levels = {level for level in self._levels(condition) if free(self.tests[level])}
        return self._quantify(condition, levels, {})

    def settled(self, condition: Condition) -> Condition:
        """`condition` without the tests of work: what could be reached if they come out in some way is taken to be reached."""
        if condition <= TRUE:
            return condition
        found = self._settled.get(condition)
        if found is None:
            found = self._settled[condition] = self.possible(condition, lambda test: test.kind is TestKind.WORK)
        return found

    def certain(self, condition: Condition, free: Callable[[Test], bool]) -> Condition:
        """Does `condition` hold for every answer to the tests that are `free`? A condition of the other tests."""
        return self.no(self.possible(self.no(condition), free))

    def _quantify(self, at: Condition, levels: set[int], known: dict[Condition, Condition]) -> Condition:
        if at <= TRUE:
            return at
        if at not in known:
            level, low, high = self._nodes[at]
            below, above = self._quantify(low, levels, known), self._quantify(high, levels, known)
            if level in levels:
                known[at] = self.either(below, above)
            else:
                known[at] = self._choose(self._node(level, FALSE, TRUE), above, below)
        return known[at]
