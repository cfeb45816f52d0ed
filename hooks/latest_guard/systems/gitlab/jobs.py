"""Jobs: what a job runs, under which rules, after which others, with which variables."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from latest_guard.expressions.tree import Call as FunctionCall
from latest_guard.expressions.tree import Constant, Expression, Index, Name, Template, Unreadable
from latest_guard.pipeline import Binding, Call, Concurrency, Job, Matrix, MatrixValue, Rule, Run, Step, Use
from latest_guard.source import Text
from latest_guard.systems.gitlab.configuration import Foreign, missing
from latest_guard.systems.gitlab.rules import read_only, read_rules, ruled
from latest_guard.systems.gitlab.variables import expanded, plain, read_variables
from latest_guard.systems.shapes import Shapes, is_null, words
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from latest_guard.files import Tree
    from latest_guard.source import Span

#: GitLab's own bounds: legs of a matrix, and levels of lists in a script.
MAX_LEGS = 200
MAX_LEVELS = 10
#: Files of a pipeline that a job starts: https://docs.gitlab.com/ci/yaml/#triggerinclude.
MAX_FILES = 3

#: The commits that a job gets unless GIT_DEPTH says otherwise: https://docs.gitlab.com/ci/pipelines/settings/#limit-the-number-of-changes-fetched-during-clone.
DEPTH = "20"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a job is read in: the whole configuration, its variables, the files, and for each stage the jobs of the stages before."""

    root: Mapping
    env: tuple[Binding, ...]
    tree: Tree | None
    shapes: Shapes
    stages: dict[str, tuple[str, ...]]


def read_job(key: Scalar, node: Mapping, around: Surroundings) -> Job:
    """One job, its `extends` resolved already."""
    shapes = around.shapes
    get = _Keywords(node, around)
    rules = _rules(node, around)
    when = None if rules else node.get("when")
    bare = ruled(None, key.span, when, shapes)
    stage = shapes.string(node.get("stage"), "`stage`") or "test"
    matrix = read_matrix(node.get("parallel"), shapes)
    own = read_variables(node.get("variables"), shapes)
    return Job(
        id=key.value,
        name=key.value,
        span=key.span,
        condition=bare.condition,
        needs=_needs(node, stage, around),
        env=(_said("CI_JOB_NAME", key), _said("CI_JOB_STAGE", node.get("stage") or key, stage), *own, *_legs_env(matrix)),
        steps=(*_steps(get, shapes), *_unknown(node, around)),
        call=_trigger(node.get("trigger"), own, shapes),
        matrix=matrix,
        environment=_named(node.get("environment"), "name", shapes),
        concurrency=_resource_group(node.get("resource_group"), shapes),
        tolerant=_tolerant(node, bare),
        container=_named(get("image"), "name", shapes),
        manual=bare.manual,
        rules=rules or (() if bare.runs else (bare,)),
        depth=_depth(own, around),
        report=_report(get("artifacts"), shapes),
        inherits=_inherits(node.get("inherit")),
    )


class _Keywords:
    """A job's keywords, with what `default` and the file itself say where the job is silent and has not shut it out."""

    def __init__(self, node: Mapping, around: Surroundings) -> None:
        self.node = node
        self.root = around.root
        default = around.root.get("default")
        self.default = default if isinstance(default, Mapping) else None
        inherit = node.get("inherit")
        self.inherited = inherit.get("default") if isinstance(inherit, Mapping) else None

    def __call__(self, key: str) -> Node | None:
        """The value of a keyword; an empty list or null that stands in the job counts."""
        if self.node.entry(key):
            return self.node.get(key)
        if isinstance(self.inherited, Scalar) and self.inherited.data() is False:
            return None
        if isinstance(self.inherited, Sequence) and key not in {one.value for one in self.inherited.items if isinstance(one, Scalar)}:
            return None
        if self.default and self.default.entry(key):
            return self.default.get(key)
        return self.root.get(key)


def _inherits(node: Node | None) -> frozenset[str] | None:
    """`inherit: variables`: false, or the names of those that the job gets; None where it gets all."""
    said = node.get("variables") if isinstance(node, Mapping) else None
    if isinstance(said, Sequence):
        return frozenset(one.value for one in said.items if isinstance(one, Scalar))
    return frozenset() if isinstance(said, Scalar) and said.data() is False else None


