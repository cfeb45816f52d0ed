"""awk programs as trees (POSIX awk, the grammar of its rationale)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from latest_guard.shell.escapes import decode
from latest_guard.shell.tools.options import CannotTell

MAX_DEPTH = 50

# Expressions


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the program."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string that stands in the program."""

    value: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """`/…/`."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, or with `keys` an element of an array."""

    name: str
    keys: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """`$n`."""

    number: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; `post++` and `post--` stand behind theirs, ` ` joins, `in` asks an array."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of awk's own."""

    name: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Number | Text | Pattern | Variable | Field | Operation | Call

# Statements


@dataclass(frozen=True, slots=True)
class Print:
    """`print` and `printf`."""

    values: tuple[Expression, ...]
    formatted: bool


@dataclass(frozen=True, slots=True)
class If:
    """`if (…) … else …`."""

    test: Expression
    then: Block
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Loop:
    """`for (…; …; …)`, `while (…)` and `do … while (…)`."""

    start: Block
    test: Expression | None
    step: Block
    body: Block
    at_least_once: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """`next`, `exit`, `break`, `continue`."""

    kind: str
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """`delete name[…]`, or of the whole array."""

    variable: Variable


Statement: TypeAlias = "Print | If | Loop | Jump | Delete | Expression"
Block: TypeAlias = "tuple[Statement, ...]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with its action. `kind` is BEGIN, END, or "" for lines; a range has `last`."""

    kind: str
    first: Expression | None
    last: Expression | None
    action: Block | None


FUNCTIONS = frozenset(["length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "tolower", "toupper", "int"])
_REFUSED = frozenset(
    [
        "function",
        "func",
        "getline",
        "system",
        "close",
        "rand",
        "srand",
        "fflush",
        "nextfile",
        "printf",
        "print",
        "if",
        "else",
        "while",
        "for",
        "do",
        "delete",
        "in",
    ]
)

_SPACE = re.compile(r"(?:[ \t\r]|\\\n|#[^\n]*)*")
_ENDS = re.compile(r"(?:[ \t\r\n;]|\\\n|#[^\n]*)*")
_NEWLINES = re.compile(r"(?:[ \t\r\n]|\\\n|#[^\n]*)*")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\\n\[]|\\.|\[\^?\]?(?:\[:\w+:\]|[^\]\n\\]|\\.)*\])+)/")
_COMPARISON = re.compile(r"<=|>=|==|!=|<(?!<)|>|!~|~")
_ASSIGNMENT = re.compile(r"[-+*/%^]=(?!=)|=(?!=)|\*\*=")


def read(text: str) -> tuple[Rule, ...]:
    """The rules of a program."""
    return _Reader(text).rules()


