"""jq filters as trees."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

from latest_guard.shell.tools.options import CannotTell

MAX_DEPTH = 50

Constant: TypeAlias = "None | bool | int | float | str"


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: what kind it is, the filters in it, and a name or constant.

    Kinds: `.` `..` `constant` `text` (parts joined) `variable` `field` (of the first part, named) `index` `slice` (a missing bound
    is a constant null) `each` `array` `object` (keys and values in turn) `-` `|` `,` `//` `and` `or` `operator` `if`
    (tests and results in turn, then what is left) `try` `as` `call` `reduce`.
    """

    kind: str
    parts: tuple[Filter, ...] = ()
    value: Constant = None


IDENTITY = Filter(".")
_NULL = Filter("constant")

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELD = re.compile(r"\.\s*([A-Za-z_][A-Za-z0-9_]*)")
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_COMPARISON = re.compile(r"==|!=|<=|>=|<|>")
_PLAIN = re.compile(r'(?:[^"\\]|\\[^(])*')
_UPDATES = re.compile(r"(?:[-+*/%|]|//)?=(?!=)")
_FORMAT = re.compile(r"@[a-z0-9]+")
_KEYWORDS = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "elif",
        "end",
        "as",
        "def",
        "reduce",
        "foreach",
        "try",
        "catch",
        "import",
        "include",
        "label",
        "not_a_name",
    ]
)


def read(text: str) -> Filter:
    """The filter that a text is."""
    reader = _Reader(text)
    found = reader.pipe()
    if not reader.ended():
        raise CannotTell(f"what stands at {text[reader.at : reader.at + 10]!r}")
    return found


