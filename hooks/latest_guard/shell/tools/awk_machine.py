"""Runs awk programs on lines, within bounds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.shell import regex
from latest_guard.shell.regex_syntax import Flavour
from latest_guard.shell.tools import awk_syntax as tree
from latest_guard.shell.tools.options import CannotTell, Output, lines
from latest_guard.shell.tools.printing import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latest_guard.shell.regex import Regex
    from latest_guard.shell.tools.awk_syntax import Block, Expression, Rule

MAX_STEPS = 100_000
MAX_TEXT = 200_000

_NUMERIC = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?\s*", re.ASCII)
_LEADING = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?)", re.ASCII)
_DIRECTIVE = re.compile(r"%(?:%|([-+ #0]*)(\*|\d{1,4})?(?:\.(\d{0,4}))?([a-zA-Z]))")


class Input(str):
    """A string that came from outside: it is compared as a number where it looks like one."""

    __slots__ = ()


UNSET = Input("")
"""What a variable or field holds that was never set: both 0 and the empty string."""

Value: TypeAlias = "float | str"


class _Jumped(Exception):
    """`next`, `exit`, `break` or `continue`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def run(rules: tuple[Rule, ...], stdin: str, variables: dict[str, str]) -> Output:
    """What the program prints for `stdin`, and its exit status."""
    machine = _Machine(rules, variables)
    try:
        machine.run(lines(stdin))
    except (OverflowError, ValueError):
        raise CannotTell("a number that is too large") from None
    return "".join(machine.made), machine.status


