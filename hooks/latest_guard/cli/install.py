"""`latest-guard install`: put the guard at git's doors."""

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
    """Install the doors, and say where each of them is now; 1 when one does not guard yet."""
    from latest_guard.doors.doctor import judge
    from latest_guard.doors.installer import install

    premises, choice = chosen(options)
    code = 0
    for door in doors_of(premises, options.doors):
        for place in install(premises, door, choice):
            print(f"{door}: installed in {place.words}")
        found = judge(premises, door, choice)
        if not found.guarded:
            print(f"{door}: does not guard yet: {found.words}")
            code = 1
    return code
