"""Real repositories, real gits, and nothing of the machine's own configuration."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

#: The folder of gits that debian_gits.sh makes.
GITS = os.environ.get("LATEST_GUARD_GITS", "")
ZEROS = "0" * 40


#: A program that has run.
Done: TypeAlias = "subprocess.CompletedProcess[str]"


@dataclass(frozen=True)
class Flavour:
    """One git: its name for test ids, its folder of commands (empty: the one on PATH), its version."""

    name: str
    commands: str
    version: tuple[int, int]

    @property
    def configured_hooks(self) -> bool:
        """Whether it runs hooks that are named in its configuration."""
        return self.version >= (2, 54)


def flavours() -> list[Flavour]:
    """The installed git and those below LATEST_GUARD_GITS."""
    found = [("installed", "")]
    if GITS:
        found += [(folder.name, str(folder / "usr/lib/git-core")) for folder in sorted(Path(GITS).iterdir()) if folder.is_dir()]
    return [Flavour(name, commands, version(commands)) for name, commands in found]


def version(commands: str) -> tuple[int, int]:
    """The first two numbers of a git's version."""
    git = str(Path(commands) / "git") if commands else "git"
    words = subprocess.run([git, "--version"], capture_output=True, text=True, check=True).stdout.split()
    major, minor = words[2].split(".")[:2]
    return int(major), int(minor)


def installed(name: str) -> str:
    """The path of a program that pip brought."""
    return str(Path(sys.executable).parent / name)


@dataclass
class Sandbox:
    """A folder with repositories, and the environment in which every command runs."""

    root: Path
    flavour: Flavour
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.root / "home"
        home.mkdir(parents=True)
        path = os.pathsep.join(filter(None, (self.flavour.commands, str(Path(sys.executable).parent), os.environ["PATH"])))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "LATEST_GUARD"))}
        self.environment = {
            **kept,
            "PATH": path,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_TEMPLATE_DIR": "",
        }
        if self.flavour.commands:
            self.environment["GIT_EXEC_PATH"] = self.flavour.commands
        settings = "[user]\n name = Tester\n email = tester@example.org\n[init]\n defaultBranch = main\n[advice]\n detachedHead = false\n"
        settings += '[protocol "file"]\n allow = always\n[gc]\n auto = 0\n[maintenance]\n auto = false\n'
        (home / "gitconfig").write_text(settings)

    def run(
        self, folder: Path, *words: str | Path, check: bool = True, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in a folder; standard error is joined to `stdout`."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=folder,
            env={**self.environment, **environment},
            input=stdin,
            text=True,
            errors="surrogateescape",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        assert not check or done.returncode == 0, f"{words} in {folder}: {done.returncode}\n{done.stdout}"
        return done

    def repository(self, name: str, *options: str) -> Repo:
        """A new repository with one commit."""
        repo = self.bare(name, *options, bare=False)
        repo.commit("first")
        return repo

    def bare(self, name: str, *options: str, bare: bool = True) -> Repo:
        """A new repository without a commit."""
        self.run(self.root, "git", "init", "-q", *(["--bare"] if bare else []), *options, name)
        return Repo(self, self.root / name)

    def clone(self, origin: Repo, name: str, *options: str) -> Repo:
        """A clone through file://."""
        self.run(self.root, "git", "clone", "-q", *options, origin.url, name)
        return Repo(self, self.root / name)


@dataclass
class Repo:
    """One repository of the sandbox."""

    sandbox: Sandbox
    path: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"file://{self.path}"

    @property
    def git_dir(self) -> Path:
        """Its git directory."""
        return self.path if (self.path / "HEAD").exists() else self.path / ".git"

    @property
    def hooks(self) -> Path:
        """Its hooks' folder, unless core.hooksPath says otherwise."""
        return self.git_dir / "hooks"

    def git(self, *words: str, check: bool = True, stdin: str = "", **environment: str) -> Done:
        """Run git here."""
        return self.sandbox.run(self.path, "git", *words, check=check, stdin=stdin, **environment)

    def ask(self, *words: str) -> str:
        """What git answers, stripped."""
        return self.git(*words).stdout.strip()

    def guard(self, *words: str, check: bool = True, **environment: str) -> Done:
        """Run `latest-guard` here."""
        return self.sandbox.run(self.path, sys.executable, "-m", "latest_guard", *words, check=check, **environment)

    def commit(self, subject: str) -> str:
        """A commit without changes; its id."""
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", subject)
        return self.ask("rev-parse", "HEAD")

    def tags(self) -> set[str]:
        """The tags."""
        return set(self.ask("for-each-ref", "--format=%(refname:strip=2)", "refs/tags").split())

    def hook(self, event: str, text: str) -> Path:
        """Write a hook file."""
        self.hooks.mkdir(exist_ok=True)
        path = self.hooks / event
        path.write_text(text)
        path.chmod(0o755)
        return path


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder with its mode and content, symbolic links by their target; git's objects and index left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if "objects/" in name or path.name in {"index", "gc.log"}:
            continue
        if path.is_symlink():
            found[name] = (0, str(path.readlink()).encode())
        elif path.is_file():
            found[name] = (path.stat().st_mode & 0o777, path.read_bytes())
        elif path.is_dir():
            found[name + "/"] = (0, b"")
    return found


def is_free(origin: Repo) -> bool:
    """Whether nobody holds the lock."""
    lock = origin.path / "latest-guard.lock"
    if not lock.exists():
        return True
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def wait_until_free(origin: Repo) -> None:
    """Wait for the end of the last push's guard."""
    until(lambda: is_free(origin), "the lock is left behind")


def until(holds: Callable[[], object], otherwise: str) -> None:
    """Wait until something holds, at most ten seconds."""
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends, otherwise
        time.sleep(0.005)
