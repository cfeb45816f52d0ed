"""What a CI configuration does: one shape for every CI system.

A reader in `systems/` turns files into this; the replay runs it.  Nothing here knows a CI system's own words, apart from
the names of contexts, which the scenarios bring along.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.expressions.tree import Expression, Template
    from latest_guard.source import Problem, Source, Span
    from latest_guard.values import Data


class Start(enum.Enum):
    """What kind of start a scenario is."""

    RELEASE = "release"  # a version tag, a published release: the accident can happen
    MANUAL = "manual"  # somebody starts a run, with a version as like as not
    BRANCH = "branch"  # a push to a branch, a schedule: no version is being released
    CALLED = "called"  # by something that cannot be seen from here: a caller elsewhere
    ENTRY = "entry"  # no pipeline at all: somebody, or a system that is not read, runs a file with a version


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way in which a pipeline can start, with what is known when it does.

    `name` is `<event>` or `<event>:<detail>`, such as `push:tag`, `release:published`, `workflow_dispatch`.
    `contexts` are the values that expressions can ask for (`github`, `inputs`), `variables` those that every
    shell finds in its environment.  `span` is the trigger's place.  `follows` names the pipelines after whose end this one
    starts: a RELEASE scenario that follows can only happen where one of those has a scenario of a release.
    """

    name: str
    start: Start
    span: Span
    contexts: Mapping[str, Data] = field(default_factory=dict)
    variables: Mapping[str, Data] = field(default_factory=dict)
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that is given a value: an environment variable, an input, an output."""

    name: str
    value: Template
    span: Span


@dataclass(frozen=True, slots=True)
class Concurrency:
    """What keeps two runs apart: the group's name, and whether a newer run cancels the older."""

    group: Template
    cancels: Template | None
    span: Span


@dataclass(frozen=True, slots=True)
class Matrix:
    """The legs of a job: axes with their values, or an expression that yields them at run time.

    `axes`, `include` and `exclude` hold JSON-like data whose strings are Templates.  Where a list is expected (an axis) or a leg
    (an item of `include` and `exclude`) and a Template stands there, it is an expression that yields a list of them.
    """

    axes: tuple[tuple[str, MatrixValue], ...]
    include: tuple[MatrixValue, ...]
    exclude: tuple[MatrixValue, ...]
    dynamic: Template | None
    span: Span


MatrixValue: TypeAlias = "None | bool | float | Template | tuple[MatrixValue, ...] | Mapping[str, MatrixValue]"


@dataclass(frozen=True, slots=True)
class Run:
    """A step that runs a script. `shell` is as the file says it, "" for the system's default.

    One that `continues` goes on in the shell of the step before, with its variables, functions and options.
    """

    id: str
    name: str
    span: Span
    condition: Expression | None
    script: Template
    shell: str
    env: tuple[Binding, ...] = ()
    directory: Template | None = None
    tolerant: Template | None = None  # a failure does not fail the job
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A step that runs something by name: an action, a plugin, an orb, a local composite action (`./path`)."""

    id: str
    name: str
    span: Span
    condition: Expression | None
    uses: str
    uses_span: Span
    inputs: tuple[Binding, ...] = ()
    env: tuple[Binding, ...] = ()
    tolerant: Template | None = None


Step: TypeAlias = Run | Use


@dataclass(frozen=True, slots=True)
class Call:
    """A job that is another pipeline: a reusable workflow, a child pipeline.

    One that is made of several files is `uses` with a line for each.  Of its own variables the calling pipeline hands on those that its
    files set, unless it `keeps` them, and those that were given to it where it `forwards` them.
    """

    uses: str
    uses_span: Span
    inputs: tuple[Binding, ...] = ()
    secrets: tuple[Binding, ...] = ()
    inherits_secrets: bool = False
    keeps: bool = False
    forwards: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of several, of which the first whose condition holds decides (no condition always holds).

    Where `runs` is False, or no rule holds, the job or pipeline does not run at all.  `manual` is the place that says: somebody must
    press a button.  `env` are variables that the rule sets; they beat the job's own.
    """

    condition: Expression | None
    span: Span
    runs: bool = True
    manual: Span | None = None
    env: tuple[Binding, ...] = ()
    tolerant: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its condition, what it waits for, its steps or the pipeline that it calls.

    Where it has `rules` they hold besides the condition.  `depth` is how much of the history every job gets before its first step where
    the system fetches it by itself: a number of commits, "0" for all of it and all tags.  `report` is the path of a file of `NAME=value`
    lines that the job writes and that become variables of the jobs that need it; they beat those jobs' own.  `inherits` are the names of
    the pipeline's variables that the job gets, where it does not get all of them.
    """

    id: str
    name: str
    span: Span
    condition: Expression | None = None
    needs: tuple[str, ...] = ()
    env: tuple[Binding, ...] = ()
    steps: tuple[Step, ...] = ()
    call: Call | None = None
    outputs: tuple[Binding, ...] = ()
    matrix: Matrix | None = None
    environment: Template | None = None
    concurrency: Concurrency | None = None
    tolerant: Template | None = None
    shell: str = ""
    directory: Template | None = None
    container: Template | None = None
    manual: Span | None = None  # the place that says: somebody must press a button
    rules: tuple[Rule, ...] = ()
    depth: Template | None = None
    report: Template | None = None
    inherits: frozenset[str] | None = None


class InputType(enum.Enum):
    """The type of a declared input."""

    STRING = "string"
    BOOLEAN = "boolean"
    NUMBER = "number"
    CHOICE = "choice"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Input:
    """An input that a pipeline or a composite action declares."""

    name: str
    type: InputType
    default: Template | None
    required: bool
    options: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One CI file, read. `callable` pipelines can be called by others with `inputs`, and give `outputs`.

    `parts` are the paths of the other files that it is made of: they are no pipelines of their own.  Where it has `rules`, they decide
    whether it runs at all.
    """

    source: Source
    system: str
    name: str
    scenarios: tuple[Scenario, ...]
    jobs: tuple[Job, ...]
    env: tuple[Binding, ...] = ()
    concurrency: Concurrency | None = None
    shell: str = ""
    directory: Template | None = None
    callable: bool = False
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Binding, ...] = ()
    problems: tuple[Problem, ...] = ()
    rules: tuple[Rule, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A composite action of the repository, read. One that is no composite has no steps and says why in `opaque`."""

    source: Source
    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Binding, ...]
    steps: tuple[Step, ...]
    opaque: str = ""
    problems: tuple[Problem, ...] = ()
