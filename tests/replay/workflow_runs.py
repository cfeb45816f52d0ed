"""Runs the scripts of a workflow under real bash: docker and the lookups are stand-ins, git is real, and what is pushed is written down.

Of GitHub's runner there is as much as these workflows need: jobs in the order in which they stand, steps, `env`, `if`, `shell`, expressions,
outputs, `$GITHUB_ENV`, and `actions/checkout`, which is a clone with all tags or with one. Other actions do nothing.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from latest_guard.expressions import concrete, github
from latest_guard.source import Source, Text

OLDER, NEWER, PRERELEASE = "v1.27.4", "v1.29.0", "v1.29.0-rc.1"
TAGS = ("v1.26.0", "v1.27.2", "v1.27.3", "v1.28.0")
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
#: The programs that a lookup asks, each of which can fail, or say nothing.
LOOKUPS = ("git", "docker", "crane", "gh", "curl")

STAND_IN = r"""#!/bin/sh
name=${0##*/}
if [ "$name" = docker ] && [ "$1" = push ]; then
  for last; do :; done
  echo "$last" >> "$PUSHED"
  exit 0
fi
if [ "$name" = docker ] && { [ "$1" = tag ] || [ "$1" = build ] || [ "$1" = login ]; }; then exit 0; fi
case " $FAILING " in *" $name "*) echo "$name: no answer" >&2; exit 128 ;; esac
case " $EMPTY " in *" $name "*) exit 0 ;; esac
case "$name $*" in
  "git "*) exec "$GIT" "$@" ;;
  "docker pull "*) exit 0 ;;
  "docker "*inspect*) echo 1.28.0 ;;
  "crane ls "*) printf '%s\n' latest 1.26.0 1.27.2 1.27.3 1.28.0 ;;
  "gh api "*) echo v1.28.0 ;;
  "gh release list "*) printf '%s\n' v1.28.0 v1.27.3 v1.27.2 v1.26.0 ;;
  "curl "*) echo '{"tag_name": "v1.28.0", "name": "1.28.0"}' ;;
  *) echo "$name: not known here: $*" >&2; exit 2 ;;