class _Reader:
    """Recursive descent over the text of a filter."""

    def __init__(self, text: str) -> None:
        self.at = 0
        self._text = text
        self._depth = 0

    # Tokens

    def ended(self) -> bool:
        """Whether nothing is left."""
        self._skip()
        return self.at >= len(self._text)

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self.at)
        assert found
        self.at = found.end()

    def _starts(self, text: str) -> bool:
        self._skip()
        return self._text.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if not self._starts(text):
            return False
        self.at += len(text)
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise CannotTell(f"{text} is missing")

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip()
        found = pattern.match(self._text, self.at)
        if found:
            self.at = found.end()
        return found

    def _word(self, word: str) -> bool:
        self._skip()
        found = _NAME.match(self._text, self.at)
        if not found or found.group() != word:
            return False
        self.at = found.end()
        return True

    # Operators, from the loosest to the tightest

    def pipe(self) -> Filter:
        """Filters joined by `|`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CannotTell("nested too deeply")
        left = self._comma()
        if self._word("as"):
            left = self._binding(left)
        elif self._starts("|") and not self._starts("|="):
            self.at += 1
            left = Filter("|", (left, self.pipe()))
        self._depth -= 1
        return left

    def _binding(self, value: Filter) -> Filter:
        name = self._match(_VARIABLE)
        if not name:
            raise CannotTell("a pattern behind as")
        self._expect("|")
        return Filter("as", (value, self.pipe()), name[1])

    def _comma(self) -> Filter:
        found = self._alternative()
        while self._take(","):
            found = Filter(",", (found, self._alternative()))
        return found

    def _alternative(self) -> Filter:
        found = self._either()
        self._skip()
        if _UPDATES.match(self._text, self.at):
            raise CannotTell("an assignment")
        if self._take("//"):
            return Filter("//", (found, self._alternative()))
        return found

    def _either(self) -> Filter:
        found = self._both()
        while self._word("or"):
            found = Filter("or", (found, self._both()))
        return found

    def _both(self) -> Filter:
        found = self._compared()
        while self._word("and"):
            found = Filter("and", (found, self._compared()))
        return found

    def _compared(self) -> Filter:
        found = self._sum()
        operator = self._match(_COMPARISON)
        return Filter("operator", (found, self._sum()), operator.group()) if operator else found

    def _sum(self) -> Filter:
        found = self._product()
        while True:
            self._skip()
            char = self._text[self.at : self.at + 1]
            if char not in ("+", "-") or self._text.startswith("=", self.at + 1):
                return found
            self.at += 1
            found = Filter("operator", (found, self._product()), char)

    def _product(self) -> Filter:
        found = self._postfix()
        while True:
            self._skip()
            char = self._text[self.at : self.at + 1]
            if char not in ("*", "/", "%") or not char or self._text.startswith(("=", "/"), self.at + 1):
                return found
            self.at += 1
            found = Filter("operator", (found, self._postfix()), char)

    # Terms

    def _postfix(self) -> Filter:
        if self._take("-"):
            return Filter("-", (self._postfix(),))
        found = self._term()
        while True:
            if self._take("?"):
                found = Filter("try", (found,))
                continue
            field = _FIELD.match(self._text, self.at)
            if field:
                self.at = field.end()
                found = Filter("field", (found,), field[1])
            elif self._text.startswith('."', self.at):
                self.at += 2
                found = Filter("index", (found, self._string()))
            elif self._text.startswith("[", self.at) or self._text.startswith(".[", self.at):
                self.at = self._text.index("[", self.at) + 1
                found = self._brackets(found)
            else:
                return found

    def _brackets(self, of: Filter) -> Filter:
        if self._take("]"):
            return Filter("each", (of,))
        low = _NULL if self._starts(":") else self.pipe()
        if self._take(":"):
            high = _NULL if self._starts("]") else self.pipe()
            self._expect("]")
            return Filter("slice", (of, low, high))
        self._expect("]")
        return Filter("index", (of, low))

    def _term(self) -> Filter:
        if self._take(".."):
            return Filter("..")
        if self._starts("."):
            return self._dot()
        if self._take('"'):
            return self._string()
        if self._take("("):
            found = self.pipe()
            self._expect(")")
            return found
        if self._take("["):
            return self._array()
        if self._take("{"):
            return self._object()
        number = self._match(_NUMBER)
        if number:
            return Filter("constant", (), float(number.group()) if "." in number.group() else int(number.group()))
        variable = self._match(_VARIABLE)
        if variable:
            return Filter("variable", (), variable[1])
        return self._named()

    def _dot(self) -> Filter:
        """`.`, which may stand for itself or begin a path."""
        field = _FIELD.match(self._text, self.at)
        if field:
            self.at = field.end()
            return Filter("field", (IDENTITY,), field[1])
        self.at += 1
        if self._text.startswith('"', self.at):
            self.at += 1
            return Filter("index", (IDENTITY, self._string()))
        return IDENTITY

    def _array(self) -> Filter:
        if self._take("]"):
            return Filter("array")
        found = self.pipe()
        self._expect("]")
        return Filter("array", (found,))

    def _object(self) -> Filter:
        parts: list[Filter] = []
        while not self._take("}"):
            parts += self._entry()
            if not self._take(","):
                self._expect("}")
                break
        return Filter("object", tuple(parts))

    def _entry(self) -> tuple[Filter, Filter]:
        variable = self._match(_VARIABLE)
        if variable:
            return Filter("constant", (), variable[1]), Filter("variable", (), variable[1])
        name = self._match(_NAME)
        if name:
            key = Filter("constant", (), name.group())
        elif self._take('"'):
            key = self._string()
        else:
            self._expect("(")
            key = self.pipe()
            self._expect(")")
        if self._take(":"):
            return key, self._without_comma()
        return key, Filter("index", (IDENTITY, key))

    def _without_comma(self) -> Filter:
        """The value of an entry: a comma ends it."""
        found = self._alternative()
        while self._starts("|"):
            self.at += 1
            found = Filter("|", (found, self._alternative()))
        return found

    def _string(self) -> Filter:
        """A string whose quote is open; `\\(…)` in it is a filter."""
        parts: list[Filter] = []
        while True:
            plain = _PLAIN.match(self._text, self.at)
            assert plain
            self.at = plain.end()
            if plain.group():
                parts.append(Filter("constant", (), _unescaped(plain.group())))
            if self._text.startswith("\\(", self.at):
                self.at += 2
                parts.append(self.pipe())
                self._expect(")")
            elif self._text.startswith('"', self.at):
                self.at += 1
                if all(part.kind == "constant" and isinstance(part.value, str) for part in parts):
                    return Filter("constant", (), "".join(str(part.value) for part in parts))
                return Filter("text", tuple(parts))
            else:
                raise CannotTell("a string is not closed")

    def _named(self) -> Filter:
        name = self._match(_NAME)
        if not name:
            form = self._match(_FORMAT)
            if form and not self._starts('"'):
                return Filter("call", (), form.group())
            raise CannotTell(f"what stands at {self._text[self.at : self.at + 10]!r}")
        word = name.group()
        if word == "if":
            return self._if()
        if word == "reduce":
            return self._reduce()
        if word == "try":
            found = self._postfix()
            if self._word("catch"):
                raise CannotTell("catch")
            return Filter("try", (found,))
        if word in _KEYWORDS or self._starts("::"):
            raise CannotTell(word)
        if word in ("null", "true", "false"):
            return Filter("constant", (), {"null": None, "true": True, "false": False}[word])
        return Filter("call", self._call_arguments(), word)

    def _call_arguments(self) -> tuple[Filter, ...]:
        if not self._take("("):
            return ()
        found = [self.pipe()]
        while self._take(";"):
            found.append(self.pipe())
        self._expect(")")
        return tuple(found)

    def _if(self) -> Filter:
        parts = [self.pipe()]
        self._keyword("then")
        parts.append(self.pipe())
        while self._word("elif"):
            parts.append(self.pipe())
            self._keyword("then")
            parts.append(self.pipe())
        parts.append(self.pipe() if self._word("else") else IDENTITY)
        self._keyword("end")
        return Filter("if", tuple(parts))

    def _reduce(self) -> Filter:
        source = self._postfix()
        self._keyword("as")
        name = self._match(_VARIABLE)
        self._expect("(")
        start = self.pipe()
        self._expect(";")
        step = self.pipe()
        self._expect(")")
        if not name:
            raise CannotTell("a pattern behind as")
        return Filter("reduce", (source, start, step), name[1])

    def _keyword(self, word: str) -> None:
        if not self._word(word):
            raise CannotTell(f"{word} is missing")


def _unescaped(text: str) -> str:
    try:
        found = json.loads('"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"')
    except json.JSONDecodeError:
        raise CannotTell("an escape in a string") from None
    return str(found)
