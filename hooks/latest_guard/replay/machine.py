"""The shell's state while a script is replayed: variables, functions, files, and the condition under which it is at this place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import BOUND, Alternative, Alternatives, Array, Content, Value, Variable, literal, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.scene import Chunk, Scene
from latest_guard.values import Literal, Piece, Str, Symbol, plain, show, text, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.shell.tree import Body, Command, Function
    from latest_guard.source import Span

UNSET: Variable = one(None)
#: Alternatives of one variable; with more of them they are folded.
VALUES = 32

#: What every runner sets, and nobody's gate hangs on.
RUNNER = frozenset(
    [
        "HOME",
        "PATH",
        "USER",
        "PWD",
        "OLDPWD",
        "HOSTNAME",
        "SHELL",
        "TERM",
        "LANG",
        "TMPDIR",
        "TMP",
        "TEMP",
        "UID",
        "EUID",
        "RANDOM",
        "SECONDS",
        "LINENO",
        "PPID",
        "BASHPID",
        "BASH_SOURCE",
        "FUNCNAME",
        "BASH_VERSION",
        "OSTYPE",
        "MACHTYPE",
        "HOSTTYPE",
        "EPOCHSECONDS",
        "SHLVL",
        "LOGNAME",
        "RUNNER_TEMP",
        "RUNNER_OS",
        "RUNNER_ARCH",
        "GOPATH",
        "JAVA_HOME",
    ]
)


@dataclass
class Frame:
    """What `return`, `exit`, `break` and `continue` leave: the conditions under which they did."""

    left: Condition = FALSE
    again: Condition = FALSE
    saved: dict[str, Variable] = field(default_factory=dict)
    function: str = ""


@dataclass
class Machine:
    """One shell process.  `path` is the condition under which the next command is reached; FALSE: it is not."""

    scene: Scene
    run: Callable[[Machine, Command], None]
    dispatch: Callable[[Machine, tuple[Str, ...], Span], None]
    variables: dict[str, Variable] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    path: Condition = TRUE
    status: Value = literal("0")
    options: set[str] = field(default_factory=set)
    out: list[Chunk] = field(default_factory=list)
    stdin: Value | None = None
    directory: str = ""
    script: str = ""
    depth: int = 0
    testing: int = 0  # inside a condition: errexit does not count
    exited: bool = False  # it says itself that it ends, with `exit`
    captured: bool = False  # what is printed here is read by somebody
    lenient: bool = False  # what follows from a failure here is of no interest: work is taken to succeed
    frames: list[Frame] = field(default_factory=list)
    loops: list[Frame] = field(default_factory=list)
    exits: list[tuple[Condition, Value]] = field(default_factory=list)
    unset: Callable[[str], Variable] | None = None  # what a name that nobody set holds
    aliases: dict[str, str] = field(default_factory=dict)

    # Variables ------------------------------------------------------------------------------------------------------------

    def get(self, name: str) -> Variable:
        """What the variable holds; unset where nothing was assigned."""
        found = self.variables.get(name)
        if found is not None:
            return found
        if name in RUNNER or name.startswith(("RUNNER_", "GITHUB_", "BASH_")):
            return one((Symbol("$" + name),))
        if self.unset is None:
            return UNSET
        asked = self.variables[name] = self.unset(name)
        return asked

    def set(self, name: str, value: Alternatives[Content]) -> None:
        """Assign under the present path."""
        algebra = self.scene.algebra
        if self.path == TRUE:
            made: Variable = value
        else:
            made = algebra.assign(self.path, value, self._before(name))
        if len(made) > VALUES:
            made = self._fold(made)
        self.variables[name] = made

    def _before(self, name: str) -> Variable:
        """What a variable held until now: nothing, where the script is the first to set it and has not asked for it either."""
        return self.variables.get(name, UNSET) if self.unset is not None else self.get(name)

    def _fold(self, made: Variable) -> Variable:
        made = self._alike(made)
        if len(made) <= VALUES:
            return made
        strings = [Alternative(a.when, a.held if isinstance(a.held, tuple) else ()) for a in made]
        return one(self.scene.algebra.fold(tuple(strings)))

    def _alike(self, made: Variable) -> Variable:
        """Of arrays that have the same options and the same names under watch in them one, the longest; what else they hold is let go."""
        merged: dict[object, Alternative[Content]] = {}
        for a in made:
            key = self._marks(a.held) if isinstance(a.held, Array) else a.held
            before = merged.setdefault(key, a)
            longer = isinstance(a.held, Array) and isinstance(before.held, Array) and len(a.held.items) > len(before.held.items)
            merged[key] = Alternative(self.scene.conditions.either(before.when, a.when), a.held if longer else before.held)
        return tuple(merged.values())

    def _marks(self, array: Array) -> frozenset[str]:
        shown = map(show, array.values())
        return frozenset(word for word in shown if word.startswith("-") or any(name in word for name in self.scene.watch.names))

    def string(self, name: str) -> Value:
        """The variable as a string: unset is empty, an array is its element 0."""
        return self.scene.algebra.each(self.get(name), scalar)

    def separators(self) -> str:
        """IFS as it is here; blanks where it is unset or not known."""
        if self.unset is None and "IFS" not in self.variables:
            return " \t\n"
        held = self.scene.algebra.under(self.path, self.get("IFS"))
        if len(held) != 1 or held[0].held is None:
            return " \t\n"
        whole = plain(scalar(held[0].held))
        return " \t\n" if whole is None else whole

    def local(self, name: str) -> None:
        """Remember the variable for when the function returns."""
        if self.frames and name not in self.frames[-1].saved:
            self.frames[-1].saved[name] = self.variables.get(name, UNSET)

    # Status ---------------------------------------------------------------------------------------------------------------

    def finish(self, status: Value) -> None:
        """Set `$?` under the present path."""
        self.status = self.scene.algebra.assign(self.path, status, self.status)

    def finish_if(self, success: Condition) -> None:
        """Set `$?` to 0 where `success` holds, else to 1."""
        self.finish(truth(self.scene, success))

    def succeeded(self) -> Condition:
        """The condition that the last command succeeded."""
        judge, conditions = self.scene.judge, self.scene.conditions
        zero = text("0")
        return conditions.any(conditions.both(a.when, judge.equal(a.held, zero, None)) for a in self.status)

    # Output ---------------------------------------------------------------------------------------------------------------

    def write(self, value: Value) -> None:
        """Print to standard output under the present path."""
        self.out.extend(self.chunks(value))

    def chunks(self, value: Value) -> list[Chunk]:
        """`value` as output under the present path."""
        both = self.scene.conditions.both
        return [Chunk(when, a.held) for a in value if (when := both(self.path, a.when)) != FALSE and a.held]

    def collect(self, chunks: Iterable[Chunk], within: Condition = TRUE) -> Value:
        """The text that `chunks` make one after the other, as far as it is of interest under `within`."""
        algebra, conditions = self.scene.algebra, self.scene.conditions
        value: Value = (Alternative(within, ()),)
        for chunk in chunks:
            when, otherwise = chunk.when, conditions.no(chunk.when)
            grown: list[Alternative[Str]] = []
            for a in value:
                grown.append(Alternative(conditions.both(a.when, when), compact(chunk.text if chunk.fresh else a.held + chunk.text)))
                grown.append(Alternative(conditions.both(a.when, otherwise), a.held))
            value = algebra.tidy(grown)
            if len(value) > BOUND:
                return one(algebra.fold(value))
        return value

    # Forks ----------------------------------------------------------------------------------------------------------------

    def fork(self) -> Machine:
        """A subshell: it sees everything and changes nothing here."""
        return replace(
            self, variables=dict(self.variables), functions=dict(self.functions), exported=set(self.exported), options=set(self.options),
            out=[], depth=self.depth + 1, frames=[], loops=[], exits=[], aliases=dict(self.aliases),
        )  # fmt: skip

    def body(self, body: Body) -> None:
        """Run statements in order. That their work succeeds is taken for granted, within the condition under which the body is run."""
        start, conditions = self.path, self.scene.conditions
        for command in body.commands:
            if self.path == FALSE:
                return
            self.run(self, command)
            self.path = conditions.both(start, conditions.settled(self.path))

    def capture(self, body: Body) -> tuple[Value, Machine]:
        """What a command substitution prints, its last line ends taken off, and the subshell that ran it."""
        child = self.fork()
        child.captured = True
        start = self.path
        child.body(body)
        merge_exits(child)
        return self.scene.algebra.each(self.collect(child.out, start), strip_newlines), child

    def follow(self, process: Machine, code: str) -> None:
        """Take over what a process has printed that was started here; where its path was lost, it ended with `code`."""
        conditions = self.scene.conditions
        self.out.extend(process.out)
        failed = conditions.both(self.path, conditions.no(process.path))
        ended = (Alternative(conditions.no(failed), text("0")), Alternative(failed, text(code)))
        self.finish(ended if failed != FALSE else literal("0"))

    unread = staticmethod(unread)


def merge_exits(child: Machine) -> None:
    """The status of a subshell that left by `exit` on some ways."""
    algebra, conditions = child.scene.algebra, child.scene.conditions
    for when, status in child.exits:
        child.status = algebra.assign(when, status, child.status)
        child.path = conditions.either(child.path, when)
    child.exits.clear()


def truth(scene: Scene, success: Condition) -> Value:
    """The exit status of a test: 0 where it holds, else 1."""
    if success == TRUE:
        return literal("0")
    if success == FALSE:
        return literal("1")
    return (Alternative(success, text("0")), Alternative(scene.conditions.no(success), text("1")))


def scalar(content: Content) -> Str:
    """A variable's content where a string is wanted."""
    if content is None:
        return ()
    if isinstance(content, Array):
        return content.get("0") or ()
    return content


