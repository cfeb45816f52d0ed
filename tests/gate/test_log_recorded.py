"""What the commands record: every decision, the plan before anything is moved, and nothing moved that is not recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from confirming import on_a_terminal
from images import skopeo
from loopback import Asked, Behind, Told, serving
from publisher import Publisher, digest_of

from latest_guard.git.repository import Repository
from latest_guard.ledger.journal import Journal
from latest_guard.ledger.notes import Notes
from latest_guard.ledger.records import Mark, read
from latest_guard.pointers import reconciling
from repositories import new

if TYPE_CHECKING:
    from registries import Registry

    from conftest import Cli
    from latest_guard.ledger.records import Record
    from repositories import Repo

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "log.json").read_text())
LOG = Path("release.log")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between the rounds of reconcile."""
    monkeypatch.setattr(reconciling, "PAUSE", 0)


@pytest.fixture
def app(registry: Registry, request: pytest.FixtureRequest) -> Publisher:
    """An image with 1.27.3, 1.27.4 and 1.28.0, and `latest`, `1` and `1.27` at 1.27.3."""
    to = Publisher(registry.host, f"log/{abs(hash(request.node.name))}")
    for version in ("1.27.4", "1.28.0"):
        to.push(version, [version])
    to.push("1.27.3", ["1.27.3", "latest", "1", "1.27"])
    return to


def at(to: Publisher, pointer: str) -> str:
    """The version that a pointer is."""
    return to.versions_at([pointer], ("1.27.3", "1.27.4", "1.28.0", "2.0.0"))[pointer]


def words(to: Publisher, *more: str) -> tuple[str, ...]:
    """What every call has."""
    return ("--plain-http", f"--image={to.image}", f"--log={LOG}", *more)


def recorded(count: int) -> tuple[Record, ...]:
    """The last records of the log, which is whole, and each line what its schema says."""
    found = Journal(LOG).verify()
    assert found.faults == ()
    for line in LOG.read_text().splitlines():
        jsonschema.validate(json.loads(line), SCHEMA)
    return read(LOG)[-count:]


# promote


def test_promote(cli: Cli, app: Publisher) -> None:
    ran = cli("promote", "v1.28.0", *words(app, "--yes"))
    assert ran.code == 0, ran.err
    plan, done = recorded(2)
    assert len(read(LOG)) == 2
    assert (plan.command, plan.decision, done.decision) == ("promote", "planned", "moved")
    assert (done.plan, done.after) == (plan.id, (plan.id,))
    assert (done.version, done.tag, done.confirmed, done.sources) == ("1.28.0", "v1.28.0", "yes", (f"image {app.image}",))
    latest = done.pointers[0]
    inspected = skopeo("inspect", "--tls-verify=false", "--format={{.Digest}}", f"docker://{app.image}:1.28.0").strip()
    assert latest.was == Mark("1.27.3", digest_of(app.manifest("1.27.3")))
    assert latest.to == Mark("1.28.0", inspected)
    assert [(change.pointer, change.state) for change in plan.pointers] == [("latest", "moves"), ("1", "moves"), ("1.28", "moves")]
    assert {change.state for change in done.pointers} == {"moved"}
    assert f"recorded in {LOG}: promote moved: {done.id}" in ran.err
    assert cli("log", "verify", str(LOG), "--expect", done.id).code == 0


def test_twice_and_dry(cli: Cli, app: Publisher) -> None:
    assert cli("promote", "1.28.0", *words(app, "--dry-run")).code == 0
    assert not LOG.exists()
    assert cli("promote", "1.28.0", *words(app, "--yes")).code == 0
    assert cli("promote", "1.28.0", *words(app, "--yes")).code == 0
    (again,) = recorded(1)
    assert (again.decision, {change.state for change in again.pointers}) == ("unchanged", {"there"})


def test_refused(cli: Cli, app: Publisher) -> None:
    cli("promote", "1.28.0", *words(app, "--yes"))
    assert cli("promote", "1.27.4", *words(app, "--yes", "--pointer=latest")).code == 1
    (refusal,) = recorded(1)
    (latest,) = refusal.pointers
    assert (refusal.decision, latest.state, latest.back, latest.was.version, latest.to) == ("refused", "stays", True, "1.28.0", latest.was)


