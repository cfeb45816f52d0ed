"""Real git repositories for tests."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: git as on a machine where nobody configured anything, with a clock that stands still.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_") and name != "GITHUB_ACTIONS"},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Tester",
    "GIT_AUTHOR_EMAIL": "tester@example.org",
    "GIT_COMMITTER_NAME": "Tester",
    "GIT_COMMITTER_EMAIL": "tester@example.org",
    "GIT_AUTHOR_DATE": "2025-03-17T13:29:00Z",
    "GIT_COMMITTER_DATE": "2025-03-17T13:29:00Z",
    "GIT_ALLOW_PROTOCOL": "file:git:http:ext",
}


@dataclass(frozen=True)
class Repo:
    """A repository, driven by git itself."""

    path: Path

    def git(self, *words: str, stdin: str | None = None) -> str:
        """Run git here; it must succeed."""
        answer = subprocess.run(["git", *words], cwd=self.path, env=ENVIRONMENT, input=stdin, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, f"git {' '.join(words)}: {answer.stderr}"
        return answer.stdout.strip()

    def commit(self, message: str = "work", **files: str) -> str:
        """A commit with `files` (path → content, __ for /), and its id."""
        for name, content in files.items():
            self.write(name.replace("__", "/"), content)
        if files:
            self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, content: str) -> None:
        """A file in the work tree."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")

    def tag(self, *names: str, annotated: bool = False) -> None:
        """Tags, each on a commit of its own."""
        for name in names:
            self.commit(name)
            self.git("tag", *(["-a", "-m", name] if annotated else []), name)

    def clone(self, target: Path, *options: str) -> Repo:
        """A clone over file://, as a shallow one needs it."""
        words = ["git", "clone", "--quiet", *options, f"file://{self.path}", str(target)]
        subprocess.run(words, env=ENVIRONMENT, check=True, capture_output=True)
        return Repo(target)


def new(path: Path, *options: str) -> Repo:
    """A repository on branch main, without commits."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", *options, str(path)], env=ENVIRONMENT, check=True)
    return Repo(path)
