"""Calendar versions: the tokens of https://calver.org."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.versions.calver import CalVer
from latest_guard.versions.version import BadVersion


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (
            "YYYY.MM.DD",
            ["2024.1.2", "2024.12.31", "2024.1.2-rc1", "2024.1.2.dev3"],
            ["2024.01.2", "24.1.2", "2024.13.1", "2024.1.32", "2024.1"],
        ),
        ("YYYY.0M.0D", ["2024.01.02"], ["2024.1.2"]),
        ("YY.0M", ["24.04", "124.04"], ["24.4", "024.04", "24.13"]),
        ("0Y.MM.MICRO", ["06.1.0", "106.1.15"], ["6.1.0", "06.1.01"]),
        ("YYYY.0W", ["2024.01", "2024.53"], ["2024.54", "2024.1"]),
        ("YYYY.MINOR.MICRO", ["2024.0.0", "2024.100.7"], ["2024.0", "2024.01.0"]),
        ("YYYY.MM[.MICRO]", ["2024.1", "2024.1.0", "2024.1.77"], ["2024.1.1.1", "2024"]),
        ("YYYY0M0D", ["20240131"], ["2024131", "20241301"]),
        ("YYYY_0M_0D", ["2024_01_31"], ["2024.01.31"]),
        ("", ["2024.1", "2024.01.31", "2024-01-31", "20240131", "2024.123", "2024.1.2.3", "2024"], ["24.1", "2024.1.2.3.4", "v2024.1"]),
    ],
)
def test_formats(form: str, good: list[str], bad: list[str]) -> None:
    scheme = CalVer(0, form)
    for text in good:
        assert scheme.parse(text).text == text
    for text in bad:
        with pytest.raises(BadVersion):
            scheme.parse(text)


@pytest.mark.parametrize("form", ["", "MM.YYYY", "YYYY.MM[", "YYYY.MM]", "YYYY QQ", "YYYY.(a+)+", "MICRO"])
def test_what_is_no_format(form: str) -> None:
    if form:
        with pytest.raises(BadVersion):
            CalVer(0, form)


@pytest.mark.parametrize(
    "order",
    [
        "2024.2 2024.10 2024.10.1 2025.1",
        "2024.10.01.dev1 2024.10.01a1 2024.10.01-b1 2024.10.01-rc1 2024.10.01-rc2 2024.10.01-rc10 2024.10.01 2024.10.01-post1 2024.10.02",
        "2024.9 20241001 2024.11",
    ],
)
def test_order(order: str) -> None:
    scheme = CalVer()
    texts = order.split()
    assert all(scheme.parse(lower) < scheme.parse(higher) for lower, higher in zip(texts, texts[1:], strict=False))
    assert scheme.keys(texts) == [scheme.parse(text).key for text in texts]


@pytest.mark.parametrize(
    ("form", "text", "nearest"),
    [
        ("YYYY.0M", "2024.1", "2024.01"),
        ("YYYY.MM.DD", "2024-01-31", "2024.1.31"),
        ("YY.0M[.MICRO]", "24.4", "24.04"),
        ("YYYY.0M", "2024.13", ""),
        ("", "v2024.1", "2024.1"),
    ],
)
def test_nearest(form: str, text: str, nearest: str) -> None:
    with pytest.raises(BadVersion) as caught:
        CalVer(0, form).parse(text)
    assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    ("form", "lower", "higher", "follows"),
    [
        ("YYYY.MM.MICRO", "2024.1.3", "2024.1.4", True),
        ("YYYY.MM.MICRO", "2024.1.3", "2024.1.5", False),
        ("YYYY.MM.MICRO", "2024.1.3", "2024.4.0", True),
        ("YYYY.MINOR.MICRO", "2024.1.3", "2024.3.0", False),
        ("YYYY.MINOR.MICRO", "2024.1.3", "2026.0.0", True),
    ],
)
def test_what_follows(form: str, lower: str, higher: str, follows: bool) -> None:
    scheme = CalVer(0, form)
    assert scheme.follows(scheme.parse(lower), scheme.parse(higher)) is follows


@given(st.text(max_size=30), st.sampled_from(["", "YYYY.0M.0D", "YY.MINOR[.MICRO]"]))
def test_no_text_breaks_the_reader_and_every_suggestion_is_right(text: str, form: str) -> None:
    scheme = CalVer(0, form)
    try:
        scheme.parse(text)
    except BadVersion as error:
        if error.nearest:
            scheme.parse(error.nearest)
