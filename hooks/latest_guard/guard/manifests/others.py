"""package.json, Cargo.toml, Chart.yaml, pom.xml, build.gradle and gradle.properties."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from latest_guard.guard.manifests.reading import Elsewhere, Found, FromTag, Reading, line_with, named_tool
from latest_guard.guard.manifests.toml import inner, table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element


def package_json(text: str) -> Iterable[Reading]:
    """npm's package.json; a private package is never published, and declares nothing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    version = inner(document, "version")
    if isinstance(version, str) and not inner(document, "private"):
        if "semantic-release" in version or "semantically-released" in version:
            yield FromTag("semantic-release")
        else:
            yield Found(version, line_with(text, '"version"', version))


def cargo(text: str) -> Iterable[Reading]:
    """Cargo.toml: the package's version, or the one of its workspace, here or in a folder above."""
    document = table(text)
    own, shared = inner(document, "package", "version"), inner(document, "workspace", "package", "version")
    inherits = inner(own, "workspace") is True
    version = shared if own is None or inherits else own
    if isinstance(version, str):
        yield Found(version, line_with(text, "version", version))
    elif inherits:
        yield Elsewhere(("../Cargo.toml", "../../Cargo.toml"), cargo)


_CHART = re.compile(r"^version:[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s#][^\n#]*?))[ \t]*(?:#.*)?$", re.MULTILINE)


def chart(text: str) -> Iterable[Reading]:
    """Helm's Chart.yaml: the chart's own version, a key at the left margin."""
    found = _CHART.search(text)
    if found:
        yield Found(next(filter(None, found.groups()), ""), text.count("\n", 0, found.start()) + 1)


def pom(text: str) -> Iterable[Reading]:
    """Maven's pom.xml: the project's version or the one it takes from its parent; `${property}` looked up in the file itself."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return  # no pom needs one, and entities can be bombs
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return
    version = _child(root, "version") or _child(root, "parent", "version")
    whole = re.sub(r"\$\{([\w.-]{1,80})\}", lambda name: _child(root, "properties", name[1]), version)
    if whole:
        yield Found(whole, line_with(text, "<version>", version))


def _child(root: Element, *names: str) -> str:
    """The text of a child by its path, whatever its XML namespace; "" where it is not."""
    node: Element | None = root
    for name in names:
        node = next((child for child in node if child.tag.rpartition("}")[2] == name), None) if node is not None else None
    return (node.text or "").strip() if node is not None else ""


#: Gradle plugins that take the version from the tag.
_GRADLE_FROM_TAG = (
    "axion-release",
    "nebula.release",
    "git-version",
    "gradle-git-properties-version",
    "org.ajoberstar.reckon",
    "jgitver",
    "com.gorylenko.gradle-git-properties",
)
_GRADLE = re.compile(r"^(?:allprojects\s*\{\s*)?version[ \t]*(?:=[ \t]*)?([\"'])([^\"'$\n]+)\1", re.MULTILINE)


def gradle(text: str) -> Iterable[Reading]:
    """build.gradle and build.gradle.kts: a literal version at the left margin, or a plugin that takes it from the tag."""
    found = _GRADLE.search(text)
    tool = named_tool(text, _GRADLE_FROM_TAG)
    if found:
        yield Found(found[2], text.count("\n", 0, found.start()) + 1)
    elif tool:
        yield FromTag(tool)
    else:
        yield Elsewhere(("gradle.properties",), properties)


def properties(text: str) -> Iterable[Reading]:
    """gradle.properties: `version=…`."""
    found = re.search(r"^[ \t]*version[ \t]*[=:][ \t]*(\S+)[ \t]*$", text, re.MULTILINE)
    if found:
        yield Found(found[1], text.count("\n", 0, found.start()) + 1)
