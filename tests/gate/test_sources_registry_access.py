"""Being let in: passwords, tokens, helpers, certificates; what is sent to whom."""

from __future__ import annotations

import base64
import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from images import Made, push
from loopback import Asked, Behind, Server, Told, serving
from registries import PASSWORD, USER, Authority, Registry, with_password, with_tls, with_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Cli, Ran

BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with a password, and 1.28.0 of the image `app` in it."""
    folder = tmp_path_factory.mktemp("guarded")
    registry = with_password(folder).start()
    for tag in ("1.28.0", "latest"):
        push(Made("1.28.0"), f"{registry.host}/app:{tag}", folder / "layouts", f"--dest-creds={USER}:{PASSWORD}")
    yield registry
    registry.stop()


def configure(place: Path, content: object) -> None:
    """Write a configuration of docker."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content if isinstance(content, str) else json.dumps(content))


def ask(cli: Cli, host: str, *words: str) -> Ran:
    """The gate's answer for a release above the one that is there."""
    return cli.gate("1.29.0", "--plain-http", f"--image={host}/app", *words)


def let_in(ran: Ran) -> bool:
    """Whether the registry answered; the other outcome must be an error that says so, and no yes."""
    if ran.code == 0:
        return bool(ran.moves["latest"])
    assert (ran.code, ran.out) == (2, "")
    assert "not let in" in ran.err
    return False


