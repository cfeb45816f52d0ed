"""The order in which tags were made, and their replay against the guard."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from latest_guard.errors import UserError
from latest_guard.git.history import made_tags
from machine import REPOSITORY
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from pathlib import Path


def tag_at(repo: Repo, name: str, day: int, *, annotated: bool = False) -> None:
    """A commit and its tag, on a day of March 2025."""
    date = f"2025-03-{day:02d}T12:00:00Z"
    environment = {**ENVIRONMENT, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for words in (["commit", "-q", "--allow-empty", "-m", name], ["tag", *(["-a", "-m", name] if annotated else []), name]):
        subprocess.run(["git", *words], cwd=repo.path, env=environment, check=True)


@pytest.fixture
def accident(tmp_path: Path) -> Repo:
    """v1.28.0 on main, and four days later v1.27.3, tagged on top of it."""
    repo = new(tmp_path / "repo")
    tag_at(repo, "v1.27.2", 9)
    tag_at(repo, "v1.28.0", 17, annotated=True)
    tag_at(repo, "nightly", 18)
    tag_at(repo, "v1.27.3", 21)
    return repo


def test_the_order_of_creation(accident: Repo) -> None:
    tags = made_tags(accident.path)
    assert [tag.name for tag in tags] == ["v1.27.2", "v1.28.0", "nightly", "v1.27.3"]
    assert [tag.made.day for tag in tags if tag.made] == [9, 17, 18, 21]
    assert tags[1].target == accident.git("rev-parse", "v1.28.0")
    assert tags[1].commit == accident.git("rev-parse", "v1.28.0^{commit}") != tags[1].target


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is this a git repository"):
        made_tags(tmp_path)


def test_the_replay_finds_the_back_port(accident: Repo) -> None:
    command = [sys.executable, str(REPOSITORY / "bench" / "replay_tags.py"), str(accident.path)]
    told = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    assert "3 version tags, 1 others" in told
    assert "accepted 2, refused 1" in told
    assert "v1.27.3 on line 1.27, after v1.28.0: refused" in told
    assert "v1.27.3 [back-port] releasing 1.27.3 after v1.28.0 would move `latest` back" in told
    accident.git("branch", "release/1.27")
    told = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    assert "v1.27.3 on line 1.27, after v1.28.0: accepted" in told
