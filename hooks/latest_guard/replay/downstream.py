"""Pipelines elsewhere that a job starts: what it hands to them may name a pointer that they are to set.

What the other pipeline does cannot be read here.  But a job that hands `RELEASE_TAG: latest`, or the destination `example/app:latest`, to
a pipeline in a release asks for that pointer to be set, and no comparison of its own stands in front of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.evaluation import Contexts, strings, template
from latest_guard.replay.pointers import moved
from latest_guard.values import Literal, Str, text

if TYPE_CHECKING:
    from latest_guard.pipeline import Binding, Call
    from latest_guard.replay.conditions import Condition
    from latest_guard.replay.scene import Scene

#: What the words of a variable's name say that holds the name under which something is to be published …
PUBLISHED = frozenset(
    (
        "tag",
        "tags",
        "dest",
        "destination",
        "destinations",
        "target",
        "targets",
        "alias",
        "aliases",
        "release",
        "publish",
        "published",
        "push",
        "pointer",
    )
)
#: … and those of one that holds what is to be published, or what is to be used for it.
USED = frozenset(("src", "source", "sources", "from", "base", "builder", "cache", "runner", "ci", "pull", "input"))

_WORDS = re.compile(r"[a-z0-9]+|[A-Z0-9]+(?![a-z])|[A-Z][a-z0-9]*")


def names_destination(name: str) -> bool:
    """Does the name of a variable or input say that something is published under its value?"""
    words = {word.lower() for word in _WORDS.findall(name)}
    return bool(words & PUBLISHED) and not words & USED


def moves(scene: Scene, call: Call, contexts: Contexts, path: Condition) -> None:
    """Hand the pointers that a call to another repository names to the scene; each once."""
    seen: set[str] = set()
    for binding in call.inputs:
        if names_destination(binding.name):
            for a in strings(scene, template(scene, contexts, binding.value)):
                for part in _parts(a.held):
                    _reach(scene, call, binding, part, scene.conditions.both(path, a.when), seen)


def _reach(scene: Scene, call: Call, binding: Binding, named: Str, path: Condition, seen: set[str]) -> None:
    form = Form.IMAGE if any(isinstance(piece, Literal) and ":" in piece.text for piece in named) else Form.TAG
    target = Target(named, form)
    pointer = moved("docker", target, scene.watch)
    if pointer is not None and pointer.target not in seen:
        seen.add(pointer.target)
        scene.reach("docker", f"the pipeline of {call.uses}", target, binding.span, path)


def _parts(value: Str) -> list[Str]:
    """The items of a list written in one text, with commas or blanks between them."""
    found: list[Str] = [()]
    for piece in value:
        if not isinstance(piece, Literal):
            found[-1] = (*found[-1], piece)
            continue
        first, *rest = re.split(r"[,\s]+", piece.text)
        found[-1] = (*found[-1], *_literal(first, piece))
        found += [_literal(part, piece) for part in rest]
    return [part for part in found if part]


def _literal(part: str, piece: Literal) -> Str:
    return text(part, piece.span)
