"""Python: pyproject.toml (PEP 621, poetry, hatch, setuptools, flit, pdm), setup.cfg, setup.py, and `__version__` in a module."""

from __future__ import annotations

import ast
import configparser
import re
from typing import TYPE_CHECKING, Any

from latest_guard.guard.manifests.reading import Elsewhere, Found, FromTag, Reading, line_with, named_tool, plain_file
from latest_guard.guard.manifests.toml import inner, table

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Build tools that take the version from the tag, as they are named in requirements.
FROM_TAG = (
    "setuptools-scm",
    "setuptools-git-versioning",
    "hatch-vcs",
    "versioneer",
    "poetry-dynamic-versioning",
    "versioningit",
    "dunamai",
    "pbr",
)

_ASSIGNMENT = re.compile(r"^(?:__version__|VERSION|version)(?::[^=\n]{1,40})?[ \t]*=[ \t]*([\"'])([^\"'\n]+)\1", re.ASCII | re.MULTILINE)


def pyproject(text: str) -> Iterable[Reading]:
    """pyproject.toml."""
    document = table(text)
    static = inner(document, "project", "version")
    if isinstance(static, str):
        yield Found(static, line_with(text, "version", static))
        return
    tool = _tag_tool(document)
    poetry = inner(document, "tool", "poetry", "version")
    if tool:
        yield FromTag(tool)
    elif isinstance(poetry, str):
        yield Found(poetry, line_with(text, "version", poetry))
    else:
        yield from _dynamic(document)


def _tag_tool(document: dict[str, Any]) -> str:
    """The tool that takes the version from the tag, if the build or its settings name one."""
    requires = inner(document, "build-system", "requires")
    asked = named_tool(" ".join(word for word in requires if isinstance(word, str)) if isinstance(requires, list) else "", FROM_TAG)
    settings = inner(document, "tool")
    found = asked or named_tool(" ".join(settings) if isinstance(settings, dict) else "", FROM_TAG)
    if found in ("setuptools-scm", "") and inner(document, "tool", "setuptools", "dynamic", "version") is not None:
        found = ""
    by_source = {inner(document, "tool", "hatch", "version", "source"), inner(document, "tool", "pdm", "version", "source")}
    return found or ("hatch-vcs" if "vcs" in by_source else "pdm" if "scm" in by_source else "")


def _dynamic(document: dict[str, Any]) -> Iterable[Reading]:
    """`dynamic = ["version"]`: where setuptools, hatch, pdm or flit find it."""
    setuptools = inner(document, "tool", "setuptools", "dynamic", "version")
    if isinstance(inner(setuptools, "attr"), str):
        yield _attribute(setuptools["attr"])
    named = inner(setuptools, "file")
    for path in (
        *_texts(named),
        *_texts(inner(document, "tool", "hatch", "version", "path")),
        *_texts(inner(document, "tool", "pdm", "version", "path")),
    ):
        yield Elsewhere((path,), module if path.endswith(".py") else plain_file)
        return
    backend = inner(document, "build-system", "build-backend")
    name = inner(document, "tool", "flit", "module", "name") or inner(document, "project", "name")
    if isinstance(backend, str) and backend.startswith("flit") and isinstance(name, str):
        yield _attribute(f"{name.replace('-', '_')}.__version__")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str))[:1] if isinstance(value, list) else ()


def setup_cfg(text: str) -> Iterable[Reading]:
    """setup.cfg: a version, `attr: package.__version__` or `file: VERSION`."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    declared = parser.get("metadata", "version", fallback="").strip()
    tool = named_tool(parser.get("options", "setup_requires", fallback=""), FROM_TAG)
    kind, _, rest = declared.partition(":")
    if tool and not declared:
        yield FromTag(tool)
    elif kind == "attr":
        yield _attribute(rest.strip())
    elif kind == "file":
        yield Elsewhere((rest.split(",")[0].strip(),), plain_file)
    elif declared:
        yield Found(declared, line_with(text, "version", declared))


def setup_py(text: str) -> Iterable[Reading]:
    """setup.py: a literal `version="…"` of a call to setup(), or a tool that takes it from the tag. It is parsed, never run."""
    if "use_scm_version" in text or "versioneer.get_version" in text or re.search(r"pbr\s*=\s*True", text):
        yield FromTag(named_tool(text, FROM_TAG) or "setuptools-scm")
        return
    for call in _calls(text):
        for keyword in call.keywords:
            if keyword.arg == "version" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                yield Found(keyword.value.value, keyword.value.lineno)


def _calls(text: str) -> list[ast.Call]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) == "setup"]


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def module(text: str) -> Iterable[Reading]:
    """A module: the first `__version__ = "…"` at the left margin."""
    found = _ASSIGNMENT.search(text)
    if found:
        yield Found(found[2], text.count("\n", 0, found.start()) + 1)


def _attribute(dotted: str) -> Elsewhere:
    """Where setuptools' `attr: package.module.NAME` looks: in the root, in src/ and in lib/."""
    path = "/".join(dotted.split(".")[:-1])
    roots = ("", "src/", "lib/", "hooks/", "python/")
    return Elsewhere(tuple(f"{root}{path}{end}" for root in roots for end in ("/__init__.py", ".py")), module)
