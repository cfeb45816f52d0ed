"""Beside husky: git's hooks are husky's, rewritten by each `npm install`; what they run, `.husky/pre-push`, is the project's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.block import Block
from latest_guard.doors.own_script import OwnScript

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.doors.premises import Premises
    from latest_guard.doors.shims import Shim

#: Judges the lines of standard input and gives them back to what follows in the script. husky runs it by `sh -e`.
#: Whoever has the project without the guard has no script there, and passes.
LINES = """latest_guard_lines=$(cat)
latest_guard=$(git rev-parse --git-common-dir)/latest-guard/{door}
if [ -x "$latest_guard" ]; then printf '%s\\n' "$latest_guard_lines" | "$latest_guard" "$@"; fi
exec <<LATEST_GUARD
$latest_guard_lines
LATEST_GUARD
"""


@dataclass(frozen=True, slots=True)
class HuskyScript:
    """A block at the beginning of `.husky/EVENT`."""

    premises: Premises
    shim: Shim

    @property
    def words(self) -> str:
        """The place, for people."""
        return f"{self.block.path} (husky)"

    @property
    def script(self) -> OwnScript:
        """What the block calls."""
        return OwnScript(self.premises.common, self.shim)

    @property
    def block(self) -> Block:
        """Our lines in husky's script."""
        return Block(self.premises.hooks.parent / self.shim.event, LINES.format(door=self.shim.door))

    def install(self) -> None:
        """Write the script, then the block."""
        self.remove()
        self.script.install()
        self.block.put_first()

    def remove(self) -> bool:
        """Take the block away, then the script."""
        blocked = self.block.remove()
        self.script.remove()
        return blocked

    def trouble(self) -> str:
        """Why husky does not run it; empty when it does."""
        if not self.block.present():
            return f"{self.block.path} does not call the guard"
        if not (self.premises.hooks / self.shim.event).exists():
            return f"husky has no {self.shim.event} hook here: run husky again"
        return self.script.trouble()


def husky_owns(hooks: Path) -> bool:
    """Whether a hooks' folder is the one that husky (>= 5) makes, `.husky/_`."""
    return hooks.name == "_" and ((hooks / "h").exists() or (hooks / "husky.sh").exists())