def test_what_would_go_back_stays(cli: Cli, app: Publisher) -> None:
    cli("promote", "1.28.0", *words(app, "--yes"))
    assert cli("promote", "1.27.4", *words(app, "--yes")).code == 0
    (done,) = recorded(1)
    assert {change.pointer: change.state for change in done.pointers} == {"latest": "stays", "1": "stays", "1.27": "moved"}


def test_rollback(cli: Cli, app: Publisher) -> None:
    cli("promote", "1.28.0", *words(app, "--yes"))
    assert cli("promote", "1.27.4", *words(app, "--yes", "--rollback=data loss in 1.28.0")).code == 0
    plan, done = recorded(2)
    assert (plan.command, done.command, done.why) == ("rollback", "rollback", "data loss in 1.28.0")
    assert [change.back for change in done.pointers] == [True, True, False]


def test_a_hostile_reason(cli: Cli, app: Publisher) -> None:
    reason = "\x1b[2J\n::error::x\u202e"
    cli("promote", "1.28.0", *words(app, "--yes"))
    ran = cli("promote", "1.27.4", *words(app, "--yes", f"--rollback={reason}"))
    assert (ran.code, recorded(1)[0].why) == (0, reason)
    lines = (ran.out + ran.err + cli("log", "show", str(LOG)).out).split("\n")
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in lines)


def test_not_published(cli: Cli, app: Publisher) -> None:
    assert cli("promote", "1.99.0", *words(app, "--yes")).code == 2
    (refusal,) = recorded(1)
    assert (refusal.decision, refusal.version) == ("unknown", "1.99.0")
    assert "1.99.0 is not published here" in refusal.why


def test_nobody_to_ask(cli: Cli, app: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Path(os.devnull).open())  # noqa: SIM115
    assert cli("promote", "1.28.0", *words(app)).code == 2
    (refusal,) = recorded(1)
    assert (refusal.decision, refusal.confirmed) == ("refused", "")
    assert "nobody is here to confirm this" in refusal.why


@pytest.mark.parametrize(("version", "answer", "how"), [("1.28.0", "y", "question"), ("2.0.0", "2.0.0", "typed"), ("1.28.0", "n", "")])
def test_confirmed_how(cli: Cli, app: Publisher, version: str, answer: str, how: str) -> None:
    app.push("2.0.0", ["2.0.0"])
    _, screen = on_a_terminal(answer, version, *words(app))
    found = recorded(2)
    assert {record.confirmed for record in found} == {how}, screen
    assert [record.decision for record in found] == (["planned", "moved"] if how else ["refused"])
    assert at(app, "latest") == (version if how else "1.27.3")


def test_half_way(cli: Cli, registry: Registry, app: Publisher) -> None:
    behind, puts = Behind(registry.host), []

    def answer(asked: Asked) -> Told:
        if asked.method == "PUT":
            puts.append(asked.target)
        return Told(403, {"errors": [{"code": "DENIED"}]}) if len(puts) == 2 and asked.method == "PUT" else behind(asked)

    with serving(answer) as server:
        image = f"{server.host}/{app.repository}"
        assert cli("promote", "1.28.0", "--plain-http", f"--image={image}", "--yes", f"--log={LOG}").code == 2
        plan, failure = recorded(2)
        assert (failure.decision, failure.plan) == ("failed", plan.id)
        assert [change.state for change in failure.pointers] == ["moved", "failed", "left"]
        assert "1 of 3 pointers are moved" in failure.why
        assert cli("promote", "1.28.0", "--plain-http", f"--image={image}", "--yes", f"--log={LOG}").code == 0
    (done,) = recorded(1)
    assert {change.pointer: change.state for change in done.pointers} == {"latest": "there", "1": "moved", "1.28": "moved"}


# the log cannot be written