esac
"""


@dataclass(frozen=True)
class World:
    """What the scripts meet: the version that is released, the lookups that fail, and those that find nothing."""

    tag: str = OLDER
    failing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass
class Step:
    """A step to run."""

    said: dict[str, Any]
    env: dict[str, str]
    contexts: dict[str, Any]


@dataclass
class Runner:
    """A place to run workflows in. `folder` is empty."""

    folder: Path
    log: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.programs, self.work = self.folder / "bin", self.folder / "work"
        self.pushed, self.files = self.folder / "pushed", self.folder / "files"
        for path in (self.programs, self.work, self.files):
            path.mkdir(parents=True)
        for name in (*LOOKUPS, "cosign"):
            (self.programs / name).write_text(STAND_IN if name in LOOKUPS else "#!/bin/sh\nexit 0\n")
            (self.programs / name).chmod(0o755)
        self._git = subprocess.run(["sh", "-c", "command -v git"], check=True, capture_output=True, text=True).stdout.strip()

    # Repositories

    def checkout(self, tag: str, deep: bool, files: Path | None = None) -> Path:
        """A clone as a workflow has it that runs for `tag`; made once."""
        made = self.folder / "clones" / f"{tag}-{deep}"
        if not made.exists():
            remote = self._remote(tag, files)
            depth = [] if deep else ["--depth=1", "--no-tags"]
            self._run(*GIT, "clone", "-q", *depth, "--branch", tag, remote.as_uri(), str(made))
            if not deep:
                self._run(*GIT, "-C", str(made), "tag", "-f", tag)
        return made

    def _remote(self, tag: str, files: Path | None) -> Path:
        made = self.folder / "remotes" / tag
        if not made.exists():
            made.mkdir(parents=True)
            self._run(*GIT, "init", "-q", "-b", "main", str(made))
            if files is not None:
                self._run("cp", "-R", f"{files}/.", str(made))
                self._run(*GIT, "-C", str(made), "add", "-A")
            self._run(*GIT, "-C", str(made), "commit", "-q", "--allow-empty", "-m", "x")
            for name in (*TAGS, tag):
                self._run(*GIT, "-C", str(made), "tag", name)
        return made

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True, capture_output=True)

    # Workflows

    def pushes(self, workflow: str, world: World, files: Path | None = None) -> list[str]:
        """The images that the workflow pushes, in order. `files` is the repository."""
        self.pushed.write_text("")
        self.log = ""
        document: dict[str, Any] = yaml.load(workflow, Loader=yaml.CSafeLoader)
        facts = {
            "ref": f"refs/tags/{world.tag}", "ref_name": world.tag, "ref_type": "tag", "event_name": "push", "repository": "o/r",
            "event": {"release": {"tag_name": world.tag, "prerelease": "-" in world.tag}}, "token": "t", "repository_owner": "o",
        }  # fmt: skip
        contexts: dict[str, Any] = {"github": facts, "needs": {}, "matrix": {}, "inputs": {}, "secrets": {}, "vars": {}}
        env = self._environment(world)
        for name, job in document["jobs"].items():
            contexts["needs"][name] = self._job(job, document.get("env", {}), contexts, env, world, files)
        return self.pushed.read_text().split()

    def _environment(self, world: World) -> dict[str, str]:
        return {
            "PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": str(self.folder), "GIT": self._git, "PUSHED": str(self.pushed),
            "FAILING": " ".join(world.failing), "EMPTY": " ".join(world.empty), "LC_ALL": "C.UTF-8",
            "GITHUB_REF": f"refs/tags/{world.tag}", "GITHUB_REF_NAME": world.tag, "GITHUB_REF_TYPE": "tag", "GITHUB_REPOSITORY": "o/r",
            "GITHUB_EVENT_NAME": "push", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
        }  # fmt: skip

    def _job(
        self, job: dict[str, Any], outer: dict[str, Any], contexts: dict[str, Any], env: dict[str, str], world: World, files: Path | None
    ) -> dict[str, Any]:
        steps: dict[str, Any] = {}
        mine = {**contexts, "steps": steps, "job": {"status": "success"}}
        named = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        fine = all(contexts["needs"].get(one, {}).get("result") == "success" for one in named)
        if not self._runs(job.get("if"), fine, mine):
            return {"result": "skipped", "outputs": {}}
        mine["env"] = {name: self._text(value, mine) for name, value in {**outer, **job.get("env", {})}.items()}
        folder, fine = self.work, True
        for step in job["steps"]:
            inner = {**mine, "env": {**mine["env"], **{n: self._text(v, mine) for n, v in step.get("env", {}).items()}}}
            if not self._runs(step.get("if"), fine, inner):
                continue
            if "checkout" in step.get("uses", ""):
                folder = self.checkout(world.tag, step.get("with", {}).get("fetch-depth") == 0, files)
            if "run" in step:
                fine = self._step(Step(step, env, inner), job, folder, steps, mine["env"]) and fine
        return {
            "result": "success" if fine else "failure",
            "outputs": {name: self._text(value, mine) for name, value in job.get("outputs", {}).items()},
        }

    def _step(self, step: Step, job: dict[str, Any], folder: Path, steps: dict[str, Any], later: dict[str, str]) -> bool:
        output, environment = self.files / "output", self.files / "environment"
        for path in (output, environment):
            path.write_text("")
        script = self.files / "script.sh"
        script.write_text(self._text(step.said["run"], step.contexts))
        shell = step.said.get("shell") or job.get("defaults", {}).get("run", {}).get("shell")
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if shell == "bash" else ["-e"]
        env = {**step.env, **step.contexts["env"], "GITHUB_OUTPUT": str(output), "GITHUB_ENV": str(environment)}
        words = ["sh" if shell == "sh" else "bash", *(["-e"] if shell == "sh" else options), str(script)]
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
        self.log += done.stdout + done.stderr
        if "id" in step.said:
            outcome = "success" if done.returncode == 0 else "failure"
            steps[step.said["id"]] = {"outputs": _pairs(output), "outcome": outcome}
        later.update(_pairs(environment))
        return done.returncode == 0 or bool(step.said.get("continue-on-error"))

    # Expressions

    def _runs(self, condition: object, fine: bool, contexts: dict[str, Any]) -> bool:
        if condition is None:
            return fine
        text = str(condition).lower() if isinstance(condition, bool) else str(condition)
        expression = github.condition(Source("", text).whole())
        functions = {"success": lambda: fine, "failure": lambda: not fine, "always": lambda: True, "cancelled": lambda: False}
        holds = concrete.truthy(concrete.evaluate(expression, contexts, functions))
        return holds if github.asks_status(expression) else holds and fine

    def _text(self, value: object, contexts: dict[str, Any]) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        parts = github.template(Source("", str(value)).whole()).parts
        return "".join(p.value if isinstance(p, Text) else concrete.to_string(concrete.evaluate(p, contexts)) for p in parts)


def _pairs(path: Path) -> dict[str, str]:
    """The `name=value` lines that a step has written."""
    return {name: value for line in path.read_text().splitlines() for name, found, value in [line.partition("=")] if found}
