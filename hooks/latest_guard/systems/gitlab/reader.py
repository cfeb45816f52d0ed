"""Configurations, read into the pipeline model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.pipeline import Binding, Job, Pipeline, Rule
from latest_guard.systems.gitlab.configuration import Configuration, configuration
from latest_guard.systems.gitlab.jobs import Surroundings, foreign_job, read_job
from latest_guard.systems.gitlab.rules import read_rules
from latest_guard.systems.gitlab.scenarios import scenarios
from latest_guard.systems.gitlab.variables import read_form, read_variables
from latest_guard.systems.shapes import Shapes
from latest_guard.yamltree import Entry, Mapping, Scalar

if TYPE_CHECKING:
    from latest_guard.files import Tree
    from latest_guard.source import Source

SYSTEM = "gitlab"

#: Keys of the file that are no jobs.
GLOBAL = frozenset(
    (
        "after_script",
        "before_script",
        "cache",
        "default",
        "image",
        "include",
        "services",
        "spec",
        "stages",
        "types",
        "variables",
        "workflow",
    )
)
STAGES = (".pre", "build", "test", "deploy", ".post")


def read_pipeline(source: Source, tree: Tree | None) -> Pipeline:
    """The pipeline in `source` with what it includes from `tree`; what cannot be read is among its problems."""
    shapes = Shapes()
    found = configuration(source, tree, shapes)
    if found is None:
        return Pipeline(source, SYSTEM, source.path, (), (), problems=tuple(shapes.problems))
    root = found.merged
    env = read_variables(root.get("variables"), shapes)
    jobs = _jobs(found, env, tree, shapes)
    rules = _workflow(root, tree, shapes)
    every = [*rules, *(rule for job in jobs for rule in job.rules)]
    return Pipeline(
        source=source,
        system=SYSTEM,
        name=source.path,
        scenarios=scenarios(source, every, read_form(root.get("variables")), _defined(env, rules, jobs)),
        jobs=jobs,
        env=env,
        shell="bash",
        callable=True,
        problems=tuple(dict.fromkeys(shapes.problems)),
        rules=rules,
        parts=tuple(dict.fromkeys(found.parts)),
    )


def _defined(env: tuple[Binding, ...], rules: tuple[Rule, ...], jobs: tuple[Job, ...]) -> frozenset[str]:
    """The names of the variables that the files set somewhere."""
    every = [*env, *(b for rule in rules for b in rule.env)]
    for job in jobs:
        every += [*job.env, *(b for rule in job.rules for b in rule.env)]
    return frozenset(binding.name for binding in every)


def _workflow(root: Mapping, tree: Tree | None, shapes: Shapes) -> tuple[Rule, ...]:
    workflow = shapes.mapping(root.get("workflow"), "`workflow`")
    return read_rules(workflow.get("rules"), None, tree, shapes) if workflow else ()


def _jobs(found: Configuration, env: tuple[Binding, ...], tree: Tree | None, shapes: Shapes) -> tuple[Job, ...]:
    """The jobs of the file, and one for each thing from elsewhere that may bring jobs of its own."""
    root = found.merged
    entries = [entry for entry in root.entries if _is_job(entry, bool(found.foreign), shapes)]
    around = Surroundings(root, env, tree, shapes, _stages(root, entries, shapes))
    return (
        *(read_job(entry.key, entry.value, around) for entry in entries if isinstance(entry.value, Mapping)),
        *map(foreign_job, found.foreign),
    )


def _is_job(entry: Entry, foreign: bool, shapes: Shapes) -> bool:
    """Whether an entry is a job. One without a script may complete one that is included from elsewhere."""
    name = entry.key.value
    if name in GLOBAL or name.startswith("."):
        return False
    if not isinstance(entry.value, Mapping):
        shapes.problem(entry.key, f"the job `{name}` must be a mapping, and is not read")
        return False
    if not foreign and not any(entry.value.get(key) for key in ("script", "trigger", "run", "extends")) and name != "pages":
        shapes.problem(entry.key, f"the job `{name}` has neither `script` nor `trigger`")
    return True


def _stages(root: Mapping, entries: list[Entry], shapes: Shapes) -> dict[str, tuple[str, ...]]:
    """For each stage the jobs of those before it."""
    named = [one.value for one in shapes.several(root.get("stages") or root.get("types"), "`stages`")] or list(STAGES[1:-1])
    order = [STAGES[0], *(name for name in named if name not in (STAGES[0], STAGES[-1])), STAGES[-1]]
    members: dict[str, list[str]] = {name: [] for name in order}
    for entry in entries:
        stage = entry.value.get("stage") if isinstance(entry.value, Mapping) else None
        members.setdefault(stage.value if isinstance(stage, Scalar) else "test", []).append(entry.key.value)
    before: list[str] = []
    found = {}
    for name in members:
        found[name] = tuple(before)
        before += members[name]
    return found
