"""GitHub Actions: workflows and actions, and those of Forgejo and Gitea, which speak the same language.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and its neighbours; the schema
`workflow-v1.0.json` of https://github.com/actions/languageservices for shapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.files import Tree
    from latest_guard.pipeline import Action, Pipeline
    from latest_guard.source import Source

#: A workflow is one file: what it does stands in it, or in files that it names.
ALONE = True

#: The folders that hold workflows, with the system that runs them.
FOLDERS = {".github": "github-actions", ".forgejo": "forgejo", ".gitea": "gitea"}
WORKFLOW = re.compile(r"(?:.*/)?(\.github|\.forgejo|\.gitea)/workflows/[^/]+\.ya?ml\Z")
ACTION = re.compile(r"(?:.*/)?action\.ya?ml\Z")


def claims(path: str) -> bool:
    """Whether a file with this path (with slashes, from the repository's root) is a workflow."""
    return WORKFLOW.match(path) is not None


def entries(paths: Iterable[str], tree: Tree) -> Iterator[str]:  # noqa: ARG001
    """Those of the repository itself: workflows in a folder below it, of a vendored project say, are run by nobody."""
    yield from (path for path in paths if path.count("/") == 2)


def read(source: Source, tree: Tree | None = None) -> Pipeline:  # noqa: ARG001
    """The workflow in `source`; it is made of one file alone."""
    from latest_guard.systems.github.reader import read_workflow

    found = WORKFLOW.match(source.path)
    return read_workflow(source, FOLDERS[found[1]] if found else "github-actions")


def read_action(source: Source) -> Action:
    """The action (`action.yml`) in `source`."""
    from latest_guard.systems.github import actions

    return actions.read_action(source)