def _rules(node: Mapping, around: Surroundings) -> tuple[Rule, ...]:
    if not is_null(node.get("rules")):
        return read_rules(node.get("rules"), node.get("when"), around.tree, around.shapes)
    elsewhere = missing(node, around.root)
    if elsewhere and is_null(node.get("only")) and is_null(node.get("except")):
        one = elsewhere[0]
        return (Rule(Unreadable(f"the rules of `{one.value}` stand in another repository", one.span), one.span),)
    return read_only(node, around.shapes)


def _said(name: str, node: Node, value: str = "") -> Binding:
    """A variable that GitLab sets."""
    said = value or (node.value if isinstance(node, Scalar) else "")
    return Binding(name, plain(Text(said, node.source, ((0, node.start, 0),))), node.span)


# What it runs -----------------------------------------------------------------------------------------------------------


def _steps(get: _Keywords, shapes: Shapes) -> tuple[Step, ...]:
    """`before_script` and `script` in one shell, `after_script` in another that runs in any case."""
    main = [*_lines(get("before_script"), 0, shapes), *_lines(get("script"), 0, shapes)]
    after = _lines(get("after_script"), 0, shapes)
    always = FunctionCall("always", (), after[0].span()) if after else None
    return (*_shell(main, "script", None), *_shell(after, "after_script", always))


def _lines(node: Node | None, depth: int, shapes: Shapes) -> list[Text]:
    """The commands of a script; lists in it are part of it."""
    if isinstance(node, Scalar):
        return [words(node)] if node.data() is not None else []
    found = []
    for item in shapes.items(node, "a script"):
        if depth < MAX_LEVELS:
            found += _lines(item, depth + 1, shapes)
    return found


def _shell(lines: list[Text], name: str, condition: Expression | None) -> list[Run]:
    """The commands as one script; where they come from several files, as one for each that goes on in the same shell."""
    made: list[Run] = []
    group: list[Text] = []
    for index, line in enumerate(lines):
        group.append(line)
        if index + 1 == len(lines) or lines[index + 1].source is not line.source:
            script = joined(group)
            made.append(Run("", name, script.span(), condition, plain(script), "", continues=bool(made)))
            group = []
    return made


def joined(lines: list[Text]) -> Text:
    """Several texts of one file as one, a line each."""
    parts, pieces, at = [], [], 0
    for line in lines:
        pieces += [(at + start, origin, length) for start, origin, length in line.pieces]
        parts.append(line.value if line.value.endswith("\n") else line.value + "\n")
        at += len(parts[-1])
    return Text("".join(parts), lines[0].source, tuple(pieces))


def _unknown(node: Mapping, around: Surroundings) -> tuple[Step, ...]:
    """What a job extends that stands in no file here: a step that cannot be read."""
    return tuple(Use("", one.value, one.span, None, f"extends:{one.value}", one.span) for one in missing(node, around.root))


def foreign_job(foreign: Foreign) -> Job:
    """What is included from elsewhere may bring jobs: one that uses it by its name."""
    given = foreign.inputs.entries if foreign.inputs else ()
    inputs = tuple(Binding(e.key.value, expanded(words(e.value)), e.key.span) for e in given if isinstance(e.value, Scalar))
    name = f"{foreign.kind}:{foreign.name}"
    step = Use("", name, foreign.node.span, None, name, foreign.node.span, inputs)
    return Job(name, name, foreign.node.span, steps=(step,))


def _trigger(node: Node | None, own: tuple[Binding, ...], shapes: Shapes) -> Call | None:
    """The pipeline that a job starts: a child from a file of the repository, or that of another project. It gets the job's variables."""
    if node is None or is_null(node):
        return None
    if isinstance(node, Scalar):
        return Call(words(node).value, node.span, own)
    found = shapes.mapping(node, "`trigger`")
    project, include = (found.get("project"), found.get("include")) if found else (None, None)
    forward = found.get("forward") if found else None
    keeps, forwards = _flag(forward, "yaml_variables") is False, _flag(forward, "pipeline_variables") is True
    if isinstance(project, Scalar):
        return Call(project.value, project.span, own, keeps=keeps, forwards=forwards)
    files = [one for item in (include.items if isinstance(include, Sequence) else (include,)) if (one := _local(item)) is not None]
    if files:
        uses = "\n".join("./" + one.value.lstrip("/") for one in files[:MAX_FILES])
        return Call(uses, files[0].span, own, keeps=keeps, forwards=forwards)
    return Call("a pipeline that the run makes", node.span, own, keeps=keeps, forwards=forwards)


