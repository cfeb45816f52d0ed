"""Prints trees of shell scripts back as shell, in a spelling of its own, so that bash can say whether they mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.shell import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable

PATTERN_OPERATORS = ("#", "##", "%", "%%", "^", "^^", ",", ",,", "~", "~~")


def unparse(body: t.Body) -> str:
    """The script of a tree."""
    printer = _Printer()
    printer.body(body)
    return "".join(printer.made)


class _Printer:
    """Collects text; here-documents wait for the next line end."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._documents: list[str] = []
        self._count = 0

    def put(self, *texts: str) -> None:
        self.made.extend(texts)

    def line(self) -> None:
        self.put("\n", *self._documents)
        self._documents.clear()

    def body(self, body: t.Body) -> None:
        for command in body.commands:
            self.command(command)
            self.line()

    # Commands

    def command(self, command: t.Command) -> None:
        getattr(self, "_" + type(command).__name__.lower())(command)

    def _simple(self, command: t.Simple) -> None:
        for assignment in command.assignments:
            self._assignment(assignment)
        self._words(command.words)
        self._redirects(command.redirects)

    def _declare(self, command: t.Declare) -> None:
        for assignment in command.environment:
            self._assignment(assignment)
        self.put(command.keyword, " ", *[flag + " " for flag in command.flags])
        for assignment in command.assignments:
            if assignment.value is None and assignment.items is None:
                self.put(assignment.name, " ")
            else:
                self._assignment(assignment)
        self._words(command.words)

    def _pipe(self, command: t.Pipe) -> None:
        for index, one in enumerate(command.commands):
            if index:
                self.put(" |& " if command.both[index - 1] else " | ")
            self._braced(one)

    def _braced(self, command: t.Command) -> None:
        """A command in braces, so that it binds as the tree says."""
        if isinstance(command, (t.Simple, t.Group)):
            self.command(command)
            return
        self.put("{ ")
        self.command(command)
        self.line()
        self.put("}")

    def _negated(self, command: t.Negated) -> None:
        self.put("! ")
        if isinstance(command.command, t.Simple) and not command.command.words + command.command.assignments:
            return
        self._braced(command.command)

    def _andor(self, command: t.AndOr) -> None:
        self.command(command.left) if isinstance(command.left, t.AndOr) else self._braced(command.left)
        self.put(f" {command.operator} ")
        self._braced(command.right)

    def _if(self, command: t.If) -> None:
        for index, (condition, body) in enumerate(command.branches):
            self.put("elif " if index else "if ")
            self.body(condition)
            self.put("then ")
            self.body(body)
        if command.otherwise is not None:
            self.put("else ")
            self.body(command.otherwise)
        self.put("fi")

    def _case(self, command: t.Case) -> None:
        self.put("case ", self.word(command.word), " in")
        self.line()
        for patterns, body, end in command.arms:
            self.put("(", "|".join(self.word(pattern) for pattern in patterns), ") ")
            self.body(body)
            self.put(end)
            self.line()
        self.put("esac")

    def _for(self, command: t.For) -> None:
        self.put("for ", command.name)
        if command.words is not None:
            self.put(" in ")
            self._words(command.words)
        self._loop(command.body)

    def _forarithmetic(self, command: t.ForArithmetic) -> None:
        parts = [self.number(part) if part else "" for part in (command.start, command.test, command.step)]
        self.put("for ((", "; ".join(parts), "))")
        self._loop(command.body)

    def _while(self, command: t.While) -> None:
        self.put("until " if command.until else "while ")
        self.body(command.condition)
        self.made.pop() if self.made[-1] == "\n" else None
        self._loop(command.body)

    def _loop(self, body: t.Body) -> None:
        self.line()
        self.put("do ")
        self.body(body)
        self.put("done")

    def _function(self, command: t.Function) -> None:
        self.put("function ", command.name, " ")
        self.command(command.body)

    def _group(self, command: t.Group) -> None:
        self.put("( " if command.subshell else "{ ")
        self.body(command.body)
        self.put(")" if command.subshell else "}")

    def _redirected(self, command: t.Redirected) -> None:
        self.command(command.command)
        self._redirects(command.redirects)

    def _testcommand(self, command: t.TestCommand) -> None:
        self.put("[[ ", self.test(command.test), " ]]")

    def _numbercommand(self, command: t.NumberCommand) -> None:
        self.put("(( ", self.number(command.expression), " ))")

    def _background(self, command: t.Background) -> None:
        self._braced(command.command)
        self.put(" &")

    def _unread(self, command: t.Unread) -> None:
        raise AssertionError(f"unread: {command.reason}: {command.text!r}")

    def _assignment(self, assignment: t.Assignment) -> None:
        self.put(assignment.name)
        if assignment.index is not None:
            self.put("[", self.word(assignment.index), "]")
        self.put("+=" if assignment.append else "=")
        if assignment.items is not None:
            items = [(f"[{self.word(key)}]=" if key else "") + self.word(value) for key, value in assignment.items]
            self.put("(", " ".join(items), ") ")
        elif assignment.value is not None:
            self.put(self.word(assignment.value), " ")

    def _words(self, words: Iterable[t.Word]) -> None:
        self.put(*[self.word(word) + " " for word in words])

    def _redirects(self, redirects: Iterable[t.Redirect]) -> None:
        for redirect in redirects:
            self.put(" ", redirect.fd, redirect.operator)
            if redirect.document is None:
                assert redirect.target is not None
                self.put(" ", self.word(redirect.target), " ")
                continue
            self._count += 1
            delimiter = f"_END_{self._count}_"
            self.put(delimiter, " ")
            self._documents.append(self.inside(redirect.document, "$`\\") + delimiter + "\n")

    # Words

    def word(self, word: t.Word) -> str:
        """A word outside quotes."""
        return "".join(self._part(part) for part in word.parts)

    def _part(self, part: t.Part) -> str:
        if isinstance(part, t.Chars):
            return "'" + part.text.replace("'", "'\\''") + "'" if part.quoted else part.text
        text = self.expansion(part)
        return f'"{text}"' if part.quoted else text

    def inside(self, word: t.Word, special: str) -> str:
        """A word in double quotes, or in a here-document: `special` must be escaped."""
        made: list[str] = []
        for part in word.parts:
            if isinstance(part, t.Chars):
                made.append("".join("\\" + char if char in special else char for char in part.text))
            else:
                made.append(self.expansion(part))
        return "".join(made)

    def pattern(self, word: t.Word) -> str:
        """A pattern in `${…}`."""
        made: list[str] = []
        for part in word.parts:
            if isinstance(part, t.Chars):
                made.append("".join("\\" + char if part.quoted or char == "/" else char for char in part.text))
            else:
                made.append(self._part(part))
        return "".join(made)

    def expansion(self, part: t.Part) -> str:
        """What begins with a dollar sign, without quotes around it."""
        if isinstance(part, t.Parameter):
            return self.parameter(part)
        if isinstance(part, t.Arithmetic):
            return f"$(( {self.number(part.expression)} ))"
        assert isinstance(part, t.Substitution)
        inner = _Printer()
        inner.body(part.body)
        return f"{part.process or '$'}(" + "\n" * (not part.process) + "".join(inner.made) + ")"

    def parameter(self, part: t.Parameter) -> str:
        index = f"[{self.word(part.index)}]" if part.index is not None else ""
        head = ("#" if part.length else "!" if part.indirect or part.keys else "") + part.name + index
        return "${" + head + part.operator + self._arguments(part) + "}"

    def _arguments(self, part: t.Parameter) -> str:
        if part.argument is None:
            return ""
        if part.operator == ":":
            offset = " " + self.word(part.argument)
            return offset + (":" + self.word(part.second) if part.second else "")
        if part.operator[0] == "/":
            return self.pattern(part.argument) + ("/" + self.pattern(part.second) if part.second else "")
        if part.operator in PATTERN_OPERATORS:
            return self.pattern(part.argument)
        return self.inside(part.argument, '$`\\"}') if part.quoted else self.word(part.argument)

    # Tests and numbers

    def test(self, test: t.TestTree) -> str:
        if isinstance(test, t.TestNot):
            return f"! ( {self.test(test.operand)} )"
        if isinstance(test, t.TestBoth):
            return f"( {self.test(test.left)} ) {test.operator} ( {self.test(test.right)} )"
        if isinstance(test, t.TestUnary):
            return f"{test.operator} {self.word(test.word)}"
        return f"{self.word(test.left)} {test.operator} {self.word(test.right)}"

    def number(self, number: t.Number) -> str:
        if isinstance(number, t.NumberWord):
            return "".join(self._operand(part) for part in number.word.parts)
        parts = [f"({self.number(part)})" if isinstance(part, t.NumberOperation) else self.number(part) for part in number.operands]
        if number.operator == "?:":
            return f"{parts[0]} ? {parts[1]} : {parts[2]}"
        if len(parts) == 1:
            return f"{parts[0]}{number.operator}" if number.postfix else f"{number.operator} {parts[0]}"
        return f" {number.operator} ".join(parts)

    def _operand(self, part: t.Part) -> str:
        if isinstance(part, t.Chars):
            return part.text
        if isinstance(part, t.Parameter) and part.index is not None and not part.quoted:
            return f"{part.name}[{self.word(part.index)}]"  # an element that may be assigned to
        return self.expansion(part)
