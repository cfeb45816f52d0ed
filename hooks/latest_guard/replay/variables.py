"""Variables in layers, in which others stand: what each of them holds in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.expressions.tree import Template
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.evaluation import Contexts, Found, strings, template, tidy
from latest_guard.values import text

if TYPE_CHECKING:
    from latest_guard.pipeline import Binding
    from latest_guard.replay.scene import Scene

Layer: TypeAlias = "Iterable[Binding] | Mapping[str, Found]"


class Variables(Mapping[str, Found]):
    """The variables of layers, of which a later one wins; each is worked out when it is asked for, with those that stand in it.

    One that stands in itself is left as it is written.  What a layer of values leaves unset somewhere is there what those below say.
    """

    def __init__(self, scene: Scene, contexts: Contexts, layers: Sequence[Layer]) -> None:
        self.scene = scene
        self.contexts = contexts
        self.held: dict[str, list[Template | Found]] = {}
        for layer in layers:
            for name, value in layer.items() if isinstance(layer, Mapping) else ((b.name, b.value) for b in layer):
                if isinstance(value, Template):
                    self.held[name] = [value]
                else:
                    self.held.setdefault(name, []).append(value)
        self.known: dict[str, Found] = {}
        self.open: set[str] = set()

    def __getitem__(self, name: str) -> Found:
        """What a variable holds. Raises KeyError where no layer has it."""
        if name not in self.known:
            if name in self.open:
                return one(text("$" + name))
            layers = self.held[name]
            self.open.add(name)
            found: Found = one(None)
            for value in layers:
                found = self._expanded(value) if isinstance(value, Template) else over(self.scene, value, found)
            self.known[name] = found
            self.open.discard(name)
        return self.known[name]

    def _expanded(self, value: Template) -> Found:
        contexts = replace(self.contexts, names={**self.contexts.names, "env": self}, settings=True)
        return strings(self.scene, template(self.scene, contexts, value))

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self.held)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.held)


def over(scene: Scene, above: Found, below: Found) -> Found:
    """`above`, and where it is unset `below`."""
    both = scene.conditions.both
    made = [a for a in above if a.held is not None]
    for unset in (a for a in above if a.held is None):
        made += [Alternative(both(unset.when, b.when), b.held) for b in below]
    return tidy(scene, made)


def joined(scene: Scene, cases: Sequence[tuple[Condition, Mapping[str, Found]]]) -> dict[str, Found]:
    """The variables of several cases, of which at most one holds, as one."""
    if len(cases) == 1:
        return dict(cases[0][1])
    both = scene.conditions.both
    made: dict[str, Found] = {}
    for name in dict.fromkeys(name for _, variables in cases for name in variables):
        rows = [(when, variables[name] if name in variables else one(None)) for when, variables in cases]
        made[name] = tidy(
            scene, [Alternative(joint, a.held) for when, found in rows for a in found if (joint := both(when, a.when)) != FALSE]
        )
    return made
