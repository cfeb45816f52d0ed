"""`latest-guard lint` and its kin as a user calls them, on the accident."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from machine import REPOSITORY

ACCIDENT = REPOSITORY / "fixtures" / "dragonfly" / "before"
WORKFLOW = ".github/workflows/images.yml"


def call(*words: str, folder: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, without what the surroundings say of colours and CI."""
    clean = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_STEP_SUMMARY"}}
    command = [sys.executable, "-m", "latest_guard", *words]
    return subprocess.run(command, cwd=folder, env=clean | (environment or {}), capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the accident in it."""
    shutil.copytree(ACCIDENT, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_the_accident_is_found(project: Path) -> None:
    done = call("lint", folder=project)
    assert done.returncode == 1
    assert done.stderr == ""
    assert f"{WORKFLOW}:116:" in done.stdout
    assert "1.27.4 after 1.28.0" in done.stdout
    assert "docker manifest push ${name}" in done.stdout


def test_the_accident_as_json(project: Path) -> None:
    document = json.loads(call("lint", "--format", "json", folder=project).stdout)
    finding = document["findings"][0]
    assert (finding["rule"], finding["path"], finding["line"]) == ("weak-gate", WORKFLOW, 116)
    assert {"release:published", "workflow_dispatch"} <= set(document["moves"][0]["scenarios"])


def test_a_comment_in_a_file_that_nothing_runs_says_nothing(project: Path) -> None:
    before = call("lint", folder=project).stdout.partition(", ")[0]
    for name in ("NOTES", ".pytest_cache/nodeids"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("# latest-guard: ignore[weak-gate]\n# docker push latest\n", encoding="utf-8")
    done = call("lint", folder=project)
    assert done.stdout.partition(", ")[0] == before
    assert "suppression" not in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 1),
        (("--fail-level", "never"), 0),
        (("--ignore", "weak-gate"), 0),
        (("--select", "opaque-gate"), 0),
        (("--select", "weak-gate,opaque-gate"), 1),
        (("--exclude", "*/images.yml"), 0),
        (("--ignore", "weak-gates"), 2),
        (("nowhere",), 2),
        (("--format", "pdf"), 2),
        (("--baseline", "none.json"), 2),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, project: Path) -> None:
    done = call("lint", *words, folder=project)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_read_is_told_and_the_rest_is_judged(project: Path) -> None:
    (project / ".github" / "workflows" / "broken.yml").write_text("on: [", encoding="utf-8")
    done = call("lint", folder=project)
    assert done.returncode == 2
    assert ".github/workflows/broken.yml:1:" in done.stdout
    assert "weak-gate" in done.stdout


def test_output_goes_to_a_file_and_text_is_shown(project: Path) -> None:
    done = call("lint", "--format", "sarif", "--output", "out.sarif", folder=project)
    assert json.loads((project / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "What to do:" in done.stdout


def test_github_gets_a_step_summary(project: Path) -> None:
    summary = project / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    done = call("lint", "--format", "github", folder=project, environment={"GITHUB_STEP_SUMMARY": str(summary)})
    assert f"::error file={WORKFLOW},line=116," in done.stdout
    assert summary.read_text(encoding="utf-8").startswith("before\n## latest-guard: 1 finding\n")


def test_colours_are_obeyed(project: Path) -> None:
    assert "\x1b[" not in call("lint", folder=project).stdout
    assert "\x1b[1;31m" in call("lint", "--color", "always", folder=project).stdout
    assert "\x1b[" not in call("lint", folder=project, environment={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


def test_a_baseline_lets_an_old_project_begin(project: Path) -> None:
    assert call("baseline", "--update", folder=project).returncode == 0
    (project / ".latest-guard.toml").write_text('baseline = ".latest-guard-baseline.json"\n', encoding="utf-8")
    done = call("lint", folder=project)
    assert done.returncode == 0
    assert "1 known, not shown" in done.stderr
    workflow = project / WORKFLOW
    workflow.write_text("# a line on top\n" + workflow.read_text(encoding="utf-8"), encoding="utf-8")
    assert call("lint", folder=project).returncode == 0
    assert call("baseline", folder=project).returncode == 0
    workflow.unlink()
    assert "no longer found: weak-gate" in call("baseline", folder=project).stdout
    assert call("baseline", "--update", folder=project).stdout.endswith("0 findings\n")


def test_a_baseline_knows_rules_that_are_off_only_where_they_are_selected(project: Path) -> None:
    call("baseline", "--update", "--ignore", "weak-gate", folder=project)
    known = json.loads((project / ".latest-guard-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert {entry["rule"] for entry in known} == {"weak-gate"}, "an ignored rule is known, so that it can be taken up later"
    call("baseline", "--update", "--select", "coupled-release", folder=project)
    known = json.loads((project / ".latest-guard-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert {entry["rule"] for entry in known} == {"weak-gate", "coupled-release"}


def test_a_suppression_takes_the_finding_away(project: Path) -> None:
    workflow = project / WORKFLOW
    lines = workflow.read_text(encoding="utf-8").split("\n")
    lines.insert(115, "              # latest-guard: ignore[weak-gate] this is an example")
    workflow.write_text("\n".join(lines), encoding="utf-8")
    assert call("lint", folder=project).returncode == 0
    workflow.write_text("\n".join(lines).replace(" this is an example", ""), encoding="utf-8")
    done = call("lint", "--quiet", folder=project)
    assert done.returncode == 1
    assert "[bad-suppression]" in done.stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('ignor = "x"', ".latest-guard.toml:1: unknown setting 'ignor'; did you mean 'ignore'?"),
        ("\nselect = 1", ".latest-guard.toml:2: select must be a string or a list of strings, not 1"),
        ('fail-level = "fatal"', ".latest-guard.toml:1: fail-level must be one of error, warning, note, never, not 'fatal'"),
        ('\n\nignore = ["weak-gat"]', ".latest-guard.toml:3: ignore: there is no rule `weak-gat`, did you mean `weak-gate`?"),
        ("x = [", ".latest-guard.toml: is no TOML"),
    ],
)
def test_bad_settings_are_told_with_their_place(settings: str, told: str, project: Path) -> None:
    (project / ".latest-guard.toml").write_text(settings, encoding="utf-8")
    done = call("lint", folder=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"latest-guard: {told}")


@pytest.mark.parametrize(
    "subject", [f"{WORKFLOW}:116", f"{WORKFLOW.rpartition(chr(47))[2]}:116", f"./{WORKFLOW}:116:15", f"{WORKFLOW}:114"]
)
def test_explain_a_place(subject: str, project: Path) -> None:
    done = call("explain", subject, folder=project)
    assert done.returncode == 0
    assert f"{WORKFLOW}:116:15  weak  docker via docker manifest push" in done.stdout
    assert "How it comes to that:" in done.stdout


def test_explain_a_rule(project: Path) -> None:
    assert call("explain", "weak-gate", folder=project).stdout.startswith("weak-gate\n=========\n\n")
    done = call("explain", "weak-gat", folder=project)
    assert done.returncode == 2
    assert "did you mean `weak-gate`?" in done.stderr
    assert "moves of this file stand on line 116" in call("explain", f"{WORKFLOW}:1", folder=project).stderr


def test_inventory(project: Path) -> None:
    done = call("inventory", "--svg", "picture.svg", folder=project)
    assert done.returncode == 0
    assert "docker ghcr.io/example-db/kestrel:latest  weak" in done.stdout
    assert (project / "picture.svg").read_text(encoding="utf-8").startswith("<svg ")
