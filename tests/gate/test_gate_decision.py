"""The comparison itself: laws over every set of released versions, and what it says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.errors import UserError
from latest_guard.gate.decision import Decision, Terms, decide
from latest_guard.gate.naming import DEFAULT, Template, pointers_for, templates
from latest_guard.sources.contract import Answer, Released, Standing
from latest_guard.sources.reading import read_with
from latest_guard.versions.schemes import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def versions(*texts: str, scheme: str = "semver") -> tuple[Released, ...]:
    """Released versions, named as they are written."""
    return tuple(read_with(named(scheme), [(text, text) for text in texts]))


def answer(*texts: str, source: str = "one", scheme: str = "semver", **now: str) -> Answer:
    """A source that knows the versions `texts`, and whose pointers are `now`."""
    standings = tuple(Standing(name, version, "told") for name, version in now.items())
    return Answer(source, versions(*texts, scheme=scheme), standings)


def decisions(
    version: str,
    *answers: Answer,
    terms: Terms = Terms(),  # noqa: B008
    names: Iterable[str] = DEFAULT,
    channels: Iterable[str] = (),
    scheme: str = "semver",
) -> dict[str, Decision]:
    """The decision on each pointer."""
    (at_hand,) = versions(version, scheme=scheme)
    asked = pointers_for(at_hand, templates(names, channels))
    return {decision.pointer: decision for decision in decide(at_hand, asked, answers, terms)}


def moved(version: str, *answers: Answer, **rest: object) -> list[str]:
    """The pointers that move."""
    return [name for name, decision in decisions(version, *answers, **rest).items() if decision.move]  # type: ignore[arg-type]


def test_back_port() -> None:
    found = decisions("1.27.4", answer("1.27.2", "1.27.3", "1.28.0"))
    assert {name: decision.state for name, decision in found.items()} == {"latest": "stays", "1": "stays", "1.27": "moves"}
    assert found["latest"].reason == "1.28.0 is higher (one)"
    assert found["1.27"].reason == "the highest of 3 versions; the next is 1.27.3"


@pytest.mark.parametrize(
    ("version", "released", "expected"),
    [
        ("1.28.0", ("1.27.3",), ["latest", "1", "1.28"]),
        ("2.0.0", ("1.28.0",), ["latest", "2", "2.0"]),
        ("1.28.1", ("1.28.0", "2.0.0"), ["1", "1.28"]),
        ("1.10.0", ("1.9.0",), ["latest", "1", "1.10"]),
        ("1.28.0", ("1.27.0", "1.28.0"), ["latest", "1", "1.28"]),
        ("1.28.0+build.2", ("1.27.0", "1.28.0"), ["latest", "1", "1.28"]),
        ("1.28.0", ("1.28.0-rc.1", "1.29.0-rc.1", "1.27.0"), ["latest", "1", "1.28"]),
        ("1.29.0-rc.1", ("1.28.0",), []),
        ("0.9.9", ("0.10.0",), ["0.9"]),
    ],
)
def test_table(version: str, released: tuple[str, ...], expected: list[str]) -> None:
    assert moved(version, answer(*released)) == expected


@pytest.mark.parametrize(
    ("scheme", "version", "released", "expected"),
    [
        ("pep440", "1.27.4", ("1.28.0rc1", "1.27.3"), ["latest", "1", "1.27"]),
        ("pep440", "1.27.3.post1", ("1.27.3", "1.28.0"), ["1.27"]),
        ("pep440", "1!1.0", ("2.0",), ["latest", "1", "1.0"]),
        ("calver", "2024.10.1", ("2024.9.3", "2024.10.0"), ["latest", "2024", "2024.10"]),
        ("calver", "2024.9.4", ("2024.9.3", "2024.10.0"), ["2024.9"]),
        ("loose", "9.6.24", ("9.6.23", "14.0", "10.21"), ["9", "9.6"]),
        ("loose", "14.1", ("14.0", "15.0"), ["14"]),
    ],
)
def test_schemes(scheme: str, version: str, released: tuple[str, ...], expected: list[str]) -> None:
    assert moved(version, answer(*released, scheme=scheme), scheme=scheme) == expected


def test_numbers_stay_as_they_are_written() -> None:
    assert list(decisions("2024.01.2", answer("2023.12.1", scheme="calver"), scheme="calver")) == ["latest", "2024", "2024.01"]


def test_channel() -> None:
    found = answer("1.28.0", "1.29.0-rc.1")
    assert moved("1.29.0-rc.2", found, channels=["next"]) == ["next"]
    assert moved("1.29.0-beta.9", found, channels=["next"]) == []
    assert moved("1.29.0", found, channels=["next"]) == ["latest", "1", "1.29", "next"]
    assert moved("1.28.1-rc.1", found, channels=["next"]) == []
    assert moved("1.29.0-rc.2", answer("1.28.0", "2.0.0-rc.1"), channels=["next-{major}"]) == ["next-1"]


@pytest.mark.parametrize("version", ["1.28.0", "1.28.0+again"])
def test_already_there(version: str) -> None:
    found = decisions(version, answer("1.27.0", "1.28.0", latest="1.28.0"))
    assert (found["latest"].state, found["latest"].move, found["1"].state) == ("there", True, "moves")


def test_already_there_and_wrong() -> None:
    """The accident has happened, and its job is run again."""
    found = decisions("1.27.3", answer("1.27.3", "1.28.0", latest="1.27.3"))["latest"]
    assert (found.state, found.move) == ("stays", False)


def test_there_in_one_of_two() -> None:
    answers = answer("1.27.0", "1.28.0", source="one", latest="1.28.0"), answer("1.27.0", "1.28.0", source="two", latest="1.27.0")
    found = decisions("1.28.0", *answers)["latest"]
    assert found.state == "moves"


def test_already_wrong() -> None:
    found = decisions("1.27.4", answer("1.27.3", "1.28.0", latest="1.27.3"))["latest"]
    assert [(now.version, now.highest) for now in found.behind] == [("1.27.3", "1.28.0")]
    assert not decisions("1.29.0", answer("1.28.0", "1.29.0", latest="1.28.0"))["latest"].behind, "1.29.0 is just being released"
    assert not decisions("1.29.0", answer("1.28.0", latest=""))["latest"].behind, "nobody knows what it is"


def test_disagreement() -> None:
    answers = answer("1.27.3", "1.28.0", source="git tags"), answer("1.27.3", source="image x")
    with pytest.raises(UserError, match="disagree on latest .git tags: 1.28.0 is higher; image x: nothing is higher."):
        decisions("1.27.4", *answers)
    assert moved("1.27.4", *answers, terms=Terms(cautious=True)) == ["1.27"]
    assert moved("1.28.1", *answers) == ["latest", "1", "1.28"]


@pytest.mark.parametrize(
    "answers", [(answer(),), (answer("1.0.0"),), (answer("0.9.0"), answer(source="two"))], ids=["none", "itself", "one"]
)
def test_nothing_known(answers: Sequence[Answer]) -> None:
    with pytest.raises(UserError, match="say --first-release"):
        decisions("1.0.0", *answers)
    assert moved("1.0.0", *answers, terms=Terms(first_release=True)) == ["latest", "1", "1.0"]


def test_a_new_image_does_not_outvote_the_tags() -> None:
    answers = answer("1.27.3", "1.28.0"), answer(source="new image")
    assert moved("1.27.4", *answers, terms=Terms(first_release=True)) == ["1.27"]


def test_first_release_of_many() -> None:
    with pytest.raises(UserError, match="2 other versions are known; take --first-release away"):
        decisions("1.0.0", answer("0.8.0", "0.9.0", "1.0.0"), terms=Terms(first_release=True))


@pytest.mark.parametrize("text", ["", "-x", "a b", "{minor}{", "{version}", "{major", "x" * 140, "latest\n", "$(id)", "é", "a/b"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(UserError):
        Template(text)


def test_pointer_and_channel() -> None:
    with pytest.raises(UserError, match="a pointer and a channel"):
        templates(["latest"], ["latest"])


# laws

NUMBER = st.integers(0, 4)
TEXT = st.builds(
    lambda major, minor, patch, pre: f"{major}.{minor}.{patch}{pre}",
    NUMBER,
    NUMBER,
    NUMBER,
    st.sampled_from(("", "", "", "-rc.1", "-rc.2", "-alpha")),
)


def released_in(order: Sequence[str]) -> dict[str, list[str]]:
    """Release the versions of `order` one after the other, obeying the gate: each pointer's history."""
    history: dict[str, list[str]] = {}
    done: list[str] = []
    for version in order:
        terms = Terms(first_release=not any(text != version for text in done))
        for pointer in moved(version, answer(*done), terms=terms):
            history.setdefault(pointer, []).append(version)
        done.append(version)
    return history


