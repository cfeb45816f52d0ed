"""`log verify` and `log show` from outside: what they print, their exit codes, bad input, and records that mean harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import pytest

from latest_guard.cli import main
from latest_guard.ledger.journal import Journal
from latest_guard.ledger.records import Author, Change, Mark, read
from ledger_case import NOON, record, written
from machine import REPOSITORY
from repositories import new

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((REPOSITORY / "docs" / "schemas" / "log.json").read_text(encoding="utf-8"))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three records, in the present folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    written(tmp_path / "release.log", 3)
    return tmp_path / "release.log"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, output, errors."""
    capsys.readouterr()
    code = main(["log", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_verify(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = read(log)[-1].id
    assert run(capsys, "verify", "release.log") == (0, f"release.log: 3 records, whole; the last is {last}\n", "")
    assert run(capsys, "verify", "--log", "release.log", "--expect", last[:8])[0] == 0
    code, out, _ = run(capsys, "verify", "release.log", "--expect", "0" * 8)
    assert (code, out.splitlines()[0]) == (1, "release.log: missing: the record 00000000 is not there")


def test_verify_what_was_tampered_with(log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(lines[0] + lines[1] + lines[3])
    first, second = (json.loads(lines[number])["id"] for number in (2, 3))
    code, out, err = run(capsys, "verify", "release.log")
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == f"release.log:3: missing: the record {first[:12]} before {second[:12]} is not there"
    assert out.splitlines()[1] == "release.log: 2 records, 1 fault"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code, out, err = run(capsys, "verify", "release.log", "--format=json")
    assert err == f"::error title=latest-guard%3A missing::release.log:3: the record {first[:12]} before {second[:12]} is not there\n"
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    assert [fault["kind"] for fault in found["logs"][0]["faults"]] == ["missing"]


def test_show(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "release.log", "--last", "1")
    (last,) = read(log)[-1:]
    assert (code, err) == (0, "")
    assert out == (
        "2025-03-17 12:00:00Z  promote 1.2.0  moved  by octocat in GitHub Actions https://github.com/example/app/actions/runs/1\n"
        "    image ghcr.io/example/app latest: moved 1.27.3 (sha256:777777777777) -> 1.2.0 (sha256:888888888888) (1.2.0 is higher)\n"
        "    confirmed: the version was typed\n"
        "    asked: image ghcr.io/example/app\n"
        f"    commit: {'c' * 40}\n"
        f"    id: {last.id}\n"
    )


def test_show_as_json(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "release.log", "--format=json")
    shown = json.loads(out)
    jsonschema.validate(shown, SCHEMA)
    assert code == 0
    assert shown["records"] == [json.loads(line) for line in log.read_text().splitlines()[1:]]


def test_show_as_markdown(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "release.log", "--format=markdown", "--last=1")
    assert code == 0
    assert out.splitlines()[2] == (
        "| 2025-03-17 12:00:00Z | promote 1.2.0 | moved (typed) | `image ghcr.io/example/app latest` moved 1.27.3 (sha256:777777777777) -\\> 1.2.0 "
        "(sha256:888888888888) | octocat<br>GitHub Actions<br>`https://github.com/example/app/actions/runs/1` |  |"
    )


def test_show_says_that_it_is_not_whole(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]))
    code, out, err = run(capsys, "show", "release.log")
    assert (code, out.count("promote"), err) == (1, 2, "latest-guard: release.log is not whole, see latest-guard log verify\n")


def test_every_line_of_a_log_is_what_the_schema_says(log: Path) -> None:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    for name in lines[1]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({key: value for key, value in lines[1].items() if key != name}, SCHEMA)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nowhere.log"), "nowhere.log: the log cannot be read: No such file or directory"),
        (("verify", "."), ".: the log must be a file of its own"),
        (("verify", "text"), "text:1: this is no release log: its first line is not that of one"),
        (("show", "empty"), "empty: the log is empty: nothing was recorded in it yet, or all of it is gone"),
        (("show", "broken"), "broken:3: this line is no record of the release log; see latest-guard log verify"),
        (("show", "release.log", "--last=0"), "--last: must be at least 1"),
        (("verify", "release.log", "--expect=xyz"), "--expect xyz: must be a record's id, or at least the first 8 letters of one"),
        (("verify",), "which log? Name it with --log FILE or --log-notes, here or in the settings"),
        (("verify", "--log-notes"), ".: this is no git repository"),
    ],
)
def test_bad_input(log: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    (log.parent / "text").write_text("hello\n")
    (log.parent / "empty").write_text("")
    (log.parent / "broken").write_bytes(b"\n".join([*log.read_bytes().split(b"\n")[:2], b"{}", b""]))
    assert run(capsys, *words) == (2, "", f"latest-guard: {told}\n")


def test_notes_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path).commit()
    code, out, err = run(capsys, "show", "--log-notes", "--repo", str(tmp_path))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "refs/notes/latest-guard: there is no such ref" in err


