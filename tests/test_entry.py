"""The end of the process: at once, with the answer written whole and the right code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "latest_guard"]


def test_all_that_was_printed_arrives() -> None:
    done = subprocess.run([*COMMAND, "completions", "bash"], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("latest-guard")


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["check-tag", "--", "-x"], 2), (["no-such"], 2), (["check-tag"], 2)])
def test_the_code_is_that_of_the_command(words: list[str], code: int) -> None:
    assert subprocess.run([*COMMAND, *words], capture_output=True, check=False).returncode == code


def test_a_reader_that_went_away() -> None:
    process = subprocess.Popen([*COMMAND, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.wait(30), process.stderr.read()) == (141, b"")
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_answer_that_cannot_be_written_is_no_yes() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "latest-guard: the output cannot be written: No space left on device\n"


def test_without_any_output_at_all() -> None:
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "--version"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