class _Machine:
    """The state of one run."""

    def __init__(self, rules: tuple[Rule, ...], variables: dict[str, str]) -> None:
        self.made: list[str] = []
        self.status = 0
        self._rules = rules
        self._variables: dict[str, Value] = {"FS": " ", "OFS": " ", "ORS": "\n", "NR": 0.0, "NF": 0.0, "SUBSEP": "\x1c", "RS": "\n"}
        self._variables.update({name: Input(_unescaped(text)) for name, text in variables.items()})
        self._arrays: dict[str, dict[str, Value]] = {}
        self._record: str = ""
        self._fields: list[str] = []
        self._active: set[int] = set()
        self._ascii = True
        self._steps = 0
        self._size = 0

    def run(self, records: list[str]) -> None:
        """BEGIN, every line, END."""
        self._ascii = all(map(str.isascii, (*records, *map(self.text, self._variables.values()))))
        try:
            self._special("BEGIN")
            if self._variables["RS"] != "\n":
                raise CannotTell("records that are no lines")
            if any(rule.kind != "BEGIN" for rule in self._rules):
                for record in records:
                    self._line(record)
        except _Jumped as jump:
            if jump.kind != "exit":
                raise CannotTell("a jump out of nowhere") from None
        try:
            self._special("END")
        except _Jumped as jump:
            if jump.kind != "exit":
                raise CannotTell("a jump out of nowhere") from None

    def _special(self, kind: str) -> None:
        for rule in self._rules:
            if rule.kind == kind:
                self._block(rule.action or ())

    def _line(self, record: str) -> None:
        self._variables["NR"] = self.number(self._variables["NR"]) + 1
        self._set_record(record)
        try:
            for index, rule in enumerate(self._rules):
                if not rule.kind and self._selected(index, rule):
                    if rule.action is None:
                        self._print(self._record + self.text(self._variables["ORS"]))
                    else:
                        self._block(rule.action)
        except _Jumped as jump:
            if jump.kind != "next":
                raise

    def _selected(self, index: int, rule: Rule) -> bool:
        if rule.first is None:
            return True
        if rule.last is None:
            return self._truth(self._value(rule.first))
        if index not in self._active:
            if not self._truth(self._value(rule.first)):
                return False
            self._active.add(index)
        if self._truth(self._value(rule.last)):
            self._active.discard(index)
        return True

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise CannotTell("a program that does not end")

    # Statements

    def _block(self, block: Block) -> None:
        for statement in block:
            self._step()
            if isinstance(statement, tree.Print):
                self._printed(statement)
            elif isinstance(statement, tree.If):
                self._block(statement.then if self._truth(self._value(statement.test)) else statement.otherwise)
            elif isinstance(statement, tree.Loop):
                self._loop(statement)
            elif isinstance(statement, tree.Jump):
                self._jump(statement)
            elif isinstance(statement, tree.Delete):
                self._delete(statement.variable)
            else:
                self._value(statement)

    def _print(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_TEXT:
            raise CannotTell("a long output")
        self.made.append(text)

    def _printed(self, statement: tree.Print) -> None:
        values = [self._value(value) for value in statement.values]
        if statement.formatted:
            if not values:
                raise CannotTell("printf without a format")
            self._print(self._formatted(values))
            return
        texts = [self.text(value) for value in values] or [self._record]
        self._print(self.text(self._variables["OFS"]).join(texts) + self.text(self._variables["ORS"]))

    def _loop(self, loop: tree.Loop) -> None:
        self._block(loop.start)
        first = loop.at_least_once
        while first or loop.test is None or self._truth(self._value(loop.test)):
            first = False
            self._step()
            try:
                self._block(loop.body)
            except _Jumped as jump:
                if jump.kind == "break":
                    return
                if jump.kind != "continue":
                    raise
            self._block(loop.step)

    def _jump(self, jump: tree.Jump) -> None:
        if jump.value is not None:
            self.status = int(self.number(self._value(jump.value))) & 255
        raise _Jumped(jump.kind)

    def _delete(self, variable: tree.Variable) -> None:
        if variable.keys:
            self._arrays.setdefault(variable.name, {}).pop(self._key(variable), None)
        else:
            self._arrays[variable.name] = {}

    # Records

    def _set_record(self, record: str) -> None:
        self._record = record
        self._fields = self._split(record, self.text(self._variables["FS"]))
        self._variables["NF"] = float(len(self._fields))

    def _split(self, text: str, separator: str) -> list[str]:
        if separator == " ":
            return re.findall(r"[^ \t\n]+", text)
        if not text:
            return []
        if not separator:
            return list(text)
        if len(separator) == 1 and separator != "\\":
            return text.split(separator)
        found: list[str] = []
        at = 0
        for match in _compiled(separator).find_all(text):
            if match.end() > match.start():
                found.append(text[at : match.start()])
                at = match.end()
        return [*found, text[at:]]

    def _get_field(self, number: int) -> Value:
        if not 0 <= number <= 10_000:
            raise CannotTell("a field of that number")
        if number == 0:
            return Input(self._record)
        return Input(self._fields[number - 1]) if number <= len(self._fields) else UNSET

    def _set_field(self, number: int, value: Value) -> None:
        if number == 0:
            self._set_record(self.text(value))
            return
        if not 0 < number <= 1000:
            raise CannotTell("a field of that number")
        self._fields += [""] * (number - len(self._fields))
        self._fields[number - 1] = self.text(value)
        self._variables["NF"] = float(len(self._fields))
        self._record = self.text(self._variables["OFS"]).join(self._fields)

    # Expressions

    def _value(self, expression: Expression) -> Value:
        self._step()
        if isinstance(expression, tree.Number):
            return expression.value
        if isinstance(expression, tree.Text):
            return expression.value
        if isinstance(expression, tree.Pattern):
            return float(_compiled(expression.text).search(self._record) is not None)
        if isinstance(expression, tree.Variable):
            return self._get(expression)
        if isinstance(expression, tree.Field):
            return self._get_field(int(self.number(self._value(expression.number))))
        if isinstance(expression, tree.Call):
            return self._call(expression)
        return self._operation(expression)

    def _get(self, variable: tree.Variable) -> Value:
        if variable.keys:
            return self._arrays.setdefault(variable.name, {}).setdefault(self._key(variable), UNSET)
        if variable.name in self._arrays:
            raise CannotTell("an array as a value")
        return self._variables.get(variable.name, UNSET)

    def _key(self, variable: tree.Variable) -> str:
        return self.text(self._variables["SUBSEP"]).join(self.text(self._value(key)) for key in variable.keys)

    def _set(self, target: Expression, value: Value) -> Value:
        if isinstance(target, tree.Field):
            self._set_field(int(self.number(self._value(target.number))), value)
        elif isinstance(target, tree.Variable) and target.keys:
            self._arrays.setdefault(target.name, {})[self._key(target)] = value
        elif isinstance(target, tree.Variable):
            self._variables[target.name] = value
            if target.name == "NF":
                self._set_size(int(self.number(value)))
        else:
            raise CannotTell("what is assigned to")
        return value

    def _set_size(self, size: int) -> None:
        if not 0 <= size <= 1000:
            raise CannotTell("a number of fields")
        self._fields = (self._fields + [""] * size)[:size]
        self._record = self.text(self._variables["OFS"]).join(self._fields)

    def _operation(self, expression: tree.Operation) -> Value:
        operator, operands = expression.operator, expression.operands
        if operator in ("&&", "||"):
            left = self._truth(self._value(operands[0]))
            return float(self._truth(self._value(operands[1])) if left == (operator == "&&") else left)
        if operator == "?:":
            return self._value(operands[1] if self._truth(self._value(operands[0])) else operands[2])
        if operator in ("++", "--", "post++", "post--"):
            before = self.number(self._value(operands[0]))
            after = before + (1 if operator.endswith("++") else -1)
            self._set(operands[0], after)
            return before if operator.startswith("post") else after
        if operator in ("=", "+=", "-=", "*=", "/=", "%=", "^="):
            value = self._value(operands[1])
            if operator != "=":
                value = self._arithmetic(operator[0], self.number(self._value(operands[0])), self.number(value))
            return self._set(operands[0], value)
        if operator in ("~", "!~"):
            wanted = operands[1].text if isinstance(operands[1], tree.Pattern) else self.text(self._value(operands[1]))
            found = _compiled(wanted).search(self.text(self._value(operands[0])))
            return float((found is not None) == (operator == "~"))
        if operator == "in":
            name = operands[1].name if isinstance(operands[1], tree.Variable) else ""
            return float(self.text(self._value(operands[0])) in self._arrays.setdefault(name, {}))
        return self._plain(operator, [self._value(operand) for operand in operands])

    def _plain(self, operator: str, values: list[Value]) -> Value:
        if operator == "()":
            return values[0]
        if operator == " ":
            text = self.text(values[0]) + self.text(values[1])
            if len(text) > MAX_TEXT:
                raise CannotTell("a long text")
            return text
        if operator == "!x":
            return float(not self._truth(values[0]))
        if operator in ("-x", "+x"):
            return -self.number(values[0]) if operator == "-x" else self.number(values[0])
        if operator in ("<", "<=", ">", ">=", "==", "!="):
            return float(self._compare(operator, values[0], values[1]))
        return self._arithmetic(operator, self.number(values[0]), self.number(values[1]))

    def _compare(self, operator: str, left: Value, right: Value) -> bool:
        if _looks_numeric(left) and _looks_numeric(right):
            first, second = self.number(left), self.number(right)
            order = (first > second) - (first < second)
        else:
            order = (self.text(left) > self.text(right)) - (self.text(left) < self.text(right))
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "==": order == 0, "!=": order != 0}[operator]

    def _arithmetic(self, operator: str, left: float, right: float) -> float:
        try:
            if operator == "+":
                return left + right
            if operator == "-":
                return left - right
            if operator == "*":
                return left * right
            if operator == "/":
                return left / right
            if operator == "%":
                return math.fmod(left, right)
            return float(left**right)
        except (ZeroDivisionError, OverflowError, ValueError, TypeError):
            raise CannotTell("arithmetic that fails") from None

    def _truth(self, value: Value) -> bool:
        if isinstance(value, float):
            return value != 0
        if _looks_numeric(value):
            return self.number(value) != 0
        return value != ""

    def number(self, value: Value) -> float:
        """The value as a number."""
        if isinstance(value, float):
            return value
        found = _LEADING.match(value)
        return float(found[1]) if found else 0.0

    def text(self, value: Value) -> str:
        """The value as a string."""
        if not isinstance(value, float):
            return str(value)
        if value == int(value) and abs(value) < 1e16:
            return str(int(value))
        return format_number("%.6g", value)

    # Functions

    def _call(self, call: tree.Call) -> Value:
        name, arguments = call.name, call.arguments
        if not self._ascii:
            raise CannotTell("a function of characters that are not ASCII")  # awks count bytes or characters
        if name in ("split", "sub", "gsub", "match", "length"):
            return self._special_call(name, arguments)
        values = [self._value(argument) for argument in arguments]
        function = _FUNCTIONS.get((name, len(values)))
        if name == "sprintf" and values:
            return self._formatted(values)
        if function is None:
            raise CannotTell(f"the function {name}")
        return function(self, values)

    def _special_call(self, name: str, arguments: tuple[Expression, ...]) -> Value:
        if name == "length":
            return self._length(arguments)
        if name == "split" and len(arguments) in (2, 3) and isinstance(arguments[1], tree.Variable):
            return self._split_into(arguments[0], arguments[1], arguments[2] if len(arguments) == 3 else None)
        if name in ("sub", "gsub") and len(arguments) in (2, 3):
            return self._substitute(name == "gsub", *arguments)
        if name == "match" and len(arguments) == 2:
            found = self._regex(arguments[1]).search(self.text(self._value(arguments[0])))
            start, size = (found.start() + 1, found.end() - found.start()) if found else (0, -1)
            self._variables.update(RSTART=float(start), RLENGTH=float(size))
            return float(start)
        raise CannotTell(f"the function {name}")

    def _regex(self, expression: Expression) -> Regex:
        return _compiled(expression.text if isinstance(expression, tree.Pattern) else self.text(self._value(expression)))

    def _length(self, arguments: tuple[Expression, ...]) -> Value:
        if not arguments:
            return float(len(self._record))
        only = arguments[0]
        if isinstance(only, tree.Variable) and not only.keys and only.name in self._arrays:
            return float(len(self._arrays[only.name]))
        return float(len(self.text(self._value(only))))

    def _split_into(self, text: Expression, array: tree.Variable, separator: Expression | None) -> Value:
        value = self.text(self._value(text))
        if isinstance(separator, tree.Pattern):
            wanted = separator.text if len(separator.text) > 1 else f"[{separator.text}]"
        else:
            wanted = self.text(self._variables["FS"] if separator is None else self._value(separator))
        parts = self._split(value, wanted)
        self._arrays[array.name] = {str(at): Input(part) for at, part in enumerate(parts, 1)}
        return float(len(parts))

    def _substitute(self, every: bool, wanted: Expression, replacement: Expression, target: Expression | None = None) -> Value:
        compiled = self._regex(wanted)
        form = self.text(self._value(replacement))
        if re.search(r"\\[^&\\]|\\\\", form):
            raise CannotTell("backslashes in a replacement")
        place = target or tree.Field(tree.Number(0.0))
        text = self.text(self._value(place))
        made: list[str] = []
        at = count = 0
        for match in compiled.find_all(text):
            made += [text[at : match.start()], _filled(form, match.group() or "")]
            at = match.end()
            count += 1
            if not every:
                break
        if count:
            self._set(place, "".join(made) + text[at:])
        return float(count)

    def _formatted(self, values: list[Value]) -> str:
        form = self.text(values[0])
        rest = iter(values[1:])
        made: list[str] = []
        at = 0
        for found in _DIRECTIVE.finditer(form):
            made.append(form[at : found.start()])
            made.append("%" if found.group() == "%%" else self._directive(found, rest))
            at = found.end()
        made.append(form[at:])
        if any("%" in part for part in made[::2]):
            raise CannotTell("a format that is not known")
        return "".join(made)

    def _directive(self, found: re.Match[str], rest: Iterator[Value]) -> str:
        flags, width, precision, kind = found.groups(default="")
        value = next(rest, None)
        if value is None or width == "*":
            raise CannotTell("arguments of a format")
        form = "%" + flags + width + ("." + precision if found[3] is not None else "")
        if kind in "di":
            return format_number(form + "d", math.trunc(self.number(value)))
        if kind in "oxXu":
            number = math.trunc(self.number(value))
            if number < 0:
                raise CannotTell("a negative number without a sign")
            return format_number(form + ("d" if kind == "u" else kind), number)
        if kind in "eEfFgG":
            return format_number(form + kind, self.number(value))
        if kind == "s":
            return format_number(form + "s", self.text(value))
        if kind == "c" and not isinstance(value, float):
            return format_number("%" + flags + width + "s", str(value)[:1])
        raise CannotTell(f"the format %{kind}")


