"""The legs of a job's matrix: every one of them really runs, so which one it is decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from latest_guard.expressions.tree import Template
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import Condition, TestKind
from latest_guard.replay.evaluation import Contexts, Found, datum, lift, tidy
from latest_guard.values import Colour, Str, Symbol

if TYPE_CHECKING:
    from latest_guard.pipeline import Matrix, MatrixValue
    from latest_guard.replay.scene import Scene

#: More legs than this are walked as independent axes.
LEGS = 24

Leg = dict[str, object]


def combinations(scene: Scene, contexts: Contexts, matrix: Matrix | None) -> Found:
    """The `matrix` context: one alternative a leg."""
    if matrix is None:
        return one({})
    if matrix.dynamic is not None:
        return _dynamic(scene, contexts, matrix, matrix.dynamic)
    axes = {name: _values(scene, contexts, value) for name, value in matrix.axes}
    include = [item for entry in matrix.include for item in _members(_data(scene, contexts, entry))]
    exclude = [item for entry in matrix.exclude for item in _members(_data(scene, contexts, entry))]
    rows = [leg for leg in _cross(axes) if not any(_agrees(leg, rule) for rule in exclude)]
    return _choice(scene, matrix, _included(rows, include, set(axes)))


def _values(scene: Scene, contexts: Contexts, value: MatrixValue) -> list[object]:
    data = _data(scene, contexts, value)
    if isinstance(data, list):
        return data
    if isinstance(data, tuple) and data and isinstance(data[0], Alternative):
        return [item for a in data for item in (a.held if isinstance(a.held, list) else [a.held])]
    return [data]


def _data(scene: Scene, contexts: Contexts, value: MatrixValue) -> object:
    if isinstance(value, Template):
        found = datum(scene, contexts, value)
        return found[0].held if len(found) == 1 else found
    if isinstance(value, tuple):
        return [_data(scene, contexts, item) for item in value]
    if isinstance(value, Mapping):
        return {name: _data(scene, contexts, item) for name, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _members(data: object) -> list[Leg]:
    if isinstance(data, Mapping):
        return [dict(data)]
    if isinstance(data, list):
        return [dict(item) for item in data if isinstance(item, Mapping)]
    return []


def _cross(axes: Mapping[str, list[object]]) -> list[Leg]:
    rows: list[Leg] = [{}] if axes else []
    for name, values in axes.items():
        if len(rows) * len(values) > LEGS * 8:
            values = values[: max(1, LEGS * 8 // max(len(rows), 1))]
        rows = [{**row, name: value} for row in rows for value in values]
    return rows


def _agrees(leg: Leg, rule: Leg) -> bool:
    return all(name in leg and _text(leg[name]) == _text(value) for name, value in rule.items())


def _text(data: object) -> object:
    return tuple(getattr(p, "text", p) for p in data) if isinstance(data, tuple) else repr(data) if isinstance(data, (list, dict)) else data


def _included(rows: list[Leg], include: list[Leg], axes: set[str]) -> list[Leg]:
    """GitHub's rule: an entry joins every leg with whose own axes it does not disagree; one that joins none is a leg of its own."""
    made = [dict(row) for row in rows]
    extra: list[Leg] = []
    for entry in include:
        joined = False
        for row, original in zip(made, rows, strict=True):
            if all(_text(original[name]) == _text(value) for name, value in entry.items() if name in axes and name in original):
                row.update(entry)
                joined = True
        if not joined or not rows:
            extra.append(entry)
    return made + extra


def _choice(scene: Scene, matrix: Matrix, rows: list[Leg]) -> Found:
    if not rows:
        return one({"*": (Symbol(f"matrix.* at {matrix.span}"),)})
    if len(rows) > LEGS:
        rows = _distinct(rows)[:LEGS]
    whens = scene.conditions.choice(
        f"leg of the matrix at {matrix.span}", len(rows), TestKind.SCENARIO, "the leg of the matrix", matrix.span
    )
    return tuple(Alternative(when, row) for when, row in zip(whens, rows, strict=True))


def _distinct(rows: list[Leg]) -> list[Leg]:
    """Legs spread over all of them, so that every value of every axis stands in one."""
    seen: set[tuple[str, str]] = set()
    kept: list[Leg] = []
    for row in rows:
        new = {(name, repr(_text(value))) for name, value in row.items()} - seen
        if new:
            seen |= new
            kept.append(row)
    return kept


def _dynamic(scene: Scene, contexts: Contexts, matrix: Matrix, source: Template) -> Found:
    """A matrix that the run works out."""
    both = scene.conditions.both
    made: list[Alternative[object]] = []
    for a in datum(scene, contexts, source):
        if isinstance(a.held, Mapping):
            axes = {n: v if isinstance(v, list) else [v] for n, v in a.held.items() if n not in ("include", "exclude", "*")}
            rows = _included(_cross(axes), _members(a.held.get("include")), set(axes))
            made += [Alternative(both(a.when, c.when), c.held) for c in _choice(scene, matrix, rows)]
        else:
            made.append(Alternative(a.when, {"*": _unknown(a.held, matrix)}))
    return tidy(scene, made)


def _unknown(held: object, matrix: Matrix) -> Str:
    """What any leg holds of a matrix that is not known: which leg it is, is a circumstance."""
    from dataclasses import replace

    if isinstance(held, tuple) and len(held) == 1 and isinstance(held[0], Symbol):
        return (replace(held[0], name=f"matrix.* of {held[0].name}", samples=None, colours=held[0].colours | Colour.CIRCUMSTANCE),)
    return (Symbol(f"matrix.* at {matrix.span}"),)


__all__ = ["Condition", "combinations", "lift"]
