"""The guard's verdicts in words, as JSON, and as annotations for GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from latest_guard.guard.verdict import Refusal, Verdict

SCHEMA = "latest-guard/1"
_OUTCOMES = {"accepted": "accepted", "other": "no version tag", "unknown": "cannot be judged", "refused": "refused"}


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """1 if something is proven against a tag, 2 if one could not be judged, else 0."""
    outcomes = {verdict.outcome for verdict in verdicts}
    return 1 if "refused" in outcomes else 2 if "unknown" in outcomes else 0


def lines(verdict: Verdict) -> Iterator[str]:
    """A verdict for people: the outcome, then each reason with what to do."""
    yield clean(f"{verdict.tag}: {_OUTCOMES[verdict.outcome]}{standing(verdict)}")
    for refusal in verdict.refusals:
        yield clean(f"  {refusal.rule}: {refusal.message}")
        yield clean(f"    fix: {refusal.help}")
    for note in verdict.notes:
        yield clean(f"  note: {note}")


def standing(verdict: Verdict) -> str:
    """Where an accepted version stands among the others, to be put behind its outcome; empty for any other verdict."""
    if verdict.outcome != "accepted" or verdict.version is None:
        return ""
    if verdict.is_back_port:
        return f" as a back-port on line {verdict.line}"
    return f", higher than {verdict.newest}" if verdict.newest else ", the first version"


def document(verdicts: Sequence[Verdict], sources: Sequence[str], gaps: Sequence[str]) -> dict[str, Any]:
    """Everything, for programs. Fields may be added, never renamed."""
    return {"schema": SCHEMA, "tags": [_entry(verdict) for verdict in verdicts], "sources": list(sources), "gaps": list(gaps)}


def _entry(verdict: Verdict) -> dict[str, Any]:
    return {
        "tag": verdict.tag,
        "outcome": verdict.outcome,
        "version": verdict.version.text if verdict.version else None,
        "component": verdict.component,
        "line": verdict.line,
        "newest": verdict.newest,
        "back_port": verdict.is_back_port,
        "refusals": [_reason(refusal) for refusal in verdict.refusals],
        "notes": list(verdict.notes),
    }


def _reason(refusal: Refusal) -> dict[str, Any]:
    return {"rule": refusal.rule, "message": refusal.message, "help": refusal.help, "unknown": refusal.unknown}


def as_annotations(verdict: Verdict) -> Iterator[str]:
    """GitHub's workflow commands: an error for each reason against a tag."""
    for refusal in verdict.refusals:
        yield as_annotation(f"latest-guard: {refusal.rule}", f"{refusal.message}. Fix: {refusal.help}")


def as_annotation(title: str, message: str, path: str = "", line: int = 0) -> str:
    """One error as GitHub's workflow command, at a file's line where there is one."""
    place = (f"file={_property(path)}," if path else "") + (f"line={line}," if line else "")
    return f"::error {place}title={_property(title)}::{_data(message)}"


def clean(line: str) -> str:
    """`line` without what could steer a terminal: a tag's name may hold it."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def _data(text: str) -> str:
    return clean(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
