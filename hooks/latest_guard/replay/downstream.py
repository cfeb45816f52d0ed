"""Pipelines and programs that cannot be read here: what is handed to them may name a pointer that they are to set.

A job that hands `RELEASE_TAG: latest`, or the destination `example/app:latest`, to a pipeline of another repository asks for that pointer
to be set, and so does `some-tool publish --destination example/app:latest`; no comparison of its own stands in front of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form, Target
from latest_guard.catalog.signs import PUBLISHING, names_destination
from latest_guard.replay.evaluation import strings, template
from latest_guard.replay.pointers import moved
from latest_guard.values import Literal, plain, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.pipeline import Call
    from latest_guard.replay.conditions import Condition
    from latest_guard.replay.evaluation import Contexts
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span
    from latest_guard.values import Str


def told(scene: Scene, words: tuple[Str, ...], span: Span, path: Condition) -> None:
    """A command that nobody here knows is run: hand the pointers that it is told to publish under to the scene."""
    said = [plain(word) or "" for word in words]
    verb = next((word for word in said[1:3] if word.startswith(PUBLISHING)), "")
    if not verb:
        return
    seen: set[str] = set()
    for option, value in _options(words[1:]):
        if names_destination(option):
            for part in _parts(value):
                _reach(scene, f"{said[0] or 'a program'} {verb}", part, span, path, seen)


def _options(words: tuple[Str, ...]) -> Iterator[tuple[str, Str]]:
    """The options that have a value: `--name=value`, `--name value`."""
    for index, word in enumerate(words):
        head = word[0].text if word and isinstance(word[0], Literal) else ""
        name, equals, rest = head.partition("=")
        if not name.startswith("--"):
            continue
        if equals:
            yield name, (*_literal(rest, Literal(rest, word[0].span)), *word[1:])
        elif len(word) == 1 and index + 1 < len(words):
            yield name, words[index + 1]


def moves(scene: Scene, call: Call, contexts: Contexts, path: Condition) -> None:
    """Hand the pointers that a call to another repository names to the scene; each once."""
    seen: set[str] = set()
    for binding in call.inputs:
        if names_destination(binding.name):
            for a in strings(scene, template(scene, contexts, binding.value)):
                for part in _parts(a.held):
                    _reach(scene, f"the pipeline of {call.uses}", part, binding.span, scene.conditions.both(path, a.when), seen)


def _reach(scene: Scene, via: str, named: Str, span: Span, path: Condition, seen: set[str]) -> None:
    form = Form.IMAGE if any(isinstance(piece, Literal) and ":" in piece.text for piece in named) else Form.TAG
    target = Target(named, form)
    pointer = moved("docker", target, scene.watch)
    if pointer is not None and pointer.target not in seen:
        seen.add(pointer.target)
        scene.reach("docker", via, target, span, path)


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
