"""What a run publishes beside the pointers that it moves, and whether somebody approves in between.

An approval is an environment that a job deploys to: who protects it lets somebody look before the job begins. Whether it is protected
stands in the settings of the CI system, not in a file. Buttons and boxes are conditions, and not looked at here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.pointers import image_tag
from latest_guard.values import OLDER, RELEASED_VERSIONS, Colour, Literal, Symbol, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.catalog.entries import Target
    from latest_guard.pipeline import Job
    from latest_guard.replay.scene import Reach, Scene
    from latest_guard.values import Piece, Str

#: A version that is written out.
WRITTEN = re.compile(r"(?<![\w.])v?\d{1,9}\.\d{1,9}\.\d{1,9}")
#: How the host of Docker Hub may be written, or left out (https://docs.docker.com/reference/cli/docker/image/pull/).
HUB = ("docker://", "index.docker.io/", "docker.io/", "library/")


# Approvals --------------------------------------------------------------------------------------------------------------


def approvals(scene: Scene, caller: str, job: Job) -> frozenset[str]:
    """The jobs, by their names in the scene, whose environments are approved before `job` begins, which is the one being walked."""
    found = set(scene.approvals.get(caller, ()))
    for need in job.needs:
        path = f"{caller}/{need}" if caller else need
        found.update(*(held for name, held in scene.approvals.items() if name == path or name.startswith(f"{path}/")))
    return frozenset(found | {scene.job}) if job.environment is not None else frozenset(found)


def approvals_inside(scene: Scene, jobs: Iterable[Job]) -> None:
    """Take note of the environments of the jobs that the present one has called, of those as well that were not worth walking."""
    for job in jobs:
        if job.environment is not None:
            path = f"{scene.job}/{job.id}"
            scene.approvals.setdefault(path, frozenset((path,)))


def approved(scene: Scene, reach: Reach) -> bool:
    """Is an environment approved before the pointer moves that was not approved before something of the version came out?"""
    before = scene.approvals.get(reach.job, frozenset())
    published = [scene.approvals.get(job, frozenset()) for (_, job), when in scene.published.items() if when != FALSE]
    return any(before - other for other in published) if published else bool(before)


# Tags of the version's own ----------------------------------------------------------------------------------------------


def versioned(target: Target) -> Iterator[str]:
    """The images of which a tag of the version's own is there after `target` is set: it is one, or it is copied from one."""
    named = [_named(target.text) if target.form is Form.IMAGE else (target.repository, target.text) if target.form is Form.TAG else None]
    for found in (*named, *map(_named, target.sources)):
        if found is not None and _is_whole(found[1]):
            yield bare(found[0])


def has_version(scene: Scene, reach: Reach) -> bool:
    """Is a tag of the version's own pushed, in this run, for the image whose pointer moves?"""
    image = bare(reach.pointer.target.rpartition(":")[0])
    return image in scene.versions or (not image and bool(scene.versions))


def bare(image: str) -> str:
    """An image's name without what may be left out of it."""
    for head in HUB:
        image = image.removeprefix(head)
    return image


def _named(image: Str) -> tuple[str, Str] | None:
    parts = image_tag(image)
    return (show(parts[0]), parts[1]) if parts is not None else None


def _is_whole(tag: Str) -> bool:
    """Does a tag hold a whole version? What only the run knows is taken for one, unless it is the commit or a branch."""
    return any(map(_says_version, tag)) or any(map(_may_be_version, tag))


def _says_version(piece: Piece) -> bool:
    said = piece.text if isinstance(piece, Literal) else piece.samples[OLDER] if piece.samples is not None else ""
    return RELEASED_VERSIONS[OLDER] in said or WRITTEN.search(said) is not None


def _may_be_version(piece: Piece) -> bool:
    return isinstance(piece, Symbol) and piece.samples is None and not piece.colours & (Colour.CIRCUMSTANCE | Colour.BRANCH)
