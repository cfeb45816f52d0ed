"""The log in git notes: written by compare-and-swap, pushed and merged as git does it, and held against the ref's own history."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latest_guard.errors import UserError
from latest_guard.git.repository import Repository
from latest_guard.ledger import notes
from latest_guard.ledger.notes import REF, Notes, in_order
from latest_guard.ledger.records import line_of, sealed
from latest_guard.ledger.verifying import verify_notes
from ledger_case import ended, python, record
from repositories import Repo, new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from latest_guard.ledger.records import Record
    from latest_guard.ledger.verifying import Finding


@pytest.fixture(autouse=True)
def git_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """git as on a machine where nobody configured anything."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one commit."""
    made = new(tmp_path / "repo")
    made.commit()
    return made


def log(repo: Repo) -> Notes:
    return Notes(Repository.open(repo.path))


def about(commit: str, version: str = "1.28.0") -> Record:
    """A record on a commit; on HEAD for an empty one."""
    return replace(record(version), commit=commit)


def write(repo: Repo, *versions: str, commit: str = "") -> list[Record]:
    return [made for version in versions for made in log(repo).append([about(commit, version)])]


def whole(repo: Repo, count: int, *expected: str) -> Finding:
    found = log(repo).verify(expected)
    assert found.faults == ()
    assert len(found.records) == count
    return found


def versions(records: Iterable[Record]) -> list[str]:
    return [found.version for found in records]


def test_what_is_written_is_read(repo: Repo) -> None:
    first = repo.git("rev-parse", "HEAD")
    second = repo.commit()
    made = [*write(repo, "1.0.0", commit=first), *write(repo, "2.0.0"), *write(repo, "1.0.1", commit=first)]
    assert list(log(repo).read()) == made
    assert [found.after for found in made] == [(), (made[0].id,), (made[1].id,)]
    assert repo.git("notes", "--ref", "latest-guard", "show", first).count('"id"') == 2
    assert repo.git("notes", "--ref", "latest-guard", "show", second).count('"id"') == 1
    assert repo.git("log", "--format=%s", REF).splitlines()[0] == "promote 1.0.1: moved"
    assert whole(repo, 3).notes == ()


def test_the_work_tree_and_the_index_are_left_alone(repo: Repo) -> None:
    repo.write("staged", "x")
    repo.git("add", "staged")
    before = repo.git("status", "--porcelain"), repo.git("stash", "list"), repo.git("rev-parse", "HEAD")
    write(repo, "1.0.0")
    assert before == (repo.git("status", "--porcelain"), repo.git("stash", "list"), repo.git("rev-parse", "HEAD"))


def test_from_a_folder_in_the_work_tree(repo: Repo) -> None:
    repo.commit(sub__file="x")
    write(repo, "1.0.0")
    write(Repo(repo.path / "sub"), "2.0.0")
    made = log(repo).read()
    assert versions(made) == ["1.0.0", "2.0.0"]
    assert made[1].after == (made[0].id,)
    assert log(Repo(repo.path / "sub")).verify().faults == ()


def test_in_a_bare_repository_and_in_a_linked_work_tree(repo: Repo, tmp_path: Path) -> None:
    write(repo, "1.0.0")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    write(Repo(tmp_path / "linked"), "2.0.0")
    assert whole(repo, 2).notes == ()
    bare = repo.clone(tmp_path / "bare", "--mirror")
    write(bare, "3.0.0", commit=repo.git("rev-parse", "HEAD"))
    assert whole(bare, 3).notes == ()


def test_longer_ids(tmp_path: Path) -> None:
    """A repository whose objects are named by SHA-256."""
    made = new(tmp_path / "long", "--object-format=sha256")
    made.commit()
    write(made, "1.0.0", "2.0.0")
    assert whole(made, 2).notes == ()


