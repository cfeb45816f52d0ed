"""YAML, read once for values and for places.

The tree keeps what a plain load throws away: where every key and value stands, tags (GitLab's `!reference`), how a scalar was
written, keys that were given twice.  Scalars keep their text; `Scalar.data()` reads it by the core schema of YAML 1.2
(section 10.3.2), as GitHub and GitLab do, so that `on` is a key and `no` is a word.  What cannot be read is a `Problem`,
never an exception.

What is read may be hostile: size, depth and the expansion of aliases are bounded before anything is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from latest_guard.source import Problem, Source, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: GitLab's own bound for one file; a configuration of this size is generated, or an attack.
MAX_CHARACTERS = 1 << 20
#: No configuration that people wrote comes near this.
MAX_DEPTH = 100
#: Nodes, every alias counted as often as it is used.
MAX_NODES = 200_000

NULL = re.compile(r"(?:null|Null|NULL|~)?\Z")
BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
RADIX = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
SPECIAL = {"inf": "inf", "+inf": "inf", "-inf": "-inf", "nan": "nan"}


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A value without parts. `style` is `'`, `"`, `|`, `>` or empty for a plain one; `tag` is empty unless one is written.

    `pieces` are given for a value that was changed after it was read (`Text.pieces`).
    """

    source: Source
    start: int
    end: int
    value: str
    tag: str = ""
    style: str = ""
    pieces: tuple[tuple[int, int, int], ...] | None = None

    @property
    def span(self) -> Span:
        """Where it stands, with its quotes."""
        return self.source.span(self.start, self.end)

    @property
    def text(self) -> Text:
        """Its value with the place of every character; where that cannot be told, every character stands at the start."""
        return Text(self.value, self.source, _pieces(self) if self.pieces is None else self.pieces)

    def data(self) -> None | bool | float | str:
        """Its value by the core schema: what is quoted, a block, or tagged is always a string."""
        return core(self.value) if not self.style and not self.tag else self.value


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A mapping: its entries in order, merge keys (`<<`) resolved, of a key that stands there twice the last.

    `duplicates` are the keys that lost.
    """

    source: Source
    start: int
    end: int
    entries: tuple[Entry, ...]
    tag: str = ""
    duplicates: tuple[Scalar, ...] = ()
    _index: dict[str, Entry] = field(default_factory=dict, repr=False)

    @property
    def span(self) -> Span:
        """Where it stands, from its first key to the end of its last value."""
        return self.source.span(self.start, self.end)

    def entry(self, name: str) -> Entry | None:
        """The entry with the key `name`."""
        if not self._index:
            self._index.update((entry.key.value, entry) for entry in self.entries)
        return self._index.get(name)

    def get(self, name: str) -> Node | None:
        """The value of the key `name`."""
        entry = self.entry(name)
        return entry.value if entry else None


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list of values."""

    source: Source
    start: int
    end: int
    items: tuple[Node, ...]
    tag: str = ""

    @property
    def span(self) -> Span:
        """Where it stands, from its first item to the end of its last."""
        return self.source.span(self.start, self.end)


Node: TypeAlias = Mapping | Sequence | Scalar


def core(value: str) -> None | bool | float | str:
    """What a plain scalar means by the core schema of YAML 1.2."""
    if NULL.match(value):
        return None
    if BOOLEAN.match(value):
        return value[0] in "tT"
    if value[-1] in "0123456789.abcdefABCDEF":
        if NUMBER.match(value):
            return float(value)
        if RADIX.match(value):
            return float(int(value[2:], 8 if value[1] == "o" else 16))
    if value[-1] in "fFnN" and value.lower().replace(".", "", 1) in SPECIAL and "." in value[:2]:
        return float(SPECIAL[value.lower().replace(".", "", 1)])
    return value


