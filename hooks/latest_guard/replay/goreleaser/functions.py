"""The functions of goreleaser's templates (https://goreleaser.com/customization/templates/)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import TRUE, Condition
from latest_guard.replay.gotemplates import Found, Function, Listed, Renderer, tests, texts
from latest_guard.replay.texts import combine, rewrite
from latest_guard.values import Str, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.source import Span


def changed(change: Callable[[str], str | None], name: str) -> Function:
    """A function of one text."""
    return texts(lambda row: rewrite(row[-1], change, name))


def _replaced(row: list[Str]) -> Str | None:
    """`replace text old new`."""
    old, new = plain(row[1]), plain(row[2])
    if old is None or new is None:
        return combine(row, lambda t: t[0].replace(t[1], t[2]), "replace")
    return rewrite(row[0], lambda whole: whole.replace(old, new), f"replace {old} {new}")


def cut(end: bool) -> Callable[[list[Str]], Str | None]:
    """`trimprefix text part` and `trimsuffix text part`."""

    def work(row: list[Str]) -> Str | None:
        part = plain(row[1])
        if part is None:
            return None
        if end:
            return rewrite(row[0], lambda whole: whole.removesuffix(part), f"trimsuffix {part}")
        return rewrite(row[0], lambda whole: whole.removeprefix(part), f"trimprefix {part}")

    return work


def contains(renderer: Renderer, row: list[Str], span: Span) -> Condition:
    """`contains text part`."""
    part = plain(row[1])
    note = f"{show(row[0])} contains {show(row[1])}"
    if part is None:
        return renderer.scene.judge.settle(note, note, span, row[0] + row[1], None, orders=False)
    return renderer.scene.judge.matches(row[0], lambda whole: part in whole, note, note, span, part)


def _bumped(part: int) -> Callable[[str], str | None]:
    """`incmajor`, `incminor`, `incpatch`."""

    def change(whole: str) -> str | None:
        prefix = "v" if whole.startswith("v") else ""
        numbers = whole.removeprefix("v").partition("-")[0].split(".")
        if len(numbers) != 3 or not all(number.isdigit() for number in numbers):
            return None
        made = [int(number) for number in numbers]
        return prefix + ".".join(str(n + 1 if at == part else n if at < part else 0) for at, n in enumerate(made))

    return change


def _default(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    """`envOrDefault "NAME" "text"`: the variable where it is set, and not empty."""
    name, *rest = arguments
    found = renderer.field(("Env", _said(renderer, name)), span)
    missing = renderer.scene.conditions.no(renderer.truthy(found, span))
    both, no = renderer.scene.conditions.both, renderer.scene.conditions.no
    made = [Alternative(both(no(missing), a.when), a.held) for a in found]
    return renderer.tidy([*made, *(Alternative(both(missing, a.when), a.held) for a in (rest[0] if rest else one(None)))])


def _said(renderer: Renderer, found: Found) -> str:
    values = renderer.strings(found)
    return (plain(values[0].held) if len(values) == 1 else None) or ""


def _is_set(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    """`isEnvSet "NAME"`: set, and not empty."""
    found = renderer.field(("Env", _said(renderer, arguments[0])), span)
    return renderer.flag(renderer.truthy(found, span))


def _list(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    made = renderer.rows(arguments)
    return renderer.tidy([Alternative(when, Listed(tuple(row))) for when, row in made])


def _map(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    made: list[Alternative[object]] = []
    for when, row in renderer.rows(arguments):
        made.append(Alternative(when, Listed(tuple(row[1::2]), tuple(plain(key) or "" for key in row[0:-1:2]))))
    return renderer.tidy(made)


def _index_or_default(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    found = renderer.within(arguments[0], [_said(renderer, arguments[1])], span)
    return renderer.tidy([Alternative(a.when, a.held) for a in found if a.held is not None]) or arguments[2]


def _split(row: list[Str]) -> Listed | None:
    """`split text separator`."""
    separator = plain(row[1])
    if not separator:
        return None
    from latest_guard.replay.texts import split

    return Listed(tuple(split(row[0], separator, 3)))


FUNCTIONS: Mapping[str, Function] = {
    "replace": texts(_replaced, 3),
    "split": texts(_split, 2),
    "tolower": changed(str.lower, "tolower"),
    "toupper": changed(str.upper, "toupper"),
    "title": changed(str.title, "title"),
    "trim": changed(str.strip, "trim"),
    "trimprefix": texts(cut(False), 2),
    "trimsuffix": texts(cut(True), 2),
    "dir": changed(posixpath.dirname, "dir"),
    "base": changed(posixpath.basename, "base"),
    "abs": changed(lambda whole: whole, "abs"),
    "contains": tests(contains),
    "incmajor": changed(_bumped(0), "incmajor"),
    "incminor": changed(_bumped(1), "incminor"),
    "incpatch": changed(_bumped(2), "incpatch"),
    "envOrDefault": _default,
    "isEnvSet": _is_set,
    "list": _list,
    "map": _map,
    "indexOrDefault": _index_or_default,
    "in": tests(lambda renderer, row, span: contains(renderer, row, span)),
    "time": texts(lambda row: text("2025-03-17")),
    "urlPathEscape": changed(lambda whole: whole.replace("/", "%2F"), "urlPathEscape"),
}

__all__ = ["FUNCTIONS", "TRUE", "changed", "contains", "cut"]
