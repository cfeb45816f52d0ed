"""What a run publishes beside the pointers that it moves, and whether somebody approves in between.

An approval is an environment that a job deploys to: who protects it lets somebody look before the job begins. Whether it is protected
stands in the settings of the CI system, not in a file. Buttons and boxes are conditions, and not looked at here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.conditions import FALSE
from latest_guard.replay.pointers import bare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.pipeline import Job
    from latest_guard.replay.scene import Reach, Scene


def approvals(scene: Scene, caller: str, job: Job) -> frozenset[str]:
    """The jobs, by their names in the scene, whose environments are approved before `job` begins, which is the one being walked."""
    waits = (caller, *(f"{caller}/{need}" if caller else need for need in job.needs))
    found = frozenset().union(*(scene.approvals.get(path, frozenset()) for path in waits))
    return found | {scene.job} if job.environment is not None else found


def approvals_inside(scene: Scene, jobs: Iterable[Job]) -> None:
    """Who waits for the present job waits for the jobs that it has called, and for their environments, whether they were walked or not."""
    inside = f"{scene.job}/"
    walked = (held for path, held in scene.approvals.items() if path.startswith(inside))
    asked = frozenset(inside + job.id for job in jobs if job.environment is not None)
    scene.approvals[scene.job] = scene.approvals[scene.job].union(asked, *walked)


def approved(scene: Scene, reach: Reach) -> bool:
    """Is an environment approved before the pointer moves that was not approved before something of the version came out?"""
    before = scene.approvals.get(reach.job, frozenset())
    published = [scene.approvals.get(job, frozenset()) for (_, job), when in scene.published.items() if when != FALSE]
    return any(before - other for other in published) if published else bool(before)


def has_version(scene: Scene, reach: Reach) -> bool:
    """Is a tag of the version's own pushed, in this run, for the image whose pointer moves?"""
    image = bare(reach.pointer.target.rpartition(":")[0])
    return image in scene.versions or (not image and bool(scene.versions))
