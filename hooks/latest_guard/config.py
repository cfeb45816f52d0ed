"""Settings: one table of options, read from `[tool.latest-guard]` in pyproject.toml or from `.latest-guard.toml`, and from flags.

Every option is a key of that table and a flag of the commands that use its section; a flag goes before the file. Unknown keys and wrong
types are told with their file and line. Adding an option is adding a row to OPTIONS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from latest_guard.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Kind: TypeAlias = Literal["text", "choice", "switch", "texts", "seconds", "tables"]

#: What a value of each kind is called in a message.
_EXPECTED: dict[Kind, str] = {
    "text": "a string",
    "choice": "a string",
    "switch": "true or false",
    "texts": "a string or a list of strings",
    "seconds": "a number of seconds above 0",
    "tables": "a list of tables",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: a key of the table, and a flag `--NAME`."""

    name: str
    kind: Kind
    default: object
    #: one line for the help and the documentation
    help: str
    #: which commands take it: `tag`, `lint`, …
    section: str
    #: the values of a `choice`
    choices: tuple[str, ...] = ()
    #: the keys that each table of `tables` must have, and those that it may have
    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


#: The table. Sections stand together; within one, the order is that of the help.
OPTIONS: tuple[Option, ...] = (
    Option("scheme", "choice", "semver", "how versions are written and ordered", "tag", ("semver", "pep440", "calver", "loose")),
    Option("calver-format", "text", "", "the dates that calver asks for, YYYY.0M.MICRO say; empty: a year and up to three numbers", "tag"),
    Option(
        "tag-pattern",
        "texts",
        ("v{version}", "{version}", "{component}/v{version}", "{component}@{version}"),
        "how a tag's name holds a version; several are tried in turn, and each component has a sequence of its own",
        "tag",
    ),
    Option(
        "policy",
        "choice",
        "auto",
        "who may release below the newest version: release branches, nobody, everybody",
        "tag",
        ("auto", "strict", "line"),
    ),
    Option(
        "line",
        "text",
        "major.minor",
        "what a release line is: major, major.minor, year.month, or a pattern such as r{major}-{minor}",
        "tag",
    ),
    Option(
        "release-branches", "texts", (), "names of the branches that back-ports come from, release/{line} say; empty: the usual ones", "tag"
    ),
    Option("maintenance-lines", "texts", (), "lines that may get back-ports from any branch: 1.27", "tag"),
    Option("no-gaps", "switch", False, "leave no version out: after 1.2.3 only 1.2.4, 1.3.0 or 2.0.0", "tag"),
    Option(
        "ancestry",
        "choice",
        "known",
        "a tag must descend from the next lower one of its line: where this clone can tell, always, or never",
        "tag",
        ("known", "required", "off"),
    ),
    Option("moved-tags", "choice", "refuse", "whether a version tag may be moved to another commit", "tag", ("refuse", "allow")),
    Option("deleted-tags", "choice", "refuse", "whether a version tag may be deleted", "tag", ("refuse", "allow")),
    Option(
        "declared-version",
        "choice",
        "check",
        "whether a tag must equal the version that the project's files declare",
        "tag",
        ("check", "off"),
    ),
    Option("version-files", "texts", (), "the files that declare the version; empty: those that are usual", "tag"),
    Option("pointer-tags", "texts", (), "tags that move on purpose and are no versions: v1, v[0-9]", "tag"),
    Option(
        "ignore-tags",
        "tables",
        (),
        'tags that do not count: {tag = "v99.*", reason = "…", until = "2027-01-31"}',
        "tag",
        needed=("tag", "reason"),
        allowed=("until",),
    ),
    Option(
        "epochs",
        "tables",
        (),
        'earlier schemes, oldest first: {tags = "v[0-9][0-9].*", scheme = "semver"}',
        "tag",
        needed=("tags", "scheme"),
        allowed=("calver-format",),
    ),
    Option("remote", "text", "", "the remote that has all tags; empty: the branch's own, or origin", "tag"),
    Option("offline", "switch", False, "do not ask the remote for its tags, and trust the local ones", "tag"),
    Option("remote-timeout", "seconds", 30.0, "how long the remote may take to answer, in seconds", "tag"),
    Option("select", "texts", (), "the rules that count: their names, `default` or `all` (some are off unless selected)", "lint"),
    Option("ignore", "texts", (), "the rules that do not count", "lint"),
    Option(
        "per-path",
        "tables",
        (),
        'rules that do not count in some files: {paths = "vendor/*", ignore = "weak-gate, racy-gate", reason = "…"}',
        "lint",
        needed=("paths", "ignore", "reason"),
    ),
    Option("exclude", "texts", (), "files that are not looked at, as patterns of their paths: vendor/*", "lint"),
    Option("fail-level", "choice", "warning", "from which severity on a run fails", "lint", ("error", "warning", "note", "never")),
    Option("baseline", "text", "", "a file of known findings that do not count, written by `latest-guard baseline --update`", "lint"),
    Option("git", "switch", False, "ask the git tags, local and remote; they are asked as well when nothing else is", "gate"),
    Option("image", "texts", (), "ask the tags of an image: ghcr.io/owner/name", "gate"),
    Option("npm", "texts", (), "ask for an npm package, through the npm client", "gate"),
    Option("pypi", "texts", (), "ask for a Python package, through pip", "gate"),
    Option("github", "texts", (), "ask for the releases of a repository on GitHub: owner/name", "gate"),
    Option(
        "pointer", "texts", ("latest", "{major}", "{major}.{minor}"), "names that move with final versions; the first is the answer", "gate"
    ),
    Option("channel", "texts", (), "names that move with prereleases, too: next", "gate"),
    Option(
        "image-tag",
        "texts",
        ("{version}", "v{version}"),
        "how an image's tags hold a version; the first is how new ones are written",
        "gate",
    ),
    Option("on-disagreement", "choice", "error", "what becomes of a pointer on which the sources disagree", "gate", ("error", "stay")),
    Option("ignore-labels", "switch", False, "tell what a pointer is by its digest alone, not by what the image says of itself", "gate"),
    Option("plain-http", "switch", False, "speak to registries without TLS", "gate"),
    Option("timeout", "seconds", 120.0, "how long all the lookups may take, in seconds", "gate"),
    Option("log", "text", "", "the release log: a file that every decision is recorded in", "log"),
    Option("log-notes", "switch", False, "record every decision in git notes, under refs/notes/latest-guard", "log"),
)

