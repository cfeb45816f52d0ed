"""The log as a file: writers at once, writers that are killed, and whatever is done to it afterwards."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import resource
import signal
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latest_guard.errors import UserError
from latest_guard.ledger import journal
from latest_guard.ledger.head import WIDTH, Head
from latest_guard.ledger.journal import Journal
from latest_guard.ledger.records import read
from latest_guard.ledger.verifying import verify_file
from ledger_case import ended, python, record, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latest_guard.ledger.verifying import Finding


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the log is to be."""
    return tmp_path / "release.log"


def verified(path: Path, *expected: str) -> Finding:
    return Journal(path).verify(expected)


def whole(path: Path, count: int) -> None:
    """The log holds so many records, and nothing is wrong with it."""
    found = verified(path)
    assert (found.faults, found.notes) == ((), ())
    assert len(found.records) == count


# what is written


def test_what_is_written_is_read(log: Path) -> None:
    made = Journal(log).append([record("1.0.0"), record("2.0.0", "why\x1b[31m\n\ud800\u202eé")])
    assert read(log) == made
    assert made[1].after == (made[0].id,)
    assert made[0].after == ()
    more = Journal(log).append([record("3.0.0")])
    assert more[0].after == (made[1].id,)
    whole(log, 3)


def test_the_file_is_printable_ascii(log: Path) -> None:
    Journal(log).append([record("1.0.0", "\x1b]0;x\x07\n\r\u2028\u202e|`<b>é\udcff")])
    content = log.read_bytes()
    assert content.replace(b"\n", b"").decode("ascii").isprintable()
    assert content.count(b"\n") == 2


def test_an_id_is_the_hash_of_its_line_without_it(log: Path) -> None:
    """As docs/log.md says, with sed and sha256sum."""
    (made,) = Journal(log).append([record()])
    command = f"sed -n 2p {log} | sed 's/\"id\":\"[0-9a-f]*\",//' | tr -d '\\n' | sha256sum"
    assert subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.split()[0] == made.id


def test_fields_of_a_later_version_do_not_matter(log: Path) -> None:
    """Fields may be added: this version reads the others, verifies all of it, and goes on."""
    (made,) = Journal(log).append([record()])
    rest = b'{"more":{"of":["it"]},' + log.read_bytes().split(b"\n")[1][len('{"id":""') + 65 :]
    ident = hashlib.sha256(rest).hexdigest()
    line = b'{"id":"' + ident.encode() + b'",' + rest[1:] + b"\n"
    log.write_bytes(Head(1, WIDTH + len(line), ident).line() + line)
    assert read(log) == (replace(made, id=ident),)
    Journal(log).append([record()])
    whole(log, 2)


def test_nothing_to_write(log: Path) -> None:
    assert Journal(log).append([]) == ()
    whole(log, 0)


# many writers

WRITER = """
from pathlib import Path
from latest_guard.ledger.journal import Journal
from ledger_case import record
for number in range(int(sys.argv[3])):
    Journal(Path(sys.argv[1])).append([record(f"{sys.argv[2]}.{number}.0")])
"""


def test_twenty_writers_lose_nothing(log: Path) -> None:
    ended(*[python(WRITER, str(log), str(writer), "10") for writer in range(20)])
    whole(log, 200)
    versions = [found.version for found in read(log)]
    assert sorted(versions) == sorted(f"{writer}.{number}.0" for writer in range(20) for number in range(10))
    for writer in range(20):
        own = [version for version in versions if version.startswith(f"{writer}.")]
        assert own == [f"{writer}.{number}.0" for number in range(10)], "in the order in which it wrote them"


def test_one_who_reads_sees_whole_records(log: Path) -> None:
    code = WRITER.replace("for number in range(int(sys.argv[3])):", "number = 0\nwhile not Path(sys.argv[3]).exists():")
    writers = [python(code, str(log), str(writer), str(log.parent / "stop")) for writer in range(3)]
    while not log.exists() or log.stat().st_size < 2 * WIDTH:
        time.sleep(0.001)
    for _ in range(12):
        found = verified(log)
        assert (found.faults, found.notes) == ((), ())
    (log.parent / "stop").touch()
    ended(*writers)
    assert len(verified(log).records) > len(found.records) > 0


