"""Beside lefthook: it writes the hook files anew whenever its configuration changes, so the guard stands in the configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.block import Block
from latest_guard.doors.own_script import OwnScript
from latest_guard.doors.place import read
from latest_guard.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.doors.premises import Premises
    from latest_guard.doors.shims import Shim

#: The file for one's own additions, merged over lefthook.yml.
LOCAL = "lefthook-local.yml"
LINES = """{event}:
  commands:
    latest-guard:
      use_stdin: true
      run: '"$(git rev-parse --git-common-dir)"/latest-guard/{door} {{0}}'
"""


@dataclass(frozen=True, slots=True)
class LefthookCommand:
    """A block at the end of lefthook-local.yml."""

    premises: Premises
    shim: Shim

    @property
    def words(self) -> str:
        """The place, for people."""
        return f"{self.block.path} (lefthook)"

    @property
    def script(self) -> OwnScript:
        """What the command calls."""
        return OwnScript(self.premises.common, self.shim)

    @property
    def block(self) -> Block:
        """Our lines in lefthook's configuration."""
        return Block(self.premises.top / LOCAL, LINES.format(event=self.shim.event, door=self.shim.door))

    def install(self) -> None:
        """Write the script, then the block; a UserError where the file has an entry for this hook already."""
        self.remove()
        if re.search(rf"^['\"]?{re.escape(self.shim.event)}['\"]?\s*:", read(self.block.path), re.MULTILINE):
            lines = "; ".join(line.strip() for line in self.block.lines.splitlines()[2:])
            raise UserError(f"there is an entry for {self.shim.event} already: add a command to it by hand ({lines})", str(self.block.path))
        self.script.install()
        self.block.put_last()

    def remove(self) -> bool:
        """Take the block away, then the script."""
        blocked = self.block.remove()
        return self.script.remove() or blocked

    def trouble(self) -> str:
        """Why lefthook does not run it; empty when it does."""
        if not self.block.present():
            return f"{self.block.path} does not call the guard"
        if not is_lefthooks(self.premises.hooks / self.shim.event):
            return f"lefthook has no {self.shim.event} hook here yet: run `lefthook install`"
        return self.script.trouble()


def is_lefthooks(hook: Path) -> bool:
    """Whether a hook file was written by lefthook."""
    return "call_lefthook" in read(hook)


def lefthook_owns(hooks: Path) -> bool:
    """Whether lefthook has written hooks into a folder."""
    return hooks.is_dir() and any(is_lefthooks(path) for path in hooks.iterdir() if path.suffix == "" and path.is_file())
