"""A few lines of ours in a file that somebody else writes as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.place import read, write

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = "# >>> latest-guard"
END = "# <<< latest-guard"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines between two marks in `path`; `preamble` is what a file needs that we have to begin."""

    path: Path
    lines: str
    preamble: str = ""

    @property
    def text(self) -> str:
        """The block with its marks."""
        return f"{BEGIN}: written by `latest-guard install`, taken away by `latest-guard uninstall`\n{self.lines}{END}\n"

    def present(self) -> bool:
        """Whether the block is there as it would be written now."""
        return self.text in read(self.path)

    def put_first(self) -> None:
        """Write the block at the beginning, below a `#!` line."""
        there = read(self.path)
        head, rest = there.split("\n", 1) if there.startswith("#!") and "\n" in there else ("", there)
        write(self.path, (head + "\n" if head else "") + self.text + rest, self.mode())

    def put_last(self) -> None:
        """Write the block at the end."""
        there = read(self.path)
        gap = "" if not there or there.endswith("\n") else "\n"
        write(self.path, there + gap + self.text, self.mode())

    def remove(self) -> bool:
        """Take the block away, and the file with it when nothing else is in it."""
        there = read(self.path)
        begin, end = there.find(BEGIN), there.find(END)
        if begin < 0 or end < begin:
            return False
        after = there.find("\n", end)
        rest = there[:begin] + (there[after + 1 :] if after >= 0 else "")
        if rest.strip():
            write(self.path, rest, self.mode())
        else:
            self.path.unlink()
        return True

    def mode(self) -> int:
        """The file's permissions, those of a new file when there is none."""
        return self.path.stat().st_mode & 0o777 if self.path.exists() else 0o644
