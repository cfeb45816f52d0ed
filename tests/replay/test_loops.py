"""Loops: what their status is, and what a loop that ends does to a shell that ends at the first failure."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from judged import script

from machine import tool

if TYPE_CHECKING:
    from pathlib import Path

PUSH = "docker push ghcr.io/o/r:latest"
LOOPS = [
    "while read -r a; do echo $a; done < list",
    "cat list | while read -r a; do echo $a; done",
    "cat list | while read -r a; do if [ -z $a ]; then continue; fi; echo $a; done",
    "cat list | while read -r a; do [ $a = x ] && continue; echo $a; done",
    "cat list | while read -r a; do [ $a = x ] && echo $a; done",
    "while read -r a; do [ $a = x ] && echo $a; done < list",
    "while false; do false; done",
    "until true; do false; done",
    "for a in; do false; done",
    "for a in x y; do for b in x y; do continue 2; done; exit 1; done",
    "for a in x y; do for b in x y; do break 2; done; exit 1; done",
    "false || for a in x; do continue; done",
    "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); [ $i = 2 ] && break; done",
    "cat list | while read -r a; do false; done",
    "cat list | while read -r a; do echo $a; exit 1; done",
]


@pytest.mark.parametrize("loop", LOOPS)
def test_what_stands_behind_a_loop_is_reached_as_bash_reaches_it(tmp_path: Path, loop: str) -> None:
    (tmp_path / "list").write_text("x\ny\n")
    done = subprocess.run([tool("bash"), "-e", "-c", f"{loop}\necho pushed"], cwd=tmp_path, capture_output=True, text=True, check=False)
    found = script(tmp_path, f"printf 'x\\ny\\n' > list\n{loop}\n{PUSH}")
    assert found == (["ungated"] if done.stdout.endswith("pushed\n") else [])
