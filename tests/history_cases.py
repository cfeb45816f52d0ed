"""Histories for tests: repositories whose tags have chosen dates, and what a patient reader would say of them."""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: 2025-03-17 13:00 UTC.
NOON = 1_742_216_400
DAY = 86_400
FINAL = re.compile(r"v(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Tagged:
    """A tag to be made: on a commit of its own, and with a date of its own where it is annotated."""

    name: str
    committed: int
    annotated: int | None = None


def repository(path: Path, tags: Iterable[Tagged | tuple[str, int]]) -> Repo:
    """A bare repository with those tags, made by one `git fast-import`."""
    repo = new(path, "--bare")
    stream = "".join(stream_of(Tagged(*tag) if isinstance(tag, tuple) else tag for tag in tags))
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    subprocess.run(command, input=stream.encode("utf-8", "surrogateescape"), env=ENVIRONMENT, check=True)
    return repo


def stream_of(tags: Iterable[Tagged]) -> Iterator[str]:
    """Commits and tags as git fast-import reads them."""
    for mark, tag in enumerate(tags, 1):
        yield f"commit refs/heads/main\nmark :{mark}\ncommitter T <t@example.org> {tag.committed} +0000\ndata 1\nx\n"
        yield f"from :{mark - 1}\n" if mark > 1 else ""
        if tag.annotated is None:
            yield f"reset refs/tags/{tag.name}\nfrom :{mark}\n\n"
        else:
            yield f"tag {tag.name}\nfrom :{mark}\ntagger T <t@example.org> {tag.annotated} +0000\ndata 1\nx\n"


def releases(count: int, seed: int = 1) -> list[tuple[str, int]]:
    """So many releases of a project with lines, back-ports and prereleases, some a week."""
    dice, when = random.Random(seed), 1_420_000_000
    patches, newest, found = {(0, 1): -1}, (0, 1), []
    while len(found) < count:
        when += dice.randint(3600, 6 * DAY)
        chance = dice.random()
        if chance < 0.12:
            newest = (newest[0] + 1, 0) if dice.random() < 0.08 else (newest[0], newest[1] + 1)
            patches[newest] = -1
        line = dice.choice(list(patches)[-5:]) if chance > 0.8 else newest
        patches[line] += 1
        rc = f"-rc.{len(found)}" if 0.12 < chance < 0.25 else ""
        found.append((f"v{line[0]}.{line[1]}.{patches[line]}{rc}", when))
    return found


def numbers(tag: str) -> tuple[int, ...] | None:
    """The numbers of a final version's tag, None for a prerelease."""
    found = FINAL.fullmatch(tag)
    return tuple(map(int, found.groups())) if found else None


def patient(tags: Iterable[tuple[str, int]]) -> list[tuple[str, str, int, int | None]]:
    """Each way back (from, to, lines down, until), found by looking at everything that was there, again and again."""
    in_time = sorted((when, version, tag) for tag, when in tags if (version := numbers(tag)))
    found = []
    for at in range(1, len(in_time)):
        (_, before, before_tag), (_, after, after_tag) = in_time[at - 1], in_time[at]
        if after < before:
            lines = {version[:2] for _, version, _ in in_time[: at + 1]}
            down = len([line for line in lines if after[:2] <= line < before[:2]])
            until = next((when for when, version, _ in in_time[at:] if version >= before), None)
            found.append((before_tag, after_tag, down, until))
    return found
