"""A whole repository judged: its pipelines, scenario by scenario, with everything that they call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from latest_guard.files import Tree, normal
from latest_guard.pipeline import Action, Pipeline, Start
from latest_guard.replay import jobs
from latest_guard.replay.conditions import TRUE
from latest_guard.replay.followers import FOLLOWERS
from latest_guard.replay.pointers import Watch
from latest_guard.replay.relevance import Relevance
from latest_guard.replay.scene import STEPS, Scene
from latest_guard.replay.verdicts import Judged, judge
from latest_guard.source import Problem, Source
from latest_guard.systems import registry


@dataclass
class Files:
    """The files of a repository as the replay asks for them."""

    tree: Tree
    seen: dict[str, Source] = field(default_factory=dict)

    def read(self, path: str) -> Source | None:
        """A file's text by its path from the root."""
        found = self.tree.read(path)
        if found is not None:
            self.seen[found.path] = found
        return found

    def source(self, path: str) -> Source | None:
        """A file that was read already."""
        return self.seen.get(path)

    def listing(self) -> Iterable[str]:
        """The paths of all files."""
        return self.tree.listing()


@dataclass
class Library:
    """The repository's own actions and pipelines, each read once."""

    files: Files
    actions: dict[str, Action | None] = field(default_factory=dict)
    pipelines: dict[str, Pipeline | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def action(self, path: str) -> Action | None:
        """The composite action in a folder."""
        folder = normal(path)
        if folder not in self.actions:
            self.actions[folder] = self._read_action(folder)
        return self.actions[folder]

    def _read_action(self, folder: str) -> Action | None:
        for name in ("action.yml", "action.yaml"):
            source = self.files.read(f"{folder}/{name}" if folder else name)
            if source is not None:
                action = registry.read_action(source)
                self.problems += action.problems
                return action
        return None

    def pipeline(self, path: str) -> Pipeline | None:
        """The pipeline in a file."""
        name = normal(path)
        if name not in self.pipelines:
            source = self.files.read(name)
            system = registry.claims(name)
            found = system.read(source, self.files.tree) if source is not None and system is not None else None
            if found is not None:
                self.problems += found.problems
            self.pipelines[name] = found
        return self.pipelines[name]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the replay says of a repository."""

    judged: tuple[Judged, ...]
    problems: tuple[Problem, ...]
    sources: dict[str, Source]
    followed: frozenset[str]
    files: int


def replay(tree: Tree, paths: Sequence[str], watch: Watch) -> Outcome:
    """Judge the pipelines in the files `paths`."""
    files = Files(tree)
    library = Library(files)
    pipelines = [p for path in paths if (p := library.pipeline(path)) is not None]
    called = {normal(job.call.uses) for pipeline in pipelines for job in pipeline.jobs if job.call is not None}
    relevance = Relevance(files)
    judged: list[Judged] = []
    followed: set[str] = set()
    cache: dict[object, tuple[object, object]] = {}
    for pipeline in pipelines:
        wanted = relevance.jobs(pipeline)
        if not wanted:
            continue
        for scenario in pipeline.scenarios:
            if scenario.start is Start.CALLED and pipeline.source.path in called:
                continue
            scene = Scene(scenario, files, watch, pipeline.system, relevance, FOLLOWERS, cache=cache)
            jobs.walk(scene, library, pipeline, dict(scenario.contexts), TRUE)
            judged += [j for reach in scene.reaches if (j := judge(scene, reach)) is not None]
            followed |= scene.followed
            if scene.steps > STEPS:
                message = f"more happens in the scenario {scenario.name} than is walked: what comes last in it is not judged"
                library.problems.append(Problem(message, scenario.span))
    return Outcome(tuple(judged), tuple(library.problems), files.seen, frozenset(followed), len(paths))