def compact(string: Str) -> Str:
    """Neighbouring literals of the same origin as one."""
    out: list[Piece] = []
    for piece in string:
        last = out[-1] if out else None
        if isinstance(piece, Literal) and isinstance(last, Literal) and (piece.span == last.span or piece.span is None):
            out[-1] = Literal(last.text + piece.text, last.span)
        else:
            out.append(piece)
    return tuple(out)


def strip_newlines(string: Str) -> Str:
    """The string without the line ends at its end."""
    pieces = list(string)
    while pieces:
        last = pieces[-1]
        if isinstance(last, Symbol):
            if last.samples is not None and any(s.endswith("\n") for s in last.samples):
                first, second, third = last.samples
                pieces[-1] = _replaced(last, (first.rstrip("\n"), second.rstrip("\n"), third.rstrip("\n")))
            break
        stripped = last.text.rstrip("\n")
        if stripped:
            pieces[-1] = Literal(stripped, last.span)
            break
        pieces.pop()
    return tuple(pieces)


def _replaced(symbol: Symbol, worlds: tuple[str, str, str]) -> Symbol:
    return replace(symbol, samples=worlds)


def known(value: Value) -> str | None:
    """The one literal text of a value, None where it has symbols or alternatives."""
    return plain(value[0].held) if len(value) == 1 else None