def helper(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential helper `docker-credential-test`, as a shell script."""
    program = folder / "bin" / "docker-credential-test"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def test_nobody_is_not_let_in(cli: Cli, guarded: Registry) -> None:
    ran = ask(cli, guarded.host)
    assert not let_in(ran)
    assert "without a login" in ran.err
    assert not let_in(ask(cli, guarded.host, "--first-release"))


def test_configuration_of_docker(cli: Cli, guarded: Registry, tmp_path: Path) -> None:
    configure(tmp_path / "home/.docker/config.json", {"auths": {guarded.host: {"auth": BASIC}}})
    assert let_in(ask(cli, guarded.host))


@pytest.mark.parametrize("key", ["https://{}", "https://{}/v2/", "{}/app", "http://{}/v1/"])
def test_spellings_of_the_host(cli: Cli, guarded: Registry, tmp_path: Path, key: str) -> None:
    configure(tmp_path / "home/.docker/config.json", {"auths": {key.format(guarded.host): {"auth": BASIC}}})
    assert let_in(ask(cli, guarded.host))


def test_wrong_password(cli: Cli, guarded: Registry, tmp_path: Path) -> None:
    configure(tmp_path / "home/.docker/config.json", {"auths": {guarded.host: {"username": USER, "password": "guessed"}}})
    ran = ask(cli, guarded.host)
    assert not let_in(ran)
    assert f"not let in as {USER}" in ran.err
    assert "guessed" not in ran.err


def test_other_places(cli: Cli, guarded: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"auths": {guarded.host: {"auth": BASIC}}}
    configure(tmp_path / "elsewhere/config.json", entry)
    configure(tmp_path / "auth.json", entry)
    configure(tmp_path / "run/containers/auth.json", entry)
    places = {
        "DOCKER_CONFIG": str(tmp_path / "elsewhere"),
        "REGISTRY_AUTH_FILE": str(tmp_path / "auth.json"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "DOCKER_AUTH_CONFIG": json.dumps(entry),
    }
    for name, value in places.items():
        with monkeypatch.context() as here:
            here.setenv(name, value)
            assert let_in(ask(cli, guarded.host)), name
    assert not let_in(ask(cli, guarded.host))


def test_variables_of_gitlab(cli: Cli, guarded: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_REGISTRY_USER", USER)
    monkeypatch.setenv("CI_REGISTRY_PASSWORD", PASSWORD)
    monkeypatch.setenv("CI_REGISTRY", "registry.example.com")
    assert not let_in(ask(cli, guarded.host)), "they are for another registry"
    monkeypatch.setenv("CI_REGISTRY", guarded.host)
    assert let_in(ask(cli, guarded.host))


@pytest.mark.parametrize("table", [{"credsStore": "test"}, {"credHelpers": {"HOST": "test"}}], ids=["store", "helper"])
def test_credential_helper(cli: Cli, guarded: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: dict[str, Any]) -> None:
    said = json.dumps({"ServerURL": "x", "Username": USER, "Secret": PASSWORD})
    helper(tmp_path, f"read host; [ $1 = get ] && [ $host = {guarded.host} ] && echo '{said}'", monkeypatch)
    configure(tmp_path / "home/.docker/config.json", json.dumps(table).replace("HOST", guarded.host))
    assert let_in(ask(cli, guarded.host))


def test_helper_that_knows_nothing(cli: Cli, guarded: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, "echo credentials not found in native keychain; exit 1", monkeypatch)
    configure(tmp_path / "home/.docker/config.json", {"credsStore": "test", "auths": {guarded.host: {"auth": BASIC}}})
    assert let_in(ask(cli, guarded.host))


@pytest.mark.parametrize(
    ("script", "told"),
    [("exit 3", "fails"), ("echo '[]'", "fails"), ("echo no; exit 0", "fails"), ("echo '{\"Username\": 1}'", "fails")],
)
def test_broken_helper(cli: Cli, guarded: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str) -> None:
    helper(tmp_path, script, monkeypatch)
    configure(tmp_path / "home/.docker/config.json", {"credsStore": "test"})
    ran = ask(cli, guarded.host)
    assert (ran.code, ran.out) == (2, "")
    assert f"docker-credential-test {told}" in ran.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ({"credsStore": "missing"}, "not installed"),
        ({"credsStore": "../../bin/sh"}, "no usable name"),
        ({"auths": {"HOST": {"auth": "%%%"}}}, "no base64"),
        ({"auths": {"HOST": {"auth": "bm9jb2xvbg=="}}}, "no name:password"),
    ],
    ids=str,
)
def test_broken_configuration(cli: Cli, guarded: Registry, tmp_path: Path, content: object, told: str) -> None:
    text = content if isinstance(content, str) else json.dumps(content).replace("HOST", guarded.host)
    configure(tmp_path / "home/.docker/config.json", text)
    ran = ask(cli, guarded.host)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1


def test_public_image_needs_no_helper(cli: Cli, many: str, tmp_path: Path) -> None:
    """Credentials are looked for when the registry asks for them, and not before."""
    configure(tmp_path / "home/.docker/config.json", {"credsStore": "missing"})
    assert cli.gate("1.30.0", "--plain-http", f"--image={many}").moves["latest"]


# tokens


class TokenServer:
    """The place that a registry sends its visitors to: signs a token for whoever shows the password."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.seen: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        """A token, or 401."""
        self.seen.append(asked)
        if asked.headers.get("authorization") != f"Basic {BASIC}" and "refresh_token=identity" not in asked.body.decode():
            return Told(401, {"errors": [{"code": "UNAUTHORIZED"}]})
        return Told(200, {"token": self.token()})

    def token(self) -> str:
        """A JSON web token (RFC 7519) with access to `app`, as the registry's documentation describes it."""
        encode = lambda part: base64.urlsafe_b64encode(part).rstrip(b"=")  # noqa: E731
        text = self.authority.certificate.read_text()
        der = "".join(text.split("-----")[2].split())
        head = {"typ": "JWT", "alg": "RS256", "x5c": [der]}
        access = [{"type": "repository", "name": "app", "actions": ["pull", "push"]}]
        now = int(time.time())
        claims = {
            "iss": "loopback issuer",
            "aud": "loopback registry",
            "exp": now + 300,
            "nbf": now - 9,
            "iat": now - 9,
            "jti": "1",
            "access": access,
        }
        signed = b".".join(encode(json.dumps(part).encode()) for part in (head, claims))
        return b".".join((signed, encode(self.authority.openssl("dgst", "-sha256", "-sign", "authority.key", stdin=signed)))).decode()


@pytest.fixture(scope="module")
def tokens(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Registry, TokenServer, Server]]:
    """A registry that wants tokens, with 1.28.0 of `app` in it, and the server that gives them."""
    folder = tmp_path_factory.mktemp("tokens")
    giver = TokenServer(authority)
    with serving(giver) as server:
        registry = with_tokens(folder, authority, f"{server.url}/token").start()
        push(Made("1.28.0"), f"{registry.host}/app:1.28.0", folder / "layouts", f"--dest-creds={USER}:{PASSWORD}")
        yield registry, giver, server
        registry.stop()


def test_bearer(cli: Cli, tokens: tuple[Registry, TokenServer, Server], tmp_path: Path) -> None:
    registry, giver, _ = tokens
    giver.seen.clear()
    configure(tmp_path / "home/.docker/config.json", {"auths": {registry.host: {"auth": BASIC}}})
    ran = ask(cli, registry.host)
    assert let_in(ran)
    assert ran.json["sources"][0]["requests"] == 3, "the list, the token, the list"
    assert [asked.target for asked in giver.seen] == ["/token?service=loopback+registry&scope=repository%3Aapp%3Apull"]


def test_identity_token(cli: Cli, tokens: tuple[Registry, TokenServer, Server], tmp_path: Path) -> None:
    registry, giver, _ = tokens
    giver.seen.clear()
    configure(tmp_path / "home/.docker/config.json", {"auths": {registry.host: {"identitytoken": "identity"}}})
    assert let_in(ask(cli, registry.host))
    assert [asked.method for asked in giver.seen] == ["POST"]


def test_no_token_for_nobody(cli: Cli, tokens: tuple[Registry, TokenServer, Server]) -> None:
    assert not let_in(ask(cli, tokens[0].host))


