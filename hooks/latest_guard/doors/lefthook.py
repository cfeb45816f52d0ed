"""Beside lefthook: it writes the hook files anew whenever its configuration changes, so the guard stands in the configuration.

It stands there as a script. lefthook passes over commands and jobs when a push brings no files (its pull request 448), which is
what the push of a release tag on a commit that is already there looks like; scripts it always runs.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.block import Block
from latest_guard.doors.own_script import OwnScript
from latest_guard.doors.place import read, write
from latest_guard.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.doors.premises import Premises
    from latest_guard.doors.shims import Shim

#: The file and the folder for one's own additions, merged over lefthook.yml and .lefthook.
LOCAL = "lefthook-local.yml"
SCRIPTS = ".lefthook-local"
LINES = """{event}:
  scripts:
    latest-guard:
      runner: sh
      use_stdin: true
"""
SCRIPT = """guard=$(git rev-parse --git-common-dir)/latest-guard/{door}
if [ -x "$guard" ]; then exec "$guard" "$@"; fi
"""


@dataclass(frozen=True, slots=True)
class LefthookScript:
    """A block at the end of lefthook-local.yml, and the script that it names."""

    premises: Premises
    shim: Shim

    @property
    def words(self) -> str:
        """The place, for people."""
        return f"{self.block.path} (lefthook)"

    @property
    def script(self) -> OwnScript:
        """What the script calls."""
        return OwnScript(self.premises.common, self.shim)

    @property
    def file(self) -> Path:
        """The script."""
        return self.premises.top / SCRIPTS / self.shim.event / "latest-guard"

    @property
    def block(self) -> Block:
        """Our lines in lefthook's configuration."""
        return Block(self.premises.top / LOCAL, LINES.format(event=self.shim.event))

    def install(self) -> None:
        """Write the scripts, then the block; a UserError where the file has an entry for this hook already."""
        self.remove()
        if re.search(rf"^['\"]?{re.escape(self.shim.event)}['\"]?\s*:", read(self.block.path), re.MULTILINE):
            lines = "scripts: {latest-guard: {runner: sh, use_stdin: true}}"
            raise UserError(f"there is an entry for {self.shim.event} already: add to it by hand {lines}", str(self.block.path))
        self.script.install()
        write(self.file, SCRIPT.format(door=self.shim.door), 0o755)
        self.block.put_last()

    def remove(self) -> bool:
        """Take the block away, then the scripts."""
        blocked = self.block.remove()
        self.file.unlink(missing_ok=True)
        for folder in (self.file.parent, self.file.parent.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()
        self.script.remove()
        return blocked

    def trouble(self) -> str:
        """Why lefthook does not run it; empty when it does."""
        if not self.block.present() or not self.file.exists():
            return f"{self.block.path} does not call the guard"
        if not is_lefthooks(self.premises.hooks / self.shim.event):
            return f"lefthook has no {self.shim.event} hook here: run `lefthook install`"
        return self.script.trouble()


def is_lefthooks(hook: Path) -> bool:
    """Whether a hook file was written by lefthook."""
    return "call_lefthook" in read(hook)


def lefthook_owns(hooks: Path) -> bool:
    """Whether lefthook has written hooks into a folder."""
    return hooks.is_dir() and any(is_lefthooks(path) for path in hooks.iterdir() if path.suffix == "" and path.is_file())
