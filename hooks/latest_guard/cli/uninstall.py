"""`latest-guard uninstall`: take the guard away from git's doors, and bring back what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.cli.door_options import chosen, doors_of, name_doors, place_options

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    name_doors(parser)
    place_options(parser)


def run(options: argparse.Namespace) -> int:
    """Uninstall the doors, and say where something of ours was; nothing to take away is fine."""
    from latest_guard.doors.installer import uninstall

    premises, choice = chosen(options)
    for door in doors_of(premises, options.doors):
        removed = uninstall(premises, door, choice)
        for place in removed:
            print(f"{door}: taken away from {place.words}")
        if not removed:
            print(f"{door}: was not installed")
    return 0
