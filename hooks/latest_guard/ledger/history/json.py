"""The history as JSON: stable, `docs/schemas/history.json` is its schema. A release a line, so that `grep` works, too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from latest_guard.ledger.history.words import sentence, stamp, worst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.ledger.history.past import LineKey, Logged, Past, Setback, Track
    from latest_guard.report.look import Look

SCHEMA = "latest-guard/history/1"


def render(past: Past, look: Look) -> str:
    """Everything."""
    found = worst(past)
    tail = {
        "undated": list(past.undated),
        "other_tags": past.others,
        "times_back": len(past.setbacks),
        "worst": setback_object(found) if found else None,
        "sentence": sentence(past),
    }
    components = listed((component(track, past) for track in past.tracks), "  ")
    return f'{{"schema": {json.dumps(SCHEMA)},\n "components": {components},\n {json.dumps(tail)[1:]}\n'


def component(track: Track, past: Past) -> str:
    """One component, with its lists a member a line."""
    lists: dict[str, list[dict[str, Any]]] = {
        "lines": lines(track),
        "releases": releases(track, past),
        "setbacks": [setback_object(setback) for setback in track.setbacks],
        "log": [move_object(move) for move in track.logged],
    }
    encode = json.JSONEncoder().encode
    parts = [f'"{name}": {listed(map(encode, members), "    ")}' for name, members in lists.items()]
    return f'{{"component": {json.dumps(track.component)},\n   ' + ",\n   ".join(parts) + "}"


def lines(track: Track) -> list[dict[str, Any]]:
    """The release lines of a component, the lowest first: from when to when, and how many version tags each has."""
    found: dict[LineKey, list[int]] = {line: [] for line in track.lines}
    for release in track.releases:
        found[release.line].append(release.seconds)
    return [
        {"line": track.lines[line], "first": stamp(times[0]), "last": stamp(times[-1]), "tags": len(times)} for line, times in found.items()
    ]


def releases(track: Track, past: Past) -> list[dict[str, Any]]:
    """The version tags of a component in the order of time."""
    return [
        {
            "tag": release.tag,
            "version": past.version(release.tag),
            "line": track.lines[release.line],
            "date": stamp(release.seconds),
            "kind": release.kind,
            "latest": release.latest or None,
        }
        for release in track.releases
    ]


def setback_object(setback: Setback) -> dict[str, Any]:
    """One way back of an unguarded `latest`."""
    until = None if setback.until is None else stamp(setback.until)
    return {
        "date": stamp(setback.after.seconds),
        "from": setback.before.tag,
        "to": setback.after.tag,
        "lines": setback.lines,
        "until": until,
    }


def move_object(move: Logged) -> dict[str, Any]:
    """One move of `latest` in the log."""
    return {
        "date": stamp(move.seconds),
        "place": move.place,
        "from": move.was or None,
        "to": move.to or None,
        "back": move.back,
        "command": move.command,
        "why": move.why,
    }


def listed(members: Iterable[str], indent: str) -> str:
    """A list, a member a line."""
    text = f",\n{indent}".join(members)
    return f"[\n{indent}{text}]" if text else "[]"
