"""`docker buildx bake --print` is the judge: the tags that it prints are those that the replay takes to be pushed."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from latest_guard.linter import lint

#: Where Debian's package has it.
INSTALLED = "/usr/libexec/docker/cli-plugins/docker-buildx"


@pytest.fixture(scope="session")
def buildx() -> str:
    """The program: LATEST_GUARD_BUILDX, or an installed one."""
    found = os.environ.get("LATEST_GUARD_BUILDX") or shutil.which("docker-buildx") or (INSTALLED if Path(INSTALLED).exists() else "")
    if not found:
        if os.environ.get("CI"):
            pytest.fail("docker-buildx is not there: set LATEST_GUARD_BUILDX, see tests/debian_buildx.sh")
        pytest.skip("docker-buildx is not there: set LATEST_GUARD_BUILDX, see tests/debian_buildx.sh")
    return str(Path(found).resolve())


@dataclass(frozen=True)
class Case:
    """Files, the words behind `bake`, and the environment."""

    files: dict[str, str]
    words: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def hcl(text: str, words: str = "", **environment: str) -> Case:
    return Case({"docker-bake.hcl": text}, words, environment)


VARIABLE = 'variable "LATEST" {\n  default = "false"\n}\n'
CHOICE = VARIABLE + 'target "default" {\n  tags = ["o/r:1.0", equal(LATEST, "true") ? "o/r:latest" : ""]\n}\n'
TERNARY = VARIABLE + 'target "default" {\n  tags = LATEST == "true" ? ["o/r:1.0", "o/r:latest"] : ["o/r:1.0"]\n}\n'
FUNCTION = """\
variable "REPO" { default = "o/r" }
function "tag" {
  params = [name]
  result = ["${REPO}:${name}", notequal(name, "dev") ? "${REPO}:latest" : ""]
}
target "default" { tags = tag(NAME) }
variable "NAME" { default = "dev" }
"""
GROUPS = """\
group "default" { targets = ["a", "inner"] }
group "inner" { targets = ["b"] }
target "base" { tags = ["o/base:latest"] }
target "a" { inherits = ["base"] }
target "b" {
  inherits = ["base"]
  tags = ["o/b:latest"]
}
target "c" { tags = ["o/c:latest"] }
"""
MATRIX = """\
group "default" { targets = ["image"] }
target "image" {
  name = "image-${item.name}-${kind}"
  matrix = {
    item = [{ name = "a", tag = "latest" }, { name = "b", tag = "1.0" }]
    kind = ["x", "y"]
  }
  tags = ["o/${item.name}-${kind}:${item.tag}"]
}
"""
FUNCTIONS = """\
variable "VERSION" { default = "1.2.3" }
variable "POINTERS" { default = "latest,stable" }
target "default" {
  tags = concat(
    [for p in split(",", POINTERS) : "o/r:${p}"],
    formatlist("o/s:%s", compact([VERSION, regex_replace(VERSION, "^(\\\\d+)\\\\..*", "$1"), strlen(VERSION) > 3 ? "latest" : ""])),
    [upper("x") == "X" ? "o/t:${lower("LATEST")}" : "o/t:none", join(":", ["o/u", length(split("-", VERSION)) > 1 ? "x" : "latest"])],
  )
}
"""
JSON = json.dumps(
    {
        "variable": {"TAG": {"default": "latest"}},
        "group": {"default": {"targets": ["a"]}},
        "target": {"a": {"tags": ["o/a:${TAG}", "o/a:1.0"]}, "b": {"tags": ["o/b:latest"]}},
    }
)
COMPOSE = "services:\n  a:\n    image: o/a:${TAG:-latest}\n    build: .\n  b:\n    build:\n      context: .\n      tags: [o/b:latest]\n  c:\n    image: o/c:latest\n"

CASES = {
    "off by default": hcl(CHOICE),
    "switched on": hcl(CHOICE, LATEST="true"),
    "a list or another": hcl(TERNARY, LATEST="true"),
    "a list or another, off": hcl(TERNARY, LATEST="false"),
    "a function": hcl(FUNCTION, NAME="1.0"),
    "a function, off": hcl(FUNCTION),
    "a function, other repository": hcl(FUNCTION, NAME="1.0", REPO="x/y"),
    "groups": hcl(GROUPS),
    "one target": hcl(GROUPS, "c"),
    "the target inherited": hcl(GROUPS, "base"),
    "a matrix": hcl(MATRIX),
    "one of a matrix": hcl(MATRIX, "image-a-y"),
    "functions": hcl(FUNCTIONS),
    "functions, other values": hcl(FUNCTIONS, VERSION="2.0-rc1", POINTERS="edge"),
    "tags set": hcl(CHOICE, "--set default.tags=o/x:latest"),
    "tags set by a pattern": hcl(GROUPS, "--set '*.tags=o/x:1.0'"),
    "tags set on one": hcl(GROUPS, "--set b.tags=o/x:1.0"),
    "json": Case({"docker-bake.json": JSON}),
    "json, another tag": Case({"docker-bake.json": JSON}, "", {"TAG": "1.0"}),
    "json, both": Case({"docker-bake.json": JSON}, "a b"),
    "an override": Case({"docker-bake.hcl": CHOICE, "docker-bake.override.hcl": 'target "default" {\n  tags = ["o/z:latest"]\n}\n'}),
    "files that are named": Case({"a.hcl": GROUPS, "b.hcl": 'target "a" {\n  tags = ["o/a2:latest"]\n}\n'}, "-f a.hcl -f b.hcl"),
    "compose": Case({"compose.yaml": COMPOSE}),
    "compose, another tag": Case({"compose.yaml": COMPOSE}, "", {"TAG": "1.0"}),
    "compose, one service": Case({"compose.yaml": COMPOSE}, "b"),
}


def printed(buildx: str, folder: Path, case: Case) -> set[str]:
    """The images `latest` that bake would push."""
    words = [buildx, "bake", "--print", *shlex.split(case.words)]
    home = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(words, cwd=folder, env={**home, **case.environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    targets = json.loads(done.stdout)["target"].values()
    return {tag for target in targets for tag in target.get("tags", ()) if tag.endswith(":latest")}


def replayed(folder: Path, case: Case) -> set[str]:
    """Those that the replay takes to be moved."""
    env = "".join(f"          {name}: '{value}'\n" for name, value in case.environment.items())
    step = f"      - run: docker buildx bake {case.words} --push\n" + (f"        env:\n{env}" if env else "")
    workflow = folder / ".github" / "workflows" / "release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" + step)
    report = lint([folder])
    assert not report.errors, report.errors
    return {move.pointer.target for move in report.moves}


@pytest.mark.parametrize("name", CASES)
def test_bake_is_the_judge(name: str, buildx: str, tmp_path: Path) -> None:
    case = CASES[name]
    for path, text in case.files.items():
        (tmp_path / path).write_text(text)
    said = printed(buildx, tmp_path, case)
    assert replayed(tmp_path, case) == said
