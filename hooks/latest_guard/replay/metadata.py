"""docker/metadata-action: its outputs as alternatives. What it yields is the catalog's; here it meets values known in part."""

from __future__ import annotations

from latest_guard.pipeline import Use
from latest_guard.replay.conditions import Condition
from latest_guard.replay.evaluation import Contexts, Found
from latest_guard.replay.scene import Scene


def outputs(scene: Scene, step: Use, contexts: Contexts, path: Condition) -> dict[str, Found]:
    """The action's outputs."""
    return {}