@pytest.mark.parametrize("command", [("promote", "1.28.0", "--yes"), ("reconcile",)], ids=["promote", "reconcile"])
@pytest.mark.parametrize("spoil", ["no folder", "no log", "cut"])
def test_without_a_record_nothing_is_moved(cli: Cli, app: Publisher, command: tuple[str, ...], spoil: str) -> None:
    log = Path("none/release.log") if spoil == "no folder" else LOG
    if spoil == "no log":
        log.write_text("this is the log of something else\n")
    elif spoil == "cut":
        cli("gate", "1.28.0", *words(app))
        log.write_bytes(log.read_bytes()[:-1])
    ran = cli(*command, "--plain-http", f"--image={app.image}", f"--log={log}")
    assert (ran.code, ran.out.count("moved:"), ran.out.count("set:")) == (2, 0, 0)
    assert "log" in ran.err.splitlines()[-1]
    assert at(app, "latest") == "1.27.3"


@pytest.mark.parametrize("command", [("gate", "1.28.0", "--dotenv=answer.env", "--format=json")], ids=["gate"])
def test_without_a_record_there_is_no_answer(cli: Cli, app: Publisher, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "output")
    ran = cli(*command, "--plain-http", f"--image={app.image}", "--log=none/release.log")
    assert (ran.code, ran.out, Path("output").exists(), Path("answer.env").exists()) == (2, "", False, False)
    assert len(ran.err.splitlines()) == 1


def test_the_outcome_cannot_be_written(cli: Cli, registry: Registry, app: Publisher) -> None:
    """The log breaks while the pointers move: that is told, and the plan is in what is left of it."""
    behind = Behind(registry.host)

    def answer(asked: Asked) -> Told:
        if asked.method == "PUT" and asked.target.endswith("/1.28"):
            LOG.rename("elsewhere.log")
            LOG.mkdir()
        return behind(asked)

    with serving(answer) as server:
        ran = cli("promote", "1.28.0", "--plain-http", f"--image={server.host}/{app.repository}", "--yes", f"--log={LOG}")
    assert ran.code == 2
    assert "the pointers are moved, but release.log: the log cannot be written" in ran.err.splitlines()[-1]
    (plan,) = read(Path("elsewhere.log"))
    assert plan.decision == "planned"


@pytest.mark.parametrize("write", range(1, 4))
def test_killed_between(cli: Cli, registry: Registry, app: Publisher, write: int) -> None:
    """Killed at each of the three writes: what was moved is in the plan, verify says that it has no outcome, the same command finishes."""
    behind, puts = Behind(registry.host), []
    started: list[subprocess.Popen[bytes]] = []

    def answer(asked: Asked) -> Told:
        if asked.method == "PUT":
            puts.append(asked.target)
            if len(puts) == write:
                told = behind(asked)
                started[0].send_signal(signal.SIGKILL)
                time.sleep(0.05)
                return told
        return behind(asked)

    with serving(answer) as server:
        image = f"--image={server.host}/{app.repository}"
        line = [sys.executable, "-m", "latest_guard", "promote", "1.28.0", "--plain-http", image, "--yes", f"--log={LOG}"]
        started.append(subprocess.Popen(line, env={**os.environ, "PYTHONPATH": str(ROOT / "hooks")}, stdout=subprocess.DEVNULL))
        assert started[0].wait(60) == -signal.SIGKILL
    (plan,) = recorded(1)
    assert (plan.decision, len(read(LOG))) == ("planned", 1)
    moved = {target.rpartition("/")[2] for target in puts}
    assert moved <= {change.pointer for change in plan.pointers if change.state == "moves"}
    told = cli("log", "verify", str(LOG))
    assert (told.code, f"note: the plan {plan.id[:12]} (promote 1.28.0" in told.out) == (0, True)
    assert cli("promote", "1.28.0", *words(app, "--yes")).code == 0
    assert recorded(1)[0].decision in ("moved", "unchanged")


# reconcile


def test_reconcile(cli: Cli, app: Publisher) -> None:
    assert cli("reconcile", *words(app)).code == 0
    plan, done = recorded(2)
    assert (plan.command, plan.decision, done.decision, done.plan) == ("reconcile", "planned", "moved", plan.id)
    states = {change.pointer: (change.state, change.was.mark, change.to.version) for change in done.pointers}
    old = digest_of(app.manifest("1.27.3"))
    assert states == {
        "latest": ("moved", old, "1.28.0"),
        "1": ("moved", old, "1.28.0"),
        "1.28": ("moved", "", "1.28.0"),
        "1.27": ("moved", old, "1.27.4"),
    }
    assert cli("reconcile", *words(app)).code == 0
    (again,) = recorded(1)
    assert (again.decision, {change.state for change in again.pointers}) == ("unchanged", {"there"})


