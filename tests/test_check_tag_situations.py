"""Situations in which the usual ways to find the latest version lie: which version is the highest, by us.

The tags of each are made in order, in a real repository; check-tag must know the highest of them, accept one above it, and refuse one
that would move its line back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from latest_guard.cli import main
from repositories import new

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Situation:
    """Tags in the order in which they were made; `next` is one that must be accepted, `again` one that must not."""

    name: str
    tags: str
    highest: str
    next: str
    again: str
    settings: str = ""


LOOSE, PEP440, CALVER = 'scheme = "loose"', 'scheme = "pep440"', 'scheme = "calver"'
PREFIXES = 'tag-pattern = ["release-{version}", "v{version}"]'
SITUATIONS = [
    Situation("linear", "v1.0.0 v1.1.0", "v1.1.0", "v1.1.1", "v1.0.5"),
    Situation("1.9 then 1.10", "v1.9.0 v1.10.0", "v1.10.0", "v1.11.0", "v1.9.1"),
    Situation("back-port on main", "v1.0.0 v2.0.0 v1.0.1", "v2.0.0", "v2.0.1", "v1.0.2"),
    Situation("back-port, HEAD on its branch", "v1.0.0 v2.0.0 v1.0.1", "v2.0.0", "v2.0.1", "v1.1.0"),
    Situation("rc1 then final", "v1.0.0-rc.1 v1.0.0", "v1.0.0", "v1.0.1-rc.1", "v1.0.0-rc.2"),
    Situation("rc2 tagged after final", "v1.0.0-rc.1 v1.0.0 v1.0.0-rc.2", "v1.0.0", "v1.0.1", "v1.0.0-rc.3"),
    Situation("rc1 and final on one commit", "v1.0.0-rc.1 =v1.0.0", "v1.0.0", "v1.0.1", "v1.0.0-rc.2"),
    Situation("rc.2 then rc.10", "v1.0.0-rc.2 v1.0.0-rc.10", "v1.0.0-rc.10", "v1.0.0-rc.11", "v1.0.0-rc.9"),
    Situation("alpha, beta, rc.1, final", "v1.0.0-alpha v1.0.0-beta v1.0.0-rc.1 v1.0.0", "v1.0.0", "v1.1.0-alpha", "v1.0.0-rc.2"),
    Situation("mixed prefixes", "v1.9.0 2.0.0", "2.0.0", "2.0.1", "v1.9.1"),
    Situation("mixed, a stray lower v tag", "1.9.0 1.10.0 v1.2.0", "1.10.0", "1.10.1", "v1.2.1"),
    Situation("build metadata and rc", "v1.0.1-rc.1 v1.0.1+build.5", "v1.0.1+build.5", "v1.0.2", "v1.0.1"),
    Situation("build 9, then the next", "v1.0.0+9 v1.0.1", "v1.0.1", "v1.0.2", "v1.0.0+10"),
    Situation("calver 2024.10 and 2024.2", "2024.2.0 2024.10.0", "2024.10.0", "2024.11.0", "2024.9.0", CALVER),
    Situation("from v99 to dates", "v98.0.0 v99.0.0 v2024.1.0", "v2024.1.0", "v2024.2.0", "v100.0.0"),
    Situation("a lightweight nightly", "v1.0.0 v1.1.0 nightly", "v1.1.0", "v1.2.0", "v1.0.1"),
    Situation("another component's tag", "v1.0.0 v1.1.0 pkg/v3.0.0", "v1.1.0", "v1.2.0", "v1.0.1"),
    Situation("lightweight tags only", "v1.0.0 v1.1.0", "v1.1.0", "v1.2.0", "v1.0.1"),
    Situation("annotated, then lightweight", "@v2.0.0 v2.1.0", "v2.1.0", "v2.1.1", "v2.0.1"),
    Situation("newest on an unmerged branch", "v1.0.0 !v1.1.0", "v1.1.0", "v1.2.0", "v1.0.1"),
    Situation("an old version tagged late", "v1.1.0 v1.0.0", "v1.1.0", "v1.2.0", "v1.0.1"),
    Situation("four parts", "v1.0 v1.0.0.1 v1.0.1", "v1.0.1", "v1.0.1.1", "v1.0.0.2", LOOSE),
    Situation("post-release", "v1.0.0 v1.0.0.post1", "v1.0.0.post1", "v1.0.0.post2", "v1.0.0rc1", PEP440),
    Situation("rc1 without hyphen, then final", "v1.0.0rc1 v1.0.0", "v1.0.0", "v1.0.1", "v1.0.0rc2", PEP440),
    Situation("dev, a1, final", "v1.0.0.dev1 v1.0.0a1 v1.0.0", "v1.0.0", "v1.0.1", "v1.0.0a2", PEP440),
    Situation("numeric prerelease", "v1.0.0-1 v1.0.0", "v1.0.0", "v1.0.1-1", "v1.0.0-2"),
    Situation("words that only semver reads", "v1.0.0-alpha.beta v1.0.0-beta.x", "v1.0.0-beta.x", "v1.0.0-beta.y", "v1.0.0-alpha.gamma"),
    Situation("zero-padded dates", "2024.02.01 2024.10.01", "2024.10.01", "2024.11.01", "2024.09.01", CALVER),
    Situation("two parts", "v1.9 v1.10", "v1.10", "v1.11", "v1.9.1", PEP440),
    Situation("upper and lower case", "v1.0.0rc1 v1.0.0-RC2", "v1.0.0-RC2", "v1.0.0rc3", "v1.0.0-rc1", PEP440),
    Situation("two prefixes", "v1.9.0 release-2.0.0", "release-2.0.0", "release-2.0.1", "v1.9.1", PREFIXES),
]  # fmt: skip


def made(path: Path, situation: Situation) -> None:
    """The repository; @ annotates, = stays on the commit, ! is on a branch of its own."""
    repo = new(path)
    repo.commit("start", **{".latest-guard.toml": situation.settings + "\n"})
    for word in situation.tags.split():
        name = word.lstrip("@=!")
        if word.startswith("!"):
            repo.git("checkout", "--quiet", "-b", "aside")
        if word.startswith("="):
            repo.git("tag", name)
        else:
            repo.tag(name, annotated=word.startswith("@"))
    if "HEAD on its branch" in situation.name:
        repo.git("checkout", "--quiet", "-b", "release/1.0", "v1.0.1")
    elif "!" in situation.tags:
        repo.git("checkout", "--quiet", "main")


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_situation(situation: Situation, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, situation)
    code = main(["check-tag", "--repo", str(tmp_path), "--format", "json", situation.next, "--ancestry", "off"])
    verdict = json.loads(capsys.readouterr().out)["tags"][0]
    assert (code, verdict["newest"], verdict["outcome"]) == (0, situation.highest, "accepted")
    assert main(["check-tag", "--repo", str(tmp_path), situation.again, "--ancestry", "off"]) == 1


def test_the_table_is_whole() -> None:
    assert len(SITUATIONS) == 31
    assert len({situation.name for situation in SITUATIONS}) == 31


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("v1.10", "as pep440 it can be read"),
        ("v2024.02.01", "as pep440 or calver it can be read"),
        ("v1.0.0.post1", "as pep440 it can be read"),
    ],
)
def test_the_message_names_the_scheme_that_reads_it(tag: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path).commit()
    assert main(["check-tag", "--repo", str(tmp_path), tag]) == 1
    told = capsys.readouterr().out
    assert says in told
    assert "the scheme here is semver" in told
    assert 'set scheme = "pep440"' in told


def test_a_semver_prerelease_under_pep440(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path).commit()
    assert main(["check-tag", "--repo", str(tmp_path), "--scheme", "pep440", "v1.0.0-alpha.beta"]) == 1
    assert "as semver it can be read, but the scheme here is pep440" in capsys.readouterr().out
