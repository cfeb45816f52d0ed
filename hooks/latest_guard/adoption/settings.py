"""The settings: `[tool.latest-guard]` in pyproject.toml, or `.latest-guard.toml` where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latest_guard.adoption.edit import Edit, content, inserted
from latest_guard.config import OWN_FILE
from latest_guard.errors import UserError

if TYPE_CHECKING:
    from latest_guard.adoption.survey import Survey

PYPROJECT = "pyproject.toml"


def edit(survey: Survey) -> Edit | None:
    """Add the table at the end of pyproject.toml, or write the own file. Raises UserError."""
    if content(survey.root, OWN_FILE) is not None:
        return None
    text = content(survey.root, PYPROJECT)
    if text is None:
        return Edit(OWN_FILE, "", written(values(survey)))
    before = parsed(text)
    tool = before.get("tool")
    if isinstance(tool, dict) and "latest-guard" in tool:
        return None
    after = inserted(text, len(text), ("\n" if text.strip() else "") + written({"tool": {"latest-guard": values(survey)}}))
    return Edit(PYPROJECT, text, after) if holds(after, before, survey) else Edit(OWN_FILE, "", written(values(survey)))


def values(survey: Survey) -> dict[str, str]:
    """What is set: how versions are written, and how tags hold them where that is unusual."""
    return {"scheme": survey.scheme} | ({"tag-pattern": survey.tag_pattern} if survey.tag_pattern else {})


def written(table: dict[str, Any]) -> str:
    """The text of a table."""
    import tomlkit

    return tomlkit.dumps(table)


def parsed(text: str) -> dict[str, Any]:
    """What pyproject.toml says. Raises UserError."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text).unwrap()
    except (TOMLKitError, RecursionError) as error:
        raise UserError(f"is no TOML: {error}", PYPROJECT) from error


def holds(after: str, before: dict[str, Any], survey: Survey) -> bool:
    """Whether the new text says what the old one did, and the table; an inline `tool = {…}` cannot be added to."""
    try:
        found = parsed(after)
    except UserError:
        return False
    tool = {**before.get("tool", {}), "latest-guard": values(survey)}
    return found == {**before, "tool": tool}
