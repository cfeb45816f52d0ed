"""Times `latest-guard lint` beside `zizmor --offline` on one folder, and the start of the command beside a bare Python.

    python bench/lint.py                 # on a folder of 20 workflows, written for it
    python bench/lint.py FOLDER          # on the workflows of FOLDER
    python bench/lint.py --workflows 200 --rounds 11

Both tools are run whole, in turns, so that noise of the machine meets both. Prints medians in milliseconds and ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

REPOSITORY = Path(__file__).parent.parent
SEEDS = sorted((REPOSITORY / "fixtures" / "dragonfly").glob("*/.github/workflows/*.yml"))

#: What most workflows of a repository look like: they move nothing.
PLAIN = """\
name: test {number}
on: [push, pull_request]
permissions: {{}}
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.10", "3.11", "3.12", "3.13"]
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: ${{{{ matrix.python }}}}
      - name: Install
        run: |
          python -m pip install --upgrade pip
          pip install -e '.[test]'
      - run: python -m pytest -x --part {number}
"""


def main() -> int:
    """Measure and print the table; 1 when a command could not be run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a repository with .github/workflows (default: one written for it)")
    parser.add_argument("--workflows", type=int, default=20, metavar="N", help="how many workflows to write (default 20)")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each command (default 7)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or written(Path(scratch), options.workflows)
        print(f"{folder if options.folder else 'written folder'}: {count(folder)} workflows, {options.rounds} rounds\n")
        compare("latest-guard lint", [command("latest-guard"), "lint", "."], "zizmor --offline", zizmor(), folder, options.rounds)
        bare = [sys.executable, "-c", "pass"]
        compare("latest-guard --version", [command("latest-guard"), "--version"], "python -c pass", bare, folder, options.rounds * 3)
    return 0


def written(scratch: Path, workflows: int) -> Path:
    """A repository of `workflows` workflows in `scratch`: one in five releases, the others test."""
    folder = scratch / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number in range(workflows):
        seed = SEEDS[number // 5 % len(SEEDS)].read_text(encoding="utf-8") if number % 5 == 0 else PLAIN.format(number=number)
        (folder / f"workflow-{number:03}.yml").write_text(seed, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(scratch)], check=True)
    return scratch


def count(folder: Path) -> int:
    """The number of workflow files in `folder`."""
    return sum(path.suffix in {".yml", ".yaml"} for path in (folder / ".github" / "workflows").glob("*"))


def command(name: str) -> str:
    """The path of a command, first beside this Python."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        sys.exit(f"bench: {name} is not installed: pip install -e '.[test]'")
    return found


def zizmor() -> list[str]:
    """zizmor's command line: offline, on the current folder."""
    return [command("zizmor"), "--offline", "--quiet", "--no-progress", "."]


def compare(ours: str, first: Sequence[str], theirs: str, second: Sequence[str], folder: Path, rounds: int) -> None:
    """Run both commands in turns and print the medians, the spread, and how they compare."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        times[0].append(timed(first, folder))
        times[1].append(timed(second, folder))
    medians = [statistics.median(series[1:]) for series in times]  # the first round warms the disk's cache
    for name, series, median in zip((ours, theirs), times, medians, strict=True):
        print(f"{name:<24} {median:8.1f} ms   (min {min(series[1:]):.1f}, max {max(series[1:]):.1f})")
    print(f"{'':<24} {medians[0] / medians[1]:8.2f} times, {medians[0] - medians[1]:+.1f} ms\n")


def timed(words: Sequence[str], folder: Path) -> float:
    """Milliseconds that a command takes in `folder`, from start to end; findings are no failure, a crash is."""
    begin = time.perf_counter()
    ended = subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ, check=False)
    spent = (time.perf_counter() - begin) * 1000
    if ended.returncode in {2, 3} or ended.returncode < 0:
        sys.exit(f"bench: {' '.join(words)} ended with {ended.returncode}: {ended.stderr.decode(errors='replace')[-500:]}")
    return spent


if __name__ == "__main__":
    sys.exit(main())