def test_several_records_at_once(repo: Repo) -> None:
    made = log(repo).append([about("", "1.0.0"), about("", "2.0.0")])
    assert made[1].after == (made[0].id,)
    whole(repo, 2)


def test_notes_in_folders(repo: Repo) -> None:
    """Where there are many notes git keeps them in folders, by the first letters of the commit."""
    (made,) = write(repo, "1.0.0")
    commit = repo.git("rev-parse", "HEAD")
    blob = repo.git("notes", "--ref", "latest-guard", "list", commit)
    inner = repo.git("mktree", stdin=f"100644 blob {blob}\t{commit[2:]}\n")
    tree = repo.git("mktree", stdin=f"040000 tree {inner}\t{commit[:2]}\n")
    repo.git("update-ref", REF, repo.git("commit-tree", tree, "-p", REF, "-m", "folders"))
    write(repo, "2.0.0")
    assert repo.git("notes", "--ref", "latest-guard", "show", commit).count('"id"') == 2
    assert made in log(repo).read()
    whole(repo, 2)


WRITER = """
from latest_guard.git.repository import Repository
from latest_guard.ledger.notes import Notes
from dataclasses import replace
from ledger_case import record
for number in range(int(sys.argv[3])):
    Notes(Repository.open(sys.argv[1])).append([replace(record(f"{sys.argv[2]}.{number}.0"), commit="")])
"""


#: The same without turns: only the ref itself keeps them apart, as it does for those who write from elsewhere.
CROWD = f"""
from contextlib import nullcontext
from latest_guard.ledger import notes
notes.in_turn = lambda path: nullcontext()
{WRITER}"""


@pytest.mark.parametrize(("code", "writers"), [(WRITER, 20), (CROWD, 6)], ids=["in turn", "all at once"])
def test_many_writers_lose_nothing(repo: Repo, code: str, writers: int) -> None:
    ended(*[python(code, str(repo.path), str(writer), "2") for writer in range(writers)])
    found = whole(repo, writers * 2)
    assert found.notes == ()
    read = log(repo).read()
    assert sorted(versions(read)) == sorted(f"{writer}.{number}.0" for writer in range(writers) for number in range(2))
    assert [record.after for record in read[1:]] == [(before.id,) for before in read[:-1]], "one chain"


def test_killed_at_any_time(repo: Repo) -> None:
    chance = random.Random(2)
    for _ in range(6):
        tip = log(repo)._tip()
        writers = [python(WRITER, str(repo.path), str(writer), "1000") for writer in range(2)]
        while log(repo)._tip() == tip:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        for writer in writers:
            writer.kill()
        for writer in writers:
            writer.communicate()
        write(repo, "99.0.0")
        found = log(repo).verify()
        assert (found.faults, found.notes) == ((), ())


def test_somebody_is_always_faster(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, "1.0.0")
    monkeypatch.setattr(notes, "PATIENCE", 0.2)
    monkeypatch.setattr(Notes, "_swap", lambda self, old, new: False)
    with pytest.raises(UserError, match="others have been faster"):
        write(repo, "2.0.0")


