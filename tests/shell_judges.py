"""Runs the real tools that the shell's filters and patterns are held against."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import NamedTuple

import pytest


class Answer(NamedTuple):
    """What a tool did."""

    out: str
    status: int
    errors: str


def judge(tool: str) -> str:
    """The path of a tool. Without it the test fails where CI is set, and is skipped elsewhere."""
    path = shutil.which(tool)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{tool} is missing: it judges this test")
    if path is None:
        pytest.skip(f"{tool} is missing")
    return path


def run(argv: list[str], stdin: str = "", locale: str = "C.UTF-8") -> Answer:
    """Run a tool in an empty folder, with nothing in its environment; `echo` and `printf` are those of bash."""
    bash = judge("bash")
    words = [bash, "-c", '"$@"', "bash", *argv] if argv[0] in ("echo", "printf") else [judge(argv[0]), *argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            words,
            input=stdin.encode(),
            capture_output=True,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": locale},
            timeout=20,
            check=False,
        )
    return Answer(answer.stdout.decode(errors="replace"), answer.returncode, answer.stderr.decode(errors="replace"))
