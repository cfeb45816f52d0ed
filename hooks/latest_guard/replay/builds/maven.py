"""`mvn` and its wrapper: image plugins by their goals, and by the phases to which pom.xml binds them.

jib (https://github.com/GoogleContainerTools/jib), Spring Boot, fabric8's and jkube's docker plugins, and spotify's dockerfile plugin.
What the command line says by properties alone is in the catalog.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.catalog import index
from latest_guard.catalog.arguments import options, parse
from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.alternatives import literal
from latest_guard.replay.builds import xmltree
from latest_guard.replay.files import resolve
from latest_guard.values import Colour, Str, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.builds.xmltree import Element
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span

VALUED = options(
    "-f --file -pl --projects -P --activate-profiles -s --settings -gs -T --threads -l --log-file -rf --resume-from -b --builder"
)
#: A plugin by its artifact: its prefix on the command line, the goals that push, and the phase in which they run by themselves.
PLUGINS = {
    "jib-maven-plugin": ("jib", ("build",), ""),
    "docker-maven-plugin": ("docker", ("push",), "deploy"),
    "kubernetes-maven-plugin": ("k8s", ("push",), "install"),
    "dockerfile-maven-plugin": ("dockerfile", ("push",), "deploy"),
    "spring-boot-maven-plugin": ("spring-boot", ("build-image", "build-image-no-fork"), "package"),
}  # fmt: skip
PHASES = ("validate", "compile", "test", "package", "verify", "install", "deploy")
NAMES = ("pom.xml",)
#: Files that are read.
POMS = 80
_HOLE = re.compile(r"\$\{([\w.-]{1,120})\}")
VERSIONS = ("project.version", "revision", "version", "pom.version")


@dataclass(frozen=True, slots=True)
class Line:
    """What a command line asks for: goals and phases, properties, and profiles."""

    goals: tuple[str, ...]
    given: dict[str, Str]
    profiles: frozenset[str]


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run the plugins that the goals and phases of the command line run; False where no pom.xml is there."""
    arguments = parse(words[1:], VALUED)
    goals = tuple(name for word in arguments.positionals if (name := plain(word)))
    given = {name[2:]: value if value is not None else text("true") for name, value in arguments.options if name.startswith("-D")}
    profiles = frozenset(name for value in arguments.values("-P", "--activate-profiles") for name in (plain(value) or "").split(","))
    glued = frozenset(name[2:] for name, value in arguments.options if name.startswith("-P") and len(name) > 2 and value is None)
    line = Line(goals, given, profiles | glued)
    found = list(_poms(machine, plain(arguments.value("-f", "--file") or ()) or ""))
    if not goals or not found:
        return False
    machine.finish(literal("0"))
    for source, root in found:
        for plugin in _plugins(root, line):
            _plugin(machine, source, root, plugin, line, span)
    return any(":" in goal or goal in PHASES for goal in goals)


def _poms(machine: Machine, said: str) -> Iterator[tuple[Source, Element]]:
    """The pom.xml that is meant, and those of the modules below it."""
    tree = machine.scene.tree
    first = resolve(machine, said or NAMES[0]) or ""
    folder = posixpath.dirname(first)
    names = [path for path in tree.listing() if path.endswith("/pom.xml") and (not folder or path.startswith(folder + "/"))]
    for path in dict.fromkeys((first, *names[:POMS])):
        source = tree.read(path)
        if source is None:
            continue
        root = machine.scene.once("pom", source, xmltree.read)
        if isinstance(root, xmltree.Element):
            yield source, root


def _plugins(root: Element, line: Line) -> Iterator[Element]:
    """The image plugins of a project, and of the profiles that are asked for."""
    build = root.child("build")
    builds = [build] if build is not None else []
    profiles = root.child("profiles")
    for profile in profiles.inner if profiles is not None else ():
        inner = profile.child("build")
        if inner is not None and profile.said("id") in line.profiles:
            builds.append(inner)
    for one in builds:
        yield from (plugin for plugin in one.all("plugin") if plugin.said("artifactId") in PLUGINS)


