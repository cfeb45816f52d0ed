"""Times git with the pre-tag door against git without it.

    python bench/doors.py
    python bench/doors.py --git /opt/gits/sid/usr/lib/git-core      # another git, by its folder of commands
    python bench/doors.py --hook-files                               # hook files where this git would be configured

One commit (bound: 4 ms more; or what an empty sh hook costs, as git 2.47 runs the hook five times a commit, 2.55 seven times), a clone of
100,000 tags (1.5 times), a fetch of 1,000 tags (1.2 times the same with an empty sh hook), and `git tag` in a repository of 1,000 tags
whose remote is asked (300 ms more). What is compared runs in turns, whole processes, so that noise of the machine meets all.
Prints the shortest times, as what else the machine does only ever makes a run longer; exits with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EMPTY = "#!/bin/sh\nexit 0\n"
#: How far two equal hooks may be apart.
NOISE = 1.1


@dataclass(frozen=True)
class Bench:
    """A folder to work in, the environment of every command, and the options of `latest-guard install`."""

    folder: Path
    environment: dict[str, str]
    options: list[str]

    def git(self, where: Path, *words: str, stdin: str = "") -> str:
        """Run git."""
        done = subprocess.run(["git", *words], cwd=where, env=self.environment, input=stdin, text=True, capture_output=True, check=True)
        return done.stdout.strip()

    def timed(self, where: Path, *words: str) -> float:
        """Milliseconds that a git takes."""
        began = time.perf_counter()
        subprocess.run(["git", *words], cwd=where, env=self.environment, capture_output=True, check=True)
        return (time.perf_counter() - began) * 1000

    def origin(self, tags: int) -> Path:
        """A bare repository with so many tags, packed."""
        where = self.folder / f"origin-{tags}"
        self.git(self.folder, "init", "-q", "--bare", where.name)
        tree = self.git(where, "hash-object", "-t", "tree", "-w", "--stdin")
        commit = self.git(where, "commit-tree", "-m", "x", tree)
        self.git(where, "update-ref", "refs/heads/main", commit)
        for low in range(0, tags, 10_000):
            numbers = range(low, min(low + 10_000, tags))
            self.git(
                where, "update-ref", "--stdin", stdin="".join(f"create refs/tags/v{n // 1000}.{n % 1000}.0 {commit}\n" for n in numbers)
            )
        self.git(where, "pack-refs", "--all")
        return where

    def clone(self, origin: Path, name: str, *options: str) -> Path:
        """A clone."""
        self.git(self.folder, "clone", "-q", *options, f"file://{origin}", name)
        return self.folder / name

    def guard(self, where: Path) -> None:
        """Install the pre-tag door."""
        words = [sys.executable, "-m", "latest_guard", "install", "pre-tag", *self.options]
        subprocess.run(words, cwd=where, env=self.environment, capture_output=True, check=True)

    def empty(self, where: Path) -> None:
        """Install a hook that does nothing, where the door would stand."""
        self.guard(where)
        for shim in (where / ".git/hooks/reference-transaction", where / ".git/latest-guard/pre-tag"):
            if shim.exists():
                shim.write_text(EMPTY)


def commits(bench: Bench) -> list[float]:
    """One commit without the door, with it, and with a hook that does nothing in its place."""
    origin = bench.origin(1000)
    places = [bench.clone(origin, f"commit-{name}") for name in ("without", "with", "empty")]
    bench.guard(places[1])
    bench.empty(places[2])
    return in_turns(60, [partial(bench.timed, where, "commit", "-q", "--allow-empty", "-m", "x") for where in places])


def tags(bench: Bench) -> list[float]:
    """One `git tag` without the door, and with it, in a repository of 1,000 tags whose remote is asked."""
    places = [bench.folder / "commit-without", bench.folder / "commit-with"]
    numbers = itertools.count(1000)

    def tag(where: Path) -> float:
        return bench.timed(where, "tag", f"v{next(numbers)}.0.0")

    return in_turns(20, [partial(tag, where) for where in places])


def fetches(bench: Bench) -> list[float]:
    """A fetch of 1,000 tags with a hook that does nothing, and with the door."""

    def fetch(prepare: Callable[[Path], None]) -> float:
        where = bench.clone(bench.folder / "origin-1000", "fetch", "--no-tags")
        prepare(where)
        took = bench.timed(where, "-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "-q", "--tags")
        shutil.rmtree(where)
        return took

    return in_turns(5, [lambda: fetch(bench.empty), lambda: fetch(bench.guard)])


def clones(bench: Bench) -> list[float]:
    """A clone of 100,000 tags without the door, and with it, as a user's core.hooksPath or template brings it there."""
    origin = bench.origin(100_000)
    shims = bench.clone(bench.folder / "origin-1000", "shims")
    subprocess.run(
        [sys.executable, "-m", "latest_guard", "install", "pre-tag", "--hook-files"],
        cwd=shims,
        env=bench.environment,
        capture_output=True,
        check=True,
    )

    def clone(*options: str) -> float:
        took = bench.timed(bench.folder, *options, "clone", "-q", "--bare", f"file://{origin}", "copy")
        shutil.rmtree(bench.folder / "copy")
        return took

    return in_turns(3, [clone, lambda: clone("-c", f"core.hooksPath={shims}/.git/hooks")])


def in_turns(rounds: int, measures: list[Callable[[], float]]) -> list[float]:
    """The shortest times of what is measured in turns."""
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for times, measure in zip(found, measures, strict=True):
            times.append(measure())
    return [min(times) for times in found]


#: What is measured, and whether its bound, a difference in ms or a ratio, holds.
MEASURES: dict[str, tuple[Callable[[Bench], list[float]], str, Callable[[float, float], bool]]] = {
    "one commit": (commits, "at most 4 ms more", lambda without, guarded: guarded - without <= 4),
    "git tag, 1,000 tags": (tags, "at most 300 ms more", lambda without, guarded: guarded - without <= 300),
    "fetch of 1,000 tags": (fetches, "at most 1.2 times an empty hook", lambda without, guarded: guarded <= 1.2 * without),
    "clone of 100,000 tags": (clones, "at most 1.5 times", lambda without, guarded: guarded <= 1.5 * without),
}


def main() -> int:
    """Measure and print the table; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--git", default="", metavar="DIR", help="the folder of commands of another git")
    parser.add_argument("--hook-files", action="store_true", help="hook files even where this git can be configured")
    options = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory(prefix="doors-") as folder:
        bench = Bench(Path(folder), environment(options.git), ["--hook-files"] if options.hook_files else [])
        print(bench.git(Path(folder), "--version"))
        for name, (measure, bound, holds) in MEASURES.items():
            without, guarded, *empty = measure(bench)
            broken = "" if holds(without, guarded) or (empty and guarded <= empty[0] * NOISE) else "  BROKEN"
            bound += f"; an empty hook {empty[0] - without:+.1f} ms" if empty else ""
            fine = fine and not broken
            more, times = guarded - without, guarded / without
            print(f"{name:22}  {without:8.1f} ms  {guarded:8.1f} ms  {more:+8.1f} ms  {times:5.2f} times  ({bound}){broken}", flush=True)
    return 0 if fine else 1


def environment(git: str) -> dict[str, str]:
    """Nothing of the machine's own configuration, and the chosen git."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    people = {f"GIT_{role}_{what}": "bench@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    chosen = {"PATH": f"{git}{os.pathsep}{os.environ['PATH']}", "GIT_EXEC_PATH": git} if git else {}
    return {**kept, **people, **chosen, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TEMPLATE_DIR": ""}


if __name__ == "__main__":
    sys.exit(main())
