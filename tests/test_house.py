"""The house rules: floors, siblings, names, lists, types, style, and what is written twice."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "hooks" / "latest_guard"

#: From the ground up. A module may import what stands on its own floor or below it on the same staircase.
STAIRCASES: tuple[tuple[frozenset[str], ...], ...] = (
    (
        frozenset({"source", "errors", "config"}),
        frozenset({"files", "findings", "values", "versions", "yamltree", "expressions", "shell"}),
        frozenset({"pipeline", "accident", "git"}),
        frozenset({"systems", "catalog", "guard"}),
        frozenset({"replay"}),
        frozenset({"rules"}),
        frozenset({"linter", "triage"}),
        frozenset({"report"}),
        frozenset({"inventory"}),
    ),
    (frozenset({"versions", "git"}), frozenset({"sources"}), frozenset({"gate"}), frozenset({"pointers"})),
)
#: What may import every floor but the command line.
TOP = frozenset({"ledger", "doors", "adoption"})

#: Folders that grow by one module at a time, each with the module and the constant that list its members; what is not listed is shared.
GROWING = {
    "systems": ("systems.registry", "SYSTEMS"),
    "catalog": ("catalog.index", "MODULES"),
    "rules": ("rules.all", "RULES"),
    "report": ("report", "FORMATS"),
    "inventory": ("inventory", "FORMATS"),
    "adoption": ("adoption", "PARTS"),
    "cli": ("cli", "COMMANDS"),
}

FORBIDDEN = frozenset({"utils", "util", "common", "base", "helpers", "helper", "misc", "shared", "stuff"})


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below `latest_guard` ('' is the package itself)."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(name: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def absolute(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted names that an import statement asks for, `latest_guard.` cut off; nothing for other packages."""
    if isinstance(node, ast.Import):
        wanted = [alias.name for alias in node.names]
    else:
        wanted = [f"{node.module}.{alias.name}" for alias in node.names]
    for name in wanted:
        if name == "latest_guard" or name.startswith("latest_guard."):
            yield name.removeprefix("latest_guard").removeprefix(".")


@cache
def imports(name: str) -> frozenset[str]:
    """The modules of the package that a module imports: at its top, late, or for types only."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for wanted in absolute(node):
                found.add(wanted if wanted in modules() else wanted.rpartition(".")[0])
    return frozenset((found & modules().keys()) - {name, ""})


def floors_below(place: str) -> frozenset[str]:
    """The first-level names that a module under the first-level name `place` may import."""
    every = TOP.union(*(floor for staircase in STAIRCASES for floor in staircase))
    if place in TOP:
        return every
    if place in {"cli", "__main__"}:
        return every | {"cli"}
    below: frozenset[str] = frozenset()
    for staircase in STAIRCASES:
        for height, floor in enumerate(staircase):
            if place in floor:
                below = below.union(*staircase[: height + 1])
    entries = STAIRCASES[1][0]
    if below & entries and place not in entries:
        below = below.union(*(floors_below(entry) for entry in below & entries))
    return below


@pytest.mark.parametrize("name", sorted(set(modules()) - {""}))
def test_imports_go_down_only(name: str) -> None:
    place = name.split(".")[0]
    allowed = floors_below(place)
    assert allowed, f"{place} has no floor: name it in STAIRCASES"
    upwards = {wanted for wanted in imports(name) if wanted.split(".")[0] not in allowed}
    assert not upwards, f"{name} imports {sorted(upwards)}, which do not stand below it"


def test_no_cycle() -> None:
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, "cycle: " + " -> ".join((*way[way.index(name) :], name))
        if name not in done:
            for wanted in sorted(imports(name)):
                visit(wanted, (*way, name))
            done.add(name)

    for name in modules():
        visit(name, ())


def inside(folder: str) -> set[str]:
    """The names right in a folder, without the module that lists."""
    names = {name.split(".")[1] for name in modules() if name.startswith(f"{folder}.")}
    return names - {GROWING[folder][0].rpartition(".")[2]}


def members(folder: str) -> set[str]:
    """The names that the list of a growing folder says."""
    module, constant = GROWING[folder]
    values = [
        node.value
        for node in tree(module).body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and ast.unparse(getattr(node, "target", None) or node.targets[0]) == constant  # type: ignore[union-attr]
    ]
    assert values, f"{module} has no {constant}"
    return inside(folder) & words_of(values[0])


def words_of(value: ast.AST | None) -> set[str]:
    """Every name and every string in an expression."""
    nodes = ast.walk(value) if value else ()
    return {node.id if isinstance(node, ast.Name) else str(node.value) for node in nodes if isinstance(node, (ast.Name, ast.Constant))}


def part(name: str) -> str:
    """The first two names of a module: the same for all modules of a member that is a folder itself."""
    return ".".join(name.split(".")[:2])


@pytest.mark.parametrize("folder", sorted(GROWING))
def test_siblings_do_not_import_each_other(folder: str) -> None:
    listing = GROWING[folder][0]
    siblings = {f"{folder}.{name}" for name in members(folder)} | {listing}
    for name in modules():
        if name.startswith(f"{folder}.") and name != listing:
            near = {part(wanted) for wanted in imports(name)} & siblings
            assert near <= {part(name)}, f"{name} imports {sorted(near - {part(name)})}"


@pytest.mark.parametrize("folder", sorted(GROWING))
def test_every_member_is_listed(folder: str) -> None:
    used = {part(wanted) for name in modules() for wanted in imports(name) if part(name) != part(wanted)}
    forgotten = {f"{folder}.{name}" for name in inside(folder) - members(folder)} - used
    assert not forgotten, f"{GROWING[folder][0]} does not list {sorted(forgotten)}"
    assert members(folder), f"{GROWING[folder][0]} lists nothing"


def test_no_module_with_a_name_that_says_nothing() -> None:
    assert not {name for name in modules() if FORBIDDEN & set(name.split("."))}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    assert statistics.median(lengths) <= 12
    assert sorted(lengths)[int(len(lengths) * 0.95)] <= 45


def test_public_names_have_docstrings() -> None:
    bare = [
        f"{name}:{node.lineno} {node.name}"
        for name in modules()
        for node in tree(name).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not bare


HEAVY = ("git", "yaml", "tomlkit", "packaging", "tree_sitter", "tree_sitter_bash", "argparse", "json")


def test_version_imports_nothing_heavy() -> None:
    code = f"import sys, latest_guard.cli as c; c.main(['--version']); print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [("mypy",), ("ruff", "check", "."), ("ruff", "format", "--check", ".")],
    ids=" ".join,
)
def test_types_and_style(words: tuple[str, ...]) -> None:
    answer = subprocess.run([sys.executable, "-m", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
