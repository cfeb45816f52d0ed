"""The linter: paths in, report out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.files import Tree, repository_root
from latest_guard.findings import Finding, LintError, Move, Report, TraceStep, Verdict
from latest_guard.replay import loose as entries
from latest_guard.replay import prefilter
from latest_guard.source import Problem, Source, Span
from latest_guard.systems import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from latest_guard.replay.pointers import Watch
    from latest_guard.replay.repository import Outcome, Told
    from latest_guard.replay.verdicts import Judged


def lint(
    paths: Sequence[Path], exclude: Iterable[str] = (), watch: Watch | None = None, told: Told | None = None, *, optional: bool = False
) -> Report:
    """What the linter says of the CI files below `paths`, folders or files; those that a pattern in `exclude` matches are left out.

    `told` hears how far it has come; `optional` asks the rules as well that are off unless selected.
    Raises UserError for a path that is not there.
    """
    started = time.perf_counter()
    patterns = tuple(exclude)
    reports = [_folder(root, chosen, patterns, watch, told, optional) for root, chosen in _roots(paths).items()]
    return Report(
        tuple(m for r in reports for m in r.moves),
        tuple(f for r in reports for f in r.findings),
        tuple(e for r in reports for e in r.errors),
        sum(r.files for r in reports),
        {path: source for r in reports for path, source in r.sources.items()},
        time.perf_counter() - started,
    )


@dataclass
class _Chosen:
    """What of a repository is to be judged: everything below `folder`, or the files named."""

    folder: str | None = None
    files: list[str] = field(default_factory=list)


def _roots(paths: Sequence[Path]) -> dict[Path, _Chosen]:
    """The repositories that the paths stand in. A folder is taken as a repository of its own; a file belongs to the one around it."""
    found: dict[Path, _Chosen] = {}
    for path in paths:
        if not path.exists():
            raise UserError("there is no such file or folder", str(path))
        if path.is_dir():
            found.setdefault(path, _Chosen()).folder = ""
        else:
            root = _shown_root(path)
            found.setdefault(root, _Chosen()).files.append(path.resolve().relative_to(root.resolve()).as_posix())
    return found


def _shown_root(path: Path) -> Path:
    """The repository around a file: the folder with `.git`, else the folder from which its path is one that a CI system reads."""
    root, file = repository_root(path), path.resolve()
    if not (root / ".git").exists():
        root = next((above for above in file.parents if registry.claims(file.relative_to(above).as_posix())), root)
    return Path() if root == Path.cwd().resolve() else root


def _folder(root: Path, chosen: _Chosen, exclude: tuple[str, ...], watch: Watch | None, told: Told | None, optional: bool) -> Report:
    tree = Tree(root)
    paths = list(chosen.files)
    if chosen.folder is not None:
        paths += [path for path in registry.discover(tree) if path not in paths]
    paths = [path for path in paths if not any(fnmatch(path, pattern) for pattern in exclude)]
    loose = paths if chosen.folder is None else [path for path in entries.discover(tree.listing()) if path not in paths]
    loose = [path for path in loose if not any(fnmatch(path, pattern) for pattern in exclude)]
    broken = prefilter.idle(tree, paths, loose)
    report = _still(tree, paths, broken) if broken is not None else _replayed(tree, paths, loose, watch, told, optional)
    return report if str(root) in (".", "") else _prefixed(report, root.as_posix())


def _still(tree: Tree, paths: Sequence[str], broken: Sequence[Problem]) -> Report:
    """The report on a repository in which nothing can move."""
    sources = {path: source for path in paths if (source := tree.read(path)) is not None}
    return Report((), (), _errors(tree, paths, broken), len(paths), sources)


def _replayed(
    tree: Tree, paths: Sequence[str], loose: Sequence[str], watch: Watch | None, told: Told | None, optional: bool
) -> Report:  # fmt: skip
    from latest_guard.replay.pointers import Watch as Watched
    from latest_guard.replay.repository import replay
    from latest_guard.rules import all as rules
    from latest_guard.rules.evidence import Evidence

    outcome = replay(tree, paths, watch or Watched(), told, loose)
    moves = [_move(group) for group in _grouped(outcome.judged)]
    evidence = Evidence(tuple(moves), outcome.judged, outcome.sources)
    errors = _errors(tree, paths, outcome.problems)
    findings = tuple(rules.findings(evidence, optional=optional))
    made = tuple(move for move, _ in moves)
    return Report(made, findings, errors, len(paths), _sources(outcome, made, findings, errors))


def _sources(outcome: Outcome, moves: Iterable[Move], findings: Iterable[Finding], errors: Iterable[LintError]) -> dict[str, Source]:
    """The files that are spoken of, and those that are run; what was only looked into for a mover's word is none of them."""
    told: list[Move | Finding | LintError] = [*moves, *findings, *errors]
    spoken = {one.span.path for one in told}
    spoken |= {step.span.path for one in told if not isinstance(one, LintError) for step in one.trace}
    run = {path for path in outcome.sources if path in outcome.followed or registry.claims(path)}
    return {path: source for path, source in outcome.sources.items() if path in spoken | run}


