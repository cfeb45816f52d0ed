"""The ways in which a GitLab pipeline starts.

Source: https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable.  A configuration does not say what starts it:
every push of a tag or a branch does, and a schedule may; other sources make a scenario where the rules ask for them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.expressions import regular
from latest_guard.expressions.tree import Binary, Call, Constant, Expression, Name, walk
from latest_guard.pipeline import Scenario, Start
from latest_guard.systems.gitlab.variables import is_predefined, predefined
from latest_guard.values import Colour, Data, Str, Symbol, samples, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from latest_guard.pipeline import Rule
    from latest_guard.source import Source

REFS = frozenset({"CI_COMMIT_TAG", "CI_COMMIT_REF_NAME", "CI_COMMIT_BRANCH", "CI_BUILD_REF_NAME", "CI_BUILD_TAG"})
DEFAULT_BRANCHES = ("main", "master", "trunk", "develop", "devel")
MAX_BRANCHES = 4
#: Sources that a person is behind, and those that another pipeline or program is: either may give a version along.
PERSONS = ("web", "chat")
PROGRAMS = ("trigger", "api", "pipeline")


def scenarios(source: Source, rules: Iterable[Rule], form: Mapping[str, Data], defined: frozenset[str]) -> tuple[Scenario, ...]:
    """The scenarios of a configuration with these rules.

    `form` are the variables that it shows to who starts a pipeline by hand, `defined` the names of all that it sets.
    """
    rules = tuple(rules)
    asked = [part for rule in rules if rule.condition for part in walk(rule.condition)]
    wanted = [part for rule in rules if rule.condition and rule.runs for part in walk(rule.condition)]
    span = source.span(0, 0)
    named = _compared(asked, REFS)
    default = next((name for name in DEFAULT_BRANCHES if name in named), DEFAULT_BRANCHES[0])
    sources = set(_compared(asked, frozenset({"CI_PIPELINE_SOURCE"})))
    tag = with_prerelease(released_tag(wanted), asked)
    tagged = any(isinstance(part, Name) and part.name in ("CI_COMMIT_TAG", "CI_BUILD_TAG") for part in asked) or bool(_patterns(asked))

    def made(name: str, start: Start, variables: Mapping[str, Data]) -> Scenario:
        return Scenario(name, start, span, {}, variables)

    found = [made("push:tag", Start.RELEASE, predefined("push", default, tag=tag))]
    other = other_tag(wanted, tag)
    if other:
        found.append(made("push:tag:other", Start.RELEASE, predefined("push", default, tag=other)))
    for name, branch in _branches(default, named):
        line = not tagged and accident.is_release_line(branch)
        found.append(made(name, Start.RELEASE if line else Start.BRANCH, predefined("push", default, on=branch)))
    found.append(made("schedule", Start.BRANCH, predefined("schedule", default, on=text(default))))
    if "merge_request_event" in sources:
        found.append(
            made("merge_request_event", Start.BRANCH, predefined("merge_request_event", default, on=accident.branch("the branch")))
        )
    for one in (*PERSONS, *PROGRAMS):
        if one in sources or (one == "web" and (form or _asks_more(asked, defined))):
            contexts: dict[str, Data] = {"variables": dict(form)} if one in PERSONS and form else {}
            found.append(Scenario(one, Start.MANUAL, span, contexts, predefined(one, default, on=text(default))))
            if tagged and one in sources:
                found.append(Scenario(f"{one}:tag", Start.RELEASE, span, contexts, predefined(one, default, tag=tag)))
    return tuple(found)


def _asks_more(asked: list[Expression], defined: frozenset[str]) -> bool:
    """Whether rules ask for variables that no file sets: who starts a pipeline may."""
    return any(isinstance(part, Name) and part.name not in defined and not is_predefined(part.name) for part in asked)


def _branches(default: str, named: list[str]) -> list[tuple[str, Str]]:
    others = [name for name in named if name != default][:MAX_BRANCHES]
    found: list[tuple[str, Str]] = [("push:branch", text(default))]
    found += [(f"push:branch:{name}", text(name)) for name in others]
    return [*found, ("push:branch:other", accident.branch("the branch"))]


def _compared(asked: list[Expression], names: frozenset[str]) -> list[str]:
    """The texts with which the rules compare the variables `names`, in their order."""
    found = []
    for part in asked:
        if isinstance(part, Binary) and part.operator in ("==", "!="):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(one, Name) and one.name in names and isinstance(other, Constant) and isinstance(other.value, str):
                    found.append(other.value)
    return list(dict.fromkeys(filter(None, found)))


# The tag ----------------------------------------------------------------------------------------------------------------

PREFIX = re.compile(r"\^((?:[A-Za-z0-9_/@-]|\\[/.-])*)")


def released_tag(asked: Iterable[Expression]) -> Str:
    """The tag that is being released, in the form that most of the patterns ask for which the rules hold against it."""
    asked = tuple(asked)
    patterns = _patterns(asked)
    compiled = [one for one in map(_accepting, patterns) if one is not None]
    if _asks_for_any(asked):
        compiled = [accepts for accepts in compiled if not accident.takes_prereleases_only(accepts, _prefixes(patterns))]

    @cache
    def count(name: str) -> int:
        return sum(accepts(name) for accepts in compiled)

    def likely(wanted: int) -> Callable[[str], bool]:
        return lambda name: count(name) >= wanted

    for wanted in range(min(len(compiled), 8), 0, -1):
        tag = accident.released_tag(likely(wanted), _prefixes(patterns))
        if tag is not None:
            return tag
    tag = accident.released_tag()
    assert tag is not None
    return tag


def with_prerelease(tag: Str, asked: Iterable[Expression]) -> Str:
    """The tag, of whose prereleases every one starts a pipeline: they are written as rules ask for them."""
    compiled = [one for one in map(_accepting, _patterns(asked)) if one is not None]
    return accident.with_prerelease(tag, lambda name: any(accepts(name) for accepts in compiled))


def _asks_for_any(asked: Iterable[Expression]) -> bool:
    """Whether a rule asks for a tag, whatever it is."""
    parts = tuple(asked)
    compared = {
        id(side) for part in parts if isinstance(part, Binary) and part.operator not in ("&&", "||") for side in (part.left, part.right)
    }
    return any(isinstance(part, Name) and part.name in ("CI_COMMIT_TAG", "CI_BUILD_TAG") and id(part) not in compared for part in parts)


def _prefixes(patterns: list[str]) -> list[str]:
    found = [match[1].replace("\\", "") for one in patterns if (match := PREFIX.match(one))]
    return [re.sub(r"v$", "", one) for one in found[:20] if one not in ("", "v")]


#: Forms of versions that are dates, in the order in which they are tried.
DATED = ("2024.10.1", "2024.10.01", "2024-10-01", "2024.10", "20241001", "24.10.1", "24.10")


def other_tag(asked: Iterable[Expression], tag: Str) -> Str:
    """A tag of a version that is a date, where rules ask for such tags besides the others; () where they do not.

    Nothing is known of it but what it is: the versions that exist already are of the other form.
    """
    worlds = samples(tag)
    for pattern in _patterns(asked):
        accepts = _accepting(pattern)
        if accepts is None or worlds is None or accepts(worlds[0]) or accepts(worlds[1]):
            continue
        found = PREFIX.match(pattern)
        prefix = found[1].replace("\\", "") if found else ""
        for form in DATED:
            if accepts(prefix + form) and not prefix.isdigit():
                return (*text(prefix), Symbol("the released tag, a date", Colour.RELEASED))
    return ()


def _patterns(asked: Iterable[Expression]) -> list[str]:
    """The patterns that the rules look for in the name of a ref, where they may be a tag's."""
    found = []
    for part in asked:
        if isinstance(part, Binary) and part.operator == "=~" and isinstance(part.left, Name) and isinstance(part.right, Call):
            first = part.right.arguments[0] if part.right.function == "regex" and part.right.arguments else None
            if part.left.name in REFS - {"CI_COMMIT_BRANCH"} and isinstance(first, Constant) and isinstance(first.value, str):
                found.append(first.value)
    return list(dict.fromkeys(found))[:12]


def _accepting(pattern: str) -> Callable[[str], bool] | None:
    try:
        compiled = regular.read(pattern)
    except regular.UnsupportedError:
        return None
    return lambda name: compiled.search(name) is not None
