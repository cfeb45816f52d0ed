"""The comparison: which pointers a version may move, given every version that is released and what the pointers are now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from latest_guard.gate.naming import Template
    from latest_guard.sources.contract import Answer, Pointer, Released, Standing
    from latest_guard.versions.version import Key

#: `moves`: forwards; `there`: it is at this version already; `stays`: a higher version is released; `prerelease`: not for those.
State: TypeAlias = Literal["moves", "there", "stays", "prerelease"]


@dataclass(frozen=True, slots=True)
class Now:
    """What a pointer is in one source, and the highest version that it could be there, empty for none."""

    source: str
    version: str
    how: str
    highest: str
    #: whether it is a version below the highest one
    behind: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one pointer, why, and what it is now wherever that is known."""

    pointer: str
    state: State
    reason: str
    now: tuple[Now, ...] = ()

    @property
    def move(self) -> bool:
        """Whether this release sets the pointer.

        A pointer that is there already is set again: the same version stays the same version, and a release that is run a second
        time leaves the pointer on what it has just built.
        """
        return self.state in ("moves", "there")

    @property
    def behind(self) -> tuple[Now, ...]:
        """Where the pointer is wrong before this release."""
        return tuple(now for now in self.now if now.behind)


@dataclass(frozen=True, slots=True)
class Vote:
    """One source's word on one pointer: the highest released version that is above the one at hand, None for none."""

    source: str
    above: Released | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How the sources are to be taken.

    `first_release`: one that has no version yet is let pass. `cautious`: a pointer on which they disagree stays, and is no error.
    """

    first_release: bool = False
    cautious: bool = False


def decide(version: Released, asked: Sequence[tuple[Template, Pointer]], answers: Sequence[Answer], terms: Terms) -> tuple[Decision, ...]:
    """The decision on every pointer of `asked`, over all the versions in `answers`.

    Raises UserError where a source has no other version and that was not said, where it was said without need, and where the
    sources disagree.
    """
    voters = voters_among(answers, version, terms)
    return tuple(judge(version, template, pointer, answers, voters, terms) for template, pointer in asked)


def voters_among(answers: Sequence[Answer], version: Released, terms: Terms) -> list[Answer]:
    """The answers with a version other than the one at hand.

    One without is an error unless this is said to be the first release: a clone that holds nothing but the tag being released
    looks just the same. And what was said once must not stay: a lookup that goes blind later would be taken for a beginning.
    """
    voters = [answer for answer in answers if any(other.key != version.key for other in answer.released)]
    empty = next((answer for answer in answers if answer not in voters), None)
    if empty is not None and not terms.first_release:
        left = f" ({empty.left_out} do not count)" if empty.left_out else ""
        raise UserError(f"no version but {version.text} is known here{left}; if it is the first one, say --first-release", empty.source)
    if empty is None and terms.first_release:
        count = len({other.key for answer in voters for other in answer.released} - {version.key})
        raise UserError(f"this is no first release, {count} other versions are known; take --first-release away")
    return voters


def judge(
    version: Released, template: Template, pointer: Pointer, answers: Sequence[Answer], voters: Sequence[Answer], terms: Terms
) -> Decision:
    """The decision on one pointer."""
    now = tuple(standings_of(pointer, answers, version))
    if not version.final and not template.channel:
        return Decision(pointer.name, "prerelease", f"{version.text} is a prerelease", now)
    votes = [Vote(answer.source, above(version, pointer, answer)) for answer in voters]
    against = [vote for vote in votes if vote.above is not None]
    if against and len(against) < len(votes) and not terms.cautious:
        raise disagreement(pointer, votes)
    if against:
        return Decision(pointer.name, "stays", higher(against), now)
    if now and all(same_version(place.version, version, answers) for place in now):
        return Decision(pointer.name, "there", f"it is {version.text} already", now)
    return Decision(pointer.name, "moves", forwards(version, pointer, voters), now)


def standings_of(pointer: Pointer, answers: Sequence[Answer], version: Released) -> Iterator[Now]:
    """What the pointer is in every source that knows it."""
    for answer in answers:
        for standing in answer.standings:
            if standing.pointer == pointer.name:
                yield standing_in(answer, pointer, standing, version)


def above(version: Released, pointer: Pointer, answer: Answer) -> Released | None:
    """The highest version in `answer` that the pointer may stand for, if it is higher than `version`."""
    key = version.key
    higher_ones = [other for other in answer.released if other.key > key and pointer.covers(other)]
    return max(higher_ones, key=key_of, default=None)


def key_of(version: Released) -> Key:
    """What versions are compared by."""
    return version.key


def standing_in(answer: Answer, pointer: Pointer, standing: Standing, version: Released) -> Now:
    """What the pointer is in `answer`, and whether that is below what it could be there without the release at hand."""
    others = [other for other in answer.released if other.key != version.key and pointer.covers(other)]
    highest = max(others, key=key_of, default=None)
    own = [other for other in answer.released if other.text == standing.version]
    behind = highest is not None and bool(own) and own[0].key < highest.key
    return Now(answer.source, standing.version, standing.how, highest.text if highest else "", behind)


def same_version(text: str, version: Released, answers: Sequence[Answer]) -> bool:
    """Whether `text`, a released version, is `version`, however either is spelled."""
    return text == version.text or any(other.text == text and other.key == version.key for answer in answers for other in answer.released)


def higher(against: Sequence[Vote]) -> str:
    """Why a pointer stays: the highest of the higher versions, and who knows it."""
    best = max((vote.above for vote in against if vote.above), key=key_of)
    return f"{best.text} is higher ({', '.join(vote.source for vote in against)})"


def forwards(version: Released, pointer: Pointer, voters: Sequence[Answer]) -> str:
    """Why a pointer moves: what it leaves behind."""
    below = {other.key: other for answer in voters for other in answer.released if pointer.covers(other) and other.key < version.key}
    if not below:
        return "the first version here"
    best = below[max(below)]
    return f"the highest of {len(below) + 1} versions; the next is {best.text}"


def disagreement(pointer: Pointer, votes: Sequence[Vote]) -> UserError:
    """The error where some sources know a higher version and others do not."""
    words = [f"{vote.source}: {vote.above.text if vote.above else 'nothing'} is higher" for vote in votes]
    mend = "publish or withdraw what is missing, or let it stay with --on-disagreement=stay"
    return UserError(f"the sources disagree on {pointer.name} ({'; '.join(words)}); {mend}")
