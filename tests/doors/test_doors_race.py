"""Two pushes at once, and whatever is killed: never two tags that one push alone would not have been given, never a lock that stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sandbox import is_free, until, wait_until_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Repo, Sandbox

#: What the two push in round N. Whoever comes first, the other must be refused.
RACES = {
    "equal": (["v{n}.0.0+a"], ["v{n}.0.0+b"]),
    "crossing": (["v{n}.0.0", "v{n}.2.0"], ["v{n}.1.0", "v{n}.3.0"]),
}


@pytest.fixture
def origin(sandbox: Sandbox) -> Repo:
    """A guarded bare repository with `main`."""
    origin = sandbox.bare("origin.git")
    origin.guard("install")
    sandbox.repository("first").git("push", "-q", origin.url, "main")
    return origin


def push(work: Repo, *words: str) -> subprocess.Popen[str]:
    """Start a push in a session of its own."""
    return subprocess.Popen(
        ["git", "push", "origin", *words],
        cwd=work.path,
        env=work.sandbox.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("versions", RACES.values(), ids=RACES.keys())
def test_exactly_one_of_two_is_accepted(origin: Repo, sandbox: Sandbox, rounds: int, versions: tuple[list[str], list[str]]) -> None:
    clones = [sandbox.clone(origin, name) for name in ("a", "b")]
    for number in range(1, rounds + 1):
        refs = [[f"HEAD:refs/tags/{tag.format(n=number)}" for tag in tags] for tags in versions]
        pushes = [push(clone, *words) for clone, words in zip(clones, refs, strict=True)]
        said = [process.communicate(timeout=60)[0] for process in pushes]
        accepted = [process.returncode == 0 for process in pushes]
        assert sum(accepted) == 1, "\n".join(said)
        assert "remote: latest-guard: " in said[accepted.index(False)], "a clean message"
        there = {tag for tag in origin.tags() if tag.startswith(f"v{number}.")}
        assert there == {tag.format(n=number) for tag in versions[accepted.index(True)]}
    wait_until_free(origin)


def test_many_at_once(origin: Repo, sandbox: Sandbox) -> None:
    clones = [sandbox.clone(origin, f"clone{number}") for number in range(6)]
    pushes = [push(clone, f"HEAD:refs/tags/v1.0.0+{number}") for number, clone in enumerate(clones)]
    for process in pushes:
        process.communicate(timeout=120)
    assert sorted(process.returncode for process in pushes) == [0, 1, 1, 1, 1, 1]


def test_a_slow_push_keeps_the_lock_until_its_refs_are_there(origin: Repo, sandbox: Sandbox) -> None:
    """Between pre-receive and the refs lies `update`, which may take its time; post-receive is behind the refs, and nobody waits for it."""
    origin.hook("update", "#!/bin/sh\nsleep 1\n")
    origin.hook("post-receive", "#!/bin/sh\nsleep 3\n")
    clones = [sandbox.clone(origin, name) for name in ("a", "b")]
    first = push(clones[0], "HEAD:refs/tags/v2.0.0")
    until((origin.path / "latest-guard.lock").exists, "the first push takes no lock")
    began = time.monotonic()
    second = push(clones[1], "HEAD:refs/tags/v1.0.0")
    said = second.communicate(timeout=60)[0]
    assert second.returncode == 1
    assert "v1.0.0: refused" in said
    assert time.monotonic() - began < 3, "it waited for post-receive"
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_a_refused_ref_does_not_keep_the_lock(origin: Repo, sandbox: Sandbox) -> None:
    """`update` refuses the tag after pre-receive took it: the refs never come, and the end of receive-pack ends the lock."""
    origin.hook("update", "#!/bin/sh\ncase $1 in refs/tags/v1*) exit 1 ;; esac\n")
    work = sandbox.clone(origin, "work")
    assert work.git("push", "origin", "HEAD:refs/tags/v1.0.0", check=False).returncode == 1
    wait_until_free(origin)
    work.git("push", "origin", "HEAD:refs/tags/v2.0.0")


def descendants(process: int) -> Iterator[tuple[int, str]]:
    """The processes below one, with their command lines."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(folder.name))
    waiting = [process]
    while waiting:
        for child in parents.get(waiting.pop(), ()):
            waiting.append(child)
            try:
                yield child, (Path("/proc") / str(child) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue


#: Who is killed, by a word of its command line below the client; "" is the client itself.
VICTIMS = {"the hook": "hooks/pre-receive", "the guard": "hook pre-receive", "receive-pack": "receive-pack", "the client": ""}


@pytest.mark.parametrize("victim", VICTIMS.values(), ids=VICTIMS.keys())
def test_whatever_is_killed_the_next_push_works(origin: Repo, sandbox: Sandbox, rounds: int, victim: str) -> None:
    work, other = sandbox.clone(origin, "work"), sandbox.clone(origin, "other")
    chance = random.Random(victim)
    for number in range(1, max(3, rounds // 4) + 1):
        process = push(work, f"HEAD:refs/tags/v{number}.0.0")
        kill(process, victim, chance.uniform(0, 0.25))
        process.communicate(timeout=60)
        done = other.git("push", "origin", f"HEAD:refs/tags/v{number}.1.0", check=False)
        assert done.returncode == 0, done.stdout
    wait_until_free(origin)


def kill(process: subprocess.Popen[str], victim: str, wait: float) -> None:
    """Kill -9 the client, or the first of its descendants whose command line has a word, after a while; nobody, when it is over by then."""
    time.sleep(wait)
    ends = time.monotonic() + 2
    while process.poll() is None and time.monotonic() < ends:
        found = [process.pid] if not victim else [number for number, words in descendants(process.pid) if victim in words]
        if found:
            try:
                os.kill(found[-1], signal.SIGKILL)
            except ProcessLookupError:
                continue
            return


def test_a_killed_keeper_frees_the_lock(origin: Repo, sandbox: Sandbox) -> None:
    origin.hook("update", "#!/bin/sh\nsleep 1\n")
    work = sandbox.clone(origin, "work")
    process = push(work, "HEAD:refs/tags/v1.0.0")
    until(lambda: "\n" in read(origin.path / "latest-guard.lock"), "the push takes no lock")
    receiver = int(read(origin.path / "latest-guard.lock"))
    assert any(number == receiver for number, _ in descendants(process.pid)), "the lock names the receive-pack of the push"
    time.sleep(0.3)
    assert not is_free(origin)
    (keeper,) = keepers(origin)
    os.kill(keeper, signal.SIGKILL)
    wait_until_free(origin)
    assert process.poll() is None, "the push goes on"
    process.communicate(timeout=60)
    work.git("push", "origin", "HEAD:refs/tags/v2.0.0")


def read(path: Path) -> str:
    """A file's text; empty while it is not there."""
    try:
        return path.read_text()
    except OSError:
        return ""


def keepers(origin: Repo) -> list[int]:
    """The processes that have the lock open."""
    lock, found = str(origin.path / "latest-guard.lock"), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if any(str(link.readlink()) == lock for link in (folder / "fd").iterdir()):
                    found.append(int(folder.name))
            except OSError:
                continue
    return found
