"""Times `latest-guard history` beside `git for-each-ref` with dates, on repositories of many packed tags.

    python bench/history.py                 # 100,000 tags
    python bench/history.py 1000 10000 --rounds 11

Each repository has a line of commits a few minutes apart and a tag on each, annotated or lightweight: every tenth a prerelease, every
eleventh a back-port, as where two lines are kept alive. The commands are run whole, in turns, so that noise of the machine meets all.
Prints medians in milliseconds. The bound, for 100,000 tags: three times git, and the start of Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BOUND = 3.0
BOUND_AT = 100_000
#: What stands behind the command; the bound is the first one's.
FORMATS = {"text": [], "json": ["--format=json"], "csv": ["--format=csv"]}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_") and name != "PYTHONDONTWRITEBYTECODE"},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def main() -> int:
    """Measure and print the table; 1 when the bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[BOUND_AT], help="numbers of tags")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each command (default 7)")
    options = parser.parse_args()
    print(f"{'tags':>9} {'':<11}  {'git':>6}  {'python':>6}  " + "  ".join(f"{name:>6}" for name in FORMATS) + "  ratio  (medians, ms)")
    fine = True
    with tempfile.TemporaryDirectory(prefix="history-") as folder:
        for size in options.sizes:
            for kind in ("annotated", "lightweight"):
                repository = Path(folder) / f"{kind}-{size}"
                make(repository, size, kind == "annotated")
                git, python, *formats = measured(repository, options.rounds)
                ratio = (formats[0] - python) / git
                print(
                    f"{size:>9,} {kind:<11}  {git:>6.0f}  {python:>6.0f}  "
                    + "  ".join(f"{ms:>6.0f}" for ms in formats)
                    + f"  {ratio:>5.2f}",
                    flush=True,
                )
                fine = fine and (size != BOUND_AT or ratio <= BOUND)
    print("within the bound" if fine else f"BROKEN: more than {BOUND:.0f} times git and the start of Python")
    return 0 if fine else 1


def measured(repository: Path, rounds: int) -> list[float]:
    """The medians, in ms, of git's listing, of Python's start, and of the history in each format."""
    history = [str(Path(sys.executable).with_name("latest-guard")), "history", f"--repo={repository}"]
    commands: list[Sequence[str]] = [
        ["git", "-C", str(repository), "for-each-ref", "--format=%(creatordate:unix) %(refname)", "refs/tags"],
        [sys.executable, "-c", "pass"],
        *([*history, *words] for words in FORMATS.values()),
    ]
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for at, command in enumerate(commands):
            times[at].append(timed(command))
    return [statistics.median(one) for one in times]


def make(path: Path, size: int, annotated: bool) -> None:
    """A bare repository with `size` version tags, packed."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True, env=ENVIRONMENT)
    stream = "".join(stream_of(size, annotated))
    subprocess.run(["git", "-C", str(path), "fast-import", "--quiet"], input=stream.encode("ascii"), check=True, env=ENVIRONMENT)
    subprocess.run(["git", "-C", str(path), "pack-refs", "--all"], check=True, env=ENVIRONMENT)


def stream_of(size: int, annotated: bool) -> Iterator[str]:
    """Commits and tags as git fast-import reads them."""
    for number in range(size):
        who = f"Bench <bench@example.org> {1_400_000_000 + number * 300} +0000"
        yield f"commit refs/heads/main\nmark :{number + 1}\ncommitter {who}\ndata 1\nx\n" + (f"from :{number}\n" if number else "")
        if annotated:
            yield f"tag {named(number)}\nfrom :{number + 1}\ntagger {who}\ndata 1\nx\n"
        else:
            yield f"reset refs/tags/{named(number)}\nfrom :{number + 1}\n\n"


def named(number: int) -> str:
    """The tag of the release with a number: lines of a hundred, where every eleventh release goes to the line before."""
    line, patch = number // 100, number % 100
    if number % 11 == 6 and line:
        line, patch = line - 1, patch + 100
    return f"v{line // 50}.{line % 50}.{patch}" + ("-rc.1" if number % 10 == 3 else "")


def timed(command: Sequence[str]) -> float:
    """How long one run of `command` takes, in milliseconds; it must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