def _looks_numeric(value: Value) -> bool:
    return isinstance(value, float) or value is UNSET or (isinstance(value, Input) and bool(_NUMERIC.fullmatch(value)))


def _filled(form: str, matched: str) -> str:
    """A replacement with what matched in place of `&`."""
    return re.sub(r"\\?&", lambda mark: "&" if mark.group() == "\\&" else matched, form)


def _unescaped(text: str) -> str:
    return tree.unescaped(text)


def _compiled(text: str) -> Regex:
    if "{" in text:
        raise CannotTell("a brace, which awks read differently")
    found = regex.compile_regex(text, Flavour.AWK)
    if found is None:
        raise CannotTell(f"the expression {text}")
    return found


def _substr(machine: _Machine, values: list[Value]) -> Value:
    text = machine.text(values[0])
    start = round(machine.number(values[1]))
    end = len(text) + 1 if len(values) < 3 else start + round(machine.number(values[2]))
    return text[max(1, start) - 1 : max(0, end - 1)]


_FUNCTIONS: dict[tuple[str, int], Callable[[_Machine, list[Value]], Value]] = {
    ("substr", 2): _substr,
    ("substr", 3): _substr,
    ("index", 2): lambda machine, values: float(machine.text(values[0]).find(machine.text(values[1])) + 1),
    ("tolower", 1): lambda machine, values: machine.text(values[0]).lower(),
    ("toupper", 1): lambda machine, values: machine.text(values[0]).upper(),
    ("int", 1): lambda machine, values: float(math.trunc(machine.number(values[0]))),
}
