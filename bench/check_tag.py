"""Times `latest-guard check-tag` beside `git tag --sort=-v:refname` on repositories of many packed tags.

    python bench/check_tag.py                         # 1,000 10,000 100,000 1,000,000 tags
    python bench/check_tag.py 100000 --rounds 11

For each size: git's own sorting; check-tag in the repository itself (no remote), in a clone of it (local and remote listed and united), and
`--offline`. The commands are run whole, in turns. Prints the shortest time of each in milliseconds, as what else the machine does only ever
makes a run longer; the distance to git's sorting; and how time grows with the number of tags. The bound: at most git's time and 250 ms
on 100,000 tags.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUND = 250.0
BOUND_AT = 100_000
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
}


def main() -> int:
    """Measure and print the table; 1 when the bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000, 1_000_000], help="numbers of tags")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each command (default 7; 3 above 100,000 tags)")
    options = parser.parse_args()
    print(f"{'tags':>9}  {'git sort':>9}  {'own repo':>9} {'over git':>9}  {'clone':>9} {'over git':>9}  {'offline':>9}  (shortest, ms)")
    fine = True
    with tempfile.TemporaryDirectory(prefix="check-tag-") as folder:
        for size in options.sizes:
            shortest = measured(Path(folder), size, options.rounds if size <= BOUND_AT else min(options.rounds, 3))
            git, own, clone, offline = shortest
            print(
                f"{size:>9,}  {git:>9.0f}  {own:>9.0f} {own - git:>+9.0f}  {clone:>9.0f} {clone - git:>+9.0f}  {offline:>9.0f}", flush=True
            )
            fine = fine and (size != BOUND_AT or max(own, clone) - git <= BOUND)
    print("within the bound" if fine else f"BROKEN: more than {BOUND:.0f} ms above git's sorting")
    return 0 if fine else 1


def measured(folder: Path, size: int, rounds: int) -> list[float]:
    """The shortest times, in ms, of git's sorting and of check-tag in the repository, in a clone, and in the clone offline."""
    repository, clone = folder / f"own-{size}", folder / f"clone-{size}"
    make(repository, size)
    subprocess.run(["git", "clone", "-q", f"file://{repository}", str(clone)], check=True, env=ENVIRONMENT)
    check = [sys.executable, "-m", "latest_guard", "check-tag", "v999999.0.0", "--repo"]
    commands: list[Sequence[str]] = [
        ["git", "-C", str(repository), "tag", "--sort=-v:refname"],
        [*check, str(repository)],
        [*check, str(clone)],
        [*check, str(clone), "--offline"],
    ]
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for at, command in enumerate(commands):
            times[at].append(timed(command))
    return [min(one) for one in times]


def make(path: Path, size: int) -> None:
    """A repository with one commit and `size` packed version tags, one in ten of them a prerelease."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True, env=ENVIRONMENT)
    subprocess.run(["git", "-C", str(path), "commit", "-q", "--allow-empty", "-m", "x"], check=True, env=ENVIRONMENT)
    head = subprocess.run(["git", "-C", str(path), "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    names = sorted(f"v{n // 10_000}.{n // 100 % 100}.{n % 100}" + ("-rc.1" if n % 10 == 7 else "") for n in range(size))
    header = "# pack-refs with: peeled fully-peeled sorted \n"
    content = header + f"{head} refs/heads/main\n" + "".join(f"{head} refs/tags/{name}\n" for name in names)
    (path / ".git" / "packed-refs").write_text(content, encoding="ascii")


def timed(command: Sequence[str]) -> float:
    """How long one run of `command` takes, in milliseconds; it must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