def read(source: Source) -> Node | Problem:
    """The one document of a file; a Problem where it has none, several, or is no YAML."""
    found = documents(source)
    if isinstance(found, Problem):
        return found
    if not found:
        return Problem("the file is empty", source.span(0, 0))
    if len(found) > 1:
        return Problem("the file holds several YAML documents where one is expected", source.span(found[1].start, found[1].start))
    return found[0]


def documents(source: Source) -> tuple[Node, ...] | Problem:
    """Every document of a file, or a Problem where it is no YAML or out of bounds."""
    if len(source.text) > MAX_CHARACTERS:
        return Problem(f"the file is larger than {MAX_CHARACTERS:,} characters and is not read", source.span(0, 0))
    base = 1 if source.text.startswith("\ufeff") else 0
    import yaml

    try:
        if _may_be_deep(source.text):
            _check_depth(source.text[base:], base)
        builder = _Builder(source, base)
        return tuple(builder.document(root) for root in _roots(source.text[base:]))
    except _RefusedError as refusal:
        return _problem(source, str(refusal), refusal.offset)
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        return _strange_character(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = base + (mark.index if mark else 0)
        tab = " (a tab: YAML is indented with spaces)" if source.text[at : at + 1] == "\t" else ""
        return _problem(source, _told(error.context, error.problem) + tab, at)
    except yaml.YAMLError as error:
        return _problem(source, _told(None, str(error)), 0)


def _problem(source: Source, message: str, offset: int) -> Problem:
    """A problem at one character."""
    at = min(offset, len(source.text))
    return Problem(message, source.span(at, at))


def _told(context: str | None, problem: str | None) -> str:
    """The parser's complaint in one line."""
    return "the file is no YAML: " + " ".join(f"{context + ', ' if context else ''}{problem or 'it cannot be read'}".split())


#: What YAML 1.2 section 5.1 does not let into a file.
NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _strange_character(source: Source) -> Problem:
    """The first character that no YAML file may hold; found again here, as libyaml counts it in bytes."""
    found = NOT_PRINTABLE.search(source.text)
    if not found:
        return _problem(source, "the file is no YAML: it holds a character that cannot be read", 0)
    return _problem(source, f"the file is no YAML: the character U+{ord(found[0]):04X} may not stand in it", found.start())


class _RefusedError(Exception):
    """The file is out of bounds at `offset`."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


TOO_DEEP = f"the file nests more than {MAX_DEPTH} levels deep and is not read"
TOO_MUCH = f"the file expands to more than {MAX_NODES:,} values (aliases count each time) and is not read"

#: A bracket that may open a flow collection: at the start of a token, and no part of `${{`.
OPENING = re.compile(r"(?<!\$)(?<!\$\{)(?<![^\s\[{,:?-])[\[{]")
#: libyaml composes recursively, in C, with no bound of its own: this many levels its stack surely holds.
SAFE_LEVELS = 1000


def _may_be_deep(text: str) -> bool:
    """Whether composing might exhaust the stack: judged from above, and cheaply.

    Each level of a block collection takes a column of indentation at least, each level of a flow collection a bracket.
    """
    if text.count("[") + text.count("{") > SAFE_LEVELS and sum(1 for _ in OPENING.finditer(text)) > SAFE_LEVELS:
        return True
    long = [line for line in text.splitlines() if len(line) > 200]
    return any(len(line) - len(line.lstrip(" \t?:-")) > 200 for line in long)


def _check_depth(text: str, base: int) -> None:
    """Refuse a text that nests too deep, by its events, which need no stack."""
    import yaml

    parser = _loader()(text)
    depth = 0
    while parser.check_event():
        event: Any = parser.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH and event.start_mark:
                raise _RefusedError(TOO_DEEP, base + event.start_mark.index)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _roots(text: str) -> Iterator[Any]:
    """The root node of every document, composed by libyaml where it is there."""
    loader = _loader()(text)
    while loader.check_node():
        yield loader.get_node()


#: What the loader calls a node without a tag that is plain, and one that is not.
PLAIN, QUOTED = "?", "!"


class _NoResolver:
    """Stands in for PyYAML's resolver, whose YAML 1.1 rules are not ours."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return PLAIN if isinstance(implicit, tuple) and implicit[0] else QUOTED

    def descend_resolver(self, parent: object, index: object) -> None:
        """Paths are of no interest."""

    def ascend_resolver(self) -> None:
        """Paths are of no interest."""


_LOADER: list[Any] = []


def _loader() -> Any:
    """The loader class: libyaml's, or PyYAML's own where Python was built without it."""
    if not _LOADER:
        try:
            from yaml._yaml import CParser
        except ImportError:
            _LOADER.append(_slow_loader())
        else:
            _LOADER.append(type("_Loader", (_NoResolver, CParser), {}))
    return _LOADER[0]


def _slow_loader() -> Any:
    """A loader in pure Python, ten times slower."""
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    def start(self: Any, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)

    return type("_Loader", (_NoResolver, Reader, Scanner, Parser, Composer), {"__init__": start})


#: A tag and an anchor in front of a value, and what may stand between.
PROPERTIES = re.compile(r"(?:[&!]\S*\s*(?:#[^\n]*\s*)*){0,2}")


class _Builder:
    """Turns composed nodes into ours; an alias becomes the node that it stands for, once."""

    def __init__(self, source: Source, base: int) -> None:
        self.source = source
        self.base = base
        self.built: dict[int, tuple[Node, int]] = {}
        self.open: set[int] = set()
        self.count = 0

    def document(self, root: Any) -> Node:
        """The tree of one document."""
        self.built.clear()
        return self.node(root, 0)

    def node(self, raw: Any, depth: int) -> Node:
        """The tree below one node."""
        done = self.built.get(id(raw))
        if done is not None:
            self.add(done[1], raw)
            return done[0]
        if depth > MAX_DEPTH:
            raise _RefusedError(TOO_DEEP, self.base + raw.start_mark.index)
        before = self.count
        self.add(1, raw)
        node = self.scalar(raw) if raw.id == "scalar" else self.collection(raw, depth)
        self.built[id(raw)] = (node, self.count - before)
        return node

    def add(self, count: int, raw: Any) -> None:
        """Count values, and refuse what grows out of bounds."""
        self.count += count
        if self.count > MAX_NODES:
            raise _RefusedError(TOO_MUCH, self.base + raw.start_mark.index)

    def scalar(self, raw: Any) -> Scalar:
        start, end = self.base + raw.start_mark.index, self.base + raw.end_mark.index
        style = raw.style or ""
        if self.source.text[start : start + 1] in ("&", "!"):
            start = min(PROPERTIES.match(self.source.text, start, end).end(), end)  # type: ignore[union-attr]
        if style in ("|", ">"):
            end = start + len(self.source.text[start:end].rstrip("\r\n"))
        tag = "" if raw.tag in (PLAIN, QUOTED) else raw.tag
        return Scalar(self.source, start, end, raw.value, tag, style)

    def collection(self, raw: Any, depth: int) -> Mapping | Sequence:
        if id(raw) in self.open:
            raise _RefusedError("an alias stands inside the value that it names", self.base + raw.start_mark.index)
        self.open.add(id(raw))
        node = self.mapping(raw, depth) if raw.id == "mapping" else self.sequence(raw, depth)
        self.open.discard(id(raw))
        return node

    def sequence(self, raw: Any, depth: int) -> Sequence:
        items = tuple(self.node(item, depth + 1) for item in raw.value)
        start, end = self.extent(raw, items[-1] if items else None)
        return Sequence(self.source, start, end, items, self.tag(raw))

    def mapping(self, raw: Any, depth: int) -> Mapping:
        written: list[Entry] = []
        for key, value in raw.value:
            if key.id != "scalar":
                raise _RefusedError("a key that is no plain text cannot be read", self.base + key.start_mark.index)
            written.append(Entry(self.scalar(key), self.node(value, depth + 1)))
        start, end = self.extent(raw, written[-1].value if written else None)
        entries, duplicates = self.merged(written, raw)
        return Mapping(self.source, start, end, entries, self.tag(raw), duplicates)

    def merged(self, written: list[Entry], raw: Any) -> tuple[tuple[Entry, ...], tuple[Scalar, ...]]:
        """The entries that count, and the keys that were overwritten. What is merged in loses to what is written."""
        found: dict[str, Entry] = {}
        lost = []
        merges = []
        for entry in written:
            if entry.key.value == "<<" and not entry.key.style:
                merges.append(entry.value)
            elif entry.key.value in found:
                lost.append(found.pop(entry.key.value).key)
                found[entry.key.value] = entry
            else:
                found[entry.key.value] = entry
        for value in merges:
            for each in value.items if isinstance(value, Sequence) else (value,):
                if isinstance(each, Mapping):
                    self.add(len(each.entries), raw)
                    for entry in each.entries:
                        found.setdefault(entry.key.value, entry)
        return tuple(found.values()), tuple(lost)

    def extent(self, raw: Any, last: Node | None) -> tuple[int, int]:
        """Where a collection stands. The parser ends block collections at the next token, which may be lines below."""
        start, end = self.base + raw.start_mark.index, self.base + raw.end_mark.index
        if not raw.flow_style and last is not None:
            end = max(start, min(end, last.end)) if last.end > start else end
        return start, end

    def tag(self, raw: Any) -> str:
        return "" if raw.tag in (PLAIN, QUOTED) else raw.tag


Piece: TypeAlias = tuple[int, int, int]


def _pieces(scalar: Scalar) -> tuple[Piece, ...]:
    """Runs of a scalar's value with their places, checked against the value that the parser gave."""
    raw = scalar.source.text[scalar.start : scalar.end]
    if not scalar.style and raw == scalar.value:
        return ((0, scalar.start, len(raw)),)
    if scalar.style in ("|", ">"):
        writer = _block(scalar, raw)
    elif not scalar.style:
        writer = _flow(raw, scalar.start, "")
    else:
        writer = _flow(raw[1:-1], scalar.start + 1, scalar.style)
    return tuple(writer.pieces) if writer.value() == scalar.value and writer.pieces else ((0, scalar.start, 0),)


class _Writer:
    """Puts a value together from runs of the source and from characters that stand for others."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0

    def run(self, text: str, origin: int) -> None:
        """Text that stands at `origin` as it is."""
        if self.pieces and text:
            at, start, length = self.pieces[-1]
            if at + length == self.length and start + length == origin:
                self.pieces.pop()
                self.pieces.append((at, start, length + len(text)))
                self.made(text)
                return
        if text:
            self.pieces.append((self.length, origin, len(text)))
        self.made(text)

    def made(self, text: str) -> None:
        """Text that stands nowhere: a folded line end, an escape."""
        self.parts.append(text)
        self.length += len(text)

    def line_end(self, source: str, origin: int) -> None:
        """A line end that is kept; `\\r\\n` becomes `\\n`."""
        if source.startswith("\n", origin):
            self.run("\n", origin)
        else:
            self.made("\n")

    def value(self) -> str:
        """All of it."""
        return "".join(self.parts)

    def cut(self, length: int) -> None:
        """Drop what stands behind `length` characters."""
        self.parts = [self.value()[:length]]
        self.length = min(self.length, length)
        self.pieces = [(at, start, min(size, length - at)) for at, start, size in self.pieces if at < length]


#: The parts of a plain or quoted scalar that may go over several lines (YAML 1.2 sections 7.3 and 6.5).
FLOW = re.compile(
    r"(?P<break>\r\n|[\n\r])|(?P<blank>[ \t]+)|(?P<run>[^ \t\r\n\\']+)"
    r"|(?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|[\s\S])|'')|(?P<other>[\s\S])"
)
ESCAPES = dict(zip("0abtnvfre_NLP", "\0\a\b\t\n\v\f\r\x1b\xa0\x85\u2028\u2029", strict=True))


def _flow(raw: str, origin: int, quote: str) -> _Writer:
    """The value of a plain or quoted scalar: line ends folded, blanks around them dropped, escapes resolved."""
    writer = _Writer()
    blank: tuple[str, int] | None = None
    breaks = -1  # line ends since the last text; -1 for none
    for token in FLOW.finditer(raw):
        kind, text, at = token.lastgroup, token[0], origin + token.start()
        if kind == "break":
            breaks, blank = max(breaks, 0) + 1, None
        elif kind == "blank":
            blank = (text, at) if breaks < 0 else None
        elif kind == "escape" and quote == '"' and text[1] in "\r\n":
            _between(writer, blank, breaks)
            blank, breaks = None, 0
        else:
            _between(writer, blank, breaks)
            blank, breaks = None, -1
            _character(writer, kind, text, at, quote)
    _between(writer, blank, breaks)
    return writer


def _between(writer: _Writer, blank: tuple[str, int] | None, breaks: int) -> None:
    """What stands between two texts: one line end is a space, further ones stay, after an escaped one all stay."""
    if blank and breaks < 0:
        writer.run(*blank)
    elif breaks == 1:
        writer.made(" ")
    elif breaks > 1:
        writer.made("\n" * (breaks - 1))


def _character(writer: _Writer, kind: str | None, text: str, at: int, quote: str) -> None:
    """A run of text, or an escape in the quotes that know it."""
    if kind == "escape" and quote == "'" and text == "''":
        writer.made("'")
    elif kind == "escape" and quote == '"' and text != "''":
        writer.made(chr(min(int(text[2:], 16), 0x10FFFF)) if len(text) > 2 else ESCAPES.get(text[1], text[1]))
    else:
        writer.run(text, at)


def _block(scalar: Scalar, raw: str) -> _Writer:
    """The value of a block scalar, literal or folded, cut where chomping cuts it (YAML 1.2 sections 8.1.1.2 to 8.1.3)."""
    writer, source = _Writer(), scalar.source.text
    previous = ""  # the last line with text
    ends: list[int] = []  # the line ends since then
    for offset, line in _content(scalar, raw):
        if line:
            _line_ends(writer, ends, source, scalar.style == ">" and _even(previous) and _even(line))
            writer.run(line, offset)
            previous, ends = line, []
        ends.append(offset + len(line))
    _line_ends(writer, ends, source, False)
    writer.cut(len(scalar.value))
    writer.made("\n" * (len(scalar.value) - writer.length))  # kept by `+`, behind the place where the scalar ends for us
    return writer


def _even(line: str) -> bool:
    """Whether a line of a folded block stands at the block's own indentation, so that its ends fold."""
    return bool(line) and line[0] not in " \t"


def _line_ends(writer: _Writer, ends: list[int], source: str, folds: bool) -> None:
    """The line ends between two lines with text: one folds to a space, of several the first goes."""
    if folds and len(ends) == 1:
        writer.made(" ")
        return
    for end in ends[1:] if folds else ends:
        writer.line_end(source, end)


def _content(scalar: Scalar, raw: str) -> list[tuple[int, str]]:
    """The lines of a block scalar with their offsets, indentation and line ends cut off."""
    lines = []
    at = 0
    for line in raw.split("\n"):
        lines.append((scalar.start + at, line.removesuffix("\r")))
        at += len(line) + 1
    indent = _margin(line for _, line in lines[1:]) - _margin(iter(scalar.value.split("\n")))
    return [(offset + min(indent, len(line)), line[indent:]) for offset, line in lines[1:]] if indent > 0 else []


def _margin(lines: Iterator[str]) -> int:
    """How far the first line that is not blank is indented."""
    first = next((line for line in lines if line.strip(" ")), "")
    return len(first) - len(first.lstrip(" "))
