"""Which doors of a repository are guarded, and what stands in the way of the others."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.doors.configured import ConfiguredHook
from latest_guard.doors.hook_file import HookFile
from latest_guard.doors.installer import DOORS, LOCAL_DOORS, Choice, every_place, places
from latest_guard.doors.place import Place, read
from latest_guard.doors.premises import CONFIGURED_HOOKS, Premises
from latest_guard.doors.shims import START
from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One door: whether it is guarded, and where or why not."""

    door: str
    guarded: bool
    words: str


def diagnose(premises: Premises, choice: Choice) -> list[Diagnosis]:
    """Look at the doors that a repository has: a bare one has the server's, every other has those of a clone."""
    doors = ("server",) if premises.bare else LOCAL_DOORS
    return [judge(premises, door, choice) for door in doors]


def judge(premises: Premises, door: str, choice: Choice) -> Diagnosis:
    """Look at one door: each of its shims must be run from somewhere, with an interpreter that has the guard."""
    try:
        wanted = places(premises, door, replace(choice, shared=True))
    except UserError as error:
        return Diagnosis(door, False, str(error))
    troubles, found = [], []
    for shim in DOORS[door]:
        place = standing_place(premises, door, [place for place in wanted if place.shim is shim], choice)
        found.append(place.words)
        if trouble := place.trouble() or guard_trouble(place):
            troubles.append(trouble)
    if troubles:
        return Diagnosis(door, False, f"{'; '.join(troubles)} (`latest-guard install {door}` mends it)")
    return Diagnosis(door, True, ", ".join(found))


def standing_place(premises: Premises, door: str, wanted: Sequence[Place], choice: Choice) -> Place:
    """The place from which a shim is run now, be it a wanted one or another; the first wanted one when there is none."""
    others = (place for place in every_place(premises, door, choice) if place.shim is wanted[0].shim and is_run(premises, place))
    return next((place for place in (*wanted, *others) if not place.trouble()), wanted[0])


def is_run(premises: Premises, place: Place) -> bool:
    """Whether git would run a place's shim at all."""
    if isinstance(place, ConfiguredHook):
        return premises.git >= CONFIGURED_HOOKS
    return not isinstance(place, HookFile) or not place.chained or place.folder == premises.hooks


def guard_trouble(place: Place) -> str:
    """Why the interpreter that a shim starts has no guard; empty when it has. The shim in `place` is as we would write it now."""
    done = subprocess.run([sys.executable, "-E", "-c", START, "--version"], capture_output=True, check=False, cwd=Path("/"))
    return "" if done.returncode == 0 else f"{place.words} starts {sys.executable}, which cannot import latest_guard"


def remarks(premises: Premises, environment: Mapping[str, str]) -> list[str]:
    """What a user should know although nothing is broken."""
    found = []
    for name, value in (("HUSKY", "0"), ("LEFTHOOK", "0"), ("LEFTHOOK", "false")):
        if environment.get(name) == value:
            found.append(f"{name}={value} is set: hooks that run through it are off in this shell")
    if not premises.bare and "monotonic-tag" in read(premises.top / ".pre-commit-config.yaml"):
        found.append(FRAMEWORK_LIMITS)
    return found


#: What the pre-commit framework cannot see, whoever wrote the hook.
FRAMEWORK_LIMITS = (
    "monotonic-tag in .pre-commit-config.yaml: pre-commit and prek do not run any hook when a tag is pushed whose commit the remote has"
    " already, nor for deletions, and show only the first ref of a push; the pre-push door sees them all"
)
