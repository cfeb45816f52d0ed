"""Bounds of the replay: what is past one is never lost, but opaque, with the bound as the reason; and it costs little."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from latest_guard.findings import Move, Report, Verdict
from latest_guard.linter import lint
from latest_guard.replay import conditions, interpreter, scene
from latest_guard.shell.tree import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

TAGS = "on:\n  push:\n    tags: ['v*']\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n"

#: Two questions whose answers meet: more conditions than a handful.
QUESTIONS = """\
if ask one; then A=1; fi
if ask two; then B=1; fi
if ask three; then C=1; fi
if [ "$A$B$C" = 11 ]; then D=1; fi
if [ "$A$C$D" = 11 ]; then E=1; fi
"""


def step(script: str, head: str = "run: |") -> str:
    """A step of a workflow that runs a script."""
    return f"      - {head}\n" + "".join(f"          {line}\n" for line in script.splitlines())


def judged(root: Path, workflow: str, files: Mapping[str, str] | None = None) -> Report:
    """What the linter says of one workflow in a repository with these files."""
    for path, text in {**(files or {}), ".github/workflows/release.yml": workflow}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return lint([root / ".github/workflows/release.yml"])


def by_target(report: Report) -> dict[str, Move]:
    """The moves by their targets."""
    return {move.pointer.target: move for move in report.moves}


def is_past(move: Move, reason: str) -> bool:
    """Is the move opaque because of a bound, and does its trace say where that was?"""
    placed = any(reason in frame.note and frame.role == "unread" for frame in move.trace)
    return move.verdict is Verdict.OPAQUE and reason in move.reason and placed


def test_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves behind the bound: in the same script, in functions, loops and variables there, in later steps, jobs, and files."""
    monkeypatch.setattr(scene, "STEPS", 30)
    script = "\n".join(f"build-part --number {number}" for number in range(60)) + "\n" + (
        'IMAGE=o/variable\nTAG=latest\ndocker push "$IMAGE:$TAG"\n'
        'publish() { docker push "o/function:$1"; }\npublish latest\n'
        'for tag in 1.2 latest; do sudo docker push "o/loop:$tag"; done\n'
        "if something; then docker push o/branch:latest; fi\n"
        "./ci/push.sh\nmake push\npython3 ci/push.py\n"
    )  # fmt: skip
    workflow = TAGS + step(script) + "      - if: steps.none.outputs.go == 'yes'\n        run: docker push o/later:latest\n"
    workflow += "      - uses: docker/build-push-action@v6\n        with: {push: true, tags: 'o/action:latest'}\n"
    workflow += "  after:\n    needs: release\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push o/job:latest\n"
    files = {
        "ci/push.sh": "#!/bin/sh\ndocker push o/script:latest\n",
        "Makefile": "push:\n\tdocker push o/makefile:latest\n",
        "ci/push.py": "import subprocess\nsubprocess.run(['docker', 'push', 'o/program:latest'])\n",
    }
    report = judged(tmp_path, workflow, files)
    moves = by_target(report)
    names = ("variable", "function", "loop", "branch", "script", "makefile", "program", "action", "job")
    assert {f"o/{name}:latest" for name in names} <= moves.keys()
    assert all(is_past(moves[f"o/{name}:latest"], "more happens before it than is walked") for name in names if name != "action")
    assert moves["o/action:latest"].verdict is Verdict.OPAQUE
    assert "o/later:latest" not in moves  # no step has this id: it is skipped, whatever was not walked
    assert not report.errors


def test_what_a_step_past_the_bound_sets_is_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "STEPS", 10)
    script = "\n".join(f"build-part {number}" for number in range(40)) + '\necho "go=yes" >> "$GITHUB_OUTPUT"\n'
    later = "      - if: steps.first.outputs.go == 'yes'\n        run: docker push o/later:latest\n"
    moves = by_target(judged(tmp_path, TAGS + step(script, "id: first\n        run: |") + later))
    assert moves["o/later:latest"].verdict is Verdict.OPAQUE


