"""Progress: a line on a terminal that takes its time, gone at the end; in a log never."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from machine import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = (
    "on: {{push: {{tags: ['v*']}}}}\njobs:\n  image:\n    runs-on: x\n    steps:\n      - run: docker push ghcr.io/example/{}:latest\n"
)
#: The command line with the patience of its first argument, in seconds.
PROGRAM = "import sys; from latest_guard.cli import main, progress; progress.PATIENCE = float(sys.argv[1]); progress.PAUSE = 0; sys.exit(main(sys.argv[2:]))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for name in ("one", "a-name-that-is-much-longer-than-what-fits"):
        (workflows / f"{name}.yml").write_text(WORKFLOW.format(name), encoding="utf-8")
    return tmp_path


def on_a_terminal(folder: Path, patience: str, *words: str, columns: int = 60, term: str = "xterm") -> tuple[str, str]:
    """What the command writes to its standard output, a pipe, and to a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-c", PROGRAM, patience, *words]
    environment = os.environ | {"TERM": term, "PYTHONPATH": str(REPOSITORY / "hooks")}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    seen = b""
    while chunk := read(ours):
        seen += chunk
    os.close(ours)
    return done.stdout, seen.decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: nobody writes to it any more
        return b""


@pytest.mark.parametrize("command", ["lint", "inventory", "baseline --update"])
def test_a_long_run_says_how_far_it_is_and_leaves_nothing_behind(command: str, folder: Path) -> None:
    stdout, terminal = on_a_terminal(folder, "0", *command.split())
    drawn = re.findall(r"\r\x1b\[K([^\r\n]*)", terminal)
    assert drawn[0].startswith("looking at 1 of 2: .github/workflows/a-name")
    assert drawn[1].startswith("looking at 2 of 2: .github/workflows/one.yml, push:tag")
    assert drawn[-1] == "", "the line is gone at the end"
    assert max(map(len, drawn)) == 59, "it never fills the last column, behind which a terminal goes on to the next line"
    assert "\x1b" not in stdout


def test_what_nobody_calls_is_announced_too(folder: Path) -> None:
    (folder / "push.sh").write_text("docker push ghcr.io/example/app:latest\n", encoding="utf-8")
    _, terminal = on_a_terminal(folder, "0", "lint", columns=200)
    assert "looking at 1 of 1: push.sh, called by nobody here" in terminal


@pytest.mark.parametrize(
    ("patience", "words", "term"),
    [("60", ["lint"], "xterm"), ("0", ["lint", "--quiet"], "xterm"), ("0", ["lint"], "dumb")],
    ids=["a short run", "quiet", "no cursor"],
)
def test_no_progress_where_it_is_not_wanted(patience: str, words: list[str], term: str, folder: Path) -> None:
    stdout, terminal = on_a_terminal(folder, patience, *words, term=term)
    assert (terminal, "latest" in stdout) == ("", True)


def test_a_log_has_no_progress(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, "0", "lint"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
