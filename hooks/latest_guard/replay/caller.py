"""Who runs a file that no pipeline of the repository runs: somebody, or a system that is not read, with a version to be released.

What that caller gives is not in any file: arguments, and variables of the environment.  A name that asks for a version holds the
released one; so do the names by which CI systems tell the tag.  Everything else is the caller's choice.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.pipeline import Scenario, Start
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import TRUE, Condition, Test, TestKind
from latest_guard.replay.dialect import SHELL
from latest_guard.replay.evaluation import Contexts
from latest_guard.replay.loose import CALLED
from latest_guard.shell.tree import Body, Function, Parameter
from latest_guard.values import Colour, Literal, Symbol, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.evaluation import Found
    from latest_guard.replay.pointers import Watch
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span
    from latest_guard.values import Data, Str

#: The variables by which CI systems tell the tag that they run for.
TAGS = frozenset(
    (
        "GITHUB_REF_NAME", "CI_COMMIT_TAG", "CI_COMMIT_REF_NAME", "CI_BUILD_TAG", "TRAVIS_TAG", "TRAVIS_BRANCH", "CIRCLE_TAG", "DRONE_TAG",
        "BUILDKITE_TAG", "CIRRUS_TAG", "APPVEYOR_REPO_TAG_NAME", "BITBUCKET_TAG", "SEMAPHORE_GIT_TAG_NAME", "BUILD_SOURCEBRANCHNAME",
        "TAG_NAME", "GIT_TAG", "GIT_TAG_NAME", "RELEASE_TAG",
    )
)  # fmt: skip
#: The same where the name of the ref is told in full.
REFS = frozenset(("GITHUB_REF", "DRONE_COMMIT_REF", "BUILD_SOURCEBRANCH", "SEMAPHORE_GIT_REF"))
#: Variables that say that it is a CI system that runs this, or which run it is.
SYSTEMS = (
    "CI", "CI_", "GITHUB_", "TRAVIS_", "CIRCLE_", "CIRCLECI", "DRONE_", "BUILDKITE", "CIRRUS_", "BITBUCKET_", "SEMAPHORE_", "JENKINS_",
)  # fmt: skip
#: A positional parameter that is given a name.
_NAMED = re.compile(r"""\b([A-Za-z_]\w{0,60})=["']?\$\{?(\d)\b""")
#: A positional parameter that is the tag of an image.
_TAGGING = re.compile(r"[\w}]:\$\{?(\d)\b")
#: A pattern for versions that begin with a `v`.
_WITH_V = re.compile(r"\^v|\bv(?:\[0-9\]|\*|\(\[0-9\]|\\d)")
#: A positional parameter that says what is to be done: `case "$1" in`.
_WAY = re.compile(r"""\bcase[ \t]{1,8}["']?\$\{?(\d)\b""")
#: A variable of a makefile that is set to a text.
_FIXED = re.compile(r"^(?:export[ \t]{1,4})?(\w{1,80})[ \t]{0,40}:{0,2}=[ \t]{0,40}([^\s$#]{1,80})[ \t]{0,40}(?:#.*)?$", re.MULTILINE)
#: A name that has a default: `NAME ?= x` in a makefile, `${NAME:-x}` in a script.
_DEFAULT = re.compile(r"^[ \t]{0,8}(?:export[ \t]{1,4})?(\w{1,80})[ \t]{0,40}\?=|\$\{(\w{1,80}):?[-=]", re.MULTILINE)
_BRANCH = re.compile(r"branch", re.IGNORECASE)
#: No script asks for more of its arguments by their numbers.
MOST = 9


def scenario(span: Span) -> Scenario:
    """The scenario `called` of a file whose place is `span`."""
    tag = accident.released_tag()
    assert tag is not None
    ref: Str = (Literal("refs/tags/"), *tag)
    variables: dict[str, Data] = {**dict.fromkeys(sorted(TAGS), tag), **dict.fromkeys(sorted(REFS), ref), "GITHUB_REF_TYPE": text("tag")}
    return Scenario(CALLED, Start.ENTRY, span, variables=variables)


