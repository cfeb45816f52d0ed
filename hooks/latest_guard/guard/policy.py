"""The policy: the settings of section `tag`, checked and made ready for judging."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, cast

from latest_guard.versions import schemes
from latest_guard.versions.lines import RELEASE_BRANCHES, BranchPattern, LineShape, holds, line_numbers
from latest_guard.versions.patterns import DEFAULT, TagName, TagPattern, split
from latest_guard.versions.semver import SemVer
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from latest_guard.config import Config
    from latest_guard.versions.version import Key, Scheme

BackPorts: TypeAlias = Literal["auto", "strict", "line"]
Ancestry: TypeAlias = Literal["known", "required", "off"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ignored:
    """Tags that do not count, as a glob, with the reason and the last day on which that holds."""

    tags: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """An earlier scheme: all tags that match the glob `tags` belong to it, and are lower than those of later ones."""

    tags: str
    scheme: Scheme


def _patterns() -> tuple[TagPattern, ...]:
    return tuple(TagPattern(text) for text in DEFAULT)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a version tag must be. The defaults are those of the settings."""

    scheme: Scheme = field(default_factory=SemVer)
    patterns: tuple[TagPattern, ...] = field(default_factory=_patterns)
    back_ports: BackPorts = "auto"
    line: LineShape = field(default_factory=LineShape)
    release_branches: tuple[BranchPattern, ...] = tuple(BranchPattern(text) for text in RELEASE_BRANCHES)
    maintenance_lines: tuple[tuple[int, ...], ...] = ()
    no_gaps: bool = False
    ancestry: Ancestry = "known"
    may_move: bool = False
    may_delete: bool = False
    check_declared: bool = True
    version_files: tuple[str, ...] = ()
    #: globs of tags that move on purpose
    pointers: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    #: the day on which `until` is looked at; None: today, UTC
    today: date | None = None

    def ignores(self, tag: str) -> Ignored | None:
        """The entry of ignore-tags that holds today for `tag`, if any."""
        return next((entry for entry in self.ignored if fnmatchcase(tag, entry.tags) and self._holds(entry)), None)

    def lapsed(self, tag: str) -> Ignored | None:
        """The entry of ignore-tags that held for `tag`, and is over."""
        return next((entry for entry in self.ignored if fnmatchcase(tag, entry.tags) and not self._holds(entry)), None)

    def is_pointer(self, tag: str) -> bool:
        """Whether `tag` is one that moves on purpose."""
        return any(fnmatchcase(tag, glob) for glob in self.pointers)

    def split(self, tag: str) -> TagName | None:
        """The component and the version's text of `tag`; None if it is no version tag."""
        return None if self.is_pointer(tag) else split(tag, self.patterns)

    def scheme_of(self, tag: str) -> Scheme:
        """The scheme of the epoch that `tag` belongs to: the first earlier one that claims it, else the present one."""
        return next((epoch.scheme for epoch in self.epochs if fnmatchcase(tag, epoch.tags)), self.scheme)

    def lists_line(self, key: Key) -> bool:
        """Whether the configuration lists the line that `key` stands on."""
        return any(holds(line, key) for line in self.maintenance_lines)

    def release_line(self, branch: str) -> tuple[int, ...] | None:
        """The line that the release branch `branch` is named after; None for any other branch."""
        found = (pattern.numbers(branch) for pattern in self.release_branches)
        return next((line for line in found if line is not None), None)

    def _holds(self, entry: Ignored) -> bool:
        return entry.until is None or (self.today or _today()) <= entry.until


def _today() -> date:
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).date()


def from_config(config: Config) -> Policy:
    """The policy that the settings describe. Raises UserError, at the setting's place, for a value that does not do."""
    epochs = _epochs(config)
    return Policy(
        scheme=_scheme(config, config.text("scheme"), len(epochs), config.text("calver-format"), "calver-format"),
        patterns=tuple(_made(config, "tag-pattern", TagPattern, config.texts("tag-pattern"))),
        back_ports=cast("BackPorts", config.text("policy")),
        line=next(_made(config, "line", LineShape, (config.text("line"),))),
        release_branches=tuple(_made(config, "release-branches", BranchPattern, config.texts("release-branches") or RELEASE_BRANCHES)),
        maintenance_lines=tuple(_line(config, text) for text in config.texts("maintenance-lines")),
        no_gaps=config.switch("no-gaps"),
        ancestry=cast("Ancestry", config.text("ancestry")),
        may_move=config.text("moved-tags") == "allow",
        may_delete=config.text("deleted-tags") == "allow",
        check_declared=config.text("declared-version") == "check",
        version_files=config.texts("version-files"),
        pointers=config.texts("pointer-tags"),
        ignored=tuple(_ignored(config)),
        epochs=epochs,
    )


def _made(config: Config, option: str, make: Callable[[str], T], texts: Iterable[str]) -> Iterator[T]:
    """Each of `texts` made into what the policy holds; a ValueError is told at the setting's place."""
    if not texts:
        raise config.error(option, "must not be empty")
    for text in texts:
        try:
            yield make(text)
        except ValueError as error:
            raise config.error(option, str(error)) from error


def _scheme(config: Config, name: str, era: int, calver_format: str, option: str) -> Scheme:
    try:
        return schemes.named(name, era, calver_format)
    except KeyError as error:
        raise config.error(option, f"unknown scheme {name!r}; there are {', '.join(schemes.NAMES)}") from error
    except BadVersion as error:
        raise config.error(option, f"{error.text!r} is no format for calver: {error.reason}") from error


def _line(config: Config, text: str) -> tuple[int, ...]:
    numbers = line_numbers(text)
    if numbers is None:
        raise config.error("maintenance-lines", f"{text!r} is no release line; say 1.27")
    return numbers


def _epochs(config: Config) -> tuple[Epoch, ...]:
    tables = enumerate(config.tables("epochs"))
    return tuple(
        Epoch(table["tags"], _scheme(config, table["scheme"], era, table.get("calver-format", ""), "epochs")) for era, table in tables
    )


def _ignored(config: Config) -> Iterable[Ignored]:
    for table in config.tables("ignore-tags"):
        from datetime import date  # most have no such table

        until = table.get("until")
        try:
            yield Ignored(table["tag"], table["reason"], date.fromisoformat(until) if until else None)
        except ValueError as error:
            raise config.error("ignore-tags", f"until must be a day such as 2027-01-31, not {until!r}") from error