def test_a_writer_waits_for_the_lock_and_not_for_ever(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(log, 1)
    monkeypatch.setattr(journal, "PATIENCE", 0.05)
    with log.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UserError, match="another writer has kept the log"):
            Journal(log).append([record()])
    Journal(log).append([record()])
    whole(log, 2)


# killed writers

#: Kills itself with signal 9 at the N-th call that touches the file; an append is then half written.
SUICIDE = """
import os, signal
from pathlib import Path
from latest_guard.ledger.journal import Journal
from ledger_case import record
left = int(sys.argv[2])
def deadly(name):
    real = getattr(os, name)
    def call(*words):
        global left
        left -= 1
        if left == 0:
            if name == "pwrite" and words[2]:
                real(words[0], words[1][:len(words[1]) // 3], words[2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*words)
    return call
for name in ("open", "pread", "fstat", "pwrite", "fsync", "ftruncate", "close"):
    setattr(os, name, deadly(name))
Journal(Path(sys.argv[1])).append([record("9.0.0"), record("9.1.0")])
"""


@pytest.mark.parametrize("before", [0, 3], ids=["a new log", "a log with records"])
def test_killed_at_every_call(log: Path, before: int) -> None:
    """The next write works, and verify tells what is true: records are there, or not, or one is cut off."""
    seen: set[str] = set()
    for step in range(1, 60):
        log.unlink(missing_ok=True)
        written(log, before)
        process = python(SUICIDE, str(log), str(step))
        process.communicate(timeout=60)
        if log.exists() and log.stat().st_size:
            found = verified(log)
            seen |= {fault.kind for fault in found.faults} | {"behind" for note in found.notes if "behind" in note}
            assert {fault.kind for fault in found.faults} <= {"torn"}
            assert len(found.records) in range(before, before + 3)
        there = len(verified(log).records) if log.exists() and log.stat().st_size else 0
        Journal(log).append([record("10.0.0")])
        whole(log, there + 1)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
    assert process.returncode == 0, "there are more calls than this test kills"
    assert seen == {"torn", "behind"}


def test_every_piece_of_a_write(log: Path) -> None:
    """Whatever part of an append is there, down to a byte: what was whole counts, what was not is cut off, and the next record says so."""
    old = written(log, 2)
    new = written(log, 1)[len(old) :]
    for length in [*range(0, len(new), 9), len(new) - 1, len(new)]:
        log.write_bytes(old + new[:length])
        found = verified(log)
        expected = [] if length in (0, len(new)) else ["torn"]
        assert [fault.kind for fault in found.faults] == expected, length
        assert bool(found.notes) == (length == len(new))
        (made,) = Journal(log).append([record("9.0.0")])
        assert made.cut == (length if expected else 0)
        whole(log, 4 if length == len(new) else 3)


def test_a_long_piece_is_cut_off_whole(log: Path) -> None:
    """It is longer than the record that takes its place."""
    old = written(log, 1)
    Journal(log).append([record("2.0.0", "x" * 5000)])
    log.write_bytes(old + log.read_bytes()[len(old) : -1])
    (made,) = Journal(log).append([record("3.0.0")])
    assert made.cut > 5000
    whole(log, 2)


def test_every_piece_of_a_new_log(log: Path) -> None:
    written(log, 0)
    Journal(log).append([])
    head = log.read_bytes()
    for length in range(len(head) + 1):
        log.write_bytes(head[:length])
        Journal(log).append([record()])
        whole(log, 1)