TABLE = "tool.latest-guard"
OWN_FILE = ".latest-guard.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings that hold, and where each was said."""

    values: Mapping[str, object]
    #: option → `pyproject.toml:12`, or `--option`
    places: Mapping[str, str]

    def text(self, name: str) -> str:
        """The value of a `text` or `choice`."""
        return cast("str", self.values[name])

    def switch(self, name: str) -> bool:
        """The value of a `switch`."""
        return cast("bool", self.values[name])

    def texts(self, name: str) -> tuple[str, ...]:
        """The value of `texts`."""
        return cast("tuple[str, ...]", self.values[name])

    def seconds(self, name: str) -> float:
        """The value of `seconds`."""
        return cast("float", self.values[name])

    def tables(self, name: str) -> tuple[Mapping[str, str], ...]:
        """The value of `tables`; dates are ISO 8601 texts."""
        return cast("tuple[Mapping[str, str], ...]", self.values[name])

    def error(self, name: str, message: str) -> UserError:
        """What to raise when the value of the option `name` does not do, at the place where it was said."""
        place = self.places.get(name, "")
        return UserError(message if name in message else f"{name}: {message}", place)


def load(root: Path, flags: Mapping[str, object] | None = None) -> Config:
    """The settings of the project whose top folder is `root`; `flags` (option → value, None for "not said") go before. Raises UserError."""
    own, shared = root / OWN_FILE, root / "pyproject.toml"
    texts = {path.name: _content(path) for path in (own, shared) if path.is_file()}
    return read(texts, flags)


