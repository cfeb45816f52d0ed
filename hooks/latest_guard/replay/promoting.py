"""`latest-guard promote` and `reconcile` as commands: moves that stand behind a comparison of their own.

promote never moves a pointer to a lower version than it has; only `--rollback REASON` lets it, which is a person's decision where a person
gave the reason for this run, and otherwise no condition at all. reconcile sets what is the highest, whatever is released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog import gate as catalog
from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.conditions import TRUE, Condition, Test, TestKind
from latest_guard.replay.gating import bare, configured, empty, pointer
from latest_guard.values import Colour, Str, colours, join, plain, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.config import Config
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> None:
    """Reach every pointer that the command line `latest-guard promote …` or `latest-guard reconcile …` moves."""
    act = catalog.promote(words[2:]) if plain(words[1]) == "promote" else catalog.reconcile(words[2:])
    settings = configured(machine.scene)
    if act is None or settings is None or (act.version is not None and empty(act.version)):
        return
    path = machine.scene.conditions.both(machine.path, agreed(machine, act, span))
    for kind, target in targets(act, settings, span):
        machine.scene.reach(kind, f"latest-guard {act.command}", target, span, path)


def agreed(machine: Machine, act: catalog.Act, span: Span) -> Condition:
    """That somebody wants pointers to go back: a condition where the reason was given for this run."""
    if act.rollback is None or Colour.PERSON not in colours(act.rollback):
        return TRUE
    note = "somebody gives a reason to go back"
    return machine.scene.conditions.test(Test(f"{note} {span}", TestKind.PERSON, note, span, shade=Colour.PERSON))


def targets(act: catalog.Act, settings: Config, span: Span) -> Iterator[tuple[str, Target]]:
    """Each pointer with its kind, in every place that the command line or the settings name."""

    def said(given: tuple[Str, ...], option: str) -> tuple[Str, ...]:
        return given or tuple(text(name, span) for name in settings.texts(option))

    forwards, at_rest = act.rollback is None, act.command == "reconcile"
    version = bare(act.version) if act.version is not None else text("1.28.0", span)
    templates = (*said(act.pointers, "pointer"), *said(act.channels, "channel"))
    names = [pointer(template, version, span).name for template in templates]
    for name in names:
        for image in said(act.images, "image"):
            sources = (join([image, version], ":"),)
            yield "docker", Target(join([image, name], ":"), Form.IMAGE, compares=forwards, settles=at_rest, sources=sources, points=True)
    if act.command != "promote":
        return
    for package in said(act.packages, "npm"):
        yield "npm", Target(names[0], Form.TAG, repository=plain(package) or "", compares=forwards, points=True)
    for repository in said(act.repositories, "github"):
        yield "github-release", Target(text("true", span), Form.RELEASE, repository=plain(repository) or "", compares=forwards, points=True)
