"""Image references as registries read them, and where their moves count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Effect, Form, Target
from latest_guard.catalog.strings import HOLE, csv, partition, split, truth, veiled, without
from latest_guard.values import HIGHEST_VERSION, OLDER, Colour, Order, Str, Symbol, plain, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Hosts of one machine or one run. What is pushed there moves nothing for anybody else.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal", "ttl.sh"})
LOCAL_TAILS = (".local", ".localhost", ".localdomain", ".internal.test", ".svc")


def is_private_registry(image: Str) -> bool:
    """Does the image's literal host name a registry of this machine, of this run, or one that forgets within a day?"""
    host, slash, _ = veiled(without(image, "docker://")).partition("/")
    if not slash or HOLE in host:
        return False
    bare = host if host.startswith("[") and host.endswith("]") else host.partition(":")[0] if not host.startswith("[") else "[::1]"
    if bare in LOCAL_HOSTS or bare.endswith(LOCAL_TAILS) or bare.startswith("127."):
        return True
    return ":" in host and "." not in bare


def pushed(
    images: Sequence[Str], effect: Effect = Effect.MOVE, only_if: tuple[Str, ...] = (), unless: tuple[Str, ...] = ()
) -> list[Target]:
    """Targets for image references, those on private registries and those by digest left out."""
    found = []
    for image in images:
        reference = without(image, "docker://")
        if reference and "@" not in veiled(reference) and not is_private_registry(reference):
            found.append(Target(reference, Form.IMAGE, effect, only_if, unless))
    return found


def copied(sources: Sequence[Str], targets: Sequence[Target]) -> Sequence[Target]:
    """The targets of a copy. One of the highest known version puts the pointer where it belongs, whatever is released."""
    if any((plain(source) or "").endswith(":") for source in sources):
        return ()  # a name with an empty tag is none
    forwards = any(map(is_highest, sources))
    return [replace(target, compares=forwards, copies=True, sources=tuple(sources)) for target in targets]


def is_highest(source: Str) -> bool:
    """Is it named after the highest known version, and not after the one being released?"""
    versions = [symbol for symbol in symbols(source) if symbol.colours & (Colour.KNOWN | Colour.RELEASED)]
    return bool(versions) and all(map(_highest, versions))


def _highest(symbol: Symbol) -> bool:
    lookup = symbol.lookup
    if Colour.RELEASED in symbol.colours or lookup is None or lookup.order is not Order.VERSION or lookup.many:
        return False
    return symbol.samples is None or HIGHEST_VERSION in symbol.samples[OLDER]  # of a line only it would be another


def condition(value: Str | None) -> tuple[Str, ...] | None:
    """`only_if` for a switch: none where it is on, None where it is off, itself where that is open."""
    known = truth(value)
    if known is None:
        return (value or (),)
    return () if known else None


def outputs_push(outputs: Sequence[Str]) -> tuple[tuple[Str, ...] | None, list[Str]]:
    """BuildKit's `--output`: (under which conditions something is pushed, None for never; the names that the outputs add).

    https://docs.docker.com/build/exporters/image-registry/: `type=registry` is `type=image,push=true`; by digest alone no name moves.
    """
    found: tuple[Str, ...] | None = None
    names: list[Str] = []
    for output in outputs:
        fields = dict(pair for field in csv(output) if (pair := _pair(field)) is not None)
        if truth(fields.get("push-by-digest")):
            continue
        kind = plain(fields.get("type", ()))
        push = fields.get("push")
        when = () if kind == "registry" and push is None else condition(push) if kind in ("image", "registry", None) else None
        if when is not None:
            found = when if found is None else ()
            names += split(fields.get("name", ()), ",")
    return found, names


def _pair(field: Str) -> tuple[str, Str] | None:
    parts = partition(field, "=")
    name = plain(parts[0]) if parts else None
    return (name.strip(), parts[1]) if parts and name else None


def asks_pointer(image: Str) -> bool:
    """Does the reference name a pointer (`latest`, a variant of it, `stable`, no tag at all) and no version?"""
    reference = veiled(without(image, "docker://"))
    if "@" in reference or not reference:
        return False
    tail = reference.rpartition("/")[2]
    _, colon, tag = tail.partition(":")
    if not colon:
        # A bare name may be a container, or an image of this machine alone.
        return HOLE not in tail and "/" in reference
    return any(part in ("latest", "stable", "lts") for part in tag.replace(".", "-").replace("_", "-").split("-"))
