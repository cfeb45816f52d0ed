"""Asking a registry for tags, digests and manifests; every answer is checked before it is believed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from latest_guard.errors import UserError
from latest_guard.sources.registry.reference import TAG, ImageName
from latest_guard.sources.web import Reply, Web, origin, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.sources.registry.challenge import Challenge
    from latest_guard.sources.registry.credentials import Login

#: Tags on one page. OCI distribution 1.1 lets a registry give fewer, with a Link to the next.
PAGE = 1000
#: A list that goes on beyond this many pages goes nowhere.
MOST_PAGES = 10_000
#: Both families of manifests and of indexes, or a registry turns what it has into what it thinks we can read.
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = {"Accept": ", ".join(MANIFESTS)}
DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})")
NEXT = r'<([^<>]*)>[^<>,]*;\s*rel="?next"?'
#: A token travels in a header: printable ASCII in one word (RFC 6750 section 2.1 allows less).
WORD = r"[!-~]{1,65536}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest or an index: its media type, its digest, its bytes as the registry has them, and what they say."""

    media_type: str
    digest: str
    raw: bytes = field(repr=False)
    content: dict[str, Any] = field(repr=False)

    @property
    def is_index(self) -> bool:
        """Whether this is a list of manifests, one a platform."""
        return isinstance(self.content.get("manifests"), list)


def nobody(image: ImageName) -> None:
    """Who we are without credentials."""