def test_a_lock_that_was_left_behind(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """git's own lock on the ref, of a process that was killed in the wrong moment: waited for, then told."""
    write(repo, "1.0.0")
    (repo.path / ".git" / f"{REF}.lock").write_text("")
    monkeypatch.setattr(notes, "PATIENCE", 0.2)
    with pytest.raises(UserError, match="try again"):
        write(repo, "2.0.0")
    whole(repo, 1)


def test_a_hook_that_refuses(repo: Repo) -> None:
    """Told at once, in git's words."""
    write(repo, "1.0.0")
    hook = repo.path / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n[ $1 != prepared ]\n")
    hook.chmod(0o755)
    with pytest.raises(UserError, match="the log cannot be written: .*hook"):
        write(repo, "2.0.0")
    hook.unlink()
    whole(repo, 1)


# merging


def pair(repo: Repo, tmp_path: Path) -> tuple[Repo, Repo]:
    """Two clones that both know one record, and have written two each since."""
    write(repo, "1.0.0")
    clones = repo.clone(tmp_path / "one"), repo.clone(tmp_path / "two")
    for number, clone in enumerate(clones, start=1):
        clone.git("fetch", "-q", "origin", f"{REF}:{REF}")
        write(clone, f"{number}.1.0", f"{number}.2.0")
    return clones


def merge(here: Repo, strategy: str = "cat_sort_uniq") -> None:
    """As docs/log.md has it."""
    here.git("fetch", "-q", "origin", f"+{REF}:refs/notes/theirs")
    here.git("notes", "--ref", "latest-guard", "merge", "-q", "-s", strategy, "theirs")


def test_pushed_and_merged(repo: Repo, tmp_path: Path) -> None:
    one, two = pair(repo, tmp_path)
    one.git("push", "-q", "origin", REF)
    merge(two)
    found = whole(two, 5)
    assert found.notes == (f"{REF}: 2 chains side by side, since a merge; the next record joins them",)
    two.git("push", "-q", "origin", REF)
    (joining,) = write(two, "3.0.0")
    assert len(joining.after) == 2
    assert whole(two, 6).notes == ()
    assert sorted(versions(log(two).read())) == ["1.0.0", "1.1.0", "1.2.0", "2.1.0", "2.2.0", "3.0.0"]
    assert log(two).read()[-1] == joining
    one.git("fetch", "-q", "origin", f"{REF}:{REF}")
    whole(one, 5)


def test_a_merge_that_loses_one_side_is_found(repo: Repo, tmp_path: Path) -> None:
    one, two = pair(repo, tmp_path)
    one.git("push", "-q", "origin", REF)
    merge(two, "ours")
    faults = log(two).verify().faults
    assert [fault.kind for fault in faults] == ["missing", "missing"]
    assert all("is not there any more" in fault.what for fault in faults)


# tampering


def rewrite(repo: Repo, text: str) -> None:
    """Put other lines into the note of HEAD, as anybody can."""
    repo.git("notes", "--ref", "latest-guard", "add", "-f", "-F", "-", "HEAD", stdin=text)


@pytest.mark.parametrize("drop", [0, 1, 2])
def test_what_is_taken_out_is_found(repo: Repo, drop: int) -> None:
    made = write(repo, "1.0.0", "2.0.0", "3.0.0")
    lines = repo.git("notes", "--ref", "latest-guard", "show", "HEAD").splitlines()
    rewrite(repo, "\n".join(lines[:drop] + lines[drop + 1 :]))
    (fault,) = log(repo).verify().faults
    assert (fault.kind, made[drop].id[:12] in fault.what) == ("missing", True)


def test_a_note_that_is_taken_away_is_found(repo: Repo) -> None:
    write(repo, "1.0.0", "2.0.0")
    repo.git("notes", "--ref", "latest-guard", "remove", "HEAD")
    assert [fault.kind for fault in log(repo).verify().faults] == ["missing", "missing"]


@pytest.mark.parametrize("drop", [0, 1])
def test_what_is_taken_out_with_the_history_is_found(repo: Repo, drop: int) -> None:
    """The ref is begun anew without one record: those behind it name it."""
    made = write(repo, "1.0.0", "2.0.0", "3.0.0")
    lines = repo.git("notes", "--ref", "latest-guard", "show", "HEAD").splitlines()
    repo.git("update-ref", "-d", REF)
    rewrite(repo, "\n".join(lines[:drop] + lines[drop + 1 :]))
    (fault,) = log(repo).verify().faults
    assert (fault.kind, fault.what) == ("missing", f"the record {made[drop].id[:12]} before {made[drop + 1].id[:12]} is not there")


def test_what_is_changed_is_found(repo: Repo) -> None:
    write(repo, "1.0.0", "2.0.0")
    text = repo.git("notes", "--ref", "latest-guard", "show", "HEAD")
    rewrite(repo, text.replace("1.0.0", "1.0.9", 1) + "\nhello\n")
    commit = repo.git("rev-parse", "HEAD")[:12]
    found = {(fault.kind, fault.where) for fault in log(repo).verify().faults}
    assert found == {("changed", f"{REF}:{commit}:1"), ("changed", f"{REF}:{commit}:3"), ("missing", f"{REF}:{commit}:1")}
    with pytest.raises(UserError, match="this line is no record"):
        write(repo, "3.0.0")


def graph() -> list[bytes]:
    """Two chains of three records on one root, joined by another, as lines."""
    root = sealed(record("1.0.0"), ())
    chains = []
    for major in (2, 3):
        made = [root]
        for number in range(3):
            made.append(sealed(record(f"{major}.{number}.0"), (made[-1].id,)))
        chains.append(made[1:])
    join = sealed(record("4.0.0"), sorted(chain[-1].id for chain in chains))
    return [line_of(found)[:-1] for found in (root, *chains[0], *chains[1], join)]


GRAPH = graph()


@settings(max_examples=600)
@given(
    line=st.integers(0, 7),
    at=st.floats(0, 1),
    kind=st.sampled_from(["byte", "out", "in", "line"]),
    bit=st.integers(0, 7),
    seen=st.booleans(),
)
def test_any_change_is_found(line: int, at: float, kind: str, bit: int, seen: bool) -> None:
    """A byte changed, taken out or put in, or a whole line taken out, with the ref's history and without."""
    old = GRAPH[line]
    place = int(at * (len(old) - 1))
    byte = bytes([old[place] ^ (1 << bit)])
    new = {
        "byte": old[:place] + byte + old[place + 1 :],
        "out": old[:place] + old[place + 1 :],
        "in": old[:place] + byte + old[place:],
        "line": b"",
    }
    lines = [*GRAPH[:line], *filter(None, [new[kind]]), *GRAPH[line + 1 :]]
    past = [("past", found) for found in GRAPH] if seen else []
    found = verify_notes([(f"x:{number}", text) for number, text in enumerate(lines)], past, "x")
    assert found.faults or (kind == "line" and line == 7 and not seen), (
        "only the very last record goes without a trace, and only with the history"
    )


@given(order=st.permutations(GRAPH))
def test_any_order_is_the_same(order: list[bytes]) -> None:
    found = verify_notes([(f"x:{number}", text) for number, text in enumerate(order)], [], "x")
    assert (found.faults, found.notes, len(found.records)) == ((), (), 8)
    read = in_order({made.id: made for made in found.records})
    assert all(before in {made.id for made in read[:number]} for number, made in enumerate(read) for before in made.after)


def test_order_says_nothing(repo: Repo) -> None:
    """Merging sorts the lines of a note."""
    made = write(repo, "1.0.0", "2.0.0", "3.0.0")
    lines = repo.git("notes", "--ref", "latest-guard", "show", "HEAD").splitlines()
    rewrite(repo, "\n\n".join(reversed(lines)))
    whole(repo, 3)
    assert list(log(repo).read()) == made


def test_set_back_with_its_history_is_found_by_an_id_that_was_kept(repo: Repo) -> None:
    made = write(repo, "1.0.0", "2.0.0")
    repo.git("update-ref", REF, f"{REF}~1")
    whole(repo, 1)
    assert [fault.kind for fault in log(repo).verify([made[1].id]).faults] == ["missing"]


# bad input


def test_nothing_there(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such ref"):
        log(repo).verify()
    empty = new(tmp_path / "empty")
    with pytest.raises(UserError, match="there is no commit here"):
        log(empty).append([about("")])


def test_a_commit_that_is_not_here(repo: Repo) -> None:
    with pytest.raises(UserError, match="there is no commit here"):
        log(repo).append([about("c" * 40)])
