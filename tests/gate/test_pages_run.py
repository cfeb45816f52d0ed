"""Every command that the documentation shows, run on a terminal in a real repository beside a real registry; what is shown is what comes out.

A block of `sh` or `console` is run unless a comment above it says why not: `<!-- not run: reason -->`. What a page shows of an answer to a
question is typed. Write anew what the pages show: `UPDATE_PAGES=1 python -m pytest tests/gate/test_pages_run.py`, and read the difference.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from publisher import Publisher

import repositories
from machine import REPOSITORY, SCRIPTS

if TYPE_CHECKING:
    from registries import Registry

PAGES = sorted(path for path in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("fixtures/*/README.md")])
#: Pages whose commands another test runs.
ELSEWHERE = {
    "docs/server.md": "tests/doors/test_doors_server_page.py",
    "docs/doors.md": "tests/doors/test_doors_page.py",
    "docs/log.md": "tests/test_log_page.py",
    "CONTRIBUTING.md": "tests/test_docs.py",
}
BLOCK = re.compile(
    r"(?P<reason><!-- not run: [^>]+ -->\n+)?^```(?P<language>sh|bash|shell|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
#: The image of the examples, the versions that it has, and where its pointers are.
IMAGE, VERSIONS = "ghcr.io/example/app", ("1.27.0", "1.27.1", "1.27.2", "1.27.3", "1.28.0")
NOW = {"docs/gate.md": {"1.28.0": ("latest", "1"), "1.27.3": ("1.27",)}, "docs/promote.md": {"1.27.3": ("latest", "1", "1.27")}}
COLUMNS = 110

WORKFLOW = """\
name: release
on:
  push:
    tags: ["v*"]

permissions:
  contents: read

jobs:
  image:
    runs-on: ubuntu-latest
    permissions:
      packages: write
    steps:
      - uses: actions/checkout@v7
      - uses: docker/login-action@v3
        with:
          registry: ghcr.io
      - name: Build and push
        env:
          IMAGE: ghcr.io/example/app
        run: |
          docker build --tag "$IMAGE:$GITHUB_REF_NAME" --tag "$IMAGE:latest" .
          docker push "$IMAGE:$GITHUB_REF_NAME"
          docker push "$IMAGE:latest"
"""


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, its text, and why it is not run, if so."""

    page: str
    start: int
    end: int
    language: str
    text: str
    reason: str

    def runs(self) -> list[tuple[str, str]]:
        """The commands, each with the output that is shown; in a block of `sh` none is."""
        if self.language != "console":
            return [(self.text, "")]
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.MULTILINE)
        assert parts[0] == "", f"{self.page}: a console begins with a command"
        return list(zip(parts[1::2], parts[2::2], strict=True))


def blocks(path: Path) -> list[Block]:
    page, text = path.relative_to(REPOSITORY).as_posix(), path.read_text(encoding="utf-8")
    return [
        Block(page, found.start("text"), found.end("text"), found["language"], found["text"], found["reason"] or "")
        for found in BLOCK.finditer(text)
    ]


RUN = {
    page: [block for block in found if not block.reason]
    for path in PAGES
    if (found := blocks(path)) and (page := found[0].page) not in ELSEWHERE
}


