"""Registries that live as long as the test run, and a command line that runs in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import registries
from images import push_many

from latest_guard.cli import main
from latest_guard.sources import web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What CI systems and package clients leave in the environment; a test says itself what it wants.
FOREIGN = ("GITHUB_", "CI", "DOCKER_", "REGISTRY_", "XDG_RUNTIME_DIR", "GH_", "GIT_", "SSL_CERT_")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, read as JSON."""
        return json.loads(self.out)

    @property
    def moves(self) -> dict[str, bool]:
        """Pointer → whether it moves."""
        return {name: pointer["move"] for name, pointer in self.json["pointers"].items()}


class Cli:
    """Runs commands in this process, in `folder`."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> Ran:
        """Run `latest-guard WORDS`."""
        self.capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self.capsys.readouterr()
        return Ran(code, out, err)

    def gate(self, *words: str) -> Ran:
        """Run the gate, for JSON."""
        return self("gate", "--format=json", *words)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line, in an empty folder that is the home as well, without a CI system around it, and with short pauses."""
    import os

    for name in list(os.environ):
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(web, "FIRST_PAUSE", 0.002)
    return Cli(capsys)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[registries.Registry]:
    """An open registry."""
    started = registries.Registry(tmp_path_factory.mktemp("registry")).start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def many(registry: registries.Registry, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with 240 versions, 1.0.0 to 1.23.9, in the open registry."""
    push_many([f"1.{minor}.{patch}" for minor in range(24) for patch in range(10)], "tags", registry.host, tmp_path_factory.mktemp("many"))
    return f"{registry.host}/many/tags"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> registries.Authority:
    """An authority for certificates and tokens."""
    return registries.Authority.create(tmp_path_factory.mktemp("authority"))
