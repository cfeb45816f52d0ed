"""What the gate writes, and that nothing breaks out of it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.errors import UserError
from latest_guard.gate import outputs
from latest_guard.gate.decision import Decision, Now
from latest_guard.gate.outcome import Outcome
from latest_guard.sources.contract import Answer, Released
from repositories import Repo, new

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

TAGS = ("v1.26.0", "v1.27.3", "v1.28.0")


@pytest.fixture
def tags(cli: Cli, tmp_path: Path) -> Path:
    """A repository with a few releases, which is the present folder."""
    folder = tmp_path / "work"
    new(folder).tag(*TAGS)
    return folder


def github_outputs(text: str) -> dict[str, str]:
    """The outputs in a step's file, read as the runner reads it (actions/runner, FileCommandManager)."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if "<<" in line and ("=" not in line or line.index("<<") < line.index("=")):
            name, _, mark = line.partition("<<")
            found[name] = "\n".join(iter(lambda: next(lines), mark))  # noqa: B023
        elif line:
            name, _, found[name] = line.partition("=")
    return found


def test_text(cli: Cli, tags: Path) -> None:
    assert cli("gate", "v1.27.4").out == (
        "1.27.4\n"
        "  latest  stays        1.28.0 is higher (git tags)\n"
        "  1       stays        1.28.0 is higher (git tags)\n"
        "  1.27    moves        the highest of 2 versions; the next is 1.27.3\n"
        "asked: git tags: 3 versions\n"
    )


def test_json(cli: Cli, tags: Path) -> None:
    assert cli.gate("v1.27.4").json == {
        "schema": "latest-guard/gate-1",
        "version": "1.27.4",
        "pointers": {
            "latest": {"move": False, "state": "stays", "reason": "1.28.0 is higher (git tags)", "now": []},
            "1": {"move": False, "state": "stays", "reason": "1.28.0 is higher (git tags)", "now": []},
            "1.27": {"move": True, "state": "moves", "reason": "the highest of 2 versions; the next is 1.27.3", "now": []},
        },
        "sources": [{"name": "git tags", "versions": 3, "highest": "1.28.0", "left_out": 0, "requests": 0}],
        "tags": [],
        "metadata_tags": ["type=raw,value=1.27.4", "type=raw,value=1.27"],
        "npm_tag": "release-1.27",
    }


@pytest.mark.parametrize(("version", "code"), [("1.27.4", 1), ("1.28.1", 0), ("1.28.0", 0), ("1.29.0-rc.1", 1), ("x", 2)])
def test_exit_code(cli: Cli, tags: Path, version: str, code: int) -> None:
    assert cli("gate", version, "--exit-code").code == code
    assert cli("gate", version).code == (2 if code == 2 else 0)