# harm

EVIL = (
    "\x1b[2J\x1b]0;owned\x07",
    "\n::error title=x::y",
    "::set-output name=latest::true",
    "##vso[task.setvariable variable=latest]true",
    "##[command]x",
    "##teamcity[buildStatus text='x']",
    "\u202egnp.exe",
    "\u2028\u2029\x85\x0b",
    "a | b | c",
    "`code`` <script>alert(1)</script> <!-- ",
    "](https://evil.example) [x",
    "\udcff\ud800",
    "%0A::error::x",
    "\r\nrecorded in release.log",
)


#: What is no markup: what a backslash stands before, and code, in which a table wants one before a bar.
OUTSIDE = re.compile(r"\\.|(?<!`)(`+)(?!`)(?:[^|]|(?<=\\)\|)*?(?<!`)\1(?!`)")


@pytest.fixture(params=EVIL, ids=lambda text: text.encode("ascii", "backslashreplace").decode()[:20])
def evil(request: pytest.FixtureRequest, log: Path) -> str:
    """A log whose only record holds the text everywhere."""
    log.unlink()
    text: str = request.param
    change = Change(text, text, "moved", Mark(text, text), Mark(text, text), True, text)
    author = Author(text, text, text)
    found = replace(record(), version=text, tag=text, commit=text, pointers=(change,), by=author, sources=(text,), why=text)
    Journal(log).append([found])
    return text


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_records_cannot_break_out(evil: str, log: Path, form: str) -> None:
    command = [sys.executable, "-m", "latest_guard", "log", "show", "release.log", "--format", form]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(REPOSITORY / "hooks")}
    done = subprocess.run(command, capture_output=True, cwd=log.parent, env=environment, check=False)
    out = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert all(line.isprintable() for line in out.split("\n"))
    assert not any(line.lstrip().startswith("::") for line in out.split("\n"))
    if form == "text":
        assert len(out.splitlines()) == 7
        assert not any(order in out for order in ("##vso[", "##[", "##teamcity["))
    elif form == "json":
        assert json.loads(out)["records"][0]["why"] == evil
    else:
        assert len(out.splitlines()) == 3
        row = OUTSIDE.sub("", out.splitlines()[2].replace("<br>", ""))
        assert row.count("|") == 7, row
        assert not set(row) & set("<>[]`@"), row


def test_the_record_comes_back_as_it_was(evil: str, log: Path) -> None:
    (found,) = read(log)
    assert (found.when, found.why, found.pointers[0].place) == (NOON, evil, evil)


@pytest.mark.parametrize(
    "tag", ["v1.2.3-\u202ecr.1", "v1.2.3-\udcff\udcfe", "v1.2.3-$(x)`y`;z|w", "v1.2.3-\u2028%0Aerror", "nightly<b>&amp;"]
)
def test_a_hostile_tag_is_recorded(tag: str, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that git takes for a tag, judged and recorded in both logs."""
    new(log.parent / "repo").commit()
    words = ["--repo", str(log.parent / "repo")]
    main(["check-tag", tag, *words, "--offline", "--log", "tags.log", "--log-notes"])
    assert read(log.parent / "tags.log")[0].tag == tag
    for where in (["tags.log"], ["--log-notes"]):
        code, out, _ = run(capsys, "show", *where, *words)
        assert code == 0
        assert all(line.isprintable() for line in out.split("\n"))
        assert run(capsys, "verify", *where, *words)[0] == 0


def test_names_of_logs_cannot_break_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    name = "\x1b[31m\n::error::x.log"
    written(tmp_path / name, 1)
    _, out, _ = run(capsys, "verify", name)
    assert len(out.splitlines()) == 1
    assert out.strip().isprintable()
