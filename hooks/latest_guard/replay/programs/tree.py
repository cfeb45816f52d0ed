"""Programs as a tree: one shape for Python, JavaScript and TypeScript, as far as a release script needs it.

`at` and `end` are offsets into the program's text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

# Expressions --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: nothing, a boolean, a number or a string."""

    value: None | bool | int | float | str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Pasted:
    """A string with expressions in it: an f-string, a template literal."""

    parts: tuple[Expression, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression written as a literal."""

    text: str
    flags: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`of.name`; `optional`: nothing where `of` is nothing."""

    of: Expression
    name: str
    optional: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`."""

    of: Expression
    key: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Slice:
    """`of[start:stop]`; a missing end is None."""

    of: Expression
    start: Expression | None
    stop: Expression | None
    step: Expression | None
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: `spread` for `*value` and `...value`, name `**` for `**value`."""

    value: Expression
    name: str = ""
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `new` makes an object."""

    function: Expression
    arguments: tuple[Argument, ...]
    new: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`not`, `-`, `+`, `~`, `typeof`, `void`."""

    operator: str
    operand: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison and membership: `+ - * / % < <= == != > >= in`, `is` among them as `==`."""

    operator: str
    left: Expression
    right: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or`, `??`: the right side only where the left does not decide."""

    operator: str
    left: Expression
    right: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Spread:
    """`*value`, `...value` inside a list."""

    value: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, a tuple or a set; also a pattern on the left of an assignment."""

    items: tuple[Expression, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """An object or a dict; a key of None spreads its value. Also a pattern on the left of an assignment."""

    entries: tuple[tuple[Expression | None, Expression], ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Default:
    """A target that takes `value` where it is given nothing."""

    target: Expression
    value: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name or pattern; `gathers` is `*` for the rest of the arguments, `**` for the rest of the named ones."""

    target: Expression
    default: Expression | None = None
    gathers: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function; a lambda's body is one `return`.

    `kind`: `get` for a method that is called by its name alone, `static` for one without an object, `class` for one of the class.
    """

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    at: int
    end: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """`for target in iterable if conditions`."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A list, set or generator comprehension, or with `key` that of a dict."""

    element: Expression
    key: Expression | None
    clauses: tuple[Clause, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment inside an expression: `(x := 1)`, `x = y = 1`, `x += 1`, `x ||= 1`."""

    target: Expression
    operator: str
    value: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something else."""

    at: int
    end: int


Expression: TypeAlias = (
    "Constant | Pasted | Pattern | Name | Attribute | Index | Slice | Call | Unary | Binary | Logic | Conditional | Spread | Listing "
    "| Table "
    "| Default | Function | Comprehension | Assigned | Unreadable"
)

# Statements ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Do:
    """An expression for what it does."""

    value: Expression
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value`; `declares`: the name is a new one of this function."""

    target: Expression
    value: Expression
    declares: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class If:
    """`if test: then else: otherwise`."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class While:
    """A loop with a test before (`late`: behind) each round and a `step` behind it."""

    test: Expression | None
    body: tuple[Statement, ...]
    step: Expression | None
    late: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class For:
    """A loop over the elements (`keys`: the keys) of something."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    keys: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Choose:
    """`switch` or `match`: arms of tests (None: any value), in order; `falls`: an arm without a break runs into the next."""

    subject: Expression
    arms: tuple[tuple[tuple[Expression | None, ...], tuple[Statement, ...]], ...]
    falls: bool
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Leave:
    """`return`, `break`, `continue`, `raise`."""

    word: str
    value: Expression | None
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Try:
    """`handlers` are the names of their errors' variables ("" for none) and what they do."""

    body: tuple[Statement, ...]
    handlers: tuple[tuple[str, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]
    finally_: tuple[Statement, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class With:
    """`with value as target`."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Define:
    """A named function."""

    function: Function
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Class:
    """A class: its methods and the assignments in its body."""

    name: str
    bases: tuple[Expression, ...]
    body: tuple[Statement, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Import:
    """`names` of a module: (name in it, name here); the name "" is the module itself, `*` everything, `default` its default."""

    module: str
    names: tuple[tuple[str, str], ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that a function takes from outside: `global`, `nonlocal`."""

    names: tuple[str, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that is not understood."""

    at: int
    end: int


Statement: TypeAlias = "Do | Assign | If | While | For | Choose | Leave | Try | With | Define | Class | Import | Scope | Unread"
