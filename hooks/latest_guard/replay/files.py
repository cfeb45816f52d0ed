"""Files that a run writes and reads: what was written in this scenario, or what stands in the repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.replay.alternatives import Alternative, Value, literal, one
from latest_guard.replay.scene import Chunk
from latest_guard.values import Str, Symbol, derived, plain, show, symbols, text

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span

#: A file that was written in more pieces than this is not put together.
PIECES = 60

#: A file of the repository is read as text up to this many characters.
LIMIT = 20_000


def resolve(machine: Machine, path: str) -> str:
    """A path as the script writes it, from the repository's root; "" where it leaves the repository."""
    joined = posixpath.normpath(posixpath.join(machine.directory or ".", path))
    if joined.startswith(("..", "/")):
        return ""
    return machine.scene.inside(joined)


def spelled(name: Str) -> str | None:
    """A file's name as text; the workspace's own folder in front is taken off."""
    whole = plain(name)
    if whole is not None:
        return whole
    first = name[0]
    if isinstance(first, Symbol) and "WORKSPACE" in first.name.upper().replace(".", "_"):
        rest = plain(name[1:])
        return None if rest is None else rest.lstrip("/") or "."
    return None


def read_file(machine: Machine, names: Value, span: Span) -> Value:
    """The content of the file that `names` say."""
    made: list[Alternative[Str]] = []
    both = machine.scene.conditions.both
    for name in names:
        made += [Alternative(both(name.when, a.when), a.held) for a in content(machine, name.held, span)]
    return machine.scene.algebra.tidy(made)


def content(machine: Machine, name: Str, span: Span, asks_version: bool = False) -> Value:
    """The content of one file. `asks_version`: it is read for a version, which a file that is not to be had is taken to declare."""
    whole = spelled(name) or show(name)
    for key in (whole, resolve(machine, whole), posixpath.basename(whole)):
        if key in machine.scene.files:
            return _written(machine, key, span)
    if whole == "/dev/null":
        return literal("")
    inside = resolve(machine, whole)
    source = machine.scene.tree.read(inside) if inside else None
    if source is not None and len(source.text) <= LIMIT and (told := _told(machine, inside, source)):
        return one(told)
    declared = index.file_contents(inside or whole) or (index.file_sketch(whole) if asks_version and source is None else None)
    if declared is not None:
        machine.scene.released = True
        return one((declared,))
    if source is not None and len(source.text) <= LIMIT:
        return one(text(source.text, source.span(0, 0)))
    return one((Symbol(f"the file {whole}", span=span),))


def _told(machine: Machine, path: str, source: Source) -> Str | None:
    """A file of the repository that declares the project's version: its text, with the version that is being released in that place."""
    place = index.version_place(path, source.text)
    if place is None:
        return None
    machine.scene.released = True
    start, end = place
    version = index.declared_version(f"the version in {posixpath.basename(path)}")
    top = source.span(0, 0)
    return (*text(source.text[:start], top), version, *text(source.text[end:], top))


def _written(machine: Machine, key: str, span: Span) -> Value:
    """What was written to a file; a long one that was written piece by piece is one symbol with the colours of its pieces."""
    chunks = machine.scene.files[key]
    fresh = max((at for at, chunk in enumerate(chunks) if chunk.fresh and chunk.when == machine.path), default=0)
    chunks = chunks[fresh:]
    if len(chunks) <= PIECES:
        return machine.collect(chunks, machine.path)
    found = dict.fromkeys(symbol for chunk in chunks for symbol in symbols(chunk.text))
    return one((derived((Symbol(f"the file {key}", span=span), *found), f"the file {key}", None),))


def write_file(machine: Machine, names: Value, chunks: list[Chunk], append: bool) -> None:
    """Write `chunks` to the file that `names` say."""
    both = machine.scene.conditions.both
    for name in names:
        key = spelled(name.held) or show(name.held)
        if key in ("/dev/null", "/dev/stderr", "/dev/tty"):
            continue
        if key == "/dev/stdout":
            machine.out.extend(chunks)
            continue
        kept = machine.scene.files.setdefault(key, [])
        if not append:
            kept.append(Chunk(both(machine.path, name.when), (), True))
        kept.extend(Chunk(both(name.when, chunk.when), chunk.text) for chunk in chunks)
