"""The schemes by name."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from latest_guard.versions.version import BadVersion, Scheme

#: name → module and class; imported only when it is asked for.
_SCHEMES = {
    "semver": ("latest_guard.versions.semver", "SemVer"),
    "pep440": ("latest_guard.versions.pep440", "Pep440"),
    "calver": ("latest_guard.versions.calver", "CalVer"),
    "loose": ("latest_guard.versions.loose", "Loose"),
}
NAMES = tuple(_SCHEMES)


def named(name: str, era: int = 0, calver_format: str = "") -> Scheme:
    """The scheme called `name`; `calver_format` is calver's alone. Raises KeyError for an unknown name, BadVersion for a bad format."""
    module, kind = _SCHEMES[name]
    make = getattr(import_module(module), kind)
    return cast("Scheme", make(era, calver_format) if name == "calver" else make(era))


def readers(text: str, but: str = "") -> list[str]:
    """The names of the schemes, other than `but` and the forgiving `loose`, that read `text`: for the message when `but` does not."""
    return [name for name in NAMES if name not in (but, "loose") and _reads(name, text)]


def _reads(name: str, text: str) -> bool:
    try:
        named(name).parse(text)
    except BadVersion:
        return False
    return True