def test_github(cli: Cli, tags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, summary = tags / "output", tags / "summary"
    output.write_text("before=1\n")
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert cli("gate", "v1.28.1").code == 0
    assert github_outputs(output.read_text()) == {
        "before": "1",
        "latest": "true",
        "version": "1.28.1",
        "pointers": "latest\n1\n1.28",
        "tags": "",
        "metadata-tags": "type=raw,value=1.28.1\ntype=raw,value=latest\ntype=raw,value=1\ntype=raw,value=1.28",
        "npm-tag": "latest",
        "reason": "the highest of 4 versions; the next is 1.28.0",
    }
    assert "| latest | moves | the highest of 4 versions; the next is 1.28.0 |" in summary.read_text()


def test_github_delimiters_are_new_each_time(cli: Cli, tags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tags / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    cli("gate", "v1.28.1")
    cli("gate", "v1.28.1")
    marks = [line.partition("<<")[2] for line in output.read_text().splitlines() if "<<" in line]
    assert len(set(marks)) == len(marks) == 14
    assert all(len(mark) >= 32 for mark in marks)


def test_error_leaves_nothing_behind(cli: Cli, tags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.setenv(name, str(tags / name))
    ran = cli("gate", "v1.28.1", "--git", "--image=127.0.0.1:9/x", "--plain-http", "--dotenv=report.env", "--shell")
    assert (ran.code, ran.out) == (2, "")
    assert not list(tags.glob("*.env")) + list(tags.glob("GITHUB_*"))


def test_dotenv(cli: Cli, tags: Path) -> None:
    report = tags / "report.env"
    report.write_text("OTHER=kept\nLATEST_GUARD_LATEST=true\n")
    assert cli("gate", "v1.27.4", "--dotenv=report.env").code == 0
    assert report.read_text().splitlines() == [
        "OTHER=kept",
        "LATEST_GUARD_LATEST=false",
        "LATEST_GUARD_VERSION=1.27.4",
        "LATEST_GUARD_POINTERS=1.27",
        "LATEST_GUARD_TAGS=",
        "LATEST_GUARD_NPM_TAG=release-1.27",
    ]


def test_dotenv_keeps_no_old_yes(cli: Cli, tags: Path) -> None:
    report = tags / "report.env"
    assert cli("gate", "v1.28.1", "--dotenv=report.env").code == 0
    assert "LATEST_GUARD_LATEST=true" in report.read_text()
    assert cli("gate", "v1.28.1", "--remote=nowhere", "--dotenv=report.env").code == 2
    assert report.read_text() == ""


def test_shell(cli: Cli, tags: Path) -> None:
    script = cli("gate", "v1.28.1", "--shell").out + 'printf "%s|" "$LATEST_GUARD_LATEST" $LATEST_GUARD_POINTERS "$LATEST_GUARD_REASON"'
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "true|latest|1|1.28|the highest of 4 versions; the next is 1.28.0|"


def test_annotation(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    line = outputs.github_warnings(made("1.0.0", "r", now=(Now("image x", "1.27.3", "", "1.28.0%0A::error::", True),)))
    assert line == "::warning title=latest-guard::latest is 1.27.3 in image x, where 1.28.0%250A::error:: is released\n"


# what comes from outside


def made(version: str, reason: str, source: str = "git tags", now: tuple[Now, ...] = ()) -> Outcome:
    """An outcome with texts of any kind in it."""
    released = Released(version, version, (0, 0, (1, 0, 0), (1,)), True)
    return Outcome(released, (Decision("latest", "moves", reason, now),), (Answer(source, (released,)),), ("ghcr.io/a/b",), "1.0.0")


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_nothing_breaks_out(version: str, reason: str, source: str) -> None:
    """Either the values come back as they were, or nothing is written at all."""
    outcome = made(version, reason, source)
    try:
        written = outputs.github_output(outcome)
        script = outputs.shell(outcome)
        told = outputs.text(outcome)
        summary = outputs.summary(outcome)
    except UserError:
        assert not all(text.isprintable() for text in (version, reason, source))
        return
    found = github_outputs(written)
    assert (found["version"], found["reason"], found["latest"]) == (version, reason, "true")
    assert len(found) == 7
    assert len(script.splitlines()) == 6
    assert len(told.splitlines()) == 3
    assert not set("<>`") & set(summary)


@pytest.mark.parametrize(
    "text", ["$(touch broken)", "`touch broken`", "'; touch broken; '", '"; touch broken; "', "\\", "a b", "-n", "$HOME", "!!"]
)
def test_shell_quotes(tmp_path: Path, text: str) -> None:
    script = outputs.shell(made("1.0.0", text)) + 'printf "%s" "$LATEST_GUARD_REASON"'
    said = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "tag", ["v9.9.9$(id)", "v9.9.9;id", "v9.9.9`id`", "v9.9.9'\"", "v9.9.9\u202e", "v9.9.9<b>|", "v9.9.9%0Alatest=true"]
)
def test_hostile_tags(cli: Cli, tags: Path, monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    """git lets such tags be made; here they are versions above all others, and only text."""
    repo = Repo(tags)
    repo.git("tag", tag)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tags / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tags / "summary"))
    ran = cli("gate", "v1.28.1", "--dotenv=report.env", "--shell")
    assert ran.code == 0, ran.err
    assert ran.out.isascii()
    found = github_outputs((tags / "output").read_text())
    assert found["latest"] == "false"
    assert len(found) == 7
    subprocess.run(["sh", "-euc", ran.out], check=True, env={})
    assert "<b>" not in (tags / "summary").read_text()
    assert json.loads(cli.gate("v1.28.1").out)["pointers"]["latest"]["move"] is False


@pytest.mark.parametrize(
    "version",
    [
        "",
        "v",
        "1",
        "1.2",
        "1.02.3",
        "v1.2.x",
        "1.2.3;id",
        "$(id)",
        "1.2.3\nlatest=true",
        "١.٢.٣",
        "1.2.3 ",
        "--",
        "9" * 300,
        "1.2.3\x1b[31m",
        "refs/heads/main",
    ],
)
def test_what_is_no_version(cli: Cli, tags: Path, version: str) -> None:
    ran = cli("gate", "--", version)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.strip().isprintable()


def test_versions_with_more_than_a_tag_may_hold(cli: Cli, tags: Path) -> None:
    assert cli.gate("1.28.1+build.7").json["metadata_tags"][0] == "type=raw,value=1.28.1_build.7"


def test_output_file_that_cannot_be_written(cli: Cli, tags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tags / "not" / "there"))
    ran = cli("gate", "v1.28.1")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
    assert cli("gate", "v1.28.1", f"--dotenv={tags}/not/there").code == 2
