"""Completion scripts, in the shells themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from latest_guard.cli import COMMANDS
from machine import tool

if TYPE_CHECKING:
    from pathlib import Path


def script(shell: str) -> str:
    done = subprocess.run([sys.executable, "-m", "latest_guard", "completions", shell], capture_output=True, text=True, check=True)
    return done.stdout


def completed(line: str) -> set[str]:
    """What bash offers at the end of a command line."""
    words = line.split(" ")
    state = f"COMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}; _latest_guard; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", f"{script('bash')}\n{state}"], capture_output=True, text=True, check=True)
    return set(filter(None, done.stdout.split("\n")))


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("latest-guard ex", {"explain"}),
        ("latest-guard lint --format js", {"json"}),
        ("latest-guard lint --fail-level n", {"note", "never"}),
        ("latest-guard lint --show", {"--show-all"}),
        ("latest-guard check-tag --pol", {"--policy"}),
        ("latest-guard log ", {"verify", "show"}),
        ("latest-guard log v", {"verify"}),
        ("latest-guard log verify ", set()),
        ("latest-guard log verify --ex", {"--expect"}),
        ("latest-guard log show --format m", {"markdown"}),
        ("latest-guard lint ", set()),
        ("latest-guard nonsense --f", set()),
    ],
)
def test_bash(line: str, offered: set[str]) -> None:
    assert completed(line) == offered


def test_bash_offers_every_command() -> None:
    assert completed("latest-guard ") == (set(COMMANDS) - {"hook"}) | {"--version", "--help"}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_can_read_their_script(shell: str) -> None:
    text = script(shell)
    assert all(name in text for name in COMMANDS if name != "hook")
    subprocess.run([tool(shell), "-n"], input=text, text=True, check=True)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("latest-guard ex", {"explain"}),
        ("latest-guard lint --format js", {"json"}),
        ("latest-guard lint --show", {"--show-all"}),
        ("latest-guard check-tag --policy st", {"strict"}),
    ],
)
def test_fish(line: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "extra.txt").touch()
    (tmp_path / "latest-guard.fish").write_text(script("fish"), encoding="utf-8")
    words = [tool("fish"), "--no-config", "-c", f'source latest-guard.fish; complete -C "{line}"']
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert {row.partition("\t")[0] for row in done.stdout.splitlines()} == offered


#: A zsh on a terminal of its own, in which something is typed and the tabulator key pressed.
ZSH = """\
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo rea""dy'
zpty -r -m shell out '*ready*'
zpty -w -n shell "$1"$'\\t'"; echo do''ne"$'\\n'
zpty -r -m shell out '*done*'
print -r -- "$out"
"""


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("latest-guard expl", "latest-guard explain"),
        ("latest-guard lint --format js", "latest-guard lint --format json"),
        ("latest-guard lint --show", "latest-guard lint --show-all"),
    ],
)
def test_zsh(line: str, made: str, tmp_path: Path) -> None:
    (tmp_path / "_latest-guard").write_text(script("zsh"), encoding="utf-8")
    (tmp_path / "type.zsh").write_text(ZSH, encoding="utf-8")
    words = [tool("zsh"), "-f", "type.zsh", line]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert f"{made}" in done.stdout, done.stdout + done.stderr