@pytest.mark.parametrize("token", ["", "two words", "a\nb", 7, None], ids=repr)
def test_what_is_no_token(cli: Cli, token: object) -> None:
    def answer(asked: Asked) -> Told:
        if asked.target.startswith("/token"):
            return Told(200, {"token": token})
        return Told(401, b"", {"WWW-Authenticate": f'Bearer realm="{server.url}/token",service="x"'})

    with serving(answer) as server:
        ran = ask(cli, server.host)
    assert (ran.code, ran.out) == (2, "")
    assert "gives no token" in ran.err


def test_token_that_runs_out(cli: Cli, many: str, registry: Registry) -> None:
    """Half way through the pages the registry wants a new token."""
    behind, given = Behind(registry.host), []

    def answer(asked: Asked) -> Told:
        if asked.target.startswith("/token"):
            given.append(f"t{len(given)}")
            return Told(200, {"access_token": given[-1]})
        if asked.headers.get("authorization") != f"Bearer t{len(given) - 1}" or len(server.asked) == 4:
            return Told(401, b"", {"WWW-Authenticate": f'Negotiate, Bearer realm="{server.url}/token", service="x", error="invalid_token"'})
        return behind(asked)

    with serving(answer) as server:
        ran = cli.gate("1.23.10", "--plain-http", f"--image={server.host}/many/tags", "--pointer=1.23.9")
    assert ran.code == 0, ran.err
    assert given == ["t0", "t1"]


# who sees what


def test_credentials_do_not_follow_to_another_host(cli: Cli, guarded: Registry, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        if "authorization" not in asked.headers:
            return Told(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        return Told(307, b"", {"Location": f"{thief.url}/v2/app/tags/list"})

    with serving(lambda asked: Told(200, {"name": "app", "tags": ["1.0.0"]})) as thief, serving(answer) as server:
        configure(tmp_path / "home/.docker/config.json", {"auths": {server.host: {"auth": BASIC}}})
        ran = ask(cli, server.host)
        assert ran.code == 0, ran.err
        assert thief.asked
        assert all("authorization" not in asked.headers for asked in thief.asked)


@pytest.mark.parametrize("link", ['<{}/v2/app/tags/list?n=1&last=a>; rel="next"', "<//{}/v2/app/tags/list>; rel=next"])
def test_list_that_goes_on_elsewhere(cli: Cli, link: str) -> None:
    with serving(lambda asked: Told(200, {"tags": ["9.9.9"]})) as thief:
        target = link.format(thief.url if "{}/v2" in link and "//{}" not in link else thief.host)
        with serving(lambda asked: Told(200, {"name": "app", "tags": ["1.0.0"]}, {"Link": target})) as server:
            ran = ask(cli, server.host)
        assert (ran.code, ran.out) == (2, "")
        assert "goes on at another host" in ran.err
        assert not thief.asked


# TLS


@pytest.fixture(scope="module")
def secure(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with TLS, and 1.28.0 of `app` in it."""
    folder = tmp_path_factory.mktemp("secure")
    registry = with_tls(folder, authority).start()
    push(Made("1.28.0"), f"{registry.host}/app:1.28.0", folder / "layouts")
    yield registry
    registry.stop()


def test_tls(cli: Cli, secure: Registry, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert cli.gate("1.29.0", f"--image={secure.host}/app").moves["latest"]


def test_unknown_authority(cli: Cli, secure: Registry) -> None:
    ran = cli.gate("1.29.0", f"--image={secure.host}/app")
    assert (ran.code, ran.out) == (2, "")
    assert "no trusted connection" in ran.err
    assert "SSL_CERT_FILE" in ran.err


def test_certificate_from_the_future(cli: Cli, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a clock that is wrong looks like."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    registry = with_tls(tmp_path / "future", authority, "20900101000000Z").start()
    try:
        ran = cli.gate("1.29.0", f"--image={registry.host}/app")
    finally:
        registry.stop()
    assert (ran.code, ran.out) == (2, "")
    assert "clock" in ran.err


def test_registry_without_tls(cli: Cli, many: str) -> None:
    ran = cli.gate("1.29.0", f"--image={many}")
    assert (ran.code, ran.out) == (2, "")
    assert "--plain-http" in ran.err


def test_never_from_tls_to_none(cli: Cli, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with TLS that sends us to an address without."""
    import ssl

    certificate, key = authority.issue("redirecting")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with (
        serving(lambda asked: Told(200, {"tags": ["1.0.0"]})) as open_one,
        serving(lambda asked: Told(302, b"", {"Location": open_one.url})) as server,
    ):
        server.socket = context.wrap_socket(server.socket, server_side=True)
        ran = cli.gate("1.29.0", f"--image={server.host}/app")
        assert not open_one.asked
    assert (ran.code, ran.out) == (2, "")
    assert "not encrypted" in ran.err