@given(st.lists(TEXT, min_size=1, max_size=25, unique=True))
def test_no_pointer_ever_goes_back(order: list[str]) -> None:
    for pointer, history in released_in(order).items():
        keys = [version.key for version in versions(*history)]
        assert keys == sorted(keys), (pointer, history)


@given(st.lists(TEXT, min_size=1, max_size=25, unique=True))
def test_every_pointer_ends_at_the_highest_of_its_line(order: list[str]) -> None:
    history = released_in(order)
    final = [version for version in versions(*order) if version.final]
    for pointer in history:
        line = [version for version in final if pointer == "latest" or f"{version.text}.".startswith(f"{pointer}.")]
        assert history[pointer][-1] == max(line, key=lambda version: version.key).text
    assert ("latest" in history) == bool(final)


@given(TEXT, st.lists(TEXT, min_size=1, max_size=12), st.lists(TEXT, min_size=1, max_size=12))
def test_sources_that_agree_are_as_one(version: str, left: list[str], right: list[str]) -> None:
    """Where two sources give an answer, it is the one that their union gives."""
    terms = Terms(first_release=False)
    try:
        both = moved(version, answer(*left, source="left"), answer(*right, source="right"), terms=terms)
    except UserError:
        return
    assert both == moved(version, answer(*left, *right))


@given(TEXT, st.lists(TEXT, min_size=1, max_size=12), st.lists(TEXT, min_size=1, max_size=12))
def test_knowing_more_never_moves_more(version: str, some: list[str], more: list[str]) -> None:
    try:
        before = moved(version, answer(*some))
    except UserError:
        return
    assert set(moved(version, answer(*some, *more))) <= set(before)
