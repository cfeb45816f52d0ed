"""The existing versions of a component: the highest is found without reading the others, and is the same as when all are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.guard.sequence import Sequence, Unread
from latest_guard.versions.patterns import TagGroup
from latest_guard.versions.schemes import NAMES, named
from latest_guard.versions.version import leaders

NUMBER = st.sampled_from(["0", "1", "2", "9", "10", "010", "09", "99", "2024", "20240131", "1!2", "x", "\u0661", ""])
TAIL = st.sampled_from(["", "", "", "-rc.1", "rc1", "-1", "+build", "-", ".", "~beta", ".x", ".post1", "_6"])
TEXT = st.builds(lambda numbers, tail: ".".join(numbers) + tail, st.lists(NUMBER, min_size=1, max_size=4), TAIL)
PLAIN = st.builds(lambda numbers, tail: ".".join(map(str, numbers)) + tail, st.lists(st.integers(0, 30), min_size=1, max_size=4), TAIL)


def unread(scheme: str, texts: list[str]) -> Unread:
    return Unread(named(scheme), TagGroup("", [f"v{text}" for text in texts], texts))


@pytest.mark.parametrize("scheme", NAMES)
@given(texts=st.lists(TEXT | PLAIN, max_size=12))
def test_the_highest_is_that_of_all(scheme: str, texts: list[str]) -> None:
    tags = unread(scheme, texts)
    assert tags.highest == max(tags.entries(), default=None)
    assert Sequence([tags]).top() == tags.highest


def test_few_are_read_for_it() -> None:
    texts = [f"{major}.{minor}.{patch}" for major in range(5) for minor in range(12) for patch in range(7)]
    assert leaders(texts) == [f"4.11.{patch}" for patch in range(7)]


@pytest.mark.parametrize("texts", [[], ["9.1.0", "09.2.0"], ["9.1.0", "10-rc.1"], ["1.0.0", "2!0.1"], ["1.1", "1.\u0662"]])
def test_all_where_the_numbers_do_not_tell(texts: list[str]) -> None:
    assert leaders(texts) == texts


@given(st.lists(PLAIN, min_size=1, max_size=12))
def test_order_comes_when_it_is_asked_for(texts: list[str]) -> None:
    tags = unread("loose", texts)
    sequence = Sequence([tags])
    top = sequence.top()
    if top is not None:
        below = list(sequence.lower(top[0]))
        assert below == sorted((entry for entry in tags.entries() if entry[0] < top[0]), reverse=True)
        assert sorted(sequence.same(top[0])) == sorted(tag for key, tag in tags.entries() if key == top[0])
