"""Setting every pointer to where it should be, whatever order releases finish in and whoever does it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.pointers.image_place import NotThereError

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.pointers.image_place import ImagePlace
    from latest_guard.pointers.levels import Level, Ruler

#: Rounds in which others may publish and move beside us before we say that it does not come to rest.
ROUNDS = 20
#: Seconds to wait after the second round, twice that after the third and so on: a registry may show what was written a little later.
PAUSE = 0.1


def reconcile(
    make: Callable[[], ImagePlace],
    ruler: Ruler,
    told: Callable[[Level], None],
    around: Callable[[list[Level]], AbstractContextManager[object]] = nullcontext,
) -> list[Level]:
    """Set the pointers of the image that `make` gives anew each round until a whole look finds nothing to set; that look is the result.

    `told` is called after each write. The writes of a round are made inside of `around`, which is given what the look before them found.
    A pointer that shows something else after it was written is no error here: the next look decides what it should be.
    The last look comes after the last write. So whoever wrote last has also seen whatever was published before that, and at rest
    every pointer is on the highest version, in whatever order any number of these ran. A version that is being published at this moment,
    listed and not there yet, is looked at again. Raises UserError when it does not come to rest.
    """
    for number in range(ROUNDS):
        place = make()
        levels = looked_at(place, ruler, last=number == ROUNDS - 1)
        wrong = [level for level in levels or () if not level.right]
        if levels and not wrong:
            return levels
        if levels:
            with around(levels):
                for level in wrong:
                    place.put(level.pointer, level.version, level.goal)
                    told(level)
        time.sleep(PAUSE * number)
    raise UserError(f"the pointers do not come to rest in {ROUNDS} rounds; something else keeps moving them", make().name)


def looked_at(place: ImagePlace, ruler: Ruler, *, last: bool) -> list[Level] | None:
    """Every pointer's level; None where a version is just being published, unless this was the `last` look: then that is the error."""
    try:
        return ruler.levels(place)
    except NotThereError:
        if last:
            raise
        return None
