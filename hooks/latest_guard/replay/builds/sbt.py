"""sbt's native packager: `sbt Docker/publish` and its settings (https://sbt-native-packager.readthedocs.io/en/latest/formats/docker.html)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.alternatives import literal
from latest_guard.replay.files import resolve
from latest_guard.values import plain, text

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span
    from latest_guard.values import Str

NAMES = ("build.sbt",)
_TASK = re.compile(r"(?:^|[;\s/\"'])(?:[Dd]ocker\s*(?::|/)\s*publish)(?:$|[;\s\"'])")
_LATEST = re.compile(r"dockerUpdateLatest[^\n:]{0,80}:=\s*(true|false)")
_ALIAS = re.compile(
    r"""withTag\(\s*(?:Some|Option)\(\s*"([^"\n]{1,120})"|"""
    r"""DockerAlias\([^\n]{0,200}?(?:Some|Option)\(\s*"([^"\n]{1,120})"\s*\)\s*\)"""
)
_NAME = re.compile(r'(?:dockerRepository|dockerUsername|packageName)[^\n:]{0,80}:=\s*(?:Some\()?\s*"([^"\n]{1,200})"')


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Publish images where a task of the command line does; False where none does."""
    if not any(_TASK.search(plain(word) or "") for word in words[1:]):
        return False
    machine.finish(literal("0"))
    tree = machine.scene.tree
    root = resolve(machine, NAMES[0]).rpartition("/")[0]
    below = f"{root}/" if root else ""
    for path in [path for path in tree.listing() if _is_build(path) and path.startswith(below)][:200]:
        source = tree.read(path)
        if source is not None and ("docker" in source.text or "Docker" in source.text):
            _settings(machine, source, span)
    return True


def _is_build(path: str) -> bool:
    return path.endswith(".sbt") or (path.endswith(".scala") and "/project/" in f"/{path}")


def _settings(machine: Machine, source: Source, span: Span) -> None:
    scene, code = machine.scene, source.text
    scene.followed.add(source.path)
    scene.enter(span, f"publishes by {source.path}", "call")
    repository = "/".join(found[1] for found in _NAME.finditer(code))
    for found in _LATEST.finditer(code):
        if found[1] == "true":
            place = source.span(found.start(), found.end())
            scene.reach("docker", "sbt Docker/publish", Target(text("latest"), Form.TAG, repository=repository), place, machine.path)
    for found in _ALIAS.finditer(code):
        group = 1 if found[1] else 2
        place = source.span(found.start(group), found.end(group))
        target = Target(text(found[group], place), Form.TAG, repository=repository)
        scene.reach("docker", "sbt Docker/publish", target, place, machine.path)
    scene.leave()
