"""One set of findings that every format is shown on: all severities, several files, wide and hostile characters."""

from __future__ import annotations

from pathlib import Path

from latest_guard.findings import Finding, LintError, Move, Pointer, Report, Severity, TraceStep, Verdict
from latest_guard.source import Source, Span

ROOT = Path(__file__).parent.parent / "fixtures" / "report"
REPOSITORY = ROOT / "repository"
RELEASE, SCRIPT, BROKEN = ".github/workflows/release.yml", "ci/publish.sh", ".github/workflows/broken.yml"


def sources() -> dict[str, Source]:
    """The files of the example repository."""
    return {path: Source(path, (REPOSITORY / path).read_text(encoding="utf-8")) for path in (RELEASE, SCRIPT, BROKEN)}


def at(path: str, words: str, last: bool = False) -> Span:
    """Where `words` stand in a file: the first time, or the last."""
    source = sources()[path]
    start = source.text.rindex(words) if last else source.text.index(words)
    return source.span(start, start + len(words))


def report() -> Report:
    """The findings of the example repository, in order."""
    moves = image(), package(), badge(), nightly()
    return Report(
        moves=moves,
        findings=(ungated(moves[0]), fail_open(moves[2]), opaque(moves[1])),
        errors=(LintError(at(BROKEN, "["), "not YAML: expected a node, found the end of the file"),),
        files=3,
        sources=sources(),
        seconds=0.1234,
    )


RELEASED = TraceStep(at(RELEASE, "release:\n"), "on: release published", "trigger")


def image() -> Move:
    """A Docker tag, moved by a default."""
    return Move(
        span=at(RELEASE, "docker/metadata-action@v5"),
        pointer=Pointer("docker", "latest", "ghcr.io/example/kestrel:latest"),
        via="docker/metadata-action",
        system="github-actions",
        scenarios=("release:published",),
        verdict=Verdict.UNGATED,
        reason="nothing stands between the trigger and the move",
        trace=(
            RELEASED,
            TraceStep(at(RELEASE, "docker/metadata-action@v5"), "adds the tag latest by itself: flavor latest=auto", "name"),
            TraceStep(at(RELEASE, "docker/build-push-action@v6"), "pushes it", "move"),
        ),
    )


def package() -> Move:
    """An npm dist-tag, moved by a script in two lines."""
    return Move(
        span=at(SCRIPT, "npm publish \\\n\t--access public"),
        pointer=Pointer("npm", "latest", "the package's dist-tag latest"),
        via="npm publish",
        system="github-actions",
        scenarios=("release:published", "workflow_dispatch"),
        verdict=Verdict.OPAQUE,
        reason="./ci/publish.sh was read, but not what npm version decides",
        trace=(
            RELEASED,
            TraceStep(at(RELEASE, "./ci/publish.sh"), "runs ci/publish.sh", "job"),
            TraceStep(at(SCRIPT, "# "), "a comment of this file holds characters that no terminal should obey", "condition"),
            TraceStep(at(SCRIPT, 'npm version "$1"'), "what this decides cannot be read here", "unread"),
            TraceStep(at(SCRIPT, "npm publish"), "publishes without --tag, which moves latest", "move"),
        ),
    )


def badge() -> Move:
    """The badge of GitHub, behind a comparison."""
    return Move(
        span=at(RELEASE, "gh release edit"),
        pointer=Pointer("github-release", "latest", "the release that GitHub calls latest"),
        via="gh release edit",
        system="github-actions",
        scenarios=("release:published", "workflow_dispatch"),
        verdict=Verdict.GATED,
        reason="sort -V compares $GITHUB_REF_NAME with the newest version, unless that could not be found",
        trace=(
            RELEASED,
            TraceStep(at(RELEASE, "docker pull"), "asks what latest is now", "lookup"),
            TraceStep(at(RELEASE, '[ -z "$newest" ]'), "is true when the lookup failed", "missing"),
            TraceStep(at(RELEASE, "sort -V"), "compares the released version with the newest", "comparison"),
            TraceStep(at(RELEASE, "gh release edit"), "makes it the latest release", "move"),
        ),
    )


def nightly() -> Move:
    """A move without a finding, which only `--show-all` lists."""
    return Move(
        span=at(RELEASE, "push: true"),
        pointer=Pointer("docker", "edge", "ghcr.io/example/kestrel:edge"),
        via="docker/build-push-action",
        system="github-actions",
        scenarios=("schedule",),
        verdict=Verdict.BRANCH,
        reason="only a schedule reaches it",
        trace=(),
    )


def ungated(move: Move) -> Finding:
    """The accident, with lines to paste."""
    return Finding(
        rule="ungated-latest",
        severity=Severity.ERROR,
        span=move.span,
        message="releasing an older version (say 1.27.4 after 1.28.0) moves docker `latest` back",
        help=(
            "Ask first which pointers this version may move:\n\n"
            '```yaml\n      - id: gate\n        run: latest-guard gate "${{ github.ref_name }}" --image ghcr.io/example/kestrel\n```\n\n'
            "and take its answer in the step `meta`:\n\n"
            "```yaml\n          flavor: latest=${{ steps.gate.outputs.latest }}\n```"
        ),
        trace=move.trace,
        move=move,
    )


def fail_open(move: Move) -> Finding:
    """A gate that stands open when the lookup fails."""
    return Finding(
        rule="fail-open-gate",
        severity=Severity.WARNING,
        span=at(RELEASE, '[ -z "$newest" ]'),
        message="when `docker pull` fails, `latest` moves all the same: 1.27.4 after 1.28.0 too",
        help="Let the job fail when the lookup fails, and say a first release by hand.",
        trace=move.trace,
        move=move,
    )


def opaque(move: Move) -> Finding:
    """Something that cannot be read."""
    return Finding(
        rule="opaque-gate",
        severity=Severity.NOTE,
        span=move.span,
        message="whether releasing 1.27.4 after 1.28.0 moves npm `latest` back cannot be read here",
        help="",
        trace=move.trace,
        move=move,
    )