def test_reconcile_knows_the_version_by_its_digest(cli: Cli, app: Publisher) -> None:
    """The accident: `latest` and `1` went back to the back-port, whose own line is where it should be."""
    app.push("1.27.4", ["latest", "1", "1.27"])
    assert cli("reconcile", *words(app)).code == 0
    (done,) = recorded(1)
    states = {change.pointer: (change.state, change.was.version, change.to.version) for change in done.pointers}
    assert states["latest"] == states["1"] == ("moved", "1.27.4", "1.28.0")
    assert (states["1.27"], states["1.28"]) == (("there", "1.27.4", "1.27.4"), ("moved", "", "1.28.0"))


def test_reconcile_half_way(cli: Cli, registry: Registry, app: Publisher) -> None:
    behind, puts = Behind(registry.host), []

    def answer(asked: Asked) -> Told:
        if asked.method == "PUT":
            puts.append(asked.target)
        return Told(403) if len(puts) == 2 and asked.method == "PUT" else behind(asked)

    with serving(answer) as server:
        assert cli("reconcile", "--plain-http", f"--image={server.host}/{app.repository}", f"--log={LOG}").code == 2
    plan, failure = recorded(2)
    assert (failure.decision, failure.plan) == ("failed", plan.id)
    assert [change.state for change in failure.pointers] == ["moved", "failed", "left", "left"]


def test_reconcile_that_cannot_look(cli: Cli) -> None:
    assert cli("reconcile", "--plain-http", "--image=127.0.0.1:9/x", f"--log={LOG}", "--timeout=2").code == 2
    (failure,) = recorded(1)
    assert (failure.decision, failure.pointers) == ("unknown", ())
    assert "127.0.0.1:9/x" in failure.why


# gate and check-tag


def test_gate(cli: Cli, app: Publisher) -> None:
    cli("reconcile", *words(app))
    assert cli("gate", "1.27.5", *words(app)).code == 0
    (answer,) = recorded(1)
    assert (answer.command, answer.decision) == ("gate", "refused")
    assert f" is higher (image {app.image})" in answer.why
    states = {change.pointer: (change.state, change.was.version, change.to.version) for change in answer.pointers}
    assert states == {"latest": ("stays", "1.28.0", "1.28.0"), "1": ("stays", "1.28.0", "1.28.0"), "1.27": ("moves", "1.27.4", "1.27.5")}
    assert answer.pointers[0].was.mark == digest_of(app.manifest("1.28.0"))
    assert cli("gate", "1.29.0", *words(app)).code == 0
    assert recorded(1)[0].decision == "accepted"


def test_gate_that_cannot_know(cli: Cli) -> None:
    assert cli("gate", "1.0.0", "--plain-http", "--image=127.0.0.1:9/x", f"--log={LOG}", "--timeout=2").code == 2
    (failure,) = recorded(1)
    assert (failure.command, failure.decision, failure.version) == ("gate", "unknown", "1.0.0")


@pytest.fixture
def repo(cli: Cli) -> Repo:
    """v1.26.0, v1.27.2 and v1.28.0 on main, in the present folder."""
    made = new(Path.cwd())
    made.tag("v1.26.0", "v1.27.2", "v1.28.0")
    return made


def test_check_tag(cli: Cli, repo: Repo) -> None:
    head = repo.commit()
    assert cli("check-tag", "v1.29.0", "v1.27.3", "nightly", f"--log={LOG}").code == 1
    found = recorded(3)
    decisions = {record.tag: (record.decision, record.version) for record in found}
    assert decisions == {"v1.27.3": ("refused", "1.27.3"), "v1.29.0": ("accepted", "1.29.0"), "nightly": ("accepted", "")}
    assert {record.commit for record in found} == {head}
    refusal = next(record for record in found if record.tag == "v1.27.3")
    assert "releasing 1.27.3" in refusal.why


def test_commit_of_the_version(cli: Cli, repo: Repo, app: Publisher) -> None:
    commit = repo.git("rev-parse", "v1.28.0^{commit}")
    cli("promote", "1.28.0", *words(app, "--yes"))
    assert {record.commit for record in recorded(2)} == {commit}


