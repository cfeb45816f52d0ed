"""One connection that speaks HTTP/1.1: the protocol by h11, the socket and TLS by the standard library.

The system's certificates hold, as do `SSL_CERT_FILE` and `SSL_CERT_DIR`. A proxy is asked in clear, and for https only to let us through.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

import h11

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Bytes that are taken from the socket at once.
CHUNK = 64 * 1024
#: Bytes of an answer's headers.
LARGEST_HEAD = 128 * 1024
PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class Connection:
    """A connection to the host of the address `to`, direct or through `proxy` ("" for none); not open before open().

    Everything may raise OSError, or h11's ProtocolError: LocalProtocolError for what we may not send, RemoteProtocolError for an answer
    that is none, or that ends too early. After an error it is to be closed.
    """

    to: SplitResult
    proxy: str = ""
    wire: socket.socket | None = None
    state: h11.Connection | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that can take a request."""
        return self.wire is not None

    def open(self, seconds: float) -> None:
        """Connect if need be; from now on no step takes longer than `seconds`."""
        if self.wire is None:
            self._connect(seconds)
        assert self.wire is not None
        self.wire.settimeout(seconds)

    def close(self) -> None:
        """Hang up."""
        wire, self.wire, self.state = self.wire, None, None
        if wire is not None:
            with suppress(OSError):
                wire.close()

    def ask(self, method: str, url: SplitResult, headers: Mapping[str, str], body: bytes | None) -> h11.Response:
        """Send a request for `url`, which is at our host; the head of its answer. received() must be read to its end before the next."""
        told = {"Host": url.netloc, "Accept-Encoding": "identity", **headers}
        if body is not None:
            told["Content-Length"] = str(len(body))
        if self.proxy and url.scheme == "http":
            return self._exchange(method, url.geturl(), {**told, **proxy_headers(self.proxy)}, body)
        return self._exchange(method, f"{url.path or '/'}{'?' + url.query if url.query else ''}", told, body)

    def received(self) -> Iterator[bytes]:
        """The body of the answer, piece by piece; afterwards the connection is ready for the next request, or closed."""
        assert self.state is not None
        while isinstance(event := self._event(), h11.Data):
            yield bytes(event.data)
        if self.state.our_state is h11.DONE and self.state.their_state is h11.DONE:
            self.state.start_next_cycle()
        else:
            self.close()

    def _connect(self, seconds: float) -> None:
        way = urlsplit(self.proxy) if self.proxy else self.to
        self.wire = socket.create_connection((way.hostname or "", way.port or PORTS[way.scheme]), seconds)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.state = _client()
        if self.to.scheme == "https":
            if self.proxy:
                self._tunnel()
            self._encrypt()

    def _tunnel(self) -> None:
        """Have the proxy connect us to the host (RFC 9110 section 9.3.6)."""
        host = self.to.hostname or ""
        place = f"{f'[{host}]' if ':' in host else host}:{self.to.port or PORTS['https']}"
        answer = self._exchange("CONNECT", place, {"Host": place, **proxy_headers(self.proxy)}, None)
        if 400 <= answer.status_code < 500:
            raise UserError(f"the proxy lets us not through to {place}: it answers {answer.status_code}", "https_proxy")
        if answer.status_code >= 300:
            self.close()
            raise ConnectionError(f"the proxy answers {answer.status_code}")
        self.state = _client()

    def _encrypt(self) -> None:
        import ssl

        assert self.wire is not None
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        self.wire = context.wrap_socket(self.wire, server_hostname=self.to.hostname)

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> h11.Response:
        """Send one request and wait for the head of its answer."""
        self._send(h11.Request(method=method, target=target, headers=list(headers.items())))
        if body:
            self._send(h11.Data(data=body))
        self._send(h11.EndOfMessage())
        answer = self._event()
        while isinstance(answer, h11.InformationalResponse):
            answer = self._event()
        if not isinstance(answer, h11.Response):
            raise h11.RemoteProtocolError("no answer")
        return answer

    def _send(self, event: h11.Request | h11.Data | h11.EndOfMessage) -> None:
        assert self.wire is not None and self.state is not None
        self.wire.sendall(self.state.send(event) or b"")

    def _event(self) -> object:
        """What comes next."""
        assert self.wire is not None and self.state is not None
        while (event := self.state.next_event()) is h11.NEED_DATA:
            self.state.receive_data(self.wire.recv(CHUNK))
        return event


def _client() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)


def proxy_headers(proxy: str) -> dict[str, str]:
    """How to log in to the proxy, where its address says so."""
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    from base64 import b64encode

    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": "Basic " + b64encode(login.encode()).decode("ascii")}


def is_framed(method: str, answer: h11.Response) -> bool:
    """Whether an answer says where it ends, so that one that is cut off is told from a whole one (RFC 9112 section 6.3)."""
    says = any(name in (b"content-length", b"transfer-encoding") for name, _ in answer.headers)
    return says or method == "HEAD" or answer.status_code in (204, 304)