def test_killed_at_any_time(log: Path) -> None:
    """Three writers, killed as soon as one of them has written and a little more; then another writes."""
    chance = random.Random(1)
    count = 0
    for _ in range(12):
        before = log.stat().st_size if log.exists() else 0
        writers = [python(WRITER, str(log), str(writer), "1000") for writer in range(3)]
        while not log.exists() or log.stat().st_size == before:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        for writer in writers:
            writer.kill()
        for writer in writers:
            writer.communicate()
        found = verified(log)
        assert {fault.kind for fault in found.faults} <= {"torn"}
        assert len(found.records) >= count
        Journal(log).append([record()])
        count = len(found.records) + 1
        whole(log, count)
    assert count > 12


def test_no_room(log: Path) -> None:
    """The write fails half way: that is told, and nothing is left behind."""
    content = written(log, 3)
    code = WRITER.replace(
        "for number", "import resource, signal\nresource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)\nfor number"
    )
    process = python(code, str(log), "9", "1", str(len(content) + 100))
    _, error = process.communicate(timeout=60)
    assert resource.RLIMIT_FSIZE and "the log cannot be written: File too large" in error
    assert log.read_bytes() == content
    whole(log, 3)


# tampering


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log with eight records."""
    return written(tmp_path_factory.mktemp("whole") / "release.log", 8)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log with two records."""
    return written(tmp_path_factory.mktemp("small") / "release.log", 2)


def kinds(content: bytes, *expected: str) -> set[str]:
    return {fault.kind for fault in verify_file(content, "x", expected).faults}


def is_found(content: bytes, tmp_path: Path) -> bool:
    """Whether verify finds something wrong, or refuses it as no log."""
    path = tmp_path / "log"
    path.write_bytes(content)
    try:
        return bool(verified(path).faults)
    except UserError:
        return True


