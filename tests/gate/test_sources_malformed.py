"""Answers of a registry that are not as they should be: one line, exit code 2, and nothing that says yes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from loopback import Asked, Told, serving

from latest_guard.sources import web
from latest_guard.sources.registry import client

if TYPE_CHECKING:
    from conftest import Cli, Ran

LIST = {"name": "app", "tags": ["1.27.3", "1.28.0", "latest"]}
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
NONE = "sha256:" + "0" * 64


def refused(ran: Ran, told: str) -> None:
    """The command says why in one line, and nothing else."""
    assert (ran.code, ran.out) == (2, ""), ran
    assert told in ran.err, ran.err
    assert len(ran.err.splitlines()) == 1
    assert ran.err.strip().isprintable()


def ask(cli: Cli, host: str, *words: str) -> Ran:
    """A release above everything that is there."""
    return cli.gate("1.29.0", "--plain-http", f"--image={host}/app", *words)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told(200, []), "no JSON object"),
        (Told(200, {}), "no list of tags"),
        (Told(200, {"tags": "1.0.0"}), "no list of tags"),
        (Told(200, {"tags": [1]}), "no list of tags"),
        (Told(200, {"tags": ["1.0.0", "../../secret"]}), "no list of tags"),
        (Told(200, {"tags": ["1.0.0\nlatest=true"]}), "no list of tags"),
        (Told(200, {"tags": ["-rf"]}), "no list of tags"),
        (Told(200, {"tags": ["x" * 129]}), "no list of tags"),
        (Told(200, b"[" * 200_000), "no JSON"),
        (Told(200, b'{"tags": ["1.0.0"'), "no JSON"),
        (Told(200, b"\x1f\x8b\x08\x00garbage", {"Content-Encoding": "gzip"}), "no JSON"),
        (Told(raw=b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + json.dumps(LIST).encode()[:-20]), "no JSON"),
        (Told(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{}"), "broke off"),
        (Told(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "broke off"),
        (Told(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n"), "broke off"),
        (Told(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), "broke off"),
        (Told(204), "answers 204"),
        (Told(304), "answers 304"),
        (Told(404, b"<html>not found</html>"), "answers 404"),
        (Told(404, {"errors": [{"code": "NAME_INVALID"}]}), "NAME_INVALID"),
        (Told(404, {"errors": [{"code": "\x1b[31m<script>"}]}), "answers 404"),
        (Told(403, {"errors": [{"code": "DENIED"}]}), "403 DENIED"),
        (Told(401), "not let in"),
        (Told(401, b"", {"WWW-Authenticate": "Bearer"}), "no web address"),
        (Told(401, b"", {"WWW-Authenticate": 'Bearer realm="file:///etc/passwd"'}), "no web address"),
        (Told(401, b"", {"WWW-Authenticate": 'Bearer realm="http://[::1"'}), "no web address"),
        (Told(401, b"", {"WWW-Authenticate": "Basic realm=x," + " " * 60_000 + "="}), "not let in"),
        (Told(302, b"", {"Location": "file:///etc/passwd"}), "no web address"),
        (Told(302, b"", {"Location": "/v2/app/tags/list"}), "keeps redirecting"),
        (Told(302, b"", {"Location": "http://user:pass@127.0.0.1:9/"}), "no web address"),
        (Told(302, b"", {"Location": "http://127.0.0.1:99999/"}), "no web address"),
        (Told(302, b"", {"Location": "http://[::1/"}), "no web address"),
        (Told(200, LIST, {"Link": '<http://[::1/>; rel="next"'}), "no web address"),
    ],
    ids=range(33),
)
@pytest.mark.parametrize("first", [(), ("--first-release",)], ids=["", "first"])
def test_list(cli: Cli, told: Told, why: str, first: tuple[str, ...]) -> None:
    with serving(lambda asked: told) as server:
        refused(ask(cli, server.host, *first), why)


@pytest.mark.parametrize("tags", [None, []])
def test_empty_list_is_no_version(cli: Cli, tags: object) -> None:
    with serving(lambda asked: Told(200, {"name": "app", "tags": tags})) as server:
        refused(ask(cli, server.host), "say --first-release")
        assert ask(cli, server.host, "--first-release").moves["latest"]


def test_second_page_that_is_missing(cli: Cli) -> None:
    """What would be left is a list without the highest versions."""

    def answer(asked: Asked) -> Told:
        if "last=" in asked.target:
            return Told(404, {"errors": [{"code": "NAME_UNKNOWN"}]})
        return Told(200, {"name": "app", "tags": ["1.0.0"]}, {"Link": '</v2/app/tags/list?n=1&last=1.0.0>; rel="next"'})

    with serving(answer) as server:
        refused(ask(cli, server.host), "answers 404 (NAME_UNKNOWN)")


def test_list_in_circles(cli: Cli) -> None:
    link = {"Link": '</v2/app/tags/list?n=1000&last=1.0.0>; rel="next"'}
    with serving(lambda asked: Told(200, {"name": "app", "tags": ["1.0.0"]}, link)) as server:
        refused(ask(cli, server.host), "goes in circles")


def test_list_without_end(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 20)

    def answer(asked: Asked) -> Told:
        number = len(server.asked)
        return Told(200, {"name": "app", "tags": [f"1.0.{number}"]}, {"Link": f'</v2/app/tags/list?last={number}>; rel="next"'})

    with serving(answer) as server:
        refused(ask(cli, server.host), "goes in circles")


def test_answer_without_end(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST", 100_000)
    with serving(lambda asked: Told(200, b" " * 1_000_000)) as server:
        refused(ask(cli, server.host), "more than")


def serve(manifest: bytes, media_type: str = OCI, blobs: dict[str, bytes] | None = None, digest: str = "") -> object:
    """A registry whose `latest` is `manifest`, apart from every version."""
    name = digest or f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    found = {f"/v2/app/blobs/{key}": content for key, content in (blobs or {}).items()}

    def answer(asked: Asked) -> Told:
        if asked.target.startswith("/v2/app/tags/list"):
            return Told(200, LIST)
        if asked.target in ("/v2/app/manifests/latest", f"/v2/app/manifests/{name}"):
            return Told(200, manifest, {"Docker-Content-Digest": name, "Content-Type": media_type})
        if asked.target in found:
            return Told(200, found[asked.target])
        if asked.target.startswith("/v2/app/manifests/1."):
            return Told(200, b"{}", {"Docker-Content-Digest": NONE})
        return Told(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})

    return answer


def as_bytes(content: object) -> bytes:
    """JSON."""
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (b"no json", "no JSON"),
        (b"[]", "no JSON object"),
        (as_bytes({"config": {"digest": "sha256:../../../v2/other"}}), "by no digest"),
        (as_bytes({"config": {"digest": NONE}}), "answers 404"),
        (as_bytes({"manifests": [{"digest": "../../../v2/other/manifests/latest"}]}), "neither a tag nor a digest"),
        (as_bytes({"manifests": [{"digest": "sha256:" + "0" * 63}]}), "neither a tag nor a digest"),
    ],
    ids=range(6),
)
def test_manifest(cli: Cli, manifest: bytes, why: str) -> None:
    with serving(serve(manifest)) as server:  # type: ignore[arg-type]
        refused(ask(cli, server.host), why)


@pytest.mark.parametrize(
    "manifest",
    [
        b"{}",
        as_bytes({"annotations": []}),
        as_bytes({"annotations": {"org.opencontainers.image.version": 7}}),
        as_bytes({"annotations": {"org.opencontainers.image.version": "1.28.0\nlatest=true"}}),
        as_bytes({"annotations": {"org.opencontainers.image.version": "9" * 500}}),
        as_bytes({"manifests": []}),
        as_bytes({"manifests": ["x", None, {}]}),
        as_bytes({"manifests": [{"digest": NONE}]}),
        as_bytes({"config": []}),
        as_bytes({"schemaVersion": 1, "history": []}),
    ],
    ids=range(10),
)
def test_manifest_that_says_nothing(cli: Cli, manifest: bytes) -> None:
    """The released versions decide; what `latest` is now stays unknown."""
    with serving(serve(manifest)) as server:  # type: ignore[arg-type]
        ran = ask(cli, server.host)
    assert ran.moves["latest"]
    assert ran.json["pointers"]["latest"]["now"][0]["version"] == ""


def test_manifest_that_is_not_its_digest(cli: Cli) -> None:
    with serving(serve(b"{}", digest="sha256:" + "1" * 64)) as server:  # type: ignore[arg-type]
        refused(ask(cli, server.host), "not what its digest says")


def test_configuration_that_is_not_its_digest(cli: Cli) -> None:
    manifest = as_bytes({"config": {"digest": "sha256:" + "1" * 64}})
    with serving(serve(manifest, blobs={"sha256:" + "1" * 64: b"{}"})) as server:  # type: ignore[arg-type]
        refused(ask(cli, server.host), "not what its digest says")


def test_head_that_is_not_answered(cli: Cli) -> None:
    """Without a digest in the headers the manifest itself gives it."""
    manifest = as_bytes({"schemaVersion": 2})

    def answer(asked: Asked) -> Told:
        if "tags/list" in asked.target:
            return Told(200, LIST)
        if asked.method == "HEAD":
            return Told(405)
        return Told(200, manifest, {"Content-Type": OCI})

    with serving(answer) as server:
        ran = ask(cli, server.host)
    assert ran.json["pointers"]["latest"]["now"][0]["how"] == "same digest as 1.28.0"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-x",
        "UPPER/case",
        "a//b",
        "a/b/",
        "a/../b",
        "x" * 300 + "/y",
        "ghcr.io/",
        "ghcr.io/a b",
        "a.b:99999999/c",
        "h\nost.io/x",
        "é.io/x",
        "a.b/c$d",
    ],
)
def test_names_that_are_none(cli: Cli, name: str) -> None:
    refused(cli.gate("1.0.0", f"--image={name}"), "")


@pytest.mark.parametrize("name", ["ghcr.io/a/b:latest", "ghcr.io/a/b@" + NONE])
def test_names_with_too_much(cli: Cli, name: str) -> None:
    refused(cli.gate("1.0.0", f"--image={name}"), "without tag or digest")
