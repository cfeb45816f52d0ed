"""Carrying a plan out: one step after the other, each looked at before and after, and never silent about where it stopped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.pointers.place import Place
    from latest_guard.pointers.plan import Step
    from latest_guard.sources.contract import Released

#: A registry may show what was written a little later; looked at this often, with pauses that double from FIRST_LOOK seconds.
LOOKS = 7
FIRST_LOOK = 0.1


class Halt(Exception):
    """Something went wrong half way: what was done, the step that failed and why, and what was not tried any more."""

    def __init__(self, done: tuple[Step, ...], failed: Step, cause: UserError, left: tuple[Step, ...]) -> None:
        super().__init__(str(cause))
        self.done = done
        self.failed = failed
        self.cause = cause
        self.left = left


def carry_out(steps: Sequence[Step], places: Mapping[str, Place], told: Callable[[Step], None]) -> None:
    """Carry out `steps` in their order, calling `told` after each. Raises Halt at the first that fails.

    Every step is whole by itself: after a kill at any moment each pointer is either what it was or what it was to be, and the same
    plan made anew holds what is left.
    """
    for number, step in enumerate(steps):
        try:
            carry(step, places[step.place])
        except UserError as error:
            raise Halt(tuple(steps[:number]), step, error, tuple(steps[number + 1 :])) from error
        told(step)


def carry(step: Step, place: Place) -> None:
    """Set one pointer; raises UserError where it is no longer what the plan saw, or is not then what it was set to."""
    now = place.mark(step.pointer)
    if now == step.goal:
        return
    if now != step.mark:
        raise UserError(f"{step.pointer} has been moved by somebody else since the plan was made; look at it again", place.name)
    place.put(step.pointer, step.version, step.goal)
    if await_mark(place, step.pointer, step.version, step.mark) != step.goal:
        raise UserError(f"{step.pointer} was set to {step.version.text}, and at once moved by somebody else; look at it again", place.name)


def await_mark(place: Place, pointer: str, version: Released, before: str) -> str:
    """Look at a pointer that was just set to `version` until it is no longer what it was `before`, and return its mark.

    Raises UserError where it stays that.
    """
    pause = FIRST_LOOK
    for _ in range(LOOKS):
        mark = place.mark(pointer)
        if mark not in ("", before):
            return mark
        time.sleep(pause)
        pause *= 2
    raise UserError(f"{pointer} was set to {version.text} and does not show it; look at it again", place.name)
