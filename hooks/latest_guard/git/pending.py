"""Tags that were asked for and have not all arrived: the remote answers while the local ones are read, and other work is done."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar

from latest_guard.errors import UserError
from latest_guard.git.tags import Gap, TagSet, united

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.git.command import Answer
    from latest_guard.git.tags import Listing

T = TypeVar("T")


class Later(Generic[T]):
    """The result of some work that a thread does; a UserError in it is raised where the result is asked for."""

    __slots__ = ("_error", "_thread", "_value", "_work")

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._error: UserError | None = None
        self._value: list[T] = []
        self._thread = Thread(target=self._do)
        self._thread.start()

    def result(self) -> T:
        """What the work returned, as soon as it has."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._value[0]

    def _do(self) -> None:
        try:
            self._value.append(self._work())
        except UserError as error:
            self._error = error


@dataclass(frozen=True, slots=True)
class PendingTags:
    """The local tags, soon, and all tags, later."""

    here: Later[Listing]
    #: the remote's name and its answer; None where no remote is asked
    there: tuple[str, Later[Answer]] | None = None
    gaps: tuple[Gap, ...] = ()

    def local(self) -> Listing:
        """The tags of this repository. Raises UserError where git cannot list them."""
        return self.here.result()

    def result(self) -> TagSet:
        """Every tag; a remote that did not answer is a gap. Raises UserError where git cannot list the local ones."""
        if self.there is None:
            return TagSet(self.local(), gaps=self.gaps)
        name, answer = self.there[0], self.there[1].result()
        if answer.status != 0:
            reason = f"the remote {name} could not be asked for its tags: {answer.error or 'git said nothing'}"
            return TagSet(self.local(), gaps=(Gap("unreachable", reason),))
        return united(self.here.result(), answer.out, name)
