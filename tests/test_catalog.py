"""The catalog: every entry matches its examples and leaves its counters alone; every module is listed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from latest_guard.catalog import index, names, neutral
from latest_guard.catalog.entries import (
    ActionCheck,
    ActionCommand,
    ActionMover,
    ActionOutputs,
    ActionPlain,
    ActionScript,
    Comparer,
    Effect,
    Mover,
    Order,
    Question,
    Runner,
    Sorter,
    Target,
)
from latest_guard.values import RELEASED_VERSIONS, Colour, Literal, Str, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

CATALOG = Path(index.__file__).parent
#: Modules that entries are made with, and the index.
WITHOUT_ENTRIES = {"__init__", "answers", "arguments", "entries", "images", "index", "names", "releases", "signs", "strings"}
VARIABLE = re.compile(r"(\$\{?\w+\}?)")


def string(value: str) -> Str:
    """A word of an example: `$NAME` in it is a symbol, `$KNOWN` a known one."""
    parts = VARIABLE.split(value)
    return tuple(symbol(part) if part.startswith("$") and len(part) > 1 else Literal(part) for part in parts if part)


def symbol(name: str) -> Symbol:
    """The symbol that stands for a variable."""
    return Symbol(name, Colour.KNOWN if name == "$KNOWN" else Colour.NONE)


def words(line: str) -> tuple[str, list[Str]]:
    """An example's command name and the words behind it."""
    tool, *rest = shlex.split(line)
    return tool.rpartition("/")[2], [string(word) for word in rest]


def result(entry: object, line: str) -> object:
    """What the entry makes of a command line; None where it does not match."""
    assert isinstance(entry, (Mover, Question, Comparer, Sorter, Runner))
    tool, rest = words(line)
    arguments = index.arguments_of(entry, rest) if tool in entry.tools else None
    if arguments is None:
        return None
    if isinstance(entry, Mover):
        return moving(entry.targets(arguments)) or None
    if isinstance(entry, Question):
        return entry.answer(arguments)
    if isinstance(entry, Comparer):
        return entry.order(arguments)
    if isinstance(entry, Sorter):
        return list(entry.versions(arguments)) or None
    return entry.inner(arguments)


def moving(targets: Sequence[Target]) -> list[Target]:
    """The targets that are set, without versions that only come out."""
    return [target for target in targets if target.effect is not Effect.PUBLISH]


def of_command() -> Iterator[tuple[str, object]]:
    """Every entry that a command line finds."""
    for module in index.MODULES:
        for listing in ("MOVERS", "QUESTIONS", "COMPARERS", "SORTERS", "RUNNERS"):
            for entry in getattr(module, listing, ()):
                yield f"{module.__name__.rpartition('.')[2]}: {listing.lower()[:-1]} {entry.name}", entry


def of_action(*kinds: type) -> Iterator[tuple[str, object]]:
    """Every entry of these kinds that the name of an action finds."""
    for module in index.MODULES:
        for entry in getattr(module, "ACTIONS", ()):
            if isinstance(entry, kinds):
                yield f"{module.__name__.rpartition('.')[2]}: {entry.actions[0]}", entry


COMMANDS = dict(of_command())
#: Movers whose inputs never keep them from moving.
ALWAYS = {"release_actions: EndBug/latest-tag", "release_actions: Actions-R-Us/actions-tagger"}
ACTIONS = dict(of_action(ActionCheck, ActionCommand, ActionMover, ActionOutputs))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_examples_match(name: str) -> None:
    entry = COMMANDS[name]
    examples = entry.examples  # type: ignore[attr-defined]
    assert examples, "an entry without an example"
    for line in examples:
        found = result(entry, line)
        assert found is not None, line
        if isinstance(found, list) and isinstance(entry, Mover):
            assert all(isinstance(target, Target) for target in found)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_counters_do_not_match(name: str) -> None:
    entry = COMMANDS[name]
    counters = entry.counters  # type: ignore[attr-defined]
    assert counters, "an entry without a counter-example"
    for line in counters:
        assert result(entry, line) is None, line


def test_names_are_those_of_the_movers() -> None:
    """What a text is searched for before the catalog is read."""
    tools = {tool for mover in index.all_movers() for tool in mover.tools}
    assert tools | {"docker-compose"} == names.TOOLS
    actions = {name.lower() for _, entry in of_action(ActionMover, ActionScript) for name in entry.actions}  # type: ignore[attr-defined]
    assert {name for name in actions if index.moves(name)} == {name for name in names.ACTIONS if names.may_move(name)}
    assert {name.rpartition("/")[2] for name in index.FORKED} == names.FORKS
    assert names.may_move("someone/build-push-action@v6")
    assert names.may_move("docker/metadata-action@v5")
    assert not names.may_move("actions/checkout@v4")


@pytest.mark.parametrize("name", [name for name, entry in COMMANDS.items() if getattr(entry, "sign", None)])
def test_signs_are_in_every_example(name: str) -> None:
    """What the sign does not see is never walked."""
    entry = COMMANDS[name]
    assert isinstance(entry, Mover)
    assert entry.sign is not None
    for line in entry.examples:
        assert entry.sign(line), line
        assert entry.sign(f"set -e\n  {line.replace(' ', chr(92) + chr(10) + '   ', 1)}\n"), line


@pytest.mark.parametrize(
    "line",
    [
        "curl -fsSL https://github.com/o/r/releases/download/v1/x.tar.gz -o x.tar.gz",
        "curl --fail $URL | tar xz",
        "test -d x && curl -o x/y https://example.org/y",
        "git push",
        "git push origin HEAD",
        "git push --set-upstream origin main",
        "curl https://example.org | sh\ngit commit -m x\ngit push",
    ],
)
def test_signs_are_not_everywhere(line: str) -> None:
    movers = [entry for tool in ("curl", "git") for entry in index.movers(tool)]
    assert not any(entry.sign(line) for entry in movers if entry.sign is not None)


