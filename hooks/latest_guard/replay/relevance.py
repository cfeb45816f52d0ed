"""What is worth replaying: a job in whose own words, or in those of a file that it calls, a mover can stand."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Protocol

from latest_guard.catalog import names as catalog
from latest_guard.catalog import signs
from latest_guard.files import normal
from latest_guard.source import Source, Span, Text
from latest_guard.systems import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from latest_guard.expressions.tree import Template
    from latest_guard.pipeline import Job, Pipeline, Step
    from latest_guard.replay.make.outline import Outline

_WORD = re.compile(r"[\w.@/+-]+")

_MAKE = ("Makefile*", "makefile*", "GNUmakefile", "*.mk", "*.make")
_PACKAGE = ("package.json",)
#: What speaks to later steps.
_TELLING = re.compile(r"latest.guard|_OUTPUT|_ENV\b|set-output|setOutput|exportVariable")
#: What versions are looked up with.
_DECIDING = re.compile(
    r"describe|ls-remote|rev-list|for-each-ref|git +tag|releases|/tags|list-tags|dist-tag"
    r"|versions?\b.{0,40}(?:sort|compare)|sort +-V"
    r"|(?:create|update|edit|get|list)_?\w{0,12}[rR]elease|[lL]istTags|get_tags|[Rr]ef\(|images\.push|semver|packaging"
)

#: What a command that nobody reads can end a run with, where it has looked something up.
_STOPPING = re.compile(r"\bexit\b|\berror\b|\bfalse\b|\btest +[^\w\s./]|\[ |\bgrep\b|\bcmp\b|\bdiff\b|semver|packaging|raise\b|throw\b")
#: Calls of packages that move something, and modules that a program takes in.
_CALLED = re.compile(
    r"(?:create|update|edit)_?(?:git_)?(?:tag_and_)?(?:[rR]elease|[rR]ef)\b"
    r"|images\.push|upload_file|put_object|PutObjectCommand"
)
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\.{0,3}[\w.]{1,80})", re.MULTILINE)

#: Tools that run what a file of their own says, and how such files are named; none: what they do by themselves is enough.
RUNNERS = {
    "make": _MAKE, "gmake": _MAKE, "remake": _MAKE, "MAKE": _MAKE, "npm": _PACKAGE, "yarn": _PACKAGE, "pnpm": _PACKAGE, "bun": _PACKAGE,
    "npm-run-all": _PACKAGE, "run-s": _PACKAGE, "run-p": _PACKAGE, "turbo": _PACKAGE, "nx": _PACKAGE,
    "just": ("justfile", "Justfile", ".justfile", "*.just"),
    "task": ("Taskfile*.y*ml", "taskfile*.y*ml", "*askfile*.y*ml"), "go-task": ("*askfile*.y*ml",),
    "goreleaser": (), "mage": (), "bake": (), "bake-action": (), "semantic-release": (), "release-it": (), "gradlew": (), "gradle": (),
    "mvn": (), "mvnw": (), "sbt": (), "earthly": (), "lerna": (), "changeset": (), "latest-guard": (), "latest_guard": (),
}  # fmt: skip


#: Makefiles in which a goal is sought; in a repository with more of them every goal may move something.
MAKEFILES = 60
#: Endings of what nobody runs.
PROSE = (".md", ".rst", ".adoc", ".txt", ".html", ".css", ".svg", ".png", ".csv", ".lock", ".sum", ".mod", ".toml", ".cfg")
#: What stands in a pipeline of such a system that others call.
CALLABLE = "workflow_call"
#: Endings of what is run by its name.
SCRIPTS = (".sh", ".bash", ".py", ".js", ".mjs", ".ts", ".rb")


@cache
def _commands() -> Mapping[str, Collection[tuple[tuple[str, ...], Callable[[str], bool] | None]]]:
    """By tool its movers as the words that must stand in a text in which they are, and the sign of it that there must be."""
    found: dict[str, dict[tuple[tuple[str, ...], Callable[[str], bool] | None], None]] = {}
    from latest_guard.catalog import index

    for entry in index.all_movers():
        for tool in entry.tools:
            found.setdefault(tool, {})[entry.words, entry.sign] = None
    for word in ("push", "--push"):
        found.setdefault("docker-compose", {})[(word,), None] = None
    return found


def _commanded(text: str, names: set[str]) -> bool:
    """Can a command that moves something stand in the text whose words are `names`?"""
    for tool in names & catalog.TOOLS:
        for words, sign in _commands()[tool]:
            if all(word in names for word in words) and (sign(text) if sign else signs.together(text, tool, words)):
                return True
    return False


class Readable(Protocol):
    """The repository's files."""

    def read(self, path: str) -> Source | None:
        """The text of a file inside the repository by its path from the root; None where there is none or it is no text."""

    def listing(self) -> Iterable[str]:
        """The paths of the repository's files."""


