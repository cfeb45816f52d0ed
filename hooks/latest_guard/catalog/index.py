"""Finding entries: by the name of a command, by the name of an action."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from latest_guard.catalog import (
    answers,
    declared,
    docker,
    gate,
    git,
    github_release,
    image_actions,
    jvm,
    lookup_actions,
    neutral,
    npm,
    plain_actions,
    registry_tools,
    release_actions,
    storage,
    versions,
    vocabulary,
    web,
    wrappers,
)
from latest_guard.catalog.arguments import Arguments, match
from latest_guard.catalog.entries import (
    ActionCheck,
    ActionCommand,
    ActionMover,
    ActionOutputs,
    ActionPlain,
    ActionScript,
    Comparer,
    Mover,
    Nature,
    Question,
    Runner,
    Sorter,
)
from latest_guard.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from latest_guard.values import Str, Symbol

#: Every module of the catalog that has entries.
MODULES: tuple[ModuleType, ...] = (
    declared,
    docker,
    gate,
    git,
    github_release,
    image_actions,
    jvm,
    lookup_actions,
    neutral,
    npm,
    plain_actions,
    registry_tools,
    release_actions,
    storage,
    versions,
    vocabulary,
    web,
    wrappers,
)


class Command(Protocol):
    """What the entries that are found by a command's name have alike."""

    @property
    def tools(self) -> tuple[str, ...]:
        """The command's names."""

    @property
    def words(self) -> tuple[str, ...]:
        """The subcommands."""


C = TypeVar("C", bound=Command)


def _entries(name: str) -> Iterable[object]:
    for module in MODULES:
        yield from getattr(module, name, ())


def _by_tool(entries: Iterable[C]) -> Mapping[str, tuple[C, ...]]:
    """Entries by tool, those with more subcommands first."""
    found: dict[str, list[C]] = {}
    for entry in entries:
        for tool in entry.tools:
            found.setdefault(tool, []).append(entry)
    return {tool: tuple(sorted(group, key=lambda entry: -len(entry.words))) for tool, group in found.items()}


@cache
def _movers() -> Mapping[str, tuple[Mover, ...]]:
    return _by_tool(entry for entry in _entries("MOVERS") if isinstance(entry, Mover))


@cache
def _questions() -> Mapping[str, tuple[Question, ...]]:
    return _by_tool(entry for entry in _entries("QUESTIONS") if isinstance(entry, Question))


@cache
def _comparers() -> Mapping[str, tuple[Comparer, ...]]:
    return _by_tool(entry for entry in _entries("COMPARERS") if isinstance(entry, Comparer))


@cache
def _sorters() -> Mapping[str, tuple[Sorter, ...]]:
    return _by_tool(entry for entry in _entries("SORTERS") if isinstance(entry, Sorter))


@cache
def _runners() -> Mapping[str, tuple[Runner, ...]]:
    return _by_tool(entry for entry in _entries("RUNNERS") if isinstance(entry, Runner))


def movers(tool: str) -> tuple[Mover, ...]:
    """The movers that the command `tool` (without its path) may be, those with more subcommands first."""
    return _movers().get(tool, ())


def questions(tool: str) -> tuple[Question, ...]:
    """The lookups that the command `tool` may be."""
    return _questions().get(tool, ())


def comparers(tool: str) -> tuple[Comparer, ...]:
    """The comparisons that the command `tool` may be."""
    return _comparers().get(tool, ())


def sorters(tool: str) -> tuple[Sorter, ...]:
    """The commands of this name that sort the versions among their arguments."""
    return _sorters().get(tool, ())


def runners(tool: str) -> tuple[Runner, ...]:
    """The ways in which `tool` runs another command."""
    return _runners().get(tool, ())


def arguments_of(entry: Mover | Question | Comparer | Sorter | Runner, words: Sequence[Str]) -> Arguments | None:
    """The words behind the command's name as `entry` takes them apart; None where they are not its subcommands.

    `positionals` begin behind the subcommands.
    """
    clusters = entry.clusters if isinstance(entry, (Mover, Question)) else ""
    return match(words, entry.words, entry.valued, clusters)


