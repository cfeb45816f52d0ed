"""Loose versions against `sort -V`, `dpkg --compare-versions` and common sense."""

from __future__ import annotations

import random
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.versions.loose import Loose
from latest_guard.versions.version import BadVersion, Version
from machine import tool

LOOSE = Loose()


def v(text: str) -> Version:
    return LOOSE.parse(text)


@pytest.mark.parametrize(
    "order",
    [
        "1.9 1.10 1.10.1 2",
        "1.0-dev 1.0-alpha 1.0-alpha2 1.0-alpha10 1.0-beta 1.0-m1 1.0-rc1 1.0-rc2 1.0 1.0.1",
        "1.0a1 1.0b1 1.0rc1 1.0 1.0-p1",
        "1.0~rc1 1.0 1.0-1 1.0-2",
        "1.0-SNAPSHOT 1.0 1.0-patch1",
        "2024.1 2024.02.01 2024.10",
    ],
)
def test_order(order: str) -> None:
    assert sorted(order.split(), key=v) == order.split()
    texts = order.split()
    assert all(v(lower) < v(higher) for lower, higher in zip(texts, texts[1:], strict=False))


@pytest.mark.parametrize(
    ("one", "other"), [("1.0", "1.0.0"), ("1.0-rc1", "1.0rc1"), ("1.0-RC.1", "1.0-rc1"), ("1.0.Final", "1.0"), ("1.0-ga", "1")]
)
def test_spellings_of_one_version(one: str, other: str) -> None:
    assert v(one) == v(other)


@pytest.mark.parametrize(
    ("text", "nearest"), [("v1.0", "1.0"), ("1.0 beta", "1.0-beta"), ("beta", ""), ("1.0/2", "1.0-2"), ("9" * 300, "")]
)
def test_invalid(text: str, nearest: str) -> None:
    with pytest.raises(BadVersion) as caught:
        v(text)
    assert caught.value.nearest == nearest


@given(st.lists(st.from_regex(r"[0-9]{1,6}([.][0-9]{1,6}){0,4}([-.~+_]?[0-9A-Za-z]{1,5}){0,4}", fullmatch=True), min_size=3, max_size=3))
def test_the_order_is_total(texts: list[str]) -> None:
    a, b, c = sorted(map(v, texts))
    assert a <= b <= c and a <= c
    assert (a < b) + (a == b) + (a > b) == 1


def chosen(seed: int, digits: list[str], tails: list[str], count: int) -> list[tuple[str, str]]:
    """Pairs of versions of three numbers (so that no trailing zero is missing) with tails on which everybody agrees."""
    chance = random.Random(seed)
    every = [".".join(chance.choice(digits) for _ in range(3)) + chance.choice(tails) for _ in range(count)]
    return [(chance.choice(every), chance.choice(every)) for _ in range(count)]


def test_dpkg_agrees_where_it_must() -> None:
    """Numbers, revisions behind a hyphen, and `~` for what comes before."""
    dpkg = tool("dpkg")
    pairs = chosen(1, ["0", "1", "2", "9", "10", "11", "100"], ["", "", "-1", "-2", "-10", "~rc1", "~rc2"], 400)
    script = "\n".join(f'"{dpkg}" --compare-versions {one} lt {other} && echo 1 || echo 0' for one, other in pairs)
    theirs = subprocess.run(["sh"], input=script, capture_output=True, text=True, check=True).stdout.split()
    assert [str(int(v(one) < v(other))) for one, other in pairs] == theirs
    assert theirs.count("1") > 100


def test_sort_v_agrees_where_it_must() -> None:
    texts = sorted({one for one, _ in chosen(2, ["0", "1", "2", "9", "10", "11", "100"], ["", "-1", "-2", "-10", "~rc1"], 2000)})
    theirs = subprocess.run(["sort", "-V"], input="\n".join(texts), capture_output=True, text=True, check=True).stdout.split()
    assert sorted(texts, key=v) == theirs
