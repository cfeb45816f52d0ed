"""The files of a repository, read within its bounds: nothing outside its root, nothing huge, nothing that is no text."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.source import Problem, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Files that hold more bytes are not read: a configuration or script of this size is generated.
MAX_BYTES = 5_000_000
#: A repository with more files than this is listed no further.
MAX_FILES = 200_000

#: Folders that hold the work of others, or of programs.
SKIPPED = frozenset(
    (
        ".git", ".hg", ".svn", "node_modules", "vendor", "third_party", "thirdparty", ".venv", "venv", ".tox", ".nox", "__pycache__",
        ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".eggs",
    )
)  # fmt: skip


class Tree:
    """The files below `root`. Paths are relative to it, with slashes; symbolic links that lead out of it are not there."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._read: dict[str, Source | Problem] = {}
        self._listing: tuple[str, ...] | None = None

    def read(self, path: str) -> Source | None:
        """The text of a file; None where there is none, or none that can be read (`problem` says why)."""
        found = self._found(path)
        return found if isinstance(found, Source) else None

    def problem(self, path: str) -> Problem | None:
        """Why a file cannot be read; None where it can."""
        found = self._found(path)
        return found if isinstance(found, Problem) else None

    def _found(self, path: str) -> Source | Problem:
        path = normal(path)
        if path not in self._read:
            self._read[path] = self._load(path)
        return self._read[path]

    def _load(self, path: str) -> Source | Problem:
        empty = Source(path, "")
        inside = self._inside(path)
        if inside is None:
            return Problem("there is no such file in the repository", empty.span(0, 0))
        try:
            size = inside.stat().st_size
            if size > MAX_BYTES:
                return Problem(f"the file has {size:,} bytes, more than {MAX_BYTES:,}, and is not read", empty.span(0, 0))
            return decoded(path, inside.read_bytes())
        except OSError as error:
            return Problem(f"the file cannot be read: {error.strerror}", empty.span(0, 0))

    def _inside(self, path: str) -> Path | None:
        """The file itself, links followed; None where it is none or lies outside."""
        if path.startswith(("/", "../")) or path == ".." or "\0" in path:
            return None
        try:
            real = (self.root / path).resolve()
            return real if real.is_relative_to(self.root) and real.is_file() else None
        except (OSError, RuntimeError):  # a name that is too long, links that go round in circles
            return None

    def listing(self) -> tuple[str, ...]:
        """The paths of all files, those of skipped folders left out, in order; folders that are links are not entered."""
        if self._listing is None:
            self._listing = tuple(self._walk())
        return self._listing

    def _walk(self) -> Iterator[str]:
        count = 0
        for folder, names, files in os.walk(self.root):
            names[:] = sorted(name for name in names if name not in SKIPPED)
            prefix = Path(folder).relative_to(self.root).as_posix()
            prefix = "" if prefix == "." else prefix + "/"
            for name in sorted(files):
                count += 1
                if count > MAX_FILES:
                    return
                yield prefix + name


def normal(path: str) -> str:
    """A path with `.` and `..` resolved as text, as far as that goes: `./ci/../x` is `x`; what leads out begins with `../`."""
    parts: list[str] = []
    for part in PurePosixPath(path.replace("\\", "/")).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) if not parts or parts[0] != "/" else "/" + "/".join(parts[1:])


def decoded(path: str, content: bytes) -> Source | Problem:
    """The bytes of a file as text: UTF-8, a byte order mark left out, or UTF-16 with one."""
    empty = Source(path, "")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return Source(path, content.decode("utf-16"))
        if b"\0" in content:
            return Problem("the file is binary", empty.span(0, 0))
        return Source(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"the file is not UTF-8: byte {content[error.start]:#04x} in line {line} cannot be read"
        return Problem(said, Source(path, "\n" * (line - 1)).span(line - 1, line - 1))


def repository_root(path: Path) -> Path:
    """The folder that holds the repository (`.git`, or a marker of another system) of a file or folder, else the folder itself."""
    folder = path if path.is_dir() else path.parent
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above
    return folder


def existing(path: str) -> Path:
    """A path that the user named, or an error that says it is not there."""
    found = Path(path)
    if not found.exists():
        raise UserError("there is no such file or folder", path)
    return found
