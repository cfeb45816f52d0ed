"""What an entry of the catalog says. The entries themselves are data, one module a tool.

A *command* entry is found by the command's name and the words after it; an *action* entry by `owner/name`.  Every entry has
`examples` that must match and `counters` that look alike and must not; a test runs them all.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str, Symbol


class Effect(enum.Enum):
    """What a mover does with its target."""

    MOVE = "move"  # the pointer is set where everybody sees it
    NAME = "name"  # a name on this machine: it moves when it is pushed
    PUSH_ALL = "push all"  # every local name of this repository is pushed
    PUBLISH = "publish"  # the version comes out, and the pointer stays where it is


class Form(enum.Enum):
    """How a target names its pointer."""

    IMAGE = "image"  # [registry/]name[:tag][@digest]: no tag is `latest`
    TAG = "tag"  # the pointer's name alone: `crane tag image latest`, `npm publish --tag latest`
    RELEASE = "release"  # GitHub's badge: the target says whether it moves ("" or "legacy": by GitHub's own rule, "true", "false")
    PATH = "path"  # a path or URL in which `latest` is a component: object storage, docs
    REF = "ref"  # a git ref, `refs/tags/` before it or not; with PUSH_ALL `refs/tags/*`
    FORMULA = "formula"  # a package of an index that holds one version of each, such as a Homebrew tap: it moves whatever its name


@dataclass(frozen=True, slots=True)
class Target:
    """One pointer that a mover sets.

    `text` names it in the way that `form` says.  `unless` are strings that keep the move from happening when they are truthy
    ("true"): `draft`, `prerelease`; `only_if` are strings that must be truthy: `push`.  Both may hold symbols.
    """

    text: Str
    form: Form
    effect: Effect = Effect.MOVE
    only_if: tuple[Str, ...] = ()
    unless: tuple[Str, ...] = ()
    repository: str = ""  # what the pointer belongs to, where `text` does not say it: the npm package, owner/name
    compares: bool = False  # the mover itself asks what is there and does not move back
    settles: bool = False  # and whatever runs beside it, in the end the pointer is at the highest version
    copies: bool = False  # of something that is there already, whatever is checked out
    sources: tuple[Str, ...] = ()  # the images that it is copied from
    points: bool = False  # what it points to was published before: only the pointer moves


@dataclass(frozen=True, slots=True)
class Mover:
    """A command that can make a move.

    `tools` are the names of the command (without a path), `words` the subcommands after it in order (options may stand between),
    `valued` the options that take the next word as value.  `targets` says what the command line sets; none: no move.
    `sign` is asked of a text in which the command stands: False where it surely moves nothing there, so that it need not be walked.
    """

    name: str
    kind: str
    tools: tuple[str, ...]
    words: tuple[str, ...]
    targets: Callable[[Arguments], Sequence[Target]]
    valued: frozenset[str] = frozenset()
    clusters: str = ""  # letters of flags that may be written together
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    sign: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A command whose output is a known version or a list of them, or the released version as the project's own files have it.

    `answer` says what the command line yields on standard output, as a symbol with colours (KNOWN or RELEASED), samples and, for a
    known one, its Lookup; None where this command line asks something else.  A failing lookup prints nothing and exits 1.
    The answer has no line end behind its last line.
    """

    name: str
    tools: tuple[str, ...]
    words: tuple[str, ...]
    answer: Callable[[Arguments], Symbol | None]
    valued: frozenset[str] = frozenset()
    clusters: str = ""
    filters: tuple[str, ...] = ()  # options whose value is a jq program: what is printed is the answer put through it, as by `jq -r`
    files: tuple[str, ...] = ()  # options whose value names the file that gets the answer, which is then not printed
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What a comparing command is asked: `left operator right`; the answer is its exit status or its output.

    `operator` is one of `<` `<=` `==` `!=` `>=` `>` (status 0, or output `true`, where it holds) or `compare` (the output is one of
    `outcomes`).  A command that compares and does not print exits with that number instead.
    """

    left: Str
    operator: str
    right: Str
    prints: bool = False
    outcomes: tuple[str, str, str] = ("-1", "0", "1")  # for `compare`: where left is lower, equal, higher
    echoes: bool = False  # where it holds, `left` is printed and the status is 0; otherwise nothing is, and the status is 1
    lowest: bool = False  # an empty version is lower than any other; where it is not, the command fails


@dataclass(frozen=True, slots=True)
class Comparer:
    """A command that compares versions: `dpkg --compare-versions`, `semver`, `vercmp` …"""

    name: str
    tools: tuple[str, ...]
    words: tuple[str, ...]
    order: Callable[[Arguments], Order | None]
    valued: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorter:
    """A command that prints the versions among its arguments in their order, one a line: `semver 1.2.3 1.10.0`."""

    name: str
    tools: tuple[str, ...]
    words: tuple[str, ...]
    versions: Callable[[Arguments], Sequence[Str]]
    valued: frozenset[str] = frozenset()
    descending: Callable[[Arguments], bool] = lambda arguments: False
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runner:
    """A command that runs the command in its arguments: `sudo`, `timeout 5m`, `npx`, `docker run some/image`.

    `inner` gives the words of that command; None where this command line runs none.
    """

    name: str
    tools: tuple[str, ...]
    words: tuple[str, ...]
    inner: Callable[[Arguments], Sequence[Str] | None]
    valued: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


class Nature(enum.Enum):
    """What kind of thing a command is that moves nothing and looks nothing up: what its exit status is worth as a condition."""

    WORK = "work"  # builds, copies, prints: that it succeeded is no condition
    CHECK = "check"  # tests something that is no version order: a weak condition


@dataclass(frozen=True, slots=True)
class ActionMover:
    """An action that can make a move. `reads` are the inputs that decide; `targets` is called with each combination of their values.

    An input that the step does not give is missing from the mapping, unless it is named in `defaults`.
    """

    name: str
    kind: str
    actions: tuple[str, ...]
    reads: tuple[str, ...]
    targets: Callable[[Mapping[str, Str]], Sequence[Target]]
    defaults: Mapping[str, str] | None = None
    examples: tuple[Mapping[str, str], ...] = ()
    counters: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionOutputs:
    """An action whose outputs are known or released versions, or the outcome of comparing them.

    `outputs` is called with the step's inputs and gives what it knows of the outputs: a symbol, or an Order whose `prints` says what
    the output reads.  An output that it does not name is an ordinary string of no colour.
    """

    name: str
    actions: tuple[str, ...]
    reads: tuple[str, ...]
    outputs: Callable[[Mapping[str, Str]], Mapping[str, Symbol | Order]]
    examples: tuple[Mapping[str, str], ...] = ()
    counters: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionCheck:
    """An action whose step fails unless an order of versions holds; None where its inputs ask something else."""

    name: str
    actions: tuple[str, ...]
    reads: tuple[str, ...]
    order: Callable[[Mapping[str, Str]], Order | None]
    examples: tuple[Mapping[str, str], ...] = ()
    counters: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionScript:
    """An action that runs a script: `prefix`, and behind it the values of those of `inputs` that are given, with spaces between.

    `shell` is as a step would say it: "" for the system's default, "node" for JavaScript, "python", "pwsh".
    `directory` names the input that says where it runs.
    """

    actions: tuple[str, ...]
    inputs: tuple[str, ...]
    shell: str = ""
    prefix: str = ""
    directory: str = ""


@dataclass(frozen=True, slots=True)
class ActionCommand:
    """An action that runs one command and hands on what that writes to the step's outputs.

    `words` gives the command's words for the inputs named in `reads`; None where they cannot be told.  An input that is not given is what
    `defaults` says, or else the environment variable that `variables` names.  `directory` is the input that says where it runs.
    """

    name: str
    actions: tuple[str, ...]
    reads: tuple[str, ...]
    words: Callable[[Mapping[str, Str]], Sequence[Str] | None]
    defaults: Mapping[str, str]
    variables: Mapping[str, str]
    directory: str = ""
    examples: tuple[Mapping[str, str], ...] = ()
    counters: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionPlain:
    """Actions known to move nothing and to decide nothing: their outputs are ordinary strings."""

    actions: tuple[str, ...]