@pytest.mark.parametrize("name", COMMANDS)
def test_index_finds_command_entries(name: str) -> None:
    entry = COMMANDS[name]
    finders = {
        Mover: index.movers, Question: index.questions, Comparer: index.comparers, Sorter: index.sorters, Runner: index.runners,
    }  # fmt: skip
    for tool in entry.tools:  # type: ignore[attr-defined]
        assert entry in finders[type(entry)](tool)


def inputs(entry: ActionCheck | ActionCommand | ActionMover | ActionOutputs, given: Mapping[str, str]) -> dict[str, Str]:
    """The inputs of an example as the replay gives them."""
    defaults = (entry.defaults or {}) if isinstance(entry, (ActionCommand, ActionMover)) else {}
    assert set(given) <= set(entry.reads), "an example gives an input that the entry does not read"
    return {name: string(value) for name, value in {**defaults, **given}.items()}


def _asked(entry: ActionCheck | ActionCommand | ActionMover | ActionOutputs) -> Callable[[Mapping[str, Str]], object]:
    """What an entry makes of a step's inputs."""
    if isinstance(entry, ActionCommand):
        return entry.words
    if isinstance(entry, ActionMover):
        return lambda given: moving(entry.targets(given))
    return entry.order if isinstance(entry, ActionCheck) else entry.outputs


@pytest.mark.parametrize("name", ACTIONS)
def test_action_examples(name: str) -> None:
    entry = ACTIONS[name]
    assert isinstance(entry, (ActionCheck, ActionCommand, ActionMover, ActionOutputs))
    function = _asked(entry)
    assert entry.examples, "an entry without an example"
    for given in entry.examples:
        assert function(inputs(entry, given)), given
    for given in entry.counters:
        assert not function(inputs(entry, given)), given


@pytest.mark.parametrize("name", ACTIONS)
def test_movers_among_actions_have_counters(name: str) -> None:
    entry = ACTIONS[name]
    if isinstance(entry, (ActionCheck, ActionMover)) and name not in ALWAYS:
        assert entry.counters or not entry.reads


def test_answers_are_known_or_released() -> None:
    for name, entry in COMMANDS.items():
        if isinstance(entry, Question):
            for line in entry.examples:
                found = result(entry, line)
                assert isinstance(found, Symbol), name
                assert found.colours & (Colour.KNOWN | Colour.RELEASED), line
                if found.colours & Colour.KNOWN:
                    assert found.lookup is not None, line
                if found.samples is not None:
                    assert not any(sample.endswith("\n") for sample in found.samples), line


def test_outputs_are_symbols_or_orders() -> None:
    for entry in ACTIONS.values():
        if isinstance(entry, ActionOutputs):
            for given in entry.examples:
                assert all(isinstance(value, (Symbol, Order)) for value in entry.outputs(inputs(entry, given)).values())


def test_index_finds_actions() -> None:
    kinds = (ActionCheck, ActionCommand, ActionMover, ActionOutputs, ActionPlain, ActionScript)
    for _, entry in of_action(*kinds):
        assert isinstance(entry, kinds)
        for name in entry.actions:
            assert index.action(f"{name.upper()}@v1") is not None
            assert isinstance(entry, ActionOutputs) <= (index.action_outputs(name) is not None)


def test_no_action_is_named_twice() -> None:
    seen: dict[tuple[str, type], str] = {}
    for label, entry in of_action(ActionCheck, ActionCommand, ActionMover, ActionOutputs, ActionPlain, ActionScript):
        for name in entry.actions:  # type: ignore[attr-defined]
            key = (name.lower(), type(entry))
            assert key not in seen, f"{name} in {label} and {seen[key]}"
            seen[key] = label
    plain = {name for name, kind in seen if kind is ActionPlain}
    assert not plain & {name for name, kind in seen if kind is not ActionPlain}


def test_every_module_is_listed() -> None:
    listed = {module.__name__.rpartition(".")[2] for module in index.MODULES}
    missing = {path.stem for path in CATALOG.glob("*.py")} - WITHOUT_ENTRIES - listed - {"metadata_action"}
    assert not missing, f"index.MODULES does not list {sorted(missing)}"


@pytest.mark.parametrize("line", neutral.EXAMPLES)
def test_natures(line: str) -> None:
    assert index.nature(*words(line)) is neutral.EXAMPLES[line]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("someone/tools/build-push-action@v1", ActionMover),
        ("someone/action-gh-release", ActionMover),
        ("someone/setup-frobnicator@main", ActionPlain),
        ("someone/frobnicate", None),
    ],
)
def test_forks_are_known_by_their_name(name: str, like: type | None) -> None:
    found = index.action(name)
    assert found is None if like is None else isinstance(found, like)


@pytest.mark.parametrize(
    "path", ["package.json", "charts/x/Chart.yaml", "VERSION", ".version", "version.txt", "x.csproj", "lib/x/version.rb"]
)
def test_files_that_declare_the_version(path: str) -> None:
    found = index.file_contents(path)
    assert found is not None
    assert found.samples is not None
    assert all(version in sample for version, sample in zip(RELEASED_VERSIONS, found.samples, strict=True))


@pytest.mark.parametrize("path", ["README.md", "versions.sh", "src/main.go"])
def test_files_that_do_not(path: str) -> None:
    assert index.file_contents(path) is None


def test_unknown_names_find_nothing() -> None:
    assert index.movers("frobnicate") == ()
    assert index.action("nobody/nothing@v1") is None
