"""When a job or a pipeline runs: its condition, its rules, its buttons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from latest_guard.expressions.tree import Binary, Call, Every, Expression, Index, Name, Not, walk
from latest_guard.replay.conditions import DECIDING, FALSE, TRUE, Condition
from latest_guard.replay.evaluation import Contexts, Found, evaluate, truthy
from latest_guard.values import Colour, colours, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.pipeline import Binding, Rule
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

STATUS = frozenset(("success", "failure", "always", "cancelled"))


@dataclass
class Ruling:
    """What the rules say: when it runs, the variables that they set and in which case, when a failure does no harm."""

    runs: Condition = FALSE
    cases: list[tuple[Condition, tuple[Binding, ...]]] = field(default_factory=list)
    tolerant: Condition = FALSE


def asks_status(expression: Expression) -> bool:
    """Does a condition call a status function? Without one it means `success() && …`."""
    if isinstance(expression, Call):
        return expression.function.lower() in STATUS or any(map(asks_status, expression.arguments))
    if isinstance(expression, Not):
        return asks_status(expression.operand)
    if isinstance(expression, Binary):
        return asks_status(expression.left) or asks_status(expression.right)
    if isinstance(expression, (Index, Every)):
        return asks_status(expression.of)
    return False


def allowed(scene: Scene, contexts: Contexts, condition: Expression | None) -> Condition:
    """The condition of an `if:`."""
    success = contexts.status("success")
    if condition is None:
        return success
    holds = truthy(scene, noticed(scene, evaluate(scene, contexts, condition)))
    return holds if asks_status(condition) else scene.conditions.both(success, holds)


def noticed(scene: Scene, asked: Found) -> Found:
    """What a condition asks for; where the text `false` is among it, the tests on which that hangs decide nothing: every text is true."""
    for a in asked:
        if isinstance(a.held, tuple) and plain(a.held) == "false":
            scene.fooled += [test for test in scene.conditions.support(a.when) if test.kind in DECIDING]
    return asked


def decided(scene: Scene, contexts: Contexts, rules: Iterable[Rule], button: Callable[[Span], Condition]) -> Ruling:
    """What rules decide, of which the first that holds counts, whatever became of earlier jobs. `button` is that somebody presses it."""
    conditions, found, rest = scene.conditions, Ruling(), TRUE
    for rule in rules:
        heard = _heard(scene, contexts, rule.condition)
        asked = TRUE if rule.condition is None else truthy(scene, evaluate(scene, replace(heard, status=_any), rule.condition), rule.span)
        holds, rest = conditions.both(rest, asked), conditions.both(rest, conditions.no(asked))
        if holds == FALSE or not rule.runs:
            continue
        runs = conditions.both(holds, allowed(scene, heard, rule.condition))
        if rule.manual is not None:
            runs = conditions.both(runs, button(rule.manual))
        found.runs = conditions.either(found.runs, runs)
        found.cases.append((holds, rule.env))
        if rule.tolerant:
            found.tolerant = conditions.either(found.tolerant, holds)
    return found


def _any(_: str) -> Condition:
    return TRUE


def _heard(scene: Scene, contexts: Contexts, condition: Expression | None) -> Contexts:
    """A variable that is asked for beside the released version is one of the settings; alone it is what somebody gives to a run."""
    if contexts.absent is None or condition is None:
        return contexts
    names = [node for node in walk(condition) if isinstance(node, Name)]
    beside = any(Colour.RELEASED in _shade(evaluate(scene, contexts, name)) for name in names)
    return replace(contexts, settings=beside)


def _shade(found: Found) -> Colour:
    shade = Colour.NONE
    for a in found:
        shade |= colours(a.held) if isinstance(a.held, tuple) else Colour.NONE
    return shade
