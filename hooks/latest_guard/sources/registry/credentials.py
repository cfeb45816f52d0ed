"""Who we are to a registry: read where docker, podman and GitLab keep it, and sent to nobody else.

Places, the first that knows the registry wins: `DOCKER_AUTH_CONFIG` (a configuration in a variable: GitLab runner, docker),
`REGISTRY_AUTH_FILE` (podman, skopeo), `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`,
`$XDG_RUNTIME_DIR/containers/auth.json`, and GitLab's `CI_REGISTRY` with `CI_REGISTRY_USER` and `CI_REGISTRY_PASSWORD`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError
from latest_guard.sources.registry.reference import HUB, HUB_KEY, ImageName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: A credential helper is a program; only a plain name makes one.
HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: docker's helpers say this, with exit code 1, when they know nothing (docker-credential-helpers, credentials/error.go).
HELPER_KNOWS_NOTHING = "credentials not found in native keychain"
HELPER_SECONDS = 30.0
#: With this user name a helper's secret is an identity token (docker/cli, cli/config/credentials/native_store.go).
TOKEN_USER = "<token>"


@dataclass(frozen=True, slots=True)
class Login:
    """What to show: a name and a password, or an identity token to exchange for access, or a token for the registry itself."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """The value of an Authorization header for basic authentication, empty without a name."""
        if not self.username:
            return ""
        import base64

        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")


def login_for(image: ImageName, environment: Mapping[str, str]) -> Login | None:
    """The login for `image`'s registry, None where there is none.

    Raises UserError for a configuration that cannot be read and for a helper that fails: an anonymous question in its place
    would be answered as if the image were not there.
    """
    for place, text in configurations(environment):
        login = login_in(parsed(text, place), image, place)
        if login is not None:
            return login
    if environment.get("CI_REGISTRY") == image.host and environment.get("CI_REGISTRY_PASSWORD"):
        return Login(environment.get("CI_REGISTRY_USER", ""), environment["CI_REGISTRY_PASSWORD"])
    return None


def configurations(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every configuration there is: its place, and its text."""
    if environment.get("DOCKER_AUTH_CONFIG"):
        yield "DOCKER_AUTH_CONFIG", environment["DOCKER_AUTH_CONFIG"]
    home = environment.get("HOME", "")
    docker = environment.get("DOCKER_CONFIG") or (f"{home}/.docker" if home else "")
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    files = (
        environment.get("REGISTRY_AUTH_FILE", ""),
        f"{docker}/config.json" if docker else "",
        f"{runtime}/containers/auth.json" if runtime else "",
    )
    for file in filter(None, files):
        try:
            yield file, Path(file).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeError) as error:
            raise UserError("the registry credentials cannot be read; mend or remove the file", file) from error


def parsed(text: str, place: str) -> dict[str, Any]:
    """The configuration in `text`; raises UserError for anything but a JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError("the registry credentials are no JSON; run docker login again", place) from error
    if not isinstance(found, dict):
        raise UserError("the registry credentials are no JSON object; run docker login again", place)
    return found


def login_in(configuration: dict[str, Any], image: ImageName, place: str) -> Login | None:
    """The login that one configuration has for `image`: its helper for the host, its store, its own entries."""
    key = HUB_KEY if image.host == HUB else image.host
    helpers = configuration.get("credHelpers")
    helper = helpers.get(image.host, helpers.get(key)) if isinstance(helpers, dict) else None
    for name in (helper, configuration.get("credsStore")):
        if name:
            login = ask_helper(name, key, place)
            if login is not None or name is helper:
                return login
    auths = configuration.get("auths")
    return login_of(entry_for(auths, image), place) if isinstance(auths, dict) else None


def entry_for(auths: dict[str, Any], image: ImageName) -> dict[str, Any]:
    """The entry of `auths` for `image`: the longest matching path first (containers-auth.json(5)), then the host."""
    entries = {plain_key(key): value for key, value in auths.items() if isinstance(value, dict)}
    parts = [image.host, *image.path.split("/")]
    for end in range(len(parts), 0, -1):
        found = entries.get("/".join(parts[:end]))
        if found:
            return found
    return {}


def plain_key(key: str) -> str:
    """A key of `auths` as a host with perhaps a path: `https://index.docker.io/v1/` is `docker.io`."""
    bare = re.sub(r"^https?://", "", key)
    bare = re.sub(r"/v[12]/?$", "", bare).rstrip("/")
    return HUB if bare == "index.docker.io" else bare


def login_of(entry: dict[str, Any], place: str) -> Login | None:
    """The login that an entry holds, None for an empty one (docker leaves those behind when a store has the secret)."""
    username, password = str(entry.get("username") or ""), str(entry.get("password") or "")
    if entry.get("auth"):
        username, password = decoded(str(entry["auth"]), place)
    login = Login(username, password, str(entry.get("identitytoken") or ""), str(entry.get("registrytoken") or ""))
    return None if login == Login() else login


def decoded(auth: str, place: str) -> tuple[str, str]:
    """Name and password of an `auth` field: base64 of `name:password`."""
    import base64
    import binascii

    try:
        username, colon, password = base64.b64decode(auth, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as error:
        raise UserError("an auth entry is no base64; run docker login again", place) from error
    if not colon:
        raise UserError("an auth entry holds no name:password; run docker login again", place)
    return username, password.rstrip("\0")


def ask_helper(name: object, key: str, place: str) -> Login | None:
    """Run `docker-credential-NAME get` for `key` (docker-credential-helpers' protocol); None when it knows nothing."""
    import subprocess

    if not isinstance(name, str) or not HELPER.fullmatch(name):
        raise UserError("a credential helper has no usable name", place)
    program = f"docker-credential-{name}"
    try:
        done = subprocess.run([program, "get"], input=key, capture_output=True, text=True, timeout=HELPER_SECONDS, check=False)
    except FileNotFoundError as error:
        raise UserError(f"{program} is configured but not installed", place) from error
    except (OSError, UnicodeError, subprocess.TimeoutExpired) as error:
        raise UserError(f"{program} does not answer", place) from error
    if done.returncode != 0 and HELPER_KNOWS_NOTHING in done.stdout:
        return None
    try:
        found = json.loads(done.stdout) if done.returncode == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("Secret"), str):
        raise UserError(f"{program} fails; try it by hand: echo {key} | {program} get", place)
    if found.get("Username") == TOKEN_USER:
        return Login(identity_token=found["Secret"])
    return Login(str(found.get("Username") or ""), found["Secret"])
