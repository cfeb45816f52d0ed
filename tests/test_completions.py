"""Completion scripts, in the shells themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from latest_guard.cli import COMMANDS
from machine import tool


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
