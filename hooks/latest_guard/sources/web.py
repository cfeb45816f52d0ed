"""Asking over HTTP so that every answer is whole, in time and from where we asked, or is an error.

h11 speaks HTTP (connection.py). What it leaves to its callers is decided here: which faults are worth another try, how long all of it
may take, how much may come, that what came is all of it, and that no credentials follow a redirect to another host.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from h11 import LocalProtocolError, ProtocolError, RemoteProtocolError

from latest_guard import __version__
from latest_guard.errors import UserError
from latest_guard.sources.connection import Connection, is_framed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Answers that ask for patience (RFC 9110 section 15.6, RFC 6585 section 4); every other 4xx is final.
PASSING = frozenset({429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRIES = 5
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 20.0
#: Seconds for one connection, and for one silence of the other side.
SILENCE = 15.0
#: Bytes of one answer. A page of 1,000 tags of 128 characters is 131 kB, a manifest at most 4 MiB (OCI distribution 1.1).
LARGEST = 32 * 1024 * 1024


@dataclass(slots=True)
class Deadline:
    """The moment, `seconds` from now, after which nothing is waited for any more."""

    seconds: float
    start: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self.start + self.seconds - time.monotonic())

    def restart(self) -> None:
        """Count from now on: a person has thought about it in between."""
        self.start = time.monotonic()


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: its status, its headers with names in lower case, its body, and the address that gave it in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Passing(Exception):
    """A fault that may go away; `pause` is how long the other side asked to be left alone, in seconds."""

    def __init__(self, what: str, pause: float = 0.0) -> None:
        super().__init__(what)
        self.pause = pause


@dataclass(slots=True)
class Web:
    """A client for one lookup. `name` is the lookup as the user knows it and stands before every error.

    `plain` allows `http:`; without it nothing is ever sent unencrypted. `requests` counts every request that went out.
    """

    name: str
    deadline: Deadline
    plain: bool = False
    requests: int = 0
    connections: dict[tuple[str, str], Connection] = field(default_factory=dict)

    def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        """Send one request and return the final answer, whatever its status, after retries and redirects.

        Only requests that may be repeated are made through here (GET, HEAD, PUT of content by its name, a token's POST).
        Raises UserError when there is no whole answer within the tries and the deadline.
        """
        sent = dict(headers or {})
        for _ in range(TRIES):
            reply = self._patiently(method, url, sent, body)
            if reply.status not in REDIRECTS or "location" not in reply.headers:
                return reply
            target = self.target(url, reply.headers["location"])
            if origin(target) != origin(url):
                sent.pop("Authorization", None)
            url = target
        raise UserError(f"{shown(url)} keeps redirecting", self.name)

    def target(self, url: str, reference: str) -> str:
        """The address that `reference`, in an answer from `url`, means (RFC 3986 section 5); raises UserError for none."""
        try:
            found: str = urljoin(url, reference)
            urlsplit(found)
        except ValueError as error:
            raise UserError(f"{shown(url)} sends us to what is no web address", self.name) from error
        return found

    def _patiently(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One request, again after the faults that pass, with pauses that double and are jittered."""
        self._permit(url)
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(method, url, headers, body)
            except Passing as fault:
                self._wait(fault, attempt)
        raise AssertionError("the last try returns or raises")

    def _wait(self, fault: Passing, attempt: int) -> None:
        """Pause before the next try; raise UserError after the last one, or where the pause would be too long."""
        from random import uniform

        pause = max(fault.pause, FIRST_PAUSE * 2 ** (attempt - 1) * uniform(0.5, 1.0))
        if attempt == TRIES:
            raise UserError(f"{fault} ({TRIES} tries); run the job again when it answers", self.name) from fault
        if pause > min(LONGEST_PAUSE, self.deadline.left()):
            raise UserError(f"{fault}, and asks for {pause:.0f} s of patience; run the job again later", self.name) from fault
        time.sleep(pause)

    def _permit(self, url: str) -> None:
        """Refuse an address that is no web address, or that is unencrypted when that was not allowed."""
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0 and "@" not in parts.netloc
        except ValueError:
            usable = False
        if not usable:
            raise UserError(f"{shown(url)} is no web address", self.name)
        if parts.scheme == "http" and not self.plain:
            raise UserError(f"{shown(url)} is not encrypted; allow it with --plain-http if it must be", self.name)

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        left = self.deadline.left()
        if left <= 0:
            raise UserError(f"no answer within {self.deadline.seconds:g} s; see --timeout", self.name)
        self.requests += 1
        connection = None
        try:
            connection = self._connection(url)
            connection.open(min(SILENCE, left))
            return self._exchanged(connection, method, url, headers, body)
        except (OSError, ValueError, ProtocolError) as error:
            opened = connection is not None and connection.is_open
            self._drop(url)
            raise self._meaning(url, error, opened) from error
        except BaseException:
            self._drop(url)
            raise

    def _exchanged(self, connection: Connection, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The whole answer; raises Passing for one that asks for patience, and RemoteProtocolError for one that ends before it should."""
        head = connection.ask(method, urlsplit(url), {"User-Agent": f"latest-guard/{__version__}", **headers}, body)
        content = bytearray()
        for piece in connection.received():
            content += piece
            if len(content) > LARGEST:
                raise UserError(f"{shown(url)} answers with more than {LARGEST >> 20} MiB", self.name)
            if self.deadline.left() <= 0:
                raise UserError(f"no whole answer within {self.deadline.seconds:g} s; see --timeout", self.name)
        if not content and not is_framed(method, head):
            raise RemoteProtocolError("bytes are missing")
        told = joined((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        if head.status_code in PASSING:
            raise Passing(f"{shown(url)} answers {head.status_code}", asked_pause(told.get("retry-after", "")))
        return Reply(head.status_code, told, bytes(content), url)

    def _meaning(self, url: str, error: Exception, opened: bool) -> Exception:
        """What a broken exchange means: a bad address or certificate is final, other faults of the network may pass."""
        from ssl import SSLEOFError, SSLError

        host = shown(url).split("/")[2]
        if isinstance(error, SSLError) and not isinstance(error, SSLEOFError):
            return UserError(f"no trusted connection to {host}: {certificate_trouble(str(error))}", self.name)
        if isinstance(error, TimeoutError):
            return Passing(f"{host} is silent")
        if isinstance(error, (LocalProtocolError, ValueError)):
            return UserError(f"{shown(url)} is no web address", self.name)
        return Passing(f"{host} broke off its answer" if opened else f"no connection to {host}")

    def _connection(self, url: str) -> Connection:
        """The connection to the host of `url`, kept open between requests: direct, or through the environment's proxy."""
        key = origin(url)
        if key not in self.connections:
            self.connections[key] = Connection(urlsplit(url), proxy_for(url))
        return self.connections[key]

    def _drop(self, url: str) -> None:
        """Forget a connection that cannot be used again."""
        connection = self.connections.pop(origin(url), None)
        if connection is not None:
            connection.close()


def joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in lower case; the values of one that is given twice are joined (RFC 9110 section 5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found


def proxy_for(url: str) -> str:
    """The proxy that `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` ask for, empty for none."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return ""
    from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

    parts = urlsplit(url)
    proxies = getproxies_environment()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not proxy or proxy_bypass_environment(parts.netloc, proxies):
        return ""
    if "://" in proxy and not proxy.startswith("http://"):
        raise UserError("only proxies that are themselves asked over http:// are supported", shown(proxy))
    return proxy if "://" in proxy else f"http://{proxy}"


def origin(url: str) -> tuple[str, str]:
    """Scheme and host with port: what credentials are bound to."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def shown(url: str) -> str:
    """`url` as a message may show it: in one line, without user, query or anything long."""
    try:
        parts = urlsplit(url)
        text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        text = url.partition("?")[0].rpartition("@")[2]
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]


def asked_pause(text: str) -> float:
    """The seconds of a Retry-After header; a date counts as no request, so that no clock is asked (RFC 9110 section 10.2.3)."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0


def certificate_trouble(text: str) -> str:
    """The reason in OpenSSL's words, with what is to be done about it."""
    reason = text.rpartition("certificate verify failed: ")[2].partition(" (_ssl")[0].strip()[:120] or "the TLS handshake failed"
    if "not yet valid" in text or "has expired" in text:
        return f"{reason}; is the clock of this machine right?"
    if "certificate verify failed" in text:
        return f"{reason}; SSL_CERT_FILE names further authorities"
    return f"{reason}; --plain-http is for a registry without TLS"
