"""The wrappers: action.yml run step by step by bash, and the GitLab component's script."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from images import Made, push
from test_gate_outputs import github_outputs

if TYPE_CHECKING:
    from registries import Registry

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
COMPONENT = ROOT / "templates" / "gate.yml"


def action() -> dict[str, Any]:
    """The action, read."""
    found: dict[str, Any] = yaml.safe_load(ACTION.read_text())
    return found


def environment(**inputs: str) -> dict[str, str]:
    """What the runner puts into the environment of the last step, for `inputs` (their names with underscores)."""
    declared = action()["inputs"]
    assert {name.replace("_", "-") for name in inputs} <= set(declared)
    given = {name: inputs.get(name.replace("-", "_"), str(declared[name]["default"])) for name in declared}
    step = action()["runs"]["steps"][-1]
    return {name: given[value.split("inputs.")[1].rstrip(" }")] for name, value in step["env"].items()}


def run(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the last step's script in `folder` with the latest-guard that is under test; what it left as outputs."""
    output = folder / "github-output"
    output.unlink(missing_ok=True)
    guard = folder / "latest-guard"
    guard.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m latest_guard "$@"\n')
    guard.chmod(0o755)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    told = subprocess.run(
        ["bash", str(ROOT / "templates" / "action.sh"), str(guard)],
        cwd=folder,
        env={**kept, **environment(**inputs), "GITHUB_OUTPUT": str(output), "PYTHONPATH": str(ROOT / "hooks")},
        capture_output=True,
        text=True,
        check=False,
    )
    return told, github_outputs(output.read_text()) if output.exists() else {}


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A folder whose settings let the gate speak to a registry without TLS."""
    (tmp_path / ".latest-guard.toml").write_text("plain-http = true\n")
    return tmp_path


def test_gate(registry: Registry, settings: Path) -> None:
    images = [f"{registry.host}/action/{name}" for name in ("one", "two")]
    for image in images:
        for version in ("1.27.3", "1.28.0"):
            push(Made(version), f"{image}:{version}", settings / "layouts")
    told, outputs = run(settings, version="v1.27.4", images="\n".join([*images, ""]))
    assert told.returncode == 0, told.stderr
    assert (outputs["latest"], outputs["pointers"]) == ("false", "1.27")
    assert outputs["tags"].splitlines() == [f"{image}:{tag}" for image in images for tag in ("1.27.4", "1.27")]
    told, outputs = run(settings, version="v1.28.1", images=images[0] + "\r\n", pointers="stable\nlatest\n")
    assert outputs["tags"].splitlines() == [f"{images[0]}:{tag}" for tag in ("1.28.1", "stable", "latest")]


def test_outputs_are_those_of_the_gate(registry: Registry, many: str, settings: Path) -> None:
    _, outputs = run(settings, version="v1.99.0", images=many)
    assert set(outputs) == set(action()["outputs"])
    for name, declared in action()["outputs"].items():
        assert declared["value"] == f"${{{{ steps.run.outputs.{name} }}}}"


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"command": "push"}, "command is gate, lint or check-tag"),
        ({"command": "$(id)"}, "command is gate, lint or check-tag"),
        ({"version": "--help"}, "this is no semver version"),
        ({"version": "$(touch broken)"}, "this is no semver version"),
        ({"version": "v1.0.0", "images": "$(touch broken)"}, "this is no image name"),
        ({"version": "v1.0.0", "images": "--first-release"}, "this is no image name"),
        ({"version": "v1.0.0", "first_release": "yes"}, "first-release is true or false"),
        ({"version": "v1.0.0", "git": "True; id"}, "git is true or false"),
    ],
    ids=str,
)
def test_hostile_inputs(settings: Path, inputs: dict[str, str], told: str) -> None:
    said, outputs = run(settings, **inputs)
    assert (said.returncode, outputs) == (2, {})
    assert told in said.stderr
    assert not (settings / "broken").exists()


def test_lint_and_check_tag(settings: Path) -> None:
    assert run(settings, command="lint", paths=str(ROOT / "fixtures" / "dragonfly"))[0].returncode in (0, 1)
    assert run(settings, command="check-tag", version="v1.0.0")[0].returncode == 2, "there is no repository"


def test_install(tmp_path: Path) -> None:
    """The first step, for real: what is pinned is enough to run the gate and the linter."""
    copy = tmp_path / "action"
    for name in ("hooks", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    places = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(copy)}
    script = action()["runs"]["steps"][0]["run"]
    words = ["bash", "-euo", "pipefail", "-c", script]
    told = subprocess.run(words, env={**os.environ, **places}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    guard = tmp_path / "latest-guard" / "bin" / "latest-guard"
    assert subprocess.run([guard, "gate", "x"], cwd=tmp_path, capture_output=True, check=False).returncode == 2
    told = subprocess.run([guard, "lint", ROOT / "fixtures" / "dragonfly"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode in (0, 1), told.stderr


def test_pins_cover_the_dependencies() -> None:
    import configparser

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    wanted = [Requirement(line) for line in setup["options"]["install_requires"].split("\n") if line]
    lines = (ROOT / "templates" / "pinned.txt").read_text().splitlines()
    pins = dict(line.split(" ")[0].split("==") for line in lines if "==" in line)
    for requirement in wanted:
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement
    assert all(lines[place + 1].lstrip().startswith("--hash=sha256:") for place, line in enumerate(lines) if "==" in line)


def test_zizmor_finds_nothing() -> None:
    words = [Path(sys.executable).with_name("zizmor"), "--offline", "--persona=auditor", "--no-progress", str(ACTION)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_component(registry: Registry, many: str, tmp_path: Path) -> None:
    """The component's job, with its inputs put in as GitLab does, and its script run by sh."""
    head, job_text = COMPONENT.read_text().split("\n---\n")
    inputs = {name: str(given.get("default", "")) for name, given in yaml.safe_load(head)["spec"]["inputs"].items()}
    inputs |= {"images": many, "options": "--plain-http --pointer=latest"}
    for name, value in inputs.items():
        job_text = job_text.replace(f"$[[ inputs.{name} ]]", value)
    assert "$[[" not in job_text
    (job,) = yaml.safe_load(job_text).values()
    script = "\n".join(job["script"][1:])
    assert "pip install" in job["script"][0]
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "latest-guard").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m latest_guard "$@"\n')
    (tools / "latest-guard").chmod(0o755)
    variables = {name: value.replace("$CI_COMMIT_TAG", "v1.5.99") for name, value in job["variables"].items()}
    path = {"PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "hooks"), "HOME": str(tmp_path)}
    told = subprocess.run(["sh", "-euc", script], env={**path, **variables}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    report = (tmp_path / job["artifacts"]["reports"]["dotenv"]).read_text()
    assert "LATEST_GUARD_LATEST=false\n" in report
    assert f"LATEST_GUARD_TAGS={many}:1.5.99\n" in report