def _local(item: Node | None) -> Scalar | None:
    """The file of the repository that an entry of `trigger: include` names."""
    local = item.get("local") if isinstance(item, Mapping) else item
    return local if isinstance(local, Scalar) else None


def _flag(node: Node | None, key: str) -> object:
    held = node.get(key) if isinstance(node, Mapping) else None
    return held.data() if isinstance(held, Scalar) else None


# Around it --------------------------------------------------------------------------------------------------------------


def _needs(node: Mapping, stage: str, around: Surroundings) -> tuple[str, ...]:
    """The jobs that a job waits for: those it names, else all of the stages before."""
    needs = node.get("needs")
    if needs is None:
        return around.stages.get(stage, ())
    named = []
    for item in needs.items if isinstance(needs, Sequence) else (needs,):
        one = item.get("job") if isinstance(item, Mapping) else item
        if isinstance(one, Scalar) and not (isinstance(item, Mapping) and (item.get("pipeline") or item.get("project"))):
            named.append(one.value)
    return tuple(dict.fromkeys(named))


def _named(node: Node | None, key: str, shapes: Shapes) -> Template | None:
    """A name that stands alone or under a key."""
    if isinstance(node, Mapping):
        node = node.get(key)
    if node is None or is_null(node):
        return None
    found = shapes.text(node, f"`{key}`")
    return expanded(found) if found is not None else None


def _resource_group(node: Node | None, shapes: Shapes) -> Concurrency | None:
    group = _named(node, "", shapes)
    return Concurrency(group, None, group.span) if group else None


def _tolerant(node: Mapping, bare: Rule) -> Template | None:
    """`allow_failure`; a job that a person starts need not succeed for the pipeline to go on."""
    said = node.get("allow_failure")
    if isinstance(said, Scalar):
        return plain(words(said))
    if bare.manual is not None:
        return plain(Text("true", node.source, ((0, node.start, 0),)))
    return None


def _depth(own: tuple[Binding, ...], around: Surroundings) -> Template | None:
    """How much of the history a job gets."""
    found = next((one.value for one in (*reversed(own), *reversed(around.env)) if one.name == "GIT_DEPTH"), None)
    return found or plain(Text(DEPTH, around.root.source, ((0, around.root.start, 0),)))


def _report(node: Node | None, shapes: Shapes) -> Template | None:
    """The dotenv report among a job's artifacts."""
    reports = node.get("reports") if isinstance(node, Mapping) else None
    dotenv = reports.get("dotenv") if isinstance(reports, Mapping) else None
    first = next(iter(shapes.several(dotenv, "`dotenv`")), None)
    return expanded(words(first)) if first is not None else None


# The matrix -------------------------------------------------------------------------------------------------------------


def read_matrix(node: Node | None, shapes: Shapes) -> Matrix | None:
    """The legs of `parallel: matrix`: each entry stands for all combinations of its values."""
    found = node.get("matrix") if isinstance(node, Mapping) else None
    if found is None:
        return None
    legs: list[MatrixValue] = []
    for item in shapes.items(found, "`matrix`"):
        entry = shapes.mapping(item, "an entry of `matrix`")
        if entry:
            axes = [(one.key.value, [expanded(words(each)) for each in shapes.several(one.value, "`matrix`")]) for one in entry.entries]
            for leg in product(*(values[:MAX_LEGS] for _, values in axes)):
                if len(legs) >= MAX_LEGS:
                    break
                legs.append(dict(zip((name for name, _ in axes), leg, strict=True)))
    return Matrix((), tuple(legs), (), None, found.span)


def _legs_env(matrix: Matrix | None) -> tuple[Binding, ...]:
    """The variables that a leg sets."""
    if matrix is None:
        return ()
    names = dict.fromkeys(name for leg in matrix.include if isinstance(leg, dict) for name in leg)
    return tuple(Binding(name, _of_leg(name, matrix.span), matrix.span) for name in names)


def _of_leg(name: str, span: Span) -> Template:
    return Template((Index(Name("matrix", span), Constant(name, span), span),), span)
