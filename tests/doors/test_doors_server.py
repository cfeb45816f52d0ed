"""The server door: pre-receive judges each push as one batch, in the quarantine; the backstop sees what it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sandbox import is_free, wait_until_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Done, Repo, Sandbox


@pytest.fixture
def origin(sandbox: Sandbox) -> Repo:
    """A guarded bare repository with v1.0.0, v2.0.0 and `main`."""
    origin = sandbox.bare("origin.git")
    work = sandbox.repository("first")
    work.commit("second")
    work.git("tag", "v1.0.0", "HEAD~1")
    work.git("tag", "v2.0.0")
    work.git("push", "-q", origin.url, "main", "--tags")
    origin.guard("install")
    return origin


@pytest.fixture
def work(sandbox: Sandbox, origin: Repo) -> Repo:
    """A clone of it."""
    return sandbox.clone(origin, "work")


def refused(done: Done) -> bool:
    """Whether the server refused, with our words and not with a broken connection."""
    return done.returncode != 0 and "remote: latest-guard: " in done.stdout and "pre-receive hook declined" in done.stdout


def test_the_doctor(origin: Repo) -> None:
    assert "server: guarded" in origin.guard("doctor").stdout
    origin.guard("uninstall")
    assert origin.guard("doctor", check=False).returncode == 1
    assert not list(origin.path.glob("hooks*")) or not list(origin.hooks.iterdir())


REFUSED = {
    "a back-port": ["v1.0.1"],
    "a back-port behind a branch": ["main", "v1.0.1"],
    "one bad tag of two": ["v2.1.0", "v1.0.1"],
    "atomic": ["--atomic", "main", "v2.1.0", "v1.0.1"],
    "a bad spelling": ["HEAD:refs/tags/v2.x"],
    "the same version": ["HEAD:refs/tags/2.0.0"],
    "moved": ["+HEAD:refs/tags/v2.0.0"],
    "deleted": [":v1.0.0"],
    "an annotated tag in the quarantine": ["v1.0.2"],
    "everything": ["--mirror"],
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(origin: Repo, work: Repo, words: list[str]) -> None:
    work.commit("third")
    work.git("tag", "v1.0.1")
    work.git("tag", "v2.1.0")
    work.git("tag", "-am", "x", "v1.0.2")
    there = origin.ask("for-each-ref")
    done = work.git("push", "origin", *words, check=False)
    assert refused(done), done.stdout
    assert origin.ask("for-each-ref") == there
    assert is_free(origin)


def test_what_passes(origin: Repo, work: Repo) -> None:
    work.commit("third")
    work.git("tag", "-am", "x", "v2.1.0")
    work.git("push", "origin", "main", "v2.1.0")
    work.git("push", "origin", "HEAD:refs/tags/v2.10.0", "HEAD:refs/tags/v2.9.0", "HEAD:refs/tags/nightly", "HEAD:refs/heads/x")
    work.git("push", "origin", ":refs/tags/nightly", ":x")
    wait_until_free(origin)
    assert origin.tags() == {"v1.0.0", "v2.0.0", "v2.1.0", "v2.9.0", "v2.10.0"}
    assert not (origin.path / "latest-guard.lock").exists()


def test_a_batch_is_judged_in_the_order_of_versions(sandbox: Sandbox) -> None:
    origin = sandbox.bare("new.git")
    origin.guard("install")
    work = sandbox.repository("old")
    for version in ("v1.0.0", "v1.2.0", "v1.10.0", "v1.9.0", "v0.1.0", "v2.0.0-rc.1", "v2.0.0"):
        work.git("tag", version)
    work.git("push", "--mirror", origin.url)
    assert origin.tags() == work.tags()


def test_a_back_port_comes_with_its_branch(origin: Repo, work: Repo) -> None:
    work.git("checkout", "-q", "-b", "release/1.0", "v1.0.0")
    work.commit("fix")
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.0.1", check=False))
    work.git("push", "origin", "release/1.0", "HEAD:refs/tags/v1.0.1")
    work.commit("fix")
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.0.2", check=False))
    work.git("push", "origin", "release/1.0")
    wait_until_free(origin)
    work.git("push", "origin", "HEAD:refs/tags/v1.0.2")


def test_a_push_does_not_choose_its_own_rules(origin: Repo, work: Repo) -> None:
    (work.path / ".latest-guard.toml").write_text('policy = "line"\ndeleted-tags = "allow"\n')
    work.git("add", ".")
    work.commit("lax")
    assert refused(work.git("push", "origin", "main", "HEAD:refs/tags/v1.5.0", check=False))
    work.git("push", "origin", "main")
    work.git("push", "origin", "HEAD:refs/tags/v1.5.0", ":refs/tags/v1.0.0")
    (origin.path / "latest-guard.toml").write_text('policy = "strict"\n')
    wait_until_free(origin)
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.6.0", check=False))
    (origin.path / "latest-guard.toml").write_text("polcy = 1\n")
    done = work.git("push", "origin", "HEAD:refs/tags/v3.0.0", check=False)
    assert refused(done)
    assert "policy" in done.stdout
    assert is_free(origin)


def test_the_first_push_brings_its_rules(sandbox: Sandbox) -> None:
    origin = sandbox.bare("new.git")
    origin.guard("install")
    work = sandbox.repository("python")
    (work.path / "pyproject.toml").write_text('[tool.latest-guard]\nscheme = "pep440"\n')
    work.git("add", ".")
    work.commit("settings")
    work.git("push", origin.url, "main", "HEAD:refs/tags/v1.0.0.post1")


def test_without_its_guard_no_tag_gets_in_but_branches_do(origin: Repo, work: Repo) -> None:
    hook = origin.hooks / "pre-receive"
    hook.write_text(hook.read_text().replace(f"python={sys.executable}", "python=/nowhere"))
    path = os.pathsep.join(folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "latest-guard").exists())
    work.commit("third")
    path = os.pathsep.join(filter(None, (work.sandbox.flavour.commands, path)))
    done = work.git("push", "origin", "HEAD:refs/tags/v3.0.0", check=False, PATH=path)
    assert refused(done)
    assert "administrator" in done.stdout
    work.git("push", "origin", "main", PATH=path)


def test_the_hook_that_was_there_runs_behind_ours(sandbox: Sandbox) -> None:
    origin = sandbox.bare("old.git")
    origin.hook("pre-receive", "#!/bin/sh\ncat >>seen\nexit $(cat code)\n")
    (origin.path / "code").write_text("0")
    origin.guard("install")
    work = sandbox.repository("work")
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v1.0.0")
    assert "refs/tags/v1.0.0" in (origin.path / "seen").read_text()
    (origin.path / "code").write_text("4")
    assert work.git("push", "-q", origin.url, "HEAD:refs/tags/v1.1.0", check=False).returncode
    wait_until_free(origin)
    origin.guard("uninstall")
    assert (origin.hooks / "pre-receive").read_text().startswith("#!/bin/sh\ncat")


# the backstop


@pytest.mark.parametrize("words", [["tag", "v1.5.0"], ["update-ref", "refs/tags/v1.5.0", "HEAD"]], ids=["tag", "update-ref"])
def test_a_tag_made_on_the_server(origin: Repo, words: list[str]) -> None:
    done = origin.git(*words, check=False)
    assert done.returncode == 128
    assert "v1.5.0: refused" in done.stdout


def test_the_backstop_holds_when_pre_receive_is_lost(origin: Repo, work: Repo) -> None:
    (origin.hooks / "pre-receive").unlink()
    assert work.git("push", "origin", "HEAD:refs/tags/v1.5.0", check=False).returncode
    work.git("push", "origin", "HEAD:refs/tags/v3.0.0")
    assert "v1.5.0" not in origin.tags()
    assert "v3.0.0" in origin.tags()


def test_a_mirror_takes_what_comes(origin: Repo, sandbox: Sandbox) -> None:
    mirror = sandbox.bare("mirror.git")
    mirror.guard("install")
    mirror.git("tag", "v9.0.0", origin.ask("rev-parse", "main"), check=False)
    mirror.git("fetch", "-q", origin.url, "+refs/*:refs/*")
    assert mirror.tags() == origin.tags()


# forges


def test_gitea(sandbox: Sandbox) -> None:
    """Its pre-receive runs every file of pre-receive.d, so our parent is no receive-pack."""
    origin = sandbox.bare("gitea.git")
    delegate = '#!/usr/bin/env bash\ndata=$(cat)\nexitcodes=""\nhookname=$(basename $0)\nGIT_DIR=${GIT_DIR:-$(dirname $0)/..}\n'
    delegate += 'for hook in ${GIT_DIR}/hooks/${hookname}.d/*; do\n  test -x "${hook}" && test -f "${hook}" || continue\n'
    delegate += (
        '  echo "${data}" | "${hook}"\n  exitcodes="${exitcodes} $?"\ndone\nfor i in ${exitcodes}; do [ ${i} -eq 0 ] || exit ${i}; done\n'
    )
    origin.hook("pre-receive", delegate)
    (origin.hooks / "pre-receive.d").mkdir()
    gitea = origin.hooks / "pre-receive.d/gitea"
    gitea.write_text("#!/bin/sh\ncat >>seen\n")
    gitea.chmod(0o755)
    origin.guard("install")
    assert (origin.hooks / "pre-receive").read_text() == delegate
    assert "server: guarded" in origin.guard("doctor").stdout
    work = sandbox.repository("work")
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v2.0.0")
    assert refused(work.git("push", origin.url, "HEAD:refs/tags/v1.0.0", check=False))
    assert "v2.0.0" in (origin.path / "seen").read_text()
    wait_until_free(origin)
    origin.guard("uninstall")
    assert [path.name for path in (origin.hooks / "pre-receive.d").iterdir()] == ["gitea"]


def test_gitlab(sandbox: Sandbox) -> None:
    """Its daemon runs the files of custom_hooks/pre-receive.d itself."""
    origin = sandbox.bare("gitlab.git")
    origin.git("config", "gitlab.fullpath", "group/project")
    origin.guard("install")
    hook = origin.path / "custom_hooks/pre-receive.d/latest-guard"
    assert os.access(hook, os.X_OK)
    commit = sandbox.repository("work")
    commit.git("push", "-q", origin.url, "main")
    line = f"{'0' * 40} {commit.ask('rev-parse', 'HEAD')} refs/tags/v1.x\n"
    done = sandbox.run(origin.path, hook, stdin=line, check=False, GIT_DIR=".")
    assert done.returncode == 1
    assert "bad-spelling" in done.stdout
    origin.guard("uninstall")
    assert not hook.exists()


def test_a_lock_without_a_receive_pack_ends_with_the_refs(sandbox: Sandbox) -> None:
    """Under GitLab's daemon receive-pack is no parent of the hook."""
    origin = sandbox.bare("gitlab.git")
    origin.guard("install", "server", "--folder", str(origin.path / "custom"))
    work = sandbox.repository("work")
    work.git("push", "-q", origin.url, "main")
    new = work.ask("rev-parse", "HEAD")
    line = f"{'0' * 40} {new} refs/tags/v1.0.0\n"
    assert sandbox.run(origin.path, origin.path / "custom/latest-guard", stdin=line, GIT_DIR=".").returncode == 0
    assert not is_free(origin)
    origin.git("-c", "core.hooksPath=/dev/null", "update-ref", "refs/tags/v1.0.0", new)
    wait_until_free(origin)


