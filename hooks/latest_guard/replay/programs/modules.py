"""Names of packages as the tables of the libraries have them."""

from __future__ import annotations

#: Names under which packages go that are the same.
SAME = {
    "@actions/core": "core",
    "@actions/exec": "exec",
    "@actions/github": "actions-github",
    "fs-extra": "fs",
    "fs/promises": "fs",
    "jsr:@std/semver": "@std/semver",
    "std/semver": "@std/semver",
    "zx/globals": "zx",
    "bun": "Bun",
    "path/posix": "path",
}


def canonical(name: str) -> str:
    """A package's name without its protocol and version: `node:fs` is `fs`, `semver/functions/gt` is `semver.gt`."""
    bare = name.removeprefix("node:").removeprefix("npm:").removeprefix("jsr:")
    if bare.startswith("semver/"):
        return "semver." + bare.rpartition("/")[2].removesuffix(".js")
    if "@" in bare[1:]:
        bare = bare[: bare.index("@", 1)]
    return SAME.get(bare, bare)
