"""A whole repository judged: its pipelines, scenario by scenario, with everything that they call."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from latest_guard.files import Tree, normal
from latest_guard.pipeline import Action, Pipeline, Scenario, Start
from latest_guard.replay import called, caller, jobs, prefilter
from latest_guard.replay.conditions import TRUE
from latest_guard.replay.followers import FOLLOWERS
from latest_guard.replay.loose import left
from latest_guard.replay.programs import read_program
from latest_guard.replay.relevance import Relevance
from latest_guard.replay.scene import Scene
from latest_guard.replay.verdicts import Judged, judged
from latest_guard.source import Problem, Source
from latest_guard.systems import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from latest_guard.replay.pointers import Watch
    from latest_guard.source import Span

    #: Hears, as the work goes on: the number of the pipeline that is judged now, how many there are, and what it is.
    Told = Callable[[int, int, str], None]

#: Calls inside calls that Python makes for a scenario; scripts that call each other in loops need more than it allows by itself.
RECURSION = 3000
#: Steps for all files together that no pipeline runs, and for one of them at least; what is past them is looked through.
ENTRIES, LEAST = 24_000, 60


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
class Definitions:
    """The repository's own actions and pipelines, each read once."""

    files: Files
    actions: dict[str, Action | None] = field(default_factory=dict)
    pipelines: dict[str, Pipeline | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    systems: dict[str, registry.System] = field(default_factory=dict)  # of the files of pipelines

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

    def worth(self, path: str, relevance: Relevance) -> bool:
        """Can a mover stand in this file or in what it names?  One where none can is only looked at for what is broken in it."""
        source = self.files.read(path)
        found = prefilter.worth(source, path, relevance) if source is not None else True
        if isinstance(found, Problem):
            self.problems.append(found)
            return False
        return found

    def _together(self, paths: Sequence[str]) -> Source:
        """Several files as one that includes them."""
        return Source(paths[0], "include:\n" + "".join(f"  - local: {json.dumps('/' + path)}\n" for path in paths))

    def pipeline(self, path: str, caller: str = "") -> Pipeline | None:
        """The pipeline in a file; one that no system claims by its name is of the system of the file `caller`."""
        first, *others = (normal(part) for part in path.split("\n"))
        name = "\n".join((first, *others))
        if name not in self.pipelines:
            source = self._together((first, *others)) if others else self.files.read(name)
            system = registry.claims(first) or registry.claims(caller) or self.systems.get(caller)
            found = system.read(source, self.files.tree) if source is not None and system is not None else None
            if found is not None and system is not None:
                self.systems[first] = system
                self.problems += found.problems
                for part in found.parts:
                    self.files.read(part)
            self.pipelines[name] = found
        return self.pipelines[name]


#: What a pipeline that follows others can be run for only where one of those is.
FOLLOWING = (Start.RELEASE, Start.BRANCH)


@dataclass
class Before:
    """What runs before a pipeline that follows others. They are sought in the whole repository."""

    tree: Tree
    named: dict[str, Pipeline]
    whole: bool = False

    def seen(self, scenario: Scenario) -> Scenario | None:
        """The scenario, which is no release where none of the pipelines that it follows is ever run for one.

        None: it is the build of a branch, and none of them is run for one.
        """
        if not scenario.follows or scenario.start not in FOLLOWING or self._starts(scenario.follows, scenario.start, frozenset()):
            return scenario
        return replace(scenario, start=Start.BRANCH) if scenario.start is Start.RELEASE else None

    def _starts(self, names: Iterable[str], start: Start, above: frozenset[str]) -> bool:
        for name in names:
            pipeline = self._pipeline(name)
            if pipeline is None or any(self._is(one, start, above | {name}) for one in pipeline.scenarios):
                return True
        return False

    def _is(self, scenario: Scenario, start: Start, above: frozenset[str]) -> bool:
        if scenario.start is not start:
            return False
        before = [name for name in scenario.follows if name not in above]
        return not scenario.follows or self._starts(before, start, above)

    def _pipeline(self, name: str) -> Pipeline | None:
        if name not in self.named and not self.whole:
            self.whole = True
            definitions = Definitions(Files(self.tree))
            for path in registry.discover(self.tree):
                found = definitions.pipeline(path)
                if found is not None:
                    self.named.setdefault(found.name, found)
        return self.named.get(name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the replay says of a repository."""

    judged: tuple[Judged, ...]
    problems: tuple[Problem, ...]
    sources: dict[str, Source]
    followed: frozenset[str]
    files: int


def replay(tree: Tree, paths: Sequence[str], watch: Watch, told: Told | None = None, loose: Sequence[str] = ()) -> Outcome:
    """Judge the pipelines in the files `paths`, and of the files `loose` those that none of them runs; `told` hears how far it has come."""
    files = Files(tree)
    definitions = Definitions(files)
    relevance = Relevance(files)
    pipelines = [p for path in paths if definitions.worth(path, relevance) and (p := definitions.pipeline(path)) is not None]
    calls = [job.call for pipeline in pipelines for job in pipeline.jobs if job.call is not None]
    inner = {normal(part) for call in calls for part in call.uses.split("\n")}
    found: list[Judged] = []
    followed: set[str] = set()
    made: set[Span] = set()
    cache: dict[object, tuple[object, object]] = {}
    before = Before(tree, {pipeline.name: pipeline for pipeline in pipelines})
    for number, pipeline in enumerate(pipelines, 1):
        wanted = relevance.jobs(pipeline)
        if not wanted:
            continue
        builds = any(scenario.start is Start.BRANCH and not scenario.name.startswith("pull_request") for scenario in pipeline.scenarios)
        for scenario in filter(None, map(before.seen, pipeline.scenarios)):
            if scenario.start is Start.CALLED and pipeline.source.path in inner:
                continue
            if told:
                told(number, len(pipelines), f"{pipeline.source.path}, {scenario.name}")
            scene = Scene(scenario, files, watch, pipeline.system, relevance, FOLLOWERS, read_program, cache=cache, builds=builds)
            definitions.problems += walked(scene, partial(_walk, scene, definitions, pipeline))
            found += judged(scene)
            followed |= scene.followed
            made |= scene.made
    stage = Stage(files, watch, relevance, cache)
    alone = _announced([path for path in loose if left(path, followed)], told)
    found += called.once(_entered(stage, alone, made, definitions.problems), found)
    return Outcome(tuple(found), tuple(definitions.problems), files.seen, frozenset(followed), len(paths))


@dataclass(frozen=True, slots=True)
class Stage:
    """Makes the scenes in which files are called that no pipeline runs."""

    files: Files
    watch: Watch
    relevance: Relevance
    cache: dict[object, tuple[object, object]]

    def __call__(self, system: str, span: Span) -> Scene:
        """A scene for a file of this kind, called at `span`."""
        scenario = caller.scenario(span)
        return Scene(scenario, self.files, self.watch, system, self.relevance, FOLLOWERS, read_program, cache=self.cache, serial="apart")


def _announced(paths: Sequence[str], told: Told | None) -> Iterator[str]:
    """The paths, each when its turn comes, which `told` hears."""
    for number, path in enumerate(paths, 1):
        if told:
            told(number, len(paths), f"{path}, called by nobody here")
        yield path


def _entered(stage: Stage, loose: Iterable[str], made: set[Span], problems: list[Problem]) -> Iterator[called.Called]:
    """Every file of `loose` called, and every target of a makefile that is not among those `made`."""
    steps = 0
    for path in loose:
        for entry in _listed(stage, path, problems):
            if entry.span in made:
                continue
            scene = stage(entry.system, entry.span)
            scene.share = max(LEAST, min(scene.bound(), (ENTRIES - steps) // 4))
            problems += walked(scene, partial(called.walk, scene, entry))
            steps += scene.steps
            yield called.Called(entry, called.moves(scene), frozenset(scene.followed))


def _listed(stage: Stage, path: str, problems: list[Problem]) -> list[called.Entry]:
    """What of a file can be called; a file that cannot be read to its end hides nothing of the others."""
    source, found = stage.files.read(path), list[called.Entry]()
    if source is not None:
        scene = stage("script", source.span(0, 0))
        problems += walked(scene, lambda: found.extend(called.entries(stage.files, path, stage.relevance, stage)))
    return found


def _walk(scene: Scene, definitions: Definitions, pipeline: Pipeline) -> None:
    jobs.walk(scene, definitions, pipeline, dict(scene.scenario.contexts), TRUE)


def walked(scene: Scene, work: Callable[[], None]) -> list[Problem]:
    """Walk one scenario; what went wrong on the way. What was reached before stands."""
    name, span = scene.scenario.name, scene.scenario.span
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        work()
    except RecursionError:
        return [Problem(f"the scenario {name} is nested too deeply to be walked to its end", span)]
    except Exception as error:  # noqa: BLE001  one pipeline that we cannot judge must not hide what is known of the others
        return [Problem(f"the scenario {name} was not judged to its end: a bug in latest-guard, please report it ({error!r:.200})", span)]
    finally:
        sys.setrecursionlimit(limit)
    if scene.lost and scene.scenario.start not in (Start.BRANCH, Start.ENTRY):
        return [Problem(f"more happens in the scenario {name} than is walked: what comes last in it is not judged", span)]
    return []