def nature(tool: str, words: Sequence[Str]) -> Nature | None:
    """What the command is worth as a condition when it is none of the above; None where the catalog does not know it."""
    return neutral.kind(tool, [plain(word) or "" for word in words])


def file_contents(path: str) -> Symbol | None:
    """What reading a file of the repository yields that declares the project's version; None for any other file."""
    return declared.contents(path)


def version_place(path: str, text: str) -> tuple[int, int] | None:
    """Where the text of a file of the repository declares the project's version, as offsets; None where it does not."""
    return declared.place(path, text)


def declared_version(name: str) -> Symbol:
    """The version being released as a file of the project declares it."""
    return answers.released(name)


def file_sketch(path: str) -> Symbol:
    """What a file that is not to be had yields to one who looks for a version in it."""
    return declared.sketch(path)


def address_answer(url: Str) -> Symbol | None:
    """What GET of an address says of known versions, for code that asks it; None where it is no lookup."""
    return web.address_answer(url)


ActionEntry: TypeAlias = "ActionCheck | ActionCommand | ActionMover | ActionOutputs | ActionPlain | ActionScript"


@cache
def _actions() -> Mapping[str, tuple[ActionEntry, ...]]:
    found: dict[str, tuple[ActionEntry, ...]] = {}
    for entry in _entries("ACTIONS"):
        if isinstance(entry, (ActionCheck, ActionCommand, ActionMover, ActionOutputs, ActionPlain, ActionScript)):
            for name in entry.actions:
                found[name.lower()] = (*found.get(name.lower(), ()), entry)
    return found


def _action(name: str) -> tuple[ActionEntry, ...]:
    return _actions().get(name.partition("@")[0].strip().strip("/").lower(), ())


#: Names that forks keep, and that no other action has.
FORKED = (
    "docker/build-push-action",
    "docker/bake-action",
    "docker/login-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "softprops/action-gh-release",
    "goreleaser/goreleaser-action",
    "sigstore/cosign-installer",
    "redhat-actions/push-to-registry",
    "redhat-actions/buildah-build",
    "cycjimmy/semantic-release-action",
    "googleapis/release-please-action",
)
#: Actions whose names begin so install a tool, log in or tell somebody: by convention they decide nothing.
INSTALLING = ("setup-", "install-", "action-setup", "login-", "notify-", "cache-")


def _alike(name: str) -> tuple[ActionEntry, ...]:
    """The entries of the action whose fork or copy this is by its name, or the plain one for names that say what they do."""
    last = name.partition("@")[0].strip("/").rpartition("/")[2].lower()
    for known in FORKED:
        if known.rpartition("/")[2] == last:
            return _actions().get(known, ())
    return (ActionPlain((name,)),) if last.startswith(INSTALLING) and "/" in name else ()


def action(name: str) -> ActionEntry | None:
    """The entry of the action `owner/name[/path]`, `@ref` behind it or not; None where the catalog does not know it.

    Of an action that both moves and has outputs it is the mover; `action_outputs` has the other.
    """
    found = _action(name) or _alike(name)
    return next((entry for entry in found if not isinstance(entry, ActionOutputs)), found[0] if found else None)


def action_outputs(name: str) -> ActionOutputs | None:
    """What is known of the action's outputs; None where they are ordinary strings or the catalog does not know it."""
    return next((entry for entry in _action(name) if isinstance(entry, ActionOutputs)), None)


def all_movers() -> Iterable[Mover]:
    """Every command that can make a move."""
    return tuple(entry for group in _movers().values() for entry in group)


def moves(name: str) -> bool:
    """Can the action make a move by itself? A script that it runs stands in its inputs, and is looked at there."""
    entry = action(name)
    return isinstance(entry, ActionMover) or (isinstance(entry, ActionScript) and bool(entry.prefix)) or "metadata-action" in name
