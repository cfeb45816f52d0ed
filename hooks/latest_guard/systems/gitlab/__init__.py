"""GitLab CI: `.gitlab-ci.yml` with everything that it includes from the repository.

Source: https://docs.gitlab.com/ci/yaml/ and its neighbours; for what they leave open, lib/gitlab/ci/ of GitLab.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.files import Tree
    from latest_guard.pipeline import Pipeline
    from latest_guard.source import Source

SYSTEM = "gitlab"
FILE = re.compile(r"(?:.*/)?[^/]*\.gitlab-ci\.ya?ml\Z")
ROOT = re.compile(r"(?:.*/)?\.gitlab-ci\.ya?ml\Z")
#: Words of a configuration that may be paths of others, or patterns of such paths.
NAMED = re.compile(r"[\w./*-]+\.ya?ml")
MAX_PATTERNS = 50


#: A configuration is put together of several files, and names some of them by patterns.
ALONE = False


def claims(path: str) -> bool:
    """Whether a file with this path (with slashes, from the repository's root) is a pipeline, or by its name a part of one."""
    return FILE.match(path) is not None


def entries(paths: Iterable[str], tree: Tree) -> Iterator[str]:
    """Of the files that are claimed those that are pipelines: a file that another one names, to include it or to start it, is none."""
    claimed = list(paths)
    named = {path.lstrip("/") for one in claimed if (found := tree.read(one)) is not None for path in NAMED.findall(found.text)}
    chosen = [path for path in named if "*" in path][:MAX_PATTERNS]
    for path in claimed:
        if ROOT.match(path) or not (path in named or _is_chosen(path, chosen)):
            yield path


def _is_chosen(path: str, patterns: list[str]) -> bool:
    from latest_guard.systems.gitlab.configuration import path_matches

    return any(path_matches(one, path) for one in patterns)


def read(source: Source, tree: Tree | None = None) -> Pipeline:
    """The pipeline in `source`; what it includes is read from `tree`."""
    from latest_guard.systems.gitlab.reader import read_pipeline

    return read_pipeline(source, tree)
