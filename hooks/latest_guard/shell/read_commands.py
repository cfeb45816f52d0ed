"""Commands: lists, pipelines, compound commands, functions and redirections.

Source of the rules: the Bash Reference Manual, sections 3.2 (shell commands), 3.3 (functions), 3.6 (redirections), and bash itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.shell.cursor import MAX_CHAIN, Unclosed, Unparsed
from latest_guard.shell.read_simple import SimpleReader
from latest_guard.shell.tree import (
    AndOr,
    Background,
    Body,
    Case,
    Command,
    For,
    ForArithmetic,
    Function,
    Group,
    If,
    Negated,
    Number,
    NumberCommand,
    Pipe,
    Redirected,
    Simple,
    TestCommand,
    Unread,
    While,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.shell.script import Script

MAX_REREAD = 8
"""How many times the length of a script may be read again after statements that could not be parsed."""

_BOUNDARY = r"(?=[ \t\n|&;()<>]|\\\n|$)"
_OPENING = re.compile(rf"(?:if|case|for|while|until|select|function|coproc|\[\[|\{{){_BOUNDARY}|\(\(?")
_CLOSING = re.compile(rf"(?:then|elif|else|fi|do|done|esac|\}}){_BOUNDARY}|\)|;;&?|;&")
_PREFIX = re.compile(rf"(?:!|time){_BOUNDARY}")
_TIME_OPTION = re.compile(rf"(?:-p|--){_BOUNDARY}")
_IN = re.compile(rf"in{_BOUNDARY}")
_DO = re.compile(rf"do{_BOUNDARY}")
_END_OF_CASE = re.compile(rf"esac{_BOUNDARY}")
_END_OF_ARM = re.compile(r";;&?|;&")
_COPROC_NAME = re.compile(rf"[A-Za-z_][A-Za-z0-9_]*[ \t]+(?=\(|(?:if|case|for|while|until|select|\[\[|\{{){_BOUNDARY})")
_FUNCTION_NAME = re.compile(r"[^ \t\n|&;()<>\"'`$\\]+(?<!=)")
_EMPTY_BRACKETS = re.compile(r"[ \t]*\([ \t]*\)")


class CommandReader(SimpleReader):
    """Reads statements. One that makes no sense becomes an `Unread`, and reading goes on behind its line."""

    def __init__(self, script: Script, depth: int = 0) -> None:
        super().__init__(script, depth)
        self._strict = False  # in a substitution: what cannot be read spoils the statement around it
        self._reread = 0
        self._last_unread = -1

    # Lists

    def everything(self) -> Body:
        """The whole script. What closes a construct that was never opened is an `Unread` as well."""
        commands = self._statements()
        while self.at < self.end:
            problem = Unparsed(f"`{self.match(_CLOSING)}` was not expected", self.at)
            commands.append(self._unread(self.at, problem))
            commands.extend(self._statements())
        return Body(tuple(commands), self.span(0, self.end))

    def enclosed(self) -> Body:
        """The statements of a substitution, up to what closes it."""
        strict, self._strict = self._strict, True
        try:
            return self._body()
        finally:
            self._strict = strict

    def _body(self) -> Body:
        self.skip_lines()
        start = self.at
        return Body(tuple(self._statements()), self.span(start))

    def _required(self) -> Body:
        body = self._body()
        if not body.commands:
            self.fail("a command is missing")
        return body

    def _statements(self) -> list[Command]:
        found: list[Command] = []
        self.skip_lines()
        while self.at < self.end and not self.match(_CLOSING):
            found.append(self._statement())
            self.skip_lines()
        return found

    def _statement(self) -> Command:
        start, depth, end = self.at, self.depth, self.end
        try:
            return self._terminated(self._and_or(), start)
        except (Unparsed, RecursionError) as problem:
            if self._strict:
                raise
            self.depth, self.end = depth, end
            return self._unread(start, problem)

    def _terminated(self, command: Command, start: int) -> Command:
        self.skip_blank()
        if self.starts("&") and not self.starts("&&"):
            self.at += 1
            return Background(command, self.span(start))
        if self.match(_END_OF_ARM):
            return command
        if not self.take(";") and self.at < self.end and self.peek() != "\n" and not self.match(_CLOSING):
            self.fail(f"`{self.peek()}` was not expected")
        return command

    # What cannot be read

    def _unread(self, start: int, problem: Unparsed | RecursionError) -> Unread:
        """Skip the statement that began at `start`, and say why it could not be read."""
        stop = self._resume(start, problem)
        self._reread += max(0, self.at - stop)
        if self._reread > MAX_REREAD * len(self.text):
            stop = self.end
        self.at = self._last_unread = stop
        reason = problem.reason if isinstance(problem, Unparsed) else "nested too deeply"
        return Unread(reason, self.span(start), self.text[start:stop])

    def _resume(self, start: int, problem: Unparsed | RecursionError) -> int:
        """Where reading goes on: at the end of the line with the problem.

        A quote that is never closed spoils the line it began in. A construct that is never closed reaches to the end of the script,
        as it does for bash, unless something in it could not be read either: then what is missing may have been there.
        """
        at = max(start, problem.at if isinstance(problem, Unparsed) else self.at)
        if at >= self.end:
            if self._last_unread > start:
                return self._last_unread
            if not isinstance(problem, Unclosed):
                return self.end
            at = start
        end = self.text.find("\n", at, self.end)
        return self.end if end < 0 else end

    # And, or, pipes

    def _and_or(self) -> Command:
        start = self.at
        found = self._pipeline()
        for _ in range(MAX_CHAIN):
            stop = self.at
            self.skip_blank()
            if self.take("&&"):
                self.skip_lines()
                found = AndOr("&&", found, self._pipeline(), self.span(start))
            elif self.take("||"):
                self.skip_lines()
                found = AndOr("||", found, self._pipeline(), self.span(start))
            else:
                self.at = stop
                return found
        raise Unparsed("nested too deeply", self.at)

    def _pipeline(self) -> Command:
        start = self.at
        prefix = self.match(_PREFIX)
        if prefix:
            return self._prefixed(prefix, start)
        commands: list[Command] = [self._command()]
        both: list[bool] = []
        while True:
            stop = self.at
            self.skip_blank()
            if not self.starts("|") or self.starts("||"):
                self.at = stop
                return Pipe(tuple(commands), self.span(start), tuple(both)) if both else commands[0]
            self.at += 1
            both.append(self.take("&"))
            self.skip_lines()
            commands.append(self._command())

    def _prefixed(self, prefix: str, start: int) -> Command:
        """`! pipeline` and `time pipeline`; what is timed stands for itself."""
        self.at += len(prefix)
        self.skip_blank()
        if prefix == "time":
            self.at += len(self.match(_TIME_OPTION))
            self.skip_blank()
        if self.at >= self.end or self.peek() in "\n;&|)":
            return Simple((), self.span(start)) if prefix == "time" else Negated(Simple((), self.span(start)), self.span(start))
        self.descend()
        command = self._pipeline()
        self.ascend()
        return command if prefix == "time" else Negated(command, self.span(start))

    # Commands

    def _command(self) -> Command:
        start = self.at
        opening = self.match(_OPENING)
        self.descend()
        command = self._compound(opening, start) if opening else self._simple_or_function(start)
        self.ascend()
        return command

    def _compound(self, opening: str, start: int) -> Command:
        self.at += len(opening)
        command = _READERS[opening](self, start)
        redirects = self.redirects()
        return Redirected(command, tuple(redirects), self.span(start)) if redirects else command

    def _simple_or_function(self, start: int) -> Command:
        name = self.match(_FUNCTION_NAME)
        brackets = _EMPTY_BRACKETS.match(self.text, start + len(name), self.end) if name else None
        if not brackets:
            return self.simple(start)
        self.at = brackets.end()
        return self._function_body(name, start)

    def _function(self, start: int) -> Command:
        self.skip_blank()
        name = self.match(_FUNCTION_NAME)
        if not name:
            self.fail("the name of the function is missing")
        self.at += len(name)
        self.at += len(self.match(_EMPTY_BRACKETS))
        return self._function_body(name, start)

    def _function_body(self, name: str, start: int) -> Function:
        self.skip_lines()
        if not self.match(_OPENING):
            self.fail("the body of the function is missing")
        return Function(name, self._command(), self.span(start))

    def _closing(self, keyword: str) -> None:
        """Step over the reserved word that must stand here."""
        self.skip_lines()
        found = self.match(_CLOSING)
        if found != keyword:
            self.fail(f"`{keyword}` is missing" + (f" before `{found}`" if found else ""))
        self.at += len(keyword)

    def _if(self, start: int) -> Command:
        branches = [self._branch()]
        while self.match(_CLOSING) == "elif":
            self.at += 4
            branches.append(self._branch())
        otherwise = None
        if self.match(_CLOSING) == "else":
            self.at += 4
            otherwise = self._required()
        self._closing("fi")
        return If(tuple(branches), otherwise, self.span(start))

    def _branch(self) -> tuple[Body, Body]:
        condition = self._required()
        self._closing("then")
        return condition, self._required()

    def _while(self, start: int) -> Command:
        until = self.text.startswith("until", start)
        condition = self._required()
        return While(condition, self._loop_body(), self.span(start), until)

    def _loop_body(self) -> Body:
        """`do …; done`, or `{ …; }`."""
        self.skip_lines()
        braces = self.match(_OPENING) == "{"
        if braces:
            self.at += 1
        else:
            self._closing("do")
        body = self._required()
        self._closing("}" if braces else "done")
        return body

    def _for(self, start: int) -> Command:
        self.skip_blank()
        if self.take("(("):
            return self._for_arithmetic(start)
        name = self.match(_FUNCTION_NAME)
        if not name:
            self.fail("the name of the variable is missing")
        self.at += len(name)
        self.skip_lines()
        words = self._for_words() if self.match(_IN) else None
        self.skip_blank()
        self.take(";")
        return For(name, words, self._loop_body(), self.span(start))

    def _for_words(self) -> tuple[Word, ...]:
        self.at += 2
        found: list[Word] = []
        while True:
            self.skip_blank()
            word = self.word()
            if not word.parts:
                return tuple(found)
            found.append(word)

    def _for_arithmetic(self, start: int) -> Command:
        inside = self.at
        try:
            first, test, step = self._part_of_for(";"), self._part_of_for(";"), self._part_of_for("))")
        except Unparsed:
            self.at = inside
            together, end = self.double_bracket()
            if not together:
                raise
            self.at = end
            first, test, step = None, self.unreadable_number(start), None
        self.skip_blank()
        self.take(";")
        return ForArithmetic(first, test, step, self._loop_body(), self.span(start))

    def _part_of_for(self, close: str) -> Number | None:
        self.skip_lines()
        found = None if self.starts(close) else self.number()
        self.skip_lines()
        self.expect(close)
        return found

    def _case(self, start: int) -> Command:
        self.skip_blank()
        word = self.word()
        self.skip_lines()
        if not word.parts or not self.match(_IN):
            self.fail("`in` is missing")
        self.at += 2
        arms = []
        self.skip_lines()
        while not self.match(_END_OF_CASE):
            arms.append(self._arm())
            self.skip_lines()
        self.at += 4
        return Case(word, tuple(arms), self.span(start))

    def _arm(self) -> tuple[tuple[Word, ...], Body, str]:
        self.take("(")
        patterns = [self._case_pattern()]
        while self.take("|"):
            patterns.append(self._case_pattern())
        self.expect(")")
        body = self._body()
        end = self.match(_END_OF_ARM)
        if not end and not self.match(_END_OF_CASE):
            self.fail("`;;` or `esac` is missing")
        self.at += len(end)
        return tuple(patterns), body, end or ";;"

    def _case_pattern(self) -> Word:
        self.skip_blank()
        pattern = self.word()
        if not pattern.parts:
            self.fail("a pattern is missing")
        self.skip_blank()
        return pattern

    def _braces(self, start: int) -> Command:
        body = self._required()
        self._closing("}")
        return Group(body, self.span(start))

    def _subshell(self, start: int) -> Command:
        body = self._required()
        self.skip_lines()
        self.expect(")")
        return Group(body, self.span(start), subshell=True)

    def _number_or_subshell(self, start: int) -> Command:
        """`((…))`, or a subshell that begins with a subshell."""
        number = self.attempt(lambda: self.number_up_to("))"))
        if number is not None:
            return NumberCommand(number, self.span(start))
        together, end = self.double_bracket()
        if together:
            self.at = end
            return NumberCommand(self.unreadable_number(start), self.span(start))
        self.at -= 1
        return self._subshell(start)

    def _tests(self, start: int) -> Command:
        return TestCommand(self.condition(), self.span(start))

    def _coprocess(self, start: int) -> Command:
        self.skip_blank()
        self.at += len(self.match(_COPROC_NAME))
        return Background(self._command(), self.span(start))


_READERS: dict[str, Callable[[CommandReader, int], Command]] = {
    "if": CommandReader._if,
    "case": CommandReader._case,
    "for": CommandReader._for,
    "select": CommandReader._for,
    "while": CommandReader._while,
    "until": CommandReader._while,
    "function": CommandReader._function,
    "coproc": CommandReader._coprocess,
    "[[": CommandReader._tests,
    "{": CommandReader._braces,
    "(": CommandReader._subshell,
    "((": CommandReader._number_or_subshell,
}
