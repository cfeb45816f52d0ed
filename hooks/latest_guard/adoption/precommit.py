"""The entry in `.pre-commit-config.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latest_guard import __version__
from latest_guard.adoption.edit import Edit, content, inserted
from latest_guard.errors import UserError
from latest_guard.report.links import REPOSITORY

if TYPE_CHECKING:
    from latest_guard.adoption.survey import Survey

PATH = ".pre-commit-config.yaml"
HOOKS = ("gated-latest", "monotonic-version", "monotonic-tag")
#: What a new file begins with: without it, `pre-commit install` leaves the pre-push hook out.
HEAD = "default_install_hook_types: [pre-commit, pre-push]\nrepos:\n"


def edit(survey: Survey) -> Edit | None:
    """Add the hooks to the repositories listed there, or write the file. Raises UserError."""
    text = content(survey.root, PATH)
    if text is None or not text.strip():
        return Edit(PATH, text or "", HEAD + entry(2))
    if "latest-guard" in text:
        return None
    after = added(text)
    if not is_there(after):
        raise UserError(f"is written in a way that cannot be added to; add this by hand:\n{entry(2)}", PATH)
    return Edit(PATH, text, after)


def entry(indent: int) -> str:
    """The entry, its dash at column `indent`."""
    lines = [f"- repo: {REPOSITORY}", f"  rev: v{__version__}", "  hooks:", *(f"    - id: {hook}" for hook in HOOKS)]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def added(text: str) -> str:
    """The file with the entry behind the last one of its list; unchanged where there is no list."""
    node = repositories(text)
    if node is None:
        return text
    if node.flow_style:
        flat = text[node.start_mark.index : node.end_mark.index]
        head = text[: node.start_mark.index].rstrip(" ")
        return inserted(head + text[node.end_mark.index :], len(head), "\n" + entry(2)[:-1]) if flat.replace(" ", "") == "[]" else text
    end = len(text[: last(node).end_mark.index].rstrip())
    line_end = text.find("\n", end)
    return inserted(text, len(text) if line_end < 0 else line_end + 1, entry(node.start_mark.column))


def repositories(text: str) -> Any:
    """The YAML node of the list of repositories, None where there is none. Raises UserError."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise UserError(f"is no YAML: {' '.join(str(error).split())}", PATH) from error
    if not isinstance(root, yaml.MappingNode):
        return None
    return next((value for key, value in root.value if key.value == "repos" and isinstance(value, yaml.SequenceNode)), None)


def last(node: Any) -> Any:
    """The innermost node at the end of a block: behind it, before the block's own end mark, comments may stand."""
    while isinstance(node.value, list) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node.value[-1], tuple) else node.value[-1]
    return node


def is_there(text: str) -> bool:
    """Whether the hooks are in the file, as pre-commit will read it."""
    import yaml

    document = yaml.load(text, Loader=yaml.CSafeLoader)
    repos = document.get("repos") if isinstance(document, dict) else None
    return isinstance(repos, list) and any(isinstance(repo, dict) and repo.get("repo") == REPOSITORY for repo in repos)
