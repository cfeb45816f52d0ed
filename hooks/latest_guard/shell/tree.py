"""Shell text as a small tree of our own.

Every node has the span of the words it came from.  `${{ … }}` and its kin inside a script stand as `Hole`s: values that
the CI system puts in before the shell sees the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as OneOf

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Expression
    from latest_guard.source import Span

# Words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chars:
    """Literal characters, quotes and escapes taken off. `quoted`: no splitting, no globbing, no pattern meaning."""

    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`, `${name}` and every `${name…}`.

    `name` is a variable, a digit, or one of `@ * # ? - $ !`.  `index` is the subscript of an array element (`@` and `*`
    for all).  `length` is `${#name}`, `indirect` `${!name}`, `keys` `${!name[@]}`.  `operator` is what follows the name:
    `:-` `-` `:=` `=` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//` `/#` `/%` `^` `^^` `,` `,,` `~` `~~` `:` (substring) `@`, "" for
    none; `argument` is the word after it, `second` the replacement of `/` or the length of `:`. `${!name*}` and `${!name@}`, the
    names that begin so, are indirect with the operator `*` or `@` and no argument.
    """

    name: str
    span: Span
    index: Word | None = None
    length: bool = False
    indirect: bool = False
    keys: bool = False
    operator: str = ""
    argument: Word | None = None
    second: Word | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(…)` or backquotes; `process` is `<` or `>` for process substitution, "" otherwise.

    Text in backquotes that is no shell is an `Unread` in the body, as bash reads it only when it comes to it.
    """

    body: Body
    span: Span
    process: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$(( … ))`."""

    expression: Number
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that the CI system writes into the script before the shell reads it."""

    expression: Expression
    span: Span
    quoted: bool = False


Part: TypeAlias = Chars | Parameter | Substitution | Arithmetic | Hole


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the shell: parts that stand side by side. An empty quoted word has one empty `Chars`."""

    parts: tuple[Part, ...]
    span: Span


# Arithmetic --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberWord:
    """An operand: digits, `10#…`, a bare variable name, or expansions.

    An element of an array, `name[index]`, is the `Parameter` that `${name[index]}` would be, also where it is assigned to.
    """

    word: Word
    span: Span


@dataclass(frozen=True, slots=True)
class NumberOperation:
    """An operator with its operands: unary (`-` `+` `!` `~` `++` `--`, one), binary (two), `?:` (three), assignments (`=`, `+=` …)."""

    operator: str
    operands: tuple[Number, ...]
    span: Span
    postfix: bool = False


Number: TypeAlias = NumberWord | NumberOperation


# Tests: [[ … ]] ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TestUnary:
    """`-n word`, `-z`, `-f` …; `-n` as well for a bare word."""

    operator: str
    word: Word
    span: Span


@dataclass(frozen=True, slots=True)
class TestBinary:
    """`left op right` with `==` `=` `!=` `=~` `<` `>` `-eq` `-ne` `-lt` `-le` `-gt` `-ge` `-nt` `-ot` `-ef`."""

    operator: str
    left: Word
    right: Word
    span: Span


@dataclass(frozen=True, slots=True)
class TestNot:
    """`! test`."""

    operand: TestTree
    span: Span


@dataclass(frozen=True, slots=True)
class TestBoth:
    """`left && right` or `left || right`."""

    operator: OneOf["&&", "||"]
    left: TestTree
    right: TestTree
    span: Span


TestTree: TypeAlias = TestUnary | TestBinary | TestNot | TestBoth


# Commands ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`, `name+=value`, `name[index]=value`, `name=(a b c)`, `name=([k]=v …)`.

    `items` is not None for an array: pairs of an optional key and a word.
    """

    name: str
    span: Span
    value: Word | None = None
    index: Word | None = None
    append: bool = False
    items: tuple[tuple[Word | None, Word], ...] | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """`[fd]op target`: operators `<` `>` `>>` `>|` `&>` `&>>` `>&` `<&` `<>` `<<<`, and `<<` with `document` for a here-document.

    The target of `<<` is the delimiter as it is written; the tabs that `<<-` takes off are gone from the document.
    """

    operator: str
    target: Word | None
    span: Span
    fd: str = ""
    document: Word | None = None


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, then a command with its arguments. Without words the assignments stay; with words they are the command's environment."""

    words: tuple[Word, ...]
    span: Span
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Declare:
    """`export`, `local`, `readonly`, `declare`, `typeset`: `flags` such as `-a`, then assignments; a bare name is one without value."""

    keyword: str
    flags: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    span: Span
    words: tuple[Word, ...] = ()  # arguments that are neither flags nor readable assignments
    environment: tuple[Assignment, ...] = ()  # assignments in front of the keyword


@dataclass(frozen=True, slots=True)
class Pipe:
    """`a | b | c`; `both` holds for each bar whether it is `|&`."""

    commands: tuple[Command, ...]
    span: Span
    both: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Negated:
    """`! command`."""

    command: Command
    span: Span


@dataclass(frozen=True, slots=True)
class AndOr:
    """`left && right`, `left || right`."""

    operator: OneOf["&&", "||"]
    left: Command
    right: Command
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`if`/`elif` branches, each a condition and a body, and the `else` body."""

    branches: tuple[tuple[Body, Body], ...]
    otherwise: Body | None
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in …`: arms with their patterns, body and end (`;;`, `;&`, `;;&`)."""

    word: Word
    arms: tuple[tuple[tuple[Word, ...], Body, str], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`; `words` None is `"$@"`. `select` counts as well."""

    name: str
    words: tuple[Word, ...] | None
    body: Body
    span: Span


@dataclass(frozen=True, slots=True)
class ForArithmetic:
    """`for ((start; test; step))`."""

    start: Number | None
    test: Number | None
    step: Number | None
    body: Body
    span: Span


@dataclass(frozen=True, slots=True)
class While:
    """`while`, or `until` where `until` is set."""

    condition: Body
    body: Body
    span: Span
    until: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function's definition."""

    name: str
    body: Command
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }`, or `( … )` where `subshell` is set."""

    body: Body
    span: Span
    subshell: bool = False


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections behind it."""

    command: Command
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TestCommand:
    """`[[ … ]]`. (`[ … ]` and `test` are simple commands.)"""

    test: TestTree
    span: Span


@dataclass(frozen=True, slots=True)
class NumberCommand:
    """`(( … ))` and `let`."""

    expression: Number
    span: Span


@dataclass(frozen=True, slots=True)
class Background:
    """`command &`."""

    command: Command
    span: Span


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that could not be parsed; the rest of the script stands."""

    reason: str
    span: Span
    text: str = ""


Command: TypeAlias = (
    Simple | Declare | Pipe | Negated | AndOr | If | Case | For | ForArithmetic | While | Function | Group | Redirected
    | TestCommand | NumberCommand | Background | Unread
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """Statements in order."""

    commands: tuple[Command, ...]
    span: Span
