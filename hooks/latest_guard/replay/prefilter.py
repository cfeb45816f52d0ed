"""What of a repository is worth reading at all. In most nothing can move: they are told so before anything that replays is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.loose import GORELEASER, MAKEFILE, SCRIPT, SHEBANG
from latest_guard.replay.relevance import Relevance
from latest_guard.source import Problem
from latest_guard.systems import registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.files import Tree
    from latest_guard.source import Source


def idle(tree: Tree, paths: Iterable[str], loose: Iterable[str]) -> list[Problem] | None:
    """What is broken in the pipelines `paths` where nothing can move in them, nor in the files `loose`; None where something can."""
    relevance = Relevance(tree)
    broken: list[Problem] = []
    for path in paths:
        source = tree.read(path)
        found = worth(source, path, relevance) if source is not None else False
        if found is True:
            return None
        if isinstance(found, Problem):
            broken.append(found)
    return None if any(_moves(tree, path, relevance) for path in loose) else broken


def worth(source: Source, path: str, relevance: Relevance) -> bool | Problem:
    """Can a mover stand in a pipeline or in what it names?  One where none can is only looked at for what is broken in it."""
    system = registry.claims(path)
    if system is None or not system.ALONE or relevance.text(source.text):
        return True
    from latest_guard import yamltree

    found = yamltree.read(source)
    if isinstance(found, Problem):
        return found
    jobs = found.get("jobs") if isinstance(found, yamltree.Mapping) else None
    whole = isinstance(found, yamltree.Mapping) and found.get("on") is not None and isinstance(jobs, yamltree.Mapping) and jobs.entries
    return not whole  # what is no workflow is read in whole, and said to be none


def _moves(tree: Tree, path: str, relevance: Relevance) -> bool:
    """Can a mover stand in a file that no pipeline runs?"""
    if GORELEASER.search(path):
        return True
    source = tree.read(path)
    if source is None or not (MAKEFILE.search(path) or SCRIPT.search(path) or SHEBANG.match(source.line(1))):
        return False
    return relevance.file(path)