@dataclass(slots=True)
class Registry:
    """One image's registry.

    `login` looks for who we are, and is only called when the registry wants to know: a helper may ask a person, or take its time.
    `actions` is what access is asked for: `pull`, or `pull,push`.
    """

    image: ImageName
    web: Web
    login: Callable[[ImageName], Login | None] = nobody
    actions: str = "pull"
    authorization: str = ""

    def tags(self) -> list[str] | None:
        """Every tag there is; None where the registry says that it has no such image (NAME_UNKNOWN)."""
        found: dict[str, None] = {}
        url: str | None = self._url(f"tags/list?n={PAGE}")
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) > MOST_PAGES:
                raise UserError("the registry's list of tags goes in circles", self.web.name)
            seen.add(url)
            reply = self._ask("GET", url)
            if reply.status == 404 and not found and "NAME_UNKNOWN" in error_codes(reply):
                return None
            page = self._page(reply)
            fresh = [tag for tag in page if tag not in found]
            found.update(dict.fromkeys(page))
            url = self._next(reply, page, fresh)
        return list(found)

    def digest(self, reference: str) -> str | None:
        """The digest that `reference` has now, without fetching its manifest; None where there is no such manifest."""
        reply = self._ask("HEAD", self._manifest_url(reference), ACCEPT)
        if reply.status == 404:
            return None
        digest = reply.headers.get("docker-content-digest", "")
        if reply.status == 200 and DIGEST.fullmatch(digest):
            return digest
        manifest = self.manifest(reference)
        return None if manifest is None else manifest.digest

    def manifest(self, reference: str) -> Manifest | None:
        """The manifest or index at `reference`, a tag or a digest; None where there is none."""
        reply = self._ask("GET", self._manifest_url(reference), ACCEPT)
        if reply.status == 404 and error_codes(reply) & {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}:
            return None
        self._must_be(reply, 200)
        digest = reply.headers.get("docker-content-digest") or (reference if DIGEST.fullmatch(reference) else "")
        content = self._object(reply)
        kind = content.get("mediaType") or reply.headers.get("content-type", "").partition(";")[0].strip()
        return Manifest(str(kind), self._proven(reply.body, digest, reference), reply.body, content)

    def blob(self, digest: str) -> dict[str, Any]:
        """The JSON object in the blob `digest`: an image's configuration."""
        if not DIGEST.fullmatch(digest):
            raise UserError("a manifest names a configuration by no digest", self.web.name)
        reply = self._ask("GET", self._url(f"blobs/{digest}"))
        self._must_be(reply, 200)
        self._proven(reply.body, digest, digest)
        return self._object(reply)

    def put(self, manifest: Manifest, tag: str) -> None:
        """Put `manifest`, byte for byte, under `tag`; the registry must then name the same digest."""
        headers = {"Content-Type": manifest.media_type}
        reply = self._ask("PUT", self._manifest_url(tag), headers, manifest.raw)
        if reply.status not in (200, 201):
            self._refuse(reply)
        told = reply.headers.get("docker-content-digest", manifest.digest)
        if told != manifest.digest:
            raise UserError(f"{tag} was put as {manifest.digest} and became {told[:80]!r}", self.web.name)

    def _manifest_url(self, reference: str) -> str:
        """The address of a tag's or a digest's manifest; what is neither, in an index say, must not become a path of its own."""
        if not DIGEST.fullmatch(reference) and not TAG.fullmatch(reference):
            raise UserError(f"{reference[:80]!r} is neither a tag nor a digest", self.web.name)
        return self._url(f"manifests/{reference}")

    def _url(self, rest: str) -> str:
        scheme = "http" if self.web.plain else "https"
        return f"{scheme}://{self.image.api}/v2/{self.image.path}/{rest}"

    def _ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        """One request with what we may show; after a 401 once more with what was asked for (a token may have run out)."""
        reply = self._send(method, url, headers, body)
        if reply.status == 401:
            self.authorization = self._authorize(reply)
            reply = self._send(method, url, headers, body)
            if reply.status == 401:
                self._refuse(reply)
        return reply

    def _send(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> Reply:
        shown_to_it = {"Authorization": self.authorization} if self.authorization else {}
        return self.web.ask(method, url, {**(headers or {}), **shown_to_it}, body)

    def _authorize(self, reply: Reply) -> str:
        """The Authorization header that answers the challenge in `reply`."""
        if origin(reply.url)[1] != self.image.api:
            raise UserError(f"{shown(reply.url)}, to which the registry sends us, wants a login", self.web.name)
        from latest_guard.sources.registry.challenge import challenges

        offered = challenges(reply.headers.get("www-authenticate", ""))
        login = self.login(self.image)
        for challenge in offered:
            if challenge.scheme == "bearer":
                return f"Bearer {(login and login.registry_token) or self._token(challenge, login)}"
            if challenge.scheme == "basic" and login and login.basic:
                return login.basic
        raise self._no_entry(401, "")

    def _token(self, challenge: Challenge, login: Login | None) -> str:
        """Exchange the login, or nothing, for a token (distribution, spec/auth/token.md and spec/auth/oauth.md)."""
        realm = challenge.parameters.get("realm", "")
        asked = {"service": challenge.parameters.get("service", ""), "scope": f"repository:{self.image.path}:{self.actions}"}
        if login and login.identity_token:
            form = {"grant_type": "refresh_token", "client_id": "latest-guard", "refresh_token": login.identity_token, **asked}
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            reply = self.web.ask("POST", realm, kind, urlencode(form).encode("ascii"))
        else:
            query = urlencode({name: value for name, value in asked.items() if value})
            headers = {"Authorization": login.basic} if login and login.basic else {}
            reply = self.web.ask("GET", f"{realm}{'&' if '?' in realm else '?'}{query}", headers)
        self._must_be(reply, 200)
        found = self._object(reply)
        token = found.get("token") or found.get("access_token")
        if not isinstance(token, str) or not re.fullmatch(WORD, token):
            raise UserError(f"{shown(realm)} gives no token", self.web.name)
        return token

    def _page(self, reply: Reply) -> list[str]:
        """The tags of one page; a registry with none may say null (distribution 2.x does)."""
        self._must_be(reply, 200)
        tags: object = self._object(reply).get("tags", "missing")
        if tags is None:
            return []
        if not isinstance(tags, list) or not all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in tags):
            raise UserError(f"{shown(reply.url)} answers with no list of tags", self.web.name)
        return tags

    def _next(self, reply: Reply, page: list[str], fresh: list[str]) -> str | None:
        """Where the list goes on: at the Link, or behind a page that is exactly full, for the Link is optional in older registries."""
        link = re.search(NEXT, reply.headers["link"]) if "link" in reply.headers else None
        if link is None:
            full = len(page) == PAGE and bool(fresh)
            return self._url(f"tags/list?n={PAGE}&last={page[-1]}") if full else None
        target = self.web.target(reply.url, link[1])
        if origin(target) != origin(reply.url):
            raise UserError(f"the registry's list of tags goes on at another host, {shown(target)}", self.web.name)
        return target

    def _object(self, reply: Reply) -> dict[str, Any]:
        try:
            found = json.loads(reply.body)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{shown(reply.url)} answers with what is no JSON; is this a registry?", self.web.name) from error
        if not isinstance(found, dict):
            raise UserError(f"{shown(reply.url)} answers with no JSON object; is this a registry?", self.web.name)
        return found

    def _proven(self, body: bytes, digest: str, what: str) -> str:
        """The digest of `body`, which must be `digest` where one was told."""
        if digest and not DIGEST.fullmatch(digest):
            raise UserError(f"{what} has a digest that is none", self.web.name)
        import hashlib

        algorithm = digest.partition(":")[0] or "sha256"
        real = f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"
        if digest and digest != real:
            raise UserError(f"what came for {what} is not what its digest says; something on the way changes it", self.web.name)
        return real

    def _must_be(self, reply: Reply, status: int) -> None:
        if reply.status != status:
            self._refuse(reply)

    def _refuse(self, reply: Reply) -> None:
        """Raise what an unusable answer means."""
        code = ", ".join(sorted(error_codes(reply)))
        if reply.status in (401, 403):
            raise self._no_entry(reply.status, code)
        told = f" ({code})" if code else ""
        raise UserError(f"{shown(reply.url)} answers {reply.status}{told}", self.web.name)

    def _no_entry(self, status: int, code: str) -> UserError:
        """Not let in: with a login it is the wrong one, without one there is none; many registries say so of what is not there, too."""
        login = self.login(self.image)
        who = f"as {login.username or 'the holder of a token'}" if login else "without a login"
        told = f"{status} {code}".strip()
        return UserError(f"not let in {who} ({told}); docker login {self.image.host}, or check the image's name", self.web.name)


def error_codes(reply: Reply) -> set[str]:
    """The codes of a registry's error answer (OCI distribution 1.1, "Error Codes"); none where it is no such answer."""
    try:
        found = json.loads(reply.body)
        codes = [str(error["code"]) for error in found["errors"]]
    except (ValueError, RecursionError, KeyError, TypeError):
        return set()
    return {code[:40] for code in codes if code.isascii() and code.replace("_", "").isalnum()}
