"""Asking every source at once."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.sources.contract import Answer, Question, Source
    from latest_guard.sources.web import Deadline


def ask_all(sources: Sequence[tuple[Source, Question]], deadline: Deadline) -> tuple[Answer, ...]:
    """Every source's answer to its question, in their order, or the error of the first that has none.

    Each is asked in a thread of its own, which is left behind when the `deadline` passes: whatever a server does, this returns.
    """
    results: dict[int, Answer | BaseException] = {}

    def ask(place: int) -> None:
        source, question = sources[place]
        try:
            results[place] = source.ask(question)
        except BaseException as error:  # noqa: BLE001 - handed to the caller below
            results[place] = error

    threads = [Thread(target=ask, args=(place,), daemon=True) for place in range(len(sources))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(deadline.left())
    return tuple(told(results.get(place), sources[place][0], deadline) for place in range(len(sources)))


def told(result: Answer | BaseException | None, source: Source, deadline: Deadline) -> Answer:
    """The answer in `result`; raises what it is instead, or UserError where there is none yet."""
    if result is None:
        raise UserError(f"no answer within {deadline.seconds:g} s; see --timeout", source.name)
    if isinstance(result, BaseException):
        raise result
    return result
