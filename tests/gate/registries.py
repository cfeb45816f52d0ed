"""Debian's docker-registry on loopback: open, with a password, with TLS, with tokens."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machine import tool

if TYPE_CHECKING:
    from pathlib import Path

USER, PASSWORD = "release", "guarded"
#: What `htpasswd -nbBC 4 release guarded` says.
HTPASSWD = f"{USER}:$2y$04$DFuNyS3DXqCTnJjZ3hbcZurl/EkGa3/XD3anSVSEETgmZ07X.R9AC\n"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Registry:
    """A docker-registry that keeps its images in `folder`; `settings` are laid over its configuration."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Host and port, as an image's name begins."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> Registry:
        """Start it and wait until it answers."""
        configuration = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")}, "delete": {"enabled": True}},
            **self.settings,
            "http": {"addr": f"127.0.0.1:{self.port}", **self.settings.get("http", {})},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / "registry.yml"
        place.write_text(json.dumps(configuration))
        with (self.folder / "registry.log").open("wb") as log:
            self.process = subprocess.Popen([tool("docker-registry"), "serve", str(place)], stdout=log, stderr=log)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self.process.poll() is None, (self.folder / "registry.log").read_text()
            time.sleep(0.05)
        raise AssertionError("the registry does not answer")

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


def with_password(folder: Path) -> Registry:
    """A registry that lets USER with PASSWORD in."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "htpasswd").write_text(HTPASSWD)
    return Registry(folder, {"auth": {"htpasswd": {"realm": "loopback", "path": str(folder / "htpasswd")}}})


@dataclass(frozen=True)
class Authority:
    """Keys and certificates in `folder`, made by openssl."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The authority's own certificate."""
        return self.folder / "authority.crt"

    @classmethod
    def create(cls, folder: Path) -> Authority:
        """A new authority."""
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder)
        made.openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "authority.key",
            "-out",
            "authority.crt",
            "-subj",
            "/CN=loopback authority",
            "-addext",
            "keyUsage=critical,keyCertSign,digitalSignature",
        )
        return made

    def openssl(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run openssl in the folder; it must succeed."""
        answer = subprocess.run([tool("openssl"), *words], cwd=self.folder, input=stdin, capture_output=True, check=False)
        assert answer.returncode == 0, answer.stderr.decode()
        return answer.stdout

    def issue(self, name: str, start: str = "") -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and its key; valid from `start` (YYYYMMDDHHMMSSZ), or from now."""
        key, request, certificate = f"{name}.key", f"{name}.csr", f"{name}.crt"
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        (self.folder / "extensions").write_text("subjectAltName=IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        if start:
            self._issue_from(start, request, certificate)
        else:
            words = ("-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "extensions", "-days", "30")
            self.openssl("x509", "-req", "-in", request, "-out", certificate, *words)
        return self.folder / certificate, self.folder / key

    def _issue_from(self, start: str, request: str, certificate: str) -> None:
        """`openssl ca` is the one that takes a first day."""
        (self.folder / "index.txt").write_text("")
        policy = "[p]\ncommonName=supplied\n"
        section = "[c]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial.txt\ndefault_md=sha256\npolicy=p\nrand_serial=yes\n"
        (self.folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=c\n{section}{policy}")
        signer = ("-cert", "authority.crt", "-keyfile", "authority.key", "-startdate", start, "-enddate", "20991231235959Z")
        self.openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-in", request, "-out", certificate, "-extfile", "extensions", *signer)


def with_tls(folder: Path, authority: Authority, start: str = "") -> Registry:
    """A registry that speaks TLS with a certificate of `authority`."""
    certificate, key = authority.issue("registry" + start, start)
    return Registry(folder, {"http": {"tls": {"certificate": str(certificate), "key": str(key)}}})


def with_tokens(folder: Path, authority: Authority, realm: str) -> Registry:
    """A registry that sends its visitors to `realm` for a token, and believes those that `authority` has signed."""
    token = {"realm": realm, "service": "loopback registry", "issuer": "loopback issuer", "rootcertbundle": str(authority.certificate)}
    return Registry(folder, {"auth": {"token": token}})
