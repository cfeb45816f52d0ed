"""Tests on strings that are known in part: decided where they can be, else turned into conditions of the right kind.

Which meetings of a released and a known version count as a comparison is DESIGN section 4, "Which meetings count".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from latest_guard.catalog.answers import OLD_PRERELEASE
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Conditions, Test, TestKind
from latest_guard.replay.wording import words
from latest_guard.values import (
    NEWER,
    OLDER,
    PRERELEASE,
    RELEASED_VERSIONS,
    Colour,
    Kind,
    Literal,
    Lookup,
    Str,
    Symbol,
    colours,
    plain,
    samples,
    show,
    symbols,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.source import Span

Outcomes: TypeAlias = tuple[bool, bool, bool]
"""How a test comes out in each world."""

#: Words in a tag that say: no final release. Taken from the prerelease names of semver's and PEP 440's examples, and common usage.
PRERELEASE_WORDS = (
    "-",
    "rc",
    "alpha",
    "beta",
    "pre",
    "dev",
    "snapshot",
    "nightly",
    "canary",
    "next",
    "test",
    "edge",
    "unstable",
    "preview",
)


#: What tools print where they find nothing: jq, Python, JavaScript, Go's templates.
NOTHING = ("null", "None", "none", "undefined", "<no value>", "<nil>")


class Judge:
    """Tests over one scenario's conditions."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions

    # Strings ------------------------------------------------------------------------------------------------------------

    def equal(self, left: Str, right: Str, span: Span | None, fold_case: bool = False) -> Condition:
        """`left` is `right`."""

        def same(a: str, b: str) -> bool:
            return a.casefold() == b.casefold() if fold_case else a == b

        known_left, known_right = plain(left), plain(right)
        if known_left is not None and known_right is not None:
            return TRUE if same(known_left, known_right) else FALSE
        if left == right:
            return TRUE
        for symbol, said in ((left, known_right), (right, known_left)):
            if said in ("true", "false") and len(symbol) == 1 and isinstance(symbol[0], Symbol) and symbol[0].kind is Kind.BOOLEAN:
                held = self.true(symbol, span)
                return held if said == "true" else self.conditions.no(held)
        if known_left == "" or known_right == "":
            return self.empty(right if known_left == "" else left, span)
        for answer, said in ((left, known_right), (right, known_left)):
            if said in NOTHING and colours(answer) & (Colour.KNOWN | Colour.RELEASED | Colour.UNREAD) == Colour.KNOWN:
                return self._nothing(answer, said, span)
        if not _can_be_equal(left, right):
            return FALSE
        first, second = sorted((show(left), show(right)))
        if _is_leg(left, known_right) or _is_leg(right, known_left):
            note = f"{words(left)} equals {words(right)}"
            return self.conditions.test(Test(f"{first} == {second}", TestKind.SCENARIO, note, span, shade=Colour.CIRCUMSTANCE))
        outcomes = _outcomes(left, right, _same_version if Colour.KNOWN in colours(left) & colours(right) else same)
        if outcomes is None and _whole_version_and_branch(left, right):
            return FALSE
        if outcomes == (False, False, False) and (_no_version_typed(left, known_right) or _no_version_typed(right, known_left)):
            return FALSE
        key, note = f"{first} == {second}", f"{words(left)} equals {words(right)}"
        if outcomes is None and _shade(left, right) & Colour.KNOWN and _shade(left, right) & Colour.RELEASED:
            outcomes = (False, True, True)  # equality with the highest: the accident's version is not it
        return self.settle(key, note, span, left + right, outcomes, orders=_picks(left, right), constant=_constant(left, right))

    def _nothing(self, answer: Str, said: str, span: Span | None) -> Condition:
        """A lookup's answer is a word for nothing: it found nothing."""
        note = f"{words(answer)} is `{said}`"
        return self.conditions.test(Test(f"{show(answer)} is {said}", TestKind.LOOKUP, note, span, lookups=_lookups(answer)))

    def matches(self, string: Str, accepts: Callable[[str], bool], key: str, note: str, span: Span | None, literal: str = "") -> Condition:
        """`accepts` holds of `string`; `key` names the test, `literal` is the fixed text that it looks for, if there is one."""
        known = plain(string)
        if known is not None:
            return TRUE if accepts(known) else FALSE
        outcomes = _outcomes(string, (), lambda text, _: accepts(text))
        shade = colours(string)
        if outcomes == (False, False, False) and Colour.RELEASED in shade and Colour.KNOWN not in shade and literal:
            return self._foreign(string, key, note, span, literal)
        written = self._written(string, outcomes, shade)
        if written is not None:
            return TRUE if written else FALSE
        seeks_prerelease = any(word in literal.casefold() for word in PRERELEASE_WORDS)
        if seeks_prerelease and Colour.KNOWN in shade and outcomes is not None and not outcomes[OLDER] and not outcomes[NEWER]:
            return FALSE  # what is known already is taken to be a final version
        return self.settle(key, note, span, string, outcomes, orders=False)

    def _written(self, string: Str, outcomes: Outcomes | None, shade: Colour) -> bool | None:
        """Whether one version that exists already is of a form, where that can be told: how final ones are spelt is our guess."""
        one_known = shade == Colour.KNOWN and all(s.lookup is not None and not s.lookup.many for s in symbols(string))
        if outcomes is None or not one_known:
            return None
        if OLD_PRERELEASE in (samples(string) or ("",))[OLDER]:
            return outcomes[OLDER]
        return True if outcomes[OLDER] and outcomes[NEWER] else None

    def _foreign(self, string: Str, key: str, note: str, span: Span | None, literal: str) -> Condition:
        """A version that is never of the form asked for: another component's tag, another line, or a prerelease."""
        rest = _beyond(string, literal)
        if rest is None:
            return FALSE
        if any(word in rest.casefold() for word in PRERELEASE_WORDS):
            return self.conditions.test(Test(key, TestKind.PRERELEASE, note, span, False))
        if rest.lstrip("v")[:1].isdigit():
            return self.conditions.test(Test(key, TestKind.WEAK, note, span, shade=Colour.RELEASED))
        return self.conditions.test(Test(key, TestKind.SCENARIO, note, span, shade=Colour.RELEASED))

    def empty(self, string: Str, span: Span | None) -> Condition:
        """`string` is the empty string."""
        if not string:
            return TRUE
        if any(isinstance(piece, Literal) and piece.text for piece in string):
            return FALSE
        worlds = samples(string)
        if worlds is not None and len(set(map(bool, worlds))) == 1 and not Colour.PERSON & colours(string):
            return FALSE if worlds[OLDER] else TRUE
        shade = colours(string)
        key, note = f"{show(string)} is empty", f"{words(string)} is empty"
        if shade & Colour.PERSON and shade & Colour.RELEASED and worlds is not None and all(worlds):
            return FALSE  # somebody releases a version by hand: it is typed
        if worlds is not None:
            outcomes: Outcomes = (not worlds[OLDER], not worlds[NEWER], not worlds[PRERELEASE])
            return self.settle(key, note, span, string, outcomes, orders=True)
        if shade & (Colour.UNREAD | Colour.PERSON):
            return self.settle(key, note, span, string, None, orders=False)
        if shade & Colour.KNOWN and shade & Colour.RELEASED:
            return self.settle(key, note, span, string, None, orders=_picks(string, ()))
        if shade & Colour.KNOWN:
            return self.conditions.test(Test(key, TestKind.LOOKUP, note, span, lookups=_lookups(string)))
        if shade & (Colour.RELEASED | Colour.BRANCH):
            return FALSE
        if shade & Colour.PRERELEASE:
            return self.settle(key, note, span, string, None, orders=False)
        return self.conditions.test(Test(key, TestKind.SCENARIO, note, span))

    def true(self, string: Str, span: Span | None) -> Condition:
        """A symbol that is a boolean is true."""
        worlds = samples(string)
        outcomes = None if worlds is None else (worlds[0] == "true", worlds[1] == "true", worlds[2] == "true")
        return self.settle(show(string), words(string), span, string, outcomes, orders=False)

    # Order --------------------------------------------------------------------------------------------------------------

    def ordered(
        self, left: Str, operator: str, right: Str, holds: Callable[[str, str], bool | None], span: Span | None, how: str = ""
    ) -> Condition:
        """`left operator right`, where `holds` works it out on two texts (None: it cannot)."""
        known_left, known_right = plain(left), plain(right)
        if known_left is not None and known_right is not None:
            answer = holds(known_left, known_right)
            if answer is not None:
                return TRUE if answer else FALSE
        key = f"{show(left)} {operator} {show(right)} {how}"
        note = f"{words(left)} {operator} {words(right)}" + (f" ({how})" if how else "")
        outcomes = _partial_outcomes(left, right, holds)
        if outcomes is not None and not _same_form(left, right):
            outcomes = None
        return self.settle(key, note, span, left + right, outcomes, orders=True, constant=_constant(left, right))

    # The decision ---------------------------------------------------------------------------------------------------------

    def settle(
        self, key: str, note: str, span: Span | None, asked: Str, outcomes: Outcomes | None, *, orders: bool, constant: bool = False
    ) -> Condition:
        """The condition for a test over the string `asked` with these `outcomes`.

        `orders`: it depends on the order of what it compares; `constant`: one side of it is a literal.
        """
        shade = colours(asked)
        both = Colour.RELEASED in shade and Colour.KNOWN in shade
        if both and orders:
            accident = None if outcomes is None else outcomes[OLDER]
            return self.conditions.test(Test(key, TestKind.COMPARISON, note, span, accident, _lookups(asked)))
        if outcomes is not None and not shade & (Colour.KNOWN | Colour.UNREAD):
            if len(set(outcomes)) == 1 and not shade & Colour.PERSON:
                return TRUE if outcomes[OLDER] else FALSE
            if outcomes[OLDER] == outcomes[NEWER] != outcomes[PRERELEASE]:
                return self.conditions.test(Test(key, TestKind.PRERELEASE, note, span, outcomes[OLDER]))
        return self.conditions.test(Test(key, _kind(shade, asked), note, span, lookups=_lookups(asked), shade=shade))

    def unread(self, note: str, span: Span | None, key: str = "", shade: Colour = Colour.NONE) -> Condition:
        """A condition that cannot be read here; `shade` is where that came from which it asks about."""
        return self.conditions.test(Test(key or f"unread {note} {span}", TestKind.UNREAD, note, span, shade=shade))


