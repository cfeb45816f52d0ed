"""When a job or a pipeline runs: `rules`, `only` and `except`, `when`.

Sources: https://docs.gitlab.com/ci/yaml/#rules, https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except,
https://docs.gitlab.com/ci/jobs/job_rules/.  `only` and `except` are written as rules, so that there is one way to ask.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.expressions import gitlab
from latest_guard.expressions.tree import Binary, BinaryOperator, Call, Constant, Expression, Name
from latest_guard.files import normal
from latest_guard.pipeline import Rule
from latest_guard.systems.gitlab.configuration import path_matches
from latest_guard.systems.gitlab.variables import read_variables
from latest_guard.systems.shapes import is_null, words
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.files import Tree
    from latest_guard.source import Span
    from latest_guard.systems.shapes import Shapes

#: What `only` and `except` call the sources of pipelines: https://docs.gitlab.com/ci/yaml/deprecated_keywords/#onlyrefs--exceptrefs.
SOURCES = {
    "api": "api",
    "chat": "chat",
    "external": "external",
    "external_pull_requests": "external_pull_request_event",
    "merge_requests": "merge_request_event",
    "pipelines": "pipeline",
    "pushes": "push",
    "schedules": "schedule",
    "triggers": "trigger",
    "web": "web",
}
KINDS = {"branches": "CI_COMMIT_BRANCH", "tags": "CI_COMMIT_TAG"}
PATTERN = re.compile(r"(/.*/[ismU]*)(?:@.*)?\Z", re.DOTALL)

#: Files are sought for `rules: exists` among so many; past that they are taken to be there.
MAX_FILES = 50_000


def read_rules(node: Node | None, default: Node | None, tree: Tree | None, shapes: Shapes) -> tuple[Rule, ...]:
    """The rules in a list, `default` being the job's own `when`.

    What `changes` asks is taken to hold: in a pipeline for a tag it always does.
    """
    made = []
    for item in _flat(shapes.items(node, "`rules`"), 0):
        found = shapes.mapping(item, "a rule")
        if found:
            made.append(_rule(found, default, tree, shapes))
    if not made and isinstance(node, Sequence):
        made.append(Rule(None, node.span, runs=False))  # of no rules none holds
    return tuple(made)


def _flat(items: tuple[Node, ...], depth: int) -> Iterator[Node]:
    """Lists in the list, as references leave them, are part of it."""
    for item in items:
        if isinstance(item, Sequence) and depth < 10:
            yield from _flat(item.items, depth + 1)
        else:
            yield item


def _rule(node: Mapping, default: Node | None, tree: Tree | None, shapes: Shapes) -> Rule:
    asked = shapes.text(node.get("if"), "`if`")
    condition = gitlab.parse(asked) if asked is not None else None
    if not _exists(node.get("exists"), tree, shapes):
        condition = Constant(False, node.span)
    when = node.get("when") or default
    return ruled(condition, node.span, when, shapes, env=node.get("variables"), tolerant=_said(node.get("allow_failure")))


def ruled(
    condition: Expression | None, span: Span, when: Node | None, shapes: Shapes, *, env: Node | None = None, tolerant: bool = False
) -> Rule:
    """A rule with what its `when` says."""
    said = shapes.string(when, "`when`")
    if said in ("always", "on_failure") and when is not None:
        status = Call("always" if said == "always" else "failure", (), when.span)
        condition = status if condition is None else Binary("&&", condition, status, condition.span)
    manual = when.span if said == "manual" and when is not None else None
    return Rule(condition, span, said != "never", manual, read_variables(env, shapes), tolerant)


def _said(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.data() is True


def _exists(node: Node | None, tree: Tree | None, shapes: Shapes) -> bool:
    """Whether one of the files is there that a rule asks for."""
    if is_null(node) or tree is None:
        return True
    paths = node.get("paths") if isinstance(node, Mapping) else node
    wanted = [normal(one.value.lstrip("/")) for one in shapes.several(paths, "`exists`")]
    if any("$" in one for one in wanted):
        return True
    listing = tree.listing()
    return len(listing) > MAX_FILES or any(path_matches(one, path) for one in wanted for path in listing)


# only, except -----------------------------------------------------------------------------------------------------------


def read_only(job: Mapping, shapes: Shapes) -> tuple[Rule, ...]:
    """The rules that `only` and `except` are; none where the job has neither."""
    only, excepted = job.get("only"), job.get("except")
    if is_null(only) and is_null(excepted):
        return ()
    made = []
    if excepted is not None and not is_null(excepted):
        against = _any([_any(group, excepted.span) for group in _groups(excepted, shapes)], excepted.span)
        if against is not None:
            made.append(Rule(against, excepted.span, runs=False))
    if only is None or is_null(only):
        made.append(ruled(None, job.span, job.get("when"), shapes))
    else:
        wanted = _all([_any(group, only.span) for group in _groups(only, shapes)], only.span)
        made.append(ruled(wanted, only.span, job.get("when"), shapes))
    return tuple(made)


def _groups(node: Node, shapes: Shapes) -> list[list[Expression]]:
    """What is asked of the ref, and what of variables."""
    if not isinstance(node, Mapping):
        return [[_ref(one) for one in shapes.several(node, "`only` or `except`")]]
    refs = [_ref(one) for one in shapes.several(node.get("refs"), "`refs`")]
    variables = [gitlab.parse(words(one)) for one in shapes.several(node.get("variables"), "`variables`")]
    return [group for group in (refs, variables) if group]


def _ref(one: Scalar) -> Expression:
    """What one entry of `only: refs` asks."""
    span, said = one.span, words(one)
    found = PATTERN.match(said.value)
    if found:
        pattern = gitlab.parse(said.cut(0, found.end(1)))
        return Binary("=~", Name("CI_COMMIT_REF_NAME", span), pattern, span)
    name = said.value.partition("@")[0]
    if name in KINDS:
        return Name(KINDS[name], span)
    if name in SOURCES:
        return Binary("==", Name("CI_PIPELINE_SOURCE", span), Constant(SOURCES[name], span), span)
    return Binary("==", Name("CI_COMMIT_REF_NAME", span), Constant(name, span), span)


def _any(parts: list[Expression | None] | list[Expression], span: Span) -> Expression | None:
    return _joined("||", [one for one in parts if one is not None], span)


def _all(parts: list[Expression | None], span: Span) -> Expression | None:
    return _joined("&&", [one for one in parts if one is not None], span)


def _joined(operator: BinaryOperator, parts: list[Expression], span: Span) -> Expression | None:
    """One expression of several, flat enough for any walk."""
    if len(parts) < 2:
        return parts[0] if parts else None
    half = len(parts) // 2
    left, right = _joined(operator, parts[:half], span), _joined(operator, parts[half:], span)
    assert left is not None
    assert right is not None
    return Binary(operator, left, right, span)
