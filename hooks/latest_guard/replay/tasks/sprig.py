"""Functions of task's templates (https://taskfile.dev/docs/reference/templating and https://go-task.github.io/slim-sprig/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.gotemplates import Found, Function, Listed, Renderer, tests, texts
from latest_guard.replay.ordering import holds
from latest_guard.replay.texts import rewrite, split
from latest_guard.values import Literal, Str, join, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.source import Span


def changed(change: Callable[[str], str | None], name: str) -> Function:
    """A function of one text, which comes last."""
    return texts(lambda row: rewrite(row[-1], change, name))


def of_two(change: Callable[[str, str], str], name: str) -> Function:
    """A function of a fixed text and, last, the one that is changed."""

    def work(row: list[Str]) -> Str | None:
        other = plain(row[0])
        return None if other is None else rewrite(row[-1], lambda whole: change(whole, other), f"{name} {other}")

    return texts(work, 2)


def _replaced(row: list[Str]) -> Str | None:
    """`replace old new text`."""
    old, new = plain(row[0]), plain(row[1])
    return None if old is None or new is None else rewrite(row[2], lambda whole: whole.replace(old, new), f"replace {old} {new}")


def _default(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    """`default "x" .Y`: Y where it is not empty."""
    if len(arguments) < 2:
        return arguments[0] if arguments else one(())
    conditions = renderer.scene.conditions
    given = renderer.truthy(arguments[1], span)
    made = [Alternative(conditions.both(given, a.when), a.held) for a in arguments[1]]
    return renderer.tidy([*made, *(Alternative(conditions.both(conditions.no(given), a.when), a.held) for a in arguments[0])])


def _ternary(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    """`ternary "yes" "no" test`."""
    if len(arguments) < 3:
        return one(())
    conditions = renderer.scene.conditions
    test = renderer.truthy(arguments[2], span)
    made = [Alternative(conditions.both(test, a.when), a.held) for a in arguments[0]]
    return renderer.tidy([*made, *(Alternative(conditions.both(conditions.no(test), a.when), a.held) for a in arguments[1])])


def _part(kind: str) -> Function:
    """`contains part text`, `hasPrefix`, `hasSuffix`."""

    def test(renderer: Renderer, row: list[Str], span: Span) -> Condition:
        part = plain(row[0])
        note = f"{show(row[1])} {kind} {show(row[0])}"
        if part is None:
            return renderer.scene.judge.settle(note, note, span, row[0] + row[1], None, orders=False)
        check = {
            "contains": lambda whole: part in whole,
            "hasPrefix": lambda w: w.startswith(part),
            "hasSuffix": lambda w: w.endswith(part),
        }
        return renderer.scene.judge.matches(row[1], check[kind], note, note, span, part)

    return tests(test)


def _semver(renderer: Renderer, row: list[Str], span: Span) -> Condition:
    """`semverCompare ">= 1.2" .VERSION`."""
    first = row[0][0].text if row[0] and isinstance(row[0][0], Literal) else ""
    sign = next((mark for mark in (">=", "<=", "!=", ">", "<", "=") if first.startswith(mark)), "")
    known = plain(row[0])
    rest = text(known[len(sign) :].strip()) if known is not None else row[0][1:]
    operator = {"=": "==", "": "=="}.get(sign, sign)
    return renderer.scene.judge.ordered(row[1], operator, rest, lambda a, b: holds(a, operator, b), span, "semverCompare")


def _list(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    return renderer.tidy([Alternative(when, Listed(tuple(row))) for when, row in renderer.rows(arguments)])


def _pick(at: int) -> Function:
    def run(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
        def change(held: object) -> object:
            return held.items[at] if isinstance(held, Listed) and held.items else None

        return renderer.each(arguments[-1], change) if arguments else one(None)

    return run


def _split(row: list[Str]) -> Listed | None:
    separator = plain(row[0])
    return Listed(tuple(split(row[1], separator, 3))) if separator else None


def _joined(renderer: Renderer, arguments: list[Found], span: Span) -> Found:
    separator = plain(renderer.strings(arguments[0])[0].held) or ""

    def change(held: object) -> object:
        return join([item for item in held.items if isinstance(item, tuple)], separator) if isinstance(held, Listed) else held

    return renderer.each(arguments[-1], change)


FUNCTIONS: Mapping[str, Function] = {
    "default": _default,
    "ternary": _ternary,
    "replace": texts(_replaced, 3),
    "lower": changed(str.lower, "lower"),
    "upper": changed(str.upper, "upper"),
    "trim": changed(str.strip, "trim"),
    "trimPrefix": of_two(str.removeprefix, "trimPrefix"),
    "trimSuffix": of_two(str.removesuffix, "trimSuffix"),
    "trimAll": of_two(str.strip, "trimAll"),
    "contains": _part("contains"),
    "hasPrefix": _part("hasPrefix"),
    "hasSuffix": _part("hasSuffix"),
    "empty": lambda renderer, arguments, span: renderer.flag(
        renderer.scene.conditions.no(renderer.truthy(arguments[0], span) if arguments else FALSE)
    ),
    "semverCompare": tests(_semver),
    "list": _list,
    "first": _pick(0),
    "last": _pick(-1),
    "splitList": texts(_split, 2),
    "splitLines": changed(lambda whole: whole, "splitLines"),
    "join": _joined,
    "quote": texts(lambda row: (*text('"'), *row[-1], *text('"'))),
    "squote": texts(lambda row: (*text("'"), *row[-1], *text("'"))),
    "shellQuote": texts(lambda row: row[-1]),
    "q": texts(lambda row: row[-1]),
    "catLines": changed(lambda whole: whole.replace("\n", " "), "catLines"),
    "toString": texts(lambda row: row[-1]),
    "OS": texts(lambda row: text("linux"), 0),
    "ARCH": texts(lambda row: text("amd64"), 0),
    "env": lambda renderer, arguments, span: (
        renderer.field((plain(renderer.strings(arguments[0])[0].held) or "",), span) if arguments else one(())
    ),
}
