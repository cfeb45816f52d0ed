"""A change to one file, shown before it is made.  Shared by the parts."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """What a file, named by its path in the repository, is to say; `before` is empty for a new one."""

    path: str
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        old = f"a/{self.path}" if self.before else "/dev/null"
        lines = unified_diff(self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), old, f"b/{self.path}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self, root: Path) -> None:
        """Make the change. Raises UserError."""
        path = root / self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.after, encoding="utf-8", newline="")
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror or error}", str(path)) from error


def content(root: Path, path: str) -> str | None:
    """The text of a file with its own line ends, None where there is none. Raises UserError."""
    try:
        with (root / path).open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot be read: {error}", str(root / path)) from error


def inserted(text: str, offset: int, addition: str) -> str:
    """`text` with whole lines put in at `offset`, with the line ends that `text` has."""
    before, after = text[:offset], text[offset:]
    if before and not before.endswith("\n"):
        before += "\n"
    if "\r\n" in text:
        before = before[:-1] + "\r\n" if before.endswith("\n") and not before.endswith("\r\n") else before
        addition = addition.replace("\n", "\r\n")
    return before + addition + after