#: Words by which a flag is written.
FLAGS = ("true", "false", "yes", "no", "1", "0", "on", "off")


def _is_leg(asked: Str, said: str | None) -> bool:
    """Is it asked which leg of a matrix that is not known this is, by a name? What a flag of it says, nobody knows."""
    return said is not None and said not in FLAGS and len(asked) == 1 and colours(asked) == Colour.UNREAD | Colour.CIRCUMSTANCE


def _kind(shade: Colour, asked: Str) -> TestKind:
    if Colour.UNREAD in shade:
        return TestKind.UNREAD
    if any(Colour.PERSON in symbol.colours and not _typed_version(symbol) for symbol in symbols(asked)):
        return TestKind.PRERELEASE if any(_says_prerelease(s.name) for s in symbols(asked)) else TestKind.PERSON
    if Colour.PRERELEASE in shade:
        return TestKind.PRERELEASE
    if shade & Colour.CIRCUMSTANCE and not shade & (Colour.RELEASED | Colour.KNOWN | Colour.BRANCH):
        return TestKind.SCENARIO
    return TestKind.WEAK


def _typed_version(symbol: Symbol) -> bool:
    """Is it the version itself that was typed?  What is asked of it is asked of the release, and decides nothing about the pointer."""
    return Colour.RELEASED in symbol.colours and symbol.samples is not None


