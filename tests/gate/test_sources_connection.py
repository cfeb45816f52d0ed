"""The connection itself: through proxies, kept open, and strict about what an answer is."""

from __future__ import annotations

import socket
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from images import Made, push
from loopback import Asked, Behind, Server, Told, serving
from registries import Authority, Registry, with_tls

from latest_guard.errors import UserError
from latest_guard.sources.web import Deadline, Web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Cli

LOGIN = "Basic " + b64encode(b"release:p@ss").decode()


class Proxy(ThreadingHTTPServer):
    """A proxy that wants LOGIN, and remembers what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Its address, with the login."""
        return f"http://release:p%40ss@127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection to the proxy."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def is_known(self) -> bool:
        """Whether the login is right; says so if not."""
        login = self.headers.get("Proxy-Authorization", "")
        self.server.asked.append((self.command, self.path, login))
        if login != LOGIN:
            self.send_response_only(407)
            self.send_header("Content-Length", "0")
            self.end_headers()
        return login == LOGIN

    def do_CONNECT(self) -> None:
        """Let bytes through, both ways."""
        if self.is_known():
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port)), 5) as there:
                self.send_response_only(200)
                self.end_headers()
                back = Thread(target=pump, args=(there, self.connection), daemon=True)
                back.start()
                pump(self.connection, there)
                back.join(5)
        self.close_connection = True

    def do_GET(self) -> None:
        """Ask in the client's place."""
        if not self.is_known():
            return
        parts = urlsplit(self.path)
        told = Behind(parts.netloc)(Asked(self.command, f"{parts.path}?{parts.query}", dict(self.headers), b""))
        self.send_response_only(told.status)
        for name, value in {"Content-Length": str(len(told.content())), **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.content())

    do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def pump(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until `source` ends."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that the environment names for everything."""
    server = Proxy()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, server.url)
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def secure(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with TLS, and 1.28.0 of `app` in it."""
    folder = tmp_path_factory.mktemp("secure-behind-proxy")
    registry = with_tls(folder, authority).start()
    push(Made("1.28.0"), f"{registry.host}/app:1.28.0", folder / "layouts")
    yield registry
    registry.stop()


def test_a_proxy_for_http(cli: Cli, many: str, proxy: Proxy) -> None:
    assert cli.gate("1.29.0", f"--image={many}", "--plain-http").moves["latest"]
    host, _, path = many.partition("/")
    assert proxy.asked[0] == ("GET", f"http://{host}/v2/{path}/tags/list?n=1000", LOGIN)


def test_a_tunnel_for_https(cli: Cli, secure: Registry, authority: Authority, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert cli.gate("1.29.0", f"--image={secure.host}/app").moves["latest"]
    assert set(proxy.asked) == {("CONNECT", secure.host, LOGIN)}


def test_a_proxy_that_does_not_know_us(cli: Cli, secure: Registry, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", proxy.url.replace("release:p%40ss@", ""))
    ran = cli.gate("1.29.0", f"--image={secure.host}/app")
    assert (ran.code, ran.out) == (2, "")
    assert "it answers 407" in ran.err
    assert proxy.asked == [("CONNECT", secure.host, "")]


def test_no_proxy_holds(cli: Cli, many: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert cli.gate("1.29.0", f"--image={many}", "--plain-http").moves["latest"]
    assert proxy.asked == []


def asking(server: Server) -> Web:
    """A client for `server`."""
    return Web("the lookup", Deadline(10), plain=True)


def test_one_connection_for_many_requests() -> None:
    with serving(lambda asked: Told(200, b"x")) as server:
        made: list[object] = []
        accept = server.get_request
        server.get_request = lambda: made.append(1) or accept()  # type: ignore[assignment, func-returns-value]
        web = asking(server)
        for method in ("GET", "HEAD", "GET"):
            assert web.ask(method, f"{server.url}/a").status == 200
    assert (web.requests, len(made)) == (3, 1)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", b"ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["hints", "chunked", "until it closes", "nothing to say"],
)
def test_what_is_an_answer(raw: bytes, body: bytes) -> None:
    with serving(lambda asked: Told(raw=raw)) as server:
        assert asking(server).ask("GET", f"{server.url}/").body == body


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000 + b"\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
    ids=["too short", "no last chunk", "two lengths", "no end and no body", "no number", "endless headers", "no HTTP", "nothing"],
)
def test_what_is_none(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latest_guard.sources.web.FIRST_PAUSE", 0.001)
    with serving(lambda asked: Told(raw=raw)) as server, pytest.raises(UserError, match="broke off its answer"):
        asking(server).ask("GET", f"{server.url}/")


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX: y", "/\u0661", "/a\x00"])
def test_addresses_that_are_never_sent(path: str) -> None:
    with serving(lambda asked: Told(200, b"x")) as server:
        with pytest.raises(UserError, match="is no web address"):
            asking(server).ask("GET", f"{server.url}{path}")
        assert server.asked == []


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00b"])
def test_headers_that_are_never_sent(value: str) -> None:
    with serving(lambda asked: Told(200, b"x")) as server:
        with pytest.raises(UserError):
            asking(server).ask("GET", f"{server.url}/", {"Authorization": value})
        assert server.asked == []
