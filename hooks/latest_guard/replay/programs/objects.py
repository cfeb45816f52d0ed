"""Methods of what the libraries hand out: open files, answers from the web, paths."""

from __future__ import annotations

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.programs import asking, lists, methods, surroundings
from latest_guard.replay.programs.items import Datum, Item, Items, Reference
from latest_guard.replay.programs.process import Given, Object, Process
from latest_guard.replay.programs.python_library import in_lines, opened, write_to
from latest_guard.replay.programs.worlds import true
from latest_guard.values import Symbol

PATHS = frozenset(
    [
        "read_text",
        "write_text",
        "read_bytes",
        "exists",
        "is_file",
        "is_dir",
        "open",
        "resolve",
        "absolute",
        "expanduser",
        "mkdir",
        "as_posix",
        "joinpath",
        "with_name",
    ]
)


def method(process: Process, item: Item, name: str, given: Given) -> Items | None:
    """A method of an open file, an answer or a path; None where the value is none of these."""
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Object):
        if "(file)" in cell.fields:
            return _of_file(process, item, cell, name, given)
        if "(body)" in cell.fields:
            return _of_answer(process, cell, name, given)
    if isinstance(item, tuple) and name in PATHS and process.language == "python":
        return _of_path(process, item, name, given)
    return None


def attribute(process: Process, item: Item, name: str) -> Items | None:
    """The text of an answer."""
    if name in ("text", "content") and isinstance(item, Reference):
        cell = process.heap[item.number]
        if isinstance(cell, Object) and "(body)" in cell.fields:
            return process.under(cell.fields["(body)"])
    return None


def _of_file(process: Process, item: Reference, cell: Object, name: str, given: Given) -> Items:
    if name in ("write", "writelines"):
        lines = given.get(0)
        if name == "writelines":
            lines = process.split(lines, lambda parts: lists.joined(process, (), parts))
        return write_to(process, item, lines)
    if name in ("read", "readline"):
        return surroundings.contents(process, cell.fields["(file)"], given.node)
    if name == "readlines":
        return in_lines(process, surroundings.contents(process, cell.fields["(file)"], given.node), given.node)
    return one(item) if name == "__enter__" else one(None)


def _of_answer(process: Process, cell: Object, name: str, given: Given) -> Items:
    body = process.under(cell.fields["(body)"])
    if name == "raise_for_status":
        process.throw(true(process, cell.fields["(failed)"], given.node))
        return one(None)
    if name == "json":
        return process.tidy([Alternative(a.when, asking.parsed(process, a.held)) for a in body])
    if name in ("text", "read", "decode", "toString", "getvalue"):
        return body
    if name in ("get", "getheader"):
        return one(Datum(Symbol("an answer's header")))
    return one(None)


def _of_path(process: Process, item: Item, name: str, given: Given) -> Items:
    if name in ("read_text", "read_bytes"):
        return surroundings.contents(process, one(item), given.node)
    if name == "write_text":
        surroundings.write(process, one(item), given.get(0), append=False)
        return one(None)
    if name in ("exists", "is_file", "is_dir"):
        return surroundings.exists(process, given.node)
    if name == "open":
        return opened(process, one(item), given.get(0, "mode"))
    if name == "joinpath":
        return methods.joined_path(process, [one(item), *given.items])
    return one(item)