def _no_version_typed(asked: Str, said: str | None) -> bool:
    """Is a version that somebody types for a release asked for a word that is none, such as `nightly`?"""
    if not said or said in FLAGS or any(char.isdigit() for char in said):
        return False
    return len(asked) == 1 and isinstance(asked[0], Symbol) and Colour.PERSON in asked[0].colours and _typed_version(asked[0])


def _says_prerelease(name: str) -> bool:
    """Does an input's name say that it marks a prerelease? Then it decides about the release, and nobody about the pointer."""
    word = name.rpartition(".")[2].casefold().replace("-", "").replace("_", "")
    return "prerelease" in word or word in ("pre", "ispre", "rc", "isrc", "beta", "isbeta", "alpha", "releasecandidate")


def _shade(*strings: Str) -> Colour:
    found = Colour.NONE
    for string in strings:
        found |= colours(string)
    return found


def _constant(left: Str, right: Str) -> bool:
    return plain(left) is not None or plain(right) is not None


def _lookups(string: Str) -> tuple[Lookup, ...]:
    return tuple(dict.fromkeys(symbol.lookup for symbol in symbols(string) if symbol.lookup))


def _picks(left: Str, right: Str) -> bool:
    """Is a known version in this meeting one that was picked from its list? Else it is only membership."""
    found = [s for s in symbols(left) + symbols(right) if s.lookup is not None and Colour.KNOWN in s.colours]
    return any(not symbol.lookup.many for symbol in found if symbol.lookup)