def _plugin(machine: Machine, source: Source, root: Element, plugin: Element, line: Line, span: Span) -> None:
    artifact = plugin.said("artifactId")
    prefix, goals, phase = PLUGINS[artifact]
    asked = any(_is_goal(goal, prefix, artifact, goals) for goal in line.goals)
    if not asked and not any(_is_bound(one, goals, phase, line) for one in plugin.all("execution")):
        return
    machine.scene.followed.add(source.path)
    machine.scene.enter(span, f"runs {artifact} of {source.path}", "call")
    for target, place in _targets(artifact, plugin, root, line):
        machine.scene.reach("docker", artifact, target, place, machine.path)
    machine.scene.leave()


def _is_goal(said: str, prefix: str, artifact: str, goals: tuple[str, ...]) -> bool:
    """`jib:build`, `com.google.cloud.tools:jib-maven-plugin:3.4.0:build`."""
    parts = said.partition("@")[0].split(":")
    return len(parts) > 1 and parts[-1] in goals and (parts[0] == prefix or artifact in parts)


def _is_bound(execution: Element, goals: tuple[str, ...], phase: str, line: Line) -> bool:
    """Does an execution run a goal that pushes in one of the phases that the command line goes through?"""
    here = execution.said("phase") or phase
    ran = [one.text.strip() for one in execution.all("goal")]
    reached = max((PHASES.index(goal) for goal in line.goals if goal in PHASES), default=-1)
    return here in PHASES and PHASES.index(here) <= reached and any(goal in goals for goal in ran)


def _targets(artifact: str, plugin: Element, root: Element, line: Line) -> Iterator[tuple[Target, Span]]:
    """The images that a plugin's settings name."""
    if artifact == "jib-maven-plugin":
        for to in plugin.all("to"):
            yield from _named(to.child("image"), list(to.all("tag")), root, line)
    elif artifact == "dockerfile-maven-plugin":
        for held in plugin.all("configuration"):
            tag = held.child("tag")
            yield from _tags([tag] if tag is not None else [], held.said("repository"), root, line)
    elif artifact == "spring-boot-maven-plugin":
        for image in plugin.all("image"):
            if image.said("publish") == "true" or plain(line.given.get("spring-boot.build-image.publish", ())) == "true":
                yield from _named(image.child("name"), list(image.all("tag")), root, line)
    else:
        for image in plugin.all("image"):
            yield from _named(image.child("name"), list(image.all("tag")), root, line)


def _named(image: Element | None, tags: list[Element], root: Element, line: Line) -> Iterator[tuple[Target, Span]]:
    repository = ""
    if image is not None and image.text.strip():
        value = _value(image, root, line)
        repository = (plain(value) or "").rpartition("/")[0] + "/" + (plain(value) or "").rpartition("/")[2].partition(":")[0]
        yield Target(value, Form.IMAGE), image.span()
    yield from _tags(tags, repository.lstrip("/"), root, line)


def _tags(tags: list[Element], repository: str, root: Element, line: Line) -> Iterator[tuple[Target, Span]]:
    for tag in tags:
        form = Form.IMAGE if "/" in tag.text else Form.TAG
        yield Target(_value(tag, root, line), form, repository="" if form is Form.IMAGE else repository), tag.span()


def _value(element: Element, root: Element, line: Line) -> Str:
    """An element's text with its properties put in."""
    made: Str = ()
    whole, at, place = element.text.strip(), 0, element.span()
    for hole in _HOLE.finditer(whole):
        made = (*made, *text(whole[at : hole.start()], place), *_property(hole[1], root, line, place))
        at = hole.end()
    return (*made, *text(whole[at:], place))


def _property(name: str, root: Element, line: Line, place: Span) -> Str:
    if name in line.given:
        return line.given[name]
    said = root.said("properties", name)
    if name in VERSIONS or (accident.names_version(name) and (not said or "$" in said)):
        return (index.declared_version("the version in pom.xml"),)
    return text(said, place) if said and "$" not in said else (Symbol("${" + name + "}", Colour.SETTING, span=place),)
