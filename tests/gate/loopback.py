"""Servers on loopback: one that answers as it is told, one that stands in front of another and spoils what comes through."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Asked:
    """One request that came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    """One answer; `raw` is sent in its place, byte for byte, and the connection closed."""

    status: int = 200
    body: bytes | object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def content(self) -> bytes:
        """The body as bytes; what is none of those is written as JSON."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Server(ThreadingHTTPServer):
    """Answers every request by `answer`, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Asked], Told]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The address of its root, without a slash at the end."""
        return f"http://{self.host}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up; that is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def serve(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("content-length") or 0)
        names = {name.lower() for name in self.headers}
        headers = {name: ", ".join(self.headers.get_all(name) or []) for name in names}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        self.server.asked.append(asked)
        told = self.server.answer(asked)
        if told.raw is not None:
            self.wfile.write(told.raw)
            self.close_connection = True
            return
        content = told.content()
        self.send_response_only(told.status)
        for name, value in {"Content-Length": str(len(content)), **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(answer: Callable[[Asked], Told]) -> Iterator[Server]:
    """A server that answers by `answer`."""
    server = Server(answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Behind:
    """Passes requests on to the server at `host`, unspoiled."""

    host: str

    def __call__(self, asked: Asked) -> Told:
        """What the server behind answers."""
        connection = http.client.HTTPConnection(self.host, timeout=20)
        kept = {name: value for name, value in asked.headers.items() if name not in ("host", "connection", "content-length")}
        connection.request(asked.method, asked.target, asked.body or None, {**kept, "Host": self.host})
        answer = connection.getresponse()
        content = answer.read()
        gone = ("content-length", "transfer-encoding", "connection", "date")
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in gone}
        if asked.method == "HEAD":
            headers["Content-Length"] = answer.getheader("Content-Length") or "0"
        connection.close()
        return Told(answer.status, content, headers)


@contextmanager
def delayed(host: str, seconds: float) -> Iterator[Server]:
    """The server at `host`, further away: every answer takes `seconds` more."""
    behind = Behind(host)

    def answer(asked: Asked) -> Told:
        time.sleep(seconds)
        return behind(asked)

    with serving(answer) as server:
        yield server


@dataclass
class Paged:
    """A registry's tags in pages of at most `most`, as OCI distribution 1.1 has it: in order, with n and last, and a Link to the next."""

    behind: Callable[[Asked], Told]
    most: int
    linked: bool = True

    def __call__(self, asked: Asked) -> Told:
        """A page of tags; anything else unchanged."""
        path, _, query = asked.target.partition("?")
        told = self.behind(asked)
        if not path.endswith("/tags/list") or told.status != 200:
            return told
        wanted = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        found = json.loads(told.content())
        tags = sorted(tag for tag in found["tags"] if tag > wanted.get("last", ""))
        size = min(self.most, int(wanted.get("n", self.most)))
        page = tags[:size]
        more = {"Link": f'<{path}?n={size}&last={page[-1]}>; rel="next"'} if len(tags) > size and self.linked else {}
        return Told(200, {"name": found["name"], "tags": page}, more)


FAULTS = ("drop", "delay", "truncate", "429", "500", "503", "401", "garbage", "nonsense", "empty", "reset", "slow-503")


@dataclass
class Faulty:
    """Spoils answers of the server behind, each with the probability `share`, by one of `faults`, chosen by `dice`."""

    behind: Callable[[Asked], Told]
    dice: random.Random
    share: float = 0.3
    faults: tuple[str, ...] = FAULTS

    def __call__(self, asked: Asked) -> Told:
        """The answer, or a spoiled one."""
        if self.dice.random() >= self.share:
            return self.behind(asked)
        return spoiled(self.dice.choice(self.faults), lambda: self.behind(asked))


def spoiled(fault: str, whole: Callable[[], Told]) -> Told:
    """An answer with a `fault` in it."""
    if fault in ("429", "500", "503", "401"):
        return Told(int(fault), {"errors": [{"code": "TOOMANYREQUESTS" if fault == "429" else "UNKNOWN"}]}, {"Retry-After": "0"})
    if fault == "truncate":
        content = whole().content()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (len(content) + 9)
        return Told(raw=head + content[: len(content) // 2])
    if fault == "delay":
        time.sleep(0.05)
        return whole()
    if fault == "slow-503":
        return Told(503, b"", {"Retry-After": "3600"})
    return {
        "drop": Told(raw=b""),
        "reset": Told(raw=b"HTTP/1.1 200 OK\r\nContent-Le"),
        "garbage": Told(raw=bytes(range(256))),
        "nonsense": Told(200, b"<html><body>Welcome to the hotel's network</body></html>"),
        "empty": Told(200, b""),
    }[fault]
