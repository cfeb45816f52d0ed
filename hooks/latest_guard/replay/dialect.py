"""In what CI systems differ from GitHub where a pipeline is replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.pipeline import Start
from latest_guard.replay import gitlab_values
from latest_guard.replay.alternatives import one
from latest_guard.systems.gitlab.variables import is_predefined, unset
from latest_guard.values import Colour, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.replay.evaluation import Found, Language
    from latest_guard.replay.scene import Scene


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a CI system does in its own way.

    `language` evaluates its expressions.  Where `absent` is given, its expressions ask for variables by their bare names, variables
    may stand in each other in any order, and what nothing in the files sets holds what `absent` says; its second argument is whether
    the settings of the project are to be thought of.  A `lenient` system lets a job run though one before it does not.
    `child` is what the variables of a pipeline say that another one started.
    """

    language: Language | None = None
    absent: Callable[[Scene, str, bool], Found] | None = None
    lenient: bool = False
    child: tuple[tuple[str, str], ...] = ()


#: What every shell has or makes by itself.
SHELL = frozenset(
    (
        "IFS",
        "OPTIND",
        "OPTARG",
        "OPTERR",
        "REPLY",
        "PIPESTATUS",
        "CDPATH",
        "PS1",
        "PS2",
        "PS4",
        "POSIXLY_CORRECT",
        "ENV",
        "COLUMNS",
        "LINES",
    )
)


def gitlab_absent(scene: Scene, name: str, settings: bool) -> Found:
    """A variable that no file sets: one of GitLab's own, one that somebody gives to this run, one of the project's settings, or none."""
    if is_predefined(name):
        return one(unset(name))
    if name in SHELL or name.lower() == name:
        return one(None)
    if scene.scenario.start is Start.MANUAL and accident.names_version(name):
        scene.typed = True
        return one(accident.typed(name, f"${name}"))
    if scene.scenario.start is Start.MANUAL and not settings:
        return one((Symbol(f"${name}", Colour.PERSON),))
    return one((Symbol(f"${name}", Colour.SETTING),)) if settings or scene.scenario.start is not Start.RELEASE else one(None)


GITHUB = Dialect()
DIALECTS = {"gitlab": Dialect(gitlab_values.evaluate, gitlab_absent, lenient=True, child=(("CI_PIPELINE_SOURCE", "parent_pipeline"),))}


def dialect(system: str) -> Dialect:
    """The dialect of a CI system."""
    return DIALECTS.get(system, GITHUB)