def _errors(tree: Tree, paths: Sequence[str], problems: Iterable[Problem]) -> tuple[LintError, ...]:
    unreadable = [problem for path in paths if (problem := tree.problem(path)) is not None]
    unreadable += [
        Problem("no CI system that is known here reads a file of this name", Source(path, "").span(0, 0))
        for path in paths
        if tree.problem(path) is None and registry.claims(path) is None and not entries.claims(path)
    ]
    return tuple(dict.fromkeys(LintError(p.span, p.message) for p in (*unreadable, *problems)))


# Moves ------------------------------------------------------------------------------------------------------------------


def _grouped(judged: Iterable[Judged]) -> list[tuple[Judged, ...]]:
    """What is one move: the same pointer set at the same place by the same jobs of one pipeline, in whatever scenario of it."""
    groups: dict[object, list[Judged]] = {}
    for one in judged:
        reach = one.reach
        way = (one.scenario.span.path, tuple(step.span for step in reach.frames if step.role == "job"))
        groups.setdefault((reach.span, reach.pointer.kind, reach.pointer.target, reach.via, way), []).append(one)
    return [tuple(group) for group in groups.values()]


def _move(group: tuple[Judged, ...]) -> tuple[Move, tuple[Judged, ...]]:
    from latest_guard.replay.verdicts import ORDER

    releases = [one for one in group if one.releases]
    worst = min(releases or group, key=lambda one: ORDER.index(one.verdict))
    verdict = worst.verdict if releases else Verdict.BRANCH
    reason = worst.reason if releases else "it is reached only by builds of a branch or by a schedule, never by a release"
    scenarios = tuple(dict.fromkeys(one.scenario.name for one in (releases or group)))
    reach = worst.reach
    trace = worst.trace
    return Move(reach.span, reach.pointer, reach.via, worst.system, scenarios, verdict, reason, trace), group


# Paths ------------------------------------------------------------------------------------------------------------------


def _prefixed(report: Report, folder: str) -> Report:
    """The report with paths as they are seen from the current folder."""

    def span(old: Span) -> Span:
        return replace(old, path=f"{folder}/{old.path}")

    def steps(trace: tuple[TraceStep, ...]) -> tuple[TraceStep, ...]:
        return tuple(replace(step, span=span(step.span)) for step in trace)

    def move(old: Move) -> Move:
        return replace(old, span=span(old.span), trace=steps(old.trace))

    def finding(old: Finding) -> Finding:
        return replace(old, span=span(old.span), trace=steps(old.trace), move=move(old.move) if old.move else None)

    return Report(
        tuple(map(move, report.moves)),
        tuple(map(finding, report.findings)),
        tuple(replace(error, span=span(error.span)) for error in report.errors),
        report.files,
        {f"{folder}/{path}": Source(f"{folder}/{path}", source.text) for path, source in report.sources.items()},
        report.seconds,
    )