class _Reader:
    """Recursive descent over the text of a program."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def rules(self) -> tuple[Rule, ...]:
        """All rules in order."""
        found: list[Rule] = []
        self._skip(_ENDS)
        while self._at < len(self._text):
            found.append(self._rule())
            self._skip(_ENDS)
        return tuple(found)

    # Tokens

    def _skip(self, pattern: re.Pattern[str] = _SPACE) -> None:
        found = pattern.match(self._text, self._at)
        assert found
        self._at = found.end()

    def _peek(self) -> str:
        self._skip()
        return self._text[self._at : self._at + 1]

    def _take(self, text: str) -> bool:
        self._skip()
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise CannotTell(f"{text} is missing")

    def _match(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, stepped over."""
        self._skip()
        found = pattern.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found.group()

    def _word(self, word: str) -> bool:
        self._skip()
        found = _NAME.match(self._text, self._at)
        if not found or found.group() != word:
            return False
        self._at = found.end()
        return True

    # Rules and statements

    def _rule(self) -> Rule:
        for kind in ("BEGIN", "END"):
            if self._word(kind):
                return Rule(kind, None, None, self._action())
        first = last = None
        if self._peek() != "{":
            first = self._expression()
            if self._take(","):
                self._skip(_NEWLINES)
                last = self._expression()
        action = self._action() if self._peek() == "{" else None
        return Rule("", first, last, action)

    def _action(self) -> Block:
        self._expect("{")
        found: list[Statement] = []
        self._skip(_ENDS)
        while not self._take("}"):
            if self._at >= len(self._text):
                raise CannotTell("a brace is not closed")
            found += self._statement()
            self._skip(_ENDS)
        return tuple(found)

    def _statement(self) -> Block:
        self._deeper()
        found = self._any_statement()
        self._depth -= 1
        return found

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CannotTell("nested too deeply")

    def _any_statement(self) -> Block:
        if self._peek() == "{":
            return self._action()
        if self._word("if"):
            return (self._if(),)
        if self._word("while"):
            test = self._in_brackets()
            return (Loop((), test, (), self._body()),)
        if self._word("do"):
            body = self._body()
            self._skip(_ENDS)
            if not self._word("while"):
                raise CannotTell("while is missing")
            return (Loop((), self._in_brackets(), (), body, at_least_once=True),)
        if self._word("for"):
            return (self._for(),)
        found = self._simple()
        self._end()
        return (found,)

    def _end(self) -> None:
        self._skip()
        if self._text[self._at : self._at + 1] not in ("", ";", "\n", "}"):
            raise CannotTell("something behind a statement")

    def _body(self) -> Block:
        self._skip(_NEWLINES)
        if self._take(";"):
            return ()
        return self._statement()

    def _in_brackets(self) -> Expression:
        self._expect("(")
        found = self._expression()
        self._expect(")")
        return found

    def _if(self) -> Statement:
        test = self._in_brackets()
        then = self._body()
        before = self._at
        self._skip(_ENDS)
        if self._word("else"):
            return If(test, then, self._body())
        self._at = before
        return If(test, then, ())

    def _for(self) -> Statement:
        self._expect("(")
        start = () if self._peek() == ";" else (self._simple(),)
        self._expect(";")
        self._skip(_NEWLINES)
        test = None if self._peek() == ";" else self._expression()
        self._expect(";")
        self._skip(_NEWLINES)
        step = () if self._peek() == ")" else (self._simple(),)
        self._expect(")")
        return Loop(start, test, step, self._body())

    def _simple(self) -> Statement:
        for kind in ("next", "break", "continue"):
            if self._word(kind):
                return Jump(kind)
        if self._word("exit"):
            return Jump("exit", None if self._peek() in ("", ";", "\n", "}") else self._expression())
        if self._word("delete"):
            found = self._primary()
            if not isinstance(found, Variable):
                raise CannotTell("what is deleted")
            return Delete(found)
        for name in ("printf", "print"):
            if self._word(name):
                return self._print(name == "printf")
        return self._expression()

    def _print(self, formatted: bool) -> Print:
        values: tuple[Expression, ...] = ()
        if self._peek() == "(":
            start = self._at
            self._at += 1
            values = self._list(")")
            if self._peek() not in ("", ";", "\n", "}", ">", "|"):
                self._at = start
                values = self._list("")
        elif self._peek() not in ("", ";", "\n", "}", ">", "|"):
            values = self._list("")
        if self._peek() in (">", "|"):
            raise CannotTell("output to elsewhere")
        return Print(values, formatted)

    def _list(self, close: str) -> tuple[Expression, ...]:
        """Expressions with commas between them, up to `close`; without one `>` is no comparison."""
        found = [self._expression(output=not close)]
        while self._take(","):
            self._skip(_NEWLINES)
            found.append(self._expression(output=not close))
        if close:
            self._expect(close)
        return tuple(found)

    # Expressions

    def _expression(self, output: bool = False) -> Expression:
        self._deeper()
        test = self._either(output)
        operator = self._match(_ASSIGNMENT) if isinstance(test, (Variable, Field)) else ""
        if operator:
            self._skip(_NEWLINES)
            test = Operation(operator.replace("**", "^"), (test, self._expression(output)))
        elif self._take("?"):
            self._skip(_NEWLINES)
            yes = self._expression(output)
            self._skip(_NEWLINES)
            self._expect(":")
            self._skip(_NEWLINES)
            test = Operation("?:", (test, yes, self._expression(output)))
        self._depth -= 1
        return test

    def _either(self, output: bool) -> Expression:
        found = self._both(output)
        while self._take("||"):
            self._skip(_NEWLINES)
            found = Operation("||", (found, self._both(output)))
        return found

    def _both(self, output: bool) -> Expression:
        found = self._membership(output)
        while self._take("&&"):
            self._skip(_NEWLINES)
            found = Operation("&&", (found, self._membership(output)))
        return found

    def _membership(self, output: bool) -> Expression:
        found = self._comparison(output)
        while self._word("in"):
            found = Operation("in", (found, Variable(self._match(_NAME))))
        return found

    def _comparison(self, output: bool) -> Expression:
        found = self._joined()
        while True:
            self._skip()
            if output and self._text.startswith(">", self._at):
                return found
            operator = self._match(_COMPARISON)
            if not operator:
                return found
            found = Operation(operator, (found, self._joined()))

    def _joined(self) -> Expression:
        found = self._sum()
        while self._starts_operand():
            found = Operation(" ", (found, self._sum()))
        return found

    def _starts_operand(self) -> bool:
        self._skip()
        char = self._text[self._at : self._at + 1]
        if not char or char in "\n;,)}]?:<>=!~&|+-*/%^{":
            return False
        name = _NAME.match(self._text, self._at)
        return not (name and name.group() in _REFUSED)

    def _sum(self) -> Expression:
        found = self._product()
        while True:
            self._skip()
            char = self._text[self._at : self._at + 1]
            if char not in ("+", "-") or self._text.startswith(("++", "--", "+=", "-="), self._at) or not char:
                return found
            self._at += 1
            found = Operation(char, (found, self._product()))

    def _product(self) -> Expression:
        found = self._unary()
        while True:
            self._skip()
            char = self._text[self._at : self._at + 1]
            if char not in ("*", "/", "%") or self._text.startswith(("*=", "/=", "%=", "**"), self._at) or not char:
                return found
            self._at += 1
            found = Operation(char, (found, self._unary()))

    def _unary(self) -> Expression:
        self._skip()
        for operator in ("++", "--"):
            if self._take(operator):
                return Operation(operator, (self._target(self._primary()),))
        for operator in ("!", "-", "+"):
            if self._take(operator):
                self._deeper()
                operand = self._unary()
                self._depth -= 1
                return Operation(operator + "x", (operand,))
        return self._power()

    def _power(self) -> Expression:
        found = self._postfix()
        self._skip()
        if self._text.startswith(("^=", "**="), self._at) or not (self._take("^") or self._take("**")):
            return found
        return Operation("^", (found, self._unary()))

    def _postfix(self) -> Expression:
        found = self._primary()
        for operator in ("++", "--"):
            if isinstance(found, (Variable, Field)) and self._text.startswith(operator, self._at):
                self._at += 2
                return Operation("post" + operator, (found,))
        return found

    def _target(self, found: Expression) -> Expression:
        if not isinstance(found, (Variable, Field)):
            raise CannotTell("what is counted up")
        return found

    def _primary(self) -> Expression:
        if self._take("("):
            found = self._list(")")
            if len(found) > 1:
                raise CannotTell("a list of keys")
            return Operation("()", found)
        if self._take("$"):
            self._deeper()
            number = self._unary() if self._peek() in "+-" else self._primary()
            self._depth -= 1
            return Field(number)
        number_text = self._match(_NUMBER)
        if number_text:
            return Number(float(number_text))
        string = self._match(_STRING)
        if string:
            return Text(unescaped(string[1:-1]))
        pattern = self._match(_REGEX)
        if pattern:
            return Pattern(pattern[1:-1].replace("\\/", "/"))
        return self._named()

    def _named(self) -> Expression:
        name = self._match(_NAME)
        if not name or name in _REFUSED:
            raise CannotTell(f"what stands at {self._text[self._at : self._at + 10]!r}")
        if name in FUNCTIONS:
            if not self._text.startswith("(", self._at):
                if name != "length":
                    raise CannotTell(f"{name} without arguments")
                return Call(name, ())
            self._at += 1
            return Call(name, () if self._take(")") else self._list(")"))
        if self._text.startswith("(", self._at):
            raise CannotTell(f"the function {name}")
        if self._text.startswith("[", self._at):
            self._at += 1
            return Variable(name, self._list("]"))
        return Variable(name)


def unescaped(text: str) -> str:
    """The text of a string with its escapes replaced by what they stand for."""
    if re.search(r"\\[^abfnrtv\\\"/0-7]", text):
        raise CannotTell("an escape that awks read differently")
    return decode(text.replace("\\/", "/"))
