"""GitHub's release badge: what its API fields say of a move, and what its answers look like.

https://docs.github.com/en/rest/releases/releases: `make_latest` is `true` (the default for a release that becomes published), `false`
or `legacy`; drafts and prereleases are never the latest release.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog.answers import newest, unknown, worlds
from latest_guard.catalog.entries import Effect, Form, Target
from latest_guard.catalog.strings import truth
from latest_guard.values import HIGHEST_VERSION, Colour, Lookup, Order, Str, Symbol, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def badge(latest: Str | None, draft: Str | None = None, prerelease: Str | None = None, repository: str = "") -> Sequence[Target]:
    """The target of making a release, None for a setting that is not given; none where no final release comes out."""
    if truth(draft) or truth(prerelease):
        return ()
    unless = tuple(value for value in (draft, prerelease) if value is not None and truth(value) is None)
    kept = latest is not None and (plain(latest) or "").strip().lower() == "false"
    return (Target(latest or (), Form.RELEASE, Effect.PUBLISH if kept else Effect.MOVE, unless=unless, repository=repository),)


def edited(latest: Str | None, draft: Str | None, prerelease: Str | None, repository: str = "") -> Sequence[Target]:
    """The target of changing a release: the badge moves where a draft is published or the badge is asked for."""
    by_rule = latest is None or (plain(latest) or "").strip().lower() == "legacy"
    if by_rule and draft is None:
        return ()
    if not by_rule and truth(latest) is False:
        return ()
    published = draft is not None
    return [replace(target, points=not published) for target in badge(latest, draft, prerelease, repository)]


def latest_release(prefix: str = "v") -> Symbol:
    """The JSON of `releases/latest`."""
    return reshaped(newest("GitHub's latest release", Order.BADGE, prefix=prefix), lambda tag: _release(tag, prefix), many=False)


def release_list(*, prereleases: bool = True, alone: bool = False) -> Symbol:
    """The JSON of `/releases`: the newest by date first; with or without `prereleases`, all of them or the first `alone`."""
    return _array("GitHub's releases", Order.DATE, lambda tag: _release(tag, "v"), descending=True, prereleases=prereleases, alone=alone)


def release_table(*, prereleases: bool = True, alone: bool = False) -> Symbol:
    """The same as `gh release list` prints it where nobody looks on: title, type, tag and date, with tabs between them."""
    rows = _lines(Order.DATE, descending=True, prereleases=prereleases, alone=alone)
    first, second, third = ("\n".join(map(_row, tags)) for tags in rows)
    return Symbol(
        "GitHub's releases", Colour.KNOWN, (first, second, third), lookup=_asked("GitHub's releases", Order.DATE, prereleases, alone)
    )


def _row(tag: str) -> str:
    kind = "Pre-release" if "-" in tag else "Latest" if tag.endswith(HIGHEST_VERSION) else ""
    return f"{tag}\t{kind}\t{tag}\t2026-01-02T03:04:05Z"


def tag_list() -> Symbol:
    """The JSON of `/tags`: names in descending text order."""
    return _array("GitHub's tags", Order.TEXT, lambda tag: f'{{"name": "{tag}"}}', descending=True)


def bears_badge() -> Symbol:
    """The JSON of the release itself, which says whether it is the latest."""
    first, second, third = (f'{{"isLatest": {word}}}' for word in ("false", "true", "false"))
    name = "whether GitHub calls the release its latest"
    return Symbol(name, Colour.KNOWN | Colour.RELEASED, (first, second, third), lookup=_asked(name, Order.BADGE, False, True))


def ref_list() -> Symbol:
    """The JSON of `/git/refs/tags` and `/git/matching-refs/tags`: refs in text order."""
    return _array("GitHub's tag refs", Order.TEXT, lambda tag: f'{{"ref": "refs/tags/{tag}"}}', descending=False)


def _array(
    name: str, order: Order, shape: Callable[[str], str], *, descending: bool, prereleases: bool = True, alone: bool = False
) -> Symbol:
    rows = _lines(order, descending=descending, prereleases=prereleases, alone=alone)
    first, second, third = ("[" + ", ".join(map(shape, tags)) + "]" for tags in rows)
    return Symbol(name, Colour.KNOWN, (first, second, third), lookup=_asked(name, order, prereleases, alone))


def _lines(order: Order, *, descending: bool, prereleases: bool, alone: bool) -> list[list[str]]:
    """The tags of an answer in each world."""
    texts = worlds("v", own=True, order=order, descending=descending)
    rows = [[tag for tag in text.split("\n") if prereleases or "-" not in tag] for text in texts]
    return [tags[:1] if alone else tags for tags in rows]


def _asked(name: str, order: Order, prereleases: bool, alone: bool) -> Lookup:
    return Lookup(name, None, False, not alone, order, prereleases)


def _release(tag: str, prefix: str) -> str:
    prerelease = "true" if "-" in tag.removeprefix(prefix) else "false"
    badge = "true" if tag.endswith(HIGHEST_VERSION) else "false"
    fields = f'"isLatest": {badge}, "tag_name": "{tag}", "tagName": "{tag}", "name": "{tag}", "draft": false, "isDraft": false'
    return (
        f'{{{fields}, "prerelease": {prerelease}, "isPrerelease": {prerelease}, "html_url": "https://github.com/o/r/releases/tag/{tag}", '
        f'"url": "https://github.com/o/r/releases/tag/{tag}"}}'
    )


def reshaped(symbol: Symbol, shape: Callable[[str], str], *, many: bool) -> Symbol:
    """The symbol with each of its samples rewritten."""
    if symbol.samples is None or symbol.lookup is None:
        return symbol
    first, second, third = symbol.samples
    lookup = Lookup(symbol.lookup.name, None, symbol.lookup.local, many, symbol.lookup.order, symbol.lookup.prereleases)
    return Symbol(symbol.name, symbol.colours, (shape(first), shape(second), shape(third)), lookup=lookup)


def api_answer(path: str) -> Symbol | None:
    """What GitHub's REST API (Gitea's and Forgejo's too) says to GET `path`, such as `repos/o/r/releases/latest`.

    None where it is no lookup.
    """
    parts = path.partition("?")[0].strip("/").split("/")
    tails: Mapping[tuple[str, ...], Callable[[], Symbol]] = {
        ("releases", "latest"): latest_release, ("releases",): release_list, ("tags",): tag_list, ("git", "refs", "tags"): ref_list,
        ("git", "matching-refs", "tags"): ref_list, ("git", "refs"): ref_list,
    }  # fmt: skip
    start = next((at for at, part in enumerate(parts) if part in ("repos", "repositories")), None)
    if start is None:
        return None
    # `repos/$REPOSITORY/…` has one part where `repos/owner/name/…` has two.
    behind = next(
        (tuple(parts[at:]) for at in range(start + 2, min(start + 4, len(parts))) if parts[at] in ("releases", "tags", "git")), ()
    )
    if behind in tails:
        return tails[behind]()
    if behind[:3] == ("git", "matching-refs", "tags"):
        return unknown("GitHub's tag refs", Order.TEXT)
    return None
