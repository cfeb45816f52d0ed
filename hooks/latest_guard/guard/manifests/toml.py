"""TOML, by the standard library where it has it, else by tomlkit."""

from __future__ import annotations

from typing import Any


def table(text: str) -> dict[str, Any]:
    """The document in `text`; empty for one that cannot be read, as a broken file declares nothing."""
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        return _by_tomlkit(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _by_tomlkit(text: str) -> dict[str, Any]:
    import tomlkit

    try:
        return tomlkit.parse(text).unwrap()
    except (ValueError, RecursionError):
        return {}


def inner(document: Any, *keys: str) -> Any:
    """What stands at `keys` in nested tables, or None."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