def contexts(scene: Scene) -> Contexts:
    """What a script can ask for that no pipeline runs."""
    return Contexts({}, lambda _: TRUE, absent=lambda name, _: absent(scene, name))


def absent(scene: Scene, name: str) -> Found:
    """What a variable holds that no file sets."""
    if name in SHELL or name.lower() == name:
        return one(None)
    if accident.names_version(name):
        return one(accident.typed(name, f"${name}", pattern=_form(scene, name)))
    if name.startswith(SYSTEMS):
        return one((Symbol(f"${name}", Colour.CIRCUMSTANCE),))
    if _BRANCH.search(name):
        return one((Symbol(f"${name}", Colour.BRANCH),))
    given = Alternative(_given(scene, name), (Symbol(f"${name}", Colour.PERSON),))
    return (given, Alternative(scene.conditions.no(given.when), None))


def _given(scene: Scene, name: str) -> Condition:
    """The condition that the caller sets a variable: left to the caller where the file has a default for it, else taken for granted."""
    source = scene.tree.source(scene.scenario.span.path)
    if source is None or name not in _defaults(source.text):
        return TRUE
    return scene.conditions.test(Test(f"${name} is given", TestKind.PERSON, f"${name} is given"))


@lru_cache(maxsize=16)
def _defaults(said: str) -> frozenset[str]:
    """The names that have a default in a file."""
    return frozenset(found[1] or found[2] for found in _DEFAULT.finditer(said))


def _form(scene: Scene, name: str) -> str:
    """How a version is written that is given by this name: with a `v` where the name or the file that is called asks for one."""
    source = scene.tree.source(scene.scenario.span.path)
    return "v{}" if "tag" in name.casefold() or (source is not None and _WITH_V.search(source.text)) else "{}"


def arguments(scene: Scene, body: Body, said: str) -> tuple[Str, ...]:
    """The arguments that a script is called with: as many as it asks for outside of functions, each by the name that it gets there.

    `said` is the script's text.
    """
    wanted = {parameter.name for parameter in _parameters(body)}
    most = max((int(name) for name in wanted if name.isdigit()), default=1 if wanted & {"@", "*"} else 0)
    names = dict.fromkeys(_TAGGING.findall(said), "version") | {number: name for name, number in _NAMED.findall(said)}
    ways = set(_WAY.findall(said))
    return tuple(_argument(scene, number, names.get(str(number), ""), str(number) in ways) for number in range(1, min(most, MOST) + 1))


def _argument(scene: Scene, number: int, name: str, way: bool) -> Str:
    """An argument that is given the name `name`; one that says in which of several ways a script is called means all of them."""
    if accident.names_version(name):
        return accident.typed(name, f"${number}", pattern=_form(scene, name))
    return (Symbol(f"${number}", Colour.CIRCUMSTANCE if way else Colour.PERSON | Colour.RELEASED),)


def overrides(scene: Scene, makefile: str, watch: Watch) -> list[Str]:
    """The variables that are given on make's command line: those whose names ask for a version and that a makefile sets to a fixed text."""
    found = {name: value for name, value in _FIXED.findall(makefile) if accident.names_version(name) and not watch.holds(value)}
    return [(Literal(f"{name}="), *accident.typed(name, f"$({name})", pattern=_form(scene, name))) for name in found]


def _parameters(node: object) -> Iterator[Parameter]:
    """The parameters that stand in a tree outside of functions."""
    waiting = [node]
    while waiting:
        held = waiting.pop()
        if isinstance(held, Parameter):
            yield held
        if isinstance(held, tuple):
            waiting += held
        elif is_dataclass(held) and not isinstance(held, (Function, type)):
            waiting += [getattr(held, field.name) for field in fields(held)]