# real transports


@contextmanager
def daemon(sandbox: Sandbox) -> Iterator[str]:
    """`git daemon` on loopback; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "git",
        "daemon",
        "--listen=127.0.0.1",
        f"--port={port}",
        f"--base-path={sandbox.root}",
        "--export-all",
        "--enable=receive-pack",
    ]
    process = subprocess.Popen([*words, "--reuseaddr"], env=sandbox.environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


class Gateway(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`."""

    sandbox: Sandbox

    def do_GET(self) -> None:  # noqa: N802
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = {
            "GIT_PROJECT_ROOT": str(self.sandbox.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "tester",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env={**self.sandbox.environment, **request}, input=body, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def web(sandbox: Sandbox) -> Iterator[str]:
    """`git http-backend` on loopback; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Gateway,), {"sandbox": sandbox}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_over_git_daemon(origin: Repo, work: Repo) -> None:
    with daemon(origin.sandbox) as address:
        assert refused(work.git("push", f"{address}/origin.git", "HEAD:refs/tags/v1.5.0", check=False))
        work.git("push", f"{address}/origin.git", "HEAD:refs/tags/v2.5.0")


def test_over_http(origin: Repo, work: Repo) -> None:
    if work.sandbox.flavour.commands:
        pytest.skip("only the installed git brings its libraries for http")
    origin.git("config", "http.receivepack", "true")
    with web(origin.sandbox) as address:
        done = work.git("push", f"{address}/origin.git", "HEAD:refs/tags/v1.5.0", check=False)
        assert refused(done), done.stdout
        work.git("push", f"{address}/origin.git", "HEAD:refs/tags/v2.5.0")


@pytest.mark.parametrize("options", [["--object-format=sha256"], ["--ref-format=reftable"]], ids=["sha256", "reftable"])
def test_other_formats(sandbox: Sandbox, options: list[str]) -> None:
    if "reftable" in options[0] and sandbox.flavour.version < (2, 45):
        pytest.skip("this git has no reftable")
    origin = sandbox.bare("other.git", *options)
    origin.guard("install")
    work = sandbox.repository("work", *options)
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v2.0.0")
    assert refused(work.git("push", origin.url, "HEAD:refs/tags/v1.0.0", check=False))
    wait_until_free(origin)
