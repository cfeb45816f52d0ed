"""Which files of a repository are entries of their own where no pipeline runs them, by their names alone (DESIGN section 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

#: The name of the scenario in which they are called.
CALLED = "called"
#: Folders whose files are no part of releasing: trials, examples, documents, and what others have made (`lib/zlib-1.3.1`, `deps/x`).
ASIDE = re.compile(
    r"(?:^|/)(?:[^/]*(?:tests?|testing|testdata|test-?suites?|e2e|fixtures?|examples?|samples?|demos?|tutorials?|docs?|documentation"
    r"|benchmarks?|playground|templates?)|vendored|deps|externals?|3rd-?party|[^/]*-(?:v?\d+\.\d[^/]*|[0-9a-f]{7,40}))/",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"\.(?:sh|bash)$")
MAKEFILE = re.compile(r"(?:^|/)(?:GNUmakefile|[Mm]akefile)$")
GORELEASER = re.compile(r"(?:^|/)\.?goreleaser[^/]*\.ya?ml$")
SHEBANG = re.compile(r"#!.*\b(?:ba|da|z|k)?sh\b")
#: A repository with more such files has the rest of them left out.
MOST = 400


def claims(path: str) -> bool:
    """Can a file be an entry of its own, by its name?"""
    return bool(SCRIPT.search(path) or MAKEFILE.search(path) or GORELEASER.search(path))


def left(path: str, followed: Container[str]) -> bool:
    """Can there be more to call in a file than what pipelines have run? Of a makefile they run one target, and leave the others."""
    return path not in followed or bool(MAKEFILE.search(path))


def discover(paths: Iterable[str]) -> list[str]:
    """Of a repository's files those that can be entries; a file without an ending may be a script."""
    return [path for path in paths if not ASIDE.search(path) and (claims(path) or "." not in path.rpartition("/")[2])][: MOST * 10]
