"""The words of other languages: each phrase is found in its examples, not in its counters, and finding them takes linear time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from latest_guard.catalog.vocabulary import PHRASES, Sense, sightings

if TYPE_CHECKING:
    from latest_guard.catalog import vocabulary


def named() -> dict[str, vocabulary.Phrase]:
    """One phrase of each group of words that share name, examples and counters."""
    return {f"{phrase.sense.value}: {phrase.name}: {phrase.examples[:1]}": phrase for phrase in PHRASES}


@pytest.mark.parametrize("label", named())
def test_examples_and_counters(label: str) -> None:
    phrase = named()[label]
    assert phrase.examples
    for code in phrase.examples:
        assert any(s.phrase.sense is phrase.sense and s.phrase.name == phrase.name for s in sightings(code)), code
    for code in phrase.counters:
        assert not any(s.phrase.name == phrase.name for s in sightings(code)), code


def test_lookups_say_their_order_and_movers_their_pointer() -> None:
    for phrase in PHRASES:
        assert (phrase.sense is Sense.MOVER) == bool(phrase.pointer), phrase
        assert phrase.needle


def test_places_are_those_of_the_text() -> None:
    code = "# semver.gt(a, b)\nif (semver.gt(a, b)) run('docker push x:latest')\n"
    found = sightings(code)
    assert [(s.phrase.sense, code[s.start : s.end]) for s in found] == [(Sense.COMPARISON, "semver.gt("), (Sense.MOVER, "docker push")]


@pytest.mark.parametrize(
    "code",
    ["Version(", "semver.gt(", "semver Version(a < b", "git tag ", "createRelease({", "x", "\n", "docker push latest "],
)
def test_time_is_linear(code: str) -> None:
    def seconds(length: int) -> float:
        text = "import semver packaging\n" + code * (length // len(code))
        best = 9.0
        for _ in range(3):
            start = time.perf_counter()
            sightings(text)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(200_000) < 40 * seconds(20_000) + 0.2
