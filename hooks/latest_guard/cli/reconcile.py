"""`latest-guard reconcile`: set every pointer to the highest published final version of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.cli import asking
from latest_guard.errors import UserError
from latest_guard.pointers.image_place import ImagePlace
from latest_guard.pointers.levels import Ruler
from latest_guard.pointers.reconciling import reconcile
from latest_guard.sources.reading import Reading

if TYPE_CHECKING:
    import argparse

    from latest_guard.cli.asking import Setting
    from latest_guard.pointers.levels import Level


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    asking.declare(parser)


def run(options: argparse.Namespace) -> int:
    """Set the pointers of each image in turn and come to rest; 0, or UserError."""
    setting = asking.setting_of(options)
    names = tuple(dict.fromkeys(setting.config.texts("image")))
    if not names:
        raise UserError("nothing to set pointers in; name it with --image")
    ruler = Ruler(setting.templates, Reading(setting.plain), setting.is_version)
    for name in names:
        levels = reconcile(lambda name=name: place_of(name, setting), ruler, told)  # type: ignore[misc]
        print(f"{levels[0].place}: {', '.join(f'{level.pointer} is {level.version.text}' for level in levels)}")
    return 0


def place_of(name: str, setting: Setting) -> ImagePlace:
    """The image, asked anew, with all the time there is for lookups."""
    return ImagePlace(setting.inquiry(setting.deadline()).image(name, "pull,push"))


def told(level: Level) -> None:
    """Say that a pointer was set."""
    print(f"set: {level.place} {level.pointer} to {level.version.text} ({level.goal[:19]})")