def test_in_notes_and_in_a_file(cli: Cli, repo: Repo, app: Publisher) -> None:
    """Each log has a chain, and so ids, of its own; an outcome names the plan of its log."""
    assert cli("promote", "1.28.0", *words(app, "--yes", "--log-notes")).code == 0
    notes = Notes(Repository.open()).read()
    for plan, done in (recorded(2), notes):
        assert (plan.decision, done.decision, done.plan) == ("planned", "moved", plan.id)
    commit = repo.git("rev-parse", "v1.28.0^{commit}")
    assert repo.git("notes", "--ref", "latest-guard", "show", commit).count('"id"') == 2
    assert cli("log", "verify", "--log-notes").code == 0


def test_by_the_settings(cli: Cli, repo: Repo) -> None:
    repo.write(".latest-guard.toml", 'log = "logs/release.log"\nlog-notes = true\n')
    (repo.path / "logs").mkdir()
    (repo.path / "sub").mkdir()
    assert cli("check-tag", "v1.29.0", "--repo=sub").code == 0
    assert [record.tag for record in read(repo.path / "logs" / "release.log")] == ["v1.29.0"]
    ran = cli("log", "verify", "--repo=sub")
    logs = [line.split(", whole")[0].rpartition("/")[2] for line in ran.out.splitlines()]
    assert (ran.code, logs) == (0, ["release.log: 1 record", "latest-guard: 1 record"])
    repo.write(".latest-guard.toml", 'log = "../release.log"\n')
    ran = cli("check-tag", "v1.29.0")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "latest-guard: .latest-guard.toml:1: the log must lie in the project; name another place with --log\n"


# who

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "octocat",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "example/app",
    "GITHUB_RUN_ID": "7",
}


@pytest.mark.parametrize(
    ("environment", "by"),
    [
        ({**GITHUB, "GITHUB_RUN_ATTEMPT": "2"}, ("octocat", "GitHub Actions", "https://github.com/example/app/actions/runs/7/attempts/2")),
        (GITHUB, ("octocat", "GitHub Actions", "https://github.com/example/app/actions/runs/7")),
        ({**GITHUB, "GITHUB_RUN_NUMBER": "3", "FORGEJO_ACTIONS": "true", "GITHUB_SERVER_URL": "https://f.example"}, ("octocat", "Forgejo Actions", "https://f.example/example/app/actions/runs/3")),
        ({"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "tanuki", "CI_JOB_URL": "https://token:x@gitlab.example/a/-/jobs/7"}, ("tanuki", "GitLab CI", "https://gitlab.example/a/-/jobs/7")),
        ({"CIRCLECI": "true", "CIRCLE_USERNAME": "o", "CIRCLE_BUILD_URL": "https://circleci.com/gh/a/b/1"}, ("o", "CircleCI", "https://circleci.com/gh/a/b/1")),
        ({"TF_BUILD": "True", "BUILD_REQUESTEDFOR": "A B", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/o/", "SYSTEM_TEAMPROJECT": "p", "BUILD_BUILDID": "5"}, ("A B", "Azure Pipelines", "https://dev.azure.com/o/p/_build/results?buildId=5")),
        ({"CI": "woodpecker", "CI_COMMIT_AUTHOR": "w", "CI_PIPELINE_URL": "https://w.example/1"}, ("w", "Woodpecker", "https://w.example/1")),
        ({"JENKINS_URL": "https://j.example", "BUILD_URL": "https://j.example/job/1/"}, ("", "Jenkins", "https://j.example/job/1/")),
        ({}, ("Tester <tester@example.org>", "", "")),
    ],
)  # fmt: skip
def test_by_whom(cli: Cli, repo: Repo, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], by: tuple[str, str, str]) -> None:
    for name in ("TF_BUILD", "JENKINS_URL", "BUILD_URL", "WOODPECKER", "DRONE", "TRAVIS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    repo.git("config", "user.name", "Tester")
    repo.git("config", "user.email", "tester@example.org")
    cli("check-tag", "v1.29.0", f"--log={LOG}")
    (record,) = recorded(1)
    assert (record.by.name, record.by.system, record.by.run) == by
