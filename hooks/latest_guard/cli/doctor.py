"""`latest-guard doctor`: which of git's doors are guarded here, and which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.cli.door_options import chosen, place_options

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    place_options(parser)


def run(options: argparse.Namespace) -> int:
    """Say of each door whether it is guarded; 1 when one is not."""
    import os

    from latest_guard.doors.doctor import diagnose, remarks

    premises, choice = chosen(options)
    found = diagnose(premises, choice)
    for one in found:
        print(f"{one.door}: {'guarded' if one.guarded else 'NOT guarded'}: {one.words}")
    for remark in remarks(premises, os.environ):
        print(f"note: {remark}")
    return 0 if all(one.guarded for one in found) else 1
