"""`latest-guard verify`: is every pointer where it should be, in every registry, with the same content?"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from latest_guard.cli import asking
from latest_guard.errors import UserError
from latest_guard.pointers.image_place import ImagePlace
from latest_guard.pointers.levels import Ruler
from latest_guard.pointers.verifying import Fault, faults
from latest_guard.sources.reading import Reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from latest_guard.pointers.levels import Level

SCHEMA = "latest-guard/verify-1"


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what is printed (default: text)")
    asking.declare(parser)


def run(options: argparse.Namespace) -> int:
    """Look at every image; 0 when all is well, 1 when not, with the command that mends it. Raises UserError.

    The first pointer must be there, and all where they were configured.
    """
    setting = asking.setting_of(options)
    names = tuple(dict.fromkeys(setting.config.texts("image")))
    if not names:
        raise UserError("nothing to look at; name it with --image")
    configured = "pointer" in setting.config.places
    ruler = Ruler(setting.templates, Reading(setting.plain), setting.is_version, missing=configured)
    inquiry = setting.inquiry(setting.deadline())
    places = [ImagePlace(inquiry.image(name)) for name in names]
    images = [ruler.levels(place) for place in places]
    found = faults(images)
    requests = sum(place.image.registry.web.requests for place in places)
    sys.stdout.write(as_json(images, found, requests) if options.format == "json" else text(images, found))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.write("".join(f"::error title=latest-guard::{sentence(fault)}\n" for fault in found))
    return int(bool(found))


def text(images: Sequence[Sequence[Level]], found: Sequence[Fault]) -> str:
    """The faults for people, each with what mends it, or a line that all is well."""
    if not found:
        count = sum(bool(level.mark) for levels in images for level in levels)
        return f"{count} pointers are where they should be\n"
    return "".join(f"{sentence(fault)}\n" for fault in found)


def sentence(fault: Fault) -> str:
    """A fault in a line."""
    image = fault.place.removeprefix("image ")
    mend = f"; mend it with: latest-guard promote {fault.mend} --image {image} --pointer {fault.pointer}" if fault.mend else ""
    return f"{fault.place}: {fault.pointer} {fault.what}{mend}"


def as_json(images: Sequence[Sequence[Level]], found: Sequence[Fault], requests: int) -> str:
    """The levels and the faults, for programs."""
    pointers = [
        {"place": level.place, "pointer": level.pointer, "version": level.version.text, "should": level.goal, "is": level.mark}
        for levels in images
        for level in levels
    ]
    told = [{"place": fault.place, "pointer": fault.pointer, "what": fault.what, "mend": fault.mend} for fault in found]
    return json.dumps({"schema": SCHEMA, "pointers": pointers, "faults": told, "requests": requests}, indent=2) + "\n"
