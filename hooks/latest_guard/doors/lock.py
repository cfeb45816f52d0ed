"""One push of tags at a time: a lock that outlives the hook and ends with the push.

Git runs pre-receive before it changes any ref, so two pushes at once can both be right about tags that neither has made yet.
The hook takes the lock, judges, and leaves a process behind that keeps it until the refs are there or receive-pack is gone. The
kernel frees a `flock` with its last holder, so nothing that is killed can leave the lock locked.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.git.command import Git

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: The lock's file in the git directory. The shim of the backstop reads from it which receive-pack was let through.
LOCK = "latest-guard.lock"
#: Seconds that a push waits for another one.
PATIENCE = 60.0
#: Seconds that the lock is kept where no receive-pack is to be found among our parents, as under GitLab's daemon.
ORPHAN = 30.0
#: The most refs that are looked at to see whether the push has come through; with more, only its end counts.
WATCHED = 100


@dataclass(frozen=True, slots=True)
class PushLock:
    """The lock of the repository `git_dir`, held by this process."""

    git_dir: Path
    descriptor: int

    @classmethod
    def take(cls, git_dir: Path, patience: float = PATIENCE) -> PushLock:
        """Wait for the lock, at most `patience` seconds; a UserError when another push keeps it longer, or where there is no flock."""
        ends = time.monotonic() + patience
        while (descriptor := attempt(git_dir / LOCK)) is None:
            if time.monotonic() > ends:
                raise UserError(f"another push of tags has not ended for {patience:.0f} s: try again", str(git_dir / LOCK))
            time.sleep(0.02)
        return cls(git_dir, descriptor)

    def release(self) -> None:
        """Let the next push in."""
        (self.git_dir / LOCK).unlink(missing_ok=True)
        os.close(self.descriptor)

    def leave(self, receiver: Receiver, awaited: Mapping[str, str]) -> None:
        """Keep the lock in a process of its own until every ref of `awaited` has its new id (zeros: is gone), or `receiver` has ended."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{receiver.process}\n".encode(), 0)
        if os.fork():
            os.close(self.descriptor)
            return
        try:
            detach((self.descriptor, receiver.descriptor))
            watch(self.git_dir, receiver, awaited)
            self.release()
        finally:
            os._exit(0)


def attempt(path: Path) -> int | None:
    """Try once to lock `path`; None when it is taken. A file that was unlinked meanwhile is not the lock any more."""
    try:
        import fcntl
    except ImportError:
        raise UserError("this system has no flock, so pushes cannot be kept apart: the server door needs a Unix", str(path)) from None
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def opened(path: Path) -> int:
    """Open the lock's file, made for whoever may write the repository: with the permissions that git gave to its `config`."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        try:
            return os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return opened(path)
    os.fchmod(descriptor, (path.parent / "config").stat().st_mode & 0o666)
    return descriptor


@dataclass(frozen=True, slots=True)
class Receiver:
    """The receive-pack whose hook this is; its number is 0 where there is none to be found, as under GitLab's daemon."""

    process: int
    #: follows the process whatever becomes of its number; -1 where the system has no such thing
    descriptor: int = -1

    @classmethod
    def above(cls, process: int) -> Receiver:
        """Look for it from `process`, the parent that the shim saw, upwards: Gitea runs hooks from a hook.

        Raises UserError when the push is dead.
        """
        if not alive(process):
            raise UserError("the push has ended before it was judged")
        for _ in range(8):
            if process <= 1:
                break
            parent, words = parent_and_words(process)
            if any(word.rpartition("/")[2] in {"receive-pack", "git-receive-pack"} for word in words):
                return cls(process, followed(process))
            process = parent
        return cls(0)

    def ended(self, seconds: float) -> bool:
        """Wait for its end, at most so long; whether it has come."""
        if self.descriptor >= 0:
            return bool(select.select([self.descriptor], [], [], seconds)[0])
        time.sleep(seconds)
        return bool(self.process) and not alive(self.process)


def followed(process: int) -> int:
    """A descriptor that becomes readable when the process ends; -1 where there is none."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):
        return -1


def parent_and_words(process: int) -> tuple[int, list[str]]:
    """A process's parent and its command line; (0, []) when it cannot be seen."""
    folder = Path(f"/proc/{process}")
    try:
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        return int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]), words
    except (OSError, ValueError, IndexError):
        return asked_of_ps(process)


def asked_of_ps(process: int) -> tuple[int, list[str]]:
    """The same where there is no /proc."""
    import subprocess

    done = subprocess.run(["ps", "-o", "ppid=,args=", "-p", str(process)], capture_output=True, text=True, errors="replace", check=False)
    parent, *words = done.stdout.split() or ["0"]
    return int(parent) if parent.isdigit() else 0, words


def detach(kept: Collection[int]) -> None:
    """Leave the push behind: whoever holds its pipes keeps the client waiting."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for descriptor in range(3, 256):
        if descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def watch(git_dir: Path, receiver: Receiver, awaited: Mapping[str, str]) -> None:
    """Return when the refs are there, or the receiver is gone; without a receiver after ORPHAN seconds at the latest."""
    ends, pause = time.monotonic() + ORPHAN, 0.005
    while not receiver.ended(pause) and (receiver.process or time.monotonic() < ends):
        if len(awaited) <= WATCHED and arrived(git_dir, awaited):
            return
        pause = min(2 * pause, 1.0)


def alive(process: int) -> bool:
    """Whether a process with this number runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def arrived(git_dir: Path, awaited: Mapping[str, str]) -> bool:
    """Whether every ref is what the push makes of it."""
    out = Git(git_dir).ask("for-each-ref", "--format=%(refname) %(objectname)", "--", *awaited) or ""
    there = dict(line.split(" ", 1) for line in out.splitlines())
    return all(there.get(ref, "") == ("" if not new.strip("0") else new) for ref, new in awaited.items())
