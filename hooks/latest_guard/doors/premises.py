"""A repository as an installer sees it: its folders, its version of git, its configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.git.command import Git

if TYPE_CHECKING:
    from pathlib import Path

#: The first git that runs hooks named in its configuration (git 2.54, release notes).
CONFIGURED_HOOKS = (2, 54)
#: The first git that runs reference-transaction (git 2.28, release notes).
REFERENCE_TRANSACTION = (2, 28)


@dataclass(frozen=True, slots=True)
class Premises:
    """Where things are; all paths are absolute.

    `top` is the work tree, or the git directory of a bare premises. `common` is the git directory that all linked work trees
    share. `hooks` is the folder from which git runs hooks, `core.hooksPath` considered.
    """

    top: Path
    common: Path
    hooks: Path
    bare: bool
    git: tuple[int, int]

    @property
    def hooks_are_its_own(self) -> bool:
        """Whether the hooks' folder belongs to this repository alone, and not to a user or a machine."""
        return any(self.hooks.is_relative_to(root) for root in (self.top, self.common))


def premises(folder: Path) -> Premises:
    """Look at the repository around `folder`; a UserError when there is none, or no git."""
    bare = ask(folder, "rev-parse", "--is-bare-repository") == "true"
    common, hooks = ask(folder, "rev-parse", "--git-common-dir", "--git-path", "hooks").split("\n")
    top = common if bare else ask(folder, "rev-parse", "--show-toplevel")
    where = [(folder.absolute() / path).resolve() for path in (top, common, hooks)]
    return Premises(top=where[0], common=where[1], hooks=where[2], bare=bare, git=git_version(folder))


def git_version(folder: Path) -> tuple[int, int]:
    """The first two numbers of git's version; (0, 0) when it does not say."""
    found = re.search(r"(\d{1,4})\.(\d{1,4})", ask(folder, "--version"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def ask(folder: Path, *words: str) -> str:
    """What `git WORDS` prints in `folder`, without its last newline; a UserError when it fails."""
    answer = Git(folder).run(*words)
    if answer.status:
        raise UserError(answer.error or f"git {words[0]} failed", str(folder))
    return answer.text.rstrip("\n")