def on_a_terminal(command: str, folder: Path, environment: dict[str, str], shown: str = "") -> tuple[int, str]:
    """Run a command as one types it; what stands in `shown` behind a question is the answer. The exit code, and what the terminal shows."""
    answers = iter(re.findall(r"(?:\[y/N\]|to go on:) (\S+)$", shown, re.MULTILINE))
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    while chunk := read(ours):
        seen += chunk
        if seen.endswith((b"[y/N] ", b"to go on: ")):
            os.write(ours, f"{next(answers, 'n')}\n".encode())
    os.close(ours)
    return process.wait(60), seen.decode().replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: nobody writes to it any more
        return b""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone of a repository that has released the versions, on its main branch."""
    origin = repositories.new(tmp_path / "origin.git")
    origin.commit(**{".github__workflows__release.yml": WORKFLOW, "README": "x"})
    for version in VERSIONS[:-1]:
        origin.tag(f"v{version}")
    origin.git("branch", "release/1.27")
    origin.tag("v1.28.0")
    return origin.clone(tmp_path / "project").path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has installed the tool and whom no CI system runs."""
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    for name, text in {
        "latest-guard": f'#!/bin/sh\nexec {sys.executable} -m latest_guard "$@"\n',
        "pip": f'#!/bin/sh\nexec {sys.executable} -m pip "$@"\n',
    }.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    kept = {
        name: value
        for name, value in repositories.ENVIRONMENT.items()
        if not name.startswith(("GITHUB_", "CI", "GH_", "DOCKER_", "REGISTRY_", "XDG_"))
    }
    path = f"{tmp_path / 'bin'}:{SCRIPTS}:{kept['PATH']}"
    return kept | {
        "HOME": str(tmp_path / "home"),
        "PATH": path,
        "TERM": "dumb",
        "NO_COLOR": "1",
        "TAG": "v1.28.1",
        "GIT_ALLOW_PROTOCOL": "file",
    }


@pytest.mark.parametrize("page", sorted(RUN))
def test_commands_are_run_and_say_what_is_shown(page: str, project: Path, environment: dict[str, str], registry: Registry) -> None:
    name = f"pages/{Path(page).stem.lower()}"
    if page in NOW:
        publisher = Publisher(registry.host, name)
        pointers = {version: NOW[page].get(version, ()) for version in VERSIONS}
        for version in VERSIONS:
            publisher.push(version, (version, *pointers[version]))
        (project / ".latest-guard.toml").write_text("plain-http = true\n", encoding="utf-8")
    where = project.parent / "here"
    where.write_text(str(REPOSITORY if page == "README.md" else project), encoding="utf-8")
    update = os.environ.get("UPDATE_PAGES")
    made = [
        (block, "".join(ran(block, *run, where, environment, f"{registry.host}/{name}") for run in block.runs())) for block in RUN[page]
    ]
    shown = [(block, real) for block, real in made if block.language == "console"]
    assert update or [real for _, real in shown] == [block.text for block, _ in shown]
    if update:
        text = (REPOSITORY / page).read_text(encoding="utf-8")
        for block, real in reversed(shown):
            text = text[: block.start] + real + text[block.end :]
        (REPOSITORY / page).write_text(text, encoding="utf-8")


def ran(block: Block, command: str, shown: str, where: Path, environment: dict[str, str], image: str) -> str:
    """A command and its output as they are to be shown: with the image's name of the page, and without the time that it took.

    `where` is a file that keeps the folder in which one is, from command to command.
    """
    kept = f"trap 'pwd >{where}' EXIT\n{command.replace(IMAGE, image)}"
    code, out = on_a_terminal(kept, Path(where.read_text(encoding="utf-8").strip()), environment, shown)
    assert code in (0, 1), f"{block.page}: {command}\n{out}"
    out = re.sub(r", \d+\.\d\d s$", "", out.replace(image, IMAGE), flags=re.MULTILINE)
    return f"$ {command}\n{out}"


@pytest.mark.parametrize("page", sorted(ELSEWHERE))
def test_what_runs_elsewhere_is_run_there(page: str) -> None:
    assert page.rpartition("/")[2] in (REPOSITORY / ELSEWHERE[page]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "block", [block for path in PAGES for block in blocks(path) if block.reason], ids=lambda block: f"{block.page}:{block.start}"
)
def test_what_is_not_run_has_a_reason(block: Block) -> None:
    assert len(block.reason.removeprefix("<!-- not run: ").split()) > 3


def test_the_first_command_of_the_readme_sets_up_and_lints_this_repository(tmp_path: Path, environment: dict[str, str]) -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    command = next(found["text"] for found in BLOCK.finditer(text) if "pip install --quiet . &&" in found["text"])
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, tmp_path / "clone" / name)
    code, out = on_a_terminal(command, tmp_path / "clone", environment)
    assert code == 0, out
    assert re.search(r"\d+ files, \d+ moves, [1-9]\d* gated, 0 findings", out)
