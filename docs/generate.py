"""Writes what is said twice: rule pages, the README's tables, the schema and the page of the configuration.

python docs/generate.py            # write
python docs/generate.py --check    # 1 where a file is not what it would be
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from latest_guard.config import OPTIONS, Option
from latest_guard.linter import lint
from latest_guard.report import render
from latest_guard.report.look import Look
from latest_guard.rules.ids import IDS, OPTIONAL
from latest_guard.rules.pages import page
from latest_guard.triage.suppressions import RULES as COMMENT_RULES

REPOSITORY = Path(__file__).parent.parent
#: The folder whose report the README shows.
ACCIDENT = "fixtures/dragonfly/before"
SCHEMA_ID = "https://json.schemastore.org/partial-latest-guard.json"

#: What a value of each kind is in JSON Schema.
KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "choice": {"type": "string"},
    "switch": {"type": "boolean"},
    "texts": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "seconds": {"type": "number", "exclusiveMinimum": 0},
    "tables": {"type": "array"},
}

#: The sections of the settings, and what the page says above each.
SECTIONS = {
    "lint": ("The linter", "`latest-guard lint`, `baseline`, `explain` and `inventory`"),
    "tag": ("The tag guard", "`latest-guard check-tag`, `check-version` and the hooks"),
    "log": ("The release log", "`latest-guard log`, and what writes it: `check-tag`, `gate`, `promote` and `reconcile`"),
}


def files() -> dict[str, str]:
    """Every generated file by its path in the repository."""
    found = {f"docs/rules/{rule}.md": rule_page(rule) for rule in IDS}
    found |= {f"docs/rules/{rule}.md": comment_rule_page(rule, line) for rule, line in COMMENT_RULES.items()}
    found["docs/rules/README.md"] = f"# Rules\n\n{rule_table('')}"
    found["docs/schemas/config.json"] = json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"
    found["docs/configuration.md"] = with_part(
        (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8"), "settings", settings()
    )
    readme = with_part((REPOSITORY / "README.md").read_text(encoding="utf-8"), "rules", rule_table("docs/rules/"))
    found["README.md"] = with_part(readme, f"report: latest-guard lint {ACCIDENT}", accident())
    return found


def rule_page(rule: str) -> str:
    """A rule's page: the docstring of its module under the rule's name."""
    return f"# {rule}\n\n{page(rule).body}\n"


def comment_rule_page(rule: str, line: str) -> str:
    """The page of a rule about suppression comments."""
    return f"# {rule}\n\n{line}.\n\nHow to write one: [suppressions](../configuration.md#suppressions).\n"


def rule_table(folder: str) -> str:
    """Every rule with what it finds; the links go to `folder`."""
    rows = [f"| [`{rule}`]({folder}{rule}.md) | {page(rule).summary}{' Off unless selected.' * (rule in OPTIONAL)} |" for rule in IDS]
    rows += [f"| [`{rule}`]({folder}{rule}.md) | {line} |" for rule, line in COMMENT_RULES.items()]
    return "\n".join(["| rule | finds |", "| --- | --- |", *rows]) + "\n"


def with_part(text: str, name: str, part: str) -> str:
    """A page with the part between its markers replaced."""
    begin = f"<!-- begin {name} -->\n"
    end = f"<!-- end {name.partition(':')[0]} -->\n"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{part}{end}{rest.partition(end)[2]}"


def accident() -> str:
    """What the linter says of the accident, as a block of text; the time in its last line is left out."""
    report = lint([REPOSITORY / ACCIDENT])
    text = render("text", report, Look(width=110)).replace(f"{REPOSITORY.as_posix()}/", "")
    return f"```console\n$ latest-guard lint {ACCIDENT}\n{text.rpartition(', ')[0]}\n```\n"


def config_schema() -> dict[str, Any]:
    """The JSON Schema of `[tool.latest-guard]` and of `.latest-guard.toml`, in the form that SchemaStore takes."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        "title": "latest-guard",
        "description": "Settings of latest-guard: [tool.latest-guard] in pyproject.toml, or .latest-guard.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {option.name: option_schema(option) for option in sorted(OPTIONS, key=lambda option: option.name)},
    }


def option_schema(option: Option) -> dict[str, Any]:
    """The schema of one setting."""
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    schema = {"description": option.help[:1].upper() + option.help[1:], "default": default, **KINDS[option.kind]}
    if option.choices:
        schema["enum"] = list(option.choices)
    if option.kind == "tables":
        schema["items"] = {
            "type": "object",
            "additionalProperties": False,
            "required": list(option.needed),
            "properties": {key: {"type": "string", "minLength": 1} for key in (*option.needed, *option.allowed)},
        }
    return schema


def settings() -> str:
    """The settings as Markdown, a table for each section."""
    return "\n".join(section(name, *words) for name, words in SECTIONS.items())


def section(name: str, title: str, commands: str) -> str:
    """The settings of one section."""
    rows = [
        f"| `{option.name}` | {kind(option)} | {default(option)} | {cell(option.help)} |" for option in OPTIONS if option.section == name
    ]
    return (
        "\n".join([f"### {title}", "", f"{commands}.", "", "| setting | value | default | meaning |", "| --- | --- | --- | --- |", *rows])
        + "\n"
    )


def kind(option: Option) -> str:
    """What a setting holds, in words."""
    if option.choices:
        return ", ".join(f"`{choice}`" for choice in option.choices)
    return {"text": "text", "switch": "true, false", "texts": "text or list", "seconds": "seconds", "tables": "list of tables"}[option.kind]


def default(option: Option) -> str:
    """What holds where nothing is said."""
    if option.default in ("", ()):
        return ""
    value = list(option.default) if isinstance(option.default, tuple) else option.default
    return f"`{json.dumps(value)}`"


def cell(text: str) -> str:
    """A text in a table: words in braces are code."""
    return re.sub(r"(\{[^{}]*\s[^{}]*\})", r"`\1`", text.replace("|", "\\|"))


def main() -> int:
    """Write the files, or compare them."""
    stale = [name for name, text in files().items() if content(REPOSITORY / name) != text]
    if "--check" in sys.argv[1:]:
        print("\n".join(f"{name} is not what docs/generate.py writes" for name in stale))
        return int(bool(stale))
    for name in stale:
        (REPOSITORY / name).write_text(files()[name], encoding="utf-8")
        print(f"wrote {name}")
    return 0


def content(path: Path) -> str:
    """The text of a file, empty where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