def read(files: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Config:
    """The settings in `files` (`.latest-guard.toml`, `pyproject.toml`: name → content), read from a commit, say. Raises UserError."""
    found = {name: table for name, content in files.items() if (table := _table(name, content)) is not None}
    if len(found) > 1:
        raise UserError(f"settings stand in {' and '.join(found)}: keep one of them", OWN_FILE)
    values: dict[str, object] = {option.name: option.default for option in OPTIONS}
    places: dict[str, str] = {}
    for name, table in found.items():
        for key, value in table.items():
            place = f"{name}:{_line(files[name], name, key)}"
            values[key] = _checked(_option(key, place), value, place)
            places[key] = place
    for key, value in (flags or {}).items():
        if value is not None:
            values[key] = _checked(_option(key, f"--{key}"), value, f"--{key}")
            places[key] = f"--{key}"
    return Config(values, places)


def declare(parser: argparse.ArgumentParser, *sections: str) -> None:
    """Give `parser` a flag for every option of `sections`; said() collects them."""
    group = parser.add_argument_group("settings", f"also in [{TABLE}] of pyproject.toml or in {OWN_FILE}")
    for option in OPTIONS:
        if option.section in sections or option.name in sections:
            _add_flag(group, option)


def said(options: argparse.Namespace, *sections: str) -> dict[str, object]:
    """The flags of `sections` that were said on the command line, by the option's name."""
    names = [option.name for option in OPTIONS if option.section in sections or option.name in sections]
    found = {name: getattr(options, name.replace("-", "_")) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _add_flag(group: argparse._ArgumentGroup, option: Option) -> None:
    flag, words = f"--{option.name}", option.help.replace("%", "%%")
    if option.kind == "switch":
        from argparse import SUPPRESS  # compared by identity

        # argparse's BooleanOptionalAction takes --no-gaps for the contrary of --gaps
        contrary = f"--{option.name.removeprefix('no-')}" if option.name.startswith("no-") else f"--no-{option.name}"
        group.add_argument(flag, action="store_true", default=None, help=f"{words} (the contrary: {contrary})")
        group.add_argument(contrary, action="store_false", default=None, dest=option.name.replace("-", "_"), help=SUPPRESS)
    elif option.kind in ("texts", "tables"):
        kind: Callable[[str], object] = _inline_table if option.kind == "tables" else str
        group.add_argument(
            flag, action="append", default=None, type=kind, metavar="TABLE" if option.kind == "tables" else "TEXT", help=words
        )
    elif option.kind == "choice":
        group.add_argument(flag, choices=option.choices, default=None, help=f"{words} (default: {option.default})")
    else:
        number = option.kind == "seconds"
        group.add_argument(flag, type=float if number else str, default=None, metavar="SECONDS" if number else "TEXT", help=words)


def _inline_table(text: str) -> object:
    """A table said as a flag, `{tag = "v9.0.0", reason = "…"}`, as TOML reads it."""
    try:
        return _toml(f"value = {text}\n", "")["value"]
    except (UserError, KeyError) as error:
        raise ValueError(text) from error


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot be read: {error}", path.name) from error


def _table(name: str, content: str) -> dict[str, Any] | None:
    """The settings' table in a file, or None where it has none."""
    if name == OWN_FILE:
        return _toml(content, name)
    if "latest-guard" not in content:
        return None
    tool = _toml(content, name).get("tool")
    table = tool.get("latest-guard") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UserError(f"{TABLE} must be a table", name)
    return table


def _toml(content: str, name: str) -> dict[str, Any]:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomlkit

        parse: Any = lambda text: tomlkit.parse(text).unwrap()  # noqa: E731
    else:
        parse = tomllib.loads
    try:
        return cast("dict[str, Any]", parse(content))
    except (ValueError, RecursionError) as error:
        raise UserError(f"is no TOML: {str(error) or 'it is nested too deeply'}", name) from error


def _option(key: str, place: str) -> Option:
    """The option called `key`; an unknown one is an error that names the nearest."""
    for option in OPTIONS:
        if option.name == key:
            return option
    from difflib import get_close_matches

    near = get_close_matches(key.replace("_", "-"), [option.name for option in OPTIONS], n=1, cutoff=0.5)
    raise UserError(f"unknown setting {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""), place)


def _checked(option: Option, value: object, place: str) -> object:
    """`value` as the option's kind holds it, or an error that says what was expected."""
    if option.kind == "texts":
        value = (value,) if isinstance(value, str) else value
    if not _fits(option, value):
        raise UserError(f"{option.name} must be {_EXPECTED[option.kind]}, not {_shown(value)}", place)
    if option.kind == "choice" and value not in option.choices:
        raise UserError(f"{option.name} must be one of {', '.join(option.choices)}, not {_shown(value)}", place)
    if option.kind == "tables":
        return tuple(_checked_table(option, table, place) for table in cast("Iterable[dict[str, object]]", value))
    if option.kind == "texts":
        return tuple(cast("Iterable[str]", value))
    return float(cast("float", value)) if option.kind == "seconds" else value


def _fits(option: Option, value: object) -> bool:
    if option.kind in ("text", "choice"):
        return isinstance(value, str)
    if option.kind == "switch":
        return isinstance(value, bool)
    if option.kind == "seconds":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")
    member = dict if option.kind == "tables" else str
    return isinstance(value, (list, tuple)) and all(isinstance(item, member) for item in value)


def _checked_table(option: Option, table: dict[str, object], place: str) -> Mapping[str, str]:
    """One table of a `tables` option: known keys, none missing, texts only (a date counts as its ISO text)."""
    known = (*option.needed, *option.allowed)
    unknown = next((key for key in table if key not in known), None)
    if unknown is not None:
        raise UserError(f"{option.name} has no key {unknown!r}; it has {', '.join(known)}", place)
    missing = next((key for key in option.needed if not str(table.get(key, "")).strip()), None)
    if missing is not None:
        raise UserError(f"an entry of {option.name} lacks its {missing}", place)
    return {key: value if isinstance(value, str) else _date_text(option, key, value, place) for key, value in table.items()}


def _date_text(option: Option, key: str, value: object, place: str) -> str:
    if hasattr(value, "isoformat"):
        return cast("str", value.isoformat())
    raise UserError(f"{key} of {option.name} must be a string, not {_shown(value)}", place)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")


def _line(content: str, name: str, key: str) -> int:
    """The line on which `key` stands, for messages: by its look, as TOML's readers keep no places."""
    table, wanted = "", "" if name == OWN_FILE else TABLE
    setting = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    for number, line in enumerate(content.splitlines(), start=1):
        header = _HEADER.match(line)
        if header and "=" not in line.split("]")[0]:
            table = header[1].replace('"', "").replace("'", "").replace(" ", "")
            if table.removeprefix(f"{wanted}.").split(".")[0] == key:
                return number
        elif table == wanted and setting.match(line):
            return number
    return 1
