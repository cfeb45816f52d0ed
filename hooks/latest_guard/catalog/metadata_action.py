"""What docker/metadata-action makes of its inputs: which tags, by which line, and what decides about `latest`.

Source: https://github.com/docker/metadata-action, its README ("tags input", "flavor input", "Latest tag", "priority attribute",
"Global expressions") and, where that is silent, what its sources do.  It compares no versions with each other: under
`flavor: latest=auto` the entry of highest priority that yields anything decides, and a `semver`, `pep440`, `match` or
`ref,event=tag` entry says yes (the first two not for prereleases).

All works on known strings.  A character `HOLE` may stand in an input for what is not known; it is let through as it is, so that
places found here (offsets in the input's text) are places in a string that is known in part.
"""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from latest_guard.expressions import ecma, handlebars, regular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Stands for text that is not known.
HOLE = "\ufffc"


class InputError(ValueError):
    """The action refuses its input and fails: one line. `start` and `end` say where in the input's text."""

    def __init__(self, reason: str, start: int = 0, end: int = 0) -> None:
        super().__init__(reason)
        self.start = start
        self.end = end


class Type(enum.Enum):
    """The type of an entry; its value is how it is written."""

    SCHEDULE = "schedule"
    SEMVER = "semver"
    PEP440 = "pep440"
    MATCH = "match"
    EDGE = "edge"
    REF = "ref"
    RAW = "raw"
    SHA = "sha"


PRIORITIES: Mapping[Type, int] = {
    Type.SCHEDULE: 1000,
    Type.SEMVER: 900,
    Type.PEP440: 900,
    Type.MATCH: 800,
    Type.EDGE: 700,
    Type.REF: 600,
    Type.RAW: 200,
    Type.SHA: 100,
}

#: What stands for an empty `tags` input.
DEFAULT_TAGS = "type=schedule\ntype=ref,event=branch\ntype=ref,event=tag\ntype=ref,event=pr\n"

