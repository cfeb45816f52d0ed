"""Moves that a program makes by a package of its language: releases, refs, images and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from latest_guard.catalog import releases
from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.alternatives import Alternatives, one
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.programs import elements
from latest_guard.replay.programs.items import Datum, Items, origins, unknown
from latest_guard.replay.programs.process import Given, Process
from latest_guard.values import Colour, Literal, Order, Str, Symbol, text

if TYPE_CHECKING:
    from latest_guard.source import Span


def options(process: Process, given: Given) -> dict[str, Items]:
    """The named arguments, and the fields of the objects among the others."""
    made: dict[str, Items] = {}
    for row in given.items:
        made.update(elements.fields(process, row))
    made.update(given.named)
    return made


def _rows(process: Process, held: dict[str, Items], names: Sequence[str]) -> Alternatives[tuple[Str, ...]]:
    values = [process.strings(_flag(process, held.get(name))) for name in names]
    return process.scene.algebra.product(values, process.path)


def _flag(process: Process, items: Items | None) -> Items:
    """A setting that is not given, or given nothing, is empty."""
    if items is None:
        return one(())
    return process.each(items, lambda item: () if item is None else text("true" if item else "false") if isinstance(item, bool) else item)


def _reach(process: Process, kind: str, via: str, targets: Sequence[Target], span: Span, when: Condition) -> None:
    for target in targets:
        process.scene.reach(kind, via, target, span, when)


def release(process: Process, given: Given, *, edits: bool) -> Items:
    """A release of GitHub made or changed."""
    process.effect()
    held = options(process, given)
    names = ("make_latest", "draft", "prerelease")
    make = releases.edited if edits else releases.badge
    if edits and _highest(held.get("release_id")):
        return one(None)
    span = process.span_of(given.node)
    for row in _rows(process, held, names):
        if row.when == FALSE:
            continue
        latest, draft, prerelease = (value if name in held and value else None for name, value in zip(names, row.held, strict=True))
        said = latest if latest is not None else () if not edits else None
        targets = make(said or None if not edits else latest, draft, prerelease)
        _reach(process, "github-release", "a release by GitHub's API", targets, span, row.when)
    return one(Datum(Symbol(f"the release of {process.said(given.node)}", kind=unknown((), "").symbol.kind)))


def _highest(number: Items | None) -> bool:
    """Is it the release of the highest known version that is changed?  Whatever is released, the badge then stands where it should."""
    found = [symbol for a in number or () for symbol in origins(a.held)]
    known = all(Colour.KNOWN in symbol.colours and Colour.RELEASED not in symbol.colours for symbol in found)
    return bool(found) and known and all(symbol.lookup is not None and symbol.lookup.order is Order.VERSION for symbol in found)


def python_release(process: Process, given: Given) -> Items:
    """PyGithub's `create_git_release(tag, name, message, draft, prerelease, …)`."""
    for at, name in enumerate(("tag", "name", "message", "draft", "prerelease")):
        if at < len(given.items):
            given.named.setdefault(name, given.items[at])
    return release(process, Given([], given.named, given.node), edits=False)


def python_update(process: Process, given: Given) -> Items:
    """PyGithub's `update_release(name, message, draft, prerelease, …)`."""
    for at, name in enumerate(("name", "message", "draft", "prerelease")):
        if at < len(given.items):
            given.named.setdefault(name, given.items[at])
    return release(process, Given([], given.named, given.node), edits=True)


def ref(process: Process, given: Given) -> Items:
    """A ref made or moved."""
    process.effect()
    for a in process.strings(options(process, given).get("ref") or given.get(0)):
        target = Target(_full(a.held), Form.REF)
        if _is_tag(a.held):
            _reach(
                process,
                "git-tag",
                "a ref by GitHub's API",
                (target,),
                process.span_of(given.node),
                process.scene.conditions.both(process.path, a.when),
            )
    return one(Datum(Symbol("a ref", kind=unknown((), "").symbol.kind)))


def _is_tag(name: Str) -> bool:
    first = name[0] if name else None
    return isinstance(first, Literal) and first.text.removeprefix("refs/").startswith("tags/")


def _full(name: Str) -> Str:
    first = name[0]
    if isinstance(first, Literal) and first.text.startswith("tags/"):
        return (Literal("refs/" + first.text, first.span), *name[1:])
    return name


def image(process: Process, given: Given) -> Items:
    """docker-py's `images.push(repository, tag)`."""
    process.effect()
    names, tags = process.strings(given.get(0, "repository")), process.strings(given.get(1, "tag") if given.has(1, "tag") else one(()))
    for row in process.scene.algebra.product([names, tags], process.path):
        whole = (*row.held[0], Literal(":"), *row.held[1]) if row.held[1] else row.held[0]
        _reach(process, "docker", "docker push", (Target(whole, Form.IMAGE),), process.span_of(given.node), row.when)
    return one(())


def upload(process: Process, given: Given) -> Items:
    """An upload to object storage: each text among the arguments may be the object's name."""
    process.effect()
    held = {**{str(at): item for at, item in enumerate(given.items)}, **options(process, given)}
    for name, items in held.items():
        for a in process.strings(items):
            if name not in ("0", "Filename", "Body", "Fileobj", "file_name"):
                when = process.scene.conditions.both(process.path, a.when)
                _reach(process, "storage", "an upload", (Target(a.held, Form.PATH),), process.span_of(given.node), when)
    return one(None)


Maker = Callable[[Process, Given], Items]

#: Methods by their names, whatever client they are a method of.
METHODS: dict[str, Maker] = {
    "createRelease": lambda p, g: release(p, g, edits=False),
    "updateRelease": lambda p, g: release(p, g, edits=True),
    "createRef": ref,
    "updateRef": ref,
    "create_git_release": python_release,
    "create_git_tag_and_release": python_release,
    "create_release": python_release,
    "update_release": python_update,
    "edit_release": python_update,
    "create_git_ref": ref,
    "upload_file": upload,
    "upload_fileobj": upload,
    "put_object": upload,
    "PutObjectCommand": upload,
    "upload_from_filename": upload,
    "upload_blob": upload,
}
#: The same by the last two parts.
LONGER: dict[str, Maker] = {"images.push": image, "api.push": image}


def request(process: Process, method: str, url: Items, body: dict[str, Items], given: Given) -> bool:
    """A request that changes something, by its method and address; False where it is none that moves."""
    conditions = process.scene.conditions
    moved = False
    for a in process.strings(url):
        path = "".join(p.text if isinstance(p, Literal) else "_" for p in a.held).partition("?")[0].rstrip("/").split("/")
        start, process.path = process.path, conditions.both(process.path, a.when)
        if process.path != FALSE and "repos" in path and "releases" in path[-2:] and "assets" not in path:
            release(process, Given([], body, given.node), edits=method == "PATCH")
            moved = True
        elif process.path != FALSE and "repos" in path and "refs" in path[-4:]:
            named = body.get("ref") or one(text("refs/" + "/".join(path[path.index("refs") + 1 :])))
            ref(process, Given([], {"ref": named}, given.node))
            moved = True
        process.path = start
    return moved
