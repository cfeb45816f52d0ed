"""Running git: one process, its answer, and what went wrong with it.

This is a small runner of our own because the guard stands in the way of every `git tag` and `git push`: importing GitPython
costs as much as the whole rest of a check, and its time limit needs `ps`, which slim containers lack. What is not in a hook's way
(history.py) goes through GitPython.
"""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: What a hook's environment says about the repository that git is at work in.
_PLACE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a git command answered."""

    status: int
    out: bytes
    #: git's own words, one line, control characters shown as ?
    error: str
    #: whether it was stopped because its time was over
    too_slow: bool = False

    @property
    def text(self) -> str:
        """The output, decoded; bytes that are no UTF-8 stay distinct."""
        return self.out.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git in `folder`.

    With `inherit` the environment's GIT_DIR, quarantine and so on hold, as a hook needs it; without, only `folder` counts.
    """

    folder: Path
    inherit: bool = False

    def run(self, *words: str, stdin: bytes | None = None, limit: float | None = None, index: str = "") -> Answer:
        """Run `git WORDS`; after `limit` seconds it and its children are killed. Raises UserError only where there is no git.

        `index` is a file to take in the place of the repository's index.
        """
        with self._start(words, subprocess.DEVNULL if stdin is None else subprocess.PIPE, index) as process:
            try:
                out, error = process.communicate(stdin, timeout=limit)
            except subprocess.TimeoutExpired:
                _kill(process)
                process.communicate()
                return Answer(-1, b"", f"no answer within {limit:g} s", too_slow=True)
        return Answer(process.returncode, out, one_line(error))

    def ask(self, *words: str) -> str | None:
        """The first output of `git WORDS` without its last newline, or None if it failed."""
        answer = self.run(*words)
        return answer.text.rstrip("\n") if answer.status == 0 else None

    def _start(self, words: tuple[str, ...], stdin: int, index: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *words],
                cwd=self.folder,
                env={**self._environment(os.environ), **({"GIT_INDEX_FILE": index} if index else {})},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # so that a time limit can end ssh as well, and nothing asks the terminal
            )
        except FileNotFoundError as error:
            missing = "git is not installed, or not on PATH" if self.folder.is_dir() else "there is no such folder"
            raise UserError(missing, "" if self.folder.is_dir() else str(self.folder)) from error
        except NotADirectoryError as error:
            raise UserError("this is no folder", str(self.folder)) from error

    def _environment(self, present: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in present.items() if self.inherit or name not in _PLACE}
        return {
            **kept,
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_PAGER": "cat",
            "GCM_INTERACTIVE": "never",
        }


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End `process` and what it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def one_line(error: bytes) -> str:
    """What git said, for a message: its lines joined, without anything that could steer a terminal."""
    words = " ".join(error.decode("utf-8", "replace").split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)[:500]