#: What an entry has that does not say otherwise. A prefix that is missing leaves that of the flavor, an empty one takes it away.
_DEFAULTS: Mapping[Type, Mapping[str, str]] = {
    Type.SCHEDULE: {"pattern": "nightly"},
    Type.SEMVER: {"value": "", "match": ""},
    Type.PEP440: {"value": "", "match": ""},
    Type.MATCH: {"group": "0", "value": ""},
    Type.EDGE: {"branch": ""},
    Type.REF: {},
    Type.RAW: {},
    Type.SHA: {"prefix": "sha-", "format": "short"},
}
_REQUIRED: Mapping[Type, str] = {
    Type.SEMVER: "pattern",
    Type.PEP440: "pattern",
    Type.MATCH: "pattern",
    Type.REF: "event",
    Type.RAW: "value",
}
_CHOICES: Mapping[tuple[Type, str], frozenset[str]] = {
    (Type.REF, "event"): frozenset({"branch", "tag", "pr"}),
    (Type.SHA, "format"): frozenset({"short", "long"}),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value as the input has it, and where: offsets in the input's text. One that comes from a default has the entry's place."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the `tags` input. `start` and `end` say where it stands in the input's text."""

    type: Type
    attributes: Mapping[str, Attribute]
    start: int
    end: int

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        found = self.attributes.get(name)
        return default if found is None else found.value

    @property
    def priority(self) -> float:
        """Where it stands among the others: higher is earlier. NaN where that is no number."""
        return ecma.number(self.get("priority"))

    def filled(self, values: Mapping[str, str]) -> Entry:
        """The entry with other values for some of its attributes, at the same places."""
        changed = {name: replace(old, value=values.get(name, old.value)) for name, old in self.attributes.items()}
        return replace(self, attributes=changed)


@dataclass(frozen=True, slots=True)
class Flavor:
    """The `flavor` input: `latest` is auto, true or false; `*_on_latest` say whether prefix and suffix go to `latest` as well."""

    latest: str = "auto"
    prefix: str = ""
    prefix_on_latest: bool = False
    suffix: str = ""
    suffix_on_latest: bool = False

    @property
    def latest_tag(self) -> str:
        """What the tag is called that `latest` stands for."""
        prefix = self.prefix if self.prefix_on_latest else ""
        return clean(f"{prefix}latest{self.suffix if self.suffix_on_latest else ''}")


class RefKind(enum.Enum):
    """What the run was started on."""

    BRANCH = "refs/heads/"
    TAG = "refs/tags/"
    PULL = "refs/pull/"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What the action knows about the run.

    `ref` is the name without `refs/…/` (a pull request's number), `event` the event's name.  `now` stands for the time of the run and
    of the commit, which nobody knows: dates in tags are samples.
    """

    kind: RefKind
    ref: str
    event: str = "push"
    default_branch: str = "main"
    base_ref: str = ""
    sha: str = "5f3a1c9e7b2d4f6081a3c5e7092b4d6f8a1c3e50"
    now: datetime = datetime(2026, 1, 31, 10, 20, 30, tzinfo=timezone.utc)

    @staticmethod
    def of(ref: str, event: str = "push", default_branch: str = "main", base_ref: str = "") -> Event:
        """The event on a full ref, such as `refs/tags/v1.2.3`, `refs/heads/main` or `refs/pull/7/merge`."""
        kind = next(kind for kind in RefKind if ref.startswith(kind.value))
        name = ref[len(kind.value) :]
        return Event(kind, name.removesuffix("/merge") if kind is RefKind.PULL else name, event, default_branch, base_ref)


@dataclass(frozen=True, slots=True)
class Yield:
    """What one entry gives: a tag, and whether it says yes under `latest=auto` should it be the one that decides."""

    tag: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that the action puts out. `by` is the entry that yields it; None where `flavor: latest=true` adds it on its own account.

    `automatic` says that it is the `latest` of the flavor, under `latest=auto` decided by the entry `by`.
    """

    name: str
    by: Entry | None
    automatic: bool = False


# Reading the inputs ---------------------------------------------------------------------------------------------------------


def entries(text: str) -> list[Entry]:
    """The entries of a `tags` input in the order in which the action works them off: by priority, then as written.

    Without any, those of DEFAULT_TAGS, all at the place of the input.  Raises InputError where the action would fail.
    """
    lines = _lines(text)
    if lines:
        found = [_entry(line) for line in lines]
    else:
        found = [replace(entry, start=0, end=len(text)) for entry in map(_entry, _lines(DEFAULT_TAGS))]
    return sorted(found, key=lambda entry: -(PRIORITIES[entry.type] if math.isnan(entry.priority) else entry.priority))


def _entry(line: _Run) -> Entry:
    kind = Type.RAW
    attributes: dict[str, Attribute] = {}
    for cell in _cells(line):
        name, value = _pair(cell)
        if name == "type":
            kind = _type(value)
        else:
            attributes[name] = value.attribute()
    start, end = line.place()
    if kind is Type.REF and "event" in attributes and attributes["event"].value == "pr":
        attributes.setdefault("prefix", Attribute("pr-", start, end))
    for name, default in {**_DEFAULTS[kind], "enable": "true", "priority": str(PRIORITIES[kind])}.items():
        attributes.setdefault(name, Attribute(default, start, end))
    entry = Entry(kind, attributes, start, end)
    _check(entry)
    return entry


def _type(value: _Run) -> Type:
    try:
        return Type(value.text)
    except ValueError:
        raise InputError(f"an unknown type {value.text[:40]!a}", *value.place()) from None


def _check(entry: Entry) -> None:
    required = _REQUIRED.get(entry.type)
    if required and required not in entry.attributes:
        raise InputError(f"type={entry.type.value} without its {required}", entry.start, entry.end)
    for (kind, name), choices in _CHOICES.items():
        value = entry.get(name)
        if entry.type is kind and value not in choices and HOLE not in value:
            raise InputError(f"{name}={value[:40]!a} for type={kind.value}", entry.start, entry.end)
    if entry.type is Type.MATCH and HOLE not in entry.get("group") and math.isnan(ecma.number(entry.get("group"))):
        raise InputError("a group that is no number", entry.start, entry.end)


def flavor(text: str) -> Flavor:
    """What a `flavor` input says. Raises InputError where the action would fail."""
    found, last = Flavor(), ""
    for line in _lines(text):
        last = ""
        for cell in _cells(line):
            parts = [part.strip(ecma.SPACE) for part in cell.text.split("=")]
            if len(parts) == 1:
                raise InputError("a flavor without =", *cell.place())
            name = parts[0].lower()
            last = name if name in {"prefix", "suffix"} else last
            found = _flavored(found, name, parts[1], last, cell)
    return found


def _flavored(found: Flavor, name: str, value: str, last: str, cell: _Run) -> Flavor:
    if name == "latest" and (value in {"auto", "true", "false"} or HOLE in value):
        return replace(found, latest=value)
    if name == "prefix":
        return replace(found, prefix=value)
    if name == "suffix":
        return replace(found, suffix=value)
    if name == "onlatest" and (value in {"true", "false"} or HOLE in value):
        if last == "prefix":
            return replace(found, prefix_on_latest=value == "true")
        return replace(found, suffix_on_latest=value == "true") if last == "suffix" else found
    raise InputError(f"an unknown flavor {cell.text[:40]!a}", *cell.place())


# CSV ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """Text, and the offset in the input of each of its characters."""

    text: str
    at: Sequence[int]

    def place(self) -> tuple[int, int]:
        """Where it begins and ends in the input."""
        return (self.at[0], self.at[-1] + 1) if self.at else (0, 0)

    def cut(self, start: int, end: int) -> _Run:
        return _Run(self.text[start:end], self.at[start:end])

    def strip(self) -> _Run:
        start = len(self.text) - len(self.text.lstrip(ecma.SPACE))
        return self.cut(start, max(start, len(self.text.rstrip(ecma.SPACE))))

    def attribute(self) -> Attribute:
        return Attribute(self.text, *self.place())


def _lines(text: str) -> list[_Run]:
    """The entries of a list input: CSV records, their fields with commas between them again; `#` begins a comment line."""
    whole = _Run(text, range(len(text))).strip()
    found = []
    for record in _records(whole, lenient=True):
        line = record[0]
        for cell in record[1:]:
            line = _Run(f"{line.text},{cell.text}", [*line.at, (line.at[-1] + 1 if line.at else cell.at[0] if cell.at else 0), *cell.at])
        if line.text:
            found.append(line.strip())
    return found


def _cells(line: _Run) -> list[_Run]:
    """The fields of an entry, which is read as CSV once more."""
    records = _records(line, lenient=False)
    if not records:
        raise InputError("an empty entry", *line.place())
    return records[0]


def _pair(cell: _Run) -> tuple[str, _Run]:
    """Name and value; a field without `=` (or that begins with it) is a value by itself."""
    split = cell.text.find("=")
    if split <= 0:
        return "value", cell.strip()
    return cell.cut(0, split).text.strip(ecma.SPACE).lower(), cell.cut(split + 1, len(cell.text)).strip()


def _records(run: _Run, *, lenient: bool) -> list[list[_Run]]:
    """CSV records by csv-parse's rules with quotes `"`; lenient also means comment lines, and quotes inside of fields."""
    found: list[list[_Run]] = []
    at = 0
    while at < len(run.text):
        end = run.text.find("\n", at)
        end = len(run.text) if end < 0 else end
        if run.text[at:end] in {"", "\r"} or (lenient and run.text[at] == "#"):
            at = end + 1
            continue
        record: list[_Run] = []
        more = True
        while more:
            cell, at = _cell(run, at, lenient=lenient)
            record.append(cell)
            more = run.text.startswith(",", at)
            at += more
        at += len(re.match(r"\r?\n?", run.text[at : at + 2])[0])  # type: ignore[index]
        found.append(record)
    return found


def _cell(run: _Run, at: int, *, lenient: bool) -> tuple[_Run, int]:
    """The field that begins at `at`, and where it ends."""
    if run.text.startswith('"', at):
        quoted = _quoted(run, at)
        if quoted is not None:
            return quoted
        if not lenient:
            raise InputError("a quote that is not closed before a comma", *run.cut(at, len(run.text)).place())
    end = _CELL_END.search(run.text, at)
    stop = end.start() if end else len(run.text)
    cell = run.cut(at, stop)
    if not lenient and '"' in cell.text:
        raise InputError("a quote in a field that does not begin with it", *cell.place())
    return cell, stop


_CELL_END = re.compile(r"[,\n]|\r\n")


def _quoted(run: _Run, at: int) -> tuple[_Run, int] | None:
    """The quoted field that begins at `at`, and where it ends; None if its quote is not closed before a comma or the end."""
    text, kept, here = run.text, [], at + 1
    while here < len(text):
        if text[here] != '"':
            kept.append(here)
        elif text.startswith('"', here + 1):
            here += 1
            kept.append(here)
        else:
            ends = here + 1 == len(text) or text[here + 1] in ",\n" or text.startswith("\r\n", here + 1)
            return (_Run("".join(text[k] for k in kept), [run.at[k] for k in kept]), here + 1) if ends else None
        here += 1
    return None


# What the entries yield -----------------------------------------------------------------------------------------------------


def tags(found: Sequence[Entry], looks: Flavor, event: Event) -> list[Tag]:
    """The tags that the action puts out, in its order; the flavor's `latest` comes last. Raises InputError where it would fail.

    `found` are entries in the order of `entries`.  Without a tag from any of them there is no `latest`, whatever the flavor says.
    """
    named: list[Tag] = []
    decided: tuple[Entry, bool] | None = None
    for entry in found:
        given = yields(entry, looks, event) if enabled(entry, event) else None
        if given is None:
            continue
        decided = decided or (entry, given.latest)
        if given.tag not in {tag.name for tag in named}:
            named.append(Tag(given.tag, entry))
    if decided and looks.latest == "auto" and decided[1]:
        named.append(Tag(looks.latest_tag, decided[0], True))
    elif decided and looks.latest == "true":
        named.append(Tag(looks.latest_tag, None, True))
    return named


def enabled(entry: Entry, event: Event) -> bool:
    """Whether the entry counts at all: what is not known does. Raises InputError where its `enable` is neither true nor false."""
    value = global_expression(entry.get("enable"), event, entry)
    if HOLE in value:
        return True
    if value not in {"true", "false"}:
        raise InputError(f"enable={value[:40]!a}", entry.start, entry.end)
    return value == "true"


def yields(entry: Entry, looks: Flavor, event: Event) -> Yield | None:
    """What an entry that is enabled yields for an event; None for nothing. Raises InputError where the action would fail.

    A version that is not known, or is cut out by a regular expression that cannot be searched for here, gives a tag with HOLE for
    it, and counts as a final release.
    """
    try:
        raw = _unknown(entry, event) or _RAW[entry.type](entry, event)
    except regular.UnsupportedError:
        raw = (HOLE, True)
    except handlebars.TemplateError as error:
        raise InputError(str(error), entry.start, entry.end) from error
    if raw is None:
        return None
    text, latest = raw
    prefix = global_expression(entry.get("prefix", looks.prefix), event, entry)
    suffix = global_expression(entry.get("suffix", looks.suffix), event, entry)
    whole = f"{prefix}{text}{suffix}"
    return Yield(clean(whole), latest) if whole else None


def _unknown(entry: Entry, event: Event) -> tuple[str, bool] | None:
    """What a version that is not known yields; None where it is known, or where none is asked for."""
    asks = entry.type in {Type.SEMVER, Type.PEP440, Type.MATCH}
    return (HOLE, True) if asks and HOLE in (_source(entry, event) or "") else None


def clean(tag: str) -> str:
    """The tag with a dash for every run of characters that tags cannot have."""
    return re.sub(rf"[^a-zA-Z0-9._{HOLE}-]+", "-", tag)


def _source(entry: Entry, event: Event) -> str | None:
    """The text that a version is read from: the value, or the tag; None where there is neither."""
    if entry.get("value"):
        return global_expression(entry.get("value"), event, entry)
    return event.ref if event.kind is RefKind.TAG else None


def _version(entry: Entry, event: Event) -> str | None:
    """The text of the version for a semver or pep440 entry, after its `match`."""
    text = _source(entry, event)
    if text is None:
        return None
    if entry.get("match"):
        found = regular.read(entry.get("match")).search(text)
        if found:
            if len(found.groups) < 2 or found.groups[1] is None:
                raise InputError("a match without a group", entry.start, entry.end)
            text = found.groups[1]
    return text.replace("/", "-")


_IDENTIFIER = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][a-zA-Z0-9-]*)"
_SEMVER = re.compile(
    rf"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)
_MAX_INTEGER = 2**53 - 1


def _semver(entry: Entry, event: Event) -> tuple[str, bool] | None:
    text = _version(entry, event)
    found = _SEMVER.fullmatch(text.strip(ecma.SPACE)) if text is not None and len(text) <= 256 else None
    if text is None or found is None or any(int(number) > _MAX_INTEGER for number in found.groups()[:3]):
        return None
    core, before = ".".join(found.groups()[:3]), found[4]
    values: dict[str, handlebars.Value] = {
        "raw": text,
        "version": f"{core}-{before}" if before else core,
        "major": int(found[1]),
        "minor": int(found[2]),
        "patch": int(found[3]),
        "prerelease": before.split(".") if before else [],
        "build": found[5].split(".") if found[5] else [],
    }
    pattern = entry.get("pattern")
    if before and handlebars.only_name(pattern) != "raw":
        pattern = "{{version}}"
    return handlebars.render(pattern, values), not before


_PEP440 = re.compile(
    r"""v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)
    (?:[-_.]?(?P<word>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?P<number>\d*))?
    (?P<post>-(?P<post_dash>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_number>\d*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_number>\d*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_WORDS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


def _pep440(entry: Entry, event: Event) -> tuple[str, bool] | None:
    text = _version(entry, event)
    found = _PEP440.fullmatch(text) if text is not None and len(text) <= 256 else None
    if text is None or found is None:
        return None
    pattern = entry.get("pattern")
    if found["word"] or found["post"] or found["dev"]:
        return text if handlebars.only_name(pattern) == "raw" else _canonical(found), False
    numbers = [*(int(number) for number in found["release"].split(".")), 0, 0]
    values: dict[str, handlebars.Value] = {"raw": text, "version": _canonical(found)}
    values.update(zip(("major", "minor", "patch"), numbers, strict=False))
    return handlebars.render(pattern, values), True


def _canonical(found: re.Match[str]) -> str:
    """The version in PEP 440's normal form, but for the local part: the library that the action uses puts commas into it."""
    parts = [f"{int(found['epoch'])}!" if int(found["epoch"] or 0) else ""]
    parts.append(".".join(str(int(number)) for number in found["release"].split(".")))
    if found["word"]:
        word = found["word"].lower()
        parts.append(f"{_WORDS.get(word, word)}{int(found['number'] or 0)}")
    if found["post"]:
        parts.append(f".post{int(found['post_dash'] or found['post_number'] or 0)}")
    if found["dev"]:
        parts.append(f".dev{int(found['dev_number'] or 0)}")
    if found["local"]:
        parts.append("+" + re.sub(r"[-_.]", ",", found["local"].lower()))
    return "".join(parts)


def _match(entry: Entry, event: Event) -> tuple[str, bool] | None:
    text = _source(entry, event)
    if text is None:
        return None
    delimited = re.fullmatch(r"/(.+)/(.*)", entry.get("pattern"))
    pattern, flags = delimited.groups() if delimited else (entry.get("pattern"), "")
    if set(flags) - set("dgimsuvy"):
        raise InputError("a pattern with unknown flags", entry.start, entry.end)
    found = regular.read(pattern, flags).search(text)
    group = entry.get("group")
    if found is None or group not in map(str, range(len(found.groups))):
        return None
    held = found.groups[int(group)]
    return None if held is None else (held, True)


def _ref(entry: Entry, event: Event) -> tuple[str, bool] | None:
    wanted = {"branch": RefKind.BRANCH, "tag": RefKind.TAG, "pr": RefKind.PULL}[entry.get("event")]
    return (event.ref, wanted is RefKind.TAG) if event.kind is wanted else None


def _edge(entry: Entry, event: Event) -> tuple[str, bool] | None:
    branch = entry.get("branch") or event.default_branch
    return ("edge", False) if event.kind is RefKind.BRANCH and event.ref == branch else None


def _schedule(entry: Entry, event: Event) -> tuple[str, bool] | None:
    if "schedule" not in event.event:
        return None
    return handlebars.render(entry.get("pattern"), {"date": _date(event), "commit_date": _date(event)}), False


def _raw(entry: Entry, event: Event) -> tuple[str, bool] | None:
    return global_expression(entry.get("value"), event, entry), False


def _sha(entry: Entry, event: Event) -> tuple[str, bool] | None:
    if not event.sha:
        return None
    return event.sha if entry.get("format") == "long" else event.sha[:7], False


_RAW = {
    Type.SCHEDULE: _schedule,
    Type.SEMVER: _semver,
    Type.PEP440: _pep440,
    Type.MATCH: _match,
    Type.EDGE: _edge,
    Type.REF: _ref,
    Type.RAW: _raw,
    Type.SHA: _sha,
}


# Expressions in braces ------------------------------------------------------------------------------------------------------


def global_expression(text: str, event: Event, entry: Entry) -> str:
    """`text` with its `{{branch}}`, `{{tag}}`, `{{is_default_branch}}` … filled in. Raises InputError."""
    default = _on_default_branch(event)
    values: dict[str, handlebars.Value] = {
        "branch": event.ref if event.kind is RefKind.BRANCH else "",
        "tag": event.ref if event.kind is RefKind.TAG else "",
        "sha": event.sha[:7],
        "base_ref": event.base_ref if event.kind in {RefKind.TAG, RefKind.PULL} else "",
        "is_default_branch": "true" if default else "false",
        "is_not_default_branch": "false" if default else "true",
        "date": _date(event),
        "commit_date": _date(event),
    }
    try:
        return handlebars.render(text, values)
    except handlebars.TemplateError as error:
        raise InputError(str(error), entry.start, entry.end) from error


#: Events that always run on the last commit of the default branch.
_ON_DEFAULT_BRANCH = ("create", "discussion", "issues", "schedule")


def _on_default_branch(event: Event) -> bool:
    if event.kind is RefKind.BRANCH and event.ref == event.default_branch:
        return True
    return any(name in event.event for name in _ON_DEFAULT_BRANCH) and bool(event.ref)


#: moment's format, its commonest signs.
_SIGNS: Mapping[str, str] = {
    "YYYY": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "DDDD": "%j",
    "DD": "%d",
    "dddd": "%A",
    "ddd": "%a",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "SSS": "000",
    "WW": "%V",
    "A": "%p",
    "X": "%s",
    "Z": "+00:00",
}
_SIGN = re.compile(r"\[([^\]]*)\]|" + "|".join(sorted(_SIGNS, key=len, reverse=True)) + "|[MDHhmsaQEdwW]")


def _date(event: Event) -> handlebars.Value:
    """The helper `date`: a time that nobody knows, in the form that was asked for; the zone is not minded."""

    def date(arguments: Sequence[str], _: Mapping[str, str]) -> str:
        if len(arguments) != 1:
            raise handlebars.TemplateError("date without its format")
        return _SIGN.sub(lambda sign: _formatted(sign, event.now), arguments[0])

    return date


def _formatted(sign: re.Match[str], now: datetime) -> str:
    if sign[1] is not None:
        return sign[1]
    if sign[0] == "X":
        return str(int(now.timestamp()))
    if sign[0] == "a":
        return "am" if now.hour < 12 else "pm"
    single = {"M": now.month, "D": now.day, "H": now.hour, "h": now.hour % 12 or 12, "m": now.minute, "s": now.second}
    if sign[0] in single:
        return str(single[sign[0]])
    return now.strftime(_SIGNS[sign[0]]) if sign[0] in _SIGNS else "1"
