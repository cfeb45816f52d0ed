"""PEP 440: laws that quote the specification, and `packaging` as a second opinion."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion
from packaging.version import Version as Packaged

from latest_guard.versions.pep440 import Pep440
from latest_guard.versions.version import BadVersion, Version

PEP440 = Pep440()


def v(text: str) -> Version:
    return PEP440.parse(text)


def test_the_order_of_suffixes() -> None:
    """ ".devN, aN, bN, rcN, <no suffix>, .postN" within a numeric release, and dev, none, post within a prerelease and a post-release."""
    names = (
        "1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 "
        "1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1"
    )
    order = names.split()
    assert sorted(order, key=v) == order
    assert [v(lower) < v(higher) for lower, higher in zip(order[1:], order[2:], strict=False)] == [True] * (len(order) - 2)


@pytest.mark.parametrize(
    "spellings",
    [
        ("1.0", "1.0.0", "1", "01.00"),
        ("1.1rc1", "1.1.RC1", "1.1-rc-1", "1.1_c1", "1.1pre1", "1.1preview.1"),
        ("1.0a0", "1.0a", "1.0.alpha", "1.0ALPHA0"),
        ("1.0.post1", "1.0-1", "1.0.rev1", "1.0r1", "1.0POST1"),
        ("1.0+ubuntu.1", "1.0+ubuntu-1", "1.0+UBUNTU_1"),
        ("0!1.0", "1.0"),
    ],
)
def test_spellings_of_one_version(spellings: tuple[str, ...]) -> None:
    """ "All … forms normalize" to the first one; "a missing zero" counts: "1.1 == 1.1.0"."""
    assert {v(text) for text in spellings} == {v(spellings[0])}
    assert [v(text).key for text in spellings] == PEP440.keys(spellings)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("1.2.x", "1.2"),
        ("1.0.0-alpha.beta", "1.0.0a0"),
        ("1.0-1-2", "1.0"),
        ("v1.0", "1.0"),
        ("١.2", "1.2"),
        ("one", ""),
        ("1." + "0" * 300, ""),
    ],
)
def test_invalid(text: str, nearest: str) -> None:
    with pytest.raises(BadVersion) as caught:
        v(text)
    assert caught.value.nearest == nearest


def numbers() -> st.SearchStrategy[str]:
    return st.integers(0, 10**12).map(str)


@st.composite
def versions(draw: st.DrawFn) -> str:
    release = ".".join(draw(st.lists(numbers(), min_size=1, max_size=5)))
    epoch = draw(st.sampled_from(["", "", "0!", "1!", "2024!"]))
    pre = draw(st.sampled_from(["", "", "a", "b1", "rc1", ".alpha.2", "-c3", "_preview4", "RC5", "a00"]))
    post = draw(st.sampled_from(["", "", ".post1", "-2", "post", ".rev3", "r4"]))
    dev = draw(st.sampled_from(["", "", ".dev1", "dev", "-dev-2", "_DEV3"]))
    local = draw(st.sampled_from(["", "", "+abc", "+1", "+abc.10", "+ABC-9", "+0001"]))
    return epoch + release + pre + post + dev + local


@given(versions(), versions())
def test_packaging_agrees_on_what_hypothesis_draws(one: str, other: str) -> None:
    assert (v(one) < v(other), v(one) == v(other)) == (Packaged(one) < Packaged(other), Packaged(one) == Packaged(other))
    assert v(one).normal == str(Packaged(one))
    assert v(one).is_prerelease == Packaged(one).is_prerelease


def near() -> list[str]:
    """Versions so near to each other that every suffix decides."""
    suffixes = [
        "".join(parts)
        for parts in product(["", "a1", "b2", "rc1"], ["", ".post1", ".post2"], ["", ".dev1", ".dev2"], ["", "+a", "+1", "+a.1"])
    ]
    return [release + suffix for release in ("1", "1.0.0", "1.0.1", "1!1") for suffix in suffixes]


def test_packaging_agrees_on_twenty_thousand_near_pairs() -> None:
    chance, every = random.Random(440), near()
    packaged = {text: Packaged(text) for text in every}
    for _ in range(20_000):
        one, other = chance.choice(every), chance.choice(every)
        assert (v(one) < v(other)) == (packaged[one] < packaged[other]), (one, other)
        assert (v(one) == v(other)) == (packaged[one] == packaged[other]), (one, other)


@given(st.text(alphabet="0123456789.abcdevprost!+-_xX", max_size=14))
def test_packaging_agrees_on_what_is_a_version(text: str) -> None:
    """But for the v in front, which belongs to the tag here, and not to its version."""
    text = text.lstrip("v")
    try:
        Packaged(text)
    except InvalidVersion:
        with pytest.raises(BadVersion):
            v(text)
    else:
        assert v(text).normal == str(Packaged(text))
