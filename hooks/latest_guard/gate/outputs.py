"""The answer in every form that CI systems read. No value can break out of its place, whatever it holds.

Everything that comes from outside is checked where it comes in: versions by their scheme, images and pointers by their grammar,
tags of other versions made printable. Here it is checked once more, for a line break in a value would become a further output.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from latest_guard.gate.decision import Decision
    from latest_guard.gate.outcome import Outcome
    from latest_guard.sources.contract import Answer

SCHEMA = "latest-guard/gate-1"
#: Names of the variables in a dotenv report and in a shell begin with this.
PREFIX = "LATEST_GUARD_"
#: Characters that mean something in Markdown or HTML.
MARKUP = frozenset("\\`*_{}[]()#|!~@:&<>\"'")


def text(outcome: Outcome) -> str:
    """The answer for people: a line for each pointer, the sources, and what was wrong before."""
    width = max((len(decision.pointer) for decision in outcome.decisions), default=0)
    lines = [f"{outcome.version.text}"]
    lines += [f"  {decision.pointer:<{width}}  {word(decision):<11}  {decision.reason}" for decision in outcome.decisions]
    lines += [f"asked: {described(answer)}" for answer in outcome.answers]
    lines += [f"already wrong: {warning}" for warning in outcome.warnings]
    return "\n".join(map(one_line, lines)) + "\n"


def word(decision: Decision) -> str:
    """What becomes of a pointer, in a word or two."""
    return {"moves": "moves", "there": "there", "stays": "stays", "prerelease": "stays"}[decision.state]


def described(answer: Answer) -> str:
    """One source and what it knew."""
    left = f", {answer.left_out} left out" if answer.left_out else ""
    return f"{answer.source}: {len(answer.released)} versions{left}"


def as_json(outcome: Outcome) -> str:
    """The answer as JSON, schema latest-guard/gate-1: fields may be added, never renamed."""
    import json

    document = {
        "schema": SCHEMA,
        "version": outcome.version.text,
        "pointers": {decision.pointer: decision_fields(decision) for decision in outcome.decisions},
        "sources": [source_fields(answer) for answer in outcome.answers],
        "tags": outcome.tags,
        "metadata_tags": outcome.metadata_tags,
        "npm_tag": outcome.npm_tag,
    }
    return json.dumps(document, indent=2) + "\n"


def decision_fields(decision: Decision) -> dict[str, Any]:
    """One pointer's fields."""
    now = [{"source": now.source, "version": now.version, "how": now.how, "behind": now.behind} for now in decision.now]
    return {"move": decision.move, "state": decision.state, "reason": decision.reason, "now": now}


def source_fields(answer: Answer) -> dict[str, Any]:
    """One source's fields."""
    final = [version for version in answer.released if version.final]
    highest = max(final, key=lambda version: version.key).text if final else None
    return {
        "name": answer.source,
        "versions": len(answer.released),
        "highest": highest,
        "left_out": answer.left_out,
        "requests": answer.requests,
    }


def variables(outcome: Outcome, separator: str) -> dict[str, str]:
    """The answer as variables, lists joined by `separator`. Every value is made of checked parts only."""
    return {
        f"{PREFIX}LATEST": flag(outcome.latest),
        f"{PREFIX}VERSION": outcome.version.text,
        f"{PREFIX}POINTERS": separator.join(outcome.moved),
        f"{PREFIX}TAGS": separator.join(outcome.tags),
        f"{PREFIX}NPM_TAG": outcome.npm_tag,
    }


def shell(outcome: Outcome) -> str:
    """Assignments for `eval` in any POSIX shell; lists are separated by spaces."""
    import shlex

    values = {**variables(outcome, " "), f"{PREFIX}REASON": outcome.reason}
    return "".join(f"{name}={shlex.quote(one_line(value))}\n" for name, value in values.items())


def dotenv(path: Path, outcome: Outcome | None) -> None:
    """Write the answer into the dotenv report `path`, lists separated by commas; other variables in it are kept.

    None takes an answer of an earlier run out: a lookup that fails after it must not leave a yes behind.
    """
    try:
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if outcome is None and not path.exists():
            return
        kept = [line for line in before if not line.startswith(PREFIX)]
        ours = [f"{name}={one_line(value)}" for name, value in variables(outcome, ",").items()] if outcome else []
        replace(path, "".join(f"{line}\n" for line in kept + ours))
    except (OSError, UnicodeError) as error:
        raise UserError(f"cannot be written: {getattr(error, 'strerror', None) or 'it is no text'}", str(path)) from error


def replace(path: Path, content: str) -> None:
    """Put `content` in the place of the file, whole or not at all."""
    from tempfile import mkstemp

    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)  # noqa: PTH101
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise


def github(outcome: Outcome, environment: Mapping[str, str]) -> None:
    """Append to the files that GitHub gives a step: its outputs, and its summary; nothing outside of GitHub."""
    append(environment.get("GITHUB_OUTPUT", ""), github_output(outcome))
    append(environment.get("GITHUB_STEP_SUMMARY", ""), summary(outcome))


def github_output(outcome: Outcome) -> str:
    """The step's outputs: `latest`, `version`, `pointers`, `tags`, `metadata-tags`, `npm-tag` and `reason`."""
    values: dict[str, list[str]] = {
        "latest": [flag(outcome.latest)],
        "version": [outcome.version.text],
        "pointers": outcome.moved,
        "tags": outcome.tags,
        "metadata-tags": outcome.metadata_tags,
        "npm-tag": [outcome.npm_tag],
        "reason": [outcome.reason],
    }
    return "".join(output_block(name, lines) for name, lines in values.items())


def output_block(name: str, lines: Iterable[str]) -> str:
    """One output between delimiters that nobody can guess."""
    mark = f"end-{os.urandom(16).hex()}"
    return f"{name}<<{mark}\n" + "".join(f"{one_line(line)}\n" for line in lines) + f"{mark}\n"


def summary(outcome: Outcome) -> str:
    """The answer as Markdown for the step's summary."""
    head = f"### {escaped(outcome.version.text)}: {'moves' if outcome.latest else 'does not move'} latest\n\n"
    rows = [(decision.pointer, word(decision), decision.reason) for decision in outcome.decisions]
    table = "| pointer | | why |\n| --- | --- | --- |\n" + "".join(f"| {' | '.join(map(escaped, row))} |\n" for row in rows)
    asked = "".join(f"- asked {escaped(described(answer))}\n" for answer in outcome.answers)
    wrong = "".join(f"- **already wrong**: {escaped(warning)}\n" for warning in outcome.warnings)
    return f"{head}{table}\n{asked}{wrong}\n"


def append(path: str, content: str) -> None:
    """Add `content` to the file at `path` in one write; nothing without a path."""
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - nothing else here needs pathlib
            file.write(content)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path) from error


def github_warnings(outcome: Outcome) -> str:
    """GitHub's workflow commands for what was wrong before (its documentation, "Workflow commands")."""
    return "".join(f"::warning title=latest-guard::{one_line(line).replace('%', '%25')}\n" for line in outcome.warnings)


def flag(value: bool) -> str:
    """A boolean as CI systems write it."""
    return "true" if value else "false"


def one_line(value: str) -> str:
    """`value`, which must be one line of printable characters; raises UserError for any other."""
    if value and not value.isprintable():
        raise UserError(f"{value[:80]!r} is not written anywhere, as it holds more than printable characters")
    return value


def escaped(value: str) -> str:
    """`value` as text in a table of Markdown: neither markup nor HTML, and no further column."""
    return "".join(f"&#{ord(sign)};" if sign in MARKUP else sign for sign in one_line(value))
