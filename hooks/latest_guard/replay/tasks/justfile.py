"""A justfile as a tree (https://just.systems/man/en/grammar.html). It never raises: a line that is nothing is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.placed import literals
from latest_guard.source import Text

if TYPE_CHECKING:
    from latest_guard.source import Span
    from latest_guard.values import Literal

# Expressions ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Chars:
    """A string."""

    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Backtick:
    """A command whose output is the value."""

    text: Text


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A variable or a parameter."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function call."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """`a + b`, and `a / b` with a slash between."""

    left: Expression
    right: Expression
    separator: str


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """`if left == right { then } else { otherwise }`, with `==`, `!=`, `=~` or `!~`."""

    operator: str
    left: Expression
    right: Expression
    then: Expression
    otherwise: Expression
    span: Span


Expression: TypeAlias = Chars | Backtick | Name | Call | Joined | Choice

# Statements -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A recipe's parameter; `many` for `*rest` and `+rest`, `exported` for `$name`."""

    name: str
    default: Expression | None
    many: bool
    exported: bool


@dataclass(frozen=True, slots=True, eq=False)
class Dependency:
    """A recipe that must run before this one, or `after` it."""

    name: str
    arguments: tuple[Expression, ...]
    after: bool


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A recipe: its lines are its body with their indentation taken off."""

    name: str
    parameters: tuple[Parameter, ...]
    dependencies: tuple[Dependency, ...]
    lines: tuple[Text, ...]
    attributes: frozenset[str]
    span: Span


@dataclass
class Justfile:
    """A justfile."""

    variables: dict[str, Expression] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    recipes: dict[str, Recipe] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    first: str = ""

    def merge(self, other: Justfile) -> None:
        """Take an imported file in: what stands here already wins."""
        for name in ("variables", "recipes", "aliases", "settings", "modules"):
            mine, others = getattr(self, name), getattr(other, name)
            mine.update({key: value for key, value in others.items() if key not in mine})
        self.exported |= other.exported
        self.first = self.first or other.first


_ASSIGNMENT = re.compile(r"(export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*")
_ALIAS = re.compile(r"alias[ \t]+([\w-]+)[ \t]*:=[ \t]*([\w:-]+)")
_SETTING = re.compile(r"set[ \t]+([\w-]+)(?:[ \t]*:=[ \t]*(.*))?$")
_IMPORT = re.compile(r"import\??[ \t]+(?:'([^'\n]*)'|\"([^\"\n]*)\")")
_MODULE = re.compile(r"mod\??[ \t]+([\w-]+)(?:[ \t]+(?:'([^'\n]*)'|\"([^\"\n]*)\"))?")
_RECIPE = re.compile(r"@?([A-Za-z_][\w-]*)(?=[ \t:*+$'\"])")
_TOKEN = re.compile(
    r"""[ \t\n]*(?:(?P<string>'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\"|'[^']*'|"(?:[^"\\]|\\.)*")|(?P<tick>```(?s:.*?)```|`[^`]*`)"""
    r"""|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>==|!=|=~|!~|&&|\|\||[-+/(){},:*$=@?]))"""
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
DEPTH = 30


def read(text: Text) -> Justfile:
    """The statements of a justfile."""
    return _Reader(text).file()


def interpolations(line: Text) -> list[Text | Expression]:
    """A recipe's line with its `{{ … }}` read; `{{{{` stands for two brackets."""
    made: list[Text | Expression] = []
    value, low = line.value, 0
    while (at := value.find("{{", low)) >= 0:
        made.append(line.cut(low, at))
        if value.startswith("{{{{", at):
            made.append(line.cut(at, at + 2))
            low = at + 4
            continue
        end = value.find("}}", at)
        if end < 0:
            low = at
            break
        made.append(_Expressions(line, at + 2, end).expression(0))
        low = end + 2
    made.append(line.cut(low, len(value)))
    return made


@dataclass
class _Reader:
    text: Text
    at: int = 0
    found: Justfile = field(default_factory=Justfile)
    attributes: set[str] = field(default_factory=set)

    def file(self) -> Justfile:
        """All statements."""
        value = self.text.value
        while self.at < len(value):
            end = self.line_end(self.at)
            line = value[self.at : end]
            start, self.at = self.at, end + 1
            if not line.strip() or line.lstrip().startswith("#") or line[0] in " \t":
                continue
            if line.startswith("["):
                self.attributes |= set(re.findall(r"[\w-]+", line))
                continue
            self.statement(line, start, end)
            self.attributes = set()
        return self.found

    def line_end(self, start: int) -> int:
        """The end of the line with those that a backslash continues."""
        value = self.text.value
        end = value.find("\n", start)
        while end > start and value[end - 1] == "\\":
            end = value.find("\n", end + 1)
        return len(value) if end < 0 else end

    def statement(self, line: str, start: int, end: int) -> None:
        """One statement at the left edge."""
        if (alias := _ALIAS.match(line)) is not None:
            self.found.aliases[alias[1]] = alias[2]
        elif (setting := _SETTING.match(line)) is not None:
            self.found.settings[setting[1]] = setting[2] or "true"
        elif (imported := _IMPORT.match(line)) is not None:
            self.found.imports.append(imported[1] or imported[2] or "")
        elif (module := _MODULE.match(line)) is not None and ":" not in line:
            self.found.modules[module[1]] = module[2] or module[3] or ""
        elif (assignment := _ASSIGNMENT.match(line)) is not None:
            reader = _Expressions(self.text, start + assignment.end(), len(self.text.value))
            self.found.variables[assignment[2]] = reader.expression(0)
            self.found.exported |= {assignment[2]} if assignment[1] else set()
            self.at = max(self.at, self.line_end(reader.at) + 1 if reader.at > end else end + 1)
        elif (recipe := _RECIPE.match(line)) is not None:
            self.recipe(recipe[1], start, start + recipe.end(), end)

    def recipe(self, name: str, start: int, at: int, end: int) -> None:
        """A recipe's head and its body."""
        reader = _Expressions(self.text, at, end)
        parameters: list[Parameter] = []
        while (found := reader.parameter()) is not None:
            parameters.append(found)
        dependencies = reader.dependencies()
        lines = tuple(self.body())
        span = self.text.span(start, at)
        self.found.recipes[name] = Recipe(name, tuple(parameters), dependencies, lines, frozenset(self.attributes), span)
        self.found.first = self.found.first or name

    def body(self) -> list[Text]:
        """The indented lines that follow; continued ones are one."""
        value, made, indent = self.text.value, list[Text](), ""
        while self.at < len(value):
            end = self.line_end(self.at)
            line = value[self.at : end]
            if line.strip():
                head = line[: len(line) - len(line.lstrip(" \t"))]
                if not head:
                    break
                indent = indent or head
                made.append(self.text.cut(min(end, self.at + (len(indent) if line.startswith(indent) else len(head))), end))
            else:
                made.append(self.text.cut(self.at, self.at))
            self.at = end + 1
        while made and not made[-1].value:
            made.pop()
        return made


@dataclass
class _Expressions:
    """Reads expressions between two offsets."""

    text: Text
    at: int
    end: int

    def peek(self) -> tuple[str, str]:
        """The next token: its kind and its text."""
        found = _TOKEN.match(self.text.value, self.at, self.end)
        return (found.lastgroup or "", found[found.lastgroup]) if found and found.lastgroup else ("", "")

    def take(self) -> tuple[str, str, int, int]:
        """Step over it."""
        found = _TOKEN.match(self.text.value, self.at, self.end)
        if found is None or found.lastgroup is None:
            self.at = self.end
            return "", "", self.end, self.end
        self.at = found.end()
        return found.lastgroup, found[found.lastgroup], found.start(found.lastgroup), found.end(found.lastgroup)

    def expression(self, depth: int) -> Expression:
        """`a + b / c`."""
        left = self.term(depth)
        while self.same_line() and self.peek()[1] in ("+", "/") and depth < DEPTH:
            sign = self.take()[1]
            left = Joined(left, self.term(depth + 1), "/" if sign == "/" else "")
        return left

    def same_line(self) -> bool:
        """Does the next token stand in this line?"""
        rest = self.text.value[self.at : self.end]
        return "\n" not in rest[: len(rest) - len(rest.lstrip())]

    def term(self, depth: int) -> Expression:
        """A string, a name, a call, a choice."""
        start = self.at
        kind, word, low, high = self.take()
        if kind == "string":
            return Chars(self.string(word, low, high))
        if kind == "tick":
            size = 3 if word.startswith("```") else 1
            return Backtick(self.text.cut(low + size, high - size))
        if word == "(" and depth < DEPTH:
            inner = self.expression(depth + 1)
            self.take()
            return inner
        if word == "if" and depth < DEPTH:
            return self.choice(start, depth)
        if kind == "name":
            if self.peek()[1] == "(" and self.text.value[self.at : self.at + 1] == "(" and depth < DEPTH:
                return self.call(word, low, depth)
            return Name(word)
        return Chars(())

    def call(self, name: str, start: int, depth: int) -> Expression:
        """A function with its arguments."""
        self.take()
        arguments: list[Expression] = []
        while self.peek()[1] not in (")", ""):
            arguments.append(self.expression(depth + 1))
            if self.peek()[1] == ",":
                self.take()
        self.take()
        return Call(name, tuple(arguments), self.text.span(start, self.at))

    def choice(self, start: int, depth: int) -> Expression:
        """`if a == b { x } else { y }`."""
        left = self.expression(depth + 1)
        operator = self.take()[1]
        right = self.expression(depth + 1)
        self.take()
        then = self.expression(depth + 1)
        self.take()
        otherwise: Expression = Chars(())
        if self.peek()[1] == "else":
            self.take()
            if self.peek()[1] == "if":
                otherwise = self.term(depth + 1)
            else:
                self.take()
                otherwise = self.expression(depth + 1)
                self.take()
        return Choice(operator, left, right, then, otherwise, self.text.span(start, self.at))

    def string(self, word: str, low: int, high: int) -> tuple[Literal, ...]:
        """A string's characters: escapes count between double quotes."""
        size = 3 if word[:3] in ("'''", '"""') else 1
        start, end = low + size, high - size
        if word[0] == "'" or "\\" not in word:
            return tuple(literals(self.text, start, end))
        made: list[Literal] = []
        at = start
        while (slash := self.text.value.find("\\", at, end)) >= 0:
            made += literals(self.text, at, slash)
            from latest_guard.values import Literal as Made

            made.append(Made(_ESCAPES.get(self.text.value[slash + 1], self.text.value[slash + 1]), self.text.span(slash, slash + 2)))
            at = slash + 2
        return (*made, *literals(self.text, at, end))

    def parameter(self) -> Parameter | None:
        """One parameter of a recipe; None at the colon."""
        many = exported = False
        while self.peek()[1] in ("*", "+", "$"):
            sign = self.take()[1]
            many, exported = many or sign != "$", exported or sign == "$"
        kind, word, _, _ = self.take()
        if kind != "name":
            return None
        default = None
        if self.peek()[1] == "=":
            self.take()
            default = self.term(1)
        return Parameter(word, default, many, exported)

    def dependencies(self) -> tuple[Dependency, ...]:
        """What stands behind the colon."""
        made: list[Dependency] = []
        after = False
        while self.peek()[0]:
            kind, word, _, _ = self.take()
            if word == "&&":
                after = True
            elif word == "(":
                name = self.take()[1]
                arguments: list[Expression] = []
                while self.peek()[1] not in (")", ""):
                    arguments.append(self.expression(1))
                self.take()
                made.append(Dependency(name, tuple(arguments), after))
            elif kind == "name":
                made.append(Dependency(word, (), after))
        return tuple(made)
