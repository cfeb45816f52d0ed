"""`latest-guard history`: what the tags of real repositories tell, and how ways back are counted."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history_cases import DAY, NOON, Tagged, numbers, patient, releases, repository
from latest_guard.git.repository import Repository
from latest_guard.guard.policy import Policy
from latest_guard.ledger.history import render
from latest_guard.ledger.history.past import Past
from latest_guard.ledger.history.reading import past
from latest_guard.ledger.history.words import sentence, span
from latest_guard.ledger.journal import Journal
from latest_guard.ledger.notes import Notes
from latest_guard.ledger.records import Change, Mark, Record
from latest_guard.report.look import Look
from machine import REPOSITORY
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((REPOSITORY / "docs" / "schemas" / "history.json").read_text(encoding="utf-8"))
ACCIDENT = [("v1.27.2", NOON - 9 * DAY), ("v1.28.0", NOON), ("v1.27.3", NOON + 4 * 3600), ("v1.28.1", NOON + 10 * DAY)]


def called(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "latest_guard", "history", "--repo", str(where), *words]
    return subprocess.run(command, env={**ENVIRONMENT, "COLUMNS": "200"}, capture_output=True, text=True, check=False)


def told(where: Path, *words: str) -> str:
    done = called(where, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def document(where: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(where, "--format", "json", *words))
    jsonschema.validate(found, SCHEMA)
    return found


def ways_back(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(back["from"], back["to"]) for component in found["components"] for back in component["setbacks"]]


def read(tags: list[tuple[str, int]], policy: Policy | None = None) -> Past:
    """The history of tags without a repository."""
    return past([([name for name, _ in tags], [seconds for _, seconds in tags])], policy or Policy())


# the accident, and what is said of it


def test_the_accident(tmp_path: Path) -> None:
    lines = told(repository(tmp_path / "r", ACCIDENT).path).splitlines()
    assert "unguarded: back from v1.28.0, 1 line down, for 9.8 days" in lines[3]
    assert lines[3].split()[:6] == ["2025-03-17", "17:00", "v1.27.3", "1.27", "back-port", "v1.28.0"]
    assert lines[-1] == "pushing `latest` on every release, this project would have sent its users back once, from 1.28.0 to 1.27.3"


def test_never_back(tmp_path: Path) -> None:
    found = told(repository(tmp_path / "r", ACCIDENT[:2]).path)
    assert found.splitlines()[-1] == "pushing `latest` on every release, this project would never have sent its users back"


def test_the_worst_is_the_one_over_most_lines() -> None:
    tags = ["v1.0.0", "v1.1.0", "v1.0.9", "v1.2.0", "v1.3.0", "v1.1.1", "v2.0.0", "v1.3.1"]
    assert sentence(read([(tag, at) for at, tag in enumerate(tags)])).endswith("back 3 times, the worst from 1.3.0 to 1.1.1")


def test_kinds() -> None:
    tags = ["v1.0.0", "v1.1.0-rc.1", "v1.1.0", "1.1.0", "v1.0.2", "v1.0.1", "v1.1.0-rc.2", "v0.9.0"]
    found = read([(tag, at) for at, tag in enumerate(tags)]).tracks[0]
    kinds = ["release", "prerelease", "release", "again", "back-port", "late", "prerelease", "back-port"]
    assert [release.kind for release in found.releases] == kinds
    assert [release.latest for release in found.releases] == ["v1.0.0", "v1.0.0", *["v1.1.0"] * 6]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (5400, "90 minutes"),
        (7200, "2 hours"),
        (2 * DAY, "2 days"),
        (9.5 * DAY, "9.5 days"),
        (1095.75 * DAY, "3 years"),
    ],
)
def test_spans_of_time(seconds: int, words: str) -> None:
    assert span(seconds) == words


# the count, held against a patient reader

tag_names = st.builds(
    lambda numbers, rest: "v{}.{}.{}".format(*numbers) + rest,
    st.tuples(st.integers(0, 2), st.integers(0, 11), st.integers(0, 11)),
    st.sampled_from(["", "", "", "-rc.1"]),
)
histories = st.lists(st.tuples(tag_names, st.integers(0, 40)), min_size=1, max_size=40, unique_by=lambda tag: tag[0])


@given(histories)
def test_ways_back_are_those_that_a_patient_reader_finds(tags: list[tuple[str, int]]) -> None:
    found = read(tags)
    backs = [(back.before.tag, back.after.tag, back.lines, back.until) for back in found.setbacks]
    assert backs == patient(tags)


@given(histories)
def test_a_guarded_latest_stands_at_the_highest_so_far(tags: list[tuple[str, int]]) -> None:
    highest: tuple[int, ...] = ()
    for release in read(tags).tracks[0].releases:
        highest = max(highest, numbers(release.tag) or ())
        assert (numbers(release.latest) or ()) == highest


@given(histories)
def test_a_guarded_latest_has_nothing_to_make_good(tags: list[tuple[str, int]]) -> None:
    kept = [(release.tag, release.seconds) for release in read(tags).tracks[0].releases if release.kind == "release"]
    assert not kept or not read(kept).setbacks


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_git_lists_the_tags_is_nothing(tags: list[tuple[str, int]], dice: Any) -> None:
    mixed = list(tags)
    dice.shuffle(mixed)
    assert render("json", read(mixed), Look()) == render("json", read(tags), Look())


def test_many_releases_of_a_repository(tmp_path: Path) -> None:
    tags = releases(2000)
    found = document(repository(tmp_path / "r", tags).path)
    assert len(found["components"][0]["releases"]) == 2000
    backs = patient(tags)
    assert found["times_back"] == len(backs) > 100
    assert ways_back(found) == [(before, after) for before, after, _, _ in backs]
    assert len(told(tmp_path / "r").splitlines()) == 2000 + 5


# dates


def test_an_annotated_tag_has_its_own_date_and_a_lightweight_one_its_commits(tmp_path: Path) -> None:
    tags = [Tagged("v1.0.0", NOON, NOON + 5 * DAY), Tagged("v1.1.0", NOON + DAY), Tagged("v1.0.1", NOON + 2 * DAY, NOON + 3 * DAY)]
    found = document(repository(tmp_path / "r", tags).path)
    assert [(release["tag"], release["date"]) for release in found["components"][0]["releases"]] == [
        ("v1.1.0", "2025-03-18T13:00:00Z"),
        ("v1.0.1", "2025-03-20T13:00:00Z"),
        ("v1.0.0", "2025-03-22T13:00:00Z"),
    ]
    assert ways_back(found) == [("v1.1.0", "v1.0.1"), ("v1.0.1", "v1.0.0")]


def test_tags_of_one_second_go_up(tmp_path: Path) -> None:
    found = document(repository(tmp_path / "r", [("v1.10.0", NOON), ("v1.9.0", NOON), ("v1.9.1", NOON + 1)]).path)
    assert [release["tag"] for release in found["components"][0]["releases"]] == ["v1.9.0", "v1.10.0", "v1.9.1"]
    assert ways_back(found) == [("v1.10.0", "v1.9.1")]


def hand_made(repo: Repo, name: str, tagger: str) -> None:
    """A tag object as git itself would not make it."""
    head = repo.git("rev-parse", "main")
    text = f"object {head}\ntype commit\ntag {name}\n{tagger}\nx\n"
    ident = repo.git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=text)
    repo.git("update-ref", f"refs/tags/{name}", ident)


def test_tags_without_a_date_are_left_out_and_told(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", ACCIDENT)
    repo.git("tag", "v3.0.0", repo.git("rev-parse", "main^{tree}"))
    hand_made(repo, "v2.0.0", "")
    hand_made(repo, "v4.0.0", "tagger T <t@example.org> 99999999999999 +0000\n")
    found = document(repo.path)
    assert found["undated"] == ["v2.0.0", "v3.0.0", "v4.0.0"]
    assert len(found["components"][0]["releases"]) == 4
    assert "not in here: 3 version tags without a date (v2.0.0, …)" in told(repo.path)


def test_the_far_ends_of_the_calendar(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", [("v1.0.0", 1)])
    hand_made(repo, "v9.9.9", "tagger T <t@example.org> 253402300799 +0000\n")
    dates = [release["date"] for release in document(repo.path, "--svg", str(tmp_path / "x.svg"))["components"][0]["releases"]]
    assert dates == ["1970-01-01T00:00:01Z", "9999-12-31T23:59:59Z"]


# which tags count


def test_components_have_a_latest_of_their_own(tmp_path: Path) -> None:
    tags = [("v2.0.0", 1), ("api/v1.0.0", 2), ("api/v1.1.0", 3), ("api/v1.0.1", 4), ("v2.0.1", 5), ("nightly", 6)]
    repo = repository(tmp_path / "r", tags)
    found = document(repo.path)
    assert [component["component"] for component in found["components"]] == ["", "api"]
    assert ways_back(found) == [("api/v1.1.0", "api/v1.0.1")]
    assert found["other_tags"] == 1
    assert found["sentence"].endswith("back once, from api/v1.1.0 to api/v1.0.1")
    assert document(repo.path, "--component", "")["times_back"] == 0
    assert document(repo.path, "--component", "api")["sentence"].endswith("from 1.1.0 to 1.0.1")
    done = called(repo.path, "--component", "web")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "latest-guard: --component web: there is no such component; there are '', 'api'\n"


def test_settings_of_the_tag_guard_hold(tmp_path: Path) -> None:
    repo = new(tmp_path / "r")
    settings = 'tag-pattern = "rel-{version}"\nline = "major"\nignore-tags = [{tag = "rel-9.*", reason = "never released"}]\n'
    repo.commit("settings", **{".latest-guard.toml": settings})
    for day, tag in enumerate(["rel-1.0.0", "rel-9.0.0", "rel-1.1.0", "v5.0.0"], 10):
        repo.git("-c", "user.name=T", "-c", "user.email=t@e", "commit", "--allow-empty", "-qm", tag, f"--date=2025-03-{day}T12:00Z")
        repo.git("tag", tag)
    found = document(repo.path)
    assert [release["tag"] for release in found["components"][0]["releases"]] == ["rel-1.0.0", "rel-1.1.0"]
    assert [line["line"] for line in found["components"][0]["lines"]] == ["1"]
    assert found["other_tags"] == 2
    flagged = document(repo.path, "--tag-pattern", "v{version}")
    assert [release["tag"] for release in flagged["components"][0]["releases"]] == ["v5.0.0"]


def test_schemes(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", [("1.0", 1), ("1.1rc1", 2), ("1.1", 3), ("1.1.post1", 4), ("1.0.post1", 5)])
    kinds = [release["kind"] for release in document(repo.path, "--scheme", "pep440")["components"][0]["releases"]]
    assert kinds == ["release", "prerelease", "release", "release", "back-port"]


# what cannot be told


def test_no_repository(tmp_path: Path) -> None:
    done = called(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"latest-guard: {tmp_path}: this is no git repository\n"


@pytest.mark.parametrize(
    ("tags", "counted"),
    [([], "0 tags"), ([("v1", 1)], "1 tag"), ([("nightly", 1), ("stable", 2)], "2 tags")],
)
def test_no_versions(tmp_path: Path, tags: list[tuple[str, int]], counted: str) -> None:
    done = called(repository(tmp_path / "r", tags).path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"latest-guard: there is no version with a date among the {counted} here; see --tag-pattern\n"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    done = called(repository(tmp_path / "r", ACCIDENT).path, "--svg", str(tmp_path / "none" / "x.svg"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "cannot be written" in done.stderr


def test_a_shallow_clone_is_told(tmp_path: Path) -> None:
    origin = repository(tmp_path / "r", ACCIDENT)
    clone = origin.clone(tmp_path / "c", "--depth=1")
    clone.git("fetch", "--quiet", "--depth=1", "origin", "refs/tags/v1.28.1:refs/tags/v1.28.1")
    done = called(clone.path)
    assert done.returncode == 0
    assert done.stderr == "latest-guard: this clone is shallow, so tags may be missing: git fetch --tags\n"


# formats


def test_csv_is_read_as_it_was_meant(tmp_path: Path) -> None:
    tags = [*ACCIDENT, ("=1+1@1.0.0", 1), ("@scope/kit@1.0.0", 2), ('a,"b"@1.0.0', 3)]
    rows = list(csv.DictReader(io.StringIO(told(repository(tmp_path / "r", tags).path, "--format", "csv"))))
    back = next(row for row in rows if row["back_from"])
    assert (back["tag"], back["back_from"], back["back_until"]) == ("v1.27.3", "v1.28.0", "2025-03-27T13:00:00Z")
    assert [row["tag"] for row in rows if row["component"]] == ["'=1+1@1.0.0", "'@scope/kit@1.0.0", 'a,"b"@1.0.0']


def test_markdown_keeps_names_as_they_are() -> None:
    text = render("markdown", read([("v1.0.0-`|<b>", 1), ("[x](y)@1.0.0", 2), ("v1.1.0", 3), ("v1.0.1", 4)]), Look())
    assert "| ``v1.0.0-`\\|<b>`` |" in text
    assert "## \\[x\\](y)" in text
    assert "| 1970-01-01 00:00 | `v1.1.0` | `v1.0.1` | 1 | to this day |" in text


@pytest.mark.parametrize("name", ["text", "markdown", "csv", "svg", "html"])
def test_nothing_steers_a_terminal_or_turns_writing_round(name: str) -> None:
    text = render(name, read([("v1.0.0-\u202e\u0085\udcff", 1), ("v1.1.0", 2), ("v1.0.0", 3)]), Look())
    assert not re.search("[\u202e\u0085\udcff]", text)
    assert "\\u{202e}" in text


def test_json_keeps_names_that_are_no_text(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", [("v1.0.0-\udcff\u202e", 1)])
    assert document(repo.path)["components"][0]["releases"][0]["tag"] == "v1.0.0-\udcff\u202e"


def test_colours_only_where_they_are_wanted(tmp_path: Path) -> None:
    where = repository(tmp_path / "r", ACCIDENT).path
    assert "\x1b" not in told(where)
    assert re.sub("\x1b[^m]*m", "", told(where, "--color", "always")) == told(where)


# the log


def moved(day: int, was: str, to: str, command: str = "promote", decision: str = "moved", back: bool = False) -> Record:
    when = datetime.fromtimestamp(NOON + day * DAY, timezone.utc)
    state = "moved" if decision == "moved" else "moves"
    changes = tuple(Change("ghcr.io/example/app", pointer, state, Mark(was), Mark(to), back) for pointer in ("latest", "1"))  # type: ignore[arg-type]
    return Record(when, command, decision, version=to, tag=f"v{to}", pointers=changes, why="it lost data" if back else "")  # type: ignore[arg-type]


RECORDS = (
    moved(1, "1.27.2", "1.28.0", decision="planned"),
    moved(1, "1.27.2", "1.28.0"),
    moved(3, "1.28.0", "1.27.3", "rollback", back=True),
)


def test_moves_of_the_log_stand_in_their_place_in_time(tmp_path: Path) -> None:
    where = repository(tmp_path / "r", ACCIDENT).path
    Journal(tmp_path / "log.jsonl").append(RECORDS)
    lines = told(where, "--log", str(tmp_path / "log.jsonl"), "--svg", str(tmp_path / "x.svg")).splitlines()
    assert lines[4] == "2025-03-18 13:00  log: promote moved latest 1.27.2 -> 1.28.0 at ghcr.io/example/app"
    assert lines[5] == "2025-03-20 13:00  log: rollback moved latest 1.28.0 -> 1.27.3 at ghcr.io/example/app: it lost data"
    assert lines[6].startswith("2025-03-27 13:00  v1.28.1")
    assert (tmp_path / "x.svg").read_text().count('class="record"') == 2 + 1, "two moves and the legend"
    found = document(where, "--log", str(tmp_path / "log.jsonl"))["components"][0]["log"]
    assert [(move["from"], move["to"], move["back"], move["command"]) for move in found] == [
        ("1.27.2", "1.28.0", False, "promote"),
        ("1.28.0", "1.27.3", True, "rollback"),
    ]


def test_the_log_in_notes(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", ACCIDENT)
    commit = repo.git("rev-parse", "main")
    notes = Notes(Repository.open(repo.path))
    notes.append([Record(**{**{name: getattr(RECORDS[1], name) for name in Record.__slots__}, "commit": commit})])
    assert "log: promote moved latest 1.27.2 -> 1.28.0" in told(repo.path, "--log-notes")


def test_a_log_that_is_not_whole_is_told(tmp_path: Path) -> None:
    where, log = repository(tmp_path / "r", ACCIDENT).path, tmp_path / "log.jsonl"
    Journal(log).append(RECORDS)
    log.write_bytes(log.read_bytes().replace(b"1.27.3", b"1.28.0"))
    done = called(where, "--log", str(log))
    assert done.returncode == 1
    assert done.stderr == f"latest-guard: {log} is not whole, see latest-guard log verify\n"


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    repo = new(tmp_path / "r")
    repo.commit("settings", **{".latest-guard.toml": 'log = "releases.log"\nlog-notes = true\n'})
    repo.git("tag", "v1.0.0")
    assert "v1.0.0" in told(repo.path), "the settings may name a log that nothing was recorded in yet"
    for words in (["--log", str(tmp_path / "none")], ["--log-notes"]):
        done = called(repo.path, *words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


# the page


def test_the_page_shows_what_is_told(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "history.md").read_text(encoding="utf-8")
    make = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0]
    shown = re.findall(r"^```console\n\$ latest-guard history\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0]
    subprocess.run(["sh", "-euc", make], cwd=tmp_path, env=ENVIRONMENT, check=True)
    assert told(tmp_path / "kestrel") == shown
