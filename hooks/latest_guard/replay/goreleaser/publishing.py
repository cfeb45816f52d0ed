"""What a goreleaser configuration publishes: images, the release with its badge, packages, formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Form, Target
from latest_guard.catalog.strings import strip
from latest_guard.replay.alternatives import Value, literal, one
from latest_guard.replay.composed import run, script, shell
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.goreleaser.facts import Facts, prerelease
from latest_guard.values import Colour, Literal, Str, Symbol, colours, plain, text
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.gotemplates import Renderer
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span

#: A setting that means a field of the templates and has no braces round it: it is never rendered.
_BARE = re.compile(r"(?:^|[\s(])\.(?:Env|Tag|Version|Prerelease|Is[A-Z]\w*)\b")
#: Settings of `release` with which the release never takes the badge.
WITHOUT_BADGE = ("disable", "draft", "prerelease")


def is_bare(value: str) -> bool:
    """Does the setting mean a field of the templates, without braces round it?"""
    return "{{" not in value and _BARE.search(value) is not None


@dataclass
class Publishing:
    """One run of goreleaser past its builds. `skipped` are the parts that the command line leaves out."""

    machine: Machine
    facts: Facts
    root: Mapping
    skipped: frozenset[str]
    span: Span
    renderer: Renderer = field(init=False)

    def __post_init__(self) -> None:
        self.renderer = self.facts.renderer()

    def everything(self) -> None:
        """Move what the configuration moves."""
        if not self.skipped & {"docker"}:
            self._images("dockers", "image_templates")
            self._images("docker_manifests", "name_template")
            self._images_by_tags("dockers_v2", "images", "tags", None)
        if "ko" not in self.skipped:
            self._images_by_tags("kos", "repositories", "tags", "latest")
        if "github" not in self.skipped:
            self._release()
        self._packages()
        for section in ("brews", "homebrew_casks", "scoops", "nix"):
            self._formulas(section)
        self._commands()

    # Settings -------------------------------------------------------------------------------------------------------------

    def value(self, node: Node | None) -> Value:
        """A setting, rendered."""
        return self.renderer.render(node.text) if isinstance(node, Scalar) else one(())

    def on(self, node: Node | None) -> Condition:
        """The condition that a setting says `true`; `auto` means a prerelease."""
        conditions, judge = self.machine.scene.conditions, self.machine.scene.judge
        found: list[Condition] = []
        for a in self.value(node):
            said = strip(a.held)
            known = plain(said)
            if known == "auto":
                holds = conditions.no(judge.empty(prerelease(), node.span if isinstance(node, Scalar) else None))
            elif known is not None:
                holds = TRUE if known.lower() == "true" else FALSE
            else:
                holds = judge.equal(said, text("true"), node.span if isinstance(node, Scalar) else None)
            found.append(conditions.both(a.when, holds))
        return conditions.any(found)

    def open(self, settings: Mapping, *names: str) -> Condition:
        """The condition that none of the settings that switch something off is on."""
        conditions = self.machine.scene.conditions
        return conditions.both(self.machine.path, conditions.no(conditions.any(self.on(settings.get(name)) for name in names)))

    def reach(self, kind: str, section: str, target: Target, span: Span, path: Condition, settings: Mapping | None, *names: str) -> None:
        """Set a pointer; a switch among the settings `names` that is never rendered stands on its trace."""
        scene = self.machine.scene
        bare = [node for name in names if settings is not None and isinstance(node := settings.get(name), Scalar) and is_bare(node.value)]
        for node in bare:
            scene.enter(node.span, "is never rendered: its braces are missing", "condition")
        scene.reach(kind, f"goreleaser {section}", target, span, path)
        for _ in bare:
            scene.leave()

    def entries(self, section: str) -> Iterator[Mapping]:
        """The entries of a section that is a list; a single one may stand there without."""
        node = self.root.get(section) or self.root.get(section.rstrip("s") if section != "kos" else "ko")
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                yield item

    # Images ---------------------------------------------------------------------------------------------------------------

    def _images(self, section: str, key: str) -> None:
        for settings in self.entries(section):
            path = self.open(settings, "skip_push", "disable")
            for node in scalars(settings.get(key)):
                self._images_of(section, self.value(node), node.span, path, settings)

    def _images_by_tags(self, section: str, images: str, tags: str, default: str | None) -> None:
        for settings in self.entries(section):
            path = self.open(settings, "disable", "skip_push")
            names = [self.value(node) for node in scalars(settings.get(images) or settings.get("repository"))]
            named = [(self.value(node), node.span) for node in scalars(settings.get(tags))]
            if not named and default:
                named = [(literal(default), settings.span)]
            for tag, span in named:
                for image in names or [one((Symbol("$KO_DOCKER_REPO", Colour.SETTING),))]:
                    self._images_of(section, self._tagged(image, tag), span, path, settings)

    def _tagged(self, image: Value, tag: Value) -> Value:
        """`image:tag`; an empty tag drops out."""
        algebra = self.machine.scene.algebra

        def both(row: tuple[Str, ...]) -> Str:
            name, label = strip(row[0]), strip(row[1])
            return (*name, Literal(":"), *label) if label and name else ()

        return algebra.each(algebra.product((image, tag)), both)

    def _images_of(self, section: str, images: Value, span: Span, path: Condition, settings: Mapping) -> None:
        for a in images:
            image = strip(a.held)
            when = self.machine.scene.conditions.both(path, a.when)
            if image and when != FALSE:
                self.reach("docker", section, Target(image, Form.IMAGE), span, when, settings, "skip_push", "disable")

    # The release ------------------------------------------------------------------------------------------------------------

    def _release(self) -> None:
        """The release on GitHub and its badge: drafts and prereleases never take it."""
        entry = self.root.entry("release")
        settings = entry.value if entry is not None and isinstance(entry.value, Mapping) else None
        span = self.span if entry is None else entry.key.span
        if self._elsewhere(settings):
            return
        path, latest, repository = self.machine.path, one(text("")), ""
        if settings is not None:
            path = self.open(settings, *WITHOUT_BADGE)
            latest, repository = self.value(settings.get("make_latest")), self._repository(settings)
        for a in latest:
            said = strip(a.held)
            when = self.machine.scene.conditions.both(path, a.when)
            if said and plain(said) is None:
                when = self.machine.scene.conditions.both(when, self._not_false(said, span))
                said = text("true")
            target = Target(said, Form.RELEASE, repository=repository)
            self.reach("github-release", "release", target, span, when, settings, *WITHOUT_BADGE, "make_latest")

    def _not_false(self, said: Str, span: Span) -> Condition:
        return self.machine.scene.conditions.no(self.machine.scene.judge.equal(said, text("false"), span))

    def _elsewhere(self, settings: Mapping | None) -> bool:
        """Is the release made on GitLab or Gitea? They have no badge."""
        if settings is not None and any(settings.get(name) is not None for name in ("gitlab", "gitea")):
            return True
        return any(self.root.get(name) is not None for name in ("gitlab_urls", "gitea_urls"))

    def _repository(self, settings: Mapping) -> str:
        github = settings.get("github")
        if not isinstance(github, Mapping):
            return ""
        parts = [node.value for name in ("owner", "name") if isinstance(node := github.get(name), Scalar)]
        return "/".join(parts) if len(parts) == 2 else ""

    # Packages -------------------------------------------------------------------------------------------------------------

    def _packages(self) -> None:
        """`npms`: a package whose dist-tag is `latest` unless one is said."""
        for settings in self.entries("npms") if "npm" not in self.skipped else ():
            path = self.open(settings, "disable", "skip_upload")
            tag, name = settings.get("tag"), settings.get("name")
            package = next((plain(a.held) or "" for a in self.value(name)), "")
            for a in self.value(tag) if tag is not None else literal("latest"):
                when = self.machine.scene.conditions.both(path, a.when)
                target = Target(strip(a.held) or text("latest"), Form.TAG, repository=package)
                self.reach("npm", "npms", target, tag.span if tag is not None else head(settings), when, settings, "disable")

    def _formulas(self, section: str) -> None:
        """Formulas, casks and manifests: each overwrites the one that is there, unless its name holds the version."""
        if {"brews": "homebrew", "homebrew_casks": "homebrew", "scoops": "scoop", "nix": "nix"}[section] in self.skipped:
            return
        for settings in self.entries(section):
            path = self.open(settings, "skip_upload", "disable")
            for a in self.value(settings.get("name")):
                name = strip(a.held) or self.facts.project or text("the formula")
                when = self.machine.scene.conditions.both(path, a.when)
                if Colour.RELEASED not in colours(name) and when != FALSE:
                    self.reach("homebrew", section, Target(name, Form.FORMULA), head(settings), when, settings, "skip_upload")

    def _commands(self) -> None:
        """Publishers of the project's own: commands."""
        for settings in self.entries("publishers"):
            node = settings.get("cmd")
            if not isinstance(node, Scalar):
                continue
            for a in self.value(node):
                child = shell(self.machine)
                child.path = self.machine.scene.conditions.both(self.open(settings, "disable"), a.when)
                if child.path != FALSE:
                    run(child, script(self.machine.scene, [(a.held, None)], node.span))


def scalars(node: Node | None) -> Iterator[Scalar]:
    """The scalars of a list, or the one that stands in its place."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            yield item


def head(settings: Mapping) -> Span:
    """Where an entry begins."""
    return settings.entries[0].key.span if settings.entries else settings.span


__all__ = ["Publishing"]