def lines_of(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def moved(lines: list[bytes], here: int, there: int) -> list[bytes]:
    rest = lines[:here] + lines[here + 1 :]
    return [*rest[:there], lines[here], *rest[there:]]


@st.composite
def tampered(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Something done to a log."""
    kind = draw(st.sampled_from(["byte", "bytes out", "bytes in", "line out", "line twice", "line moved", "cut"]))
    where, length, to = draw(st.floats(0, 1)), draw(st.integers(1, 2000)), draw(st.floats(0, 1))
    byte, piece = draw(st.integers(0, 255)), draw(st.binary(min_size=1, max_size=50))

    def change(content: bytes) -> bytes:
        at, lines = int(where * (len(content) - 1)), lines_of(content)
        line, target = int(where * (len(lines) - 1)), int(to * (len(lines) - 1))
        return {
            "byte": lambda: content[:at] + bytes([byte]) + content[at + 1 :],
            "bytes out": lambda: content[:at] + content[at + length :],
            "bytes in": lambda: content[:at] + piece + content[at:],
            "line out": lambda: b"".join(lines[:line] + lines[line + 1 :]),
            "line twice": lambda: b"".join([*lines[: target + 1], lines[line], *lines[target + 1 :]]),
            "line moved": lambda: b"".join(moved(lines, line, target)),
            "cut": lambda: content[:at],
        }[kind]()

    return change


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@settings(max_examples=1500)
@given(change=tampered())
def test_any_change_is_found(content: bytes, scratch: Path, change: Callable[[bytes], bytes]) -> None:
    assert is_found(change(content), scratch) or change(content) == content


def test_any_changed_byte_is_found(small: bytes, scratch: Path) -> None:
    for at in range(len(small)):
        assert is_found(small[:at] + bytes([small[at] ^ 1]) + small[at + 1 :], scratch), at


def test_any_missing_byte_is_found(small: bytes, scratch: Path) -> None:
    for at in range(len(small)):
        shorter = small[:at] + small[at + 1 :]
        assert is_found(shorter, scratch), at


@pytest.mark.parametrize(
    ("change", "kind", "line"),
    [
        (lambda lines: [*lines[:3], lines[3].replace(b"1.2.0", b"1.9.0"), *lines[4:]], "changed", 4),
        (lambda lines: [lines[0].replace(b'"records":8', b'"records":7'), *lines[1:]], "changed", 1),
        (lambda lines: [*lines[:3], b"a line of somebody's\n", *lines[3:]], "changed", 4),
        (lambda lines: [lines[0], *lines[2:]], "missing", 2),
        (lambda lines: [*lines[:4], *lines[5:]], "missing", 5),
        (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "reordered", 5),
        (lambda lines: [lines[0], *moved(lines[1:], 0, 5)], "reordered", 2),
        (lambda lines: [*lines[:5], lines[4], *lines[5:]], "repeated", 6),
        (lambda lines: lines[:-1], "truncated", 8),
        (lambda lines: lines[:1], "truncated", 1),
        (lambda lines: [*lines[:-1], lines[-1][:-20]], "truncated", 8),
        (lambda lines: [*lines, lines[4][:100]], "torn", 10),
    ],
)
def test_kinds(content: bytes, change: Callable[[list[bytes]], list[bytes]], kind: str, line: int) -> None:
    first = verify_file(b"".join(change(lines_of(content))), "release.log").faults[0]
    assert (first.kind, first.where) == (kind, f"release.log:{line}")


def test_a_record_that_must_be_there(log: Path, content: bytes) -> None:
    """A log that is cut off and begun anew is whole by itself; the id that was kept elsewhere is not in it."""
    written(log, 2)
    kept = read(log)[1].id
    assert verified(log, kept, kept[:8]).faults == ()
    assert kinds(content, kept) == {"missing"} or kept.encode() in content
    log.write_bytes(content)
    Journal(log).append([record("9.0.0", "again")])
    again = read(log)[-1].id
    log.write_bytes(content)
    assert kinds(content) == set()
    assert [fault.kind for fault in verified(log, again).faults] == ["missing"]


def test_a_log_that_has_lost_records_is_not_written_on(log: Path, content: bytes) -> None:
    for cut in (content[: content[:-1].rindex(b"\n") + 1], content[:-1], content[:WIDTH]):
        log.write_bytes(cut)
        with pytest.raises(UserError, match="has lost records"):
            Journal(log).append([record()])
        assert log.read_bytes() == cut


def test_what_does_not_follow_is_not_taken_over(log: Path, content: bytes) -> None:
    log.write_bytes(content + lines_of(content)[3])
    with pytest.raises(UserError, match="does not follow") as told:
        Journal(log).append([record()])
    assert told.value.where == f"{log}:10"


def test_a_forged_end_is_whole_only_if_it_is_chained(content: bytes) -> None:
    """What the chain cannot prove: whoever computes ids can add a record."""
    line = lines_of(content)[3]
    assert hashlib.sha256(b"{" + line[line.index(b'"schema"') : -1]).hexdigest().encode() in line


# bad input


@pytest.mark.parametrize(
    "text", [b"{}\n", b"[]\n", b"hello\n", b"\xff\xfe\n", b"[" * 100_000, b'{"schema":"latest-guard/log-2"}\n', b"\n" * 300]
)
def test_no_log(log: Path, text: bytes) -> None:
    log.write_bytes(text)
    for act in (lambda: read(log), lambda: verified(log), lambda: Journal(log).append([record()])):
        with pytest.raises(UserError, match="no release log") as told:
            act()
        assert told.value.where == f"{log}:1"
    assert log.read_bytes() == text


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path, "a file of its own|cannot be written"),
        (tmp_path / "pipe", "a file of its own"),
        (tmp_path / "none" / "log", "No such file"),
    ):
        with pytest.raises(UserError, match=words):
            Journal(path).append([record()])
        with pytest.raises(UserError, match="a file of its own|cannot be read"):
            read(path)


@pytest.mark.parametrize(
    "line",
    [b"{}", b'{"id":"00"}', b'{"id":"' + b"0" * 64 + b'","after":[]}', b'{"id":"' + b"0" * 64 + b'",' + b"[" * 9999 + b"}", b"9" * 9999],
)
def test_no_record(log: Path, line: bytes) -> None:
    content = written(log, 2)
    log.write_bytes(content + line + b"\n")
    with pytest.raises(UserError) as told:
        read(log)
    assert str(told.value) == f"{log}:4: this line is no record of the release log; see latest-guard log verify"
