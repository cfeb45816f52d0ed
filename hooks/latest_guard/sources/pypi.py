"""Python packages, asked through `pip index versions`: the user's index, mirrors and credentials hold.

pip passes over an index that does not answer, and up to pip 26.0 over a page that was cut off; both would hide versions.
So its log is read as well: every page that it could not fetch must have been a plain "not found", and a page of HTML counts
only from a pip that notices when bytes are missing (urllib3 2 does; a JSON page that is cut off is no JSON in any pip).
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question
from latest_guard.sources.program import Said, installed, run

if TYPE_CHECKING:
    from latest_guard.sources.web import Deadline

#: A project's name (PyPA specification "Names and normalization").
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,212}[A-Za-z0-9])?")
AVAILABLE = re.compile(r"^Available versions: (.*)$", re.MULTILINE)
NOTHING = "No matching distribution found for"
UNFETCHED = re.compile(r"(?:Could not fetch URL|Skipping page) (\S{1,500})(.*)")
#: An index that was asked and knew the project, or knew that it does not.
ASKED = re.compile(r"Fetched page |Could not fetch URL ")
ABSENT = re.compile(r": 404 Client Error")
HTML = re.compile(r"Fetched page https?://\S{1,500} as text/html")
#: pip's own files, in what `pip --version` says: pip 26.3 from /usr/lib/python3/dist-packages/pip (python 3.11).
HOME = re.compile(r"^pip \S+ from (.+) \(python [0-9.]+\)$", re.MULTILINE)
WHOLE_PAGES = re.compile(r"^\s*urllib3==(?:[2-9]|[1-9][0-9])\.", re.MULTILINE)


@dataclass(slots=True)
class PythonPackage:
    """The source `--pypi`: versions that are not yanked; prereleases, too, when they are asked for."""

    package: str
    deadline: Deadline
    prereleases: bool = False

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.package):
            raise UserError("this is no Python package's name", repr(self.package[:214]))

    @property
    def name(self) -> str:
        """The package, as what it is."""
        return f"Python package {self.package}"

    def ask(self, question: Question) -> Answer:
        """The package's versions; none where every index says that it does not know it, an error for whatever else goes wrong."""
        pip = pip_command(self.name)
        with tempfile.TemporaryDirectory(prefix="latest-guard-") as folder:
            log = Path(folder, "pip.log")
            said = run([*pip, *self._words(log)], self.deadline, self.name)
            record = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        self._trust(record, pip)
        return Answer(self.name, tuple(question.read(self._versions(said, record))))

    def _words(self, log: Path) -> list[str]:
        """pip's words: a version counts whatever Python it asks for, and nothing is asked of a person."""
        words = ["index", "versions", self.package, "--ignore-requires-python", "--no-input", "--no-color", f"--log={log}"]
        return [*words, "--disable-pip-version-check", *(["--pre"] if self.prereleases else [])]

    def _trust(self, record: str, pip: list[str]) -> None:
        """Raise UserError where the log tells of something that pip did not see."""
        for url, reason in UNFETCHED.findall(record):
            if not ABSENT.match(reason) and not ABSENT.search(url + reason):
                raise UserError(f"pip got no answer from {without_login(url)[:120]} and would have gone on without it", self.name)
        if HTML.search(record) and not self._notices_cut_pages(pip):
            raise UserError("this pip does not notice a page that was cut off; update it: pip install --upgrade pip", self.name)

    def _notices_cut_pages(self, pip: list[str]) -> bool:
        home = HOME.search(run([*pip, "--version"], self.deadline, self.name).output)
        vendored = Path(home[1], "_vendor", "vendor.txt") if home else None
        return vendored is not None and vendored.is_file() and WHOLE_PAGES.search(vendored.read_text(encoding="utf-8")) is not None

    def _versions(self, said: Said, record: str) -> list[str]:
        found = AVAILABLE.search(said.output)
        if said.code == 0 and found:
            return [text.strip() for text in found[1].split(",")]
        if NOTHING in said.complaint and ASKED.search(record):
            return []
        raise UserError(f"pip index versions fails: {said.last_words()}", self.name)


def pip_command(where: str) -> list[str]:
    """pip beside this Python, or else the one on the path."""
    return [sys.executable, "-m", "pip"] if find_spec("pip") else [installed("pip", where)]


def without_login(url: str) -> str:
    """`url` without a user and password in it."""
    return re.sub(r"//[^/@]*@", "//", url)
