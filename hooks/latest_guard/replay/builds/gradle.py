"""`gradle` and its wrapper: what the tasks that the command line names publish.

Commands in a task's own blocks are run; image plugins are known by their tasks and settings: jib, Spring Boot, palantir's and bmuschko's
docker plugins, Micronaut, and the plugin that publishes GitHub releases.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.catalog import index
from latest_guard.catalog.arguments import Arguments, options, parse
from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.alternatives import literal
from latest_guard.replay.builds import groovy
from latest_guard.replay.composed import Segment, run, script, shell
from latest_guard.replay.conditions import TRUE, Condition
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.following import dispatch
from latest_guard.values import Colour, Literal, Str, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.replay.builds.groovy import Block, Hole, Quoted, Script
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span

VALUED = options("-b --build-file -p --project-dir -I --init-script -x --exclude-task -g --gradle-user-home --project-cache-dir --image")
#: Scripts that are read, and tasks that depend on tasks.
SCRIPTS, DEPTH = 120, 12
_TASK = re.compile(
    r"""(?:\btask(?:\s+|\s*\(\s*)["']?|\btasks\s*\.\s*(?:register|create|named|getByName|maybeCreate)\s*(?:<[^>]{0,80}>)?\(\s*["'])([\w-]{1,80})"""
    r"""|\bval\s+(\w{1,80})\s+by\s+tasks|^(?:tasks\.)?([\w-]{1,80})$"""
)
_DEPENDS = re.compile(r"(?:dependsOn|finalizedBy)\b([^\n{}]{0,400})")
_NAME = re.compile(r"[A-Za-z_][\w-]{0,80}")
_ENVIRONMENT = re.compile(r"""(?:getenv\(\s*["']|environmentVariable\(\s*["']|System\.env\.|getenv\(\)\.|getenv\(\)\[["'])(\w{1,80})""")
_PROPERTY = re.compile(
    r"""(?:[pP]roperty\(\s*["']|gradleProperty\(\s*["']|properties(?:\[|\.get\()\s*["']|hasProperty\(\s*["'])([\w.-]{1,80})"""
)
_DECIDES = re.compile(r"^\}?\s*(?:else\s*)?(?:if|when|switch)\b|^\}?\s*else\b|\bonlyIf\b")
#: How the version of the build is called in its scripts.
VERSIONS = ("version", "project.version", "rootProject.version")
#: Settings of tasks that push images, and the blocks that hold them by the tasks' names.
IMAGES = ("images", "imageName", "image", "tags", "tag", "name")


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run the tasks that the command line names; False where none of them is known here."""
    arguments = parse(words[1:], VALUED)
    tasks = [name for word in arguments.positionals if (name := plain(word))]
    if not tasks or arguments.has("-m", "--dry-run", "-h", "--help", "-v", "--version"):
        return False
    folder = spelled(arguments.value("-p", "--project-dir") or ()) or ""
    process = shell(machine)
    process.directory = resolve(process, folder) if folder else process.directory
    build = _Build(process, arguments, span, tuple(_scripts(process)))
    done = [build.task(name, machine.path, 0) for name in tasks]
    machine.finish(literal("0"))
    return any(done)


def _scripts(process: Machine) -> Iterator[Script]:
    """Gradle's scripts below the folder."""
    tree = process.scene.tree
    below = process.directory.strip("./")
    paths = [path for path in tree.listing() if path.endswith((".gradle", ".gradle.kts")) and (not below or path.startswith(below + "/"))]
    for path in paths[:SCRIPTS]:
        source = tree.read(path)
        if source is not None:
            yield process.scene.once("gradle", source, groovy.read)


@dataclass
class _Build:
    """One run of gradle."""

    machine: Machine
    arguments: Arguments
    span: Span
    scripts: tuple[Script, ...]
    given: dict[str, Str] = field(init=False)
    done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.given = {name[2:]: value or text("true") for name, value in self.arguments.options if name[:2] in ("-P", "-D")}

    # Tasks ----------------------------------------------------------------------------------------------------------------

    def task(self, asked: str, path: Condition, depth: int) -> bool:
        """Run a task by its name or path; was anything of it known?"""
        folder, _, name = asked.replace(":", "/").strip("/").rpartition("/")
        if asked in self.done or depth > DEPTH:
            return True
        self.done.add(asked)
        found = False
        for one in self.scripts:
            where = posixpath.dirname(one.source.path)
            if folder and not f"/{where}".endswith(f"/{folder}"):
                continue
            found |= self._blocks(one, name, path, depth)
            found |= self._plugin(one, name, path)
        return found

    def _blocks(self, one: Script, name: str, path: Condition, depth: int) -> bool:
        """Run the commands in the blocks that make or configure the task, behind those of the tasks that it depends on."""
        blocks = [block for block in one.blocks if block.header and name in _tasks_of(block.header)]
        for block in blocks:
            self.machine.scene.followed.add(one.source.path)
            body = one.source.text[block.start : block.end]
            for needed in _DEPENDS.findall(body):
                for other in _NAME.findall(needed):
                    if other != name:
                        self.task(other, path, depth + 1)
            self._commands(one, block, name, path)
        return bool(blocks)

    def _commands(self, one: Script, block: Block, name: str, path: Condition) -> None:
        scene = self.machine.scene
        scene.enter(one.span(block.start - 1, block.start), f"runs the task {name}", "call")
        texts = [quoted for quoted in one.texts if block.start <= quoted.start < block.end]
        for group in _groups(one, texts):
            here = scene.conditions.both(path, self._guard(one, group[0].block, block))
            self._command(one, group, here)
        if "DockerPushImage" in block.header:
            self._push(one, [quoted for quoted in texts if quoted.name in IMAGES], path, "DockerPushImage")
        scene.leave()

    def _guard(self, one: Script, inner: Block, outer: Block) -> Condition:
        """The condition that stands around a command inside its task."""
        conditions, made = self.machine.scene.conditions, TRUE
        for block in inner.inside():
            if block is outer:
                break
            if _DECIDES.search(block.header):
                place = one.span(block.start - 1, block.start)
                made = conditions.both(made, self.machine.scene.judge.unread(f"`{block.header[:60]}` of a Gradle script", place))
        return made

    def _command(self, one: Script, group: list[Quoted], path: Condition) -> None:
        """Command lines that are texts, or one whose words are."""
        child = shell(self.machine)
        child.path = path
        lines = [quoted for quoted in group if " " in quoted.plain().strip() and _runs(quoted.plain())]
        for quoted in lines:
            run(child, script(self.machine.scene, self._segments(one, quoted), one.span(quoted.start, quoted.end)))
        if not lines and len(group) > 1 and _runs(group[0].plain()):
            dispatch(child, tuple(self.value(one, quoted) for quoted in group), one.span(group[0].start, group[-1].end))

    # Values ---------------------------------------------------------------------------------------------------------------

    def _segments(self, one: Script, quoted: Quoted) -> list[Segment]:
        """A text as the segments of a script."""
        made: list[Segment] = []
        for part, at in quoted.parts:
            if isinstance(part, str):
                made.append((text(part, one.span(at, at + len(part))), None))
            else:
                made.append((self._hole(one, part, quoted.block, 0), one.span(part.start, part.end)))
        return made

    def value(self, one: Script, quoted: Quoted, depth: int = 0) -> Str:
        """A text with what stands in it."""
        made: list[Literal | Symbol] = []
        for part, at in quoted.parts:
            made += text(part, one.span(at, at + len(part))) if isinstance(part, str) else self._hole(one, part, quoted.block, depth)
        return tuple(made)

    def _hole(self, one: Script, hole: Hole, block: Block, depth: int) -> Str:
        said = hole.expression
        place = one.span(hole.start, hole.end)
        if (found := _ENVIRONMENT.search(said)) is not None:
            return self.machine.scene.algebra.fold(self.machine.string(found[1]))
        if (found := _PROPERTY.search(said)) is not None:
            return self._property(found[1], place)
        name = said.removeprefix("project.").removeprefix("ext.").removeprefix("rootProject.").partition(".")[0].partition("(")[0]
        known = self._named(one, name, block) if depth < DEPTH else None
        if known is not None:
            return self.value(one, known, depth + 1)
        return self._property(name, place)

    def _named(self, one: Script, name: str, block: Block) -> Quoted | None:
        """The text that a name was given in the block or around it."""
        around = list(block.inside())
        found = [
            quoted
            for quoted in one.texts
            if quoted.name == name and quoted.block in around or (quoted.name == name and "ext" in quoted.block.header)
        ]
        return min(found, key=lambda quoted: around.index(quoted.block) if quoted.block in around else len(around)) if found else None

    def _property(self, name: str, place: Span) -> Str:
        """A property of the command line, else of files that are not read."""
        if name in self.given:
            return self.given[name]
        if name in VERSIONS or accident.names_version(name):
            return (index.declared_version("the version of the Gradle build"),)
        return (Symbol(name, Colour.SETTING, span=place),)

    # Plugins --------------------------------------------------------------------------------------------------------------

    def _plugin(self, one: Script, name: str, path: Condition) -> bool:
        settings = {"jib": "jib", "bootBuildImage": "bootBuildImage", "githubRelease": "githubRelease"}.get(name)
        if settings is None and name.startswith("docker") and "Push" in name:
            settings = "docker"
        if settings is None:
            return False
        texts = [quoted for quoted in one.texts if any(_setting(block.header) in _holders(settings) for block in quoted.block.inside())]
        held = [block for block in one.blocks if _setting(block.header) in _holders(settings)]
        if not held:
            return False
        self.machine.scene.followed.add(one.source.path)
        said = "\n".join(one.source.text[block.start : block.end] for block in held)
        place = one.span(held[0].start - 1, held[0].start)
        if settings == "githubRelease":
            self._release(said, place, path)
        elif settings == "jib":
            texts = [quoted for quoted in texts if any(_setting(block.header) in ("to", "jib.to") for block in quoted.block.inside())]
            self._push(one, texts, path, "jib")
        elif settings == "docker" or self.arguments.has("--publishImage") or re.search(r"\bpublish\s*(?:=|\.set\(|\()?\s*true", said):
            self._push(one, texts, path, name)
        return True

    def _release(self, said: str, place: Span, path: Condition) -> None:
        if not re.search(r"\b(?:draft|prerelease)\s*(?:=|\.set\(|\()?\s*true", said):
            self.machine.scene.reach("github-release", "gradle githubRelease", Target((), Form.RELEASE), place, path)

    def _push(self, one: Script, texts: Iterable[Quoted], path: Condition, via: str) -> None:
        """Push images: names with tags, and tags alone."""
        scene, repository = self.machine.scene, ""
        for quoted in texts:
            value = self.value(one, quoted)
            if quoted.name not in IMAGES or not value:
                continue
            where = one.span(quoted.start, quoted.end)
            whole = quoted.plain()
            if quoted.name in ("tags", "tag") and "/" not in whole and ":" not in whole:
                scene.reach("docker", f"gradle {via}", Target(value, Form.TAG, repository=repository), where, path)
            elif quoted.name != "tag" or "/" in whole or ":" in whole:
                repository = plain(value) or repository
                scene.reach("docker", f"gradle {via}", Target(value, Form.IMAGE), where, path)


def _tasks_of(header: str) -> set[str]:
    return {name for found in _TASK.finditer(header) for name in found.groups() if name}


def _setting(header: str) -> str:
    return header.removeprefix("tasks.").split("(")[0].split("<")[0].strip()


def _holders(settings: str) -> tuple[str, ...]:
    return {"docker": ("docker", "dockerBuild", "dockerBuildNative", "dockerPush")}.get(settings, (settings,))


def _runs(line: str) -> bool:
    """Does a text begin with a command that can move something, or that runs a file?"""
    words = line.split() or [""]
    tool = posixpath.basename(words[0])
    return bool(index.movers(tool)) or tool in ("sh", "bash") or words[0].startswith("./")


def _groups(one: Script, texts: list[Quoted]) -> Iterator[list[Quoted]]:
    """Texts that stand in one list of arguments, with commas between."""
    group: list[Quoted] = []
    for quoted in texts:
        between = one.source.text[group[-1].end : quoted.start].strip("'\" \t\n") if group else ""
        if group and between != ",":
            yield group
            group = []
        group.append(quoted)
    if group:
        yield group
