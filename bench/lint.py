"""Times `latest-guard lint` beside `zizmor --offline` on one folder, and the start of the command beside a bare Python.

    python bench/lint.py                 # on a folder of 20 workflows, written for it
    python bench/lint.py FOLDER          # on the workflows of FOLDER
    python bench/lint.py --workflows 200 --rounds 11
    python bench/lint.py --repositories FOLDER…   # many repositories: in one process, and through zizmor one call a repository
    python bench/lint.py --curves                 # against the number of files, and the length of one script and of one expression

Both tools are run whole, in turns, so that noise of the machine meets both. Prints medians in milliseconds and ratios; for many
repositories CPU seconds and the peak of memory, for curves CPU milliseconds, in all and by file, line or term.
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
    parser.add_argument("--repositories", nargs="+", type=Path, metavar="FOLDER", help="repositories to judge together")
    parser.add_argument("--curves", action="store_true", help="show how the cost grows")
    options = parser.parse_args()
    if options.repositories:
        together([folder for folder in options.repositories if count(folder)])
        return 0
    if options.curves:
        curves()
        return 0
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


# Many repositories ---------------------------------------------------------------------------------------------------------


def together(folders: Sequence[Path]) -> None:
    """Judge all the repositories in one process, and each by a call of zizmor; print CPU time and memory."""
    files = sum(count(folder) for folder in folders)
    print(f"{len(folders)} repositories, {files} workflows\n")
    ours, peak = spent([command("latest-guard"), "lint", *map(str, folders)], Path())
    print(f"{'latest-guard lint, once':<28} {ours:8.2f} s CPU {peak:8.0f} MB at most", flush=True)
    theirs = [spent(zizmor(), folder) for folder in folders]
    cpu = sum(seconds for seconds, _ in theirs)
    print(f"{'zizmor, once a repository':<28} {cpu:8.2f} s CPU {max(memory for _, memory in theirs):8.0f} MB at most")
    print(f"{'':<28} {ours / cpu:8.2f} times, {1000 * ours / max(files, 1):.1f} ms a workflow")


def spent(words: Sequence[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of a command in `folder`, from start to end."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode == 3 or process.returncode < 0:
            sys.exit(f"bench: {words[0]} ended with {process.returncode}: {said.read().decode(errors='replace')[-500:]}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return usage.ru_utime + usage.ru_stime, kilobytes / 1024


# Curves ---------------------------------------------------------------------------------------------------------------------

#: A gate, in front of which the lines of a long script stand.
RELEASE = """\
on:
  push:
    tags: ['v*']
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - {condition}
        run: |
{lines}
          highest=$(git tag --list 'v*' | sort -V | tail -1)
          if [ "$GITHUB_REF_NAME" = "$highest" ]; then docker push example/app:latest; fi
"""
#: What scripts are made of.
LINES = (
    'echo "part {n}" >> build.log',
    "name_{n}=part-{n}",
    'if [ -f "part-{n}" ]; then cp "part-{n}" dist/; fi',
    "./configure --with-part={n} && make part-{n}",
    'for one in a b; do install "$one-{n}" "$name_{n}"; done',
)


def curves() -> None:
    """Print how the cost grows with the number of files, the lines of one script and the terms of one expression."""
    start = least(None)
    print(f"a repository without workflows: {start:.0f} ms, taken off below\n")
    for what, sizes, make in (
        ("files", (10, 100, 1000), written),
        ("lines of one script", (10, 100, 1000, 10_000), long_script),
        ("terms of one expression", (10, 100, 500), long_expression),
    ):
        for size in sizes:
            with tempfile.TemporaryDirectory() as scratch:
                cost = least(make(Path(scratch), size)) - start
            print(f"{size:>7} {what:<26} {cost:9.0f} ms {cost / size:9.3f} ms each")
        print()


def least(folder: Path | None) -> float:
    """The CPU milliseconds of `latest-guard lint` on a folder, the least of three runs; None: on an empty one."""
    with tempfile.TemporaryDirectory() as empty:
        return min(spent([command("latest-guard"), "lint", "."], folder or Path(empty))[0] for _ in range(3)) * 1000


def long_script(scratch: Path, lines: int) -> Path:
    """A repository with one workflow, whose script has so many lines in front of its gate."""
    said = "\n".join("          " + LINES[n % len(LINES)].format(n=n) for n in range(lines))
    return one(scratch, RELEASE.format(condition="name: long", lines=said))


def long_expression(scratch: Path, terms: int) -> Path:
    """A repository with one workflow, whose step has a condition of so many terms."""
    said = " || ".join(f"github.actor == 'a{n}'" for n in range(terms))
    return one(scratch, RELEASE.format(condition=f"if: {said}", lines="          true"))


def one(scratch: Path, workflow: str) -> Path:
    """A repository with one workflow."""
    folder = scratch / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "release.yml").write_text(workflow, encoding="utf-8")
    return scratch


if __name__ == "__main__":
    sys.exit(main())
