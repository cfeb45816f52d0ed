"""The repository's own copy of a shim, in its git directory, for those who call it from elsewhere."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.hook_file import differs
from latest_guard.doors.place import write
from latest_guard.doors.shims import Shim, text

if TYPE_CHECKING:
    from pathlib import Path

#: The folder in the shared git directory.
FOLDER = "latest-guard"


@dataclass(frozen=True, slots=True)
class OwnScript:
    """`COMMON/latest-guard/DOOR`: always there while the repository is, whatever becomes of the package."""

    common: Path
    shim: Shim

    @property
    def path(self) -> Path:
        """The file."""
        return self.common / FOLDER / self.shim.door

    def install(self) -> None:
        """Write it."""
        write(self.path, text(self.shim, chained=False), 0o755)

    def remove(self) -> bool:
        """Delete it, and its folder with the last one."""
        there = self.path.exists()
        self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.parent.rmdir()
        return there

    def trouble(self) -> str:
        """Why it cannot be run; empty when it can."""
        if not self.path.exists():
            return f"{self.path} is missing"
        if not os.access(self.path, os.X_OK):
            return f"{self.path} is not executable"
        return differs(self.path, text(self.shim, chained=False))