def _outcomes(left: Str, right: Str, holds: Callable[[str, str], bool]) -> Outcomes | None:
    first, second = samples(left), samples(right)
    if first is None or second is None:
        return None
    return (holds(first[0], second[0]), holds(first[1], second[1]), holds(first[2], second[2]))


def _partial_outcomes(left: Str, right: Str, holds: Callable[[str, str], bool | None]) -> Outcomes | None:
    first, second = samples(left), samples(right)
    if first is None or second is None:
        return None
    older, newer, third = holds(first[0], second[0]), holds(first[1], second[1]), holds(first[2], second[2])
    if older is None or newer is None:
        return None
    return older, newer, newer if third is None else third


def _same_version(left: str, right: str) -> bool:
    """Are two versions that were looked up the same? Whether they are written with a `v` is a guess of ours."""
    return left.removeprefix("v") == right.removeprefix("v")


def _same_form(left: Str, right: Str) -> bool:
    """Are the two written alike? `v1.2.3` and `1.2.3` are not, and what their order says is an accident of spelling."""
    first, second = samples(left), samples(right)
    if first is None or second is None or not first[0] or not second[0]:
        return True
    return first[0][0].isdigit() == second[0][0].isdigit()


def _whole_version_and_branch(left: Str, right: Str) -> bool:
    """Is one the released version in full, and the other the name of a branch? Branches are named after lines at most."""
    for version, branch in ((left, right), (right, left)):
        worlds = samples(version)
        if Colour.RELEASED in colours(version) and worlds is not None and RELEASED_VERSIONS[OLDER] in worlds[OLDER]:
            return Colour.BRANCH in colours(branch) and Colour.RELEASED not in colours(branch)
    return False


def _can_be_equal(left: Str, right: Str) -> bool:
    """False where the literal beginnings or ends of the two already differ."""
    for a, b in ((left, right), (left[::-1], right[::-1])):
        if not a or not b or not isinstance(a[0], Literal) or not isinstance(b[0], Literal):
            continue
        first, second = a[0].text.casefold(), b[0].text.casefold()
        size = min(len(first), len(second))
        head = first[:size] == second[:size] if a is left else first[-size:] == second[-size:]
        if size and not head:
            return False
    return True


def _beyond(string: Str, literal: str) -> str | None:
    """What of `literal` the released version itself would have to begin with; None where the literal text before it differs."""
    before = ""
    for piece in string:
        if isinstance(piece, Symbol):
            break
        before += piece.text
    if literal.casefold().startswith(before.casefold()):
        return literal[len(before) :]
    return None if before and "/" in literal else literal
