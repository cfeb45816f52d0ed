"""GitLab's rule expressions on variables that are known in part.

Source: https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions, and lib/gitlab/ci/pipeline/expression/ of GitLab; the same on
variables that are known whole is `expressions/gitlab_values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.expressions import gitlab_values as known
from latest_guard.expressions.tree import Binary, Call, Constant, Expression, Name, Not
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.evaluation import Contexts, Found, boolean, evaluate_shared, lift, tidy, to_str
from latest_guard.replay.testing import head
from latest_guard.values import Colour, Str, colours, plain, show

if TYPE_CHECKING:
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: Variables that hold the name of a tag and of nothing else: a pattern that it is not of may be that of another component's tags.
TAGS = frozenset(("CI_COMMIT_TAG", "CI_BUILD_TAG"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """The right side of `=~`."""

    text: str
    flags: str


def evaluate(scene: Scene, contexts: Contexts, expression: Expression) -> Found:
    """The alternatives of an expression's value: a string, null, a boolean, a pattern."""
    if isinstance(expression, Name):
        return variable(scene, contexts, expression.name)
    if isinstance(expression, Not):
        found = evaluate(scene, contexts, expression.operand)
        return boolean(scene, scene.conditions.no(_any(scene, found, lambda held: _stands(scene, held, expression.span))))
    if isinstance(expression, Binary):
        return _binary(scene, contexts, expression)
    if isinstance(expression, Call) and expression.function == "regex":
        pattern, flags = (argument.value if isinstance(argument, Constant) else "" for argument in expression.arguments)
        return one(Pattern(str(pattern), str(flags)))
    return evaluate_shared(scene, contexts, expression)


def variable(scene: Scene, contexts: Contexts, name: str) -> Found:
    """What a variable holds, or a context of this name. The case of letters counts."""
    env = contexts.names.get("env")
    held = env.get(name) if isinstance(env, Mapping) else None
    if held is None:
        held = contexts.names.get(name)
    if held is not None:
        return lift(scene, held)
    return contexts.absent(name, contexts.settings) if contexts.absent else one(None)


def _binary(scene: Scene, contexts: Contexts, node: Binary) -> Found:
    left = evaluate(scene, contexts, node.left)
    if node.operator in ("&&", "||"):
        return _logical(scene, contexts, node, left)
    conditions, found = scene.conditions, FALSE
    tagged = isinstance(node.left, Name) and node.left.name in TAGS
    for a in left:
        for b in evaluate(scene, contexts, node.right):
            when = conditions.both(a.when, b.when)
            if when != FALSE:
                found = conditions.either(found, conditions.both(when, _related(scene, a.held, node, b.held, tagged)))
    return boolean(scene, found)


def _logical(scene: Scene, contexts: Contexts, node: Binary, left: Found) -> Found:
    """`&&` and `||` yield one of their sides; on the way they stop at null and false alone."""
    conditions = scene.conditions
    made: list[Alternative[object]] = []
    right: Found | None = None
    for a in left:
        stands = _stands(scene, a.held, node.span)
        goes = conditions.both(a.when, stands if node.operator == "&&" else conditions.no(stands))
        stays = conditions.both(a.when, conditions.no(goes))
        made.append(Alternative(stays, a.held if node.operator == "||" else None))
        if goes != FALSE:
            right = evaluate(scene, contexts, node.right) if right is None else right
            made += [Alternative(conditions.both(goes, b.when), b.held) for b in right]
    return tidy(scene, made)


def _any(scene: Scene, found: Found, holds: Callable[[object], Condition]) -> Condition:
    return scene.conditions.any(scene.conditions.both(a.when, holds(a.held)) for a in found)


def _stands(scene: Scene, held: object, span: Span) -> Condition:
    """The condition that a value is neither null nor false. What a person or the settings may have left out may be null."""
    if isinstance(held, tuple) and colours(held) & (Colour.SETTING | Colour.PERSON):
        return scene.conditions.no(scene.judge.empty(held, span))
    return FALSE if held in (None, False) else TRUE


def _related(scene: Scene, left: object, node: Binary, right: object, tagged: bool) -> Condition:
    """`left operator right`."""
    if node.operator in ("!=", "!~"):
        return scene.conditions.no(_holds(scene, left, node.operator == "!=", right, node.span, tagged))
    return _holds(scene, left, node.operator == "==", right, node.span, tagged)


def _holds(scene: Scene, left: object, equality: bool, right: object, span: Span, tagged: bool) -> Condition:
    if equality:
        return _equal(scene, left, right, span)
    if left is None:
        return FALSE
    if isinstance(right, Pattern):
        return _matches(scene, to_str(left), right, span, tagged)
    written = plain(right) if isinstance(right, tuple) else None
    if written is None:
        return FALSE if right is None else scene.judge.unread(f"the pattern {show(to_str(right))}", span)
    pattern = known.split(written)
    if pattern is not None:
        return _matches(scene, to_str(left), Pattern(*pattern), span, tagged)
    said = f"{show(to_str(left))} has {written!r} in it"
    return scene.judge.matches(to_str(left), lambda whole: written in whole, said, said, span)


def _equal(scene: Scene, left: object, right: object, span: Span) -> Condition:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return scene.judge.equal(left, right, span)
    for one_side, other in ((left, right), (right, left)):
        if one_side is None and isinstance(other, tuple):
            return scene.conditions.no(_stands(scene, other, span))
    return TRUE if left == right else FALSE


def _matches(scene: Scene, subject: Str, pattern: Pattern, span: Span, tagged: bool) -> Condition:
    key = f"{show(subject)} =~ /{pattern.text}/{pattern.flags}"
    try:
        known.search(pattern.text, pattern.flags, "")
    except known.UnknownError as error:
        return scene.judge.unread(str(error), span)
    fixed = head(pattern.text) if tagged else ""
    return scene.judge.matches(subject, lambda whole: known.search(pattern.text, pattern.flags, whole), key, key, span, fixed)