class Relevance:
    """Answers for one repository; every file is looked at once."""

    def __init__(self, tree: Readable) -> None:
        self.tree = tree
        self._files: dict[str, bool] = {}
        self._forms: dict[str, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        self._goals: dict[tuple[str, str], bool] = {}
        self._outlines: dict[tuple[str, str], Outline] = {}

    def jobs(self, pipeline: Pipeline) -> frozenset[str]:
        """The jobs that are worth it, with all that they wait for."""
        by_id = {job.id: job for job in pipeline.jobs}
        wanted: set[str] = set()
        stack = [job.id for job in pipeline.jobs if self.job(pipeline, job)]
        while stack:
            name = stack.pop()
            if name not in wanted and name in by_id:
                wanted.add(name)
                stack += by_id[name].needs
        return frozenset(wanted)

    def job(self, pipeline: Pipeline, job: Job) -> bool:
        """Can a mover stand in this job?"""
        if job.call is not None:
            if job.call.uses.startswith("./"):
                return any(self._called(pipeline, normal(part)) for part in job.call.uses.split("\n"))
            return pipeline.system == "gitlab" and any(signs.names_destination(binding.name) for binding in job.call.inputs)
        held = "\n".join(
            _said(b.value) for b in (*pipeline.env, *job.env, *(b for rule in (*pipeline.rules, *job.rules) for b in rule.env))
        )
        if job.matrix is not None:
            held += "\n" + self._lines(job.matrix.span)
        from latest_guard.pipeline import Use

        for step in job.steps:
            text = self._words(step) + "\n" + held
            if isinstance(step, Use) and step.uses.startswith("./"):
                if any(self.file(path) for path in self._action(normal(step.uses))):
                    return True
            elif self.text(text):
                return True
        return False

    def _action(self, folder: str) -> list[str]:
        """The files that a local action may be, which may stand below a folder into which the repository is checked out."""
        named = [path for name in ("action.yml", "action.yaml") for path in self._alike(name)]
        return [path for path in named if f"/{folder}/".endswith(f"/{posixpath.dirname(path)}/")]

    def _called(self, pipeline: Pipeline, path: str) -> bool:
        """Can a mover stand in a pipeline of the repository? What it includes is not known before it is read."""
        if pipeline.system == "gitlab":
            source = self.tree.read(path)
            return source is not None and ("include" in source.text or "trigger" in source.text or self.file(path))
        return self.file(path)

    def _words(self, step: Step) -> str:
        """The text of a step as its file has it; what it runs alone where it is put together of several."""
        from latest_guard.pipeline import Run, Use

        if isinstance(step, Run) and not step.env:
            return _said(step.script)
        uses = step.uses if isinstance(step, Use) else ""
        return uses + "\n" + self._lines(step.span)

    def _lines(self, span: Span) -> str:
        """The lines of a file on which a span stands."""
        source = self.tree.read(span.path)
        return "" if source is None else "\n".join(source.text.splitlines()[span.line - 1 : span.end_line])

    def file(self, path: str) -> bool:
        """Can a mover stand in this file, or in one that it names?"""
        if path not in self._files:
            self._files[path] = False  # a file that names itself says nothing more
            source = self.tree.read(path)
            if source is not None:
                self._files[path] = self._in(source)
        return self._files[path]

    def matters(self, path: str) -> bool:
        """Is a script worth walking that nobody reads: can a mover stand in it, or can it stop or tell what comes after?"""
        source = self.tree.read(path)
        return source is not None and (self.file(path) or _decides(source.text))

    def making(self, path: str, folder: str, goals: Sequence[str], said: str) -> bool:
        """Is it worth making these goals of a makefile in a folder, in which `*` stands for what is not known of one?

        `said` is what the command line sets.  What the recipes look up counts where one of their own lines can end the run.
        """
        outline = self._outline(path, folder)
        if not goals or not all(map(outline.has, goals)):
            return True
        lines = [said, *outline.lines(goals)]
        whole = outline.said(lines)
        stops = _DECIDING.search(whole) is not None and any(map(_STOPPING.search, lines))
        return stops or _TELLING.search(whole) is not None or self.text(whole, folder)

    def _outline(self, path: str, folder: str) -> Outline:
        key = path, folder
        if key not in self._outlines:
            from latest_guard.replay.make.outline import Outliner

            self._outlines[key] = Outliner(self.tree.read, self._listing, folder).outline(path)
        return self._outlines[key]

    def _made(self, goals: Sequence[str]) -> bool:
        """Can a mover stand in what makes one of the goals, in any makefile?"""
        paths = [path for pattern in _MAKE for path in self._alike(pattern)]
        if len(paths) > MAKEFILES:
            return any(map(self.file, paths))
        return any(self._makes(path, goal) for path in paths for goal in goals)

    def _makes(self, path: str, goal: str) -> bool:
        key = path, goal
        if key not in self._goals:
            self._goals[key] = False  # a goal that makes itself says nothing more
            folder = posixpath.dirname(path)
            outline = self._outline(path, folder)
            self._goals[key] = outline.has(goal) and self.text(outline.said(outline.lines([goal])), folder)
        return self._goals[key]

    def _in(self, source: Source) -> bool:
        return self.text(source.text, posixpath.dirname(source.path))

    def text(self, text: str, folder: str = "") -> bool:
        """Can a mover stand in this text? Where a bug of ours keeps us from telling it can, and the walk says what is wrong."""
        try:
            return self._text(text, folder)
        except Exception:  # noqa: BLE001  what one text comes to must not hide what is known of the others
            return True

    def _text(self, text: str, folder: str) -> bool:
        if "make" in text or "MAKE" in text:
            from latest_guard.replay.make.outline import calls

            text, goals = calls(text)
            if goals and self._made(goals):
                return True
        words = set(_WORD.findall(text))
        names = {name for word in words for part in word.split("/") for name in (part, part.partition("@")[0])}
        if _commanded(text, names):
            return True
        if any(_moves(_mirrored(word)) for word in words if "/" in word):
            return True
        if any(name in RUNNERS and not RUNNERS[name] for name in names) or signs.publishes(text) or _CALLED.search(text):
            return True
        return any(self.file(path) for path in (*self._named(words, names, folder), *self._imported(text, folder)))

    def _imported(self, text: str, folder: str) -> list[str]:
        """The modules of the repository that Python code takes in."""
        names = {found.lstrip(".").replace(".", "/") for found in _IMPORTED.findall(text)}
        paths = [posixpath.join(folder, name + ending) for name in names if name for ending in (".py", "/__init__.py")]
        return [path for path in paths if path in self._listing()]

    def named(self, text: str, folder: str) -> list[str]:
        """The files of the repository that a command line names, or that the tool which it calls reads in this folder."""
        words = set(_WORD.findall(text))
        names = {part for word in words for part in word.split("/")}
        patterns = {pattern for name in names if name in RUNNERS for pattern in RUNNERS[name]}
        folders = {folder, *(normal(posixpath.join(folder, word)) for word in words)}
        beside = [path for pattern in patterns for path in self._alike(pattern) if posixpath.dirname(path) in folders]
        return list(dict.fromkeys((*self._named(words, names - RUNNERS.keys(), folder), *beside)))

    def _named(self, words: set[str], names: set[str], folder: str) -> list[str]:
        patterns = {pattern for name in names if name in RUNNERS for pattern in RUNNERS[name]}
        found = [path for pattern in patterns for path in self._alike(pattern)]
        for word in words:
            if "/" in word or "." in word:
                clean = normal(word.lstrip("/"))
                found += [clean, posixpath.join(folder, clean), *(self._action(clean) if "/" in word else ())]
                if clean.endswith(SCRIPTS):  # it may be run from any folder
                    found += self._alike(posixpath.basename(clean))
        return [path for path in found if path and not path.startswith("..") and path in self._listing() and not self._is_idle(path)]

    def _is_idle(self, path: str) -> bool:
        """Is a file surely not run by being named: prose, or a pipeline that nothing but its CI system starts?"""
        if path.endswith(PROSE):
            return True
        system = registry.claims(path)
        if system is None or not system.ALONE:
            return False
        source = self.tree.read(path)
        return source is None or CALLABLE not in source.text

    def _alike(self, pattern: str) -> list[str]:
        """The files whose name is of this form, wherever they stand."""
        if pattern not in self._forms and not any(mark in pattern for mark in "*?["):
            self._forms[pattern] = self._by_name().get(pattern, [])
        if pattern not in self._forms:
            self._forms[pattern] = [path for path in self._listing() if fnmatchcase(path.rpartition("/")[2], pattern)]
        return self._forms[pattern]

    def _by_name(self) -> dict[str, list[str]]:
        if not self._names:
            for path in self._listing():
                self._names.setdefault(path.rpartition("/")[2], []).append(path)
        return self._names

    def _listing(self) -> frozenset[str]:
        if not hasattr(self, "_paths"):
            self._paths = frozenset(self.tree.listing())
        return self._paths


def _decides(text: str) -> bool:
    """Does a script look versions up, or speak to later steps?"""
    return _DECIDING.search(text) is not None or _TELLING.search(text) is not None


def _said(template: Template) -> str:
    return " ".join(part.value for part in template.parts if isinstance(part, Text))


def _mirrored(word: str) -> str:
    """An action's name without the host that it is taken from: `//code.forgejo.org/actions/checkout`."""
    return word[2:].partition("/")[2] if word.startswith("//") else word


@cache
def _moves(word: str) -> bool:
    if not catalog.may_move(word):
        return False
    from latest_guard.catalog import index

    return index.moves(word)