def test_conditions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound of conditions nothing is gated or ungated any more; the next job has conditions of its own."""
    monkeypatch.setattr(conditions, "NODES", 20)
    job = "  other:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push o/other:latest\n"
    report = judged(tmp_path, TAGS + step(QUESTIONS + "docker push o/r:latest\n./push.sh\n") + job, {"push.sh": "docker push o/s:latest\n"})
    moves = by_target(report)
    assert is_past(moves["o/r:latest"], "too many conditions")
    assert is_past(moves["o/s:latest"], "too many conditions")
    assert moves["o/other:latest"].verdict is Verdict.UNGATED


def test_a_verdict_that_cannot_be_worked_out_is_no_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = 'HIGHEST=$(git tag | sort -V | tail -1)\nif [ "$GITHUB_REF_NAME" = "$HIGHEST" ]; then docker push o/r:latest; fi\n'
    assert by_target(judged(tmp_path, TAGS + step(gate)))["o/r:latest"].verdict is Verdict.GATED
    monkeypatch.setattr(conditions, "NODES", 0)
    assert by_target(judged(tmp_path, TAGS + step(gate)))["o/r:latest"].verdict is Verdict.OPAQUE


def test_rounds(tmp_path: Path) -> None:
    """A list that is longer than the rounds that are walked."""
    words = [f"v{number}" for number in range(interpreter.ROUNDS + 20)] + ["latest", "end"]
    script = f"for tag in {' '.join(words)}; do docker push o/r:$tag; done\n"
    assert is_past(by_target(judged(tmp_path, TAGS + step(script)))["o/r:latest"], "more rounds than are walked")


def test_alternatives(tmp_path: Path) -> None:
    """A variable that may hold more than is kept apart."""
    cases = "".join(f"  n{number}) TAG={'latest' if number == 3 else number} ;;\n" for number in range(80))
    script = f'case "$GITHUB_ACTOR" in\n{cases}esac\ndocker push "o/r:$TAG"\n'
    assert is_past(by_target(judged(tmp_path, TAGS + step(script)))["o/r:latest"], "too many alternatives")


@pytest.mark.parametrize("calls", [10, 40])
def test_depth(tmp_path: Path, calls: int) -> None:
    """Functions that call each other: past the bound what they say is looked through."""
    chain = "".join(f"f{number}() {{ f{number + 1}; }}\n" for number in range(calls))
    moves = by_target(judged(tmp_path, TAGS + step(f"{chain}f{calls}() {{ docker push o/r:latest; }}\nf0\n")))
    assert moves["o/r:latest"].verdict is (Verdict.UNGATED if calls < interpreter.ROUNDS else Verdict.OPAQUE)


def test_recursion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that is nested more deeply than Python can follow is looked through; what else the job does is walked."""

    def too_deep(*_: object) -> None:
        raise RecursionError

    monkeypatch.setitem(interpreter.HANDLERS, Group, too_deep)
    moves = by_target(judged(tmp_path, TAGS + step("{ ( docker push o/deep:latest ); }") + step("docker push o/flat:latest")))
    assert is_past(moves["o/deep:latest"], "nested too deeply")
    assert moves["o/flat:latest"].verdict is Verdict.OPAQUE  # whether the step before it fails is not known


def test_what_cannot_be_parsed_is_searched_for_movers(tmp_path: Path) -> None:
    nested = "( " * 300 + "docker push o/deep:latest" + " )" * 300
    assert by_target(judged(tmp_path, TAGS + step(nested)))["o/deep:latest"].verdict is Verdict.OPAQUE


def test_the_cost_past_a_bound_grows_with_the_text_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "STEPS", 10)

    def seconds(lines: int) -> float:
        body = "\n".join(f"step{number} && docker build -t o/r:{number} ." for number in range(lines))
        loops = "while a; do while b; do while c; do while d; do :\n" + body + "\ndone; done; done; done\ndocker push o/r:latest\n"
        started = time.process_time()
        assert "o/r:latest" in by_target(judged(tmp_path, TAGS + step(loops)))
        return time.process_time() - started

    seconds(10)
    short, long = seconds(200), seconds(2000)
    assert long < 25 * short + 0.5


@pytest.mark.parametrize("folder", ["/", "//", "/srv/app", ".", "..", "../.."])
def test_folders_outside_end(tmp_path: Path, folder: str) -> None:
    """The package of a folder is sought above it, and no further than there is something above."""
    moves = by_target(judged(tmp_path, TAGS + step(f"cd {folder}\nnpm run build\nmake all\ndocker push o/r:latest\n")))
    assert moves["o/r:latest"].verdict is Verdict.UNGATED
