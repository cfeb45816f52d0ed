"""Records and logs for tests."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from latest_guard.ledger.journal import Journal
from latest_guard.ledger.records import Author, Change, Mark, Record

NOON = datetime(2025, 3, 17, 12, tzinfo=timezone.utc)


def record(version: str = "1.28.0", why: str = "") -> Record:
    """A promoted version, not sealed yet."""
    was, to = Mark("1.27.3", f"sha256:{'7' * 64}"), Mark(version, f"sha256:{'8' * 64}")
    change = Change("image ghcr.io/example/app", "latest", "moved", was, to, why=f"{version} is higher")
    author = Author("octocat", "GitHub Actions", "https://github.com/example/app/actions/runs/1")
    return Record(
        NOON, "promote", "moved", version, f"v{version}", "c" * 40, (change,), author, ("image ghcr.io/example/app",), "typed", why
    )


def written(path: Path, count: int) -> bytes:
    """A log with that many records; its content."""
    for number in range(count):
        Journal(path).append([record(f"1.{number}.0")])
    return path.read_bytes() if path.exists() else b""


def python(code: str, *words: str, folder: Path | None = None) -> subprocess.Popen[str]:
    """Start Python on `code`, with `words` in sys.argv."""
    here = {"cwd": folder} if folder else {}
    source = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{code}"
    return subprocess.Popen([sys.executable, "-c", source, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **here)  # type: ignore[call-overload]


def ended(*processes: subprocess.Popen[str]) -> None:
    """Wait until all have ended well."""
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
